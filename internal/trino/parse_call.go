package trino

// call reads the parentheses of a function and what may follow them.
func (p *parser) call(c *Call) Expr {
	p.expect("(")
	switch {
	case p.is("*") && p.ahead().is(")"):
		if c.Name != "count" {
			p.fail(p.tok.at, "* is an argument of count only")
		}
		p.advance()
		c.Star = true
	case !p.is(")"):
		p.arguments(c)
	}
	if c.OrderBy == nil {
		c.OrderBy = p.orderBy()
	}
	p.expect(")")
	p.filter(c)
	return p.windowed(c)
}

func (p *parser) arguments(c *Call) {
	if p.is("ORDER") {
		return
	}
	if c.Distinct = p.accept("DISTINCT"); !c.Distinct && p.is("ALL") {
		p.advance()
	}
	c.Args = list(p, p.argument)
}

// filter reads FILTER (WHERE condition).
func (p *parser) filter(c *Call) {
	if p.is("FILTER") && p.ahead().is("(") {
		p.expect("FILTER", "(", "WHERE")
		c.Filter = p.expr()
		p.expect(")")
	}
}

// windowed reads IGNORE NULLS and OVER.
func (p *parser) windowed(c *Call) Expr {
	nulls := p.is("IGNORE", "RESPECT") && p.ahead().is("NULLS")
	if nulls {
		c.IgnoreNulls = p.is("IGNORE")
		p.advance()
		p.advance()
	}
	if next := p.ahead(); p.is("OVER") && (next.is("(") || next.kind == quoted || next.kind == word && !reserved[upperOf(next)]) {
		p.advance()
		c.Over = p.over()
	} else if nulls {
		p.mismatch("'OVER'")
	}
	return c
}

// argument reads an argument, which may be a lambda.
func (p *parser) argument() Expr {
	at := p.tok.at
	if p.name() && p.ahead().is("->") {
		id := p.ident()
		return p.lambda(at, []Ident{id})
	}
	if p.name() && p.ahead().is("=>") {
		p.fail(at, "arguments are not named")
	}
	if p.is("(") && p.lambdaBehind() {
		p.expect("(")
		var params []Ident
		if !p.is(")") {
			params = list(p, p.ident)
		}
		p.expect(")")
		return p.lambda(at, params)
	}
	return p.expr()
}

func (p *parser) lambda(at Position, params []Ident) Expr {
	p.expect("->")
	return &Lambda{at, params, p.expr()}
}

// lambdaBehind reports whether the parenthesis that is next opens a lambda's parameters.
func (p *parser) lambdaBehind() bool {
	l := p.lexer
	return parameters(&l, l.next())
}

// insideLambda is lambdaBehind when the parenthesis has been read.
func (p *parser) insideLambda() bool {
	l := p.lexer
	return parameters(&l, p.tok)
}

// parameters reports whether names, a closing parenthesis and an arrow are read, t being the first token.
func parameters(l *lexer, t token) bool {
	for first := true; ; first = false {
		if first && t.is(")") {
			return l.next().is("->")
		}
		if t.kind != quoted && (t.kind != word || reserved[upperOf(t)]) {
			return false
		}
		switch t = l.next(); {
		case t.is(")"):
			return l.next().is("->")
		case !t.is(","):
			return false
		}
		t = l.next()
	}
}
