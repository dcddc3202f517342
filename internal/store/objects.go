package store

import (
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/object"
)

// InsertBucket implements object.Tx.
func (tx *Tx) InsertBucket(b object.Bucket) error {
	n, err := tx.exec("INSERT INTO buckets (name, account, region, created) VALUES (?,?,?,?) ON CONFLICT DO NOTHING", b.Name, b.Account, b.Region, micros(b.Created))
	if err == nil && n == 0 {
		err = fault.Duplicate("bucket", b.Name)
	}
	return err
}

// Bucket implements object.Tx.
func (tx *Tx) Bucket(name string) (object.Bucket, error) {
	b, err := scanBucket(tx.row("SELECT name, account, region, created FROM buckets WHERE name = ?", name))
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing("bucket", name)
	}
	return b, err
}

// Buckets implements object.Tx.
func (tx *Tx) Buckets(account string) ([]object.Bucket, error) {
	return collect(tx, func(r *sql.Rows) (object.Bucket, error) { return scanBucket(r) }, "SELECT name, account, region, created FROM buckets WHERE account = ? ORDER BY name", account)
}

func scanBucket(r interface{ Scan(...any) error }) (b object.Bucket, err error) {
	var created int64
	err = r.Scan(&b.Name, &b.Account, &b.Region, &created)
	b.Created = fromMicros(created)
	return b, err
}

const objectColumns = "bucket, object_key, sha256, size, content_type, modified, metadata"

// PutBucketObject implements object.Tx.
func (tx *Tx) PutBucketObject(o object.Object) error {
	meta, err := json.Marshal(o.Metadata)
	if err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO objects ("+objectColumns+") VALUES (?,?,?,?,?,?,?) ON CONFLICT (bucket, object_key) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size, content_type = excluded.content_type, modified = excluded.modified, metadata = excluded.metadata",
		o.Bucket, o.Key, o.SHA256, o.Size, o.ContentType, micros(o.Modified), meta)
	return err
}

// BucketObject implements object.Tx.
func (tx *Tx) BucketObject(bucket, key string) (object.Object, error) {
	o, err := scanObject(tx.row("SELECT "+objectColumns+" FROM objects WHERE bucket = ? AND object_key = ?", bucket, key))
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing("object", key)
	}
	return o, err
}

func scanObject(r interface{ Scan(...any) error }) (o object.Object, err error) {
	var modified int64
	var meta []byte
	if err = r.Scan(&o.Bucket, &o.Key, &o.SHA256, &o.Size, &o.ContentType, &modified, &meta); err != nil {
		return o, err
	}
	o.Modified = fromMicros(modified)
	return o, json.Unmarshal(meta, &o.Metadata)
}

// DeleteBucketObject implements object.Tx.
func (tx *Tx) DeleteBucketObject(bucket, key string) error {
	n, err := tx.exec("DELETE FROM objects WHERE bucket = ? AND object_key = ?", bucket, key)
	if err == nil && n == 0 {
		err = fault.Missing("object", key)
	}
	return err
}

// BucketObjects implements object.Tx. The upper end of a prefix is the prefix followed by the highest character.
func (tx *Tx) BucketObjects(bucket, prefix, after string, limit int) ([]object.Object, error) {
	return collect(tx, func(r *sql.Rows) (object.Object, error) { return scanObject(r) },
		"SELECT "+objectColumns+" FROM objects WHERE bucket = ? AND object_key >= ? AND object_key < ? AND object_key > ? ORDER BY object_key LIMIT ?",
		bucket, prefix, prefix+"\U0010FFFF", after, limit)
}

// BlobUsed implements object.Tx. Evidence holds on to its files whatever becomes of the objects they came as.
func (tx *Tx) BlobUsed(sha256 string) (bool, error) {
	var n int
	err := tx.row(`SELECT (SELECT count(*) FROM objects WHERE sha256 = ?) +
		(SELECT count(*) FROM evidence_raws WHERE kind = 'blob' AND place = ?)`, sha256, sha256).Scan(&n)
	return n > 0, err
}
