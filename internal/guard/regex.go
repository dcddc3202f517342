package guard

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// Limits of one regular expression: longer patterns, or such as blow up when repetitions are written out, are refused
// when the rules are read.
const (
	maxPattern = 2000
	maxProgram = 20000
)

type regex struct {
	source string
	re     *regexp.Regexp
}

// compileRegex accepts the common part of the original's dialect and RE2. Matching takes time in proportion to the
// text, whatever the pattern.
func compileRegex(source string) (*regex, error) {
	if len(source) > maxPattern {
		return nil, fmt.Errorf("the regular expression has %d characters; at most %d are taken", len(source), maxPattern)
	}
	for _, beyond := range []struct{ mark, name string }{
		{"(?=", "look-ahead"}, {"(?!", "look-ahead"}, {"(?<=", "look-behind"}, {"(?<!", "look-behind"}, {"(?>", "atomic groups"},
	} {
		if strings.Contains(source, beyond.mark) && !strings.Contains(source, `\`+beyond.mark) {
			return nil, fmt.Errorf("the regular expression uses %s (%s...), which this engine leaves out because its time cannot be bounded; write the condition as two clauses, such as one with == and one with !=", beyond.name, beyond.mark)
		}
	}
	parsed, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("the regular expression is not valid: %w", err)
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, fmt.Errorf("the regular expression is not valid: %w", err)
	}
	if len(prog.Inst) > maxProgram {
		return nil, fmt.Errorf("the regular expression grows to %d steps when its repetitions are written out; at most %d are taken", len(prog.Inst), maxProgram)
	}
	re, err := regexp.Compile(source)
	if err != nil {
		return nil, fmt.Errorf("the regular expression is not valid: %w", err)
	}
	return &regex{source, re}, nil
}

func (r *regex) match(s string) bool { return r.re.MatchString(s) }
