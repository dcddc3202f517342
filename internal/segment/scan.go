package segment

import (
	"context"
	"errors"
	"slices"
	"time"

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

// scanned are the columns that make an event but for its bytes and resources.
var scanned = []trail.Column{
	trail.ColumnSeq, trail.ColumnTime, trail.ColumnID, trail.ColumnName, trail.ColumnSource, trail.ColumnCategory, trail.ColumnType,
	trail.ColumnReadOnly, trail.ColumnUser, trail.ColumnAccessKeyID, trail.ColumnPrincipal, trail.ColumnSourceIP, trail.ColumnErrorCode,
	trail.ColumnSharedID, trail.ColumnIntegrity, trail.ColumnOrigin,
}

func (f *file) scanColumns(rows rowSet, offer func(*trail.Event) error) error {
	for i := 0; i < rows.len(); i += blockRows {
		r := reader{file: f, rows: rows.slice(i, min(i+blockRows, rows.len()))}
		for _, c := range scanned {
			if err := r.column(c); err != nil {
				return err
			}
		}
		adapted, err := f.flagsAt(adaptedColumn, r.rows)
		if err != nil {
			return err
		}
		for n := range r.rows.len() {
			e := r.event(n)
			e.Adapted = adapted[n]
			if err := offer(&e); err != nil {
				return err
			}
		}
	}
	return nil
}

// event is a row of the columns that were read.
func (r *reader) event(n int) trail.Event {
	t := func(c trail.Column) string { return r.held.Texts[c].At(n) }
	return trail.Event{
		Account: r.file.Account, Region: r.file.Region, ID: t(trail.ColumnID), Time: time.UnixMilli(r.held.Times[n]).UTC(),
		Name: t(trail.ColumnName), Source: t(trail.ColumnSource), Category: t(trail.ColumnCategory), Type: t(trail.ColumnType),
		ReadOnly: t(trail.ColumnReadOnly), User: t(trail.ColumnUser), AccessKeyID: t(trail.ColumnAccessKeyID), Principal: t(trail.ColumnPrincipal),
		SourceIP: t(trail.ColumnSourceIP), ErrorCode: t(trail.ColumnErrorCode), SharedID: t(trail.ColumnSharedID),
		Integrity: t(trail.ColumnIntegrity), Origin: t(trail.ColumnOrigin), Seq: r.held.Seqs[n],
	}
}
