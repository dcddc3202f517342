package insight_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/insight"
	"github.com/tickmark/tickmark/internal/trail"
)

func (b *bench) rates(q insight.RateQuery) (out string) {
	b.Helper()
	r := insight.NewReader(b.store, b.events, b.clock)
	for {
		rates, more, err := r.Rates(b.Context(), q)
		if err != nil {
			b.Fatal(err)
		}
		for _, x := range rates {
			out += fmt.Sprintf("%s %g; ", x.Time().Format("02 15:04"), x.Mean)
		}
		if !more {
			return out
		}
		q.After = rates[len(rates)-1].Minute
	}
}

func TestRates(t *testing.T) {
	b := newBench(t)
	at := func(day, h, m int) time.Time { return time.Date(2026, 1, day, h, m, 30, 0, time.UTC) }
	b.append(b.burst(run, at(14, 10, 1), 3, 0)...)
	b.append(b.burst(run, at(14, 10, 4), 3, time.Minute)...)
	b.append(b.burst(run, at(14, 11, 30), 30, 0)...)
	b.append(b.burst(run, at(1, 3, 3), 6, 0)...)
	b.append(b.burst(denied, at(14, 10, 1), 6, 0)...)
	b.catch()
	b.clock.Advance(20 * 24 * time.Hour) // from here on some days are known by five minutes alone
	b.append(b.at(put, now, "one more"))
	b.catch()
	m := insight.Metric{Account: ours, Region: place, Category: trail.Management, Source: run.source, Name: run.name}
	failed := m
	failed.Source, failed.Name, failed.ErrorCode = denied.source, denied.name, "AccessDenied"
	elsewhere := m
	elsewhere.Account = theirs
	for _, c := range []struct {
		name string
		q    insight.RateQuery
		want string
	}{
		{"hours", insight.RateQuery{Metric: m, Period: 60}, "01 03:00 0.1; 14 10:00 0.1; 14 11:00 0.5; "},
		{"five minutes", insight.RateQuery{Metric: m, Period: 5, From: at(14, 0, 0)}, "14 10:00 0.8; 14 10:05 0.4; 14 11:30 6; "},
		{"until", insight.RateQuery{Metric: m, Period: 5, From: at(14, 10, 4), To: time.Date(2026, 1, 14, 11, 30, 0, 0, time.UTC)}, "14 10:05 0.4; "},
		{"from", insight.RateQuery{Metric: m, Period: 5, From: time.Date(2026, 1, 14, 11, 30, 0, 0, time.UTC)}, "14 11:30 6; "},
		{"minutes of long ago", insight.RateQuery{Metric: m, Period: 1}, ""},
		{"zeros", insight.RateQuery{Metric: m, Period: 60, From: at(14, 8, 0), To: at(14, 11, 0), Zeros: true}, "14 09:00 0; 14 10:00 0.1; 14 11:00 0.5; "},
		{"errors", insight.RateQuery{Metric: failed, Period: 60}, "14 10:00 0.1; "},
		{"elsewhere", insight.RateQuery{Metric: elsewhere, Period: 60}, ""},
	} {
		for _, limit := range []int{1, 2, 21600} {
			c.q.Limit = limit
			if got := b.rates(c.q); got != c.want {
				t.Errorf("%s by %d: %s, want %s", c.name, limit, got, c.want)
			}
		}
	}
}

func TestDataEvents(t *testing.T) {
	b := newBench(t)
	b.append(b.morning()...)
	b.append(b.burst(put, time.Date(2026, 1, 14, 11, 30, 0, 0, time.UTC), 400, time.Second)...)
	b.catch()
	r := insight.NewReader(b.store, b.events, b.clock)
	ask := func(q insight.EventQuery) (got string) {
		for {
			p, err := r.DataEvents(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range p.Events {
				got += e.Name + " " + e.Time.Format("15:04") + "; "
			}
			if q.After = p.Next; p.Next.IsZero() {
				return got
			}
		}
	}
	all := b.told(ours)
	end := slices.IndexFunc(all, func(e trail.Event) bool {
		return e.Name == put.name && trail.MemberText(e.Raw, "insightDetails", "state") == "End"
	})
	scope := arn.In(ours, place)
	for _, c := range []struct {
		name string
		q    insight.EventQuery
		want string
	}{
		{"all", insight.EventQuery{Scope: scope}, "PutObject 11:37; PutObject 11:30; PutObject 10:07; PutObject 10:00; "},
		{"one", insight.EventQuery{Scope: scope, ID: all[end].ID}, "PutObject 10:07; "},
		{"by name and time", insight.EventQuery{Scope: scope, Name: put.name, Source: put.source, From: all[end].Time, To: all[end].Time}, "PutObject 10:07; "},
		{"of management events", insight.EventQuery{Scope: scope, Name: run.name}, ""},
		{"elsewhere", insight.EventQuery{Scope: arn.In(theirs, place)}, ""},
	} {
		for _, limit := range []int{1, 3, 50} {
			c.q.Limit = limit
			if got := ask(c.q); got != c.want {
				t.Errorf("%s by %d: %s, want %s", c.name, limit, got, c.want)
			}
		}
	}
}
