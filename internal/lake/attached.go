package lake

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/selector"
	"github.com/tickmark/tickmark/internal/trino/plan"
)

// Attached are event data stores whose rows others keep: the evidence of audits. An account has one, the same in every
// region, that is not changed by calls.
type Attached interface {
	// ID is that of an account's, whether it has one or not.
	ID(account string) string
	// DataStore is that of a place; NotFound when the account has none.
	DataStore(ctx context.Context, p Place) (DataStore, error)
	// All are those of every account.
	All(ctx context.Context) ([]DataStore, error)
	// Table is what somebody who has a sight is shown of an account's.
	Table(account string, sight json.RawMessage) (plan.Table, error)
}

// EvidenceSelectors are those that an attached data store shows.
var EvidenceSelectors = []selector.Advanced{{Name: "Audit Manager evidence", Fields: []selector.Field{{Field: "eventCategory", Equals: []string{selector.Evidence}}}}}

// EverySight is that of the installation's operator.
var EverySight = json.RawMessage(`{"all":true}`)

// attached is the data store by ARN or id, when it is one of those.
func (l *Lake) attached(ctx context.Context, p Place, name string) (d DataStore, is bool, err error) {
	if !l.isAttached(p, name) {
		return d, false, nil
	}
	d, err = l.Evidence.DataStore(ctx, p)
	if fault.KindOf(err) == fault.NotFound {
		err = noStore(name)
	}
	return d, true, err
}

// isAttached reports whether a name is that of an attached data store of the account.
func (l *Lake) isAttached(p Place, name string) bool {
	if l.Evidence == nil {
		return false
	}
	id, err := storeID(p, name)
	return err == nil && strings.EqualFold(id, l.Evidence.ID(p.Account))
}

// unchangeable refuses to change an attached data store, with a code of the operation's.
func (l *Lake) unchangeable(p Place, name, code string) error {
	if !l.isAttached(p, name) {
		return nil
	}
	return fault.New(fault.Conflict, "The event data store %s shows the evidence of the account's audits. It is kept by Audit Manager, takes nothing from elsewhere, and can neither be changed nor deleted.", name).With(code)
}

// attachedView is what a query is shown of an attached data store.
func (l *Lake) attachedView(ctx context.Context, d *DataStore, sight json.RawMessage) (*View, error) {
	if sight == nil {
		return nil, fault.New(fault.Denied, "The evidence in the event data store %s is shown to queries alone whose caller is known: use StartQuery.", d.Name).With("OperationNotPermittedException")
	}
	t, err := l.Evidence.Table(d.Account, sight)
	if err != nil {
		return nil, err
	}
	return &View{Name: d.ID, table: t}, nil
}

// sighted is the sight of a query's caller; it is asked for when the first evidence is read.
func (q *Query) sighted(ctx context.Context) (json.RawMessage, error) {
	if q.Sight == nil && q.askSight != nil {
		var err error
		if q.Sight, err = q.askSight(ctx); err != nil {
			return nil, err
		}
	}
	return q.Sight, nil
}

// IsEvidence reports whether a data store is an attached one.
func (l *Lake) IsEvidence(d *DataStore) bool { return l.isAttached(d.Place, d.ID) }

// Evident reports whether a query reads evidence, and whether it reads that alone.
func (l *Lake) Evident(q *Query) (some, only bool) {
	if l.Evidence == nil {
		return false, false
	}
	id := l.Evidence.ID(q.Owner)
	for _, s := range q.Stores {
		some = some || s == id
	}
	return some, some && len(q.Stores) == 1
}
