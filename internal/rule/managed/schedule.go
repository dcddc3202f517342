package managed

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// longestGap is the longest time between two runs of a schedule, given as AWS writes schedules: rate(...) or
// cron(...). ok is false for what it does not understand: years, nearest weekdays (W) and numbered weekdays (#).
func longestGap(schedule string) (gap time.Duration, ok bool) {
	kind, rest, _ := strings.Cut(strings.TrimSpace(schedule), "(")
	body, closed := strings.CutSuffix(rest, ")")
	if !closed {
		return 0, false
	}
	switch kind {
	case "rate":
		return rateGap(body)
	case "cron":
		return cronGap(strings.Fields(body))
	}
	return 0, false
}

func rateGap(body string) (time.Duration, bool) {
	number, unit, _ := strings.Cut(strings.TrimSpace(body), " ")
	n, err := strconv.ParseUint(number, 10, 16)
	each := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}[strings.TrimSuffix(strings.TrimSpace(unit), "s")]
	return time.Duration(n) * each, err == nil && n > 0 && each > 0
}

var (
	monthNames = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	dayNames   = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
)

// cronGap takes minutes, hours, days of the month, months, days of the week (1 is Sunday) and years.
func cronGap(f []string) (time.Duration, bool) {
	if len(f) < 5 || len(f) > 6 || len(f) == 6 && f[5] != "*" {
		return 0, false
	}
	last := f[2] == "L"
	if last {
		f = slices.Concat(f[:2], []string{"*"}, f[3:])
	}
	var sets [5]uint64
	for i, limit := range []struct {
		low, high int
		names     []string
	}{{0, 59, nil}, {0, 23, nil}, {1, 31, nil}, {1, 12, monthNames}, {1, 7, dayNames}} {
		var ok bool
		if sets[i], ok = cronSet(f[i], limit.low, limit.high, limit.names); !ok {
			return 0, false
		}
	}
	times := runsOfDay(sets[0], sets[1])
	longest := time.Duration(0)
	for i := range times[1:] {
		longest = max(longest, times[i+1]-times[i])
	}
	// Four years hold every length of month and year.
	var before time.Time
	days := 0
	for d := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() < 2031; d = d.AddDate(0, 0, 1) {
		if !has(sets[3], int(d.Month())) || !has(sets[2], d.Day()) || !has(sets[4], int(d.Weekday())+1) || last && d.AddDate(0, 0, 1).Day() != 1 {
			continue
		}
		if days++; days > 1 {
			longest = max(longest, d.Sub(before)-times[len(times)-1]+times[0])
		}
		before = d
	}
	return longest, days > 1
}

// runsOfDay are the times of a day at which a schedule runs, in order.
func runsOfDay(minutes, hours uint64) (times []time.Duration) {
	for h := range 24 {
		for m := range 60 {
			if has(hours, h) && has(minutes, m) {
				times = append(times, time.Duration(h*60+m)*time.Minute)
			}
		}
	}
	return times
}

func has(set uint64, n int) bool { return set>>n&1 == 1 }

// cronSet reads one field: values, ranges, lists and steps; names stand for numbers.
func cronSet(field string, low, high int, names []string) (set uint64, ok bool) {
	for part := range strings.SplitSeq(field, ",") {
		span, stepText, stepped := strings.Cut(part, "/")
		step := 1
		if stepped {
			var err error
			if step, err = strconv.Atoi(stepText); err != nil || step < 1 {
				return 0, false
			}
		}
		from, to := low, high
		if span != "*" && span != "?" {
			a, b, isRange := strings.Cut(span, "-")
			if from, ok = cronValue(a, low, high, names); !ok {
				return 0, false
			}
			if isRange {
				if to, ok = cronValue(b, low, high, names); !ok || to < from {
					return 0, false
				}
			} else if !stepped {
				to = from
			}
		}
		for n := from; n <= to; n += step {
			set |= 1 << n
		}
	}
	return set, set != 0
}

func cronValue(s string, low, high int, names []string) (int, bool) {
	if i := slices.Index(names, strings.ToUpper(s)); i >= 0 {
		return i + low, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= low && n <= high
}
