package guard

import (
	"strconv"
	"strings"
)

// literal reads a value of the rules, if one comes next: true, 'text', 10, /regex/, r[1,5), [..], {..}.
func (p *parser) literal() (Value, bool) {
	switch c := p.peek(); {
	case c == '\'' || c == '"':
		return text(p.quoted()), true
	case c == '/':
		return p.regex(), true
	case c == '[':
		return p.listLiteral(), true
	case c == '{':
		return p.mapLiteral(), true
	case c == '-' || (c >= '0' && c <= '9'):
		return p.number(), true
	case c == 'r' && p.i+1 < len(p.s) && (p.s[p.i+1] == '[' || p.s[p.i+1] == '('):
		return p.rangeLiteral()
	}
	return p.wordLiteral()
}

func (p *parser) wordLiteral() (Value, bool) {
	var v Value
	w := p.ahead()
	switch w {
	case "true", "True":
		v = truth(true)
	case "false", "False":
		v = truth(false)
	case "null", "NULL":
		v = Value{made: &made{kind: Null}}
	default:
		return v, false
	}
	if rest := p.s[p.i+len(w):]; strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "(") {
		return v, false
	}
	p.i += len(w)
	return v, true
}

func (p *parser) regex() Value {
	from := p.i
	for j := p.i + 1; j < len(p.s); j++ {
		switch p.s[j] {
		case '\\':
			j++
		case '/':
			source := strings.ReplaceAll(p.s[p.i+1:j], `\/`, `/`)
			p.i = j + 1
			re, err := compileRegex(source)
			if err != nil {
				p.fail(from, "%v", err)
			}
			return Value{made: &made{kind: Regex, re: re}}
		}
	}
	p.fail(from, "the regular expression is not closed by /")
	return Value{}
}

// digits is the length of the number at the parser's place and whether it has a fraction or an exponent.
func (p *parser) digits() (n int, float bool) {
	s := p.s[p.i:]
	if n < len(s) && (s[n] == '-' || s[n] == '+') {
		n++
	}
	n = run10(s, n)
	if n+1 < len(s) && s[n] == '.' && s[n+1] >= '0' && s[n+1] <= '9' {
		n, float = run10(s, n+1), true
	}
	if n+2 < len(s) && s[n]|0x20 == 'e' && (s[n+1] == '+' || s[n+1] == '-' || float) {
		if e := run10(s, n+2); e > n+2 || s[n+1] >= '0' && s[n+1] <= '9' {
			n, float = e, true
		}
	}
	return n, float
}

func run10(s string, i int) int {
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

func (p *parser) number() Value {
	n, float := p.digits()
	token := p.s[p.i : p.i+n]
	if n < len(p.s[p.i:]) && letter(p.s[p.i+n]) {
		p.fail(p.i, "%q is neither a number nor a name", clip(token+string(p.s[p.i+n]), 40))
	}
	if !float {
		i, err := strconv.ParseInt(token, 10, 64)
		if err != nil {
			p.fail(p.i, "%q is not a whole number of 64 bits", clip(token, 40))
		}
		p.i += n
		return whole(i)
	}
	f, err := strconv.ParseFloat(token, 64)
	if err != nil {
		p.fail(p.i, "%q is not a number of 64 bits", clip(token, 40))
	}
	p.i += n
	return real(f)
}

func (p *parser) listLiteral() Value {
	defer p.enter()()
	p.i++
	values := []Value{}
	p.ws()
	if p.take("]") {
		return list(values)
	}
	for {
		values = append(values, p.needLiteral())
		p.ws()
		if p.take("]") {
			return list(values)
		}
		p.need(",", "or \"]\" in a list")
	}
}

func (p *parser) needLiteral() Value {
	p.ws()
	v, ok := p.literal()
	if !ok {
		p.fail(p.i, "expected a value, found %s", p.next())
	}
	return v
}

func (p *parser) mapLiteral() Value {
	defer p.enter()()
	p.i++
	m := &made{kind: Map, keys: []string{}}
	p.ws()
	if p.take("}") {
		return Value{made: m}
	}
	for {
		p.ws()
		if c := p.peek(); c == '\'' || c == '"' {
			m.keys = append(m.keys, p.quoted())
		} else {
			m.keys = append(m.keys, p.ident("a key"))
		}
		p.need(":", "behind a key")
		m.list = append(m.list, p.needLiteral())
		p.ws()
		if p.take("}") {
			return Value{made: m}
		}
		p.need(",", "or \"}\" in a map")
	}
}

// rangeLiteral reads r[low,high] with round or square brackets; what is none stays unread.
func (p *parser) rangeLiteral() (Value, bool) {
	from := p.i
	open := p.s[p.i+1] == '('
	p.i += 2
	low, ok := p.bound()
	if !ok || !p.spaced(",") {
		p.i = from
		return Value{}, false
	}
	high, ok := p.bound()
	p.ws()
	c := p.peek()
	if !ok || (c != ']' && c != ')') {
		p.fail(p.i, "expected the upper end of a range and ] or ), found %s", p.next())
	}
	p.i++
	kind := low.kind()
	if high.kind() != kind {
		p.fail(from, "both ends of a range must be of one kind: whole numbers, numbers with a point, or characters")
	}
	return Value{made: &made{kind: Range, span: &span{kind, low.ordinal(), high.ordinal(), open, c == ')'}}}, true
}

func (p *parser) bound() (Value, bool) {
	p.ws()
	switch c := p.peek(); {
	case c == '-' || (c >= '0' && c <= '9'):
		return p.number(), true
	case c == '\'' || c == '"':
		from := p.i
		s := p.quoted()
		if len(s) != 1 {
			p.fail(from, "the end of a range is one character")
		}
		return Value{made: &made{kind: Char, text: s}}, true
	}
	return Value{}, false
}

func (v Value) ordinal() float64 {
	if v.kind() == Char {
		return float64(v.str()[0])
	}
	return v.float()
}
