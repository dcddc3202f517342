package trino

func (p *parser) groupBy() *GroupBy {
	g := &GroupBy{Position: p.tok.at}
	p.expect("GROUP", "BY")
	if !p.accept("ALL") {
		g.Distinct = p.accept("DISTINCT")
	}
	g.Elements = list(p, p.grouping)
	return g
}

// grouping reads a member of GROUP BY.
func (p *parser) grouping() *Grouping {
	g := &Grouping{Position: p.tok.at}
	switch {
	case p.accept("ROLLUP"):
		g.Kind = Rollup
	case p.accept("CUBE"):
		g.Kind = Cube
	case p.is("GROUPING") && p.ahead().is("SETS"):
		p.expect("GROUPING", "SETS")
		g.Kind = GroupingSets
	default:
		g.Sets = [][]Expr{p.groupingSet()}
		return g
	}
	p.expect("(")
	if !p.is(")") || g.Kind == GroupingSets {
		g.Sets = list(p, p.groupingSet)
	}
	p.expect(")")
	return g
}

// groupingSet reads an expression, or several in parentheses.
func (p *parser) groupingSet() []Expr {
	open := p.tok
	if open.is("(") && p.ahead().is(")") {
		p.expect("(", ")")
		return []Expr{}
	}
	x := p.expr()
	if r, ok := x.(*Row); ok && open.is("(") && r.Position == open.at {
		return r.Elements
	}
	return []Expr{x}
}

func (p *parser) namedWindow() *NamedWindow {
	n := &NamedWindow{Position: p.tok.at, Name: p.ident()}
	p.expect("AS")
	n.Window = p.window()
	return n
}

// over reads what stands behind OVER.
func (p *parser) over() *Window {
	if p.is("(") {
		return p.window()
	}
	w := &Window{Position: p.tok.at}
	id := p.ident()
	w.Base = &id
	return w
}

func (p *parser) window() *Window {
	w := &Window{Position: p.tok.at}
	p.expect("(")
	if p.name() && !p.windowClause() {
		id := p.ident()
		w.Base = &id
	}
	if p.is("PARTITION") {
		p.expect("PARTITION", "BY")
		w.PartitionBy = list(p, p.expr)
	}
	w.OrderBy = p.orderBy()
	if p.is("MEASURES", "PATTERN") {
		p.fail(p.tok.at, "pattern recognition in a window is not supported")
	}
	if p.is("ROWS", "RANGE", "GROUPS") {
		w.Frame = p.frame()
	}
	p.expect(")")
	return w
}

// windowClause reports whether the next word begins a part of a window rather than being one's name.
func (p *parser) windowClause() bool {
	return p.is("PARTITION") && p.ahead().is("BY") ||
		p.is("ROWS", "RANGE", "GROUPS") && !p.ahead().is(")") && !p.ahead().is("PARTITION") && !p.ahead().is("ORDER") ||
		p.is("MEASURES", "PATTERN") && !p.ahead().is(")")
}

func (p *parser) frame() *Frame {
	f := &Frame{Position: p.tok.at, Unit: FrameUnit(p.oneOf("ROWS", "RANGE", "GROUPS"))}
	if p.accept("BETWEEN") {
		f.Start = p.bound()
		p.expect("AND")
		f.End = p.bound()
	} else {
		f.Start = p.bound()
		f.End = Bound{Position: f.Start.Position, Kind: CurrentRow}
	}
	if f.Start.Kind.rank() > f.End.Kind.rank() || f.Start.Kind == UnboundedFollowing || f.End.Kind == UnboundedPreceding {
		p.fail(f.Position, "a frame does not run from %s to %s", f.Start.Kind, f.End.Kind)
	}
	if p.is("EXCLUDE") {
		p.fail(p.tok.at, "EXCLUDE in a frame is not supported")
	}
	return f
}

func (k BoundKind) rank() int {
	for i, other := range []BoundKind{UnboundedPreceding, Preceding, CurrentRow, Following} {
		if k == other {
			return i
		}
	}
	return 4
}

func (p *parser) bound() Bound {
	b := Bound{Position: p.tok.at}
	switch {
	case p.is("UNBOUNDED") && (p.ahead().is("PRECEDING") || p.ahead().is("FOLLOWING")):
		p.advance()
		b.Kind = BoundKind("UNBOUNDED " + p.oneOf("PRECEDING", "FOLLOWING"))
	case p.is("CURRENT") && p.ahead().is("ROW"):
		p.expect("CURRENT", "ROW")
		b.Kind = CurrentRow
	default:
		b.Offset = p.expr()
		b.Kind = BoundKind(p.oneOf("PRECEDING", "FOLLOWING"))
	}
	return b
}
