package value

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones by name on machines that have none
)

// dayMilli is the milliseconds of a day.
const dayMilli = 24 * 60 * 60 * 1000

// Location is a time zone by its IANA name or an offset such as +02:00; "" is UTC.
func Location(zone string) (*time.Location, error) {
	switch zone {
	case "", "UTC", "Z", "GMT":
		return time.UTC, nil
	}
	if zone[0] == '+' || zone[0] == '-' {
		if s, ok := offset(zone); ok {
			return time.FixedZone(zone, s), nil
		}
		return nil, Errorf("'%s' is not a valid time zone", zone)
	}
	if strings.EqualFold(zone, "local") {
		return nil, Errorf("'%s' is not a valid time zone", zone)
	}
	if loc, ok := locations.Load(zone); ok {
		return loc.(*time.Location), nil
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, Errorf("'%s' is not a valid time zone", zone)
	}
	locations.Store(zone, loc)
	return loc, nil
}

// locations are the zones by name that have been asked for: reading one takes a thousand times as long as a look-up.
// There are some hundreds.
var locations sync.Map

// offset is the seconds of +hh:mm or +hh.
func offset(s string) (int, bool) {
	h, m, ok := strings.Cut(s[1:], ":")
	if !ok {
		m = "00"
		if len(h) == 4 {
			h, m = h[:2], h[2:]
		}
	}
	hours, err := strconv.ParseUint(h, 10, 8)
	minutes, err2 := strconv.ParseUint(m, 10, 8)
	if err != nil || err2 != nil || hours > 14 || minutes > 59 {
		return 0, false
	}
	n := int(hours*3600 + minutes*60)
	if s[0] == '-' {
		n = -n
	}
	return n, true
}

// DateOf is the day of a time on the wall.
func DateOf(t time.Time) int64 { return floorDiv(WallMilli(t), dayMilli) }

// WallMilli is a timestamp: the milliseconds of what the clock on the wall shows.
func WallMilli(t time.Time) int64 {
	_, offset := t.Zone()
	return t.UnixMilli() + int64(offset)*1000
}

// TimeOf is a timestamp as a time in UTC.
func TimeOf(wall int64) time.Time { return time.UnixMilli(wall).UTC() }

// TimeOfDate is the start of a day.
func TimeOfDate(day int64) time.Time { return time.Unix(day*86400, 0).UTC() }

// InZone is the instant at which clocks in the zone show a timestamp.
func InZone(wall int64, zone string) (Zoned, error) {
	loc, err := Location(zone)
	if err != nil {
		return Zoned{}, err
	}
	t := TimeOf(wall)
	u := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), loc)
	return Zoned{u.UnixMilli(), zone}, nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (int64, bool) {
	t, ok := dateParts(strings.TrimSpace(s))
	return floorDiv(t, dayMilli), ok
}

// dateParts reads [-]Y...-M-D, as Trino does with one or two digits of month and day, to milliseconds.
func dateParts(s string) (int64, bool) {
	sign := 1
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		sign, s = -1, rest
	}
	parts := strings.Split(s, "-")
	if len(parts) != 3 || len(parts[0]) < 4 || len(parts[0]) > 6 || len(parts[1]) > 2 || len(parts[2]) > 2 {
		return 0, false
	}
	var n [3]int
	for i, p := range parts {
		x, err := strconv.ParseUint(p, 10, 31)
		if err != nil {
			return 0, false
		}
		n[i] = int(x)
	}
	t := time.Date(sign*n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC)
	return t.UnixMilli(), t.Day() == n[2] && int(t.Month()) == n[1]
}

// ParseTime reads H:MM[:SS[.fff]]; what is finer than milliseconds is cut.
func ParseTime(s string) (int64, bool) {
	parts := strings.Split(strings.TrimSpace(s), ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	h, err := strconv.ParseUint(parts[0], 10, 8)
	m, err2 := strconv.ParseUint(parts[1], 10, 8)
	if err != nil || err2 != nil || h > 23 || m > 59 || len(parts[0]) > 2 || len(parts[1]) > 2 {
		return 0, false
	}
	ms := int64(h*3600+m*60) * 1000
	if len(parts) == 3 {
		s, frac, dotted := strings.Cut(parts[2], ".")
		n, err := strconv.ParseUint(s, 10, 8)
		if err != nil || n > 59 || len(s) > 2 || dotted && frac == "" {
			return 0, false
		}
		ms += int64(n) * 1000
		for i, c := range []byte((frac + "000")[:3]) {
			if c < '0' || c > '9' {
				return 0, false
			}
			ms += int64(c-'0') * [...]int64{100, 10, 1}[i]
		}
		if len(frac) > 12 || strings.Trim(frac, "0123456789") != "" {
			return 0, false
		}
	}
	return ms, true
}

// ParseTimestamp reads YYYY-MM-DD[ H:MM[:SS[.fff]]] and what time zone stands behind it, "" when none does. A `T`
// between date and time is accepted, as Trino does.
func ParseTimestamp(s string) (wall int64, zone string, ok bool) {
	s = strings.TrimSpace(s)
	end := strings.IndexAny(s, " T")
	if end < 0 {
		ms, ok := dateParts(s)
		return ms, "", ok
	}
	day, ok := dateParts(s[:end])
	if !ok {
		return 0, "", false
	}
	rest := strings.TrimSpace(s[end+1:])
	at := strings.IndexFunc(rest, func(r rune) bool { return !(r >= '0' && r <= '9' || r == ':' || r == '.') })
	clock := rest
	if at >= 0 {
		clock, zone = rest[:at], strings.TrimSpace(rest[at:])
		if zone == "Z" {
			zone = "UTC"
		}
	}
	ms, ok := ParseTime(clock)
	return day + ms, zone, ok
}

// FormatDate prints a date.
func FormatDate(day int64) string { return printDay(day * dayMilli) }

func printDay(wall int64) string {
	t := TimeOf(wall)
	if y := t.Year(); y < 0 || y > 9999 {
		return fmt.Sprintf("%05d-%02d-%02d", y, int(t.Month()), t.Day())
	}
	return t.Format(time.DateOnly)
}

// FormatTime prints a time of day.
func FormatTime(ms int64) string {
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3600000, ms/60000%60, ms/1000%60, ms%1000)
}

// FormatTimestamp prints a timestamp.
func FormatTimestamp(wall int64) string {
	return printDay(wall) + " " + FormatTime(floorMod(wall, dayMilli))
}

func formatIntervalDay(ms int64) string {
	sign := ""
	if ms < 0 {
		sign, ms = "-", -ms
	}
	return sign + strconv.FormatInt(ms/dayMilli, 10) + " " + FormatTime(ms%dayMilli)
}

func formatIntervalYear(months int64) string {
	sign := ""
	if months < 0 {
		sign, months = "-", -months
	}
	return fmt.Sprintf("%s%d-%d", sign, months/12, months%12)
}
