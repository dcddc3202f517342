package courier

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/trails"
)

// put writes a file into the trail's bucket, here or elsewhere.
func (c *Courier) put(ctx context.Context, t *trails.Trail, o object.Object, body io.Reader) error {
	if !t.Remote {
		account := t.BucketAccount
		if account == "" {
			account = t.Account
		}
		_, err := c.Shelf.Put(ctx, account, o, body)
		return err
	}
	if c.Remote == nil {
		return fault.New(fault.NotFound, "The bucket %q lies at another S3, and there is none to deliver to now: start the server with --delivery-s3-profile or --delivery-s3-endpoint-url.", t.Bucket).With("NoSuchBucket")
	}
	return c.Remote(ctx, delivery.File{
		Region: t.HomeRegion, Bucket: o.Bucket, Key: o.Key, ContentType: o.ContentType, KMSKeyARN: t.KMSKeyID, Metadata: o.Metadata,
	}, body)
}

// failed tells a failure of the bucket in the status of the trail, of the place and of its home, and returns it.
func (v *visit) failed(ctx context.Context, at trails.Place, err error, note func(*trails.Status, string)) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || ctx.Err() != nil || v.now == nil {
		return err
	}
	code := f.Code
	if code == "" {
		code = "InternalError"
	}
	places := []trails.Place{at}
	if home := v.Value.Trail.Place(); home != at {
		places = append(places, home)
	}
	told := v.c.Store.Write(ctx, func(tx Tx) error {
		for _, p := range places {
			if err := trails.Note(tx, v.Value.Trail.ARN, p, func(s *trails.Status) { note(s, code) }); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(fmt.Errorf("%s: %w", v.Value.Trail.ARN, err), told)
}

// organization is the id in the keys of a trail's files; empty when it is of one account.
func (c *Courier) organization(ctx context.Context, t *trails.Active) (string, error) {
	if !t.Organization {
		return "", nil
	}
	return c.OrganizationID(ctx)
}
