// Package engine joins the parts of package trino: a statement is parsed, planned and run.
package engine

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/exec"
	"github.com/tickmark/tickmark/internal/trino/fn"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// Options are what a statement is prepared with.
type Options struct {
	// Catalog finds the tables that FROM names.
	Catalog plan.Catalog
	// Parameters are the texts that question marks stand for.
	Parameters []string
	// Now is the start of the query.
	Now  time.Time
	User string
	// Memory is the limit in bytes, exec.DefaultMemory when 0; Workers the number of goroutines, 1 when 0.
	Memory  int64
	Workers int
}

// Prepared is a statement that can be run, once or again.
type Prepared struct {
	plan  *plan.Plan
	o     Options
	stats plan.Statistics
}

// Prepare parses and plans a statement. What is wrong with it is a fault that begins with the place.
func Prepare(statement string, o Options) (*Prepared, error) {
	out := &Prepared{o: o}
	err := exec.Guarded(func() error {
		q, err := trino.Parse(statement)
		if err != nil {
			return err
		}
		out.plan, err = plan.New(q, plan.Options{
			Catalog: o.Catalog, Functions: fn.Lookup, Parameters: o.Parameters, Now: o.Now,
			Fold: exec.Fold(&value.Context{Context: context.Background(), Now: o.Now, User: o.User}),
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Columns are the columns of the result.
func (p *Prepared) Columns() []plan.Column {
	out := make([]plan.Column, len(p.plan.Columns))
	for i, c := range p.plan.Columns {
		out[i] = plan.Column{Name: c.Name, Type: c.Symbol.Type}
	}
	return out
}

// Run gives the rows to a sink, one call at a time.
func (p *Prepared) Run(ctx context.Context, sink exec.Sink) error {
	return exec.Run(ctx, p.plan, exec.Options{Memory: p.o.Memory, Workers: p.o.Workers, Now: p.o.Now, User: p.o.User}, &p.stats, sink)
}

// Statistics are what runs have read so far.
func (p *Prepared) Statistics() (scanned, matched, bytes int64) {
	return p.stats.Scanned.Load(), p.stats.Matched.Load(), p.stats.Bytes.Load()
}
