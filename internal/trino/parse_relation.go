package trino

import "strings"

// from reads the relations of FROM; a comma is a cross join.
func (p *parser) from() Relation {
	all := list(p, p.joined)
	left := all[0]
	for _, right := range all[1:] {
		left = &Join{Position: left.Pos(), Kind: CrossJoin, Left: left, Right: right}
	}
	return left
}

// joined reads a relation and the joins behind it.
func (p *parser) joined() Relation {
	defer p.enter()()
	return p.joins(p.aliased())
}

func (p *parser) joins(left Relation) Relation {
	for {
		j := &Join{Position: p.tok.at, Left: left}
		switch {
		case p.is("NATURAL"):
			p.fail(p.tok.at, "NATURAL JOIN is not supported: name the columns with USING")
		case p.accept("CROSS"):
			p.expect("JOIN")
			j.Kind = CrossJoin
			j.Right = p.aliased()
			left = j
			continue
		case p.is("JOIN", "INNER"):
			p.accept("INNER")
			j.Kind = InnerJoin
		case p.is("LEFT", "RIGHT", "FULL"):
			j.Kind = JoinKind(p.oneOf("LEFT", "RIGHT", "FULL") + " JOIN")
			p.accept("OUTER")
		default:
			return left
		}
		p.expect("JOIN")
		j.Right = p.joined()
		p.criteria(j)
		left = j
	}
}

func (p *parser) criteria(j *Join) {
	switch {
	case p.accept("ON"):
		j.On = p.expr()
	case p.accept("USING"):
		j.Using = p.idents()
	default:
		p.mismatch("'ON', 'USING'")
	}
}

// aliased reads a relation without joins, and its alias.
func (p *parser) aliased() Relation { return p.aliasOf(p.relation()) }

func (p *parser) aliasOf(r Relation) Relation {
	if p.is("TABLESAMPLE", "MATCH_RECOGNIZE") || p.is("FOR") {
		p.fail(p.tok.at, "%s is not supported", strings.ToUpper(p.tok.text))
	}
	if !p.accept("AS") && !p.alias() {
		return r
	}
	a := &Aliased{Position: r.Pos(), Relation: r, Alias: p.ident()}
	if p.is("(") {
		a.Columns = p.idents()
	}
	if p.is("TABLESAMPLE", "MATCH_RECOGNIZE") {
		p.fail(p.tok.at, "%s is not supported", strings.ToUpper(p.tok.text))
	}
	return a
}

func (p *parser) relation() Relation {
	at := p.tok.at
	switch {
	case p.is("UNNEST"):
		return p.unnest()
	case p.is("LATERAL") && p.ahead().is("("):
		p.expect("LATERAL", "(")
		q := p.query()
		p.expect(")")
		return &Derived{at, q, true}
	case p.is("TABLE") && p.ahead().is("("):
		p.fail(at, "table functions are not supported")
	case p.accept("("):
		return p.inParentheses(at)
	case refusedForms[strings.ToUpper(p.tok.text)] && p.tok.kind == word:
		p.fail(at, "%s is not supported", strings.ToUpper(p.tok.text))
	}
	return p.table()
}

// inParentheses reads a sub-query or joined relations, the opening parenthesis being read.
func (p *parser) inParentheses(at Position) Relation {
	defer p.enter()()
	if p.startsQuery() && !(p.is("TABLE") && p.ahead().is("(")) {
		q := p.query()
		p.expect(")")
		return &Derived{Position: at, Query: q}
	}
	if inner := p.tok.at; p.accept("(") {
		r := p.inParentheses(inner)
		if d, ok := r.(*Derived); ok && !d.Lateral && p.continuesQuery() {
			q := p.continued(d.Query)
			p.expect(")")
			return &Derived{Position: at, Query: q}
		}
		r = p.joins(p.aliasOf(r))
		p.expect(")")
		return r
	}
	r := p.joined()
	p.expect(")")
	return r
}

func (p *parser) unnest() Relation {
	u := &Unnest{Position: p.tok.at}
	p.expect("UNNEST", "(")
	u.Args = list(p, p.expr)
	p.expect(")")
	if p.is("WITH") {
		p.expect("WITH", "ORDINALITY")
		u.Ordinality = true
	}
	return u
}

// table reads a table's name. Where a table stands, words and numbers with hyphens between are one name: the id of an
// event data store needs no quotes.
func (p *parser) table() Relation {
	t := &Table{Position: p.tok.at}
	if n := hyphenated(p.source[p.tok.begin:]); n > 0 {
		id := p.source[p.tok.begin : p.tok.begin+n]
		t.Name = []Ident{{Position: p.tok.at, Name: id, Quoted: true}}
		p.lexer.off, p.lexer.at = p.tok.begin, p.tok.at
		p.skip(n)
		p.advance()
		return t
	}
	if p.tok.kind != bad && !p.name() {
		p.mismatch("<table>")
	}
	t.Name = []Ident{p.ident()}
	for p.accept(".") {
		t.Name = append(t.Name, p.ident())
	}
	if p.is("(") {
		p.fail(t.Position, "table functions are not supported")
	}
	if len(t.Name) > 3 {
		p.fail(t.Position, "a table's name has at most three parts")
	}
	return t
}

// hyphenated is the length of a name such as 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2; 0 when the text begins with none.
func hyphenated(s string) int {
	n := span(s, wordByte)
	parts := 1
	for n > 0 && n < len(s) && s[n] == '-' {
		more := span(s[n+1:], wordByte)
		if more == 0 {
			break
		}
		n += 1 + more
		parts++
	}
	if parts == 1 {
		return 0
	}
	return n
}
