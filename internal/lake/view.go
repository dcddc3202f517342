package lake

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/selector"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trino/plan"
)

// View is what a data store shows of the event store at one moment. It is only read.
type View struct {
	// Name is what a statement calls it: the data store's id.
	Name string

	store *DataStore
	// all leaves nothing out; there is no data store then.
	all bool
	// read bounds what must be read; scope is that of what is ingested, narrower when there were imports.
	read, scope arn.Scope
	from        time.Time
	filter      *selector.Set
	needs       []trail.Column
	// table has the rows of an attached data store, which has none of the above.
	table plan.Table
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
	if v.filter, err = compile(d.Selectors); err != nil {
		return nil, err
	}
	v.needs = v.filter.Columns()
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
func (v *View) audit() bool { return v.filter.Takes(trail.ActivityAuditLog) }

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
		if v.shows(b, i) {
			rows = append(rows, uint32(i))
		}
	}
	return rows
}

func (v *View) shows(b *trail.Block, i int) bool {
	if v.all {
		return true
	}
	audit := b.Texts[trail.ColumnCategory].At(i) == trail.ActivityAuditLog
	switch {
	case v.audit():
		return audit && b.Texts[trail.ColumnOrigin].At(i) == v.store.ARN()
	case audit:
		return false
	case v.whole():
		return v.filter.MatchRow(b, i)
	}
	account, region := b.Texts[trail.ColumnAccount].At(i), b.Texts[trail.ColumnRegion].At(i)
	return v.ingested(b.Seqs[i]) && v.scope.Sees(account, region) && v.filter.MatchRow(b, i) || v.imported(account, region, b.Times[i])
}

func (v *View) ingested(seq int64) bool {
	for _, s := range v.store.Ingested {
		if seq > s.After && (s.UpTo == 0 || seq <= s.UpTo) {
			return true
		}
	}
	return false
}

func (v *View) imported(account, region string, at int64) bool {
	for i := range v.store.Imported {
		w := &v.store.Imported[i]
		if w.Account == account && w.Region == region && at >= w.From.UnixMilli() && at <= w.To.UnixMilli() {
			return true
		}
	}
	return false
}
