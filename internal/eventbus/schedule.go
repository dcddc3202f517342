package eventbus

import (
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// schedule tells when a rule is due after a time; zero: never again.
type schedule func(after time.Time) time.Time

func badSchedule(text, why string) error {
	return fault.Invalidf("ScheduleExpression", "Parameter ScheduleExpression is not valid. %q: %s", text, why)
}

// parseSchedule reads rate(5 minutes) or cron(0 12 * * ? *), in UTC.
func parseSchedule(text string) (schedule, error) {
	kind, rest, ok := strings.Cut(text, "(")
	inner, closed := strings.CutSuffix(rest, ")")
	if !ok || !closed {
		return nil, badSchedule(text, "it must be rate(...) or cron(...).")
	}
	switch kind {
	case "rate":
		return parseRate(text, inner)
	case "cron":
		c, err := parseCron(text, inner)
		if err != nil {
			return nil, err
		}
		return c.next, nil
	}
	return nil, badSchedule(text, "it must be rate(...) or cron(...).")
}

// longestRate keeps what is due within what times can tell.
const longestRate = 100 * 365 * 24 * time.Hour

func parseRate(text, inner string) (schedule, error) {
	f := strings.Fields(inner)
	if len(f) != 2 {
		return nil, badSchedule(text, "a rate is a number and a unit.")
	}
	n, err := strconv.Atoi(f[0])
	if err != nil || n < 1 || n > 1_000_000 {
		return nil, badSchedule(text, "the number must be a whole one above 0.")
	}
	units := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
	unit, plural := strings.CutSuffix(f[1], "s")
	d := units[unit]
	if d == 0 || plural != (n > 1) {
		return nil, badSchedule(text, "the unit must be minute, hour or day behind 1, and minutes, hours or days behind more.")
	}
	if n > int(longestRate/d) {
		return nil, badSchedule(text, "it is longer than a hundred years.")
	}
	every := time.Duration(n) * d
	return func(after time.Time) time.Time { return after.Add(every) }, nil
}

// plan sets when the rule's schedule is due next.
func (r *Rule) plan(now time.Time) {
	r.Next = time.Time{}
	if r.Schedule == "" || r.State == Disabled {
		return
	}
	if s, err := parseSchedule(r.Schedule); err == nil { // checked when it was put
		r.Next = s(now)
	}
}
