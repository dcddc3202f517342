package pattern

import (
	"strings"

	"github.com/tickmark/tickmark/internal/tree"
)

// The bounds of wildcards. AWS refuses what makes its machine too large, by a measure it does not tell; one of its
// examples of that is *:*:*:*:*:event-bus/*.
const (
	maxWildcards = 250 // in a pattern
	maxRepeats   = 4   // of wildcards followed by the same character, in one text
)

const tooComplex = "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character"

// wildcard reads a text in which * stands for any characters; a backslash takes the meaning of * and of itself.
func (p *parser) wildcard(n tree.Node) (test, error) {
	if n.Kind() != tree.String {
		return nil, p.fail(n, "wildcard match pattern must be a string")
	}
	s := n.Str()
	var parts []string // between the wildcards
	var part strings.Builder
	follow := map[byte]int{}
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			if i++; i == len(s) || s[i] != '*' && s[i] != '\\' {
				return nil, p.fail(n, "Invalid escape character at pos %d", i)
			}
			part.WriteByte(s[i])
		case s[i] != '*':
			part.WriteByte(s[i])
		case i+1 < len(s) && s[i+1] == '*':
			return nil, p.fail(n, "Consecutive wildcard characters at pos %d", i+1)
		default:
			parts = append(parts, part.String())
			part.Reset()
			if p.wildcards++; i+1 < len(s) {
				follow[s[i+1]]++
			}
			if p.wildcards > maxWildcards || i+1 < len(s) && follow[s[i+1]] > maxRepeats {
				return nil, p.fail(n, tooComplex)
			}
		}
	}
	parts = append(parts, part.String())
	return stringTest(func(v string) bool { return like(v, parts) }), nil
}

// like tells whether a text is the parts with anything between them. Each part is taken where it comes first, so the
// time is at most that of one search a part.
func like(v string, parts []string) bool {
	last := len(parts) - 1
	if last == 0 {
		return v == parts[0]
	}
	if len(v) < len(parts[0])+len(parts[last]) || !strings.HasPrefix(v, parts[0]) || !strings.HasSuffix(v, parts[last]) {
		return false
	}
	v = v[len(parts[0]) : len(v)-len(parts[last])]
	for _, part := range parts[1:last] {
		i := strings.Index(v, part)
		if i < 0 {
			return false
		}
		v = v[i+len(part):]
	}
	return true
}
