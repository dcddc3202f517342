package lake_test

import (
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/lake"
)

// A refresh gives parameters their values: those set, or the last day; what is no parameter is refused when it is written.
func TestRefreshParameters(t *testing.T) {
	f := open(t)
	store := f.create(lake.NewDataStore{Name: "all"})
	d := lake.Dashboard{Place: here, Name: "mine", Widgets: []lake.Widget{{Statement: "count ? FROM " + store.ID, Parameters: []string{"$Other$"}}}}
	if _, err := f.CreateDashboard(t.Context(), d, nil); code(err) != "InvalidQueryStatementException" {
		t.Error(err)
	}
	d.Widgets[0].Parameters = []string{"$StartTime$"}
	d, err := f.CreateDashboard(t.Context(), d, nil)
	f.must(err)
	for want, set := range map[string]map[string]string{"2026-01-14 12:00:00": nil, "5": {"$StartTime$": "5"}} {
		id, err := f.RefreshDashboard(t.Context(), here, "mine", set)
		f.must(err)
		q, err := f.QueryOf(t.Context(), here, d.Widgets[0].Alias, id)
		f.must(err)
		if len(q.Parameters) != 1 || q.Parameters[0] != want {
			t.Errorf("%v, want %s", q.Parameters, want)
		}
		f.env.Clock.Advance(time.Microsecond)
	}
}

// A dashboard is refreshed once at each time of its schedule, and once for all the times that were missed.
func TestSchedule(t *testing.T) {
	f := open(t) // it is noon
	store := f.create(lake.NewDataStore{Name: "all"})
	_, err := f.CreateDashboard(t.Context(), lake.Dashboard{
		Place: here, Name: "mine", Widgets: []lake.Widget{{Statement: "ids FROM " + store.ID}},
		Schedule: &lake.Schedule{Enabled: true, Unit: "HOURS", Value: 6, TimeOfDay: "00:30"},
	}, nil)
	f.must(err)
	for _, step := range []struct {
		after time.Duration
		runs  int64
	}{{0, 0}, {29 * time.Minute, 0}, {2 * time.Minute, 1}, {time.Hour, 1}, {5 * time.Hour, 2}, {48 * time.Hour, 3}, {time.Minute, 3}} {
		f.env.Clock.Advance(step.after)
		f.must(f.Work(t.Context()))
		if n := f.engine.Begun.Load(); n != step.runs {
			t.Errorf("%s later: %d refreshes, want %d", step.after, n, step.runs)
		}
	}
}

// A refresh that cannot be started is told in the dashboard, and not tried again before its next time.
func TestRefreshFails(t *testing.T) {
	f := open(t)
	store := f.create(lake.NewDataStore{Name: "all", Protected: new(bool)})
	_, err := f.CreateDashboard(t.Context(), lake.Dashboard{
		Place: here, Name: "mine", Widgets: []lake.Widget{{Statement: "ids FROM " + store.ID}}, Schedule: &lake.Schedule{Enabled: true, Unit: "HOURS", Value: 1},
	}, nil)
	f.must(err)
	f.must(f.DeleteDataStore(t.Context(), here, store.ID))
	f.env.Clock.Advance(time.Hour)
	f.must(f.RefreshDue(t.Context()))
	d, err := f.Dashboard(t.Context(), here, "mine")
	f.must(err)
	if why, err := f.RefreshFailure(t.Context(), &d); why == "" || err != nil || !d.Refreshed.Equal(f.env.Clock.Now()) {
		t.Errorf("%q, %v: refreshed %v", why, err, d.Refreshed)
	}
	f.env.Clock.Advance(time.Minute)
	f.must(f.RefreshDue(t.Context()))
	if again, err := f.Dashboard(t.Context(), here, "mine"); err != nil || !again.Refreshed.Equal(d.Refreshed) {
		t.Error("it was tried again", err)
	}
}
