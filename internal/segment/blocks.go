package segment

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/tickmark/tickmark/internal/trail"
)

// A block holds at most so many events, and events' bytes only until they are so many.
const (
	blockRows  = 8192
	blockBytes = 4 << 20
)

// Blocks implements trail.Store. Each goroutine reads one segment at a time: what is in memory is a few columns of as
// many segments as there are goroutines, and of their bytes one block each.
func (s *Store) Blocks(ctx context.Context, q trail.BlockQuery, yield func(*trail.Block) error) error {
	hot, segments, done, err := s.blocksOf(ctx, &q)
	if err != nil {
		return err
	}
	defer done()
	workers := q.Parallel
	if workers <= 1 {
		workers = runtime.GOMAXPROCS(0)
		yield = oneByOne(yield)
	}
	if err := hotBlocks(&q, hot, yield); err != nil {
		return err
	}
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for w := range min(workers, len(segments)) {
		g.Go(func() error {
			r := reader{q: &q, yield: yield}
			if q.Parallel > 1 {
				r.block.Worker = w
			}
			for i := next.Add(1) - 1; i < int64(len(segments)); i = next.Add(1) - 1 {
				if err := s.readBlocks(ctx, &r, segments[i], len(segments) > manySegments); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// blocksOf finds the waiting events that match and the segments that may hold more, of one moment.
func (s *Store) blocksOf(ctx context.Context, q *trail.BlockQuery) (hot []trail.Event, segments []trail.Segment, done func(), err error) {
	h := trail.HotQuery{Scope: q.Scope, Start: q.From, End: q.To}
	if len(q.AllOf) > 0 && !slices.Contains(attributesOf(q.AllOf[0]), trail.Anything) {
		for _, m := range q.AllOf[0] {
			h.AnyTerm = append(h.AnyTerm, int64(term(m.Attribute, m.Value)))
		}
	}
	segments, _, done, err = s.snapshot(func() error {
		return s.sql.Read(ctx, func(tx trail.Tx) (err error) {
			hot, err = tx.HotEvents(h)
			return err
		})
	})
	bounds := trail.Query{Scope: q.Scope, Start: q.From, End: q.To}
	segments = slices.DeleteFunc(slices.Clone(segments), func(seg trail.Segment) bool { return !mayHold(&bounds, &seg) })
	return slices.DeleteFunc(hot, func(e trail.Event) bool { return !q.Matches(&e) }), segments, done, err
}

func attributesOf(matches []trail.Match) (out []trail.Attribute) {
	for _, m := range matches {
		out = append(out, m.Attribute)
	}
	return out
}

// oneByOne lets one goroutine at a time through, and none after a failure.
func oneByOne(yield func(*trail.Block) error) func(*trail.Block) error {
	var mu sync.Mutex
	var failed error
	return func(b *trail.Block) error {
		mu.Lock()
		defer mu.Unlock()
		if failed == nil {
			failed = yield(b)
		}
		return failed
	}
}

// hotBlocks yields events that are no columns yet.
func hotBlocks(q *trail.BlockQuery, events []trail.Event, yield func(*trail.Block) error) error {
	for chunk := range slices.Chunk(events, blockRows) {
		b := &trail.Block{}
		for i := range chunk {
			b.Add(&chunk[i], q.Columns)
		}
		if err := yield(b); err != nil {
			return err
		}
	}
	return nil
}

// manySegments is when a walk over segments opens them for itself.
const manySegments = openFiles / 2

func (s *Store) readBlocks(ctx context.Context, r *reader, seg trail.Segment, many bool) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !many {
		if r.file, err = s.files.get(seg); err != nil {
			return err
		}
		return r.segment(ctx)
	}
	f, done, err := s.files.borrow(seg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	r.file = f
	return r.segment(ctx)
}
