package lake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Schedule says when a dashboard is refreshed by itself.
type Schedule struct {
	Enabled bool
	// Value and Unit are the time between two refreshes; TimeOfDay, as 15:04 in UTC, is that of one of them.
	Value           int64
	Unit, TimeOfDay string `json:",omitempty"`
}

// period is the time between two refreshes; 0 when it is none.
func (s *Schedule) period() time.Duration {
	if s.Unit == "DAYS" && s.Value == 1 {
		return 24 * time.Hour
	}
	if s.Unit == "HOURS" && slices.Contains([]int64{1, 6, 12, 24}, s.Value) {
		return time.Duration(s.Value) * time.Hour
	}
	return 0
}

func (s *Schedule) check() error {
	_, err := time.Parse("15:04", s.TimeOfDay)
	if s.Enabled && s.period() == 0 || s.TimeOfDay != "" && err != nil {
		return fault.Invalidf("RefreshSchedule", "Dashboards are refreshed every 1, 6, 12 or 24 HOURS or every 1 DAYS, and TimeOfDay is like 06:30.").With("InvalidParameterException")
	}
	return nil
}

// due is when the last refresh before now was due.
func (s *Schedule) due(now time.Time) time.Time {
	at := now.Truncate(24 * time.Hour)
	if t, err := time.Parse("15:04", s.TimeOfDay); err == nil {
		at = at.Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
	}
	if at.After(now) {
		at = at.Add(-24 * time.Hour)
	}
	return at.Add(now.Sub(at).Truncate(s.period()))
}

// values gives the parameters of a widget their values: those given, or the last day by the hour.
func (l *Lake) values(parameters []string, set map[string]string) ([]string, error) {
	const form = "2006-01-02 15:04:05"
	now := l.Clock.Now()
	usual := map[string]string{"$StartTime$": now.Add(-24 * time.Hour).Format(form), "$EndTime$": now.Format(form), "$Period$": "hour"}
	out := make([]string, len(parameters))
	for i, p := range parameters {
		v, ok := set[p]
		if !ok {
			v, ok = usual[p]
		}
		switch {
		case ok:
			p = v
		case strings.HasPrefix(p, "$") && strings.HasSuffix(p, "$"):
			return nil, fault.Invalidf("QueryParameters", "The parameter %s has no value: the parameters are $StartTime$, $EndTime$ and $Period$.", p).With("InvalidQueryStatementException")
		}
		out[i] = p
	}
	return out, nil
}

// RefreshDashboard starts the queries of a dashboard, and returns the id by which their results are asked for.
func (l *Lake) RefreshDashboard(ctx context.Context, p Place, name string, set map[string]string) (string, error) {
	d, err := l.Dashboard(ctx, p, name)
	if err != nil {
		return "", err
	}
	if d.Managed && set[storeParameter] == "" {
		return "", fault.Invalidf("QueryParameterValues", "The managed dashboard %s needs the event data store it is to be about: give %s.", d.Name, storeParameter).With("EventDataStoreNotFoundException")
	}
	id := strconv.FormatInt(l.Clock.Now().UnixMicro(), 10)
	for _, w := range d.Widgets {
		values, err := l.values(w.Parameters, set)
		if err != nil {
			return "", err
		}
		if _, err := l.StartQuery(ctx, p, Statement{Text: about(w.Statement, set[storeParameter]), Parameters: values, Alias: w.Alias, RefreshID: id}); err != nil {
			return "", err
		}
	}
	if d.Managed {
		return id, nil
	}
	return id, l.refreshed(ctx, &d, id, "")
}

// refreshed notes how the last refresh of a dashboard began.
func (l *Lake) refreshed(ctx context.Context, d *Dashboard, id, failure string) error {
	return l.Docs.Write(ctx, func(tx docs.Tx) error {
		doc, err := findDashboard(tx, d.Place, d.Name)
		if err != nil {
			return err
		}
		doc.Value.Refreshed, doc.Value.RefreshID, doc.Value.Failure = l.Clock.Now(), id, failure
		return dashboards.Update(tx, doc)
	})
}

// RefreshFailure is why a query of a dashboard's last refresh failed; empty when none did.
func (l *Lake) RefreshFailure(ctx context.Context, d *Dashboard) (string, error) {
	if d.RefreshID == "" || d.Failure != "" {
		return d.Failure, nil
	}
	all, err := l.queriesOf(ctx, d.scope())
	for i := range all {
		if all[i].RefreshID == d.RefreshID && all[i].Error != "" {
			return all[i].Error, err
		}
	}
	return "", err
}

// Aliased is the statement that an alias stands for. Parameters replace those of the widget; of a managed one the first
// is the data store.
func (l *Lake) Aliased(ctx context.Context, p Place, alias string, s Statement) (Statement, error) {
	list, err := l.Dashboards(ctx, p)
	if err != nil {
		return s, err
	}
	for _, d := range list {
		for _, w := range d.Widgets {
			if w.Alias != alias {
				continue
			}
			if s.Text, s.Alias = w.Statement, alias; d.Managed {
				if len(s.Parameters) == 0 {
					return s, fault.Invalidf("QueryParameters", "The query %s needs the event data store as its first parameter.", alias).With("InvalidParameterException")
				}
				s.Text, s.Parameters = about(s.Text, s.Parameters[0]), s.Parameters[1:]
			}
			if len(s.Parameters) == 0 {
				s.Parameters, err = l.values(w.Parameters, nil)
			}
			return s, err
		}
	}
	return s, fault.Invalidf("QueryAlias", "No widget of a dashboard has the alias %q.", alias).With("InvalidParameterException")
}

// RefreshDue refreshes the dashboards whose time has come.
func (l *Lake) RefreshDue(ctx context.Context) error {
	var due []Dashboard
	err := l.Docs.Read(ctx, func(tx docs.Tx) error {
		due = nil
		all, err := dashboards.All(tx, arn.Everything())
		for i := range all {
			d := all[i].Value
			if s := d.Schedule; s != nil && s.Enabled && s.period() > 0 {
				if at := s.due(l.Clock.Now()); d.Refreshed.Before(at) && d.Updated.Before(at) {
					due = append(due, d)
				}
			}
		}
		return err
	})
	for i := range due {
		_, failed := l.RefreshDashboard(ctx, due[i].Place, due[i].Name, nil)
		var f *fault.Error
		if errors.As(failed, &f) { // its owner reads why; the next try is at the next time
			failed = l.refreshed(ctx, &due[i], due[i].RefreshID, limitText(f.Message, 1000))
		}
		if failed != nil {
			err = errors.Join(err, fmt.Errorf("refresh of the dashboard %s: %w", due[i].Name, failed))
		}
	}
	return err
}

// RunRefreshes refreshes dashboards as they fall due, until ctx ends. One that fell due while no process ran is refreshed
// once.
func (l *Lake) RunRefreshes(ctx context.Context, log *slog.Logger) error {
	t := time.NewTicker(time.Minute)
	defer t.Stop()
	for {
		if err := l.RefreshDue(ctx); err != nil && ctx.Err() == nil {
			log.Warn("a dashboard was not refreshed", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}
