// Package exec runs plans: vectors of rows pushed from tables through operators to a sink, aggregations by each
// worker for itself, with a limit of memory and an end when the context ends.
//
// Known to differ from Trino: approx_distinct is exact up to 1,024 values and has a standard error of 1.6 % beyond them,
// whatever error is asked for; approx_percentile is exact for few values; approx_most_frequent counts exactly; listagg
// ends at 1 MB; the elements of maps and of arrays that aggregates make without ORDER BY have no promised order; min(x, n)
// and its like take n up to 10,000. Left out: aggregates over sketches (approx_set, merge, qdigest_agg ...), checksum,
// entropy, kurtosis, skewness, reduce_agg, map_union, numeric_histogram and bitwise aggregates.
package exec

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// Options are the limits of a run.
type Options struct {
	// Memory is the limit in bytes; DefaultMemory when 0.
	Memory int64
	// Workers is how many goroutines a table may be read by; 1 when 0.
	Workers int
	Now     time.Time
	User    string
}

// Sink takes rows of the result, one call at a time: the columns in the order of the plan's, valid during the call.
type Sink func(rows int, columns []*value.Vector) error

// Run gives the rows of a plan's result to a sink.
func Run(ctx context.Context, p *plan.Plan, o Options, stats *plan.Statistics, sink Sink) error {
	op, err := build(p.Root)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	x := &execution{
		ctx: ctx, workers: max(1, o.Workers), stats: stats, shared: map[*plan.Source]*store{},
		memory: &memory{limit: o.Memory}, value: &value.Context{Context: ctx, Now: o.Now, User: o.User},
	}
	if o.Memory == 0 {
		x.memory.limit = DefaultMemory
	}
	symbols := make([]*plan.Symbol, len(p.Columns))
	for i, c := range p.Columns {
		symbols[i] = c.Symbol
	}
	slots := slotsOf(symbols, p.Root.Outputs())
	result := one(func(_ int, b *plan.Batch) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		out, err := picked(b, slots)
		if err != nil {
			return err
		}
		columns, err := out.Columns()
		if err != nil {
			return err
		}
		return sink(b.Rows, columns)
	})
	return Guarded(func() error { return op.run(x, result) })
}
