package value

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
)

// Format is a value as Trino's results show it. NULL is "null"; what a caller shows for a NULL of its own is its choice.
func Format(t *Type, v Value) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(x)
	case float64:
		return FormatFloat(t, x)
	case string:
		if t.Kind == Varbinary {
			return formatBytes(x)
		}
		return x
	case int64:
		return formatInt(t, x)
	case Decimal:
		return x.String()
	case Zoned:
		return formatZoned(x)
	case []Value:
		return formatList(t, x)
	case *Map:
		parts := make([]string, len(x.Keys))
		for i, k := range x.Keys {
			parts[i] = Format(t.Key(), k) + "=" + Format(t.Val(), x.Vals[i])
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return ""
}

func formatInt(t *Type, n int64) string {
	switch t.Kind {
	case Date:
		return FormatDate(n)
	case Time:
		return FormatTime(n)
	case Timestamp:
		return FormatTimestamp(n)
	case IntervalDay:
		return formatIntervalDay(n)
	case IntervalYear:
		return formatIntervalYear(n)
	}
	return strconv.FormatInt(n, 10)
}

func formatZoned(z Zoned) string {
	zone := z.Zone
	if zone == "" {
		zone = "UTC"
	}
	return FormatTimestamp(z.Wall()) + " " + zone
}

// formatBytes prints bytes in hexadecimal, two digits a byte and a space between.
func formatBytes(s string) string {
	digits := hex.EncodeToString([]byte(s))
	var b strings.Builder
	for i := 0; i < len(digits); i += 2 {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(digits[i : i+2])
	}
	return b.String()
}

func formatList(t *Type, list []Value) string {
	parts := make([]string, len(list))
	for i, e := range list {
		switch {
		case t.Kind == Array:
			parts[i] = Format(t.Elems[0], e)
		case t.Names[i] != "":
			parts[i] = t.Names[i] + "=" + Format(t.Elems[i], e)
		default:
			parts[i] = "field" + strconv.Itoa(i) + "=" + Format(t.Elems[i], e)
		}
	}
	if t.Kind == Row {
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// FormatFloat prints a real or double as Java does: 1.0, 1.0E10, NaN.
func FormatFloat(t *Type, f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case f == 0:
		if math.Signbit(f) {
			return "-0.0"
		}
		return "0.0"
	}
	bits := 64
	if t.Kind == Real {
		bits = 32
	}
	if a := math.Abs(f); a >= 1e-3 && a < 1e7 {
		s := strconv.FormatFloat(f, 'f', -1, bits)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return s
	}
	s := strconv.FormatFloat(f, 'E', -1, bits)
	mantissa, exp, _ := strings.Cut(s, "E")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, _ := strconv.Atoi(exp)
	return mantissa + "E" + strconv.Itoa(n)
}
