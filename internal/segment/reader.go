package segment

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/trail"
)

// reader reads the columns of one segment after another. What it read of a segment lies in buffers that it uses again.
type reader struct {
	q     *trail.BlockQuery
	yield func(*trail.Block) error
	block trail.Block

	file *file
	rows rowSet
	held trail.Block // the columns of all rows; its bytes are those of a few

	// lo and hi bound the rows of the query's time; asked are the columns of all of them that conditions are about.
	lo, hi int
	asked  [trail.NumColumns]*trail.Texts

	list             []int
	mask, more       []uint8
	of, ofAsked      [trail.NumColumns][]uint32
	numbers, moments []int64
}

// segment yields what the segment holds of the query.
func (r *reader) segment(ctx context.Context) error {
	if err := r.choose(); err != nil || r.rows.len() == 0 {
		return err
	}
	withBytes := false
	for _, c := range r.q.Columns {
		if c == trail.ColumnRaw {
			withBytes = true
		} else if err := r.column(c); err != nil {
			return err
		}
	}
	if withBytes {
		return r.bytes(ctx)
	}
	for i := 0; i < r.rows.len(); i += blockRows {
		if err := r.give(ctx, i, min(i+blockRows, r.rows.len())); err != nil {
			return err
		}
	}
	return nil
}

// choose settles which rows are asked for.
func (r *reader) choose() (err error) {
	r.lo, r.hi = 0, r.file.Rows
	if !r.wholeTime() {
		if r.lo, r.hi, err = r.file.between(r.q.From, r.q.To); err != nil {
			return err
		}
	}
	r.rows = rowSet{lo: r.lo, hi: r.hi}
	r.asked = [trail.NumColumns]*trail.Texts{}
	if len(r.q.AllOf) == 0 || r.lo == r.hi {
		return nil
	}
	return r.matching()
}

// wholeTime tells that the query's time leaves no row out.
func (r *reader) wholeTime() bool {
	return (r.q.From.IsZero() || !r.file.First.Before(r.q.From)) && (r.q.To.IsZero() || !r.file.Last.After(r.q.To))
}

// zeros says for as many rows as there can be that they have the first word.
var zeros [maxRows]uint32

// column reads a column at the chosen rows.
func (r *reader) column(c trail.Column) (err error) {
	f, t := r.file, &r.held.Texts[c]
	switch c {
	case trail.ColumnSeq:
		r.numbers, err = r.places(r.numbers[:0])
		r.held.Seqs = r.numbers
	case trail.ColumnTime:
		r.moments, err = f.intsAt(timeColumn, r.rows, r.moments[:0])
		r.held.Times = r.moments
	case trail.ColumnAccount:
		*t = trail.Texts{Words: []string{f.Account}, Of: zeros[:r.rows.len()]}
	case trail.ColumnRegion:
		*t = trail.Texts{Words: []string{f.Region}, Of: zeros[:r.rows.len()]}
	default:
		if r.asked[c] != nil && r.asked[c].Of != nil {
			*t, r.of[c] = r.some(r.asked[c], r.of[c][:0])
			return nil
		}
		*t, err = f.textsAt(columnOf[c], r.rows, r.of[c])
		if t.Of != nil {
			r.of[c] = t.Of
		}
	}
	return err
}

// places appends the chosen rows' places in the order of arrival.
func (r *reader) places(to []int64) ([]int64, error) {
	if !r.file.InOrder {
		return r.file.intsAt(seqColumn, r.rows, to)
	}
	for i := range r.rows.len() {
		to = append(to, r.file.FirstSeq+int64(r.rows.at(i)))
	}
	return to, nil
}

// some takes the chosen rows out of a column of all.
func (r *reader) some(all *trail.Texts, of []uint32) (trail.Texts, []uint32) {
	if r.rows.list == nil {
		return *all, of
	}
	for _, row := range r.rows.list {
		of = append(of, all.Of[row-r.lo])
	}
	return trail.Texts{Words: all.Words, Of: of}, of
}

// give yields the i-th to the j-th of the chosen rows, without the j-th.
func (r *reader) give(ctx context.Context, i, j int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b := &r.block
	b.Rows = j - i
	for _, c := range r.q.Columns {
		switch c {
		case trail.ColumnSeq:
			b.Seqs = r.held.Seqs[i:j]
		case trail.ColumnTime:
			b.Times = r.held.Times[i:j]
		case trail.ColumnRaw:
			b.Raw = r.held.Raw
		default:
			if t := r.held.Texts[c]; t.Of != nil {
				b.Texts[c] = trail.Texts{Words: t.Words, Of: t.Of[i:j]}
			} else {
				b.Texts[c] = trail.Texts{Words: t.Words[i:j]}
			}
		}
	}
	return r.yield(b)
}

// bytes yields the chosen rows with their bytes, some pages at a time.
func (r *reader) bytes(ctx context.Context) error {
	list := r.rows.list
	if list == nil {
		r.list = r.list[:0]
		for row := r.rows.lo; row < r.rows.hi; row++ {
			r.list = append(r.list, row)
		}
		list = r.list
	}
	given, size := 0, 0
	flush := func() error {
		n := len(r.held.Raw)
		if n == 0 {
			return nil
		}
		err := r.give(ctx, given, given+n)
		given, size = given+n, 0
		clear(r.held.Raw)
		r.held.Raw = r.held.Raw[:0]
		return err
	}
	r.held.Raw = r.held.Raw[:0]
	err := r.file.byPage(list, func(p int, rows []int) error {
		err := r.file.texts(p, rows, func(_ int, raw []byte) error {
			r.held.Raw = append(r.held.Raw, raw)
			size += len(raw)
			return nil
		})
		if err == nil && (size >= blockBytes || len(r.held.Raw) >= blockRows) {
			err = flush()
		}
		return err
	})
	if err != nil {
		return err
	}
	return flush()
}

// resized is a slice of n zeros that takes the place of s.
func resized(s []uint8, n int) []uint8 {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}
