package query

import (
	"math"
	"net/netip"
	"strconv"
	"time"
)

// Condition is a node of the WHERE tree: *Logic, *Not, *Compare, *In, *Between or *Like.
type Condition interface{ holds(d *document) bool }

// Logic joins two conditions by AND or OR.
type Logic struct {
	Or          bool
	Left, Right Condition
}

// Not is the complement of a condition.
type Not struct{ X Condition }

// Op is a comparison.
type Op string

// The comparisons; <> is read as !=.
const (
	Eq Op = "="
	Ne Op = "!="
	Lt Op = "<"
	Le Op = "<="
	Gt Op = ">"
	Ge Op = ">="
)

// Compare compares a property with a literal.
type Compare struct {
	Path  *Path
	Op    Op
	Value Literal
}

// In asks whether a property has one of some values.
type In struct {
	Path   *Path
	Values []Literal
}

// Between asks whether a property lies between two values, both included.
type Between struct {
	Path      *Path
	Low, High Literal
}

// Like asks whether text begins with a prefix: Tail is what may follow, '%' for anything, '_' for one character, 0 for
// nothing.
type Like struct {
	Path   *Path
	Prefix string
	Tail   byte
}

// Literal is a value in a statement, with all that it may be read as.
type Literal struct {
	Text string
	At   Position
	// Quoted text is compared as text unless the property is of another kind.
	Quoted bool
	Bool   *bool
	Number *float64
	time   time.Time
	isTime bool
	span   span
	isSpan bool
}

func textLiteral(s string, at Position) Literal {
	l := Literal{Text: s, At: at, Quoted: true}
	if f, ok := parseNumber(s); ok {
		l.Number = &f
	}
	l.time, l.isTime = Moment(s)
	l.span, l.isSpan = spanOf(s)
	return l
}

// parseNumber reads a number that has an order.
func parseNumber(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

// momentForms are the ways to write a moment; what has no zone is UTC.
var momentForms = [...]string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"}

// Moment reads a time as statements write it.
func Moment(s string) (time.Time, bool) {
	if len(s) < 10 || s[4] != '-' {
		return time.Time{}, false
	}
	for _, form := range momentForms {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// span is a range of addresses, both ends included.
type span struct{ first, last netip.Addr }

func spanOf(s string) (span, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		a = a.Unmap().WithZone("")
		return span{a, a}, true
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return span{}, false
	}
	first := p.Masked().Addr()
	last := first.AsSlice()
	for i := p.Bits(); i < len(last)*8; i++ {
		last[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(last)
	return span{first, a}, true
}

func (s span) contains(o span) bool {
	return s.first.Is4() == o.first.Is4() && s.first.Compare(o.first) <= 0 && o.last.Compare(s.last) <= 0
}
