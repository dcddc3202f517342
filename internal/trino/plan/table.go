package plan

import (
	"context"
	"sync/atomic"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// Column is a column of a table.
type Column struct {
	Name string
	Type *value.Type
}

// Catalog finds the table that a name in FROM means; a fault when there is none. Schema and catalog stand before the
// name, when they are written.
type Catalog func(name []string) (Table, error)

// Table is what FROM reads.
type Table interface {
	// Columns are all columns, in the order of SELECT *.
	Columns() []Column
	// Scan calls yield with batches of rows, in no promised order, until it fails; its error is returned. yield may be
	// called from several goroutines at once with different workers' numbers, each below r.Workers, and for one number
	// by one at a time.
	Scan(ctx context.Context, r *ScanRequest, yield func(worker int, b *Batch) error) error
}

// ScanRequest is what a plan wants of a table.
type ScanRequest struct {
	// Columns are those of the batches, in this order.
	Columns []Wanted
	// Filters all hold for the rows that are wanted. A table may use them to leave rows out; those it yields are
	// checked again.
	Filters []ColumnFilter
	// Limit is a number of rows after which no more are needed; 0 when all are. It counts rows that pass the filters.
	Limit int64
	// Workers bounds the numbers of workers that yield is called with.
	Workers int
	// Statistics are added to.
	Statistics *Statistics
}

// Wanted is a column of a table, or what lies inside one.
type Wanted struct {
	// Column is the number of the column.
	Column int
	// Path leads on inside: the numbers of a row's fields, or the key of a map, which is text, as last part.
	Path []Step
	// Type is that of what is wanted.
	Type *value.Type
}

// Step is one step into a column.
type Step struct {
	// Field is the number of a row's field; -1 for a map's key.
	Field int
	// Key is a map's key. A row whose map lacks it has NULL.
	Key string
}

// FilterKind is what a ColumnFilter asks.
type FilterKind uint8

// The kinds of filters.
const (
	// FilterIn: the column equals one of Values.
	FilterIn FilterKind = iota
	// FilterRange: the column lies between Low and High; nil leaves an end open.
	FilterRange
	// FilterPrefix: the text begins with Prefix.
	FilterPrefix
)

// ColumnFilter is a condition on one column. It is false for NULL. Values are of the type of what is wanted.
type ColumnFilter struct {
	Wanted
	Kind   FilterKind
	Values []value.Value
	// Low and High bound a range, themselves left out when LowOpen, HighOpen.
	Low, High         value.Value
	LowOpen, HighOpen bool
	Prefix            string
}

// Statistics count what scans read.
type Statistics struct {
	// Scanned are rows looked at, Matched those that pass all filters on tables, Bytes those of the rows looked at.
	Scanned, Matched, Bytes atomic.Int64
}

// Batch is some rows, column by column. Columns may be read only when they are asked for.
type Batch struct {
	Rows int
	// columns are nil as long as they are not loaded.
	columns []*value.Vector
	load    Loader
	// rows are the numbers the loader knows the rows by; nil: 0, 1, 2 ...
	rows []uint32
}

// Loader reads some rows of a column: all of them, in order, when rows is nil. It is called by one goroutine at a
// time, and only while the call lasts that yields the batch.
type Loader func(column int, rows []uint32) (*value.Vector, error)

// NewBatch is a batch of rows whose columns are at hand; one that is nil is loaded when it is needed.
func NewBatch(rows int, columns []*value.Vector, load Loader) *Batch {
	return &Batch{Rows: rows, columns: columns, load: load}
}

// Width is the number of columns.
func (b *Batch) Width() int { return len(b.columns) }

// Column is a column of the batch.
func (b *Batch) Column(i int) (*value.Vector, error) {
	if b.columns[i] == nil {
		v, err := b.load(i, b.rows)
		if err != nil {
			return nil, err
		}
		b.columns[i] = v
	}
	return b.columns[i], nil
}

// Columns loads all columns.
func (b *Batch) Columns() ([]*value.Vector, error) {
	for i := range b.columns {
		if _, err := b.Column(i); err != nil {
			return nil, err
		}
	}
	return b.columns, nil
}

// Select keeps the rows of these numbers, in this order.
func (b *Batch) Select(rows []uint32) *Batch {
	out := &Batch{Rows: len(rows), columns: make([]*value.Vector, len(b.columns)), load: b.load, rows: rows}
	for i, c := range b.columns {
		if c != nil {
			out.columns[i] = c.Select(rows)
		}
	}
	if b.rows != nil {
		out.rows = make([]uint32, len(rows))
		for i, r := range rows {
			out.rows[i] = b.rows[r]
		}
	}
	return out
}
