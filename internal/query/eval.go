package query

import (
	"cmp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/tree"
)

func (c *Logic) holds(d *document) bool {
	if c.Or {
		return c.Left.holds(d) || c.Right.holds(d)
	}
	return c.Left.holds(d) && c.Right.holds(d)
}

func (c *Not) holds(d *document) bool { return !c.X.holds(d) }

// any reports whether one of the values that a path leads to meets a test.
func (d *document) any(p *Path, test func(l leaf, kind string) bool) (found bool) {
	kind := p.kind(d.it.Type)
	d.each(p, func(l leaf) bool {
		found = test(l, kind)
		return !found
	})
	return found
}

func (c *Compare) holds(d *document) bool {
	op := c.Op
	if op == Ne {
		op = Eq
	}
	met := d.any(c.Path, func(l leaf, kind string) bool { return compares(l, kind, op, c.Value) })
	return met != (c.Op == Ne)
}

func (c *In) holds(d *document) bool {
	return d.any(c.Path, func(l leaf, kind string) bool {
		for _, v := range c.Values {
			if compares(l, kind, Eq, v) {
				return true
			}
		}
		return false
	})
}

// holds: a range of addresses lies between two when it overlaps what is between them.
func (c *Between) holds(d *document) bool {
	return d.any(c.Path, func(l leaf, kind string) bool {
		if s, ok := spanOf(l.text); ok && kind == "cidr_block" && c.Low.isSpan && c.High.isSpan {
			asked := span{c.Low.span.first, c.High.span.last}
			return s.first.Is4() == asked.first.Is4() && s.first.Compare(asked.last) <= 0 && asked.first.Compare(s.last) <= 0
		}
		return compares(l, kind, Ge, c.Low) && compares(l, kind, Le, c.High)
	})
}

func (c *Like) holds(d *document) bool {
	return d.any(c.Path, func(l leaf, _ string) bool {
		rest, ok := strings.CutPrefix(l.text, c.Prefix)
		switch {
		case !ok || l.kind != tree.String:
			return false
		case c.Tail == '%':
			return true
		case c.Tail == '_':
			return utf8.RuneCountInString(rest) == 1
		}
		return rest == ""
	})
}

// compares a value of an item with a literal, as the property's kind asks.
func compares(l leaf, kind string, op Op, v Literal) bool {
	switch kind {
	case "cidr_block", "ip":
		if s, ok := spanOf(l.text); ok && v.isSpan {
			return comparesSpan(s, kind, op, v.span)
		}
	case "date":
		if t, ok := timeOf(l); ok && v.isTime {
			return ordered(op, t.Compare(v.time))
		}
	}
	c, ok := l.compare(kind, v)
	return ok && ordered(op, c)
}

func ordered(op Op, c int) bool {
	switch op {
	case Eq:
		return c == 0
	case Lt:
		return c < 0
	case Le:
		return c <= 0
	case Gt:
		return c > 0
	case Ge:
		return c >= 0
	}
	return false
}

// comparesSpan: a range equals every address and range in it; an address equals a range that it lies in. Otherwise
// the ends are compared.
func comparesSpan(s span, kind string, op Op, v span) bool {
	if s.first.Is4() != v.first.Is4() {
		return false
	}
	switch op {
	case Eq:
		return s.contains(v) || kind == "ip" && v.contains(s)
	case Lt:
		return s.first.Compare(v.first) < 0
	case Le:
		return s.first.Compare(v.last) <= 0
	case Gt:
		return s.last.Compare(v.last) > 0
	}
	return s.last.Compare(v.first) >= 0
}

// timeOf reads a moment: ISO text, or a number of seconds or (from 1973 on) milliseconds since 1970.
func timeOf(l leaf) (time.Time, bool) {
	if l.kind == tree.String {
		return Moment(l.text)
	}
	f, ok := parseNumber(l.text)
	if !ok || l.kind != tree.Number || f < -1e14 || f > 1e14 {
		return time.Time{}, false
	}
	if f < 1e11 {
		f *= 1000
	}
	return time.UnixMilli(int64(f)).UTC(), true
}

// compare orders a value and a literal; ok is false when they have nothing in common.
func (l leaf) compare(kind string, v Literal) (c int, ok bool) {
	switch {
	case l.kind == tree.Bool || v.Bool != nil:
		same := strings.EqualFold(l.text, v.Text)
		return map[bool]int{true: 0, false: 1}[same], same // there is no order
	case l.kind == tree.Number && v.Number != nil, l.kind == tree.String && v.Number != nil && (kind == "integer" || kind == "float"):
		f, ok := parseNumber(l.text)
		return cmp.Compare(f, *v.Number), ok
	case l.kind == tree.Number:
		return 0, false
	}
	return strings.Compare(l.text, v.Text), true
}
