package fn

import (
	"strings"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// momentFields are the conversions behind %t.
var momentFields = map[byte]field{
	'Y': {'y', 4, ""}, 'y': {'y', 2, ""}, 'm': {'M', 2, ""}, 'B': {'M', 4, ""}, 'b': {'M', 3, ""}, 'd': {'d', 2, ""}, 'e': {'d', 1, ""},
	'j': {'D', 3, ""}, 'A': {'E', 4, ""}, 'a': {'E', 3, ""}, 'H': {'H', 2, ""}, 'k': {'H', 1, ""}, 'I': {'h', 2, ""}, 'l': {'h', 1, ""},
	'M': {'m', 2, ""}, 'S': {'s', 2, ""}, 'L': {'S', 3, ""}, 'p': {'a', 1, ""}, 'Z': {'z', 1, ""}, 'z': {'Z', 1, ""},
	'F': {0, 0, "%Y-%m-%d"}, 'T': {0, 0, "%H:%i:%s"}, 'R': {0, 0, "%H:%i"}, 'r': {0, 0, "%r"}, 'D': {0, 0, "%m/%d/%y"},
}

// momentText is a part of a date or time.
func (d directive) momentText(t *value.Type, v value.Value) (string, error) {
	for _, m := range moments {
		if !value.MustType(m.name).Equal(t) {
			continue
		}
		fields := []field{d.moment}
		if d.moment.letter == 0 {
			var err error
			if fields, err = mysqlFormat(d.moment.text); err != nil {
				return "", err
			}
		}
		z, _ := v.(value.Zoned)
		return printed(fields, m.read(v), z), nil
	}
	return "", value.Errorf("format: %%t does not take a value of type %s", t)
}

// textOf is a value as format's %s shows it: times as in ISO 8601, without the zeros at their end.
func textOf(t *value.Type, v value.Value) string {
	s := value.Format(t, v)
	switch t.Kind {
	case value.Time:
		return shortened(s)
	case value.Timestamp:
		return shortened(strings.Replace(s, " ", "T", 1))
	case value.TimestampTZ:
		z, ok := v.(value.Zoned)
		if !ok {
			return s
		}
		shift := "Z"
		if minutes := offset(z) / 60_000; minutes != 0 {
			shift = offsetZone(minutes)
		}
		s = shortened(strings.Replace(value.FormatTimestamp(z.Wall()), " ", "T", 1)) + shift
		if zone := printedZone(field{letter: 'Z', n: 3}, z); zone != shift {
			s += "[" + zone + "]"
		}
	}
	return s
}

// shortened leaves out milliseconds, and seconds before them, that are zero.
func shortened(s string) string {
	return strings.TrimSuffix(strings.TrimSuffix(s, ".000"), ":00")
}
