package guard

import (
	"math"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/tree"
)

// Kind is the kind of a value; regexes, ranges and characters are only made by rules, never found in data.
type Kind uint8

// The kinds of value.
const (
	Null Kind = iota
	Bool
	Int
	Float
	String
	Char
	List
	Map
	Regex
	Range
)

// Value is a place in the document or a value made by a rule. The zero Value is null.
type Value struct {
	node tree.Node
	made *made
}

// made is a value that does not stand in the document: a literal of the rules, or what a function returned.
type made struct {
	kind  Kind
	truth bool
	whole int64
	real  float64
	text  string // of strings and characters
	keys  []string
	list  []Value
	re    *regex
	span  *span
	from  tree.Node // whose path a derived value inherits
}

// span is a range; the ends are of one kind.
type span struct {
	kind           Kind
	low, high      float64
	openLow, openH bool
}

func text(s string) Value  { return Value{made: &made{kind: String, text: s}} }
func whole(i int64) Value  { return Value{made: &made{kind: Int, whole: i}} }
func real(f float64) Value { return Value{made: &made{kind: Float, real: f}} }
func truth(b bool) Value   { return Value{made: &made{kind: Bool, truth: b}} }
func list(v []Value) Value { return Value{made: &made{kind: List, list: v}} }
func at(n tree.Node) Value { return Value{node: n} }

func (v Value) kind() Kind {
	if v.made != nil {
		return v.made.kind
	}
	switch v.node.Kind() {
	case tree.Bool:
		return Bool
	case tree.Number:
		return numberKind(v.node.Str())
	case tree.String:
		return String
	case tree.Array:
		return List
	case tree.Object:
		return Map
	}
	return Null
}

// numberKind: a token without fraction and exponent is an int, as long as it fits into 64 bits.
func numberKind(s string) Kind {
	if strings.ContainsAny(s, ".eE") {
		return Float
	}
	if len(s) > 18 {
		if _, ok := parseWhole(s); !ok {
			return Float
		}
	}
	return Int
}

// parseWhole reads a signed number, or an unsigned one that wraps.
func parseWhole(s string) (int64, bool) {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return i, true
	}
	u, err := strconv.ParseUint(s, 10, 64)
	return int64(u), err == nil
}

func (v Value) str() string {
	if v.made != nil {
		return v.made.text
	}
	return v.node.Str()
}

func (v Value) int() int64 {
	if v.made != nil {
		return v.made.whole
	}
	i, _ := parseWhole(v.node.Str())
	return i
}

func (v Value) float() float64 {
	switch {
	case v.kind() == Int:
		return float64(v.int())
	case v.made != nil:
		return v.made.real
	}
	f, err := strconv.ParseFloat(v.node.Str(), 64)
	if err != nil && !math.IsInf(f, 0) {
		return math.NaN()
	}
	return f
}

func (v Value) bool() bool {
	if v.made != nil {
		return v.made.truth
	}
	b, _ := v.node.Bool()
	return b
}

// size is the number of members, elements or bytes.
func (v Value) size() int {
	switch {
	case v.made == nil && v.node.Kind() == tree.String:
		return len(v.node.Str())
	case v.made == nil:
		return v.node.Len()
	case v.made.kind == String:
		return len(v.made.text)
	}
	return len(v.made.list)
}

// children calls yield for each element of a list or each member of a map, the key being empty for elements.
func (v Value) children(yield func(key string, v Value) bool) {
	if v.made != nil {
		for i, e := range v.made.list {
			key := ""
			if v.made.keys != nil {
				key = v.made.keys[i]
			}
			if !yield(key, e) {
				return
			}
		}
		return
	}
	switch v.node.Kind() {
	case tree.Array:
		v.node.Elements(func(n tree.Node) bool { return yield("", at(n)) })
	case tree.Object:
		v.node.Members(func(k string, n tree.Node) bool { return yield(k, at(n)) })
	}
}

// member is a map's member.
func (v Value) member(key string) (Value, bool) {
	if v.made == nil {
		m := v.node.Get(key)
		return at(m), m.Kind() != tree.Absent
	}
	for i, k := range v.made.keys {
		if k == key {
			return v.made.list[i], true
		}
	}
	return Value{}, false
}

// elem is a list's element.
func (v Value) elem(i int) (Value, bool) {
	if v.made == nil {
		e := v.node.Elem(i)
		return at(e), e.Kind() != tree.Absent
	}
	if v.made.kind != List || i < 0 || i >= len(v.made.list) {
		return Value{}, false
	}
	return v.made.list[i], true
}

// origin is the node whose path the value carries; absent for literals of the rules.
func (v Value) origin() tree.Node {
	if v.made != nil {
		return v.made.from
	}
	return v.node
}

// contains reports whether a number or the code of a character lies in the range.
func (s *span) contains(f float64) bool {
	above := f > s.low || (f == s.low && !s.openLow)
	below := f < s.high || (f == s.high && !s.openH)
	return above && below
}
