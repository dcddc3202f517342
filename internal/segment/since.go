package segment

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trail"
)

// arrival is a row with its place in the order of arrival.
type arrival struct {
	seq  int64
	file *file
	row  int
}

// Since implements trail.Store.
func (s *Store) Since(ctx context.Context, scope arn.Scope, after int64, limit int) ([]trail.Event, int64, error) {
	if limit < 1 {
		return nil, after, fault.Invalidf("limit", "The number of events asked for must be at least 1.")
	}
	var found []trail.Event
	segments, head, done, err := s.snapshot(func() error {
		return s.sql.Read(ctx, func(tx trail.Tx) (err error) {
			found, err = tx.HotEventsSince(scope, after, limit)
			return err
		})
	})
	if err != nil {
		return nil, after, err
	}
	defer done()
	sealed, err := s.arrivals(ctx, scope, segments, after, limit)
	if err != nil {
		return nil, after, err
	}
	byFile := map[*file][]int{}
	for _, a := range sealed {
		byFile[a.file] = append(byFile[a.file], a.row)
	}
	for f, rows := range byFile {
		slices.Sort(rows)
		events, err := f.events(rows)
		if err != nil {
			return nil, after, err
		}
		found = append(found, events...)
	}
	slices.SortFunc(found, func(a, b trail.Event) int { return int(min(1, max(-1, a.Seq-b.Seq))) })
	if len(found) >= limit {
		return found[:limit], found[limit-1].Seq, nil
	}
	return found, max(after, head), nil // everything up to the head was looked at
}

// arrivals are the first limit rows of the scope's segments after a place.
func (s *Store) arrivals(ctx context.Context, scope arn.Scope, segments []trail.Segment, after int64, limit int) ([]arrival, error) {
	due := slices.DeleteFunc(slices.Clone(segments), func(seg trail.Segment) bool {
		return seg.LastSeq <= after || !scope.Sees(seg.Account, seg.Region)
	})
	slices.SortFunc(due, func(a, b trail.Segment) int { return int(min(1, max(-1, a.FirstSeq-b.FirstSeq))) })
	var out []arrival
	for _, seg := range due {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(out) >= limit && out[limit-1].seq < seg.FirstSeq {
			break
		}
		f, err := s.files.get(seg)
		if err != nil {
			return nil, err
		}
		rows, err := f.after(after, limit)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
		slices.SortFunc(out, bySeq)
		out = out[:min(limit, len(out))]
	}
	return out, nil
}

func bySeq(a, b arrival) int { return int(min(1, max(-1, a.seq-b.seq))) }

// after returns the segment's first limit arrivals behind a place.
func (f *file) after(after int64, limit int) ([]arrival, error) {
	var out []arrival
	if f.InOrder {
		for row := max(0, int(after-f.FirstSeq)+1); row < f.Rows && len(out) < limit; row++ {
			out = append(out, arrival{f.FirstSeq + int64(row), f, row})
		}
		return out, nil
	}
	seqs, err := f.seqs()
	if err != nil {
		return nil, err
	}
	for row, seq := range seqs {
		if seq > after {
			out = append(out, arrival{seq, f, row})
		}
	}
	slices.SortFunc(out, bySeq)
	return out[:min(limit, len(out))], nil
}
