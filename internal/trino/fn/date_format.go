package fn

import (
	"fmt"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// field is a part of a date's format: a letter of Joda's patterns and how often it stands, or a text.
type field struct {
	letter byte // 0 for a text
	n      int
	text   string
}

// mysqlFields are the fields of MySQL's formats; those with a text of fields are made of several.
var mysqlFields = map[byte]field{
	'a': {'E', 3, ""}, 'b': {'M', 3, ""}, 'c': {'M', 1, ""}, 'd': {'d', 2, ""}, 'e': {'d', 1, ""}, 'f': {'f', 6, ""},
	'H': {'H', 2, ""}, 'h': {'h', 2, ""}, 'I': {'h', 2, ""}, 'i': {'m', 2, ""}, 'j': {'D', 3, ""}, 'k': {'H', 1, ""},
	'l': {'h', 1, ""}, 'M': {'M', 4, ""}, 'm': {'M', 2, ""}, 'p': {'a', 1, ""}, 'S': {'s', 2, ""}, 's': {'s', 2, ""},
	'v': {'w', 2, ""}, 'W': {'E', 4, ""}, 'x': {'x', 4, ""}, 'Y': {'y', 4, ""}, 'y': {'y', 2, ""},
	'r': {0, 0, "%h:%i:%s %p"}, 'T': {0, 0, "%H:%i:%s"},
}

// mysqlFormat reads a format such as %Y-%m-%d.
func mysqlFormat(format string) ([]field, error) {
	var out []field
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			out = append(out, field{text: format[i : i+1]})
			continue
		}
		i++
		f, ok := mysqlFields[format[i]]
		switch {
		case strings.IndexByte("DUuVwX", format[i]) >= 0:
			return nil, value.Errorf("%%%c is not supported in the date format %s", format[i], quote(format))
		case !ok:
			out = append(out, field{text: format[i : i+1]})
		case f.letter == 0:
			parts, err := mysqlFormat(f.text)
			if err != nil {
				return nil, err
			}
			out = append(out, parts...)
		default:
			out = append(out, f)
		}
	}
	return out, nil
}

// jodaFormat reads a pattern such as yyyy-MM-dd'T'HH:mm:ss.
func jodaFormat(pattern string) ([]field, error) {
	var out []field
	for i := 0; i < len(pattern); {
		c := pattern[i]
		switch {
		case c == '\'':
			n := strings.IndexByte(pattern[i+1:], '\'')
			if n < 0 {
				return nil, value.Errorf("a quote has no end in the date pattern %s", quote(pattern))
			}
			s := pattern[i+1 : i+1+n]
			if n == 0 {
				s = "'"
			}
			out = append(out, field{text: s})
			i += n + 2
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			n := 1
			for i+n < len(pattern) && pattern[i+n] == c {
				n++
			}
			if strings.IndexByte("GCYxweEyDMdaKhHkmsSzZ", c) < 0 {
				return nil, value.Errorf("%c is not known in the date pattern %s", c, quote(pattern))
			}
			out = append(out, field{letter: c, n: n})
			i += n
		default:
			out = append(out, field{text: pattern[i : i+1]})
			i++
		}
	}
	return out, nil
}

func mysqlDates() []*value.Function {
	var out []*value.Function
	for _, m := range moments[:3] {
		out = append(out, prepared("date_format("+m.name+", varchar) varchar", 1, mysqlFormat, func(fs []field, a values) (value.Value, error) {
			return printed(fs, m.read(a[0]), value.Zoned{}), nil
		}))
	}
	return append(out, prepared("date_parse(varchar, varchar) timestamp", 1, mysqlFormat, func(fs []field, a values) (value.Value, error) {
		r, err := readFields("date_parse", fs, a.str(0))
		if err != nil {
			return nil, err
		}
		t, err := r.time("date_parse", a.str(0))
		return value.WallMilli(t), err
	}))
}

func jodaDates() []*value.Function {
	var out []*value.Function
	for _, m := range moments[:3] {
		out = append(out, prepared("format_datetime("+m.name+", varchar) varchar", 1, jodaFormat, func(fs []field, a values) (value.Value, error) {
			z, _ := a[0].(value.Zoned)
			return printed(fs, m.read(a[0]), z), nil
		}))
	}
	return append(out, prepared("parse_datetime(varchar, varchar) timestamp with time zone", 1, jodaFormat, func(fs []field, a values) (value.Value, error) {
		r, err := readFields("parse_datetime", fs, a.str(0))
		if err != nil {
			return nil, err
		}
		t, err := r.time("parse_datetime", a.str(0))
		if err != nil {
			return nil, err
		}
		z, err := value.InZone(value.WallMilli(t), r.zone)
		return z, err
	}))
}

// printed writes a time on the wall, and its zone.
func printed(fs []field, t time.Time, z value.Zoned) string {
	var b strings.Builder
	for _, f := range fs {
		switch f.letter {
		case 0:
			b.WriteString(f.text)
		case 'G':
			b.WriteString("AD")
		case 'E':
			b.WriteString(name(t.Weekday().String(), f.n > 3))
		case 'a':
			b.WriteString(map[bool]string{true: "AM", false: "PM"}[t.Hour() < 12])
		case 'f':
			fmt.Fprintf(&b, "%06d", t.Nanosecond()/1000)
		case 'S':
			b.WriteString((fmt.Sprintf("%03d", t.Nanosecond()/1e6) + strings.Repeat("0", f.n))[:f.n])
		case 'z', 'Z':
			b.WriteString(printedZone(f, z))
		case 'M':
			if f.n > 2 {
				b.WriteString(name(t.Month().String(), f.n > 3))
				continue
			}
			fmt.Fprintf(&b, "%0*d", f.n, int(t.Month()))
		default:
			fmt.Fprintf(&b, "%0*d", f.n, number(f, t))
		}
	}
	return b.String()
}

func name(long string, whole bool) string {
	if whole {
		return long
	}
	return long[:3]
}

func printedZone(f field, z value.Zoned) string {
	minutes := offset(z) / 60_000
	switch {
	case f.letter == 'z' && f.n < 4:
		loc, err := value.Location(z.Zone)
		if err != nil {
			return "UTC"
		}
		short, _ := time.UnixMilli(z.Milli).In(loc).Zone()
		return short
	case f.letter == 'z', f.n > 2:
		if z.Zone == "" {
			return "UTC"
		}
		return z.Zone
	case f.n == 2:
		return offsetZone(minutes)
	}
	return strings.Replace(offsetZone(minutes), ":", "", 1)
}

// number is a field's number.
func number(f field, t time.Time) int {
	year, week := t.ISOWeek()
	switch f.letter {
	case 'C':
		return t.Year() / 100
	case 'Y', 'y', 'x':
		if f.letter != 'x' {
			year = t.Year()
		}
		if f.n == 2 {
			return year % 100
		}
		return year
	case 'w':
		return week
	case 'e':
		return weekday(t)
	case 'D':
		return t.YearDay()
	case 'd':
		return t.Day()
	case 'K':
		return t.Hour() % 12
	case 'h':
		return (t.Hour()+11)%12 + 1
	case 'H':
		return t.Hour()
	case 'k':
		return (t.Hour()+23)%24 + 1
	case 'm':
		return t.Minute()
	}
	return t.Second()
}
