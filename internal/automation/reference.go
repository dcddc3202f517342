package automation

import (
	"regexp"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// reference is a {{ name }} inside a text.
type reference struct {
	start, end int
	// name is what stands between the braces: a parameter, step.Output, global:X, automation:X, variable:X.
	name string
}

var referencePattern = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_][A-Za-z0-9_:.\-/]*)\s*\}\}`)

func references(text string) []reference {
	if !strings.Contains(text, "{{") {
		return nil
	}
	var out []reference
	for _, m := range referencePattern.FindAllStringSubmatchIndex(text, -1) {
		out = append(out, reference{m[0], m[1], text[m[2]:m[3]]})
	}
	return out
}

// trimReference takes the braces off: outputs may be written with or without them.
func trimReference(s string) string {
	if r := references(s); len(r) == 1 && r[0].start == 0 && r[0].end == len(s) {
		return r[0].name
	}
	return strings.TrimSpace(s)
}

// lookup finds the value of a reference. Ok false means that it has none (yet).
type lookup func(name string) (value any, ok bool, err error)

// resolve replaces references in a value. A text that is one reference becomes the value with its type; a list that
// holds a reference to a list takes its elements. A reference without value becomes nil, or "" inside a text, or with
// strict an error.
func resolve(v any, find lookup, strict bool) (any, error) {
	switch v := v.(type) {
	case string:
		return resolveText(v, find, strict)
	case []any:
		out := make([]any, 0, len(v))
		for _, e := range v {
			r, err := resolve(e, find, strict)
			if err != nil {
				return nil, err
			}
			if inner, ok := r.([]any); ok {
				if _, was := e.(string); was {
					out = append(out, inner...)
					continue
				}
			}
			out = append(out, r)
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			r, err := resolve(e, find, strict)
			if err != nil {
				return nil, err
			}
			out[k] = r
		}
		return out, nil
	}
	return v, nil
}

func resolveText(s string, find lookup, strict bool) (any, error) {
	refs := references(s)
	if len(refs) == 0 {
		return s, nil
	}
	var b strings.Builder
	at := 0
	for _, r := range refs {
		v, ok, err := find(r.name)
		if err != nil {
			return nil, err
		}
		if !ok && strict {
			return nil, fault.New(fault.Invalid, "{{ %s }} has no value", r.name)
		}
		if r.start == 0 && r.end == len(s) {
			return v, nil
		}
		b.WriteString(s[at:r.start])
		b.WriteString(toText(v))
		at = r.end
	}
	b.WriteString(s[at:])
	return b.String(), nil
}
