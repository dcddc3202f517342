package trino

import "strings"

var synonyms = map[string]string{"int": "integer", "dec": "decimal", "numeric": "decimal"}

// canonical is a type's name as the tree has it.
func canonical(name string) string {
	lower := strings.ToLower(name)
	if c, ok := synonyms[lower]; ok {
		return c
	}
	return lower
}

// typeName reads a type.
func (p *parser) typeName() *Type {
	defer p.enter()()
	t := &Type{Position: p.tok.at}
	t.Name = canonical(p.ident().Name)
	switch t.Name {
	case "row":
		p.expect("(")
		for _, f := range list(p, p.field) {
			t.Fields, t.Args = append(t.Fields, f.name), append(t.Args, f.typ)
		}
		p.expect(")")
	case "array", "map":
		p.elements(t)
	case "interval":
		t.Name = p.intervalType()
	case "timestamp", "time":
		t.Precision = p.precision()
		p.timeZone(t)
	default:
		if t.Name == "double" {
			p.accept("PRECISION")
		}
		t.Precision = p.precision()
	}
	for p.accept("ARRAY") {
		t = &Type{Position: t.Position, Name: "array", Args: []*Type{t}}
	}
	return t
}

// elements reads (a, b), or <a, b> in the old spelling.
func (p *parser) elements(t *Type) {
	closing := ")"
	if p.is("<") {
		p.advance()
		closing = ">"
	} else {
		p.expect("(")
	}
	t.Args = []*Type{p.typeName()}
	if t.Name == "map" {
		p.expect(",")
		t.Args = append(t.Args, p.typeName())
	}
	p.expect(closing)
}

func (p *parser) intervalType() string {
	if p.accept("YEAR") {
		p.expect("TO", "MONTH")
		return "interval year to month"
	}
	p.expect("DAY", "TO", "SECOND")
	return "interval day to second"
}

func (p *parser) timeZone(t *Type) {
	switch {
	case p.is("WITH"):
		p.expect("WITH", "TIME", "ZONE")
		t.Name += " with time zone"
	case p.is("WITHOUT"):
		p.expect("WITHOUT", "TIME", "ZONE")
	}
}

// precision reads the numbers behind a type's name, if there are any.
func (p *parser) precision() []int {
	if !p.accept("(") {
		return nil
	}
	out := list(p, func() int { return p.small(1<<31 - 1) })
	p.expect(")")
	return out
}

type field struct {
	name Ident
	typ  *Type
}

// field reads a field of a row: a type, or a name and a type.
func (p *parser) field() field {
	if p.fieldNamed() {
		return field{p.ident(), p.typeName()}
	}
	return field{typ: p.typeName()}
}

// fieldNamed reports whether the next token is a field's name rather than its type.
func (p *parser) fieldNamed() bool {
	next := p.ahead()
	switch {
	case p.tok.kind == quoted && next.kind != symbol:
		return true
	case next.kind == quoted:
		return true
	case next.kind != word || reserved[upperOf(next)]:
		return false
	case p.is("DOUBLE"):
		return !next.is("PRECISION")
	case p.is("TIME", "TIMESTAMP"):
		return !next.is("WITHOUT")
	case p.is("INTERVAL"):
		return !next.is("DAY") && !next.is("YEAR")
	}
	return !next.is("ARRAY") || p.arrayOf(next)
}

// arrayOf reports whether ARRAY begins a type instead of following one.
func (p *parser) arrayOf(array token) bool {
	l := p.lexer
	l.off, l.at = array.end, array.at
	t := l.next()
	return t.is("(") || t.is("<")
}
