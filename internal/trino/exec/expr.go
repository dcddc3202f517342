package exec

import (
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// node is a compiled expression. It has no state: workers share it.
type node interface {
	// row evaluates one row: env has the values of the columns and lambda parameters by their slots.
	row(l *local, env []value.Value) (value.Value, error)
}

// vectorNode is a node that has a way of its own with many rows at once.
type vectorNode interface {
	node
	vector(l *local, b *plan.Batch) (*value.Vector, error)
}

// local is what one worker needs to evaluate.
type local struct {
	ctx *value.Context
	// words has, by expression, what its dictionary's words became.
	words map[*expr]evaluatedWords
	// constants are the values of expressions that read no column.
	constants map[*expr]value.Value
}

type evaluatedWords struct {
	of     *value.Vector // only its storage is compared
	result *value.Vector
}

// expr is a compiled expression with what is known about it.
type expr struct {
	node
	t *value.Type
	// slots are the columns it reads.
	slots []int
	// pure: equal inputs give equal results.
	pure bool
	// env is the number of slots a row needs.
	env int
}

// maxWords bounds the dictionaries over whose words an expression is evaluated, relative to the rows.
const maxWords = 2

// eval evaluates all rows of a batch.
func (e *expr) eval(l *local, b *plan.Batch) (*value.Vector, error) {
	switch n := e.node.(type) {
	case *column:
		return b.Column(n.slot)
	case *constant:
		return value.Constant(n.t, n.v, b.Rows), nil
	}
	if b.Rows == 0 {
		return value.FromValues(e.t, nil), nil
	}
	if e.pure && len(e.slots) == 0 {
		v, err := e.constant(l)
		if err != nil {
			return nil, err
		}
		return value.Constant(e.t, v, b.Rows), nil
	}
	if e.pure && len(e.slots) == 1 {
		v, done, err := e.overWords(l, b)
		if done || err != nil {
			return v, err
		}
	}
	return e.direct(l, b)
}

func (e *expr) constant(l *local) (value.Value, error) {
	if v, ok := l.constants[e]; ok {
		return v, nil
	}
	v, err := e.row(l, make([]value.Value, e.env))
	if err == nil {
		if l.constants == nil {
			l.constants = map[*expr]value.Value{}
		}
		l.constants[e] = v
	}
	return v, err
}

func (e *expr) direct(l *local, b *plan.Batch) (*value.Vector, error) {
	if n, ok := e.node.(vectorNode); ok {
		return n.vector(l, b)
	}
	return e.rows(l, b)
}

// overWords evaluates a function of one column over the words of its dictionary. Words that no row has may make it
// fail; then it is not done.
func (e *expr) overWords(l *local, b *plan.Batch) (v *value.Vector, done bool, err error) {
	c, err := b.Column(e.slots[0])
	if err != nil || c.Of == nil && !c.Const {
		return nil, false, err
	}
	if have, ok := l.words[e]; ok && sameStorage(have.of, c) {
		return spread(have.result, c), true, nil
	}
	if c.Entries() > maxWords*b.Rows {
		return nil, false, nil
	}
	columns := make([]*value.Vector, b.Width())
	columns[e.slots[0]] = c.Words()
	out, err := e.direct(l, plan.NewBatch(c.Entries(), columns, nil))
	if err != nil {
		return nil, false, nil //nolint:nilerr // the rows decide
	}
	out = out.Flat()
	if l.words == nil {
		l.words = map[*expr]evaluatedWords{}
	}
	l.words[e] = evaluatedWords{c, out}
	return spread(out, c), true, nil
}

func spread(words, like *value.Vector) *value.Vector {
	if like.Const {
		w := *words
		w.N, w.Const = like.N, true
		return &w
	}
	return words.Dictionary(like.Of)
}

func sameStorage(a, b *value.Vector) bool {
	return len(a.Strs) > 0 && len(a.Strs) == len(b.Strs) && &a.Strs[0] == &b.Strs[0] && len(a.Nulls) == len(b.Nulls) &&
		(len(a.Nulls) == 0 || &a.Nulls[0] == &b.Nulls[0])
}

// rows evaluates row by row.
func (e *expr) rows(l *local, b *plan.Batch) (*value.Vector, error) {
	columns := make([]*value.Vector, len(e.slots))
	for i, s := range e.slots {
		var err error
		if columns[i], err = b.Column(s); err != nil {
			return nil, err
		}
	}
	env := make([]value.Value, e.env)
	out := value.NewBuilder(e.t, b.Rows)
	for r := range b.Rows {
		for i, s := range e.slots {
			env[s] = columns[i].Get(r)
		}
		v, err := e.row(l, env)
		if err != nil {
			return nil, err
		}
		out.Append(v)
	}
	return out.Vector(), nil
}

// column is an input.
type column struct {
	slot int
	t    *value.Type
}

func (n *column) row(_ *local, env []value.Value) (value.Value, error) { return env[n.slot], nil }

// constant is a value.
type constant struct {
	t *value.Type
	v value.Value
}

func (n *constant) row(*local, []value.Value) (value.Value, error) { return n.v, nil }
