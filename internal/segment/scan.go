package segment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/tickmark/tickmark/internal/trail"
)

// Scan implements trail.Store.
func (s *Store) Scan(ctx context.Context, q trail.ScanQuery, yield func(*trail.Event) bool) error {
	var hot []trail.Event
	segments, _, done, err := s.snapshot(func() error {
		h := trail.HotQuery{Scope: q.Scope, Start: q.From, End: q.To}
		for _, m := range q.AnyOf {
			h.AnyTerm = append(h.AnyTerm, int64(term(m.Attribute, m.Value)))
		}
		if slices.ContainsFunc(q.AnyOf, func(m trail.Match) bool { return m.Attribute == trail.Anything }) {
			h.AnyTerm = nil
		}
		return s.sql.Read(ctx, func(tx trail.Tx) (err error) {
			hot, err = tx.HotEvents(h)
			return err
		})
	})
	if err != nil {
		return err
	}
	defer done()
	offer := func(e *trail.Event) error {
		if q.Matches(e) {
			if !q.Raw {
				e.Raw, e.Resources = nil, nil
			}
			if !yield(e) {
				return errStop
			}
		}
		return nil
	}
	for i := range hot {
		if err := offer(&hot[i]); err != nil {
			return stopped(err)
		}
	}
	bounds := trail.Query{Scope: q.Scope, Start: q.From, End: q.To}
	for _, seg := range segments {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !mayHold(&bounds, &seg) {
			continue
		}
		if err := s.scanSegment(&q, seg, offer); err != nil {
			return stopped(err)
		}
	}
	return nil
}

func stopped(err error) error {
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

func (s *Store) scanSegment(q *trail.ScanQuery, seg trail.Segment, offer func(*trail.Event) error) error {
	f, err := s.files.get(seg)
	if err != nil {
		return err
	}
	lo, hi, err := f.between(q.From, q.To)
	if err != nil {
		return err
	}
	rows := rowSet{lo: lo, hi: hi}
	if len(q.AnyOf) > 0 {
		rows = rowSet{list: []int{}}
		for _, m := range q.AnyOf {
			one, err := f.offered(&trail.Query{Attribute: m.Attribute, Value: m.Value}, lo, hi)
			if err != nil {
				return err
			}
			if one.list == nil {
				rows = rowSet{lo: lo, hi: hi}
				break
			}
			rows.list = append(rows.list, one.list...)
		}
		slices.Sort(rows.list)
		rows.list = slices.Compact(rows.list)
	}
	if rows.len() == 0 {
		return nil
	}
	// Resources are not among the columns: a match on them is settled by the bytes.
	if q.Raw || slices.ContainsFunc(q.AnyOf, func(m trail.Match) bool {
		return m.Attribute == trail.ResourceName || m.Attribute == trail.ResourceType
	}) {
		return f.scanBytes(rows, offer)
	}
	return f.scanColumns(rows, offer)
}

func (f *file) scanBytes(rows rowSet, offer func(*trail.Event) error) error {
	list := rows.list
	if list == nil {
		for i := range rows.len() {
			list = append(list, rows.at(i))
		}
	}
	return f.byPage(list, func(p int, rows []int) error {
		return f.texts(p, rows, func(row int, raw []byte) error {
			e, err := f.decode(row, raw)
			if err != nil {
				return err
			}
			return offer(&e)
		})
	})
}

func (f *file) scanColumns(rows rowSet, offer func(*trail.Event) error) (err error) {
	r := parquet.NewGenericReader[attributeColumns](f.parquet)
	defer func() { err = errors.Join(err, r.Close()) }()
	buf := make([]attributeColumns, 256)
	for i := 0; i < rows.len(); {
		first := rows.at(i)
		if err := r.SeekToRow(int64(first)); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		n, err := r.Read(buf[:min(len(buf), rows.at(rows.len()-1)-first+1)])
		if n == 0 && err != nil && err != io.EOF {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if n == 0 {
			return fmt.Errorf("%s: row %d is missing", f.name, first)
		}
		for ; i < rows.len() && rows.at(i) < first+n; i++ {
			e := buf[rows.at(i)-first].event()
			if err := offer(&e); err != nil {
				return err
			}
		}
	}
	return nil
}
