package trino

// Walk calls f for an expression and, where f says so, for those it is made of, in the order written. It does not enter
// sub-queries.
func Walk(x Expr, f func(Expr) (deeper bool)) {
	if x == nil || !f(x) {
		return
	}
	for _, child := range Children(x) {
		Walk(child, f)
	}
}

// Children are the expressions that an expression is made of, without sub-queries; a window's are among them.
func Children(x Expr) []Expr {
	switch x := x.(type) {
	case *Dereference:
		return []Expr{x.X}
	case *Unary:
		return []Expr{x.X}
	case *Binary:
		return []Expr{x.Left, x.Right}
	case *Subscript:
		return []Expr{x.X, x.Index}
	case *Array:
		return x.Elements
	case *Row:
		return x.Elements
	case *Case:
		return x.children()
	case *Cast:
		return []Expr{x.X}
	case *AtTimeZone:
		return []Expr{x.X, x.Zone}
	case *Extract:
		return []Expr{x.X}
	case *Lambda:
		return []Expr{x.Body}
	case *Call:
		return x.children()
	}
	return predicateChildren(x)
}

func predicateChildren(x Expr) []Expr {
	switch x := x.(type) {
	case *Logical:
		return x.Terms
	case *Not:
		return []Expr{x.X}
	case *Compare:
		return []Expr{x.Left, x.Right}
	case *Quantified:
		return []Expr{x.X}
	case *Distinct:
		return []Expr{x.Left, x.Right}
	case *IsNull:
		return []Expr{x.X}
	case *Between:
		return []Expr{x.X, x.Low, x.High}
	case *In:
		return append([]Expr{x.X}, x.List...)
	case *Like:
		return written(x.X, x.Pattern, x.Escape)
	}
	return nil
}

func (c *Case) children() []Expr {
	out := written(c.Operand)
	for _, w := range c.Whens {
		out = append(out, w.When, w.Then)
	}
	return append(out, written(c.Else)...)
}

func (c *Call) children() []Expr {
	out := append([]Expr(nil), c.Args...)
	out = append(out, sorted(c.OrderBy)...)
	out = append(out, written(c.Filter)...)
	if w := c.Over; w != nil {
		out = append(append(out, w.PartitionBy...), sorted(w.OrderBy)...)
		if w.Frame != nil {
			out = append(out, written(w.Frame.Start.Offset, w.Frame.End.Offset)...)
		}
	}
	return out
}

func sorted(by []*Sort) []Expr {
	var out []Expr
	for _, s := range by {
		out = append(out, s.X)
	}
	return out
}

// written leaves out what is not there.
func written(xs ...Expr) []Expr {
	var out []Expr
	for _, x := range xs {
		if x != nil {
			out = append(out, x)
		}
	}
	return out
}
