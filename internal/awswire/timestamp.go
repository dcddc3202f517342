package awswire

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// isoLayouts are the date-time texts accepted, the usual one first; those without a zone mean UTC.
var isoLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999",
	"2006-01-02T15:04Z07:00", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", time.DateOnly,
}

// appendEpoch writes a time as seconds, with milliseconds where there are some.
func appendEpoch(buf []byte, t time.Time) []byte {
	ms := t.UnixMilli()
	if ms < 0 {
		buf = append(buf, '-')
		ms = -ms
	}
	buf = strconv.AppendInt(buf, ms/1000, 10)
	if rest := ms % 1000; rest != 0 {
		buf = append(buf, strings.TrimRight(fmt.Sprintf(".%03d", rest), "0")...)
	}
	return buf
}

// formatISO writes a time as ISO 8601, with milliseconds where there are some.
func formatISO(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999Z") }

func formatHTTP(t time.Time) string { return t.UTC().Format(http.TimeFormat) }

// Times are accepted from year 1 to 9999, which every format can write.
const (
	firstSecond = -62135596800
	lastSecond  = 253402300799
)

// parseEpoch reads seconds with a fraction, keeping milliseconds exactly.
func parseEpoch(text string) (time.Time, error) {
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || !(seconds >= firstSecond && seconds <= lastSecond) {
		return time.Time{}, fmt.Errorf("%q is not a time in seconds since 1970", text)
	}
	whole, fraction := math.Modf(seconds)
	micros := math.Round(fraction * 1e6)
	return time.Unix(int64(whole), int64(micros)*1000).UTC(), nil
}

// parseTime reads any of the forms clients send: ISO 8601, HTTP dates and seconds since 1970.
func parseTime(text string) (time.Time, error) {
	for _, layout := range isoLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	if t, err := http.ParseTime(text); err == nil {
		return t.UTC(), nil
	}
	if t, err := parseEpoch(text); err == nil {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("%q is not a time: use ISO 8601, e.g. 2026-01-31T12:00:00Z", text)
}
