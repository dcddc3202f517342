package trino

import "strings"

func upperOf(t token) string { return strings.ToUpper(t.text) }

// form reads a function with a grammar of its own, its name and a parenthesis being next; nil when it is none.
func (p *parser) form(at Position, upper string) Expr {
	read := map[string]func(Position) Expr{
		"CAST": p.cast, "TRY_CAST": p.cast, "EXTRACT": p.extract, "ROW": p.row, "EXISTS": p.exists,
		"TRIM": p.trim, "POSITION": p.position, "SUBSTRING": p.substring, "NORMALIZE": p.normalize, "LISTAGG": p.listagg,
	}[upper]
	if read == nil {
		return nil
	}
	return read(at)
}

// open passes over a form's name and its parenthesis.
func (p *parser) open() {
	p.advance()
	p.expect("(")
}

func (p *parser) cast(at Position) Expr {
	c := &Cast{Position: at, Try: p.is("TRY_CAST")}
	p.open()
	c.X = p.expr()
	p.expect("AS")
	c.Type = p.typeName()
	p.expect(")")
	return c
}

var extractFields = set(`YEAR QUARTER MONTH WEEK DAY DAY_OF_MONTH DAY_OF_WEEK DOW DAY_OF_YEAR DOY YEAR_OF_WEEK YOW HOUR MINUTE SECOND
	TIMEZONE_HOUR TIMEZONE_MINUTE`)

func (p *parser) extract(at Position) Expr {
	p.open()
	field := strings.ToUpper(p.tok.text)
	if p.tok.kind != word || !extractFields[field] {
		p.mismatch("<field of a date or time, e.g. YEAR>")
	}
	p.advance()
	p.expect("FROM")
	x := p.expr()
	p.expect(")")
	return &Extract{at, field, x}
}

func (p *parser) row(at Position) Expr {
	p.open()
	r := &Row{at, list(p, p.expr)}
	if p.is("AS") {
		p.fail(p.tok.at, "a row's fields are named by CAST(ROW(...) AS ROW(name type, ...))")
	}
	p.expect(")")
	return r
}

func (p *parser) exists(at Position) Expr {
	p.open()
	q := p.query()
	p.expect(")")
	return &Exists{at, q}
}

// trim reads TRIM([LEADING | TRAILING | BOTH] [characters] FROM x), TRIM(x, characters) and TRIM(x).
func (p *parser) trim(at Position) Expr {
	p.open()
	c := &Call{Position: at, Name: "trim"}
	if next := p.ahead(); next.kind != symbol && p.is("LEADING", "TRAILING", "BOTH") {
		c.Name = map[string]string{"LEADING": "ltrim", "TRAILING": "rtrim", "BOTH": "trim"}[upperOf(p.tok)]
		p.advance()
	}
	if p.accept("FROM") {
		c.Args = []Expr{p.value()}
		p.expect(")")
		return c
	}
	x := p.value()
	switch {
	case p.accept("FROM"):
		c.Args = []Expr{p.value(), x}
	case p.accept(","):
		c.Args = []Expr{x, p.value()}
	default:
		c.Args = []Expr{x}
	}
	p.expect(")")
	return c
}

// position reads POSITION(part IN whole).
func (p *parser) position(at Position) Expr {
	p.open()
	part := p.value()
	p.expect("IN")
	whole := p.value()
	p.expect(")")
	return &Call{Position: at, Name: "strpos", Args: []Expr{whole, part}}
}

// substring reads SUBSTRING(x FROM n [FOR m]) and SUBSTRING(x, n [, m]).
func (p *parser) substring(at Position) Expr {
	p.open()
	c := &Call{Position: at, Name: "substr", Args: []Expr{p.expr()}}
	if p.accept("FROM") {
		c.Args = append(c.Args, p.value())
		if p.accept("FOR") {
			c.Args = append(c.Args, p.value())
		}
	} else if p.accept(",") {
		c.Args = append(c.Args, list(p, p.expr)...)
	}
	p.expect(")")
	return c
}

// normalize reads NORMALIZE(x [, form]); the form becomes a text.
func (p *parser) normalize(at Position) Expr {
	p.open()
	c := &Call{Position: at, Name: "normalize", Args: []Expr{p.value()}}
	if p.accept(",") {
		form := p.tok.at
		c.Args = append(c.Args, &String{form, p.oneOf("NFD", "NFC", "NFKD", "NFKC")})
	}
	p.expect(")")
	return c
}

// listagg reads LISTAGG([DISTINCT] x [, separator]) WITHIN GROUP (ORDER BY ...).
func (p *parser) listagg(at Position) Expr {
	p.open()
	c := &Call{Position: at, Name: "listagg"}
	if c.Distinct = p.accept("DISTINCT"); !c.Distinct {
		p.accept("ALL")
	}
	c.Args = list(p, p.expr)
	if p.is("ON") {
		p.expect("ON", "OVERFLOW", "ERROR")
	}
	p.expect(")", "WITHIN", "GROUP", "(")
	if c.OrderBy = p.orderBy(); c.OrderBy == nil {
		p.mismatch("'ORDER'")
	}
	p.expect(")")
	p.filter(c)
	return c
}
