package wire

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// formatTime writes a time in one of the models' formats.
func formatTime(t time.Time, format string) string {
	t = t.UTC()
	switch format {
	case "unixTimestamp":
		return epoch(t)
	case "rfc822":
		return t.Format("Mon, 02 Jan 2006 15:04:05 GMT")
	}
	return t.Format("2006-01-02T15:04:05.999Z")
}

// epoch is seconds since 1970, with milliseconds when there are any.
func epoch(t time.Time) string {
	if t.Nanosecond()/1e6 == 0 {
		return strconv.FormatInt(t.Unix(), 10)
	}
	return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', -1, 64)
}

var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly,
	time.RFC1123, time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 MST", time.RFC850, time.ANSIC,
}

// parseTime reads a time in whatever format an answer has it: the models are not always right about it.
func parseTime(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return fromEpoch(n)
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time", clip(s))
}

func fromEpoch(n float64) (time.Time, error) {
	if !(n > -1e12 && n < 1e12) {
		if n > -1e15 && n < 1e15 { // milliseconds
			return time.UnixMilli(int64(n)).UTC(), nil
		}
		return time.Time{}, fmt.Errorf("%g is not a time", n)
	}
	seconds := int64(n)
	return time.Unix(seconds, int64((n-float64(seconds))*1e6+0.5*sign(n))*1e3).UTC(), nil
}

func sign(n float64) float64 {
	if n < 0 {
		return -1
	}
	return 1
}
