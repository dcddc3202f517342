package exec

import (
	"strings"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// likePart is a piece of a pattern: a text, one character, or anything.
type likePart struct {
	text string
	one  bool // _
	any  bool // %
}

// likeMatcher makes a pattern of LIKE a function.
func likeMatcher(pattern string, escape value.Value) (func(string) bool, error) {
	parts, err := likeParts(pattern, escape)
	if err != nil {
		return nil, err
	}
	switch {
	case len(parts) == 0:
		return func(s string) bool { return s == "" }, nil
	case len(parts) == 1 && parts[0].text != "":
		return func(s string) bool { return s == parts[0].text }, nil
	case len(parts) == 1 && parts[0].any:
		return func(string) bool { return true }, nil
	case len(parts) == 2 && parts[0].text != "" && parts[1].any:
		return func(s string) bool { return strings.HasPrefix(s, parts[0].text) }, nil
	case len(parts) == 2 && parts[0].any && parts[1].text != "":
		return func(s string) bool { return strings.HasSuffix(s, parts[1].text) }, nil
	case len(parts) == 3 && parts[0].any && parts[1].text != "" && parts[2].any:
		return func(s string) bool { return strings.Contains(s, parts[1].text) }, nil
	}
	return func(s string) bool { return likeMatch(s, parts) }, nil
}

func likeParts(pattern string, escape value.Value) ([]likePart, error) {
	esc := rune(-1)
	if escape != nil {
		s := escape.(string)
		if utf8.RuneCountInString(s) != 1 {
			return nil, value.Errorf("Escape string must be a single character")
		}
		esc, _ = utf8.DecodeRuneInString(s)
	}
	var parts []likePart
	var text []byte
	flush := func() {
		if len(text) > 0 {
			parts = append(parts, likePart{text: string(text)})
			text = text[:0]
		}
	}
	escaped := false
	for _, r := range pattern {
		switch {
		case escaped:
			if r != '%' && r != '_' && r != esc {
				return nil, value.Errorf("Escape character must be followed by '%%', '_' or the escape character itself")
			}
			text = utf8.AppendRune(text, r)
			escaped = false
		case r == esc:
			escaped = true
		case r == '%':
			flush()
			if len(parts) == 0 || !parts[len(parts)-1].any {
				parts = append(parts, likePart{any: true})
			}
		case r == '_':
			flush()
			parts = append(parts, likePart{one: true})
		default:
			text = utf8.AppendRune(text, r)
		}
	}
	if escaped {
		return nil, value.Errorf("Escape character must be followed by '%%', '_' or the escape character itself")
	}
	flush()
	return parts, nil
}

// likeMatch goes back to the last % only, so that it takes at most len(s) times len(parts) steps.
func likeMatch(s string, parts []likePart) bool {
	i, p := 0, 0
	backS, backP := -1, -1
	for {
		switch {
		case p == len(parts):
			if i == len(s) {
				return true
			}
		case parts[p].any:
			backS, backP = i, p
			p++
			continue
		case parts[p].one && i < len(s):
			_, n := utf8.DecodeRuneInString(s[i:])
			i += n
			p++
			continue
		case parts[p].text != "" && strings.HasPrefix(s[i:], parts[p].text):
			i += len(parts[p].text)
			p++
			continue
		}
		if backP < 0 || backS >= len(s) {
			return false
		}
		_, n := utf8.DecodeRuneInString(s[backS:])
		backS += n
		i, p = backS, backP+1
	}
}

// rowOnly hides a node's own way with vectors.
type rowOnly struct{ node }
