package lake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Statement is what StartQuery is asked for.
type Statement struct {
	Text       string
	Parameters []string
	// Alias and RefreshID are those of a dashboard's widget.
	Alias, RefreshID string
	// DeliverTo is an s3:// address; empty delivers nothing.
	DeliverTo string
	// Owner is the account whose data stores are read; empty means the caller's.
	Owner string
	// Sight tells what the caller may see of evidence, as JSON of the finder's; nil: nothing.
	Sight func(context.Context) (json.RawMessage, error)
	// Eventless: the caller may read evidence alone.
	Eventless bool
	// Export delivers as the evidence finder does.
	Export bool
}

// StartQuery checks a statement and lets it run. What it reads are the caller's data stores, and those of the
// organization for its delegated administrators.
func (l *Lake) StartQuery(ctx context.Context, p Place, s Statement) (Query, error) {
	q := Query{
		Place: p, ID: l.Clock.NewID(), Statement: s.Text, Owner: s.Owner, Alias: s.Alias, RefreshID: s.RefreshID, Parameters: s.Parameters,
		Status: Queued, Created: l.Clock.Now(), DeliverTo: s.DeliverTo, Export: s.Export,
		askSight: s.Sight, eventless: s.Eventless,
	}
	if q.Owner == "" {
		q.Owner = p.Account
	}
	prepared, err := l.prepare(ctx, &q)
	if err != nil {
		return q, err
	}
	if q.Columns = prepared.Columns(); q.DeliverTo != "" {
		if err := l.checkDelivery(ctx, &q); err != nil {
			return q, err
		}
		q.Delivery = DeliveryPending
	}
	err = l.Docs.Write(ctx, func(tx docs.Tx) error {
		if n, err := tx.CountDocs(p.scope(), works.Kind); err != nil || n >= maxRunning && q.RefreshID == "" { // a refresh is whole
			if err == nil {
				err = fault.New(fault.Quota, "%d queries of the account %s run in %s, the most there may be at once. Wait for one, or cancel it.", n, p.Account, p.Region).With("MaxConcurrentQueriesException")
			}
			return err
		}
		if err := works.Insert(tx, p.Account, p.Region, q.ID, "", struct{}{}); err != nil {
			return err
		}
		return queries.Insert(tx, p.Account, p.Region, q.ID, "", q)
	})
	if err == nil {
		l.wake()
	}
	return q, err
}

// prepare plans a query, and notes the data stores that it reads.
func (l *Lake) prepare(ctx context.Context, q *Query) (Prepared, error) {
	if err := l.mayRead(ctx, q); err != nil {
		return nil, err
	}
	q.Stores = nil
	prepared, err := l.Engine.Prepare(q.Statement, q.Parameters, func(name string) (*View, error) {
		d, err := l.activeStore(ctx, Place{q.Owner, q.Region}, strings.ToLower(name))
		if err == nil && q.Owner != q.Account && !d.Organization {
			err = noStore(name)
		}
		if err != nil {
			return nil, err
		}
		if !q.reads(d.ID) {
			q.Stores = append(q.Stores, d.ID)
		}
		if l.isAttached(d.Place, d.ID) {
			sight, err := q.sighted(ctx)
			if err != nil {
				return nil, err
			}
			return l.attachedView(ctx, &d, sight)
		}
		if q.eventless {
			return nil, noStore(name)
		}
		return l.view(ctx, &d)
	})
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Invalid && f.Code == "" {
		return nil, f.With("InvalidQueryStatementException")
	}
	if err == nil && len(q.Stores) == 0 {
		err = fault.Invalidf("QueryStatement", "The statement reads no event data store: name one by its id after FROM.").With("InvalidQueryStatementException")
	}
	return prepared, err
}

// mayRead lets delegated administrators of the organization read its data stores, which the management account owns.
func (l *Lake) mayRead(ctx context.Context, q *Query) error {
	if q.Owner == q.Account {
		return nil
	}
	if q.Owner != l.Organization.Management() || l.administers(ctx, q.Account) != nil {
		return fault.New(fault.NotFound, "The account %s has no event data stores that the account %s may query.", q.Owner, q.Account).With("EventDataStoreNotFoundException")
	}
	return nil
}

// CancelQuery ends a query that waits or runs.
func (l *Lake) CancelQuery(ctx context.Context, p Place, store, id string) (q Query, err error) {
	err = l.Docs.Write(ctx, func(tx docs.Tx) error {
		d, err := l.findQuery(tx, p, store, id)
		if err != nil {
			return err
		}
		if q = d.Value; q.Over() {
			return fault.New(fault.Conflict, "The query %s is %s: there is nothing to cancel.", id, q.Status).With("InactiveQueryException")
		}
		q.Status, q.Ended = Cancelled, l.Clock.Now()
		if q.Delivery != "" {
			q.Delivery = Cancelled
		}
		return end(tx, d, q)
	})
	if err == nil {
		l.stopRun(id)
	}
	return q, err
}

// end writes a query that is over. One whose results are still to be delivered remains work.
func end(tx docs.Tx, d docs.Doc[Query], q Query) error {
	d.Value = q
	if err := queries.Update(tx, d); err != nil || q.Delivery == DeliveryPending {
		return err
	}
	if err := works.Delete(tx, q.Account, q.Region, q.ID); fault.KindOf(err) != fault.NotFound {
		return err
	}
	return nil
}

// delivered notes what became of a delivery.
func (l *Lake) delivered(ctx context.Context, q *Query, what string) error {
	return l.Docs.Write(ctx, func(tx docs.Tx) error {
		d, err := l.findQuery(tx, q.Place, "", q.ID)
		if err != nil {
			return err
		}
		d.Value.Delivery = what
		return end(tx, d, d.Value)
	})
}

func limitText(s string, n int) string {
	if len(s) > n {
		return fmt.Sprintf("%s ...", strings.ToValidUTF8(s[:n-4], ""))
	}
	return s
}
