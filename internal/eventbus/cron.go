package eventbus

import (
	"strconv"
	"strings"
	"time"
)

// cron is AWS's cron expression: minutes hours day-of-month month day-of-week year, in UTC. One of the two days is "?".
type cron struct {
	minutes, hours, months, years map[int]bool
	day                           func(time.Time) bool
}

var (
	monthNames = strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")
	dayNames   = strings.Fields("SUN MON TUE WED THU FRI SAT")
)

// lastYear is the last that a cron expression can name.
const lastYear = 2199

func parseCron(text, inner string) (*cron, error) {
	f := strings.Fields(strings.ToUpper(inner))
	if len(f) != 6 {
		return nil, badSchedule(text, "a cron expression has six fields: minutes, hours, day of month, month, day of week, year.")
	}
	if (f[2] == "?") == (f[4] == "?") {
		return nil, badSchedule(text, "one of day of month and day of week must be ?, and the other must not.")
	}
	c := &cron{}
	var bad string
	set := func(field string, low, high int, names []string) map[int]bool {
		out, ok := cronSet(field, low, high, names)
		if !ok && bad == "" {
			bad = field
		}
		return out
	}
	c.minutes, c.hours = set(f[0], 0, 59, nil), set(f[1], 0, 23, nil)
	c.months, c.years = set(f[3], 1, 12, monthNames), set(f[5], 1970, lastYear, nil)
	var ok bool
	if f[4] == "?" {
		c.day, ok = dayOfMonth(f[2])
	} else {
		c.day, ok = dayOfWeek(f[4])
	}
	if !ok {
		bad = strings.Trim(f[2]+f[4], "?")
	}
	if bad != "" {
		return nil, badSchedule(text, "the field "+bad+" is not valid.")
	}
	return c, nil
}

// cronSet reads a list of values, ranges and steps.
func cronSet(field string, low, high int, names []string) (map[int]bool, bool) {
	out := map[int]bool{}
	for part := range strings.SplitSeq(field, ",") {
		span, stepText, stepped := strings.Cut(part, "/")
		step := 1
		if stepped {
			n, err := strconv.Atoi(stepText)
			if err != nil || n < 1 {
				return nil, false
			}
			step = n
		}
		from, to := low, high
		if span != "*" {
			a, b, ranged := strings.Cut(span, "-")
			var ok bool
			if from, ok = cronValue(a, low, high, names); !ok {
				return nil, false
			}
			switch {
			case ranged:
				if to, ok = cronValue(b, low, high, names); !ok || to < from {
					return nil, false
				}
			case !stepped:
				to = from
			}
		}
		for v := from; v <= to; v += step {
			out[v] = true
		}
	}
	return out, true
}

func cronValue(s string, low, high int, names []string) (int, bool) {
	for i, n := range names {
		if s == n {
			return low + i, true
		}
	}
	v, err := strconv.Atoi(s)
	return v, err == nil && v >= low && v <= high
}

// dayOfMonth reads days, L for the last, and 15W for the weekday nearest to the 15th.
func dayOfMonth(field string) (func(time.Time) bool, bool) {
	if field == "L" {
		return func(t time.Time) bool { return t.Day() == monthEnd(t) }, true
	}
	if text, ok := strings.CutSuffix(field, "W"); ok {
		n, ok := cronValue(text, 1, 31, nil)
		return func(t time.Time) bool { return t.Day() == nearestWeekday(t, n) }, ok
	}
	set, ok := cronSet(field, 1, 31, nil)
	return func(t time.Time) bool { return set[t.Day()] }, ok
}

// dayOfWeek reads days of which SUN is 1, L for the last of the week, 6L for the last Friday and 3#2 for the second
// Tuesday of the month.
func dayOfWeek(field string) (func(time.Time) bool, bool) {
	weekday := func(t time.Time) int { return int(t.Weekday()) + 1 }
	if field == "L" {
		return func(t time.Time) bool { return weekday(t) == 7 }, true
	}
	if text, ok := strings.CutSuffix(field, "L"); ok {
		n, ok := cronValue(text, 1, 7, dayNames)
		return func(t time.Time) bool { return weekday(t) == n && t.Day() > monthEnd(t)-7 }, ok
	}
	if text, which, ok := strings.Cut(field, "#"); ok {
		n, ok := cronValue(text, 1, 7, dayNames)
		k, ok2 := cronValue(which, 1, 5, nil)
		return func(t time.Time) bool { return weekday(t) == n && (t.Day()-1)/7+1 == k }, ok && ok2
	}
	set, ok := cronSet(field, 1, 7, dayNames)
	return func(t time.Time) bool { return set[weekday(t)] }, ok
}

func monthEnd(t time.Time) int {
	return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// nearestWeekday is the weekday nearest to a day, in the same month.
func nearestWeekday(t time.Time, day int) int {
	end := monthEnd(t)
	day = min(day, end)
	switch time.Date(t.Year(), t.Month(), day, 0, 0, 0, 0, time.UTC).Weekday() {
	case time.Saturday:
		if day == 1 {
			return 3
		}
		return day - 1
	case time.Sunday:
		if day == end {
			return day - 2
		}
		return day + 1
	}
	return day
}

// next is the first minute after a time that fits; zero when none does.
func (c *cron) next(after time.Time) time.Time {
	t := after.UTC().Truncate(time.Minute).Add(time.Minute)
	for t.Year() <= lastYear {
		switch {
		case !c.years[t.Year()]:
			t = time.Date(t.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
		case !c.months[int(t.Month())]:
			t = time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC)
		case !c.day(t):
			t = time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, time.UTC)
		case !c.hours[t.Hour()]:
			t = t.Truncate(time.Hour).Add(time.Hour)
		case !c.minutes[t.Minute()]:
			t = t.Add(time.Minute)
		default:
			return t
		}
	}
	return time.Time{}
}
