package eventbus_test

import (
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/eventbus"
	"github.com/tickmark/tickmark/internal/fault"
)

func TestSchedules(t *testing.T) {
	after := time.Date(2026, 1, 15, 12, 0, 30, 0, time.UTC) // a Thursday
	for text, want := range map[string]string{
		"rate(1 minute)":              "2026-01-15T12:01:30Z",
		"rate(5 minutes)":             "2026-01-15T12:05:30Z",
		"rate(2 hours)":               "2026-01-15T14:00:30Z",
		"rate(1 day)":                 "2026-01-16T12:00:30Z",
		"cron(0 10 * * ? *)":          "2026-01-16T10:00:00Z",
		"cron(15 12 * * ? *)":         "2026-01-15T12:15:00Z",
		"cron(0 18 ? * MON-FRI *)":    "2026-01-15T18:00:00Z",
		"cron(0 8 1 * ? *)":           "2026-02-01T08:00:00Z",
		"cron(0/15 * * * ? *)":        "2026-01-15T12:15:00Z",
		"cron(0/10 * ? * SUN,7 *)":    "2026-01-17T00:00:00Z",
		"cron(0 0 L * ? *)":           "2026-01-31T00:00:00Z",
		"cron(0 0 31W 1 ? *)":         "2026-01-30T00:00:00Z",
		"cron(0 0 1W 2 ? *)":          "2026-02-02T00:00:00Z",
		"cron(0 0 1W 8 ? *)":          "2026-08-03T00:00:00Z",
		"cron(0 0 31W 5 ? *)":         "2026-05-29T00:00:00Z",
		"cron(0 9 ? * 6L *)":          "2026-01-30T09:00:00Z",
		"cron(0 9 ? * 2#1 *)":         "2026-02-02T09:00:00Z",
		"cron(0 9 ? * TUE#5 *)":       "2026-03-31T09:00:00Z",
		"cron(0 9 ? JUN L *)":         "2026-06-06T09:00:00Z",
		"cron(30 23 29 2 ? *)":        "2028-02-29T23:30:00Z",
		"cron(0 0 1 1 ? 2030-2031/1)": "2030-01-01T00:00:00Z",
		"cron(0 0 1 1 ? 2020)":        "",
		"cron(0 0 31 2 ? *)":          "",
	} {
		got, err := eventbus.Due(text, after)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if s := got.Format(time.RFC3339); s != want && (want != "" || !got.IsZero()) {
			t.Errorf("%s is due %s, want %s", text, s, want)
		}
	}
	for _, text := range []string{
		"", "rate", "rate(5 minutes", "rate(1 minutes)", "rate(5 minute)", "rate(0 minutes)", "rate(x hours)", "rate(1000000 days)", "rate(36501 days)", "rate(5 weeks)", "rate(5)", "at(2026-01-01T00:00:00)",
		"cron(0 10 * * *)", "cron(0 10 * * * *)", "cron(0 10 ? * ? *)", "cron(60 10 * * ? *)", "cron(0 24 * * ? *)", "cron(0 10 0 * ? *)", "cron(0 10 32W * ? *)",
		"cron(0 10 * 13 ? *)", "cron(0 10 ? * 8 *)", "cron(0 10 ? * XXX *)", "cron(0 10 ? * 2#6 *)", "cron(0 10 * * ? 1969)", "cron(0/0 10 * * ? *)", "cron(5-1 10 * * ? *)", "cron(a 10 * * ? *)",
	} {
		if _, err := eventbus.Due(text, after); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}
