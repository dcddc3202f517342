package sigma

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/markup"
)

// node is a part of a rule that is true of an event or not.
type node interface{ match(e *event) bool }

type (
	allOf   []node
	anyOf   []node
	not     struct{ of node }
	keyword struct{ is func(string) bool }
	// field is a test of a field's values: any of them passes.
	field struct {
		path string
		is   func(value) bool
		// absent is what is true of a record without the field.
		absent bool
	}
	// sameAs compares two fields.
	sameAs struct {
		path, other string
		cased       bool
	}
)

// detection reads the searches and the condition.
func (p *parser) detection() error {
	n := member(p.doc, "detection")
	if n == nil || n.Kind != markup.Map {
		return wrong(p.doc, "the rule has no detection")
	}
	for i, k := range n.Keys {
		if k.Text == "condition" || k.Text == "timeframe" {
			continue
		}
		s, err := p.search(n.Values[i])
		if err != nil {
			return err
		}
		p.searches = append(p.searches, search{k.Text, s})
	}
	c := member(n, "condition")
	if c == nil {
		return wrong(n, "the detection has no condition")
	}
	list := []*markup.Node{c}
	if c.Kind == markup.List {
		list = c.Values
	}
	var any anyOf
	for _, c := range list {
		if c.Kind != markup.String {
			return wrong(c, "a condition is a text, not %v", c.Kind)
		}
		node, err := parseCondition(c.Text, p.searches)
		if err != nil {
			return wrong(c, "condition %q: %v", c.Text, err)
		}
		any = append(any, node)
	}
	if len(any) == 0 {
		return wrong(c, "the detection has no condition")
	}
	p.rule.condition = any
	return nil
}

// search is a mapping (all of it), or a list of mappings or of keywords (any of them).
func (p *parser) search(n *markup.Node) (node, error) {
	switch n.Kind {
	case markup.Map:
		return p.fields(n)
	case markup.List:
		var any anyOf
		for _, v := range n.Values {
			one, err := p.search(v)
			if err != nil {
				return nil, err
			}
			any = append(any, one)
		}
		if len(any) == 0 {
			return nil, wrong(n, "a search is empty")
		}
		return any, nil
	case markup.Null:
		return nil, wrong(n, "a search is empty")
	}
	return keyword{pattern("*"+n.Text+"*", false)}, nil
}

func (p *parser) fields(n *markup.Node) (node, error) {
	var all allOf
	for i, k := range n.Keys {
		one, err := p.field(k, n.Values[i])
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		return nil, wrong(n, "a search is empty")
	}
	return all, nil
}

// modifiers are what stands behind a field's name.
type modifiers struct {
	how   string // contains, startswith ...; empty compares
	all   bool
	cased bool
	neq   bool
	flags string // of re
}

// hows are the modifiers that say how to compare.
var hows = map[string]bool{"contains": true, "startswith": true, "endswith": true, "re": true, "cidr": true, "exists": true, "lt": true, "lte": true, "gt": true, "gte": true, "fieldref": true}

func readModifiers(k *markup.Node, words []string) (m modifiers, err error) {
	for _, w := range words {
		switch {
		case w == "all":
			m.all = true
		case w == "cased":
			m.cased = true
		case w == "neq":
			m.neq = true
		case m.how == "re" && (w == "i" || w == "m" || w == "s"):
			m.flags += w
		case hows[w] && m.how == "":
			m.how = w
		case hows[w]:
			return m, wrong(k, "the modifier %q does not go with %q", w, m.how)
		default:
			return m, wrong(k, "the modifier %q is not offered", w)
		}
	}
	return m, nil
}

func (p *parser) field(k, v *markup.Node) (node, error) {
	words := strings.Split(k.Text, "|")
	path := words[0]
	m, err := readModifiers(k, words[1:])
	if err != nil {
		return nil, err
	}
	values := []*markup.Node{v}
	if v.Kind == markup.List {
		values = v.Values
	}
	if len(values) == 0 {
		return nil, wrong(v, "%s has no value", k.Text)
	}
	var tests []node
	for _, v := range values {
		one, err := p.test(path, m, v)
		if err != nil {
			return nil, err
		}
		tests = append(tests, one)
	}
	var out node = anyOf(tests)
	if m.all {
		out = allOf(tests)
	}
	if m.neq {
		out = not{out}
	}
	return out, nil
}

func (p *parser) looksAt(path string) {
	if path != "" && !p.seen[path] {
		p.seen[path] = true
		p.rule.Fields = append(p.rule.Fields, path)
	}
}

// test is the comparison of a field with one value.
func (p *parser) test(path string, m modifiers, v *markup.Node) (node, error) {
	if v.Kind == markup.Map || v.Kind == markup.List {
		return nil, wrong(v, "a value is a text, a number, a boolean or null, not %v", v.Kind)
	}
	p.looksAt(path)
	switch m.how {
	case "exists":
		if v.Kind != markup.Bool {
			return nil, wrong(v, "exists takes true or false")
		}
		want := v.Text == "true"
		return field{path, func(value) bool { return want }, !want}, nil
	case "fieldref":
		p.looksAt(v.Text)
		return sameAs{path, v.Text, m.cased}, nil
	case "lt", "lte", "gt", "gte":
		return numeric(path, m.how, v)
	case "cidr":
		net, err := netip.ParsePrefix(v.Text)
		if err != nil {
			return nil, wrong(v, "%q is not a range of addresses such as 10.0.0.0/8", v.Text)
		}
		net = net.Masked()
		return field{path, func(x value) bool {
			a, err := netip.ParseAddr(x.text)
			return err == nil && net.Contains(a.Unmap())
		}, false}, nil
	case "re":
		flags := m.flags
		if flags != "" {
			flags = "(?" + flags + ")"
		}
		re, err := regexp.Compile(flags + v.Text)
		if err != nil {
			return nil, wrong(v, "%q is not a regular expression that is offered: %v", v.Text, err)
		}
		return textual(path, re.MatchString), nil
	}
	if v.Kind == markup.Null {
		return field{path, func(x value) bool { return x.null }, true}, nil
	}
	text := v.Text
	switch m.how {
	case "contains":
		text = "*" + text + "*"
	case "startswith":
		text += "*"
	case "endswith":
		text = "*" + text
	}
	is := pattern(text, m.cased)
	if path == "" {
		return keyword{is}, nil
	}
	return textual(path, is), nil
}

func textual(path string, is func(string) bool) node {
	return field{path, func(x value) bool { return !x.null && is(x.text) }, false}
}

func numeric(path, how string, v *markup.Node) (node, error) {
	bound, err := strconv.ParseFloat(v.Text, 64)
	if err != nil || v.Kind != markup.Number {
		return nil, wrong(v, "%s takes a number", how)
	}
	return field{path, func(x value) bool {
		n, err := strconv.ParseFloat(x.text, 64)
		if err != nil {
			return false
		}
		switch how {
		case "lt":
			return n < bound
		case "lte":
			return n <= bound
		case "gt":
			return n > bound
		}
		return n >= bound
	}, false}, nil
}

// pattern compares with a text in which * stands for any characters and ? for one; a backslash takes the meaning of
// these, and of a backslash before them, away.
func pattern(text string, cased bool) func(string) bool {
	if !cased {
		text = strings.ToLower(text)
	}
	var re strings.Builder
	plain, literal := strings.Builder{}, true
	re.WriteString(`(?s)\A`)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && i+1 < len(text) && strings.IndexByte(`*?\`, text[i+1]) >= 0:
			i++
			c = text[i]
		case c == '*':
			re.WriteString(".*")
			literal = false
			continue
		case c == '?':
			re.WriteString(".")
			literal = false
			continue
		}
		plain.WriteByte(c)
		j := i + 1
		for j < len(text) && text[j] >= 0x80 { // the rest of a character
			plain.WriteByte(text[j])
			j++
		}
		re.WriteString(regexp.QuoteMeta(string(c) + text[i+1:j]))
		i = j - 1
	}
	want := plain.String()
	if literal {
		if cased {
			return func(s string) bool { return s == want }
		}
		return func(s string) bool { return strings.ToLower(s) == want }
	}
	if is := simple(text, want); is != nil {
		return folded(is, cased)
	}
	re.WriteString(`\z`)
	compiled, err := regexp.Compile(re.String())
	if err != nil { // an escape cut in the middle of a character: nothing is like it
		return func(string) bool { return false }
	}
	return folded(compiled.MatchString, cased)
}

func folded(is func(string) bool, cased bool) func(string) bool {
	if cased {
		return is
	}
	return func(s string) bool { return is(strings.ToLower(s)) }
}

// simple is the comparison of patterns with an asterisk at an end, or both, and nothing else; nil for others.
func simple(text, want string) func(string) bool {
	if strings.ContainsAny(text, `?\`) {
		return nil
	}
	first, last := strings.HasPrefix(text, "*"), strings.HasSuffix(text, "*")
	if strings.Contains(strings.Trim(text, "*"), "*") {
		return nil
	}
	switch {
	case first && last:
		return func(s string) bool { return strings.Contains(s, want) }
	case first:
		return func(s string) bool { return strings.HasSuffix(s, want) }
	}
	return func(s string) bool { return strings.HasPrefix(s, want) }
}
