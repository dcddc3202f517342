package automation

import (
	"regexp"
	"strconv"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// maxSleep is what the user guide allows: a second below seven days.
const maxSleep = 604_799 * time.Second

var durationPattern = regexp.MustCompile(`^P(?:(\d{1,3})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$`)

// parseDuration reads an ISO 8601 duration of days, hours, minutes and seconds.
func parseDuration(s string) (time.Duration, error) {
	m := durationPattern.FindStringSubmatch(s)
	if m == nil || s == "P" || s[len(s)-1] == 'T' {
		return 0, fault.New(fault.Invalid, "%s is no ISO 8601 duration such as PT10M", shorten(s))
	}
	var d time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi("0" + m[i+1])
		d += time.Duration(n) * unit
	}
	if d > maxSleep {
		return 0, fault.New(fault.Invalid, "%s is longer than 604799 seconds", s)
	}
	return d, nil
}
