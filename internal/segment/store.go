// Package segment keeps events in sealed Parquet files with an index beside each, one set per account, region and
// day; a trickle of events waits in SQL rows until it is worth a file. SQL holds the truth of what exists: a segment
// is there when its manifest row is committed, which happens after its files are on disk, in the transaction that
// also stores the batch's rows and file marks. Killing the process at any moment loses nothing that was answered.
// Small segments of a day are merged in the background; days past a retention go when the operator sets one. A day with
// fewer events than a segment is worth keeps them as rows.
package segment

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
)

// SQL is the store that holds the manifest and the rows.
type SQL interface {
	Read(ctx context.Context, fn func(trail.Tx) error) error
	Write(ctx context.Context, fn func(trail.Tx) error) error
}

// Store implements trail.Store. Open it once in a process and in one process at a time.
type Store struct {
	root  string
	sql   SQL
	clock stamp.Source

	// appends admits one change at a time; it guards what follows.
	appends sync.Mutex
	writer  *writer
	ids     map[string][]uint64            // id hashes by segment id, for finding duplicates
	sieves  map[string]*sieve              // what is in ids, by account
	hot     map[string]map[uint64]struct{} // id hashes of hot events by account
	waiting map[partition]int              // hot events by account, region and day
	unsure  bool                           // a commit's answer was lost: read everything again

	// view admits readers while nothing commits, so that they see rows and segments of one moment.
	view     sync.RWMutex
	head     int64
	moved    chan struct{}   // closed when the head moves
	segments []trail.Segment // the latest first
	readers  readers

	files cache

	merging sync.Mutex // admits one merge at a time
}

// partition is what one segment can hold.
type partition struct{ account, region, day string }

func partitionOf(e *trail.Event) partition {
	return partition{e.Account, e.Region, e.Time.Format(time.DateOnly)}
}

// dayNames spells days, the one that was asked for last at no cost.
type dayNames struct {
	day  int64
	name string
}

func (d *dayNames) of(t time.Time) string {
	if day := t.Unix() / 86400; day != d.day || d.name == "" { // years before 1970 are not accepted
		d.day, d.name = day, t.Format(time.DateOnly)
	}
	return d.name
}

// Open opens the events below the folder root, whose manifest sql holds.
func Open(ctx context.Context, root string, sql SQL, clock stamp.Source) (*Store, error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, err
	}
	s := &Store{root: root, sql: sql, clock: clock, writer: newWriter(), unsure: true, moved: make(chan struct{})}
	s.files.open = func(seg trail.Segment) (*file, error) { return openFile(root, seg) }
	return s, s.reload(ctx)
}

// reload reads from SQL what exists. The caller holds appends, or nobody else knows the store yet.
func (s *Store) reload(ctx context.Context) error {
	if !s.unsure {
		return nil
	}
	var head int64
	var segments []trail.Segment
	var keys []trail.Event
	err := s.sql.Read(ctx, func(tx trail.Tx) (err error) {
		if head, err = tx.EventHead(); err != nil {
			return err
		}
		if segments, err = tx.Segments(); err != nil {
			return err
		}
		keys, err = tx.HotKeys()
		return err
	})
	if err != nil {
		return fmt.Errorf("read the manifest of events: %w", err)
	}
	s.ids, s.sieves = map[string][]uint64{}, map[string]*sieve{}
	s.hot, s.waiting = map[string]map[uint64]struct{}{}, map[partition]int{}
	for i := range keys {
		s.addHot(&keys[i])
	}
	slices.SortFunc(segments, latestFirst)
	s.view.Lock()
	if gone := without(s.segments, segments); len(gone) > 0 {
		s.discard(s.readers.retire(gone))
	}
	s.segments = segments
	s.move(head)
	s.view.Unlock()
	s.unsure = false
	return nil
}

// move moves the head and tells those who wait for it. The caller holds view.
func (s *Store) move(head int64) {
	if head != s.head {
		close(s.moved)
		s.moved = make(chan struct{})
	}
	s.head = head
}

func (s *Store) addHot(e *trail.Event) {
	if s.hot[e.Account] == nil {
		s.hot[e.Account] = map[uint64]struct{}{}
	}
	s.hot[e.Account][hash(e.ID)] = struct{}{}
	s.waiting[partitionOf(e)]++
}

func latestFirst(a, b trail.Segment) int {
	if n := b.Last.Compare(a.Last); n != 0 {
		return n
	}
	return strings.Compare(b.ID, a.ID)
}

// Marks implements trail.Store.
func (s *Store) Marks(ctx context.Context, sums []string) (map[string]trail.FileMark, error) {
	out := map[string]trail.FileMark{}
	if len(sums) == 0 {
		return out, nil
	}
	err := s.sql.Read(ctx, func(tx trail.Tx) error {
		marks, err := tx.FileMarks(sums)
		for _, m := range marks {
			out[m.Sum] = m
		}
		return err
	})
	return out, err
}

// change is what one transaction does to the store.
type change struct {
	head     int64
	segments []trail.Segment
	gone     []trail.Segment // those that the manifest loses
	write    func(trail.Tx) error
}

// commit runs the transaction and shows its result to readers. An error usually means that nothing was stored, but
// an answer can be lost behind a commit: so what exists is read again, now or before the next change.
func (s *Store) commit(ctx context.Context, c change) error {
	err := s.write(ctx, c)
	if err != nil {
		s.unsure = true
		_ = s.reload(context.WithoutCancel(ctx)) // tried again by the next change
	}
	return err
}

func (s *Store) write(ctx context.Context, c change) error {
	s.view.Lock()
	defer s.view.Unlock()
	from := s.head
	err := s.sql.Write(ctx, func(tx trail.Tx) error {
		if err := tx.MoveEventHead(from, c.head); err != nil {
			return err
		}
		for _, seg := range c.gone {
			if err := tx.DeleteSegment(seg.Account, seg.ID); err != nil {
				return err
			}
		}
		for _, seg := range c.segments {
			if err := tx.PutSegment(seg); err != nil {
				return err
			}
		}
		return c.write(tx)
	})
	if err != nil {
		return err
	}
	s.move(c.head)
	s.segments = slices.Concat(without(s.segments, c.gone), c.segments)
	slices.SortFunc(s.segments, latestFirst)
	if len(c.gone) > 0 {
		for _, seg := range c.gone {
			delete(s.ids, seg.ID)
		}
		s.discard(s.readers.retire(c.gone))
	}
	return nil
}

// without is a copy of all without those that are gone.
func without(all, gone []trail.Segment) []trail.Segment {
	if len(gone) == 0 {
		return all
	}
	ids := map[string]bool{}
	for _, seg := range gone {
		ids[seg.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(all), func(seg trail.Segment) bool { return ids[seg.ID] })
}

// sealed writes the files of a new segment. Until it is committed they are orphans that Sweep removes.
func (s *Store) sealed(p partition, events []*trail.Event) (trail.Segment, error) {
	slices.SortFunc(events, byTime)
	seg := trail.Segment{ID: s.clock.NewID(), Account: p.account, Region: p.region, Day: p.day}
	ix, err := s.writer.write(s.root, &seg, listed(events))
	if err != nil {
		s.writer = newWriter() // its buffers may hold half a file
		return seg, fmt.Errorf("seal events of %s %s %s: %w", p.account, p.region, p.day, err)
	}
	s.ids[seg.ID] = ix.ids
	if v := s.sieves[p.account]; v != nil { // before it is certain that they are stored: a sieve may let too much through
		v.addAll(ix.ids)
	}
	return seg, nil
}

func byTime(a, b *trail.Event) int {
	if n := a.Time.Compare(b.Time); n != 0 {
		return n
	}
	return strings.Compare(a.ID, b.ID)
}

// errStop ends a walk over events that the caller has had enough of.
var errStop = errors.New("stop")
