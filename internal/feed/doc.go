// Package feed brings in the log files that go on appearing in buckets: it looks into their folders from time to time,
// or is told of new files by a queue.
//
// A message is taken off its queue after the events of its files are stored, so a message that comes again, or a
// process that is killed, costs a look-up and loses nothing. What a queue says that is not understood stays there, for
// its dead-letter queue or a person. Folders are looked at from the day before the last look on: files are delivered
// late by minutes, and those that are known are not fetched again.
package feed

import (
	"context"
	"log/slog"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
)

// Import brings in what a source lists. It reports what it could not read in its result.
type Import func(ctx context.Context, src trail.Source) (trail.Result, error)

// Buckets finds a bucket by its name.
type Buckets func(ctx context.Context, name string) (trail.Bucket, error)

// Queue is where messages about new files wait.
type Queue interface {
	// Receive waits for some messages, for a while; none is an answer.
	Receive(ctx context.Context) ([]Message, error)
	// Done takes a message off the queue.
	Done(ctx context.Context, m Message) error
}

// Message is one message of a queue.
type Message struct {
	ID, Body string
	// Receipt is what Done needs.
	Receipt string
}

// Store keeps how far folders were looked at.
type Store interface {
	Read(ctx context.Context, fn func(docs.Tx) error) error
	Write(ctx context.Context, fn func(docs.Tx) error) error
}

// Feed follows one folder or one queue.
type Feed struct {
	Import  Import
	Buckets Buckets
	Store   Store
	Clock   stamp.Source
	Log     *slog.Logger
}

// Look is when a folder was looked at last, and how that went.
type Look struct {
	Path string
	// Through is the time up to which all of it is imported; zero when no look has been finished.
	Through time.Time `json:",omitzero"`
	At      time.Time
	Error   string `json:",omitempty"`
}

var looks = docs.Collection[Look]{Kind: "event-folder", Noun: "folder of log files"}

// retryAfter is how long a feed rests after a failure.
const retryAfter = time.Minute

// rest waits; false when ctx ended.
func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func (f *Feed) read(ctx context.Context, path string) (d docs.Doc[Look], err error) {
	err = f.Store.Read(ctx, func(tx docs.Tx) error {
		d, err = looks.Get(tx, "", "", path)
		if fault.KindOf(err) == fault.NotFound {
			d.Value.Path, err = path, nil
		}
		return err
	})
	return d, err
}

func (f *Feed) keep(ctx context.Context, d docs.Doc[Look]) error {
	return f.Store.Write(ctx, func(tx docs.Tx) error {
		if d.Revision == 0 {
			return looks.Insert(tx, "", "", d.Value.Path, "", d.Value)
		}
		return looks.Update(tx, d)
	})
}
