package exec

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// emit takes a batch of a worker. Different workers call it at once.
type emit func(worker int, b *plan.Batch) error

// operator makes rows: run gives them all to out and returns.
type operator interface {
	run(x *execution, out emit) error
}

// execution is one run of a plan.
type execution struct {
	ctx     context.Context
	value   *value.Context
	workers int
	memory  *memory
	stats   *plan.Statistics
	shared  map[*plan.Source]*store
}

// local is the evaluation state of a new worker.
func (x *execution) local() *local { return &local{ctx: x.value} }

// locals are those of all workers.
func (x *execution) locals() []*local {
	out := make([]*local, x.workers)
	for i := range out {
		out[i] = x.local()
	}
	return out
}

// Guarded runs a function and makes an error of a panic: a mistake in the engine ends one query, not the process.
func Guarded(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the query engine failed: %v\n%s", r, debug.Stack())
		}
	}()
	return f()
}

// enough ends a scan early: no more rows are needed.
type enough struct{ of *limit }

func (enough) Error() string { return "no more rows are needed" }

// one makes an emit that one worker at a time enters.
func one(out emit) emit {
	var mu sync.Mutex
	return func(_ int, b *plan.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		return out(0, b)
	}
}

// collect keeps all rows of an operator.
func collect(x *execution, op operator, symbols []*plan.Symbol, what string) (*store, error) {
	s := newStore(typesOf(symbols), x.memory, what)
	err := op.run(x, one(func(_ int, b *plan.Batch) error {
		columns, err := b.Columns()
		if err != nil {
			return err
		}
		return s.add(columns, b.Rows)
	}))
	return s, err
}

// emitAll gives kept rows on, batch by batch.
func emitAll(x *execution, columns []*value.Vector, n int, out emit) error {
	return chunks(n, func(from, to int) error {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		part := make([]*value.Vector, len(columns))
		for i, c := range columns {
			part[i] = c.Slice(from, to)
		}
		return out(0, plan.NewBatch(to-from, part, nil))
	})
}

// build makes operators of a plan's nodes.
func build(n plan.Node) (operator, error) {
	switch n := n.(type) {
	case *plan.Scan:
		return &scan{n}, nil
	case *plan.Values:
		return newValues(n)
	case *plan.Filter:
		return newFilter(n)
	case *plan.Project:
		return newProject(n)
	case *plan.Aggregate:
		return newAggregate(n)
	case *plan.Join:
		return newJoin(n)
	case *plan.Mark:
		return newMark(n)
	case *plan.Single:
		return newSingle(n)
	case *plan.Unnest:
		return newUnnest(n)
	case *plan.Window:
		return newWindow(n)
	case *plan.Sort:
		return newSort(n)
	case *plan.Limit:
		in, err := build(n.In)
		return &limit{in, n.Offset, n.Count}, err
	case *plan.Union:
		return newUnion(n)
	case *plan.SetOp:
		return newSetOp(n)
	case *plan.Shared:
		return newShared(n)
	}
	return nil, fmt.Errorf("%T cannot be run: the plan is wrong", n)
}
