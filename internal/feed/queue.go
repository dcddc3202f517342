package feed

import (
	"context"
	"fmt"

	"github.com/tickmark/tickmark/internal/trail"
)

// Queue imports the files that a queue tells of until ctx ends.
func (f *Feed) Queue(ctx context.Context, name string, q Queue) error {
	for {
		messages, err := q.Receive(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			f.Log.Error("the queue of log files does not answer", "queue", name, "error", err)
			if !rest(ctx, retryAfter) {
				return ctx.Err()
			}
			continue
		}
		for _, m := range messages {
			if err := f.message(ctx, q, m); err != nil && ctx.Err() == nil {
				f.Log.Error("a message of the queue was not worked off; it stays there", "queue", name, "message", m.ID, "error", err)
			}
		}
	}
}

// message imports the files of a message and takes it off.
func (f *Feed) message(ctx context.Context, q Queue, m Message) error {
	files, err := Files(m.Body)
	if err != nil {
		return err
	}
	for _, o := range files {
		b, err := f.Buckets(ctx, o.Bucket)
		if err != nil {
			return err
		}
		r, err := f.Import(ctx, trail.KeySource{Bucket: b, Name: o.Bucket, Keys: []string{o.Key}})
		if err != nil {
			return err
		}
		f.tell(o.Bucket, r)
		if r.Unread > 0 {
			return fmt.Errorf("%s of %s could not be read", o.Key, o.Bucket)
		}
	}
	return q.Done(ctx, m)
}
