package storetest

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/insight"
	"github.com/tickmark/tickmark/internal/store"
)

var insightTests = map[string]func(*testing.T, *Env){
	"Insights/Counts":    insightCounts,
	"Insights/Due":       insightDue,
	"Insights/Anomalies": insightAnomalies,
	"Insights/Age":       insightAge,
}

const insightDay = insight.Minute(20000 * 24 * 60)

func metricOf(account, region, name string) insight.Metric {
	return insight.Metric{Account: account, Region: region, Category: "Management", Source: "s.amazonaws.com", Name: name}
}

func wantCounts(t *testing.T, e *Env, m insight.Metric, from, to insight.Minute, want ...insight.Count) {
	t.Helper()
	read(t, e, func(tx *store.Tx) error {
		got, err := tx.InsightCounts(m, from, to)
		if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("counts of %v in [%d, %d): %v, want %v", m, from, to, got, want)
		}
		return err
	})
}

func insightCounts(t *testing.T, e *Env) {
	a, b := metricOf("111111111111", "eu-west-1", "A"), metricOf("222222222222", "eu-west-1", "A")
	failed := a
	failed.ErrorCode = "AccessDenied"
	d := insightDay
	write(t, e, func(tx *store.Tx) error {
		return tx.AddInsightCounts(a, d, []insight.Count{{Minute: d + 7, N: 2}, {Minute: d, N: 1}, {Minute: d + 7, N: 1}})
	})
	write(t, e, func(tx *store.Tx) error {
		if err := tx.AddInsightCounts(a, d, []insight.Count{{Minute: d + 1439, N: 300}, {Minute: d + 3, N: 1}}); err != nil {
			return err
		}
		if err := tx.AddInsightCounts(failed, d, []insight.Count{{Minute: d, N: 9}}); err != nil {
			return err
		}
		return tx.AddInsightCounts(a, d+1440, []insight.Count{{Minute: d + 1440, N: 4}})
	})
	e.Reopen(t)
	wantCounts(t, e, a, d, d+2880, insight.Count{Minute: d, N: 1}, insight.Count{Minute: d + 3, N: 1}, insight.Count{Minute: d + 7, N: 3},
		insight.Count{Minute: d + 1439, N: 300}, insight.Count{Minute: d + 1440, N: 4})
	wantCounts(t, e, a, d+7, d+1440, insight.Count{Minute: d + 7, N: 3}, insight.Count{Minute: d + 1439, N: 300})
	wantCounts(t, e, failed, d, d+2880, insight.Count{Minute: d, N: 9})
	wantCounts(t, e, b, d, d+2880)
}

func insightDue(t *testing.T, e *Env) {
	const a, b = "111111111111", "222222222222"
	m := func(i int) insight.Metric { return metricOf(a, "eu-west-1", fmt.Sprint("M", i)) }
	write(t, e, func(tx *store.Tx) error {
		for i := range 5 {
			if err := tx.NoteInsightDue(m(i), insight.Minute(100+i)); err != nil {
				return err
			}
		}
		return tx.NoteInsightDue(metricOf(b, "us-east-1", "M"), 1)
	})
	write(t, e, func(tx *store.Tx) error {
		if err := tx.NoteInsightDue(m(0), 150); err != nil { // later: nothing changes
			return err
		}
		if err := tx.NoteInsightDue(m(1), 50); err != nil {
			return err
		}
		if err := tx.SetInsightDue(m(2), 200); err != nil {
			return err
		}
		return tx.ClearInsightDue(m(3))
	})
	list := func(scope arn.Scope, before insight.Minute, limit int) (got string) {
		read(t, e, func(tx *store.Tx) error {
			var after insight.Metric
			for {
				due, err := tx.InsightsDue(scope, before, after, limit)
				for _, d := range due {
					got += fmt.Sprintf("%s@%d ", d.Name, d.From)
					after = d.Metric
				}
				if err != nil || len(due) < limit {
					return err
				}
			}
		})
		return got
	}
	for _, c := range []struct {
		scope  arn.Scope
		before insight.Minute
		want   string
	}{
		{arn.In(a, ""), 1000, "M0@100 M1@50 M2@200 M4@104 "},
		{arn.In(a, "eu-west-1"), 104, "M0@100 M1@50 "},
		{arn.In(a, "us-east-1"), 1000, ""},
		{arn.In(b, ""), 1000, "M@1 "},
		{arn.Everything(), 2, "M@1 "},
		{arn.Scope{}, 1000, ""},
	} {
		for _, limit := range []int{1, 3, 100} {
			if got := list(c.scope, c.before, limit); got != c.want {
				t.Errorf("%+v before %d by %d: %s, want %s", c.scope, c.before, limit, got, c.want)
			}
		}
	}
}

func insightAnomalies(t *testing.T, e *Env) {
	m, other := metricOf("111111111111", "eu-west-1", "A"), metricOf("222222222222", "eu-west-1", "A")
	found := func(m insight.Metric, start, end insight.Minute) insight.Found {
		return insight.Found{Metric: m, Anomaly: insight.Anomaly{Start: start, End: end, Seen: start + 2}}
	}
	one, two, three, foreign := found(m, 100, 110), found(m, 200, 0), found(m, 300, 305), found(other, 200, 0)
	write(t, e, func(tx *store.Tx) error {
		for _, a := range []insight.Found{one, two, three, foreign} {
			if err := tx.PutAnomaly(a); err != nil {
				return err
			}
		}
		one.Started, one.Ended, two.Started, three.Started = true, true, true, true
		for _, a := range []insight.Found{one, two, three} {
			if err := tx.PutAnomaly(a); err != nil {
				return err
			}
		}
		return nil
	})
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		for _, c := range []struct {
			name string
			read func() ([]insight.Found, error)
			want []insight.Found
		}{
			{"of a metric", func() ([]insight.Found, error) { return tx.Anomalies(m, 0) }, []insight.Found{one, two, three}},
			{"later", func() ([]insight.Found, error) { return tx.Anomalies(m, 110) }, []insight.Found{two, three}},
			{"in a scope", func() ([]insight.Found, error) {
				return tx.AnomaliesIn(arn.In(m.Account, "eu-west-1"), "Management", 0, 300, 9)
			}, []insight.Found{two, one}},
			{"the latest", func() ([]insight.Found, error) {
				return tx.AnomaliesIn(arn.In(m.Account, "eu-west-1"), "Management", 0, 999, 1)
			}, []insight.Found{three}},
			{"of data events", func() ([]insight.Found, error) { return tx.AnomaliesIn(arn.Everything(), "Data", 0, 999, 9) }, nil},
			{"elsewhere", func() ([]insight.Found, error) {
				return tx.AnomaliesIn(arn.In(m.Account, "us-east-1"), "Management", 0, 999, 9)
			}, nil},
			{"untold", func() ([]insight.Found, error) { return tx.AnomaliesUntold(9) }, []insight.Found{foreign, three}},
		} {
			got, err := c.read()
			if err != nil || len(got)+len(c.want) > 0 && !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s: %+v, %v; want %+v", c.name, got, err, c.want)
			}
		}
		return nil
	})
}

func insightAge(t *testing.T, e *Env) {
	m := metricOf("111111111111", "eu-west-1", "A")
	d := insightDay
	write(t, e, func(tx *store.Tx) error {
		for i := range insight.Minute(3) {
			day := d + i*1440
			if err := tx.AddInsightCounts(m, day, []insight.Count{{Minute: day + 1, N: 1}, {Minute: day + 4, N: 2}, {Minute: day + 7, N: 4}}); err != nil {
				return err
			}
		}
		if err := tx.NoteInsightDays(m.Account, "Management", []insight.Minute{d, d + 1440, d}); err != nil {
			return err
		}
		n, err := tx.CoarsenInsights(d+1440, 5, 10)
		if n != 1 {
			t.Errorf("%d days coarsened", n)
		}
		return err
	})
	write(t, e, func(tx *store.Tx) error {
		if n, err := tx.CoarsenInsights(d+1440, 5, 10); n != 0 || err != nil {
			t.Errorf("again %d days coarsened, %v", n, err)
		}
		return tx.AddInsightCounts(m, d, []insight.Count{{Minute: d + 9, N: 8}})
	})
	wantCounts(t, e, m, d, d+1450, insight.Count{Minute: d, N: 3}, insight.Count{Minute: d + 5, N: 12},
		insight.Count{Minute: d + 1441, N: 1}, insight.Count{Minute: d + 1444, N: 2}, insight.Count{Minute: d + 1447, N: 4})
	read(t, e, func(tx *store.Tx) error {
		days, err := tx.InsightDays(m.Account, "Management", d)
		if fmt.Sprint(days) != fmt.Sprint([]insight.Minute{d, d + 1440}) {
			t.Errorf("days %v", days)
		}
		if days, err := tx.InsightDays("222222222222", "Management", 0); err != nil || len(days) > 0 {
			t.Errorf("another's days %v, %v", days, err)
		}
		return err
	})
	write(t, e, func(tx *store.Tx) error {
		if n, err := tx.ForgetInsights(d+2880, 1); n != 1 || err != nil {
			t.Errorf("%d days forgotten, %v", n, err)
		}
		n, err := tx.ForgetInsights(d+2880, 10)
		if n != 1 {
			t.Errorf("then %d days forgotten", n)
		}
		days, err2 := tx.InsightDays(m.Account, "Management", 0)
		if err == nil {
			err = err2
		}
		if len(days) != 0 {
			t.Errorf("days %v are left", days)
		}
		return err
	})
	wantCounts(t, e, m, d, d+2880)
}
