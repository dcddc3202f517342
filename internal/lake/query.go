package lake

import (
	"context"
	"encoding/json"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Query is a statement and what became of it.
type Query struct {
	Place
	ID, Statement string
	// Owner is the account whose data stores it reads.
	Owner string
	// Stores are the ids of those.
	Stores []string
	// Alias names the widget of a dashboard that asked, RefreshID the refresh.
	Alias      string   `json:",omitempty"`
	RefreshID  string   `json:",omitempty"`
	Parameters []string `json:",omitempty"`

	Status string
	// Error is what a FAILED one is told.
	Error                   string `json:",omitempty"`
	Created, Started, Ended time.Time
	Columns                 []string
	// Rows is how many its results have.
	Rows int64
	Statistics

	// Sight is what the caller may see of evidence, when the query reads any; askSight finds it out.
	Sight    json.RawMessage `json:",omitempty"`
	askSight func(context.Context) (json.RawMessage, error)
	// eventless queries read evidence alone.
	eventless bool

	// DeliverTo is the s3:// address that the results are delivered to; Delivery what became of that.
	DeliverTo string `json:",omitempty"`
	Delivery  string `json:",omitempty"`
	// Export delivers as the evidence finder does: into a folder named as the query.
	Export bool `json:",omitempty"`
}

// Statistics tell what a query cost.
type Statistics struct{ Scanned, Matched, Bytes int64 }

// The statuses of queries.
const (
	Queued    = "QUEUED"
	Running   = "RUNNING"
	Finished  = "FINISHED"
	Failed    = "FAILED"
	Cancelled = "CANCELLED"
	TimedOut  = "TIMED_OUT"
)

const (
	// Kept is how long a query and its results are.
	Kept = 7 * 24 * time.Hour
	// maxRunning is how many queries of an account and region wait or run at once.
	maxRunning = 10
	// longest is how long a query may run, importLongest an import.
	longest       = time.Hour
	importLongest = 30 * 24 * time.Hour
)

var (
	queries = docs.Collection[Query]{Kind: "lake-query", Noun: "query"}
	// works are the queries that are not ended, so that finding them does not take reading all.
	works = docs.Collection[struct{}]{Kind: "lake-query-work", Noun: "query under way"}
)

// Over reports whether nothing more will come of it.
func (q *Query) Over() bool { return q.Status != Queued && q.Status != Running }

// findQuery reads a query of the place. The data store, when it is named, must be one that the query reads.
func (l *Lake) findQuery(tx docs.Tx, p Place, store, id string) (docs.Doc[Query], error) {
	d, err := queries.Get(tx, p.Account, p.Region, id)
	if fault.KindOf(err) == fault.NotFound {
		err = fault.Missing("query", id).With("QueryIdNotFoundException")
	}
	if err != nil || store == "" {
		return d, err
	}
	of, err := storeID(Place{d.Value.Owner, p.Region}, store)
	if err != nil {
		return d, err
	}
	for _, s := range d.Value.Stores {
		if s == of {
			return d, nil
		}
	}
	if _, err := find(tx, Place{d.Value.Owner, p.Region}, store); err != nil && !l.isAttached(Place{d.Value.Owner, p.Region}, store) {
		return d, err
	}
	return d, fault.Missing("query of the event data store "+of, id).With("QueryIdNotFoundException")
}

// Query reads a query by its id.
func (l *Lake) Query(ctx context.Context, p Place, store, id string) (q Query, err error) {
	err = l.Docs.Read(ctx, func(tx docs.Tx) error {
		d, err := l.findQuery(tx, p, store, id)
		q = d.Value
		return err
	})
	return q, err
}

// QueryOf reads the last query of a widget, or the one of a refresh.
func (l *Lake) QueryOf(ctx context.Context, p Place, alias, refresh string) (q Query, err error) {
	all, err := l.queriesOf(ctx, p.scope())
	for i := len(all) - 1; i >= 0 && err == nil; i-- {
		if all[i].Alias == alias && (refresh == "" || all[i].RefreshID == refresh) {
			return all[i], nil
		}
	}
	if err == nil {
		err = fault.Missing("query with the alias", alias).With("QueryIdNotFoundException")
	}
	return q, err
}

// queriesOf are the queries of a scope, the oldest first.
func (l *Lake) queriesOf(ctx context.Context, s arn.Scope) (list []Query, err error) {
	err = l.Docs.Read(ctx, func(tx docs.Tx) error {
		all, err := queries.All(tx, s)
		list = make([]Query, len(all))
		for i := range all {
			list[i] = all[i].Value
		}
		return err
	})
	return list, err
}

// Wanted narrows a list of queries; what is empty keeps all.
type Wanted struct {
	Store, Status string
	// From and To are inclusive.
	From, To time.Time
}

// Queries are those of a data store in the last days, the newest first.
func (l *Lake) Queries(ctx context.Context, p Place, w Wanted) (list []Query, err error) {
	d, err := l.DataStore(ctx, p, w.Store)
	if err != nil {
		return nil, err
	}
	all, err := l.queriesOf(ctx, p.scope())
	oldest := l.Clock.Now().Add(-Kept)
	for i := len(all) - 1; i >= 0; i-- {
		q := &all[i]
		if q.reads(d.ID) && (w.Status == "" || q.Status == w.Status) && q.Created.After(oldest) &&
			(w.From.IsZero() || !q.Created.Before(w.From)) && (w.To.IsZero() || !q.Created.After(w.To)) {
			list = append(list, *q)
		}
	}
	return list, err
}

func (q *Query) reads(store string) bool {
	for _, s := range q.Stores {
		if s == store {
			return true
		}
	}
	return false
}
