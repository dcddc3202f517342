package trino

import (
	"math"
	"strconv"
	"strings"
)

// literal reads a text or a number.
func (p *parser) literal() Expr {
	t := p.tok
	switch t.kind {
	case integer:
		return p.integer()
	case double:
		v, err := strconv.ParseFloat(t.text, 64)
		if err != nil || math.IsInf(v, 0) {
			p.fail(t.at, "invalid numeric literal: %s", clipped(t.text))
		}
		p.advance()
		return &Double{t.at, v}
	case decimal:
		p.advance()
		return &Decimal{t.at, t.text}
	case bytes:
		p.advance()
		return &Bytes{t.at, []byte(t.text)}
	}
	if t.kind != text {
		p.mismatch("<string>")
	}
	p.advance()
	return &String{t.at, t.text}
}

func (p *parser) integer() *Integer {
	t := p.tok
	v, err := strconv.ParseInt(t.text, 10, 64)
	if err != nil {
		p.fail(t.at, "invalid numeric literal: %s", clipped(t.text))
	}
	p.advance()
	return &Integer{t.at, v}
}

// smallest reports whether the next number is 2^63, which only a minus sign brings into range.
func (p *parser) smallest() bool {
	return strings.TrimLeft(p.tok.text, "0") == strconv.FormatUint(1<<63, 10)
}

// small reads a number up to a limit, such as a precision.
func (p *parser) small(limit int64) int {
	if p.tok.kind != integer {
		p.mismatch("<integer>")
	}
	n := p.integer()
	if n.Value > limit {
		p.fail(n.Position, "%d is more than %d", n.Value, limit)
	}
	return int(n.Value)
}

func (p *parser) parameter() Expr {
	at := p.tok.at
	p.expect("?")
	p.params++
	return &Parameter{at, p.params - 1}
}

// typed reads a type's name and the text it reads.
func (p *parser) typed() Expr {
	at := p.tok.at
	name := canonical(p.tok.text)
	p.advance()
	if name == "double" {
		p.accept("PRECISION")
	}
	s := p.tok.text
	if p.tok.kind != text {
		p.mismatch("<string>")
	}
	p.advance()
	return &Typed{at, &Type{Position: at, Name: name}, s}
}

// interval reads INTERVAL [+ | -] '...' unit [TO unit].
func (p *parser) interval() Expr {
	i := &Interval{Position: p.tok.at}
	p.expect("INTERVAL")
	if !p.accept("+") {
		i.Negative = p.accept("-")
	}
	if i.Text = p.tok.text; p.tok.kind != text {
		p.mismatch("<string>")
	}
	p.advance()
	units := []string{"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"}
	i.From = p.oneOf(units...)
	if p.accept("TO") {
		i.To = p.oneOf(units...)
	}
	return i
}
