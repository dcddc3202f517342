package bucket

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

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

// open makes a client for the bucket's region.
func (r *Reader) open(ctx context.Context) (*s3.Client, error) {
	own, home, err := r.s3.credentials(ctx)
	if err != nil {
		return nil, err
	}
	region, err := r.s3.region(ctx, own, r.bucket, home)
	if err != nil {
		return nil, r.told("", err)
	}
	return r.s3.client(own, region), nil
}

// List implements trail.Bucket.
func (r *Reader) List(ctx context.Context, prefix, token string) (page trail.ObjectPage, err error) {
	client, err := r.open(ctx)
	if err != nil {
		return page, err
	}
	in := &s3.ListObjectsV2Input{Bucket: &r.bucket, Prefix: &prefix, Delimiter: aws.String("/")}
	if token != "" {
		in.ContinuationToken = &token
	}
	out, err := client.ListObjectsV2(ctx, in)
	if err != nil {
		return page, r.told(prefix, err)
	}
	for _, o := range out.Contents {
		page.Objects = append(page.Objects, trail.Object{Key: aws.ToString(o.Key), Size: aws.ToInt64(o.Size), ETag: strings.Trim(aws.ToString(o.ETag), `"`)})
	}
	for _, f := range out.CommonPrefixes {
		page.Folders = append(page.Folders, aws.ToString(f.Prefix))
	}
	if aws.ToBool(out.IsTruncated) {
		page.Next = aws.ToString(out.NextContinuationToken)
	}
	return page, nil
}

// Open implements trail.Bucket.
func (r *Reader) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	client, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &r.bucket, Key: &key})
	if err != nil {
		return nil, r.told(key, err)
	}
	return out.Body, nil
}

// Metadata implements trail.Bucket.
func (r *Reader) Metadata(ctx context.Context, key string) (map[string]string, error) {
	client, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	out, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &r.bucket, Key: &key})
	if err != nil {
		return nil, r.told(key, err)
	}
	return out.Metadata, nil
}

// told is S3's error as a fault with S3's code.
func (r *Reader) told(key string, err error) error {
	if own, ok := errors.AsType[*fault.Error](err); ok {
		return own
	}
	r.s3.forget(r.bucket)
	where := "s3://" + r.bucket + "/" + key
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return &fault.Error{Kind: fault.Unavailable, Code: "ServiceUnavailable", Err: err, Message: "The S3 endpoint does not answer for " + where + ". See to it that it can be reached"}
	}
	e := &fault.Error{Kind: fault.Unavailable, Code: api.ErrorCode(), Err: err, Message: where + " cannot be read: S3 answers " + api.ErrorCode() + ": " + clip(api.ErrorMessage())}
	if kind, known := sorts[e.Code]; known {
		e.Kind = kind
	}
	if e.Code == "NoSuchKey" {
		e.Kind = fault.NotFound
	}
	return e
}
