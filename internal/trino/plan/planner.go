package plan

import (
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// Options are what a plan is made with.
type Options struct {
	Catalog Catalog
	// Functions are the overloads of a scalar function, by its name in lower case.
	Functions func(name string) []*value.Function
	// Fold evaluates an expression without symbols.
	Fold func(Expr) (value.Value, error)
	// Now is the start of the query.
	Now time.Time
	// Parameters are the texts that question marks stand for.
	Parameters []string
}

// Plan is a statement ready to run.
type Plan struct {
	Root Node
	// Columns head the result, in this order.
	Columns []ResultColumn
}

// ResultColumn is a column of a result.
type ResultColumn struct {
	Name   string
	Symbol *Symbol
}

// maxNodes bounds a plan: sub-queries may be repeated by names.
const maxNodes = 2_000

type planner struct {
	Options
	symbols, nodes int
}

// New plans a query.
func New(q *trino.Query, o Options) (*Plan, error) {
	p := &planner{Options: o}
	node, fields, err := p.query(q, nil, nil)
	if err != nil {
		return nil, err
	}
	out := &Plan{Root: node}
	unnamed := 0
	for _, f := range fields {
		name := f.name
		if name == "" {
			name = fmt.Sprintf("_col%d", unnamed)
		}
		unnamed++
		out.Columns = append(out.Columns, ResultColumn{name, f.symbol})
	}
	return out, p.optimize(out)
}

func (p *planner) symbol(name string, t *value.Type) *Symbol {
	p.symbols++
	return &Symbol{p.symbols, name, t}
}

// fail is a mistake in the statement at a place.
func fail(pos trino.Position, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	if pos.Line > 0 {
		text = pos.String() + ": " + text
	}
	return fault.Invalidf("QueryStatement", "%s", text).With("InvalidQueryStatementException")
}

// field is a column that names can mean.
type field struct {
	relation string // its name or alias; "" when it has none
	name     string // "" when it has none
	symbol   *Symbol
}

// scope is what names can mean at a place.
type scope struct {
	fields []field
	outer  *scope
	lambda bool // the fields are parameters of a lambda
}

// with is the query names that FROM can mean.
type with struct {
	name   string
	source *Source
	fields []field
	next   *with
}
