package segment

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tickmark/tickmark/internal/trail"
)

const (
	// mergeFiles is how many segments are merged into one at most: each is open while they are.
	mergeFiles = 128
	// mergeBytes is the most that a merged segment may come to on disk: so much is in memory before it is written.
	mergeBytes = 64 << 20
)

// Compact merges small segments of one account, region and day, such as sealing late events leaves behind, and tells
// how many files became fewer. It changes no answer: an event keeps its bytes, its key and its place in every order.
// New files are on disk before the manifest names them; it changes to them in one transaction; the old ones go when
// nobody reads them any more. Appends and readers go on meanwhile.
func (s *Store) Compact(ctx context.Context) (fewer int, err error) {
	s.merging.Lock()
	defer s.merging.Unlock()
	w := newWriter()
	for {
		s.view.RLock()
		groups := mergeable(s.segments)
		s.view.RUnlock()
		before := fewer
		for _, group := range groups {
			n, failed := s.merge(ctx, w, group)
			fewer += n
			if failed != nil {
				err = errors.Join(err, failed)
				w = newWriter() // its buffers may hold half a file
			}
			if ctx.Err() != nil {
				return fewer, err
			}
		}
		if fewer == before || err != nil {
			return fewer, err
		}
	}
}

// mergeable groups segments that are worth being one: of the smallest of a day, as many as make a full one. A big one
// is only written again for small ones that are at least a quarter of it, or many: so an event is written a few times
// in its life, however its day trickles in.
func mergeable(segments []trail.Segment) (groups [][]trail.Segment) {
	days := map[partition][]trail.Segment{}
	for _, seg := range segments {
		p := partition{seg.Account, seg.Region, seg.Day}
		days[p] = append(days[p], seg)
	}
	for _, of := range days {
		slices.SortFunc(of, func(a, b trail.Segment) int {
			return cmp.Or(a.Rows-b.Rows, a.First.Compare(b.First), cmp.Compare(a.ID, b.ID))
		})
		for len(of) > 1 {
			n, rows, size := 0, 0, int64(0)
			for n < min(len(of), mergeFiles) && rows+of[n].Rows <= maxRows && size+of[n].Bytes <= mergeBytes {
				rows, size = rows+of[n].Rows, size+of[n].Bytes
				n++
			}
			if n < 2 {
				break // those that follow are bigger
			}
			if most := of[n-1].Rows; n >= 8 || (rows-most)*4 >= most {
				groups = append(groups, of[:n])
			}
			of = of[n:]
		}
	}
	return groups
}

// merge makes one segment of several and tells how many fewer there are.
func (s *Store) merge(ctx context.Context, w *writer, group []trail.Segment) (fewer int, err error) {
	_, _, done, err := s.snapshot(func() error { return nil })
	if err != nil {
		return 0, err
	}
	defer done()
	first := group[0]
	seg := trail.Segment{ID: s.clock.NewID(), Account: first.Account, Region: first.Region, Day: first.Day}
	ix, err := w.write(s.root, &seg, func(yield func([]*trail.Event) error) error { return s.merged(ctx, group, yield) })
	if err != nil {
		return 0, fmt.Errorf("merge %d segments of %s %s %s: %w", len(group), first.Account, first.Region, first.Day, err)
	}
	s.appends.Lock()
	defer s.appends.Unlock()
	if err := s.reload(ctx); err != nil {
		return 0, err
	}
	for _, g := range group {
		if !slices.ContainsFunc(s.segments, func(seg trail.Segment) bool { return seg.ID == g.ID }) {
			s.discard([]trail.Segment{seg})
			return 0, nil // it was removed meanwhile: its events are not wanted any more
		}
	}
	err = s.commit(ctx, change{head: s.head, segments: []trail.Segment{seg}, gone: group, write: func(trail.Tx) error { return nil }})
	if err != nil {
		return 0, err
	}
	s.ids[seg.ID] = ix.ids
	return len(group) - 1, nil
}

// merged hands out the events of all the segments in the order of rows, holding some pages of each.
func (s *Store) merged(ctx context.Context, group []trail.Segment, yield func([]*trail.Event) error) (err error) {
	streams := make([]*stream, 0, len(group))
	for _, seg := range group {
		f, opened := openFile(s.root, seg)
		if opened != nil {
			return opened
		}
		defer func() { err = errors.Join(err, f.f.Close()) }()
		streams = append(streams, &stream{file: f})
	}
	var chunk []*trail.Event
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		e, err := earliest(&streams)
		if err != nil {
			return err
		}
		if e != nil {
			chunk = append(chunk, e)
		}
		if len(chunk) == chunkRows || e == nil && len(chunk) > 0 {
			if err := yield(chunk); err != nil {
				return err
			}
			chunk = chunk[:0]
		}
		if e == nil {
			return nil
		}
	}
}

// earliest takes the next event of all streams; nil when there is none. Streams that have ended are dropped.
func earliest(streams *[]*stream) (*trail.Event, error) {
	var best *stream
	for i := 0; i < len(*streams); i++ {
		st := (*streams)[i]
		if err := st.fill(); err != nil {
			return nil, err
		}
		if len(st.events) == 0 {
			*streams = slices.Delete(*streams, i, i+1)
			i--
			continue
		}
		if best == nil || byTime(&st.events[0], &best.events[0]) < 0 {
			best = st
		}
	}
	if best == nil {
		return nil, nil
	}
	e := &best.events[0]
	best.events = best.events[1:]
	return e, nil
}

// stream reads a segment page by page.
type stream struct {
	file   *file
	page   int
	events []trail.Event
}

// fill reads the next page when all that was read is used up.
func (st *stream) fill() error {
	if len(st.events) > 0 || st.page == len(st.file.pages) {
		return nil
	}
	end := st.file.Rows
	if st.page+1 < len(st.file.pages) {
		end = st.file.pages[st.page+1].first
	}
	var rows []int
	for row := st.file.pages[st.page].first; row < end; row++ {
		rows = append(rows, row)
	}
	st.page++
	events, err := st.file.events(rows)
	st.events = events
	return err
}
