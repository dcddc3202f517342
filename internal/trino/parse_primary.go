package trino

import "strings"

// primaryExpr reads an expression without operators.
func (p *parser) primaryExpr() Expr {
	switch p.tok.kind {
	case text, bytes, integer, decimal, double:
		return p.literal()
	case quoted:
		return p.nameOrCall()
	case word:
		return p.fromWord()
	}
	at := p.tok.at
	switch {
	case p.is("?"):
		return p.parameter()
	case p.accept("("):
		return p.parenthesized(at)
	}
	p.mismatch("<expression>")
	return nil
}

// parenthesized reads a sub-query, a row or one expression, the opening parenthesis being read.
func (p *parser) parenthesized(at Position) Expr {
	if p.insideLambda() {
		p.fail(at, "a lambda stands only as an argument of a function")
	}
	if p.startsQuery() {
		q := p.query()
		p.expect(")")
		return &Subquery{at, q}
	}
	x := p.expr()
	if s, ok := x.(*Subquery); ok && p.continuesQuery() {
		q := p.continued(s.Query)
		p.expect(")")
		return &Subquery{at, q}
	}
	if !p.accept(",") {
		p.expect(")")
		return x
	}
	r := &Row{at, append([]Expr{x}, list(p, p.expr)...)}
	p.expect(")")
	return r
}

// fromWord reads what begins with a word: a form with a grammar of its own, a literal with a type, a name or a call.
func (p *parser) fromWord() Expr {
	at, upper := p.tok.at, strings.ToUpper(p.tok.text)
	next := p.ahead()
	switch {
	case upper == "NULL":
		p.advance()
		return &Null{at}
	case upper == "TRUE", upper == "FALSE":
		p.advance()
		return &Bool{at, upper == "TRUE"}
	case upper == "CASE":
		return p.caseExpr()
	case upper == "INTERVAL" && (next.kind == text || next.is("+") || next.is("-")):
		return p.interval()
	case upper == "ARRAY" && next.is("["):
		return p.array()
	case strings.HasPrefix(upper, "CURRENT_") || strings.HasPrefix(upper, "LOCALTIME"):
		if c := p.current(); c != nil {
			return c
		}
	case refusedForms[upper] && next.is("("):
		p.fail(at, "%s is not supported", upper)
	case next.is("("):
		if x := p.form(at, upper); x != nil {
			return x
		}
	case upper == "DOUBLE" && next.is("PRECISION"):
		return p.typed()
	}
	if next.kind == text && !reserved[upper] {
		return p.typed()
	}
	return p.nameOrCall()
}

// nameOrCall reads a column, or a function with its arguments.
func (p *parser) nameOrCall() Expr {
	if p.tok.kind == word && p.is("GROUPING") && p.ahead().is("(") {
		c := &Call{Position: p.tok.at, Name: "grouping"}
		p.advance()
		return p.call(c)
	}
	if !p.name() {
		p.mismatch("<expression>")
	}
	id := p.ident()
	switch {
	case p.is("("):
		return p.call(&Call{Position: id.Position, Name: strings.ToLower(id.Name)})
	case p.is("->"):
		p.fail(id.Position, "a lambda stands only as an argument of a function")
	}
	return &Name{id}
}

func (p *parser) caseExpr() Expr {
	c := &Case{Position: p.tok.at}
	p.expect("CASE")
	if !p.is("WHEN") {
		c.Operand = p.expr()
	}
	for at := p.tok.at; len(c.Whens) == 0 || p.is("WHEN"); at = p.tok.at {
		p.expect("WHEN")
		w := &When{Position: at, When: p.expr()}
		p.expect("THEN")
		w.Then = p.expr()
		c.Whens = append(c.Whens, w)
	}
	if p.accept("ELSE") {
		c.Else = p.expr()
	}
	p.expect("END")
	return c
}

func (p *parser) array() Expr {
	a := &Array{Position: p.tok.at}
	p.expect("ARRAY", "[")
	if !p.is("]") {
		a.Elements = list(p, p.expr)
	}
	p.expect("]")
	return a
}

// current reads CURRENT_TIMESTAMP(3) and its like; nil when the word is none of them.
func (p *parser) current() Expr {
	c := &Current{Position: p.tok.at, What: strings.ToLower(p.tok.text), Precision: -1}
	switch c.What {
	case "current_date":
		p.advance()
		return c
	case "current_time", "current_timestamp", "localtime", "localtimestamp":
		if p.advance(); p.accept("(") {
			c.Precision = p.small(12)
			p.expect(")")
		}
		return c
	}
	if upper := strings.ToUpper(c.What); refusedForms[upper] {
		p.fail(c.Position, "%s is not supported", upper)
	}
	return nil
}
