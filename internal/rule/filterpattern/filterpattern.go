// Package filterpattern reads the JSON patterns of CloudWatch Logs metric filters, such as
//
//	{ ($.eventSource = kms.amazonaws.com) && (($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion)) }
//
// and tells whether two of them ask for the same: order, spacing, parentheses, quotes and repetitions do not matter.
package filterpattern

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Pattern is a pattern in its normal form.
type Pattern struct{ root node }

// Equal reports whether two patterns have the same conditions in the same combination.
func (p Pattern) Equal(q Pattern) bool { return p.String() == q.String() }

// String is the normal form: equal patterns have equal ones, and it is a pattern itself.
func (p Pattern) String() string { return "{ " + p.root.text + " }" }

// node is a condition, or conditions joined by && or ||. Its text is normal.
type node struct {
	join  string // "&&", "||", or "" for a single condition
	parts []node
	text  string
}

// joined is nodes under one operator: flattened, sorted, each once.
func joined(op string, nodes []node) node {
	var parts []node
	for _, n := range nodes {
		if n.join == op {
			parts = append(parts, n.parts...)
		} else {
			parts = append(parts, n)
		}
	}
	slices.SortFunc(parts, func(a, b node) int { return strings.Compare(a.text, b.text) })
	parts = slices.CompactFunc(parts, func(a, b node) bool { return a.text == b.text })
	if len(parts) == 1 {
		return parts[0]
	}
	texts := make([]string, len(parts))
	for i, n := range parts {
		texts[i] = "(" + n.text + ")"
	}
	return node{op, parts, strings.Join(texts, " "+op+" ")}
}

// A pattern of the service has at most 1,024 characters; a parenthesis is a step down.
const (
	longest = 4096
	deepest = 100
)

// Parse reads a JSON pattern. Patterns of the other kinds (words, columns) are errors.
func Parse(s string) (Pattern, error) {
	if len(s) > longest {
		return Pattern{}, fmt.Errorf("a pattern of %d characters", len(s))
	}
	s = strings.TrimSpace(s)
	inner, ok := strings.CutPrefix(s, "{")
	if inner, ok = cutSuffix(inner, "}", ok); !ok {
		return Pattern{}, errors.New("not a JSON pattern: it is not in braces")
	}
	p := parser{rest: inner}
	root, err := p.any(0)
	if err != nil {
		return Pattern{}, err
	}
	if p.space(); p.rest != "" {
		return Pattern{}, fmt.Errorf("unexpected %q", p.rest)
	}
	return Pattern{root}, nil
}

func cutSuffix(s, suffix string, ok bool) (string, bool) {
	s, found := strings.CutSuffix(s, suffix)
	return s, ok && found
}

type parser struct{ rest string }

func (p *parser) space() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

// take goes over a token when it comes next.
func (p *parser) take(token string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = rest
	}
	return ok
}

// any is all joined by ||; && binds closer.
func (p *parser) any(depth int) (node, error) { return p.list("||", depth, p.all) }

func (p *parser) all(depth int) (node, error) { return p.list("&&", depth, p.one) }

func (p *parser) list(op string, depth int, element func(int) (node, error)) (node, error) {
	var nodes []node
	for {
		n, err := element(depth)
		if err != nil {
			return node{}, err
		}
		nodes = append(nodes, n)
		if !p.take(op) {
			return joined(op, nodes), nil
		}
	}
}

// one is a condition, or a pattern in parentheses.
func (p *parser) one(depth int) (node, error) {
	if depth > deepest {
		return node{}, errors.New("too many parentheses")
	}
	if !p.take("(") {
		text, err := p.condition()
		return node{text: text}, err
	}
	n, err := p.any(depth + 1)
	if err == nil && !p.take(")") {
		err = fmt.Errorf("a parenthesis is not closed before %q", p.rest)
	}
	return n, err
}

// condition is a selector and what its value must be.
func (p *parser) condition() (string, error) {
	selector, err := p.selector()
	if err != nil {
		return "", err
	}
	for _, op := range [...]string{"!=", "<=", ">=", "=", "<", ">"} {
		if p.take(op) {
			v, err := p.value()
			return selector + " " + op + " " + v, err
		}
	}
	words := strings.ToUpper(p.word())
	if words == "IS" || words == "NOT" {
		words += " " + strings.ToUpper(p.word())
	}
	switch words {
	case "IS NULL", "IS TRUE", "IS FALSE", "EXISTS", "NOT EXISTS":
		return selector + " " + words, nil
	}
	return "", fmt.Errorf("%s is compared with nothing", selector)
}

// selector is the way to a value: $.a.b, $.a[0], $["a"].b. A member has one spelling.
func (p *parser) selector() (string, error) {
	if !p.take("$") {
		return "", fmt.Errorf("want a selector at %q", p.rest)
	}
	var b strings.Builder
	b.WriteByte('$')
	for {
		switch {
		case strings.HasPrefix(p.rest, "."):
			p.rest = p.rest[1:]
			name := p.name()
			if name == "" {
				return "", fmt.Errorf("a selector ends at %q", p.rest)
			}
			b.WriteString(member(name))
		case strings.HasPrefix(p.rest, "["):
			step, err := p.bracket()
			if err != nil {
				return "", err
			}
			b.WriteString(step)
		case b.Len() == 1:
			return "", errors.New("a selector without a member")
		default:
			return b.String(), nil
		}
	}
}

// bracket is a place in an array, or a member in quotes.
func (p *parser) bracket() (string, error) {
	p.rest = p.rest[1:]
	p.space()
	step := ""
	if strings.HasPrefix(p.rest, `"`) || strings.HasPrefix(p.rest, "'") {
		name, err := p.quoted()
		if err != nil {
			return "", err
		}
		step = member(name)
	} else {
		step = "[" + p.name() + "]"
	}
	if step == "[]" || !p.take("]") {
		return "", errors.New("a bracket of a selector is not closed")
	}
	return step, nil
}

// member is a step to a member of an object.
func member(name string) string {
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !inName(r) }) {
		return "[" + quote(name) + "]"
	}
	return "." + name
}

func inName(r rune) bool {
	return !strings.ContainsRune(" \t\r\n.[](){}=!<>&|\"'$", r) && r != '\uFFFD'
}

// name is the text up to what cannot be in a member's name.
func (p *parser) name() string {
	end := strings.IndexFunc(p.rest, func(r rune) bool { return !inName(r) })
	if end < 0 {
		end = len(p.rest)
	}
	name := p.rest[:end]
	p.rest = p.rest[end:]
	return name
}

// value is a text in quotes, a regular expression between percent signs, a number, or a bare word, which is a text.
func (p *parser) value() (string, error) {
	p.space()
	if strings.HasPrefix(p.rest, `"`) || strings.HasPrefix(p.rest, "'") {
		text, err := p.quoted()
		return quote(text), err
	}
	if strings.HasPrefix(p.rest, "%") {
		end := strings.IndexByte(p.rest[1:], '%')
		if end < 0 {
			return "", errors.New("a regular expression is not closed")
		}
		text := p.rest[:end+2]
		p.rest = p.rest[end+2:]
		return text, nil
	}
	word := p.word()
	if word == "" {
		return "", fmt.Errorf("want a value at %q", p.rest)
	}
	if _, err := strconv.ParseFloat(word, 64); err == nil {
		return word, nil
	}
	return quote(word), nil
}

// word is the text up to a space, a parenthesis or an operator.
func (p *parser) word() string {
	p.space()
	end := strings.IndexAny(p.rest, " \t\r\n()=!<>&|\"'{}%")
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	return word
}

var escape = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// quote is the one spelling of a text.
func quote(text string) string { return `"` + escape.Replace(text) + `"` }

// quoted is a text in quotes of either kind; a backslash takes the next character as it is.
func (p *parser) quoted() (string, error) {
	quote := p.rest[0]
	var b strings.Builder
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == quote:
			p.rest = p.rest[i+1:]
			return b.String(), nil
		case c == '\\' && i+1 < len(p.rest):
			i++
			b.WriteByte(p.rest[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", errors.New("a text is not closed")
}
