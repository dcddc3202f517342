package fn

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// instants are the functions between timestamps, zones, numbers and ISO 8601.
func instants() []*value.Function {
	return group(
		&value.Function{Signature: value.Sign("now() timestamp with time zone"), Row: func(c *value.Context, _ []value.Value) (value.Value, error) {
			return value.Zoned{Milli: c.Now.UnixMilli(), Zone: "UTC"}, nil
		}},
		pure("current_timezone() varchar", func(values) value.Value { return "UTC" }),
		row("at_timezone(timestamp with time zone, varchar) timestamp with time zone", func(a values) (value.Value, error) {
			return inZone("at_timezone", a.zoned(0).Milli, a.str(1))
		}),
		row("at_timezone(timestamp with time zone, interval day to second) timestamp with time zone", func(a values) (value.Value, error) {
			return inZone("at_timezone", a.zoned(0).Milli, offsetZone(a.int(1)/60_000))
		}),
		row("with_timezone(timestamp, varchar) timestamp with time zone", func(a values) (value.Value, error) {
			z, err := value.InZone(a.int(0), a.str(1))
			return z, err
		}),
		row("from_unixtime(double) timestamp with time zone", func(a values) (value.Value, error) { return fromUnix(a.float(0), "UTC") }),
		row("from_unixtime(double, varchar) timestamp with time zone", func(a values) (value.Value, error) { return fromUnix(a.float(0), a.str(1)) }),
		row("from_unixtime(double, bigint, bigint) timestamp with time zone", func(a values) (value.Value, error) {
			return fromUnix(a.float(0), offsetZone(a.int(1)*60+a.int(2)))
		}),
		pure("from_unixtime_nanos(bigint) timestamp with time zone", func(a values) value.Value {
			return value.Zoned{Milli: time.Unix(0, a.int(0)).UnixMilli(), Zone: "UTC"}
		}),
		pure("to_unixtime(timestamp) double", func(a values) value.Value { return float64(a.int(0)) / 1000 }),
		pure("to_unixtime(timestamp with time zone) double", func(a values) value.Value { return float64(a.zoned(0).Milli) / 1000 }),
		pure("to_iso8601(date) varchar", func(a values) value.Value { return value.FormatDate(a.int(0)) }),
		pure("to_iso8601(timestamp) varchar", func(a values) value.Value { return strings.Replace(value.FormatTimestamp(a.int(0)), " ", "T", 1) }),
		pure("to_iso8601(timestamp with time zone) varchar", func(a values) value.Value {
			z := a.zoned(0)
			zone := "Z"
			if minutes := offset(z) / 60_000; minutes != 0 {
				zone = offsetZone(minutes)
			}
			return strings.Replace(value.FormatTimestamp(z.Wall()), " ", "T", 1) + zone
		}),
		row("from_iso8601_timestamp(varchar) timestamp with time zone", func(a values) (value.Value, error) { return fromISO("from_iso8601_timestamp", a.str(0)) }),
		row("from_iso8601_timestamp_nanos(varchar) timestamp with time zone", func(a values) (value.Value, error) { return fromISO("from_iso8601_timestamp_nanos", a.str(0)) }),
		row("from_iso8601_date(varchar) date", func(a values) (value.Value, error) {
			t, ok := isoDate(a.str(0))
			if !ok {
				return nil, value.Errorf("from_iso8601_date: %s is not a date of ISO 8601", quote(a.str(0)))
			}
			return value.DateOf(t), nil
		}),
	)
}

func inZone(function string, milli int64, zone string) (value.Value, error) {
	if _, err := value.Location(zone); err != nil {
		return nil, value.Errorf("%s: %s is not a time zone", function, quote(zone))
	}
	return value.Zoned{Milli: milli, Zone: zone}, nil
}

// offsetZone is the zone whose clock is ahead by minutes.
func offsetZone(minutes int64) string {
	sign := '+'
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	return fmt.Sprintf("%c%02d:%02d", sign, minutes/60, minutes%60)
}

func fromUnix(seconds float64, zone string) (value.Value, error) {
	ms := math.Round(seconds * 1000)
	if math.IsNaN(ms) || math.Abs(ms) > maxMilli {
		return nil, value.Errorf("from_unixtime: %v is out of range", seconds)
	}
	return inZone("from_unixtime", int64(ms), zone)
}

// fromISO reads a date, T, a time and a zone; all but the year may be missing from the right.
func fromISO(function, s string) (value.Value, error) {
	bad := value.Errorf("%s: %s is not a timestamp of ISO 8601", function, quote(s))
	date, clock, _ := strings.Cut(s, "T")
	t, ok := isoDate(date)
	if !ok {
		return nil, bad
	}
	clock, zone := isoZone(clock)
	ms, ok := isoClock(clock)
	if !ok {
		return nil, bad
	}
	z, err := value.InZone(value.WallMilli(t)+ms, zone)
	if err != nil {
		return nil, bad
	}
	return z, nil
}

func isoZone(clock string) (rest, zone string) {
	if rest, ok := strings.CutSuffix(clock, "Z"); ok {
		return rest, "UTC"
	}
	if i := strings.LastIndexAny(clock, "+-"); i >= 0 {
		zone = clock[i:]
		if len(zone) == 3 {
			zone += ":00"
		}
		return clock[:i], zone
	}
	return clock, "UTC"
}

func isoClock(s string) (int64, bool) {
	if s == "" {
		return 0, true
	}
	if len(s) == 2 {
		s += ":00"
	}
	return value.ParseTime(strings.Replace(s, ",", ".", 1))
}

// isoDate reads 2024, 2024-03, 2024-03-05, 2024-065, 2024-W10 and 2024-W10-2.
func isoDate(s string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02", "2006-01", "2006", "2006-002"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	var year, week, day int
	n, err := fmt.Sscanf(s, "%4d-W%2d-%1d", &year, &week, &day)
	if n == 2 && err != nil && len(s) == 8 {
		day, err = 1, nil
	}
	if err != nil || week < 1 || week > 53 || day < 1 || day > 7 || n == 3 && len(s) != 10 {
		return time.Time{}, false
	}
	return isoWeek(year, week, day), true
}

// isoWeek is a day of a week; the fourth of January is always in the first one.
func isoWeek(year, week, day int) time.Time {
	t := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
	return t.AddDate(0, 0, 7*(week-1)+day-weekday(t))
}
