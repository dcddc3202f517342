package server

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/query"
)

// SelectQuery asks for a page of an advanced query's results. Empty lists mean all.
type SelectQuery struct {
	Expression string `json:"expression"`
	// AsOf and KnownAt are the statement's AS OF and KNOWN AT, unless it has them itself.
	AsOf     time.Time    `json:"asOf,omitzero"`
	KnownAt  time.Time    `json:"knownAt,omitzero"`
	Accounts []string     `json:"accounts,omitempty"`
	Regions  []string     `json:"regions,omitempty"`
	Limit    int          `json:"limit"`
	After    query.Cursor `json:"after"`
}

// SelectPage is one page: the rows are JSON objects, Next continues behind them.
type SelectPage struct {
	Columns []string          `json:"columns"`
	Rows    []json.RawMessage `json:"rows"`
	Next    *query.Cursor     `json:"next,omitempty"`
}

// Select runs an advanced query over accounts and regions. The global resources of an account belong to every region.
func (s *Server) Select(ctx context.Context, q SelectQuery) (SelectPage, error) {
	st, err := query.Parse(q.Expression)
	if err != nil {
		return SelectPage{}, err
	}
	if !q.AsOf.IsZero() && !st.AsOf.IsZero() || !q.KnownAt.IsZero() && !st.KnownAt.IsZero() {
		return SelectPage{}, fault.Invalidf("AsOf", "the statement tells its moment itself: leave out --as-of or AS OF, and --known-at or KNOWN AT.")
	}
	st.AsOf, st.KnownAt = given(st.AsOf, q.AsOf), given(st.KnownAt, q.KnownAt)
	r := query.Request{Scope: arn.Everything(), Limit: q.Limit, After: q.After}
	if len(q.Accounts) > 0 {
		r.Scope = arn.Scope{Accounts: q.Accounts}
	}
	if len(q.Regions) > 0 {
		r.Sees = func(account, region, _ string) bool {
			return arn.Scope{Accounts: []string{account}, Regions: append([]string{arn.Global}, q.Regions...)}.Sees(account, region)
		}
	}
	var page query.Page
	err = s.shown.Read(ctx, func(tx inventory.Tx) (err error) {
		page, err = st.Run(tx, r)
		return err
	})
	out := SelectPage{Columns: st.Columns(), Rows: []json.RawMessage{}, Next: page.Next}
	for _, row := range page.Rows {
		out.Rows = append(out.Rows, json.RawMessage(row))
	}
	return out, err
}

// given is the one of two times that is given.
func given(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

func (s *Server) adminSelect(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/query", func(w http.ResponseWriter, req *http.Request) {
		var q SelectQuery
		s.answer(w, req, &q, func() (any, error) { return s.Select(req.Context(), q) })
	})
}

// Select is Server.Select over HTTP.
func (r Remote) Select(ctx context.Context, q SelectQuery) (page SelectPage, err error) {
	return page, r.ask(ctx, "query", q, &page)
}
