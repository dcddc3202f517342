package server

import (
	"context"
	"io"
	"strings"

	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/trail"
)

// shelfBucket is a bucket of this installation to read log files from.
type shelfBucket struct {
	shelf           *object.Shelf
	account, bucket string
}

var _ trail.Bucket = shelfBucket{}

// List implements trail.Bucket. Its tokens are keys.
func (b shelfBucket) List(ctx context.Context, prefix, token string) (page trail.ObjectPage, err error) {
	const size = 1000
	all, err := b.shelf.List(ctx, b.account, b.bucket, prefix, token, size)
	for _, o := range all {
		page.Next = o.Key
		rest := o.Key[len(prefix):]
		i := strings.IndexByte(rest, '/')
		if i < 0 {
			page.Objects = append(page.Objects, trail.Object{Key: o.Key, Size: o.Size, ETag: strings.Trim(o.ETag(), `"`)})
			continue
		}
		// The rest of the folder is passed over: its keys stand before this one.
		page.Folders = append(page.Folders, prefix+rest[:i+1])
		page.Next = prefix + rest[:i] + "/\U0010FFFF"
		return page, err
	}
	if len(all) < size {
		page.Next = ""
	}
	return page, err
}

// Open implements trail.Bucket.
func (b shelfBucket) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	_, r, err := b.shelf.Get(ctx, b.account, b.bucket, key)
	return r, err
}

// Metadata implements trail.Bucket.
func (b shelfBucket) Metadata(ctx context.Context, key string) (map[string]string, error) {
	o, err := b.shelf.Head(ctx, b.account, b.bucket, key)
	return o.Metadata, err
}
