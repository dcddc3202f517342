package segment

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/tickmark/tickmark/internal/trail"
)

// columnOf is where a column of blocks stands in the file. The account and the region of all rows are the segment's.
var columnOf = func() (of [trail.NumColumns]int) {
	for c := range trail.NumColumns {
		of[c] = int(c) // the order is the same, up to one that blocks do not have
	}
	of[trail.ColumnOrigin], of[trail.ColumnRaw] = originColumn, rawColumn
	return of
}()

// eachPage calls fn with the column's pages that hold some of the rows: with those rows, with what is left of the page
// from the first of them on, and with that row's number. The page is only valid during the call.
func (f *file) eachPage(column int, rows rowSet, fn func(rows rowSet, p parquet.Page, first int) error) (err error) {
	defer damaged(f.name, &err)
	chunk, ok := f.parquet.RowGroups()[0].ColumnChunks()[column].(*parquet.FileColumnChunk)
	if !ok {
		return f.failed(column, errForm)
	}
	pages := chunk.PagesFrom(f.f)
	defer func() { err = errors.Join(err, pages.Close()) }()
	for rows.len() > 0 {
		first := rows.at(0)
		if err := pages.SeekToRow(int64(first)); err != nil {
			return f.failed(column, err)
		}
		p, err := pages.ReadPage()
		if err == io.EOF || err == nil && p.NumRows() == 0 {
			err = fmt.Errorf("row %d is missing", first)
		}
		if err != nil {
			return f.failed(column, err)
		}
		n := rows.before(first + int(p.NumRows()))
		err = fn(rows.slice(0, n), p, first)
		parquet.Release(p)
		if err != nil {
			return f.failed(column, err)
		}
		rows = rows.slice(n, rows.len())
	}
	return nil
}

func (f *file) failed(column int, err error) error {
	return fmt.Errorf("%s: column %s: %w", f.name, columns[column].name, err)
}

var errForm = errors.New("it is not of the form that segments are written in")

// intsAt appends the values of a column of numbers at these rows.
func (f *file) intsAt(column int, rows rowSet, to []int64) ([]int64, error) {
	err := f.eachPage(column, rows, func(rows rowSet, p parquet.Page, first int) error {
		if p.Type().Kind() != parquet.Int64 || p.Dictionary() != nil {
			return errForm
		}
		values := p.Data()
		n := values.Int64()
		if rows.list == nil {
			to = append(to, n[:rows.len()]...)
		}
		for _, row := range rows.list {
			to = append(to, n[row-first])
		}
		return nil
	})
	return to, err
}

// flagsAt reads a column of yes and no at these rows.
func (f *file) flagsAt(column int, rows rowSet) ([]bool, error) {
	out := make([]bool, 0, rows.len())
	err := f.eachPage(column, rows, func(rows rowSet, p parquet.Page, first int) error {
		if p.Type().Kind() != parquet.Boolean {
			return errForm
		}
		values := make([]parquet.Value, p.NumValues())
		if n, err := p.Values().ReadValues(values); n < len(values) {
			return errors.Join(errForm, err)
		}
		for i := range rows.len() {
			out = append(out, values[rows.at(i)-first].Boolean())
		}
		return nil
	})
	return out, err
}

// textsAt reads a column of texts at these rows; the answer's Of takes the place of of.
func (f *file) textsAt(column int, rows rowSet, of []uint32) (trail.Texts, error) {
	t := trail.Texts{Of: of[:0]}
	var known parquet.Dictionary
	err := f.eachPage(column, rows, func(rows rowSet, p parquet.Page, first int) error {
		if p.Type().Kind() != parquet.ByteArray {
			return errForm
		}
		d := p.Dictionary()
		switch {
		case d == nil:
			addPlain(&t, p, rows, first)
			return nil
		case known == nil && len(t.Words) == 0:
			known, t.Words = d, appendWords(nil, d.Page(), rowSet{hi: d.Len()}, 0)
		case known != d:
			return errForm // there is one dictionary, and what does not fit into it follows
		}
		return addIndexes(&t, p, d.Len(), rows, first)
	})
	if known == nil {
		t.Of = nil // row by row
	}
	return t, err
}

// addPlain adds rows whose texts stand in the page itself.
func addPlain(t *trail.Texts, p parquet.Page, rows rowSet, first int) {
	for i := range rows.len() {
		t.Of = append(t.Of, uint32(len(t.Words)+i))
	}
	t.Words = appendWords(t.Words, p, rows, first)
}

// appendWords appends the texts of a page at these rows. They share one piece of memory.
func appendWords(to []string, p parquet.Page, rows rowSet, first int) []string {
	values := p.Data()
	b, ends := values.ByteArray()
	to = slices.Grow(to, rows.len())
	if rows.list == nil && rows.len() > 0 {
		base := ends[0]
		all := string(b[base:ends[rows.len()]])
		for i := range rows.len() {
			to = append(to, all[ends[i]-base:ends[i+1]-base])
		}
	}
	for _, row := range rows.list {
		to = append(to, string(b[ends[row-first]:ends[row-first+1]]))
	}
	return to
}

// addIndexes adds rows whose texts stand in the dictionary of so many words.
func addIndexes(t *trail.Texts, p parquet.Page, words int, rows rowSet, first int) error {
	values := p.Data()
	n := values.Int32()
	var highest uint32
	t.Of = slices.Grow(t.Of, rows.len())
	if rows.list == nil {
		for _, v := range n[:rows.len()] {
			highest = max(highest, uint32(v))
			t.Of = append(t.Of, uint32(v))
		}
	}
	for _, row := range rows.list {
		highest = max(highest, uint32(n[row-first]))
		t.Of = append(t.Of, uint32(n[row-first]))
	}
	if int(highest) >= words {
		return errors.New("it names a word that its dictionary does not have")
	}
	return nil
}
