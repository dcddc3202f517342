package segment

import (
	"bytes"
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trail"
)

// Batches bring this many events of one account, region and day, or they wait in SQL rows: a file costs some 10 KB
// and three syncs, a row 20 times the processor time of an event in a file.
const minSegment = 256

// maxWaiting is the number of hot events of one account, region and day that makes Append seal them.
const maxWaiting = 4096

// Append implements trail.Store.
func (s *Store) Append(ctx context.Context, b trail.Batch) (trail.Appended, error) {
	s.appends.Lock()
	defer s.appends.Unlock()
	var out trail.Appended
	if err := s.reload(ctx); err != nil {
		return out, err
	}
	for i := range b.Events {
		if e := &b.Events[i]; e.ID == "" || e.Account == "" || len(e.Raw) == 0 {
			return out, fault.Invalidf("events", "Event %d of the batch lacks its account, id or bytes; decode it with trail.Decode.", i)
		}
	}
	fresh, twins, err := s.dedupe(ctx, b.Events)
	if err != nil {
		return out, err
	}
	var clashing []trail.Event
	for _, t := range twins {
		if t.conflict {
			out.Conflicts = append(out.Conflicts, trail.Conflict{Account: t.event.Account, ID: t.event.ID, Origin: t.event.Origin})
			clashing = append(clashing, *t.event)
		} else {
			out.Duplicates++
		}
	}
	if len(fresh) == 0 && len(clashing) == 0 && len(b.Files) == 0 {
		return out, nil
	}
	segments, rows, err := s.place(fresh)
	if err != nil {
		return out, err
	}
	hot := make([]trail.HotEvent, len(rows))
	for i, e := range rows {
		hot[i] = trail.HotEvent{Event: *e}
		terms(e, func(t uint64) { hot[i].Terms = append(hot[i].Terms, int64(t)) })
		hot[i].Terms = append(hot[i].Terms, int64(term(trail.EventID, e.ID)))
	}
	err = s.commit(ctx, change{head: s.head + int64(len(fresh)), segments: segments, write: func(tx trail.Tx) error {
		if err := tx.PutHotEvents(hot); err != nil {
			return err
		}
		if err := tx.PutEventConflicts(clashing); err != nil {
			return err
		}
		return tx.PutFileMarks(b.Files)
	}})
	if err != nil {
		return trail.Appended{}, err
	}
	for _, e := range rows {
		s.addHot(e)
	}
	out.Stored = len(fresh)
	return out, s.sealFull(ctx)
}

// place numbers new events in the order of their arrival and decides where they go: into segments, whose files it
// writes, or into rows.
func (s *Store) place(fresh []*trail.Event) (segments []trail.Segment, rows []*trail.Event, err error) {
	parts := map[partition][]*trail.Event{}
	var order []partition
	var days dayNames
	for _, e := range fresh {
		p := partition{e.Account, e.Region, days.of(e.Time)}
		if parts[p] == nil {
			order = append(order, p)
		}
		parts[p] = append(parts[p], e)
	}
	seq := s.head
	for _, p := range order {
		events := parts[p]
		slices.SortFunc(events, byTime)
		for _, e := range events { // consecutive within a segment, where they then need no space
			seq++
			e.Seq = seq
		}
		if len(events) < minSegment {
			rows = append(rows, events...)
			continue
		}
		for chunk := range slices.Chunk(events, maxRows) {
			seg, err := s.sealed(p, chunk)
			if err != nil {
				return nil, nil, err
			}
			segments = append(segments, seg)
		}
	}
	return segments, rows, nil
}

// twin is an event whose key is taken.
type twin struct {
	event    *trail.Event
	conflict bool // the bytes differ
}

func twinOf(e *trail.Event, stored []byte) twin { return twin{e, !bytes.Equal(e.Raw, stored)} }
