package plan

import (
	"math"
	"strings"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// binder makes typed expressions of a clause's tree.
type binder struct {
	*planner
	scope  *scope
	with   *with
	clause string
	// aggregates and windows say which calls the clause may have.
	aggregates, windows bool
	named               []*trino.NamedWindow
	inLambda            bool
}

func (b *binder) bind(x trino.Expr) (Expr, error) {
	switch x := x.(type) {
	case *trino.Null:
		return &Const{T: value.UnknownType}, nil
	case *trino.Bool:
		return &Const{T: value.BooleanType, V: x.Value}, nil
	case *trino.String:
		return &Const{T: value.VarcharType, V: x.Value}, nil
	case *trino.Bytes:
		return &Const{T: value.VarbinaryType, V: string(x.Value)}, nil
	case *trino.Integer:
		t := value.BigIntType
		if x.Value >= math.MinInt32 && x.Value <= math.MaxInt32 {
			t = value.IntegerType
		}
		return &Const{T: t, V: x.Value}, nil
	case *trino.Decimal:
		return decimalLiteral(x)
	case *trino.Double:
		return &Const{T: value.DoubleType, V: x.Value}, nil
	case *trino.Parameter:
		if x.Index >= len(b.Parameters) {
			return nil, fail(x.Pos(), "there are %d query parameters, and this is number %d", len(b.Parameters), x.Index+1)
		}
		return &Const{T: value.VarcharType, V: b.Parameters[x.Index], Loose: true}, nil
	case *trino.Typed:
		return typedLiteral(x)
	case *trino.Interval:
		return intervalLiteral(x)
	case *trino.Name:
		return b.name(x)
	case *trino.Dereference:
		return b.dereference(x)
	case *trino.Unary:
		return b.unary(x)
	case *trino.Binary:
		return b.binary(x)
	case *trino.Subscript:
		return b.subscript(x)
	case *trino.Array:
		return b.array(x)
	case *trino.Row:
		return b.row(x)
	case *trino.Case:
		return b.caseOf(x)
	case *trino.Cast:
		return b.cast(x)
	case *trino.AtTimeZone:
		return b.function(x.Pos(), "at_timezone", []trino.Expr{x.X, x.Zone})
	case *trino.Extract:
		return b.extract(x)
	case *trino.Current:
		return b.current(x)
	case *trino.Call:
		return b.call(x)
	case *trino.Lambda:
		return nil, fail(x.Pos(), "a lambda expression can only be an argument of a function that takes one")
	}
	return b.condition(x)
}

func (b *binder) all(xs []trino.Expr) ([]Expr, error) {
	out := make([]Expr, len(xs))
	for i, x := range xs {
		var err error
		if out[i], err = b.bind(x); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// boolean binds a condition.
func (b *binder) boolean(x trino.Expr, what string) (Expr, error) {
	e, err := b.bind(x)
	if err != nil {
		return nil, err
	}
	if out, ok := b.coerce(e, value.BooleanType); ok {
		return out, nil
	}
	return nil, fail(x.Pos(), "%s must evaluate to a boolean: actual type %s", what, e.Type())
}

// coerce is the expression as one of another type, when it becomes that by itself.
func (b *binder) coerce(e Expr, t *value.Type) (Expr, bool) {
	from := e.Type()
	if from.Equal(t) {
		return e, true
	}
	if c, ok := e.(*Const); ok && c.Loose && value.Cast(from, t) != nil {
		return b.convert(e, t), true
	}
	if !value.Coercible(from, t) {
		return nil, false
	}
	return b.convert(e, t), true
}

// convert casts; a constant at once where that succeeds.
func (b *binder) convert(e Expr, t *value.Type) Expr {
	if e.Type().Equal(t) {
		return e
	}
	if c, ok := e.(*Const); ok {
		if c.V == nil {
			return &Const{T: t}
		}
		if v, err := value.Cast(c.T, t)(&value.Context{Now: b.Now}, c.V); err == nil {
			return &Const{T: t, V: v}
		}
	}
	return &Cast{X: e, T: t}
}

// lenient are the types that text written in a statement becomes when it is compared with one of them: CloudTrail Lake
// compares eventTime with text.
func lenient(k value.Kind) bool {
	return k == value.Timestamp || k == value.TimestampTZ || k == value.Date || k == value.Boolean
}

// align makes two expressions of one type, for a comparison or a set.
func (b *binder) align(l, r Expr) (Expr, Expr, bool) {
	t := value.Common(l.Type(), r.Type())
	switch {
	case t != nil:
	case isText(l) && lenient(r.Type().Kind), isLoose(l):
		t = r.Type()
		if value.Cast(l.Type(), t) == nil {
			return nil, nil, false
		}
	case isText(r) && lenient(l.Type().Kind), isLoose(r):
		t = l.Type()
		if value.Cast(r.Type(), t) == nil {
			return nil, nil, false
		}
	default:
		return nil, nil, false
	}
	return b.convert(l, t), b.convert(r, t), true
}

func isText(e Expr) bool { return e.Type().Kind == value.Varchar }

func isLoose(e Expr) bool {
	c, ok := e.(*Const)
	return ok && c.Loose
}

// unify makes expressions of one type; the index of one that has none in common is returned when there is any.
func (b *binder) unify(list []Expr) (*value.Type, int) {
	t := value.UnknownType
	for i, e := range list {
		next := value.Common(t, e.Type())
		if next == nil {
			return nil, i
		}
		t = next
	}
	for i, e := range list {
		list[i] = b.convert(e, t)
	}
	return t, -1
}

// name is a column, or a parameter of a lambda.
func (b *binder) name(x *trino.Name) (Expr, error) {
	e, err := b.resolve([]trino.Ident{x.Ident})
	if e == nil && err == nil {
		err = fail(x.Pos(), "Column '%s' cannot be resolved", strings.ToLower(x.Name))
	}
	return e, err
}

// parts are the names of a dotted name; nil when x is more than that.
func parts(x trino.Expr) []trino.Ident {
	switch x := x.(type) {
	case *trino.Name:
		return []trino.Ident{x.Ident}
	case *trino.Dereference:
		if p := parts(x.X); p != nil {
			return append(p, x.Field)
		}
	}
	return nil
}

func (b *binder) dereference(x *trino.Dereference) (Expr, error) {
	if names := parts(x); names != nil {
		e, err := b.resolve(names)
		if e != nil || err != nil {
			return e, err
		}
		if e, err := b.resolve(names[:1]); e == nil && err == nil {
			return nil, fail(names[0].Pos(), "Column '%s' cannot be resolved", dotted(names))
		}
	}
	e, err := b.bind(x.X)
	if err != nil {
		return nil, err
	}
	return b.fieldOf(e, x.Field)
}

func dotted(names []trino.Ident) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.ToLower(n.Name)
	}
	return strings.Join(out, ".")
}

func (b *binder) fieldOf(e Expr, name trino.Ident) (Expr, error) {
	if e.Type().Kind != value.Row {
		return nil, fail(name.Pos(), "Expression of type %s has no field '%s': only rows have fields (element_at(map, '%s') reads a map)", e.Type(), name.Name, name.Name)
	}
	i := e.Type().Field(name.Name)
	if i < 0 {
		return nil, fail(name.Pos(), "Column or field '%s' cannot be resolved: the row has %s", name.Name, strings.Join(e.Type().Names, ", "))
	}
	return &Field{e, i}, nil
}

// resolve is the expression a dotted name means; nil when its beginning means nothing.
func (b *binder) resolve(names []trino.Ident) (Expr, error) {
	for s := b.scope; s != nil; s = s.outer {
		found, rest, err := s.find(names)
		if err != nil {
			return nil, err
		}
		if found == nil {
			continue
		}
		var e Expr = &Ref{Symbol: found, Pos: names[0].Pos()}
		for _, n := range rest {
			if e, err = b.fieldOf(e, n); err != nil {
				return nil, err
			}
		}
		return e, nil
	}
	return nil, nil
}

// find is the column a dotted name begins with, and the names behind it.
func (s *scope) find(names []trino.Ident) (*Symbol, []trino.Ident, error) {
	if len(names) > 1 {
		if f, err := s.one(names[0].Name, names[1]); f != nil || err != nil {
			return f, names[2:], err
		}
	}
	f, err := s.one("", names[0])
	return f, names[1:], err
}

func (s *scope) one(relation string, name trino.Ident) (*Symbol, error) {
	var found *Symbol
	for _, f := range s.fields {
		if f.name == "" || !strings.EqualFold(f.name, name.Name) || relation != "" && !strings.EqualFold(f.relation, relation) {
			continue
		}
		if found != nil && found != f.symbol {
			return nil, fail(name.Pos(), "Column '%s' is ambiguous", strings.ToLower(name.Name))
		}
		found = f.symbol
	}
	return found, nil
}

func (b *binder) subscript(x *trino.Subscript) (Expr, error) {
	e, err := b.bind(x.X)
	if err != nil {
		return nil, err
	}
	i, err := b.bind(x.Index)
	if err != nil {
		return nil, err
	}
	switch t := e.Type(); t.Kind {
	case value.Array:
		if i, ok := b.coerce(i, value.BigIntType); ok {
			return &Subscript{e, i, t.Elem()}, nil
		}
	case value.MapKind:
		if i, ok := b.coerce(i, t.Key()); ok {
			return &Subscript{e, i, t.Val()}, nil
		}
	case value.Row:
		c, ok := i.(*Const)
		if n, isInt := intOf(c); ok && isInt && n >= 1 && n <= int64(len(t.Elems)) {
			return &Field{e, int(n - 1)}, nil
		}
	}
	return nil, fail(x.Pos(), "Cannot use %s for subscript of %s", i.Type(), e.Type())
}

func intOf(c *Const) (int64, bool) {
	if c == nil || !c.T.IsInteger() {
		return 0, false
	}
	n, ok := c.V.(int64)
	return n, ok
}

func (b *binder) array(x *trino.Array) (Expr, error) {
	list, err := b.all(x.Elements)
	if err != nil {
		return nil, err
	}
	t, bad := b.unify(list)
	if t == nil {
		return nil, fail(x.Elements[bad].Pos(), "All ARRAY elements must be the same type: %s", list[bad].Type())
	}
	return &Array{list, value.ArrayOf(t)}, nil
}

func (b *binder) row(x *trino.Row) (Expr, error) {
	list, err := b.all(x.Elements)
	if err != nil {
		return nil, err
	}
	types := make([]*value.Type, len(list))
	for i, e := range list {
		types[i] = e.Type()
	}
	return &Row{list, value.RowOf(make([]string, len(list)), types)}, nil
}

func (b *binder) caseOf(x *trino.Case) (Expr, error) {
	if x.Operand == nil {
		return b.whens(x, nil)
	}
	operand, err := b.bind(x.Operand)
	if err != nil {
		return nil, err
	}
	return b.once(operand, func(operand Expr) (Expr, error) { return b.whens(x, operand) })
}

// maxTwice is how large an expression may be to be written twice.
const maxTwice = 6

// once makes an expression that names another several times.
func (b *binder) once(e Expr, f func(Expr) (Expr, error)) (Expr, error) {
	size := 0
	Walk(e, func(Expr) bool {
		size++
		return size <= maxTwice
	})
	if size <= maxTwice && !volatile(e) {
		return f(e)
	}
	s := b.symbol("", e.Type())
	body, err := f(&Ref{Symbol: s})
	return &Let{s, e, body}, err
}

func (b *binder) whens(x *trino.Case, operand Expr) (Expr, error) {
	out := &Case{}
	var err error
	var results []Expr
	for _, w := range x.Whens {
		var cond Expr
		if operand == nil {
			cond, err = b.boolean(w.When, "CASE WHEN clause")
		} else if cond, err = b.bind(w.When); err == nil {
			cond, err = b.compare(w.Pos(), trino.Eq, operand, cond)
		}
		if err != nil {
			return nil, err
		}
		then, err := b.bind(w.Then)
		if err != nil {
			return nil, err
		}
		out.Whens = append(out.Whens, When{If: cond})
		results = append(results, then)
	}
	if x.Else != nil {
		e, err := b.bind(x.Else)
		if err != nil {
			return nil, err
		}
		results = append(results, e)
	}
	t, bad := b.unify(results)
	if t == nil {
		return nil, fail(x.Pos(), "All CASE results must be the same type: %s", results[bad].Type())
	}
	out.T = t
	for i := range out.Whens {
		out.Whens[i].Then = results[i]
	}
	if x.Else != nil {
		out.Else = results[len(results)-1]
	}
	return out, nil
}

func (b *binder) cast(x *trino.Cast) (Expr, error) {
	e, err := b.bind(x.X)
	if err != nil {
		return nil, err
	}
	t, err := TypeOf(x.Type)
	if err != nil {
		return nil, err
	}
	if value.Cast(e.Type(), t) == nil {
		return nil, fail(x.Pos(), "Cannot cast %s to %s", e.Type(), t)
	}
	return &Cast{e, t, x.Try}, nil
}
