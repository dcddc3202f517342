package trino

import "strings"

// startsQuery reports whether the next token begins a query that is not in parentheses.
func (p *parser) startsQuery() bool { return p.is("SELECT", "WITH", "VALUES", "TABLE") }

// continuesQuery reports whether the next token goes on with a query whose first body has been read.
func (p *parser) continuesQuery() bool {
	return p.is("UNION", "INTERSECT", "EXCEPT", "ORDER", "OFFSET", "LIMIT", "FETCH")
}

func (p *parser) query() *Query {
	defer p.enter()()
	q := &Query{Position: p.tok.at}
	if p.accept("WITH") {
		if p.is("RECURSIVE") {
			p.fail(p.tok.at, "WITH RECURSIVE is not supported")
		}
		q.With = list(p, p.named)
	}
	q.Body = p.setOps(p.intersections(p.primary()))
	p.tail(q)
	return q
}

// continued reads the rest of a query that began with another one in parentheses.
func (p *parser) continued(first *Query) *Query {
	q := &Query{Position: first.Position}
	q.Body = p.setOps(p.intersections(&Nested{first.Position, first}))
	p.tail(q)
	return q
}

func (p *parser) named() *Named {
	n := &Named{Position: p.tok.at, Name: p.ident()}
	if p.is("(") {
		n.Columns = p.idents()
	}
	p.expect("AS", "(")
	n.Query = p.query()
	p.expect(")")
	return n
}

// setOps reads UNION and EXCEPT behind a body.
func (p *parser) setOps(left Body) Body {
	for p.is("UNION", "EXCEPT") {
		op := p.setOperator()
		op.Left = left
		op.Right = p.intersections(p.primary())
		left = op
	}
	return left
}

// intersections reads INTERSECT, which binds closer.
func (p *parser) intersections(left Body) Body {
	for p.is("INTERSECT") {
		op := p.setOperator()
		op.Left = left
		op.Right = p.primary()
		left = op
	}
	return left
}

func (p *parser) setOperator() *SetOp {
	op := &SetOp{Position: p.tok.at, Op: SetOperator(p.oneOf("UNION", "EXCEPT", "INTERSECT"))}
	if !p.accept("DISTINCT") {
		op.All = p.accept("ALL")
	}
	return op
}

// primary reads a body without set operators.
func (p *parser) primary() Body {
	at := p.tok.at
	switch {
	case p.is("SELECT"):
		return p.selection()
	case p.accept("VALUES"):
		return &Values{at, list(p, p.expr)}
	case p.accept("TABLE"):
		return &Select{Position: at, Items: []*Item{{Position: at, All: true}}, From: p.table()}
	case p.accept("("):
		q := p.query()
		p.expect(")")
		return &Nested{at, q}
	}
	p.mismatch("'SELECT', 'WITH', 'VALUES', 'TABLE', '('")
	return nil
}

// tail reads ORDER BY, OFFSET and LIMIT.
func (p *parser) tail(q *Query) {
	q.OrderBy = p.orderBy()
	if p.accept("OFFSET") {
		q.Offset = p.count()
		if !p.accept("ROWS") {
			p.accept("ROW")
		}
	}
	switch {
	case p.accept("LIMIT"):
		if !p.accept("ALL") {
			q.Limit = p.count()
		}
	case p.is("FETCH"):
		p.fetch(q)
	}
}

func (p *parser) fetch(q *Query) {
	at := p.tok.at
	p.expect("FETCH")
	p.oneOf("FIRST", "NEXT")
	q.Limit = &Integer{at, 1}
	if !p.is("ROW", "ROWS") {
		q.Limit = p.count()
	}
	p.oneOf("ROW", "ROWS")
	if p.accept("ONLY") {
		return
	}
	if p.expect("WITH", "TIES"); q.OrderBy == nil {
		p.fail(at, "FETCH FIRST WITH TIES needs ORDER BY")
	}
	q.Ties = true
}

// count reads a number of rows.
func (p *parser) count() Expr {
	switch {
	case p.is("?"):
		return p.parameter()
	case p.tok.kind == integer:
		return p.integer()
	}
	p.mismatch("<integer>, '?'")
	return nil
}

// orderBy reads ORDER BY, if it is the next.
func (p *parser) orderBy() []*Sort {
	if !p.accept("ORDER") {
		return nil
	}
	p.expect("BY")
	return list(p, func() *Sort {
		s := &Sort{Position: p.tok.at, X: p.expr()}
		if !p.accept("ASC") {
			s.Desc = p.accept("DESC")
		}
		if p.accept("NULLS") {
			s.Nulls = NullsFirst
			if p.oneOf("FIRST", "LAST") == "LAST" {
				s.Nulls = NullsLast
			}
		}
		return s
	})
}

func (p *parser) selection() *Select {
	s := &Select{Position: p.tok.at}
	p.expect("SELECT")
	if !p.accept("ALL") {
		s.Distinct = p.accept("DISTINCT")
	}
	s.Items = list(p, p.item)
	if p.accept("FROM") {
		s.From = p.from()
	}
	if p.accept("WHERE") {
		s.Where = p.expr()
	}
	if p.is("GROUP") {
		s.GroupBy = p.groupBy()
	}
	if p.accept("HAVING") {
		s.Having = p.expr()
	}
	if p.accept("WINDOW") {
		s.Windows = list(p, p.namedWindow)
	}
	return s
}

// item reads a member of SELECT.
func (p *parser) item() *Item {
	it := &Item{Position: p.tok.at}
	if p.accept("*") {
		it.All = true
		return it
	}
	it.X = p.expr()
	if p.is(".") {
		return p.allOf(it)
	}
	if p.accept("AS") || p.alias() {
		id := p.ident()
		it.Alias = &id
	}
	return it
}

// allOf reads .* and the names of the columns behind it.
func (p *parser) allOf(it *Item) *Item {
	if p.advance(); !p.is("*") || precedence(it.X) < precPrimary {
		p.mismatch("<identifier>")
	}
	p.advance()
	it.All = true
	if p.accept("AS") {
		it.Columns = p.idents()
	}
	return it
}

// alias reports whether the next token is a name that may follow without AS.
func (p *parser) alias() bool {
	return p.name() && (p.tok.kind == quoted || !clauses[strings.ToUpper(p.tok.text)])
}
