package delivery

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/object"
)

// File is a file on its way to a bucket that does not lie here.
type File struct {
	// Region is that of the channel; the bucket may lie in another one.
	Region, Bucket, Key, ContentType string
	// KMSKeyARN is the key to encrypt with; empty leaves it to the bucket.
	KMSKeyARN string
	// Metadata are the object's own, without the x-amz-meta- prefix.
	Metadata map[string]string
}

// Remote writes a file to another S3. Its faults have S3's codes; one of kind Unavailable or Throttled that has a code may
// pass, and an Invalid one names the channel's field. An error of the body comes back as it is.
type Remote func(ctx context.Context, f File, body io.Reader) error

// Locate tells whether a bucket lies elsewhere: it does not exist here, and there is another S3 to deliver to.
func (c *Courier) Locate(ctx context.Context, account, bucket string) (elsewhere bool, err error) {
	_, err = c.shelf.Owned(ctx, account, bucket)
	switch fault.KindOf(err) {
	case fault.NotFound:
		return c.remote != nil, nil
	case fault.Denied: // another account's; Probe says so
		return false, nil
	}
	return false, err
}

// Probe proves that a channel's bucket takes files, by the empty file that AWS leaves there too.
// Faults: NoSuchBucketException, InsufficientDeliveryPolicyException, InvalidS3KeyPrefixException,
// InvalidS3KmsKeyArnException.
func (c *Courier) Probe(ctx context.Context, at compliance.Place, ch compliance.Channel) error {
	p := compliance.Post{Place: at, Channel: ch}
	err := c.write(ctx, p, object.Object{Key: Prefix(at, ch) + "ConfigWritabilityCheckFile", Modified: c.ids.Now()}, strings.NewReader(""))
	f, ok := errors.AsType[*fault.Error](err)
	switch {
	case !ok:
		return err
	case f.Kind == fault.NotFound && !ch.Remote:
		return fault.New(fault.NotFound, "There is no bucket %q here: make it first.", ch.Bucket).With("NoSuchBucketException")
	case f.Kind == fault.Denied && !ch.Remote:
		return fault.New(fault.Denied, "The bucket %q belongs to another account and cannot take deliveries of %s.", ch.Bucket, at.Account).With("InsufficientDeliveryPolicyException")
	case f.Kind == fault.NotFound:
		return f.With("NoSuchBucketException")
	case f.Kind == fault.Invalid && f.Field == "s3KmsKeyArn":
		return f.With("InvalidS3KmsKeyArnException")
	case f.Kind == fault.Invalid:
		return f.With("InvalidS3KeyPrefixException")
	case f.Kind == fault.Denied, passing(f):
		return &fault.Error{Kind: fault.Denied, Code: "InsufficientDeliveryPolicyException", Message: f.Message, Err: f.Err}
	}
	return err
}

// write writes a file into the channel's bucket, here or elsewhere.
func (c *Courier) write(ctx context.Context, p compliance.Post, o object.Object, body io.Reader) error {
	ch := &p.Channel
	switch {
	case ch.Remote && c.remote == nil:
		return fault.New(fault.NotFound, "The bucket %q lies at another S3, and there is none to deliver to now: start the server with --delivery-s3-profile or --delivery-s3-endpoint-url.", ch.Bucket).With("NoSuchBucket")
	case ch.Remote:
		return c.remote(ctx, File{Region: p.Region, Bucket: ch.Bucket, Key: o.Key, ContentType: o.ContentType, KMSKeyARN: ch.KMSKeyARN}, body)
	case ch.KMSKeyARN != "": // put before such channels were refused
		return fault.Invalidf("s3KmsKeyArn", "Files in buckets of this installation are not encrypted with KMS keys: put the channel without s3KmsKeyArn.").With("InvalidS3KmsKeyArnException")
	}
	o.Bucket = ch.Bucket
	_, err := c.shelf.Put(ctx, p.Account, o, body)
	return err
}

// passing reports whether a failure of a bucket may pass by itself.
func passing(f *fault.Error) bool {
	return f.Code != "" && (f.Kind == fault.Unavailable || f.Kind == fault.Throttled)
}
