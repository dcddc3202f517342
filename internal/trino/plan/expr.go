package plan

import (
	"fmt"
	"strings"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// Symbol is a column of some node's output, or a parameter of a lambda. Each is made once; nodes hand them on.
type Symbol struct {
	ID   int
	Name string
	Type *value.Type
}

// Expr is a typed expression over symbols.
type Expr interface{ Type() *value.Type }

// The expressions.
type (
	// Ref is a symbol's value.
	Ref struct {
		Symbol *Symbol
		Pos    trino.Position
	}
	// Const is a constant.
	Const struct {
		T *value.Type
		V value.Value
		// Loose marks a query's parameter: text that takes the type of what it is compared with.
		Loose bool
	}
	// Call calls a function.
	Call struct {
		Fn   *value.Function
		Args []Expr
		T    *value.Type
	}
	// Field is a field of a row.
	Field struct {
		X     Expr
		Index int
	}
	// Subscript is x[i], an error when there is no such element.
	Subscript struct {
		X, Index Expr
		T        *value.Type
	}
	// Logic joins conditions by AND or OR.
	Logic struct {
		Or    bool
		Terms []Expr
	}
	// Not negates.
	Not struct{ X Expr }
	// Compare compares two values of one type.
	Compare struct {
		Op   trino.Comparison
		L, R Expr
	}
	// Distinct is IS DISTINCT FROM.
	Distinct struct{ L, R Expr }
	// IsNull is IS NULL.
	IsNull struct{ X Expr }
	// In compares with a list.
	In struct {
		X    Expr
		List []Expr
	}
	// Like matches a pattern; Escape is nil when there is none.
	Like struct{ X, Pattern, Escape Expr }
	// Arith is arithmetic.
	Arith struct {
		Op   trino.Operator
		L, R Expr
		T    *value.Type
	}
	// Negate is -x.
	Negate struct{ X Expr }
	// Case has the value of the first branch whose condition is true.
	Case struct {
		Whens []When
		Else  Expr
		T     *value.Type
	}
	// Coalesce is the first value that is not NULL.
	Coalesce struct {
		Args []Expr
		T    *value.Type
	}
	// Cast converts; with Try, NULL is the value of what cannot be.
	Cast struct {
		X   Expr
		T   *value.Type
		Try bool
	}
	// Try makes NULL of a failure.
	Try struct{ X Expr }
	// Lambda is a function among arguments.
	Lambda struct {
		Params []*Symbol
		Body   Expr
		T      *value.Type
	}
	// Array makes an array, Row a row.
	Array struct {
		Elems []Expr
		T     *value.Type
	}
	Row struct {
		Elems []Expr
		T     *value.Type
	}
	// Let evaluates X once for a Body that may name it several times.
	Let struct {
		Symbol  *Symbol
		X, Body Expr
	}
	// Fail fails when it is evaluated.
	Fail struct {
		Message string
		T       *value.Type
	}
)

// When is a branch of a Case.
type When struct{ If, Then Expr }

func (e *Ref) Type() *value.Type       { return e.Symbol.Type }
func (e *Const) Type() *value.Type     { return e.T }
func (e *Call) Type() *value.Type      { return e.T }
func (e *Field) Type() *value.Type     { return e.X.Type().Elems[e.Index] }
func (e *Subscript) Type() *value.Type { return e.T }
func (e *Logic) Type() *value.Type     { return value.BooleanType }
func (e *Not) Type() *value.Type       { return value.BooleanType }
func (e *Compare) Type() *value.Type   { return value.BooleanType }
func (e *Distinct) Type() *value.Type  { return value.BooleanType }
func (e *IsNull) Type() *value.Type    { return value.BooleanType }
func (e *In) Type() *value.Type        { return value.BooleanType }
func (e *Like) Type() *value.Type      { return value.BooleanType }
func (e *Arith) Type() *value.Type     { return e.T }
func (e *Negate) Type() *value.Type    { return e.X.Type() }
func (e *Case) Type() *value.Type      { return e.T }
func (e *Coalesce) Type() *value.Type  { return e.T }
func (e *Cast) Type() *value.Type      { return e.T }
func (e *Try) Type() *value.Type       { return e.X.Type() }
func (e *Lambda) Type() *value.Type    { return e.T }
func (e *Array) Type() *value.Type     { return e.T }
func (e *Row) Type() *value.Type       { return e.T }
func (e *Let) Type() *value.Type       { return e.Body.Type() }
func (e *Fail) Type() *value.Type      { return e.T }

// Children are the expressions that one is made of.
func Children(e Expr) []Expr {
	var out []Expr
	mapChildren(e, func(x Expr) Expr {
		out = append(out, x)
		return x
	})
	return out
}

// mapChildren is the expression with each child replaced by what f makes of it; itself when nothing changes.
func mapChildren(e Expr, f func(Expr) Expr) Expr {
	switch e := e.(type) {
	case *Call:
		if args, changed := mapAll(e.Args, f); changed {
			return &Call{e.Fn, args, e.T}
		}
	case *Field:
		if x := f(e.X); x != e.X {
			return &Field{x, e.Index}
		}
	case *Subscript:
		if xs, changed := mapAll([]Expr{e.X, e.Index}, f); changed {
			return &Subscript{xs[0], xs[1], e.T}
		}
	case *Arith:
		if xs, changed := mapAll([]Expr{e.L, e.R}, f); changed {
			return &Arith{e.Op, xs[0], xs[1], e.T}
		}
	case *Negate:
		if x := f(e.X); x != e.X {
			return &Negate{x}
		}
	case *Case:
		return mapCase(e, f)
	case *Coalesce:
		if xs, changed := mapAll(e.Args, f); changed {
			return &Coalesce{xs, e.T}
		}
	case *Cast:
		if x := f(e.X); x != e.X {
			return &Cast{x, e.T, e.Try}
		}
	case *Try:
		if x := f(e.X); x != e.X {
			return &Try{x}
		}
	case *Lambda:
		if x := f(e.Body); x != e.Body {
			return &Lambda{e.Params, x, e.T}
		}
	case *Let:
		if xs, changed := mapAll([]Expr{e.X, e.Body}, f); changed {
			return &Let{e.Symbol, xs[0], xs[1]}
		}
	case *Array:
		if xs, changed := mapAll(e.Elems, f); changed {
			return &Array{xs, e.T}
		}
	case *Row:
		if xs, changed := mapAll(e.Elems, f); changed {
			return &Row{xs, e.T}
		}
	default:
		return mapCondition(e, f)
	}
	return e
}

func mapCondition(e Expr, f func(Expr) Expr) Expr {
	switch e := e.(type) {
	case *Logic:
		if xs, changed := mapAll(e.Terms, f); changed {
			return &Logic{e.Or, xs}
		}
	case *Not:
		if x := f(e.X); x != e.X {
			return &Not{x}
		}
	case *Compare:
		if xs, changed := mapAll([]Expr{e.L, e.R}, f); changed {
			return &Compare{e.Op, xs[0], xs[1]}
		}
	case *Distinct:
		if xs, changed := mapAll([]Expr{e.L, e.R}, f); changed {
			return &Distinct{xs[0], xs[1]}
		}
	case *IsNull:
		if x := f(e.X); x != e.X {
			return &IsNull{x}
		}
	case *In:
		if xs, changed := mapAll(append([]Expr{e.X}, e.List...), f); changed {
			return &In{xs[0], xs[1:]}
		}
	case *Like:
		xs := []Expr{e.X, e.Pattern}
		if e.Escape != nil {
			xs = append(xs, e.Escape)
		}
		if xs, changed := mapAll(xs, f); changed {
			l := &Like{X: xs[0], Pattern: xs[1]}
			if e.Escape != nil {
				l.Escape = xs[2]
			}
			return l
		}
	case interface{ mapChildren(func(Expr) Expr) Expr }:
		return e.mapChildren(f)
	}
	return e
}

func mapCase(e *Case, f func(Expr) Expr) Expr {
	out := &Case{T: e.T}
	changed := false
	for _, w := range e.Whens {
		n := When{f(w.If), f(w.Then)}
		changed = changed || n != w
		out.Whens = append(out.Whens, n)
	}
	if e.Else != nil {
		out.Else = f(e.Else)
		changed = changed || out.Else != e.Else
	}
	if !changed {
		return e
	}
	return out
}

func mapAll(in []Expr, f func(Expr) Expr) (out []Expr, changed bool) {
	out = make([]Expr, len(in))
	for i, x := range in {
		out[i] = f(x)
		changed = changed || out[i] != x
	}
	return out, changed
}

// Walk calls f for an expression and those it is made of, from the outside in, where f says so.
func Walk(e Expr, f func(Expr) bool) {
	if e != nil && f(e) {
		mapChildren(e, func(x Expr) Expr {
			Walk(x, f)
			return x
		})
	}
}

// symbolsOf calls f for each symbol in the expression that no lambda within it binds.
func symbolsOf(e Expr, f func(*Symbol)) {
	bound := map[*Symbol]bool{}
	Walk(e, func(x Expr) bool {
		switch x := x.(type) {
		case *Lambda:
			for _, p := range x.Params {
				bound[p] = true
			}
		case *Let:
			bound[x.Symbol] = true
		case *Ref:
			if !bound[x.Symbol] {
				f(x.Symbol)
			}
		case *sub:
			x.free(f)
		}
		return true
	})
}

// Key is equal for expressions that mean the same.
func Key(e Expr) string {
	var b strings.Builder
	writeKey(&b, e)
	return b.String()
}

func writeKey(b *strings.Builder, e Expr) {
	switch x := e.(type) {
	case *Ref:
		fmt.Fprintf(b, "$%d", x.Symbol.ID)
		return
	case *Const:
		fmt.Fprintf(b, "%s:%q", x.T, value.AppendKey(nil, x.T, x.V))
		return
	case *Call:
		fmt.Fprintf(b, "%p", x.Fn)
	case *Field:
		fmt.Fprintf(b, ".%d", x.Index)
	case *Logic:
		fmt.Fprintf(b, "%v", x.Or)
	case *Compare:
		b.WriteString(string(x.Op))
	case *Arith:
		b.WriteString(string(x.Op))
	case *Cast:
		fmt.Fprintf(b, "%s%v", x.T, x.Try)
	case *Case:
		fmt.Fprintf(b, "%d%v", len(x.Whens), x.Else != nil)
	case *Lambda:
		for _, p := range x.Params {
			fmt.Fprintf(b, "$%d", p.ID)
		}
	case *Let:
		fmt.Fprintf(b, "$%d", x.Symbol.ID)
	case interface{ key() string }:
		b.WriteString(x.key())
	}
	fmt.Fprintf(b, "%T(", e)
	mapChildren(e, func(x Expr) Expr {
		writeKey(b, x)
		b.WriteByte(',')
		return x
	})
	b.WriteByte(')')
}

// conjuncts are the conditions that AND joins.
func conjuncts(e Expr) []Expr {
	if l, ok := e.(*Logic); ok && !l.Or {
		var out []Expr
		for _, t := range l.Terms {
			out = append(out, conjuncts(t)...)
		}
		return out
	}
	return []Expr{e}
}

// and joins conditions; nil when there is none.
func and(terms []Expr) Expr {
	switch len(terms) {
	case 0:
		return nil
	case 1:
		return terms[0]
	}
	return &Logic{Terms: terms}
}

// volatile reports whether equal inputs may give different results.
func volatile(e Expr) bool {
	found := false
	Walk(e, func(x Expr) bool {
		if c, ok := x.(*Call); ok && c.Fn.Volatile {
			found = true
		}
		return !found
	})
	return found
}
