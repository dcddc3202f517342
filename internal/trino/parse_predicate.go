package trino

// predicate reads a value, or a condition on it.
func (p *parser) predicate() Expr {
	x := p.value()
	at := p.tok.at
	if op, ok := p.comparison(); ok {
		return p.compare(at, op, x)
	}
	if p.accept("IS") {
		return p.isWhat(at, x)
	}
	not := false
	if p.is("NOT") {
		p.advance()
		not = true
	}
	switch {
	case p.accept("BETWEEN"):
		b := &Between{Position: at, Not: not, X: x, Low: p.value()}
		p.expect("AND")
		b.High = p.value()
		return b
	case p.accept("IN"):
		return p.in(&In{Position: at, Not: not, X: x})
	case p.accept("LIKE"):
		l := &Like{Position: at, Not: not, X: x, Pattern: p.value()}
		if p.accept("ESCAPE") {
			l.Escape = p.value()
		}
		return l
	case not:
		p.mismatch("'BETWEEN', 'IN', 'LIKE'")
	}
	return x
}

// comparison passes over = <> < <= > >=.
func (p *parser) comparison() (Comparison, bool) {
	for _, op := range [...]Comparison{Eq, Ne, Lt, Le, Gt, Ge} {
		if p.tok.kind == symbol && p.accept(string(op)) {
			return op, true
		}
	}
	return "", false
}

func (p *parser) compare(at Position, op Comparison, x Expr) Expr {
	if p.is("ALL", "ANY", "SOME") && p.ahead().is("(") {
		q := &Quantified{Position: at, Op: op, X: x, All: p.is("ALL")}
		p.advance()
		p.expect("(")
		q.Query = p.query()
		p.expect(")")
		return q
	}
	return &Compare{at, op, x, p.value()}
}

func (p *parser) isWhat(at Position, x Expr) Expr {
	not := p.accept("NOT")
	if p.accept("NULL") {
		return &IsNull{at, not, x}
	}
	if !p.is("DISTINCT") {
		p.mismatch("'NULL', 'NOT', 'DISTINCT'")
	}
	p.expect("DISTINCT", "FROM")
	return &Distinct{at, not, x, p.value()}
}

// in reads the parentheses behind IN: a list or a query.
func (p *parser) in(x *In) Expr {
	p.expect("(")
	if p.startsQuery() {
		x.Query = p.query()
	} else {
		x.List = list(p, p.expr)
		if s, ok := x.List[0].(*Subquery); ok && len(x.List) == 1 {
			x.List, x.Query = nil, s.Query
			if p.continuesQuery() {
				x.Query = p.continued(s.Query)
			}
		}
	}
	p.expect(")")
	return x
}
