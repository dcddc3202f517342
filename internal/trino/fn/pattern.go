package fn

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func patterns() []*value.Function {
	return group(
		prepared("regexp_like(varchar, varchar) boolean", 1, pattern, func(re *regexp.Regexp, a values) (value.Value, error) {
			return re.MatchString(a.str(0)), nil
		}),
		prepared("regexp_extract(varchar, varchar) varchar", 1, pattern, func(re *regexp.Regexp, a values) (value.Value, error) { return extract(re, a.str(0), 0) }),
		prepared("regexp_extract(varchar, varchar, bigint) varchar", 1, pattern, func(re *regexp.Regexp, a values) (value.Value, error) { return extract(re, a.str(0), a.int(2)) }),
		prepared("regexp_extract_all(varchar, varchar) array(varchar)", 1, pattern, func(re *regexp.Regexp, a values) (value.Value, error) { return extractAll(re, a.str(0), 0) }),
		prepared("regexp_extract_all(varchar, varchar, bigint) array(varchar)", 1, pattern, func(re *regexp.Regexp, a values) (value.Value, error) { return extractAll(re, a.str(0), a.int(2)) }),
		prepared("regexp_replace(varchar, varchar) varchar", 1, pattern, func(re *regexp.Regexp, a values) (value.Value, error) {
			return re.ReplaceAllLiteralString(a.str(0), ""), nil
		}),
		prepared("regexp_replace(varchar, varchar, varchar) varchar", 1, pattern, replacePattern),
		prepared("regexp_replace(varchar, varchar, function(array(varchar),varchar)) varchar", 1, pattern, replaceByLambda),
		prepared("regexp_split(varchar, varchar) array(varchar)", 1, pattern, splitPattern),
		prepared("regexp_count(varchar, varchar) bigint", 1, pattern, func(re *regexp.Regexp, a values) (value.Value, error) {
			return int64(len(re.FindAllStringIndex(a.str(0), -1))), nil
		}),
		prepared("regexp_position(varchar, varchar) bigint", 1, pattern, func(re *regexp.Regexp, a values) (value.Value, error) {
			return patternAt(re, a.str(0), 1, 1)
		}),
		prepared("regexp_position(varchar, varchar, bigint) bigint", 1, pattern, func(re *regexp.Regexp, a values) (value.Value, error) {
			return patternAt(re, a.str(0), a.int(2), 1)
		}),
		prepared("regexp_position(varchar, varchar, bigint, bigint) bigint", 1, pattern, func(re *regexp.Regexp, a values) (value.Value, error) {
			return patternAt(re, a.str(0), a.int(2), a.int(3))
		}),
	)
}

// pattern reads a regular expression.
func pattern(s string) (*regexp.Regexp, error) {
	re, err := regexp.Compile(s)
	if err == nil {
		return re, nil
	}
	for _, c := range [...][2]string{{"(?=", "look-ahead"}, {"(?!", "look-ahead"}, {"(?<=", "look-behind"}, {"(?<!", "look-behind"}} {
		if strings.Contains(s, c[0]) {
			return nil, value.Errorf("regular expression %s: %s %s is not supported: patterns are RE2's", quote(s), c[1], c[0])
		}
	}
	return nil, value.Errorf("regular expression %s: %s", quote(s), strings.TrimPrefix(err.Error(), "error parsing regexp: "))
}

func groupOf(re *regexp.Regexp, group int64) (int, error) {
	switch {
	case group < 0:
		return 0, value.Errorf("regular expression: group cannot be negative, as %d is", group)
	case group > int64(re.NumSubexp()):
		return 0, value.Errorf("regular expression: pattern has %d groups. Cannot access group %d", re.NumSubexp(), group)
	}
	return int(group), nil
}

func extract(re *regexp.Regexp, s string, group int64) (value.Value, error) {
	g, err := groupOf(re, group)
	if err != nil {
		return nil, err
	}
	at := re.FindStringSubmatchIndex(s)
	if at == nil || at[2*g] < 0 {
		return nil, nil
	}
	return s[at[2*g]:at[2*g+1]], nil
}

func extractAll(re *regexp.Regexp, s string, group int64) (value.Value, error) {
	g, err := groupOf(re, group)
	if err != nil {
		return nil, err
	}
	out := []value.Value{}
	for _, at := range re.FindAllStringSubmatchIndex(s, -1) {
		var v value.Value
		if at[2*g] >= 0 {
			v = s[at[2*g]:at[2*g+1]]
		}
		out = append(out, v)
	}
	return out, nil
}

// replacePattern reads $1, ${name} and \$ in the replacement, as Java does.
func replacePattern(re *regexp.Regexp, a values) (value.Value, error) {
	s, with := a.str(0), a.str(2)
	var out strings.Builder
	from := 0
	for _, at := range re.FindAllStringSubmatchIndex(s, -1) {
		out.WriteString(s[from:at[0]])
		if err := expand(&out, re, s, at, with); err != nil {
			return nil, err
		}
		if from = at[1]; out.Len() > maxText {
			return nil, value.Errorf("regexp_replace: the result would have more than %d bytes", maxText)
		}
	}
	out.WriteString(s[from:])
	return out.String(), nil
}

// expand writes a replacement with the groups of one match.
func expand(out *strings.Builder, re *regexp.Regexp, s string, at []int, with string) error {
	for i := 0; i < len(with); i++ {
		switch c := with[i]; {
		case c == '\\' && i+1 == len(with):
			return value.Errorf("regexp_replace: illegal replacement sequence: %s", quote(with))
		case c == '\\':
			i++
			out.WriteByte(with[i])
		case c == '$':
			group, n := reference(re, with[i+1:])
			if group < 0 {
				return value.Errorf("regexp_replace: illegal replacement sequence: %s", quote(with))
			}
			if at[2*group] >= 0 {
				out.WriteString(s[at[2*group]:at[2*group+1]])
			}
			i += n
		default:
			out.WriteByte(c)
		}
	}
	return nil
}

// reference reads what stands behind a $: {name}, or as many digits as name a group; group is -1 when it is neither.
func reference(re *regexp.Regexp, s string) (group, n int) {
	if rest, ok := strings.CutPrefix(s, "{"); ok {
		name, _, closed := strings.Cut(rest, "}")
		if !closed {
			return -1, 0
		}
		return re.SubexpIndex(name), len(name) + 2
	}
	group = -1
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		next := max(group, 0)*10 + int(s[n]-'0')
		if next > re.NumSubexp() {
			break
		}
		group = next
		n++
	}
	return group, n
}

// replaceByLambda gives the lambda the groups of each match.
func replaceByLambda(re *regexp.Regexp, a values) (value.Value, error) {
	s := a.str(0)
	var out strings.Builder
	from := 0
	for _, at := range re.FindAllStringSubmatchIndex(s, -1) {
		groups := make([]value.Value, re.NumSubexp())
		for g := range groups {
			if at[2*g+2] >= 0 {
				groups[g] = s[at[2*g+2]:at[2*g+3]]
			}
		}
		with, err := a.lambda(2).Call(groups)
		if with == nil || err != nil {
			return nil, err
		}
		out.WriteString(s[from:at[0]])
		out.WriteString(with.(string))
		if from = at[1]; out.Len() > maxText {
			return nil, value.Errorf("regexp_replace: the result would have more than %d bytes", maxText)
		}
	}
	out.WriteString(s[from:])
	return out.String(), nil
}

func splitPattern(re *regexp.Regexp, a values) (value.Value, error) {
	s := a.str(0)
	out := []value.Value{}
	from := 0
	for _, at := range re.FindAllStringIndex(s, -1) {
		out = append(out, s[from:at[0]])
		from = at[1]
	}
	return append(out, s[from:]), nil
}

// patternAt is where the n-th match from a place begins, in characters from 1; -1 when there is none.
func patternAt(re *regexp.Regexp, s string, start, n int64) (value.Value, error) {
	if start < 1 || n < 1 {
		return nil, value.Errorf("regexp_position: start and occurrence begin with 1, not %d and %d", start, n)
	}
	if start > int64(utf8.RuneCountInString(s))+1 {
		return int64(-1), nil
	}
	from := characters(s, start-1)
	for _, at := range re.FindAllStringIndex(s, -1) {
		if at[0] >= from {
			if n--; n == 0 {
				return position(s, at[0]), nil
			}
		}
	}
	return int64(-1), nil
}
