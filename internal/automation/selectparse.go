package automation

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

func number(n int) json.Number { return json.Number(strconv.Itoa(n)) }

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// selectorParser reads a path from the place after its $ or @.
type selectorParser struct {
	in    string
	at    int
	depth int
}

func (p *selectorParser) fail(what string) error {
	return fault.New(fault.Invalid, "%s, at character %d of %s", what, p.at+1, shorten(p.in))
}

func (p *selectorParser) peek(s string) bool { return strings.HasPrefix(p.in[p.at:], s) }

func (p *selectorParser) take(s string) bool {
	if p.peek(s) {
		p.at += len(s)
		return true
	}
	return false
}

func (p *selectorParser) space() {
	for p.take(" ") {
	}
}

// path reads steps to the end of the text, or inside a filter to what cannot belong to a path.
func (p *selectorParser) path(inner bool) (*Selector, error) {
	s := &Selector{}
	for p.at < len(p.in) {
		st := selectStep{}
		switch {
		case p.take(".."):
			st.deep = true
			if !p.peek("[") {
				if err := p.name(&st); err != nil {
					return nil, err
				}
				break
			}
			fallthrough
		case p.peek("["):
			p.at++
			if err := p.bracket(&st); err != nil {
				return nil, err
			}
		case p.take("."):
			if err := p.name(&st); err != nil {
				return nil, err
			}
		case inner:
			return s, nil
		default:
			return nil, p.fail("there is something that is no step of a path")
		}
		s.many = s.many || st.deep || st.kind == '*' || st.kind == 's' || st.kind == 'f' || len(st.names) > 1
		if st.kind == 'l' {
			s.many = false
		}
		s.steps = append(s.steps, st)
	}
	return s, nil
}

func (p *selectorParser) name(st *selectStep) error {
	if p.take("*") {
		st.kind = '*'
		return nil
	}
	if p.take("length()") {
		st.kind = 'l'
		return nil
	}
	from := p.at
	for p.at < len(p.in) && !strings.ContainsRune(".[]()=!<>&|'\" ", rune(p.in[p.at])) {
		p.at++
	}
	if from == p.at {
		return p.fail("a member's name is missing")
	}
	st.kind, st.names = 'm', []string{p.in[from:p.at]}
	return nil
}

func (p *selectorParser) bracket(st *selectStep) error {
	p.space()
	switch {
	case p.take("*"):
		st.kind = '*'
	case p.peek("?("):
		p.at += 2
		if err := p.filter(st); err != nil {
			return err
		}
	case p.peek("'"), p.peek("\""):
		st.kind = 'm'
		for {
			p.space()
			n, err := p.quoted()
			if err != nil {
				return err
			}
			st.names = append(st.names, n)
			p.space()
			if !p.take(",") {
				break
			}
		}
	default:
		st.kind = 'i'
		var err error
		if st.from, err = p.integer(); err != nil {
			return err
		}
		if p.take(":") {
			st.kind = 's'
			if st.to, err = p.integer(); err != nil {
				return err
			}
		} else if st.from == nil {
			return p.fail("an index is missing")
		}
	}
	p.space()
	if !p.take("]") {
		return p.fail("a ] is missing")
	}
	return nil
}

func (p *selectorParser) integer() (*int, error) {
	p.space()
	from := p.at
	p.take("-")
	for p.at < len(p.in) && p.in[p.at] >= '0' && p.in[p.at] <= '9' {
		p.at++
	}
	defer p.space()
	if from == p.at {
		return nil, nil
	}
	n, err := strconv.Atoi(p.in[from:p.at])
	if err != nil {
		return nil, p.fail("a number cannot be read")
	}
	return &n, nil
}

func (p *selectorParser) quoted() (string, error) {
	if p.at >= len(p.in) || p.in[p.at] != '\'' && p.in[p.at] != '"' {
		return "", p.fail("a quoted text is missing")
	}
	q := p.in[p.at]
	end := strings.IndexByte(p.in[p.at+1:], q)
	if end < 0 {
		return "", p.fail("a quote is not closed")
	}
	s := p.in[p.at+1 : p.at+1+end]
	p.at += end + 2
	return s, nil
}

// filter reads the comparisons of ?( ... ).
func (p *selectorParser) filter(st *selectStep) error {
	if p.depth++; p.depth > 5 {
		return p.fail("filters are nested too deep")
	}
	defer func() { p.depth-- }()
	st.kind = 'f'
	and := []comparison{}
	for {
		c, err := p.comparison()
		if err != nil {
			return err
		}
		and = append(and, c)
		p.space()
		switch {
		case p.take("&&"):
			continue
		case p.take("||"):
			st.filter = append(st.filter, and)
			and = []comparison{}
			continue
		case p.take(")"):
			st.filter = append(st.filter, and)
			return nil
		}
		return p.fail("a filter is not closed")
	}
}

func (p *selectorParser) comparison() (comparison, error) {
	var c comparison
	p.space()
	if !p.take("@") {
		return c, p.fail("a filter compares @")
	}
	var err error
	if c.path, err = p.path(true); err != nil {
		return c, err
	}
	p.space()
	for _, op := range []string{"==", "!=", "<=", ">=", "<", ">"} {
		if p.take(op) {
			c.op = op
			p.space()
			c.value, err = p.literal()
			return c, err
		}
	}
	return c, nil
}

func (p *selectorParser) literal() (any, error) {
	if p.peek("'") || p.peek("\"") {
		return p.quoted()
	}
	for word, v := range map[string]any{"true": true, "false": false, "null": nil} {
		if p.take(word) {
			return v, nil
		}
	}
	from := p.at
	for p.at < len(p.in) && strings.ContainsRune("0123456789.-", rune(p.in[p.at])) {
		p.at++
	}
	if !json.Valid([]byte(p.in[from:p.at])) {
		return nil, p.fail("a value is missing")
	}
	return json.Number(p.in[from:p.at]), nil
}
