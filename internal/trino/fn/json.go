package fn

import (
	"encoding/json"
	"strconv"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func jsons() []*value.Function {
	return join(
		group(
			row("json_parse(varchar) json", func(a values) (value.Value, error) {
				s, err := canonical(a.str(0), true)
				if err != nil {
					return nil, value.Errorf("json_parse: cannot convert value to JSON: %s", quote(a.str(0)))
				}
				return s, nil
			}),
			pure("json_format(json) varchar", func(a values) value.Value { return a[0] }),
		),
		ofJSON("json_extract(", ", varchar) json", 1, jsonPath, extractJSON),
		ofJSON("json_extract_scalar(", ", varchar) varchar", 1, jsonPath, extractScalar),
		ofJSON("json_size(", ", varchar) bigint", 1, jsonPath, sizeJSON),
		both("json_array_get(", ", bigint) json", arrayGet),
		both("json_array_length(", ") bigint", func(a values) (value.Value, error) {
			if all, ok := listed(a.str(0)); ok {
				return int64(len(all)), nil
			}
			return nil, nil
		}),
		both("json_array_contains(", ", varchar) boolean", holds(func(s string, want value.Value) bool { return s[0] == '"' && unquoted(s) == want })),
		both("json_array_contains(", ", boolean) boolean", holds(func(s string, want value.Value) bool { return s == strconv.FormatBool(want.(bool)) })),
		both("json_array_contains(", ", bigint) boolean", holds(func(s string, want value.Value) bool {
			n, err := strconv.ParseInt(s, 10, 64)
			return err == nil && n == want
		})),
		both("json_array_contains(", ", double) boolean", holds(func(s string, want value.Value) bool {
			f, err := strconv.ParseFloat(s, 64)
			_, whole := strconv.ParseInt(s, 10, 64)
			return err == nil && whole != nil && f == want
		})),
		both("is_json_scalar(", ") boolean", func(a values) (value.Value, error) {
			d := document(a.str(0))
			if !json.Valid([]byte(d)) {
				return nil, value.Errorf("is_json_scalar: %s is not JSON", quote(string(d)))
			}
			c := d[d.space(0)]
			return c != '{' && c != '[', nil
		}),
	)
}

// both makes a function of a JSON value, and of its text.
func both(before, behind string, f func(a values) (value.Value, error)) []*value.Function {
	return each(f, before+"json"+behind, before+"varchar"+behind)
}

// ofJSON is both for functions with a prepared argument.
func ofJSON[T any](before, behind string, arg int, prepare func(string) (T, error), f func(p T, a values) (value.Value, error)) []*value.Function {
	return group(prepared(before+"json"+behind, arg, prepare, f), prepared(before+"varchar"+behind, arg, prepare, f))
}

func extractJSON(path []step, a values) (value.Value, error) {
	d := document(a.str(0))
	at := d.find(path)
	if at < 0 {
		return nil, nil
	}
	end := d.skip(at)
	if end < 0 {
		return nil, nil
	}
	s, err := canonical(string(d[at:end]), false)
	if err != nil {
		return nil, nil
	}
	return s, nil
}

// extractScalar gives texts without quotes, numbers and booleans as they are written, and NULL for all else.
func extractScalar(path []step, a values) (value.Value, error) {
	d := document(a.str(0))
	at := d.find(path)
	if at < 0 {
		return nil, nil
	}
	switch d[at] {
	case '"':
		end := d.text(at)
		if end < 0 || !plainText(string(d[at:end])) && !json.Valid([]byte(d[at:end])) {
			return nil, nil
		}
		return unquoted(string(d[at:end])), nil
	case '{', '[':
		return nil, nil
	}
	w := string(d[at:d.word(at)])
	if w == "null" || !json.Valid([]byte(w)) {
		return nil, nil
	}
	return w, nil
}

// sizeJSON counts the members of an object or an array; 0 for what has none.
func sizeJSON(path []step, a values) (value.Value, error) {
	d := document(a.str(0))
	at := d.find(path)
	if at < 0 {
		return nil, nil
	}
	n, ok := int64(0), true
	switch d[at] {
	case '{':
		ok = d.members(at, func(string, int) bool { n++; return true })
	case '[':
		ok = d.elements(at, func(int) bool { n++; return true })
	}
	if !ok {
		return nil, nil
	}
	return n, nil
}

// listed are an array's elements; false when the text is no array.
func listed(s string) ([]string, bool) {
	d := document(s)
	at := d.space(0)
	if at >= len(d) || d[at] != '[' {
		return nil, false
	}
	var out []string
	broken := false
	whole := d.elements(at, func(i int) bool {
		end := d.skip(i)
		if broken = end < 0; !broken {
			out = append(out, string(d[i:end]))
		}
		return !broken
	})
	return out, whole && !broken
}

// arrayGet gives a text without its quotes, as Trino does although that is no JSON. A negative index counts from the end.
func arrayGet(a values) (value.Value, error) {
	all, ok := listed(a.str(0))
	index := a.int(1)
	if index < 0 {
		index += int64(len(all))
	}
	if !ok || index < 0 || index >= int64(len(all)) {
		return nil, nil
	}
	if s := all[index]; s[0] == '"' {
		return unquoted(s), nil
	}
	s, err := canonical(all[index], false)
	if err != nil || s == "null" {
		return nil, nil
	}
	return s, nil
}

func holds(equal func(element string, want value.Value) bool) func(a values) (value.Value, error) {
	return func(a values) (value.Value, error) {
		all, ok := listed(a.str(0))
		if !ok {
			return nil, nil
		}
		for _, s := range all {
			if equal(s, a[1]) {
				return true, nil
			}
		}
		return false, nil
	}
}
