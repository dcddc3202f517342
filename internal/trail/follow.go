package trail

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Follower reads events in the order of their arrival and keeps its place among documents, so that what is done about
// them is done once, also after a crash.
type Follower struct {
	// Name tells the follower's place from those of others.
	Name   string
	Events Store
	Docs   interface {
		Read(ctx context.Context, fn func(docs.Tx) error) error
		Write(ctx context.Context, fn func(docs.Tx) error) error
	}
	// FromStart begins with the first event there is; otherwise a new follower begins with the next that arrives.
	FromStart bool
	// Limit is the largest number of events given at once; 0 means 1,000.
	Limit int
}

type followed struct{ Seq int64 }

var followers = docs.Collection[followed]{Kind: "event-follower", Noun: "place of a follower of events"}

// Stretch is some events in the order of their arrival.
type Stretch struct {
	Events []Event
	next   int64
	place  docs.Doc[followed]
}

// Done moves the follower behind the stretch. Call it in the transaction that holds what was done about the events.
func (s *Stretch) Done(tx docs.Tx) error {
	s.place.Value.Seq = s.next
	return followers.Update(tx, s.place)
}

// End is the place behind the stretch.
func (s *Stretch) End() int64 { return s.next }

// Place is how far the follower has come.
func (f *Follower) Place(ctx context.Context) (int64, error) {
	p, err := f.place(ctx)
	return p.Value.Seq, err
}

// Next waits for events behind the follower's place and returns the first of them.
func (f *Follower) Next(ctx context.Context) (Stretch, error) {
	limit := f.Limit
	if limit == 0 {
		limit = 1000
	}
	for {
		p, err := f.place(ctx)
		if err != nil {
			return Stretch{}, err
		}
		events, next, err := f.Events.Since(ctx, arn.Everything(), p.Value.Seq, limit)
		if err != nil {
			return Stretch{}, err
		}
		if next > p.Value.Seq {
			return Stretch{events, next, p}, nil
		}
		if err := f.Events.Await(ctx, p.Value.Seq); err != nil {
			return Stretch{}, err
		}
	}
}

// Run hands every stretch to do, which must see to it that Done is called, until ctx ends or something fails.
func (f *Follower) Run(ctx context.Context, do func(context.Context, *Stretch) error) error {
	for {
		s, err := f.Next(ctx)
		if err == nil {
			err = do(ctx, &s)
		}
		if err != nil {
			return err
		}
	}
}

// place reads where the follower stands, settling it the first time.
func (f *Follower) place(ctx context.Context) (p docs.Doc[followed], err error) {
	read := func(tx docs.Tx) error {
		p, err = followers.Get(tx, "", "", f.Name)
		return err
	}
	if err = f.Docs.Read(ctx, read); fault.KindOf(err) != fault.NotFound {
		return p, err
	}
	var head int64
	if !f.FromStart {
		if head, err = f.Events.Head(ctx); err != nil {
			return p, err
		}
	}
	err = f.Docs.Write(ctx, func(tx docs.Tx) error { return followers.Insert(tx, "", "", f.Name, "", followed{head}) })
	if err != nil && fault.KindOf(err) != fault.Exists {
		return p, err
	}
	return p, f.Docs.Read(ctx, read)
}
