package automation

import (
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// Selector is a compiled JSONPath: members, indexes (negative from the end), slices, wildcards, recursive descent and
// filters of one comparison or existence, joined by && or ||.
type Selector struct {
	text  string
	steps []selectStep
	// many says that the path may select several values, and so always gives a list.
	many bool
}

type selectStep struct {
	kind   byte // 'm' member, 'i' index, 's' slice, '*' all, 'f' filter, 'l' length()
	deep   bool // .. before it
	names  []string
	from   *int
	to     *int
	filter [][]comparison // or of ands
}

type comparison struct {
	path  *Selector
	op    string // "" is existence
	value any
}

const maxSelector = 1000

// CompileSelector reads a JSONPath expression.
func CompileSelector(text string) (*Selector, error) {
	p := selectorParser{in: strings.TrimSpace(text)}
	if p.in == "" || p.in[0] != '$' || len(p.in) > maxSelector {
		return nil, fault.New(fault.Invalid, "%s is no JSONPath; it begins with $ and has at most %d characters", shorten(text), maxSelector)
	}
	p.at = 1
	s, err := p.path(false)
	if err != nil {
		return nil, err
	}
	s.text = p.in
	return s, nil
}

// Select applies the path to a decoded JSON value. Ok is false when it selects nothing; a path that may select many
// gives a list, empty when there are none.
func (s *Selector) Select(v any) (any, bool) {
	found := []any{v}
	for i := range s.steps {
		found = s.steps[i].apply(found)
		if len(found) > maxNodes {
			found = found[:maxNodes]
		}
	}
	if s.many {
		if found == nil {
			found = []any{}
		}
		return found, true
	}
	if len(found) == 0 {
		return nil, false
	}
	return found[0], true
}

func (st *selectStep) apply(in []any) []any {
	if st.deep {
		var all []any
		for _, v := range in {
			all = descend(all, v, 0)
		}
		in = all
	}
	var out []any
	for _, v := range in {
		out = st.one(out, v)
	}
	return out
}

func descend(out []any, v any, depth int) []any {
	if depth > 200 || len(out) > maxNodes {
		return out
	}
	out = append(out, v)
	for _, c := range children(v) {
		out = descend(out, c, depth+1)
	}
	return out
}

func children(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case map[string]any:
		out := make([]any, 0, len(v))
		for _, k := range sortedKeys(v) {
			out = append(out, v[k])
		}
		return out
	}
	return nil
}

func (st *selectStep) one(out []any, v any) []any {
	l, isList := v.([]any)
	switch st.kind {
	case 'm':
		m, _ := v.(map[string]any)
		for _, n := range st.names {
			if c, ok := m[n]; ok {
				out = append(out, c)
			}
		}
	case 'i':
		i := *st.from
		if i < 0 {
			i += len(l)
		}
		if i >= 0 && i < len(l) {
			out = append(out, l[i])
		}
	case 's':
		from, to := bound(st.from, 0, len(l)), bound(st.to, len(l), len(l))
		if from < to {
			out = append(out, l[from:to]...)
		}
	case '*':
		out = append(out, children(v)...)
	case 'f':
		for _, c := range children(v) {
			if st.matches(c) {
				out = append(out, c)
			}
		}
	case 'l':
		if isList {
			out = append(out, number(len(l)))
		} else if m, ok := v.(map[string]any); ok {
			out = append(out, number(len(m)))
		} else if s, ok := v.(string); ok {
			out = append(out, number(len([]rune(s))))
		}
	}
	return out
}

func bound(p *int, def, n int) int {
	if p == nil {
		return def
	}
	i := *p
	if i < 0 {
		i += n
	}
	return min(max(i, 0), n)
}

func (st *selectStep) matches(v any) bool {
	for _, and := range st.filter {
		ok := true
		for _, c := range and {
			ok = ok && c.holds(v)
		}
		if ok {
			return true
		}
	}
	return false
}

func (c *comparison) holds(v any) bool {
	have, ok := c.path.Select(v)
	if l, isList := have.([]any); c.path.many && isList && len(l) == 0 {
		ok = false
	}
	if c.op == "" || !ok {
		return ok && c.op == "" || !ok && c.op == "!="
	}
	if c.op == "==" || c.op == "!=" {
		return (sameKind(have, c.value) && toText(have) == toText(c.value)) == (c.op == "==")
	}
	x, err1 := strconv.ParseFloat(toText(have), 64)
	y, err2 := strconv.ParseFloat(toText(c.value), 64)
	if err1 != nil || err2 != nil {
		return false
	}
	switch c.op {
	case "<":
		return x < y
	case ">":
		return x > y
	case "<=":
		return x <= y
	}
	return x >= y
}

func sameKind(a, b any) bool {
	_, x := a.(string)
	_, y := b.(string)
	return x == y && (a == nil) == (b == nil)
}
