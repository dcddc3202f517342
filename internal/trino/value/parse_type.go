package value

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseType reads a type as Trino writes it: varchar, decimal(10,2), array(varchar), map<varchar,varchar>, row(a bigint),
// timestamp(3) with time zone, function(T,U). A single upper-case letter is a variable.
func ParseType(text string) (*Type, error) {
	p := typeParser{text: text}
	t, err := p.parse(0)
	if err != nil {
		return nil, err
	}
	if p.skip(); p.i < len(text) {
		return nil, fmt.Errorf("type %q: what is %q?", text, text[p.i:])
	}
	return t, nil
}

// MustType is ParseType of a text that is right.
func MustType(text string) *Type {
	t, err := ParseType(text)
	if err != nil {
		panic(err)
	}
	return t
}

type typeParser struct {
	text string
	i    int
}

func (p *typeParser) skip() {
	for p.i < len(p.text) && (p.text[p.i] == ' ' || p.text[p.i] == '\t' || p.text[p.i] == '\n') {
		p.i++
	}
}

func (p *typeParser) take(c byte) bool {
	p.skip()
	if p.i < len(p.text) && p.text[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *typeParser) word() string {
	p.skip()
	start := p.i
	if p.i < len(p.text) && p.text[p.i] == '"' {
		end := strings.IndexByte(p.text[p.i+1:], '"')
		if end < 0 {
			return ""
		}
		p.i += end + 2
		return p.text[start+1 : p.i-1]
	}
	for p.i < len(p.text) && (p.text[p.i] == '_' || isAlnum(p.text[p.i])) {
		p.i++
	}
	return p.text[start:p.i]
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// words takes the given words, or none of them.
func (p *typeParser) words(want ...string) bool {
	at := p.i
	for _, w := range want {
		if !strings.EqualFold(p.word(), w) {
			p.i = at
			return false
		}
	}
	return true
}

const maxTypeDepth = 32

func (p *typeParser) parse(depth int) (*Type, error) {
	if depth > maxTypeDepth {
		return nil, fmt.Errorf("type %.40q: nested deeper than %d levels", p.text, maxTypeDepth)
	}
	name := p.word()
	if len(name) == 1 && name[0] >= 'A' && name[0] <= 'Z' {
		return &Type{Kind: Variable, Names: []string{name}}, nil
	}
	switch strings.ToLower(name) {
	case "array", "map", "row", "function":
		return p.nested(strings.ToLower(name), depth)
	case "decimal":
		n, err := p.numbers()
		if err != nil {
			return nil, err
		}
		n = append(n, []int{38, 0}[len(n):]...)
		if len(n) != 2 || n[0] < 1 || n[0] > MaxPrecision || n[1] > n[0] {
			return nil, fmt.Errorf("type %q: the precision of a decimal is 1 to %d, and its scale no larger", p.text, MaxPrecision)
		}
		return DecimalOf(n[0], n[1]), nil
	case "varchar":
		n, err := p.numbers()
		if err != nil || len(n) == 0 {
			return VarcharType, err
		}
		return &Type{Kind: Varchar, Precision: n[0]}, nil
	case "double":
		p.words("precision")
		return DoubleType, nil
	case "timestamp":
		if _, err := p.numbers(); err != nil {
			return nil, err
		}
		if p.words("with", "time", "zone") {
			return TimestampTZType, nil
		}
		p.words("without", "time", "zone")
		return TimestampType, nil
	case "time":
		if _, err := p.numbers(); err != nil {
			return nil, err
		}
		if p.words("with", "time", "zone") {
			return nil, fmt.Errorf("type %q: time with time zone is not supported", p.text)
		}
		return TimeType, nil
	case "interval":
		if p.words("day", "to", "second") {
			return IntervalDayType, nil
		}
		if p.words("year", "to", "month") {
			return IntervalYearType, nil
		}
	case "int":
		return IntegerType, nil
	}
	for k := Unknown; k <= Timestamp; k++ {
		if strings.EqualFold(kindNames[k], name) {
			return plain[k], nil
		}
	}
	return nil, fmt.Errorf("unknown type: %s", strings.TrimSpace(name))
}

var plain = [...]*Type{
	UnknownType, BooleanType, TinyIntType, SmallIntType, IntegerType, BigIntType, RealType, DoubleType, nil, VarcharType,
	VarbinaryType, JSONType, DateType, nil, nil,
}

// numbers takes (n, ...) when it is there.
func (p *typeParser) numbers() ([]int, error) {
	if !p.take('(') {
		return nil, nil
	}
	var out []int
	for {
		n, err := strconv.Atoi(p.word())
		if err != nil || len(out) == 2 || n < 0 {
			return nil, fmt.Errorf("type %q: numbers are expected in the brackets", p.text)
		}
		out = append(out, n)
		if p.take(')') {
			return out, nil
		}
		if !p.take(',') {
			return nil, fmt.Errorf("type %q: a bracket is not closed", p.text)
		}
	}
}

func (p *typeParser) nested(kind string, depth int) (*Type, error) {
	closing := byte(')')
	if !p.take('(') {
		if closing = '>'; !p.take('<') {
			return nil, fmt.Errorf("type %q: %s needs types in brackets", p.text, kind)
		}
	}
	var names []string
	var types []*Type
	for !(len(types) == 0 && p.take(closing)) {
		name := ""
		if kind == "row" {
			name = p.fieldName()
		}
		t, err := p.parse(depth + 1)
		if err != nil {
			return nil, err
		}
		names, types = append(names, name), append(types, t)
		if p.take(closing) {
			break
		}
		if !p.take(',') {
			return nil, fmt.Errorf("type %q: a bracket is not closed", p.text)
		}
	}
	switch {
	case kind == "array" && len(types) == 1:
		return ArrayOf(types[0]), nil
	case kind == "map" && len(types) == 2:
		return MapOf(types[0], types[1]), nil
	case kind == "row" && len(types) > 0:
		return RowOf(names, types), nil
	case kind == "function" && len(types) > 0:
		return FunctionOf(types[:len(types)-1], types[len(types)-1]), nil
	}
	return nil, fmt.Errorf("type %q: %s cannot have %d types", p.text, kind, len(types))
}

// fieldName takes the name before a row field's type; "" when there is only a type.
func (p *typeParser) fieldName() string {
	at := p.i
	name := p.word()
	p.skip()
	if p.i >= len(p.text) || strings.IndexByte(",)>(<", p.text[p.i]) >= 0 {
		p.i = at
		return ""
	}
	if after := p.i; (strings.EqualFold(name, "timestamp") || strings.EqualFold(name, "time")) && p.words("with", "time") ||
		strings.EqualFold(name, "double") && p.words("precision") || strings.EqualFold(name, "interval") {
		p.i = after
		p.i = at
		return ""
	}
	return name
}
