package fn

import (
	"strings"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func textLists() []*value.Function {
	return group(
		row("split(varchar, varchar) array(varchar)", func(a values) (value.Value, error) { return split(a.str(0), a.str(1), -1) }),
		row("split(varchar, varchar, bigint) array(varchar)", func(a values) (value.Value, error) {
			if a.int(2) <= 0 {
				return nil, value.Errorf("split: limit must be positive, not %d", a.int(2))
			}
			return split(a.str(0), a.str(1), int(min(a.int(2), 1<<31)))
		}),
		row("split_part(varchar, varchar, bigint) varchar", splitPart),
		row("split_to_map(varchar, varchar, varchar) map(varchar,varchar)", func(a values) (value.Value, error) {
			m := &value.Map{}
			seen := map[string]bool{}
			err := pairs("split_to_map", a, func(k, v string) error {
				if seen[k] {
					return value.Errorf("split_to_map: duplicate keys (%s) are not allowed", k)
				}
				seen[k] = true
				m.Keys, m.Vals = append(m.Keys, k), append(m.Vals, v)
				return nil
			})
			return m, err
		}),
		row("split_to_multimap(varchar, varchar, varchar) map(varchar,array(varchar))", splitToMultimap),
		nullable(row("concat_ws(varchar, varchar...) varchar", func(a values) (value.Value, error) { return separated(a[0], a[1:]) })),
		nullable(row("concat_ws(varchar, array(varchar)) varchar", func(a values) (value.Value, error) {
			if a[1] == nil {
				return separated(a[0], nil)
			}
			return separated(a[0], a.list(1))
		})),
		row("levenshtein_distance(varchar, varchar) bigint", func(a values) (value.Value, error) {
			x, y := []rune(a.str(0)), []rune(a.str(1))
			if len(x)*len(y) > 1e6 {
				return nil, value.Errorf("levenshtein_distance: the combined inputs are too large (%d and %d characters)", len(x), len(y))
			}
			return levenshtein(x, y), nil
		}),
		row("hamming_distance(varchar, varchar) bigint", hamming),
		row("luhn_check(varchar) boolean", luhn),
	)
}

func split(s, delimiter string, limit int) (value.Value, error) {
	if delimiter == "" {
		return nil, value.Errorf("split: the delimiter may not be the empty string")
	}
	parts := strings.SplitN(s, delimiter, limit)
	out := make([]value.Value, len(parts))
	for i, p := range parts {
		out[i] = p
	}
	return out, nil
}

func splitPart(a values) (value.Value, error) {
	s, delimiter, index := a.str(0), a.str(1), a.int(2)
	if index <= 0 {
		return nil, value.Errorf("split_part: index must be greater than zero, not %d", index)
	}
	if delimiter == "" {
		if c := substring(s, index, 1); c != "" {
			return c, nil
		}
		return nil, nil
	}
	for ; index > 1; index-- {
		_, rest, ok := strings.Cut(s, delimiter)
		if !ok {
			return nil, nil
		}
		s = rest
	}
	s, _, _ = strings.Cut(s, delimiter)
	return s, nil
}

// pairs reads entries with keys and values.
func pairs(name string, a values, f func(k, v string) error) error {
	s, entries, keys := a.str(0), a.str(1), a.str(2)
	switch {
	case entries == "" || keys == "":
		return value.Errorf("%s: a delimiter is empty", name)
	case entries == keys:
		return value.Errorf("%s: the delimiters must not be the same", name)
	case s == "":
		return nil
	}
	for _, entry := range strings.Split(strings.TrimSuffix(s, entries), entries) {
		k, v, ok := strings.Cut(entry, keys)
		if !ok || strings.Contains(v, keys) {
			return value.Errorf("%s: the key-value delimiter must appear exactly once in each entry. Bad input: %s", name, quote(entry))
		}
		if err := f(k, v); err != nil {
			return err
		}
	}
	return nil
}

func splitToMultimap(a values) (value.Value, error) {
	m := &value.Map{}
	at := map[string]int{}
	err := pairs("split_to_multimap", a, func(k, v string) error {
		i, ok := at[k]
		if !ok {
			i = len(m.Keys)
			at[k] = i
			m.Keys, m.Vals = append(m.Keys, k), append(m.Vals, []value.Value(nil))
		}
		m.Vals[i] = append(m.Vals[i].([]value.Value), v)
		return nil
	})
	return m, err
}

// separated leaves NULLs out.
func separated(separator value.Value, parts []value.Value) (value.Value, error) {
	if separator == nil {
		return nil, nil
	}
	var all []string
	for _, p := range parts {
		if s, ok := p.(string); ok {
			all = append(all, s)
		}
	}
	return joinedBy("concat_ws", separator.(string), all)
}

func levenshtein(x, y []rune) int64 {
	above := make([]int64, len(y)+1)
	for j := range above {
		above[j] = int64(j)
	}
	for i, r := range x {
		diagonal := above[0]
		above[0] = int64(i + 1)
		for j, s := range y {
			cost := diagonal
			if r != s {
				cost++
			}
			diagonal = above[j+1]
			above[j+1] = min(cost, diagonal+1, above[j]+1)
		}
	}
	return above[len(y)]
}

func hamming(a values) (value.Value, error) {
	x, y := []rune(a.str(0)), []rune(a.str(1))
	if len(x) != len(y) {
		return nil, value.Errorf("hamming_distance: the input strings must have the same length, not %d and %d", len(x), len(y))
	}
	n := int64(0)
	for i := range x {
		if x[i] != y[i] {
			n++
		}
	}
	return n, nil
}

// luhn tests a number's check digit.
func luhn(a values) (value.Value, error) {
	s, sum := a.str(0), 0
	if s == "" {
		return false, nil
	}
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if d > 9 {
			return nil, value.Errorf("luhn_check: %s is not a number", quote(s))
		}
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0, nil
}
