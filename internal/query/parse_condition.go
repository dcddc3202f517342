package query

import (
	"strings"
	"unicode/utf8"
)

// or reads conditions, AND binding closer than OR.
func (p *parser) or() (Condition, error) { return p.joined("OR", p.and) }

func (p *parser) and() (Condition, error) { return p.joined("AND", p.not) }

func (p *parser) joined(by string, one func() (Condition, error)) (Condition, error) {
	left, err := one()
	for err == nil && p.tok.is(by) {
		if err = p.advance(); err != nil {
			break
		}
		var right Condition
		if right, err = one(); err == nil {
			left = &Logic{Or: by == "OR", Left: left, Right: right}
		}
	}
	return left, err
}

// not reads one condition, a negated one, or conditions in parentheses.
func (p *parser) not() (Condition, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, invalid(p.tok.at, "conditions are nested deeper than %d levels.", maxDepth)
	}
	defer func() { p.depth-- }()
	if ok, err := p.accept("NOT"); err != nil || ok {
		if err != nil {
			return nil, err
		}
		c, err := p.not()
		return &Not{c}, err
	}
	if ok, err := p.accept("("); err != nil || ok {
		if err != nil {
			return nil, err
		}
		if p.tok.is("SELECT") {
			return nil, invalid(p.tok.at, "statements have no subqueries.")
		}
		c, err := p.or()
		if err != nil {
			return nil, err
		}
		return c, p.expect(")")
	}
	return p.condition()
}

// condition reads a property and what is asked of it.
func (p *parser) condition() (Condition, error) {
	path, err := p.path()
	if err != nil {
		return nil, err
	}
	if path.subtree() {
		return nil, invalid(path.At, "%s is an object: compare a property in it.", path.Name)
	}
	negated, err := p.accept("NOT")
	if err != nil {
		return nil, err
	}
	var c Condition
	t := p.tok
	switch {
	case t.is("IN"):
		c, err = p.in(path)
	case t.is("BETWEEN"):
		c, err = p.between(path)
	case t.is("LIKE"):
		c, err = p.like(path)
	case !negated && t.kind == symbol && strings.Contains(" = != <> < <= > >= ", " "+t.text+" "):
		c, err = p.compare(path)
	case negated:
		return nil, p.unexpected("IN, BETWEEN or LIKE")
	case t.is("("):
		return nil, invalid(path.At, "functions have no place in a condition.")
	default:
		return nil, p.unexpected("a comparison (=, !=, <, <=, >, >=, IN, BETWEEN, LIKE)")
	}
	if err == nil && negated {
		c = &Not{c}
	}
	return c, err
}

func (p *parser) compare(path *Path) (Condition, error) {
	op := Op(p.tok.text)
	if op == "<>" {
		op = Ne
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	v, err := p.literal()
	if err == nil && v.Bool != nil && op != Eq && op != Ne {
		return nil, invalid(v.At, "true and false have no order: use = or !=.")
	}
	return &Compare{path, op, v}, err
}

func (p *parser) in(path *Path) (Condition, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	c := &In{Path: path}
	err := p.list(func() error {
		if p.tok.is("SELECT") {
			return invalid(p.tok.at, "statements have no subqueries.")
		}
		v, err := p.literal()
		c.Values = append(c.Values, v)
		return err
	})
	if err != nil {
		return nil, err
	}
	return c, p.expect(")")
}

func (p *parser) between(path *Path) (Condition, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	low, err := p.literal()
	if err != nil {
		return nil, err
	}
	if err := p.expect("AND"); err != nil {
		return nil, err
	}
	high, err := p.literal()
	if err == nil && (low.Bool != nil || high.Bool != nil) {
		return nil, invalid(low.At, "true and false have no order: use = or !=.")
	}
	return &Between{path, low, high}, err
}

// minPrefix is how many characters stand before a wildcard.
const minPrefix = 3

func (p *parser) like(path *Path) (Condition, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	t := p.tok
	if t.kind != text {
		return nil, p.unexpected("a pattern ('text%')")
	}
	c := &Like{Path: path, Prefix: t.text}
	if n := len(t.text); n > 0 && (t.text[n-1] == '%' || t.text[n-1] == '_') {
		c.Prefix, c.Tail = t.text[:n-1], t.text[n-1]
	}
	switch i := strings.IndexByte(c.Prefix, '%'); {
	case i >= 0:
		return nil, invalid(t.at, "%% may stand only at the end of a pattern, and once.")
	case c.Tail != 0 && strings.HasSuffix(c.Prefix, "_"):
		return nil, invalid(t.at, "a pattern ends with one %% or one _, not with several.")
	case c.Tail != 0 && utf8.RuneCountInString(c.Prefix) < minPrefix:
		return nil, invalid(t.at, "at least %d characters stand before the wildcard of a pattern.", minPrefix)
	}
	return c, p.advance()
}
