package lake

import (
	"context"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Everything is the name in FROM for all events of the installation, when its operator asks.
const Everything = "events"

// everything is the view that leaves nothing out.
func everything() *View { return &View{Name: Everything, read: arn.Everything(), all: true} }

// Ask runs a statement for the operator of the installation, who may read all of it: FROM events is every event, or those
// that the data store named shows; FROM takes the ids and ARNs of all data stores besides, and evidence where one account has any. begin is called with the
// names of the columns, and then row with each row.
func (l *Lake) Ask(ctx context.Context, statement, store string, begin func(columns []string) error, row func([]*string) error) error {
	p, err := l.Engine.Prepare(statement, nil, func(name string) (*View, error) {
		if strings.EqualFold(name, Everything) {
			if store == "" {
				return everything(), nil
			}
			name = store
		}
		return l.anyView(ctx, name)
	})
	if err != nil {
		return err
	}
	if err := begin(p.Columns()); err != nil {
		return err
	}
	return p.Run(ctx, row)
}

// anyView is the view of a data store of whatever account.
func (l *Lake) anyView(ctx context.Context, name string) (*View, error) {
	var found *DataStore
	err := l.Docs.Read(ctx, func(tx docs.Tx) error {
		all, err := stores.All(tx, arn.Everything())
		for i := range all {
			if d := &all[i].Value; strings.EqualFold(d.ID, name) || d.ARN() == name || d.Name == name {
				found = d
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if found == nil && l.Evidence != nil {
		return l.anyEvidence(ctx, name)
	}
	if found == nil {
		return nil, noStore(name)
	}
	return l.view(ctx, found)
}

// AnyEvidence is the name in FROM for the evidence of the only account that has any.
const AnyEvidence = "evidence"

// anyEvidence is the evidence of whatever account, seen whole.
func (l *Lake) anyEvidence(ctx context.Context, name string) (*View, error) {
	all, err := l.Evidence.All(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if d := &all[i]; strings.EqualFold(d.ID, name) || d.ARN() == name || strings.EqualFold(name, AnyEvidence) && len(all) == 1 {
			return l.attachedView(ctx, d, EverySight)
		}
	}
	if strings.EqualFold(name, AnyEvidence) && len(all) > 1 {
		ids := make([]string, len(all))
		for i := range all {
			ids[i] = all[i].Account + ": " + all[i].ID
		}
		return nil, fault.Invalidf("statement", "Several accounts have evidence; write the id of one's event data store after FROM (%s).", strings.Join(ids, ", "))
	}
	return nil, noStore(name)
}
