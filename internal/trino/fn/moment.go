package fn

import (
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// dayMilli is the milliseconds of a day.
const dayMilli = 24 * 60 * 60 * 1000

// moment reads and writes the values of a type as times whose clock shows the wall's time, in UTC.
type moment struct {
	name  string
	read  func(v value.Value) time.Time
	write func(wall time.Time, like value.Value) (value.Value, error)
	units []string // that date_trunc and date_add know
}

var (
	clockUnits = []string{"millisecond", "second", "minute", "hour"}
	dayUnits   = []string{"day", "week", "month", "quarter", "year"}
)

var moments = []moment{
	{
		"date", func(v value.Value) time.Time { return value.TimeOfDate(v.(int64)) },
		func(t time.Time, _ value.Value) (value.Value, error) { return value.DateOf(t), nil }, dayUnits,
	},
	{
		"timestamp", func(v value.Value) time.Time { return value.TimeOf(v.(int64)) },
		func(t time.Time, _ value.Value) (value.Value, error) { return value.WallMilli(t), nil }, append(append([]string{}, clockUnits...), dayUnits...),
	},
	{
		"timestamp with time zone", func(v value.Value) time.Time { return value.TimeOf(v.(value.Zoned).Wall()) },
		func(t time.Time, like value.Value) (value.Value, error) {
			z, err := value.InZone(value.WallMilli(t), like.(value.Zoned).Zone)
			return z, err
		}, append(append([]string{}, clockUnits...), dayUnits...),
	},
	{
		"time", func(v value.Value) time.Time { return value.TimeOf(v.(int64)) },
		func(t time.Time, _ value.Value) (value.Value, error) {
			return (value.WallMilli(t)%dayMilli + dayMilli) % dayMilli, nil
		}, clockUnits,
	},
}

// unit finds the name of a unit in lower case.
func (m moment) unit(function, name string) (string, error) {
	lower := strings.ToLower(name)
	for _, u := range m.units {
		if u == lower {
			return u, nil
		}
	}
	return "", value.Errorf("%s: %s is not a valid unit of %s: %s", function, quote(name), m.name, strings.Join(m.units, ", "))
}

// addMonths keeps the day, or takes the month's last one.
func addMonths(t time.Time, n int64) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	return first.AddDate(0, 0, min(t.Day(), first.AddDate(0, 1, -1).Day())-1)
}

// truncated is the beginning of the unit that a time is in.
func truncated(t time.Time, unit string) time.Time {
	if step, ok := clockSteps[unit]; ok {
		return t.Truncate(time.Duration(step) * time.Millisecond)
	}
	year, month, day := t.Date()
	switch unit {
	case "week":
		day -= weekday(t) - 1
	case "month":
		day = 1
	case "quarter":
		month, day = (month-1)/3*3+1, 1
	case "year":
		month, day = 1, 1
	}
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// weekday counts from Monday, 1.
func weekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

var clockSteps = map[string]int64{"millisecond": 1, "second": 1000, "minute": 60_000, "hour": 3_600_000}

var monthSteps = map[string]int64{"month": 1, "quarter": 3, "year": 12}

// maxMilli bounds the timestamps that functions make, some 100,000 years around 1970.
const maxMilli = 3_200_000_000_000_000

// distance is about how many milliseconds n units have, at most twice maxMilli.
func distance(unit string, n int64) int64 {
	size := clockSteps[unit]
	switch unit {
	case "day":
		size = dayMilli
	case "week":
		size = 7 * dayMilli
	case "month", "quarter", "year":
		size = 31 * dayMilli * monthSteps[unit]
	}
	if n > 2*maxMilli/size || n < -2*maxMilli/size {
		return 2 * maxMilli
	}
	return max(n, -n) * size
}

// added is n units later.
func added(t time.Time, unit string, n int64) time.Time {
	if months, ok := monthSteps[unit]; ok {
		return addMonths(t, n*months)
	}
	switch unit {
	case "day":
		return t.AddDate(0, 0, int(n))
	case "week":
		return t.AddDate(0, 0, int(7*n))
	}
	return value.TimeOf(value.WallMilli(t) + n*clockSteps[unit])
}

// between counts the whole units from one time to another.
func between(from, to time.Time, unit string) int64 {
	ms := value.WallMilli(to) - value.WallMilli(from)
	switch unit {
	case "day":
		return ms / dayMilli
	case "week":
		return ms / (7 * dayMilli)
	}
	if step, ok := clockSteps[unit]; ok {
		return ms / step
	}
	n := int64(to.Year()-from.Year())*12 + int64(to.Month()-from.Month())
	switch {
	case n > 0 && addMonths(from, n).After(to):
		n--
	case n < 0 && addMonths(from, n).Before(to):
		n++
	}
	return n / monthSteps[unit]
}
