package lake

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/trail"
)

// View is what a data store shows of the event store at one moment. It is only read.
type View struct {
	// Name is what a statement calls it: the data store's id.
	Name string

	store *DataStore
	// read bounds what must be read; scope is that of what is ingested, narrower when there were imports.
	read, scope arn.Scope
	from        time.Time
	filter      func(*trail.Event) bool
	needs       []trail.Column
}

// View is the view of a data store, by ARN or id.
func (l *Lake) View(ctx context.Context, p Place, name string) (*View, error) {
	d, err := l.activeStore(ctx, p, name)
	if err != nil {
		return nil, err
	}
	return l.view(ctx, &d)
}

func (l *Lake) view(ctx context.Context, d *DataStore) (v *View, err error) {
	v = &View{Name: d.ID, from: l.Clock.Now().AddDate(0, 0, -d.Retention), store: d, scope: arn.Scope{Accounts: []string{d.Account}}}
	if d.Organization {
		if v.scope.Accounts, err = l.members(ctx, d.Account); err != nil {
			return nil, err
		}
	}
	if !d.MultiRegion {
		v.scope.Regions = []string{d.Region, arn.Global}
	}
	v.filter, v.needs = compile(d.Selectors)
	v.read = v.scope
	if len(d.Imported) > 0 { // of any region
		v.read.Regions = nil
	}
	v.needs = append(v.needs, trail.ColumnCategory)
	if !v.whole() {
		v.needs = append(v.needs, trail.ColumnSeq, trail.ColumnTime, trail.ColumnAccount, trail.ColumnRegion)
	}
	if v.audit() {
		v.needs = append(v.needs, trail.ColumnOrigin)
	}
	return v, nil
}

// whole reports whether everything that is read is shown, the selectors apart.
func (v *View) whole() bool {
	s := v.store.Ingested
	return len(v.store.Imported) == 0 && len(s) == 1 && s[0] == Stretch{}
}

// audit reports whether it shows events that channels took. They are written for one data store and shown there alone.
func (v *View) audit() bool { return category(v.store.Selectors[0]) == trail.ActivityAuditLog }

// Bound selects what the rows shown are among, with the columns wanted and those that Shown needs. Set AllOf and a
// narrower From and To as you like.
func (v *View) Bound(columns ...trail.Column) trail.BlockQuery {
	columns = slices.Clone(columns)
	for _, c := range v.needs {
		if !slices.Contains(columns, c) {
			columns = append(columns, c)
		}
	}
	return trail.BlockQuery{Scope: v.read, From: v.from, Columns: columns}
}

// Shown appends to rows those of a block read by Bound that the data store shows.
func (v *View) Shown(b *trail.Block, rows []uint32) []uint32 {
	for i := range b.Rows {
		e := b.Event(i, v.needs)
		if v.shows(&e) {
			rows = append(rows, uint32(i))
		}
	}
	return rows
}

func (v *View) shows(e *trail.Event) bool {
	switch {
	case v.audit():
		return e.Category == trail.ActivityAuditLog && e.Origin == v.store.ARN()
	case e.Category == trail.ActivityAuditLog:
		return false
	case v.whole():
		return v.filter(e)
	}
	return v.ingested(e) && v.scope.Sees(e.Account, e.Region) && v.filter(e) || v.imported(e)
}

func (v *View) ingested(e *trail.Event) bool {
	for _, s := range v.store.Ingested {
		if e.Seq > s.After && (s.UpTo == 0 || e.Seq <= s.UpTo) {
			return true
		}
	}
	return false
}

func (v *View) imported(e *trail.Event) bool {
	for i := range v.store.Imported {
		w := &v.store.Imported[i]
		if w.Account == e.Account && w.Region == e.Region && !e.Time.Before(w.From) && !e.Time.After(w.To) {
			return true
		}
	}
	return false
}
