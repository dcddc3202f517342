package fn

import (
	"time"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func dateParts() []*value.Function {
	var out []*value.Function
	for name, f := range map[string]func(t time.Time) int{
		"year": time.Time.Year, "month": func(t time.Time) int { return int(t.Month()) }, "day": time.Time.Day,
		"quarter": func(t time.Time) int { return int(t.Month()-1)/3 + 1 }, "day_of_week": weekday, "day_of_year": time.Time.YearDay,
		"week": func(t time.Time) int { _, w := t.ISOWeek(); return w }, "year_of_week": func(t time.Time) int { y, _ := t.ISOWeek(); return y },
	} {
		for _, m := range moments[:3] {
			out = append(out, part(name, m, f))
		}
	}
	for name, f := range map[string]func(t time.Time) int{
		"hour": time.Time.Hour, "minute": time.Time.Minute, "second": time.Time.Second, "millisecond": func(t time.Time) int { return t.Nanosecond() / 1e6 },
	} {
		for _, m := range moments[1:] {
			out = append(out, part(name, m, f))
		}
	}
	for _, m := range moments[:3] {
		out = append(out, pure("last_day_of_month("+m.name+") date", func(a values) value.Value {
			t := m.read(a[0])
			return value.DateOf(time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC))
		}))
	}
	for name, f := range map[string]func(ms int64) int64{
		"day": func(ms int64) int64 { return ms / dayMilli }, "hour": func(ms int64) int64 { return ms / 3_600_000 % 24 },
		"minute": func(ms int64) int64 { return ms / 60_000 % 60 }, "second": func(ms int64) int64 { return ms / 1000 % 60 },
		"millisecond": func(ms int64) int64 { return ms % 1000 },
	} {
		out = append(out, pure(name+"(interval day to second) bigint", func(a values) value.Value { return f(a.int(0)) }))
	}
	return append(out,
		pure("year(interval year to month) bigint", func(a values) value.Value { return a.int(0) / 12 }),
		pure("month(interval year to month) bigint", func(a values) value.Value { return a.int(0) % 12 }),
		pure("timezone_hour(timestamp with time zone) bigint", func(a values) value.Value { return offset(a.zoned(0)) / 3_600_000 }),
		pure("timezone_minute(timestamp with time zone) bigint", func(a values) value.Value { return offset(a.zoned(0)) / 60_000 % 60 }),
	)
}

// offset is how much a zone's clock is ahead, in milliseconds.
func offset(z value.Zoned) int64 { return z.Wall() - z.Milli }

// part takes a number of a date or time, a vector at a time where values are numbers.
func part(name string, m moment, f func(t time.Time) int) *value.Function {
	sign := value.Sign(name + "(" + m.name + ") bigint")
	if sign.Args[0].Storage() != value.InInts {
		return &value.Function{Signature: sign, Row: func(_ *value.Context, a []value.Value) (value.Value, error) { return int64(f(m.read(a[0]))), nil }}
	}
	read := value.TimeOf
	if sign.Args[0].Kind == value.Date {
		read = value.TimeOfDate
	}
	return &value.Function{Signature: sign, Vec: func(_ *value.Context, args []*value.Vector, n int) (*value.Vector, error) {
		v, b := args[0], value.NewBuilder(value.BigIntType, n)
		for i := range n {
			if v.Null(i) {
				b.Null()
			} else {
				b.Int(int64(f(read(v.Int(i)))))
			}
		}
		return b.Vector(), nil
	}}
}
