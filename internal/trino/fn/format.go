package fn

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// maxFormatted is how many arguments format takes.
const maxFormatted = 9

// formats are the overloads of format(pattern, a, b, ...), one for each number of arguments.
func formats() []*value.Function {
	var out []*value.Function
	for n := 1; n <= maxFormatted; n++ {
		vars := strings.Split("ABCDEFGHI", "")[:n]
		out = append(out, nullable(typed("format(varchar, "+strings.Join(vars, ", ")+") varchar", func(args []*value.Type, _ *value.Type) func(a values) (value.Value, error) {
			return func(a values) (value.Value, error) {
				if a[0] == nil {
					return nil, nil
				}
				return formatted(a.str(0), args[1:], a[1:])
			}
		})))
	}
	return out
}

// directive is a place of Java's format: %[n$ | <][flags][width][.precision]conversion.
type directive struct {
	index, width, precision int
	again                   bool // <: the argument of the place before
	flags                   string
	conversion              byte
	moment                  field // of %tY and its like
}

func formatted(pattern string, types []*value.Type, args values) (value.Value, error) {
	var b strings.Builder
	next, before := 0, -1
	for {
		text, rest, more := strings.Cut(pattern, "%")
		b.WriteString(text)
		if !more {
			return b.String(), nil
		}
		d, rest, ok := readDirective(rest)
		if !ok {
			return nil, value.Errorf("format: %s is no place for an argument", quote("%"+rest))
		}
		if pattern = rest; d.conversion == '%' || d.conversion == 'n' {
			b.WriteString(d.pad(map[byte]string{'%': "%", 'n': "\n"}[d.conversion]))
			continue
		}
		i := d.index - 1
		switch {
		case d.again:
			i = before
		case i < 0:
			i = next
			next++
		}
		if before = i; i < 0 || i >= len(args) {
			return nil, value.Errorf("format: there is no argument %d", i+1)
		}
		s, err := d.format(types[i], args[i])
		if err != nil {
			return nil, err
		}
		if b.WriteString(s); b.Len() > maxText {
			return nil, value.Errorf("format: the result would have more than %d bytes", maxText)
		}
	}
}

func readDirective(s string) (directive, string, bool) {
	d := directive{precision: -1}
	if n := digitsOf(s, 3); n != "" && strings.HasPrefix(s[len(n):], "$") {
		d.index, _ = strconv.Atoi(n)
		s = s[len(n)+1:]
	}
	if rest, ok := strings.CutPrefix(s, "<"); ok {
		d.again, s = true, rest
	}
	n := len(s) - len(strings.TrimLeft(s, "-#+ 0,("))
	d.flags, s = s[:n], s[n:]
	w := digitsOf(s, 4)
	d.width, _ = strconv.Atoi(w)
	s = s[len(w):]
	if rest, ok := strings.CutPrefix(s, "."); ok {
		p := digitsOf(rest, 3)
		d.precision, _ = strconv.Atoi(p)
		s = rest[len(p):]
	}
	if s == "" || strings.IndexByte("sSdxXofeEgGbBcC%ntT", s[0]) < 0 {
		return d, s, false
	}
	d.conversion = s[0]
	if d.conversion|0x20 == 't' {
		var ok bool
		if len(s) < 2 {
			return d, s, false
		}
		if d.moment, ok = momentFields[s[1]]; !ok {
			return d, s, false
		}
		s = s[1:]
	}
	return d, s[1:], true
}

func (d directive) has(flag byte) bool { return strings.IndexByte(d.flags, flag) >= 0 }

// pad fills up to the width.
func (d directive) pad(s string) string {
	if missing := d.width - len([]rune(s)); missing > 0 {
		if d.has('-') {
			return s + strings.Repeat(" ", missing)
		}
		return strings.Repeat(" ", missing) + s
	}
	return s
}

func (d directive) format(t *value.Type, v value.Value) (string, error) {
	upper := d.conversion >= 'A' && d.conversion <= 'Z'
	s, err := d.convert(t, v)
	if err != nil {
		return "", err
	}
	if upper {
		s = strings.ToUpper(s)
	}
	return d.pad(s), nil
}

func (d directive) convert(t *value.Type, v value.Value) (string, error) {
	switch d.conversion | 0x20 {
	case 's':
		s := textOf(t, v)
		if d.precision >= 0 {
			s = s[:characters(s, int64(d.precision))]
		}
		return s, nil
	case 'b':
		b, isBool := v.(bool)
		return strconv.FormatBool(v != nil && (!isBool || b)), nil
	}
	if v == nil {
		return "null", nil
	}
	if d.moment != (field{}) {
		return d.momentText(t, v)
	}
	switch x := v.(type) {
	case int64:
		if t.IsInteger() {
			return d.whole(x)
		}
	case float64:
		return d.float(x)
	case value.Decimal:
		if d.conversion == 'f' {
			return d.grouped(x.Rescale(d.places()).String()), nil
		}
		return d.float(x.Float())
	case string:
		if d.conversion|0x20 == 'c' && t.Kind == value.Varchar && len([]rune(x)) == 1 {
			return x, nil
		}
	}
	return "", value.Errorf("format: %%%c does not take a value of type %s (%s)", d.conversion, t, quote(value.Format(t, v)))
}

// places are the digits behind the point.
func (d directive) places() int {
	if d.precision < 0 {
		return 6
	}
	return min(d.precision, value.MaxPrecision)
}

func (d directive) whole(n int64) (string, error) {
	switch d.conversion {
	case 'd':
		return d.grouped(strconv.FormatInt(n, 10)), nil
	case 'x', 'X':
		return d.grouped(strconv.FormatUint(uint64(n), 16)), nil
	case 'o':
		return d.grouped(strconv.FormatUint(uint64(n), 8)), nil
	case 'c', 'C':
		return string(rune(n)), nil
	}
	return "", value.Errorf("format: %%%c does not take the whole number %d", d.conversion, n)
}

func (d directive) float(x float64) (string, error) {
	switch d.conversion {
	case 'f':
		// The digits that stand for the number are rounded, half up: 0.125 is 0.13.
		if exact, ok := value.ParseDecimal(strconv.FormatFloat(x, 'f', -1, 64)); ok {
			return d.grouped(exact.Rescale(d.places()).String()), nil
		}
		return d.grouped(fmt.Sprintf("%.*f", d.places(), x)), nil
	case 'e', 'E', 'g', 'G':
		return d.grouped(fmt.Sprintf("%.*"+string(d.conversion|0x20), d.places(), x)), nil
	}
	return "", value.Errorf("format: %%%c does not take the number %v", d.conversion, x)
}

// grouped applies the flags for numbers: commas, signs, parentheses and zeros in front.
func (d directive) grouped(s string) string {
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if d.has(',') {
		whole, frac, dotted := strings.Cut(s, ".")
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
		if s = whole; dotted {
			s += "." + frac
		}
	}
	before, behind := "", ""
	switch {
	case negative && d.has('('):
		before, behind = "(", ")"
	case negative:
		before = "-"
	case d.has('+'):
		before = "+"
	case d.has(' '):
		before = " "
	}
	if missing := d.width - len(before) - len(s) - len(behind); d.has('0') && missing > 0 {
		s = strings.Repeat("0", missing) + s
	}
	return before + s + behind
}
