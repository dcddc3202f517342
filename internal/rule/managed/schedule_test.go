package managed

import (
	"testing"
	"time"
)

func TestLongestGap(t *testing.T) {
	const day = 24 * time.Hour
	for schedule, want := range map[string]time.Duration{
		"rate(1 day)":                 day,
		"rate(12 hours)":              12 * time.Hour,
		"rate(30 minutes)":            30 * time.Minute,
		"cron(0 5 ? * * *)":           day,
		"cron(0 5 * * ? *)":           day,
		"cron(0/15 * * * ? *)":        15 * time.Minute,
		"cron(0 0,18 * * ? *)":        18 * time.Hour,
		"cron(0 6-8 * * ? *)":         22 * time.Hour,
		"cron(0 5 ? * MON-FRI *)":     3 * day,
		"cron(0 5 ? * 1 *)":           7 * day,
		"cron(0 5 ? * sun,WED *)":     4 * day,
		"cron(0 5 1 * ? *)":           31 * day,
		"cron(0 5 L * ? *)":           31 * day,
		"cron(0 5 31 * ? *)":          61 * day,
		"cron(0 5 1 JAN ? *)":         366 * day,
		"cron(0 5 1 1/3 ? *)":         92 * day,
		"cron(0 5 1,15 * ? *)":        17 * day,
		" cron(0 8 1 * ? *) ":         31 * day,
		"cron(30 5 ? * * )":           day,
		"cron(0 5 ? * 2#1 *)":         0,
		"cron(0 5 15W * ? *)":         0,
		"cron(0 5 ? * * 2027)":        0,
		"cron(0 25 ? * * *)":          0,
		"cron(0 5 ? * FRI-MON *)":     0,
		"cron(0 5 30 2 ? *)":          0,
		"cron(0 5/0 * * ? *)":         0,
		"cron(0 5)":                   0,
		"rate(0 days)":                0,
		"rate(1 month)":               0,
		"rate(1 day":                  0,
		"daily":                       0,
		"":                            0,
		"cron(-1 5 * * ? *)":          0,
		"rate(99999999999999999 day)": 0,
	} {
		got, ok := longestGap(schedule)
		if ok != (want > 0) || ok && got != want {
			t.Errorf("%q: %v, %v, want %v", schedule, got, ok, want)
		}
	}
}

func FuzzLongestGap(f *testing.F) {
	for _, s := range []string{"cron(0 5 ? * MON-FRI *)", "rate(1 day)", "cron(0/15 1-5,7 L 1/3 ? *)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if gap, ok := longestGap(s); ok && gap <= 0 {
			t.Errorf("%q: a gap of %v", s, gap)
		}
	})
}
