package sweep

import (
	"context"
	"errors"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Sink takes what was read. What it has taken is durable. inventory.Recorder is one that records at once.
type Sink interface {
	// Observe takes in what resources look like, all or none, and tells how many items that wrote.
	Observe(ctx context.Context, specs []inventory.Spec) (written int, err error)
	// Gone takes in that resources no longer exist.
	Gone(ctx context.Context, seen time.Time, keys []inventory.Key) (written int, err error)
}

const (
	batchSize = 200
	batchWait = 100 * time.Millisecond
)

// batch hands resources to a sink, so many or so old at a time.
type batch struct {
	sink    Sink
	clock   stamp.Source
	specs   []inventory.Spec
	begun   time.Time
	written int64
	// bad is what is wrong with a resource that the sink cannot take.
	bad error
}

func (b *batch) add(ctx context.Context, s inventory.Spec) error {
	if len(b.specs) == 0 {
		b.begun = b.clock.Now()
	}
	b.specs = append(b.specs, s)
	if len(b.specs) < batchSize && b.clock.Now().Sub(b.begun) < batchWait {
		return nil
	}
	return b.flush(ctx)
}

// flush hands over what is there. One resource that cannot be stored does not take the others with it.
func (b *batch) flush(ctx context.Context) error {
	if len(b.specs) == 0 {
		return nil
	}
	n, err := b.sink.Observe(ctx, b.specs)
	if err != nil && fault.KindOf(err) == fault.Invalid {
		n, err = b.singly(ctx)
	}
	b.written += int64(n)
	clear(b.specs)
	b.specs = b.specs[:0]
	return err
}

func (b *batch) singly(ctx context.Context) (written int, err error) {
	for _, s := range b.specs {
		n, err := b.sink.Observe(ctx, []inventory.Spec{s})
		switch {
		case err == nil:
			written += n
		case fault.KindOf(err) == fault.Invalid:
			b.bad = errors.New("the resource " + s.ID + " cannot be stored: " + err.Error())
		default:
			return written, err
		}
	}
	return written, nil
}
