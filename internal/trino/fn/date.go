package fn

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func dates() []*value.Function {
	var out []*value.Function
	for _, m := range moments {
		out = append(out,
			truncation(m),
			prepared("date_add(varchar, bigint, "+m.name+") "+m.name, 0, func(s string) (string, error) { return m.unit("date_add", s) },
				func(u string, a values) (value.Value, error) {
					if distance(u, a.int(1)) > maxMilli {
						return nil, value.Errorf("date_add: %d %ss are out of range", a.int(1), u)
					}
					if step, ok := clockSteps[u]; ok && m.name == "timestamp with time zone" {
						return value.Zoned{Milli: a.zoned(2).Milli + a.int(1)*step, Zone: a.zoned(2).Zone}, nil
					}
					return m.write(added(m.read(a[2]), u, a.int(1)), a[2])
				}),
			prepared("date_diff(varchar, "+m.name+", "+m.name+") bigint", 0, func(s string) (string, error) { return m.unit("date_diff", s) },
				func(u string, a values) (value.Value, error) {
					if step, ok := clockSteps[u]; ok && m.name == "timestamp with time zone" {
						return (a.zoned(2).Milli - a.zoned(1).Milli) / step, nil
					}
					return between(m.read(a[1]), m.read(inZoneOf(a[1], a[2])), u), nil
				}),
		)
	}
	return append(out,
		cast("date(varchar) date"), cast("date(timestamp with time zone) date"),
		numbersOf("date(timestamp) date", 0, func(*value.Vector) (func(int64) int64, error) {
			return func(ms int64) int64 { return floor(ms, dayMilli) / dayMilli }, nil
		}),
		pure("human_readable_seconds(double) varchar", func(a values) value.Value { return readable(a.float(0)) }),
		row("parse_duration(varchar) interval day to second", duration),
		pure("to_milliseconds(interval day to second) bigint", func(a values) value.Value { return a[0] }),
	)
}

// zonedTruncated cuts on the zone's clock without leaving the zone's offset.
func zonedTruncated(z value.Zoned, unit string) value.Zoned {
	wall := z.Wall()
	return value.Zoned{Milli: z.Milli - (wall - value.WallMilli(truncated(value.TimeOf(wall), unit))), Zone: z.Zone}
}

// inZoneOf is a timestamp as the zone of another one shows it; other values are as they are.
func inZoneOf(like, v value.Value) value.Value {
	if z, ok := v.(value.Zoned); ok {
		return value.Zoned{Milli: z.Milli, Zone: like.(value.Zoned).Zone}
	}
	return v
}

// cast is a function that does what CAST does.
func cast(signature string) *value.Function {
	s := value.Sign(signature)
	f := value.Cast(s.Args[0], s.Result)
	return &value.Function{Signature: s, Row: func(c *value.Context, a []value.Value) (value.Value, error) { return f(c, a[0]) }}
}

// readable is a time in weeks, days, hours, minutes and seconds.
func readable(seconds float64) string {
	n := int64(math.Round(math.Abs(seconds)))
	var parts []string
	for _, u := range []struct {
		name string
		size int64
	}{{"week", 7 * 86400}, {"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}} {
		k := n / u.size
		n %= u.size
		if k == 0 && (u.size > 1 || parts != nil) {
			continue
		}
		name := u.name
		if k != 1 {
			name += "s"
		}
		parts = append(parts, strconv.FormatInt(k, 10)+" "+name)
	}
	return strings.Join(parts, ", ")
}

// duration reads a number and its unit: 42.8ms.
func duration(a values) (value.Value, error) {
	s := strings.TrimSpace(a.str(0))
	n := strings.IndexFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if n > 0 {
		size, known := map[string]time.Duration{
			"ns": time.Nanosecond, "us": time.Microsecond, "ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour,
		}[strings.TrimSpace(s[n:])]
		f, err := strconv.ParseFloat(s[:n], 64)
		if ms := math.Round(f * float64(size) / float64(time.Millisecond)); known && err == nil && ms < math.MaxInt64 {
			return int64(ms), nil
		}
	}
	return nil, value.Errorf("parse_duration: %s is not a number with a unit ns, us, ms, s, m, h or d", quote(a.str(0)))
}
