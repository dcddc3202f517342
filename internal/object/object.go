// Package object keeps buckets and objects: reports, logs, templates and evidence files that clients read and write
// through the S3 face. A bucket belongs to one account and its name to one bucket of the installation. The bytes are
// blobs; an object is a row that names one.
package object

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// Object is one stored object.
type Object struct {
	Bucket, Key string
	// SHA256 is the lower-case hexadecimal hash of the content, by which the blob is found.
	SHA256      string
	Size        int64
	ContentType string
	Modified    time.Time
	// Metadata are the user's headers without the x-amz-meta- prefix, in lower case.
	Metadata map[string]string
}

// ETag is the entity tag of the content.
func (o Object) ETag() string { return `"` + o.SHA256[:32] + `"` }

// Bucket is one bucket and who owns it.
type Bucket struct {
	Name, Account, Region string
	Created               time.Time
}

// Tx is what a store offers for objects.
type Tx interface {
	// InsertBucket fails with Exists when the name is taken.
	InsertBucket(b Bucket) error
	// Bucket fails with NotFound.
	Bucket(name string) (Bucket, error)
	Buckets(account string) ([]Bucket, error)
	// PutObject writes or replaces.
	PutBucketObject(o Object) error
	BucketObject(bucket, key string) (Object, error)
	DeleteBucketObject(bucket, key string) error
	// Objects lists keys with a prefix behind a marker in byte order.
	BucketObjects(bucket, prefix, after string, limit int) ([]Object, error)
	// BlobUsed tells whether any object names the blob.
	BlobUsed(sha256 string) (bool, error)
}

// Store runs transactions.
type Store interface {
	Read(ctx context.Context, fn func(Tx) error) error
	Write(ctx context.Context, fn func(Tx) error) error
}

// Blobs keeps the bytes; what Put has answered is on disk.
type Blobs interface {
	Put(ctx context.Context, r io.Reader, limit int64) (sha256 string, size int64, err error)
	Open(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
}

// MaxSize is the largest object.
const MaxSize = 5 << 30

// Shelf is buckets and objects over a store and its blobs.
type Shelf struct {
	store Store
	blobs Blobs
}

// New is a shelf.
func New(store Store, blobs Blobs) *Shelf { return &Shelf{store, blobs} }

// reserved are the first path segments that the server answers itself.
var reserved = map[string]bool{"console": true, "healthz": true, "readyz": true, "metrics": true, "-": true}

// CreateBucket makes a bucket; making one's own again is no error.
func (s *Shelf) CreateBucket(ctx context.Context, account, region, name string, now time.Time) error {
	if err := checkBucket(name); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx Tx) error {
		b, err := tx.Bucket(name)
		if err == nil {
			return own(b, account)
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
		return tx.InsertBucket(Bucket{name, account, region, now})
	})
}

func checkBucket(name string) error {
	ok := len(name) >= 3 && len(name) <= 63 && !reserved[name] && !strings.Contains(name, "..") && strings.Trim(name, ".-") == name
	for i := range len(name) {
		c := name[i]
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.')
	}
	if !ok {
		return fault.Invalidf("Bucket", "%q is not a bucket name: 3 to 63 lower-case letters, digits, dots and hyphens, and not a reserved name.", name).With("InvalidBucketName")
	}
	return nil
}

func own(b Bucket, account string) error {
	if b.Account != account {
		return fault.New(fault.Denied, "The bucket %s belongs to another account.", b.Name).With("AccessDenied")
	}
	return nil
}

// Owned reads a bucket of the account.
func (s *Shelf) Owned(ctx context.Context, account, name string) (b Bucket, err error) {
	err = s.store.Read(ctx, func(tx Tx) error {
		if b, err = tx.Bucket(name); err != nil {
			return missing(err, "NoSuchBucket")
		}
		return own(b, account)
	})
	return b, err
}

// Find reads a bucket of whatever account; for the operator, not for callers.
func (s *Shelf) Find(ctx context.Context, name string) (b Bucket, err error) {
	err = s.store.Read(ctx, func(tx Tx) error {
		b, err = tx.Bucket(name)
		return missing(err, "NoSuchBucket")
	})
	return b, err
}

func missing(err error, code string) error {
	if fault.KindOf(err) == fault.NotFound {
		return fault.New(fault.NotFound, "The specified %s does not exist.", map[string]string{"NoSuchBucket": "bucket", "NoSuchKey": "key"}[code]).With(code)
	}
	return err
}

// Put stores an object of a bucket of the account.
func (s *Shelf) Put(ctx context.Context, account string, o Object, body io.Reader) (Object, error) {
	if _, err := s.Owned(ctx, account, o.Bucket); err != nil {
		return o, err
	}
	if err := checkKey(o.Key); err != nil {
		return o, err
	}
	var err error
	if o.SHA256, o.Size, err = s.blobs.Put(ctx, body, MaxSize); err != nil {
		return o, err
	}
	return o, s.store.Write(ctx, func(tx Tx) error { return tx.PutBucketObject(o) })
}

func checkKey(key string) error {
	if key == "" || len(key) > 1024 || strings.ContainsRune(key, 0) {
		return fault.Invalidf("Key", "An object's key has 1 to 1024 bytes and no NUL.").With("KeyTooLongError")
	}
	return nil
}

// Get reads an object of a bucket of the account.
func (s *Shelf) Get(ctx context.Context, account, bucket, key string) (Object, io.ReadSeekCloser, error) {
	o, err := s.Head(ctx, account, bucket, key)
	if err != nil {
		return o, nil, err
	}
	r, err := s.blobs.Open(ctx, o.SHA256)
	return o, r, err
}

// Head reads what is known of an object.
func (s *Shelf) Head(ctx context.Context, account, bucket, key string) (o Object, err error) {
	if _, err := s.Owned(ctx, account, bucket); err != nil {
		return o, err
	}
	err = s.store.Read(ctx, func(tx Tx) error {
		o, err = tx.BucketObject(bucket, key)
		return missing(err, "NoSuchKey")
	})
	return o, err
}

// Delete removes an object; one that is not there is no error, as in S3.
func (s *Shelf) Delete(ctx context.Context, account, bucket, key string) error {
	if _, err := s.Owned(ctx, account, bucket); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx Tx) error {
		if err := tx.DeleteBucketObject(bucket, key); fault.KindOf(err) != fault.NotFound {
			return err
		}
		return nil
	})
}

// List reads the keys of a bucket of the account with a prefix behind a marker.
func (s *Shelf) List(ctx context.Context, account, bucket, prefix, after string, limit int) (os []Object, err error) {
	if _, err := s.Owned(ctx, account, bucket); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(tx Tx) error {
		os, err = tx.BucketObjects(bucket, prefix, after, limit)
		return err
	})
	return os, err
}

// Buckets lists the account's buckets.
func (s *Shelf) Buckets(ctx context.Context, account string) (bs []Bucket, err error) {
	err = s.store.Read(ctx, func(tx Tx) error {
		bs, err = tx.Buckets(account)
		return err
	})
	return bs, err
}

// ParseURI splits s3://bucket/key.
func ParseURI(uri string) (bucket, key string, err error) {
	rest, ok := strings.CutPrefix(uri, "s3://")
	bucket, key, _ = strings.Cut(rest, "/")
	if !ok || bucket == "" {
		return "", "", fault.Invalidf("", "%q is not an S3 location: write s3://bucket/key.", uri)
	}
	return bucket, key, nil
}
