package feed

import (
	"context"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/trail"
)

// overlap is how far a look goes back behind the last one: files are stamped with the minute of their delivery and
// appear a little later.
const overlap = 24 * time.Hour

// Folder looks into a folder of a bucket again and again until ctx ends. The first look takes all there is from since
// on.
func (f *Feed) Folder(ctx context.Context, path string, every time.Duration, since time.Time) error {
	for {
		pause := every
		if err := f.look(ctx, path, since); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			f.Log.Error("log files could not be read", "from", path, "error", err)
			pause = min(every, retryAfter)
		}
		if !rest(ctx, pause) {
			return ctx.Err()
		}
	}
}

// look imports what is new in a folder.
func (f *Feed) look(ctx context.Context, path string, since time.Time) error {
	d, err := f.read(ctx, path)
	if err != nil {
		return err
	}
	begun := f.Clock.Now()
	from := since
	if t := d.Value.Through; !t.IsZero() && t.Add(-overlap).After(since) {
		from = t.Add(-overlap)
	}
	src, err := f.folder(ctx, path, from)
	if err == nil {
		var r trail.Result
		r, err = f.Import(ctx, src)
		f.tell(path, r)
		if err == nil && r.Unread > 0 {
			err = fmt.Errorf("%d files could not be read; they are tried again", r.Unread)
		}
	}
	d.Value.At, d.Value.Error = begun, ""
	if err != nil {
		d.Value.Error = err.Error()
	} else {
		d.Value.Through = begun
	}
	if kept := f.keep(ctx, d); err == nil {
		err = kept
	}
	return err
}

func (f *Feed) folder(ctx context.Context, path string, from time.Time) (trail.Source, error) {
	name, prefix, err := object.ParseURI(path)
	if err != nil {
		return nil, err
	}
	b, err := f.Buckets(ctx, name)
	return trail.ObjectSource{Bucket: b, Name: name, Prefix: prefix, From: from}, err
}

// tell logs what came of an import, when it is worth a line.
func (f *Feed) tell(path string, r trail.Result) {
	if r.Items > 0 {
		f.Log.Info("log files imported", "from", path, "events", r.Items, "known", r.Duplicates)
	}
	for _, x := range r.Rejected[:min(len(r.Rejected), maxTold)] {
		f.Log.Warn("not imported", "source", x.Source, "reason", x.Reason)
	}
	if more := len(r.Rejected) - maxTold; more > 0 {
		f.Log.Warn("not imported", "source", path, "more", more)
	}
}

// maxTold is how many mistakes of one import the log tells.
const maxTold = 20
