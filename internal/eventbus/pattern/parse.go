package pattern

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/tree"
)

type parser struct {
	source    string
	wildcards int
}

// object reads the fields of an object below a path into every combination there is so far.
func (p *parser) object(n tree.Node, all []combination, path string, inOr bool) ([]combination, error) {
	if n.Len() == 0 {
		return nil, p.fail(n, "Empty objects are not allowed")
	}
	var failure error
	n.Members(func(name string, v tree.Node) bool {
		if name == or && isOr(v) {
			all, failure = p.or(v, all, path)
		} else {
			all, failure = p.member(name, v, all, path, inOr)
		}
		return failure == nil
	})
	return all, failure
}

func (p *parser) member(name string, v tree.Node, all []combination, path string, inOr bool) ([]combination, error) {
	if path != "" {
		name = path + "." + name
	}
	switch v.Kind() {
	case tree.Object:
		return p.object(v, all, name, inOr)
	case tree.Array:
		w, err := p.wish(v, name)
		if err != nil {
			return nil, err
		}
		out := make([]combination, len(all))
		total := 0
		for i, c := range all {
			out[i] = c.with(w)
			if total += len(out[i]); total > maxFields {
				return nil, p.fail(v, "Rule is too complex - try using fewer fields, or fewer alternatives in $or")
			}
		}
		return out, nil
	}
	return nil, p.fail(v, `"%s" must be an object or an array`, v.Key())
}

// or is the name under which alternatives stand.
const or = "$or"

// reserved are the names that make $or an ordinary field when one of them stands inside.
var reserved = []string{
	"exactly", "prefix", "suffix", "equals-ignore-case", "anything-but", "numeric", "cidr", "exists", "wildcard",
	"=", "<", "<=", ">", ">=",
}

// isOr tells alternatives from a field that happens to be called $or, as EventBridge does.
func isOr(v tree.Node) bool {
	if v.Kind() != tree.Array || v.Len() < 2 {
		return false
	}
	ok := true
	v.Elements(func(e tree.Node) bool {
		ok = e.Kind() == tree.Object
		e.Members(func(name string, _ tree.Node) bool {
			ok = ok && !slices.Contains(reserved, name)
			return ok
		})
		return ok
	})
	return ok
}

// or continues every combination with each of the alternatives.
func (p *parser) or(v tree.Node, all []combination, path string) (out []combination, failure error) {
	v.Elements(func(e tree.Node) bool {
		var more []combination
		if more, failure = p.object(e, all, path, true); failure != nil {
			return false
		}
		if out = append(out, more...); len(out) > MaxCombinations {
			failure = p.fail(v, "Rule is too complex - the alternatives of $or make more than %d combinations", MaxCombinations)
		}
		return failure == nil
	})
	return out, failure
}

// wish reads the array of values and comparisons of one field.
func (p *parser) wish(n tree.Node, path string) (wish, error) {
	w := wish{path: path}
	if n.Len() == 0 {
		return w, p.fail(n, "Empty arrays are not allowed")
	}
	var failure error
	n.Elements(func(v tree.Node) bool {
		var t test
		switch v.Kind() {
		case tree.Object:
			var absent bool
			if t, absent, failure = p.comparison(v); absent {
				w.orAbsent = true
				return true
			}
		case tree.Array:
			failure = p.fail(v, "Match value must be String, number, true, false, or null")
		default:
			t = equal(v)
		}
		w.tests = append(w.tests, t)
		return failure == nil
	})
	return w, failure
}

// fail is a fault at a place of the pattern: the reason, the field and where that is.
func (p *parser) fail(n tree.Node, format string, args ...any) error {
	reason := fmt.Sprintf(format, args...)
	var names []string
	for _, s := range n.Path() {
		if s == "" || s[0] < '0' || s[0] > '9' { // not the number of an element
			names = append(names, s)
		}
	}
	if len(names) > 0 && !strings.Contains(reason, `"`+names[len(names)-1]+`"`) {
		reason += " (field " + strings.Join(names, ".") + ")"
	}
	return refuse("%s\n at [%s]", reason, position(p.source, n.Offset()))
}

// syntax is the fault of a text that is no JSON.
func syntax(text string, err error) error {
	var s *tree.SyntaxError
	if !errors.As(err, &s) {
		return refuse("%s", err)
	}
	return refuse("%s\n at [%s]", s.Reason, position(text, s.Offset))
}

// position names a byte of the text by line and column, from 1.
func position(text string, offset int) string {
	offset = min(offset, len(text))
	before := text[:offset]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf(`Source: (String)"%s"; line: %d, column: %d`, text, line, column)
}
