package server

import (
	"context"
	"net/http"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// ResourceRef names a resource as a person does: by its ARN, or by type and id (or name), in these accounts and
// regions; empty lists mean all.
type ResourceRef struct {
	ARN      string   `json:"arn,omitempty"`
	Type     string   `json:"resourceType,omitempty"`
	ID       string   `json:"resourceId,omitempty"`
	Accounts []string `json:"accounts,omitempty"`
	Regions  []string `json:"regions,omitempty"`
}

// Place is a resource in answers about history; its JSON form is a promise to scripts.
type Place struct {
	Account string `json:"accountId"`
	Region  string `json:"awsRegion"`
	Type    string `json:"resourceType"`
	ID      string `json:"resourceId"`
	Name    string `json:"resourceName,omitempty"`
}

func placeOf(k inventory.Key, states ...*inventory.Item) Place {
	p := Place{Account: k.Account, Region: k.Region, Type: k.Type, ID: k.ID}
	for _, it := range states {
		if it != nil && p.Name == "" {
			p.Name = it.Name
		}
	}
	return p
}

// within is the scope of accounts and regions. The global resources of an account belong to every region.
func within(accounts, regions []string) (arn.Scope, func(inventory.Key) bool) {
	scope := arn.Everything()
	if len(accounts) > 0 {
		scope = arn.Scope{Accounts: accounts}
	}
	return scope, func(k inventory.Key) bool {
		return len(regions) == 0 || arn.Scope{Accounts: []string{k.Account}, Regions: append([]string{arn.Global}, regions...)}.Sees(k.Account, k.Region)
	}
}

// resolve finds the one resource that is meant.
func (r ResourceRef) resolve(tx inventory.Tx) (inventory.Key, error) {
	scope, sees := within(r.Accounts, r.Regions)
	if r.ARN != "" {
		it, err := tx.ItemByARN(scope, r.ARN)
		if err != nil {
			return inventory.Key{}, err
		}
		return it.Key, nil
	}
	all, err := inventory.Find(tx, scope, r.Type, r.ID)
	if err != nil {
		return inventory.Key{}, err
	}
	var found []inventory.Key
	for _, k := range all {
		if sees(k) {
			found = append(found, k)
		}
	}
	switch len(found) {
	case 0:
		return inventory.Key{}, fault.Missing("resource", r.Type+" "+r.ID)
	case 1:
		return found[0], nil
	}
	return inventory.Key{}, fault.New(fault.Conflict, "There are %d resources %s %s, among them %s and %s: narrow it with --accounts, --regions or the ARN.",
		len(found), r.Type, r.ID, found[0], found[1])
}

// HistoryQuery asks for the timeline of a resource, by capture time; zero bounds are open.
type HistoryQuery struct {
	Resource ResourceRef `json:"resource"`
	From     time.Time   `json:"from,omitzero"`
	To       time.Time   `json:"to,omitzero"`
	Limit    int         `json:"limit,omitempty"`
}

// HistoryStep is one state of a resource.
type HistoryStep struct {
	Captured time.Time  `json:"configurationItemCaptureTime"`
	Until    *time.Time `json:"validUntil,omitempty"`
	Recorded time.Time  `json:"recordedAt"`
	Status   string     `json:"configurationItemStatus"`
	StateID  int64      `json:"configurationStateId,string"`
	inventory.Difference
}

// Timeline is a resource with its states, the newest first.
type Timeline struct {
	Place
	States []HistoryStep `json:"states"`
}

// maxStates is how many states of a resource are told at once.
const maxStates = 10_000

// History tells the states of a resource and what changed from each to the next.
func (s *Server) History(ctx context.Context, q HistoryQuery) (out Timeline, err error) {
	if q.Limit <= 0 || q.Limit > maxStates {
		q.Limit = maxStates
	}
	err = s.items.Read(ctx, func(tx inventory.Tx) error {
		k, err := q.Resource.resolve(tx)
		if err != nil {
			return err
		}
		steps, err := inventory.Timeline(tx, k, inventory.History{From: q.From, To: q.To, Limit: q.Limit})
		if err != nil {
			return err
		}
		out = Timeline{Place: placeOf(k), States: []HistoryStep{}}
		for _, st := range steps {
			step := HistoryStep{Captured: st.Captured, Recorded: st.Recorded, Status: string(st.Status), StateID: st.StateID, Difference: st.Difference}
			if !st.Until.IsZero() {
				step.Until = &st.Until
			}
			if out.Name == "" {
				out.Name = st.Name
			}
			out.States = append(out.States, step)
		}
		return nil
	})
	return out, err
}

func (s *Server) adminHistory(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/history/show", func(w http.ResponseWriter, req *http.Request) {
		var q HistoryQuery
		s.answer(w, req, &q, func() (any, error) { return s.History(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/history/diff", func(w http.ResponseWriter, req *http.Request) {
		var q DiffQuery
		s.answer(w, req, &q, func() (any, error) { return s.Diff(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/history/graph", func(w http.ResponseWriter, req *http.Request) {
		var q GraphQuery
		s.answer(w, req, &q, func() (any, error) { return s.Graph(req.Context(), q) })
	})
}

// History is Server.History over HTTP.
func (r Remote) History(ctx context.Context, q HistoryQuery) (out Timeline, err error) {
	return out, r.ask(ctx, "history/show", q, &out)
}

// Diff is Server.Diff over HTTP.
func (r Remote) Diff(ctx context.Context, q DiffQuery) (page DiffPage, err error) {
	return page, r.ask(ctx, "history/diff", q, &page)
}

// Graph is Server.Graph over HTTP.
func (r Remote) Graph(ctx context.Context, q GraphQuery) (g Graph, err error) {
	return g, r.ask(ctx, "history/graph", q, &g)
}
