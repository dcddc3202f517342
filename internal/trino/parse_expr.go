package trino

// expr reads an expression; OR binds least, then AND, NOT, the predicates, ||, + and -, * / and %, signs, AT TIME ZONE.
func (p *parser) expr() Expr {
	defer p.enter()()
	return p.logical(true)
}

// logical reads conditions with OR, or AND, between.
func (p *parser) logical(or bool) Expr {
	one, word := p.not, "AND"
	if or {
		one, word = func() Expr { return p.logical(false) }, "OR"
	}
	at := p.tok.at
	x := one()
	if !p.is(word) {
		return x
	}
	l := &Logical{Position: at, Or: or, Terms: []Expr{x}}
	for p.accept(word) {
		l.Terms = append(l.Terms, one())
	}
	return l
}

func (p *parser) not() Expr {
	at := p.tok.at
	if !p.accept("NOT") {
		return p.predicate()
	}
	defer p.enter()()
	return &Not{at, p.not()}
}

// value reads what a predicate compares.
func (p *parser) value() Expr {
	return p.binary(func() Expr {
		return p.binary(func() Expr {
			return p.binary(p.signed, Mul, Div, Mod)
		}, Add, Sub)
	}, Concat)
}

// binary reads operands with operators of one level between.
func (p *parser) binary(operand func() Expr, ops ...Operator) Expr {
	left := operand()
	for {
		op, ok := p.operator(ops)
		if !ok {
			return left
		}
		b := &Binary{Position: p.tok.at, Op: op, Left: left}
		p.advance()
		b.Right = operand()
		left = b
	}
}

func (p *parser) operator(ops []Operator) (Operator, bool) {
	if p.tok.kind == symbol {
		for _, op := range ops {
			if p.tok.text == string(op) {
				return op, true
			}
		}
	}
	return "", false
}

// signed reads a sign and its operand; the smallest bigint is one literal with its sign.
func (p *parser) signed() Expr {
	at := p.tok.at
	op, ok := p.operator([]Operator{Add, Sub})
	if !ok {
		return p.zoned()
	}
	defer p.enter()()
	p.advance()
	if op == Sub && p.tok.kind == integer && p.smallest() {
		p.advance()
		return p.zone(&Integer{at, -1 << 63})
	}
	return &Unary{at, op, p.signed()}
}

// zoned reads a primary expression and AT TIME ZONE behind it.
func (p *parser) zoned() Expr { return p.zone(p.postfix(p.primaryExpr())) }

func (p *parser) zone(x Expr) Expr {
	for p.is("AT") && p.ahead().is("TIME") {
		z := &AtTimeZone{Position: p.tok.at, X: x}
		p.expect("AT", "TIME", "ZONE")
		switch {
		case p.tok.kind == text:
			z.Zone = p.literal()
		case p.is("INTERVAL"):
			z.Zone = p.interval()
		default:
			p.mismatch("<string>, 'INTERVAL'")
		}
		x = z
	}
	return x
}

// postfix reads [index] and .field behind an expression.
func (p *parser) postfix(x Expr) Expr {
	for {
		switch at := p.tok.at; {
		case p.accept("["):
			x = &Subscript{at, x, p.expr()}
			p.expect("]")
		case p.is(".") && !p.ahead().is("*"):
			p.advance()
			x = &Dereference{at, x, p.ident()}
			if p.is("(") {
				p.fail(x.Pos(), "functions have no catalog or schema here: write the name alone")
			}
		default:
			return x
		}
	}
}
