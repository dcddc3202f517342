package bucket

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/tickmark/tickmark/internal/cloud/client"
	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trail"
)

// Reader reads the objects of one bucket.
type Reader struct {
	s3     *S3
	bucket string
}

// Reader is a bucket to read log files from.
func (s *S3) Reader(bucket string) *Reader { return &Reader{s, bucket} }

var _ trail.Bucket = (*Reader)(nil)

// open finds the bucket's region.
func (r *Reader) open(ctx context.Context) (client.Target, error) {
	own, home, err := r.s3.credentials(ctx)
	if err != nil {
		return client.Target{}, err
	}
	region, err := r.s3.region(ctx, own, r.bucket, home)
	if err != nil {
		return client.Target{}, r.told("", err)
	}
	return r.s3.target(own, region), nil
}

// List implements trail.Bucket.
func (r *Reader) List(ctx context.Context, prefix, token string) (page trail.ObjectPage, err error) {
	at, err := r.open(ctx)
	if err != nil {
		return page, err
	}
	in := wire.Object{"Bucket": r.bucket, "Prefix": prefix, "Delimiter": "/"}
	if token != "" {
		in["ContinuationToken"] = token
	}
	out, err := r.s3.client.Do(ctx, at, "s3:ListObjectsV2", in)
	if err != nil {
		return page, r.told(prefix, err)
	}
	for _, o := range client.List(out, "Contents") {
		page.Objects = append(page.Objects, trail.Object{Key: client.String(o, "Key"), Size: client.Int(o, "Size"), ETag: strings.Trim(client.String(o, "ETag"), `"`)})
	}
	for _, f := range client.List(out, "CommonPrefixes") {
		page.Folders = append(page.Folders, client.String(f, "Prefix"))
	}
	if client.Bool(out, "IsTruncated") {
		page.Next = client.String(out, "NextContinuationToken")
	}
	return page, nil
}

// Open implements trail.Bucket.
func (r *Reader) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	at, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	_, body, err := r.s3.client.DoStream(ctx, at, "s3:GetObject", wire.Object{"Bucket": r.bucket, "Key": key})
	if err != nil {
		return nil, r.told(key, err)
	}
	return body, nil
}

// Metadata implements trail.Bucket.
func (r *Reader) Metadata(ctx context.Context, key string) (map[string]string, error) {
	at, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	out, err := r.s3.client.Do(ctx, at, "s3:HeadObject", wire.Object{"Bucket": r.bucket, "Key": key})
	if err != nil {
		return nil, r.told(key, err)
	}
	return client.Strings(out, "Metadata"), nil
}

// told is S3's error as a fault with S3's code.
func (r *Reader) told(key string, err error) error {
	if own, ok := errors.AsType[*fault.Error](err); ok {
		return own
	}
	r.s3.forget(r.bucket)
	where := "s3://" + r.bucket + "/" + key
	api, ok := errors.AsType[*wire.Error](err)
	if !ok {
		return &fault.Error{Kind: fault.Unavailable, Code: "ServiceUnavailable", Err: err, Message: "The S3 endpoint does not answer for " + where + ". See to it that it can be reached"}
	}
	e := &fault.Error{Kind: fault.Unavailable, Code: api.Code, Err: err, Message: where + " cannot be read: S3 answers " + api.Code + ": " + clip(api.Message)}
	if kind, known := sorts[e.Code]; known {
		e.Kind = kind
	}
	if e.Code == "NoSuchKey" {
		e.Kind = fault.NotFound
	}
	return e
}
