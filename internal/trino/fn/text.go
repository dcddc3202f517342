package fn

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// maxText is how many bytes a text made by a function may have.
const maxText = 16 << 20

func texts() []*value.Function {
	return group(
		count("length(varchar) bigint", func(s string) int64 { return int64(utf8.RuneCountInString(s)) }),
		count("length(varbinary) bigint", func(s string) int64 { return int64(len(s)) }),
		text("lower(varchar) varchar", strings.ToLower),
		text("upper(varchar) varchar", strings.ToUpper),
		text("reverse(varchar) varchar", reversed),
		pure("reverse(varbinary) varbinary", func(a values) value.Value { return reversedBytes(a.str(0)) }),
		pure("substr(varchar, bigint) varchar", func(a values) value.Value { return substring(a.str(0), a.int(1), -1) }),
		row("substr(varchar, bigint, bigint) varchar", func(a values) (value.Value, error) {
			return substring(a.str(0), a.int(1), max(a.int(2), 0)), nil
		}),
		pure("substr(varbinary, bigint) varbinary", func(a values) value.Value { return subbytes(a.str(0), a.int(1), -1) }),
		pure("substr(varbinary, bigint, bigint) varbinary", func(a values) value.Value { return subbytes(a.str(0), a.int(1), max(a.int(2), 0)) }),
		pure("strpos(varchar, varchar) bigint", func(a values) value.Value { return position(a.str(0), strings.Index(a.str(0), a.str(1))) }),
		row("strpos(varchar, varchar, bigint) bigint", instance),
		row("replace(varchar, varchar) varchar", func(a values) (value.Value, error) { return replaced(a.str(0), a.str(1), "") }),
		row("replace(varchar, varchar, varchar) varchar", func(a values) (value.Value, error) { return replaced(a.str(0), a.str(1), a.str(2)) }),
		text("trim(varchar) varchar", strings.TrimSpace),
		text("ltrim(varchar) varchar", func(s string) string { return strings.TrimLeftFunc(s, unicode.IsSpace) }),
		text("rtrim(varchar) varchar", func(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) }),
		pure("trim(varchar, varchar) varchar", func(a values) value.Value { return strings.Trim(a.str(0), a.str(1)) }),
		pure("ltrim(varchar, varchar) varchar", func(a values) value.Value { return strings.TrimLeft(a.str(0), a.str(1)) }),
		pure("rtrim(varchar, varchar) varchar", func(a values) value.Value { return strings.TrimRight(a.str(0), a.str(1)) }),
		row("lpad(varchar, bigint, varchar) varchar", func(a values) (value.Value, error) { return padded(a, "lpad", true) }),
		row("rpad(varchar, bigint, varchar) varchar", func(a values) (value.Value, error) { return padded(a, "rpad", false) }),
		pure("starts_with(varchar, varchar) boolean", func(a values) value.Value { return strings.HasPrefix(a.str(0), a.str(1)) }),
		pure("ends_with(varchar, varchar) boolean", func(a values) value.Value { return strings.HasSuffix(a.str(0), a.str(1)) }),
		row("chr(bigint) varchar", func(a values) (value.Value, error) {
			if n := a.int(0); n < 0 || n > unicode.MaxRune || !utf8.ValidRune(rune(n)) {
				return nil, value.Errorf("chr: %d is not a valid Unicode code point", n)
			}
			return string(rune(a.int(0))), nil
		}),
		row("codepoint(varchar) integer", func(a values) (value.Value, error) {
			r, n := utf8.DecodeRuneInString(a.str(0))
			if n == 0 || n != len(a.str(0)) {
				return nil, value.Errorf("codepoint: %s is not one character", quote(a.str(0)))
			}
			return int64(r), nil
		}),
		row("translate(varchar, varchar, varchar) varchar", func(a values) (value.Value, error) {
			return translated(a.str(0), []rune(a.str(1)), []rune(a.str(2))), nil
		}),
		row("concat(varchar, varchar, varchar...) varchar", joined),
		row("concat(varbinary, varbinary, varbinary...) varbinary", joined),
	)
}

func joined(a values) (value.Value, error) {
	n := 0
	for i := range a {
		n += len(a.str(i))
	}
	switch {
	case n > maxText:
		return nil, tooLong("concat", n)
	case len(a) == 2:
		return a.str(0) + a.str(1), nil
	}
	var b strings.Builder
	b.Grow(n)
	for i := range a {
		b.WriteString(a.str(i))
	}
	return b.String(), nil
}

func tooLong(function string, n int) error {
	return value.Errorf("%s: the result would have %d bytes, and %d are the most", function, n, maxText)
}

// joinedBy puts a separator between texts.
func joinedBy(function, separator string, parts []string) (value.Value, error) {
	n := len(separator) * len(parts)
	for _, p := range parts {
		n += len(p)
	}
	if n > maxText {
		return nil, tooLong(function, n)
	}
	return strings.Join(parts, separator), nil
}

// quote is a value as messages show it.
func quote(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:57]) + "..."
	}
	return "'" + s + "'"
}

func reversed(s string) string {
	out := make([]byte, len(s))
	at := len(s)
	for i := 0; i < len(s); {
		_, n := utf8.DecodeRuneInString(s[i:])
		at -= n
		copy(out[at:], s[i:i+n])
		i += n
	}
	return string(out)
}

func reversedBytes(s string) string {
	out := []byte(s)
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return string(out)
}

// substring counts characters from 1, or from the end with a negative start; a negative length is all there is.
func substring(s string, start, length int64) string {
	if start < 0 {
		start += int64(utf8.RuneCountInString(s)) + 1
	}
	if start <= 0 {
		return ""
	}
	from := characters(s, start-1)
	if length < 0 {
		return s[from:]
	}
	return s[from:][:characters(s[from:], length)]
}

// characters is how many bytes the first n characters have.
func characters(s string, n int64) int {
	if n >= int64(len(s)) {
		return len(s)
	}
	at := 0
	for ; n > 0 && at < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}

func subbytes(s string, start, length int64) string {
	if start < 0 {
		start += int64(len(s)) + 1
	}
	if start <= 0 || start > int64(len(s)) {
		return ""
	}
	s = s[start-1:]
	if length < 0 || length > int64(len(s)) {
		return s
	}
	return s[:length]
}

// position is a byte's place in characters from 1; 0 when there is none.
func position(s string, at int) int64 {
	if at < 0 {
		return 0
	}
	return int64(utf8.RuneCountInString(s[:at])) + 1
}

// instance finds the n-th place of a part, from the end when n is negative.
func instance(a values) (value.Value, error) {
	s, part, n := a.str(0), a.str(1), a.int(2)
	switch {
	case n == 0:
		return nil, value.Errorf("strpos: 'instance' must not be zero")
	case part == "":
		return int64(1), nil
	}
	at := -1
	if n > 0 {
		for from := 0; n > 0; n-- {
			i := strings.Index(s[from:], part)
			if i < 0 {
				return int64(0), nil
			}
			at = from + i
			from = at + 1
		}
		return position(s, at), nil
	}
	for end := len(s); n < 0; n++ {
		if at = strings.LastIndex(s[:end], part); at < 0 {
			return int64(0), nil
		}
		end = at + len(part) - 1
	}
	return position(s, at), nil
}

func replaced(s, search, with string) (value.Value, error) {
	if grown := len(s) + (len(with)-len(search))*strings.Count(s, search); grown > maxText {
		return nil, tooLong("replace", grown)
	}
	return strings.ReplaceAll(s, search, with), nil
}

func padded(a values, name string, left bool) (value.Value, error) {
	s, size, pad := a.str(0), a.int(1), a.str(2)
	switch {
	case size < 0 || size > maxText/4:
		return nil, value.Errorf("%s: target length must be in the range [0..%d], not %d", name, maxText/4, size)
	case pad == "":
		return nil, value.Errorf("%s: padding string must not be empty", name)
	}
	missing := size - int64(utf8.RuneCountInString(s))
	if missing <= 0 {
		return s[:characters(s, size)], nil
	}
	per := int64(utf8.RuneCountInString(pad))
	filler := strings.Repeat(pad, int(missing/per)) + pad[:characters(pad, missing%per)]
	if left {
		return filler + s, nil
	}
	return s + filler, nil
}

// translated replaces characters one by one; those without a partner are removed, and the first of equals counts.
func translated(s string, from, to []rune) string {
	return strings.Map(func(r rune) rune {
		for i, f := range from {
			if f == r {
				if i < len(to) {
					return to[i]
				}
				return -1
			}
		}
		return r
	}, s)
}
