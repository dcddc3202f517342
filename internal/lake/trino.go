package lake

import (
	"context"

	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trino/engine"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// Trino runs statements of Trino's dialect over the events.
type Trino struct {
	Events trail.Store
	Clock  stamp.Source
	// Memory is the limit of a query in bytes, exec.DefaultMemory when 0; Workers how many goroutines read, 1 when 0.
	Memory  int64
	Workers int
}

// Prepare implements Engine.
func (t *Trino) Prepare(statement string, parameters []string, find func(name string) (*View, error)) (Prepared, error) {
	p, err := engine.Prepare(statement, engine.Options{
		Parameters: parameters, Now: t.Clock.Now(), Memory: t.Memory, Workers: t.Workers,
		Catalog: func(name []string) (plan.Table, error) {
			v, err := find(name[len(name)-1])
			if err != nil {
				return nil, err
			}
			return TableOf(v, t.Events), nil
		},
	})
	if err != nil {
		return nil, err
	}
	return &trinoQuery{p}, nil
}

type trinoQuery struct{ *engine.Prepared }

// Columns implements Prepared.
func (q *trinoQuery) Columns() []string {
	columns := q.Prepared.Columns()
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.Name
	}
	return out
}

// Run implements Prepared.
func (q *trinoQuery) Run(ctx context.Context, yield func(row []*string) error) error {
	return q.Prepared.Run(ctx, func(rows int, columns []*value.Vector) error {
		for r := range rows {
			row := make([]*string, len(columns))
			for i, c := range columns {
				if v := c.Get(r); v != nil {
					row[i] = new(value.Format(c.Type, v))
				}
			}
			if err := yield(row); err != nil {
				return err
			}
		}
		return nil
	})
}

// Statistics implements Prepared.
func (q *trinoQuery) Statistics() Statistics {
	scanned, matched, bytes := q.Prepared.Statistics()
	return Statistics{Scanned: scanned, Matched: matched, Bytes: bytes}
}

// TableOf is a view as a table for an engine of one's own.
func TableOf(v *View, events trail.Store) plan.Table {
	if v.table != nil {
		return v.table
	}
	return &eventTable{v, events}
}
