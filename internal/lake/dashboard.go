package lake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trails"
)

// Dashboard is a set of queries that are run together.
type Dashboard struct {
	Place
	Name string
	// Managed dashboards come with the house; all others are made by customers.
	Managed          bool `json:"-"`
	Widgets          []Widget
	Schedule         *Schedule `json:",omitempty"`
	Protected        bool
	Status           string
	Created, Updated time.Time
	// Refreshed is when it was refreshed last, RefreshID names that.
	Refreshed time.Time `json:",omitzero"`
	RefreshID string    `json:",omitempty"`
	// Failure is why the last refresh could not be started.
	Failure string `json:",omitempty"`
}

// Widget is one query of a dashboard.
type Widget struct {
	// Alias is the name by which the results of its queries are asked for.
	Alias, Statement string
	// Parameters stand for the placeholders of the statement; those like $StartTime$ get their values at each refresh.
	Parameters []string          `json:",omitempty"`
	View       map[string]string `json:",omitempty"`
}

// The statuses of dashboards, and the limits.
const (
	DashboardCreated = "CREATED"
	DashboardUpdated = "UPDATED"
	maxDashboards    = 100
	maxWidgets       = 10
)

var dashboards = docs.Collection[Dashboard]{Kind: "lake-dashboard", Noun: "dashboard"}

// ARN names the dashboard.
func (d *Dashboard) ARN() string {
	return arn.New("cloudtrail", d.Region, d.Account, "dashboard/"+d.Name)
}

// dashboardName takes the name out of an ARN; a name alone is taken too.
func dashboardName(p Place, name string) (string, error) {
	if !strings.HasPrefix(name, "arn:") {
		return name, nil
	}
	a, err := arn.Parse(name)
	short, ok := strings.CutPrefix(a.Resource, "dashboard/")
	if err != nil || !ok || a.Account != p.Account || a.Region != p.Region {
		return "", noDashboard(name)
	}
	return short, nil
}

func noDashboard(name string) error {
	return fault.Missing("dashboard", name).With("ResourceNotFoundException")
}

func findDashboard(tx docs.Tx, p Place, name string) (docs.Doc[Dashboard], error) {
	short, err := dashboardName(p, name)
	if err != nil {
		return docs.Doc[Dashboard]{}, err
	}
	d, err := dashboards.Get(tx, p.Account, p.Region, short)
	if fault.KindOf(err) == fault.NotFound {
		err = noDashboard(name)
	}
	return d, err
}

// CreateDashboard makes a dashboard.
func (l *Lake) CreateDashboard(ctx context.Context, d Dashboard, tags map[string]string) (Dashboard, error) {
	d.Status, d.Created = DashboardCreated, l.Clock.Now()
	d.Updated = d.Created
	if err := l.checkDashboard(ctx, &d); err != nil {
		return d, err
	}
	return d, l.Docs.Write(ctx, func(tx docs.Tx) error {
		n, err := tx.CountDocs(d.scope(), dashboards.Kind)
		if err == nil && n >= maxDashboards {
			err = fault.New(fault.Quota, "The account %s has %d dashboards in %s, the most there may be. Delete one first.", d.Account, n, d.Region).With("ServiceQuotaExceededException")
		}
		if err != nil {
			return err
		}
		if err := named(dashboards.Insert(tx, d.Account, d.Region, d.Name, d.Name, d), "ConflictException"); err != nil {
			return err
		}
		return trails.PutTags(tx, d.ARN(), tags)
	})
}

// checkDashboard names the widgets of a dashboard and plans their statements.
func (l *Lake) checkDashboard(ctx context.Context, d *Dashboard) error {
	if len(d.Widgets) > maxWidgets {
		return fault.New(fault.Quota, "The dashboard has %d widgets; %d are allowed.", len(d.Widgets), maxWidgets).With("ServiceQuotaExceededException")
	}
	if d.Schedule != nil {
		if err := d.Schedule.check(); err != nil {
			return err
		}
	}
	for i := range d.Widgets {
		w := &d.Widgets[i]
		w.Alias = fmt.Sprintf("dashboard.%s.%d", d.Name, i+1)
		values, err := l.values(w.Parameters, nil)
		if err != nil {
			return err
		}
		q := Query{Place: d.Place, Owner: d.Account, Statement: w.Statement, Parameters: values}
		if _, err := l.prepare(ctx, &q); err != nil {
			return err
		}
	}
	return nil
}

// Dashboard reads a dashboard by its ARN or name; managed ones are among them.
func (l *Lake) Dashboard(ctx context.Context, p Place, name string) (d Dashboard, err error) {
	short, err := dashboardName(p, name)
	if err != nil {
		return d, err
	}
	for _, m := range managed(p) {
		if m.Name == short {
			return m, nil
		}
	}
	err = l.Docs.Read(ctx, func(tx docs.Tx) error {
		doc, err := findDashboard(tx, p, name)
		d = doc.Value
		return err
	})
	return d, err
}

// Dashboards are those of a place, by name.
func (l *Lake) Dashboards(ctx context.Context, p Place) (list []Dashboard, err error) {
	err = l.Docs.Read(ctx, func(tx docs.Tx) error {
		all, err := dashboards.All(tx, p.scope())
		list = managed(p)
		for i := range all {
			list = append(list, all[i].Value)
		}
		return err
	})
	slices.SortFunc(list, func(a, b Dashboard) int { return strings.Compare(a.Name, b.Name) })
	return list, err
}

// UpdateDashboard changes a dashboard; what is nil stays.
func (l *Lake) UpdateDashboard(ctx context.Context, p Place, name string, widgets []Widget, schedule *Schedule, protected *bool) (d Dashboard, err error) {
	if d, err = l.Dashboard(ctx, p, name); err != nil {
		return d, err
	}
	change := func(d *Dashboard) {
		if widgets != nil {
			d.Widgets = widgets
		}
		if schedule != nil {
			d.Schedule = schedule
		}
		d.Protected, d.Status, d.Updated = given(protected, d.Protected), DashboardUpdated, l.Clock.Now()
	}
	if change(&d); d.Managed {
		return d, ours(name)
	}
	if err := l.checkDashboard(ctx, &d); err != nil { // plans, which is no work for a transaction
		return d, err
	}
	if widgets != nil {
		widgets = d.Widgets
	}
	err = l.Docs.Write(ctx, func(tx docs.Tx) error {
		doc, err := findDashboard(tx, p, name)
		if err != nil {
			return err
		}
		change(&doc.Value)
		d = doc.Value
		return dashboards.Update(tx, doc)
	})
	return d, err
}

func ours(name string) error {
	return fault.New(fault.Conflict, "The dashboard %s is managed: it cannot be changed.", name).With("ConflictException")
}

// DeleteDashboard removes a dashboard. Its results are kept as long as those of other queries.
func (l *Lake) DeleteDashboard(ctx context.Context, p Place, name string) error {
	d, err := l.Dashboard(ctx, p, name)
	if err == nil && d.Managed {
		err = ours(name)
	}
	if err != nil {
		return err
	}
	return l.Docs.Write(ctx, func(tx docs.Tx) error {
		doc, err := findDashboard(tx, p, name)
		if err != nil {
			return err
		}
		if doc.Value.Protected {
			return fault.New(fault.Conflict, "The dashboard %s is protected from deletion: update it with TerminationProtectionEnabled false first.", doc.Value.Name).With("ConflictException")
		}
		if err := trails.Forget(tx, doc.Value.ARN()); err != nil {
			return err
		}
		return dashboards.Delete(tx, p.Account, p.Region, doc.ID)
	})
}
