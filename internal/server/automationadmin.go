package server

import (
	"context"
	"net/http"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
)

func (s *Server) adminAutomation(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/automation/start", func(w http.ResponseWriter, req *http.Request) {
		var q AutomationStart
		s.answer(w, req, &q, func() (any, error) { return s.StartAutomation(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/automation/order", func(w http.ResponseWriter, req *http.Request) {
		var o AutomationOrder
		s.answer(w, req, &o, func() (any, error) { return s.OrderAutomation(req.Context(), o) })
	})
	mux.HandleFunc("POST /-/v1/automation/list", func(w http.ResponseWriter, req *http.Request) {
		var q AutomationQuery
		s.answer(w, req, &q, func() (any, error) { return s.Automations(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/automation/documents", func(w http.ResponseWriter, req *http.Request) {
		var q documentQuery
		s.answer(w, req, &q, func() (any, error) { return s.AutomationDocuments(req.Context(), q.AutomationPlace, q.Name) })
	})
}

type documentQuery struct {
	AutomationPlace
	Name string `json:"documentName,omitempty"`
}

// StartAutomation is Server.StartAutomation over HTTP; the server drives the execution.
func (r Remote) StartAutomation(ctx context.Context, q AutomationStart) (e AutomationRun, err error) {
	return e, r.ask(ctx, "automation/start", q, &e)
}

// OrderAutomation is Server.OrderAutomation over HTTP.
func (r Remote) OrderAutomation(ctx context.Context, o AutomationOrder) (e AutomationRun, err error) {
	return e, r.ask(ctx, "automation/order", o, &e)
}

// Automations is Server.Automations over HTTP.
func (r Remote) Automations(ctx context.Context, q AutomationQuery) (page AutomationPage, err error) {
	return page, r.ask(ctx, "automation/list", q, &page)
}

// AutomationDocuments is Server.AutomationDocuments over HTTP.
func (r Remote) AutomationDocuments(ctx context.Context, at AutomationPlace, name string) (list []AutomationDocument, err error) {
	return list, r.ask(ctx, "automation/documents", documentQuery{at, name}, &list)
}

// look is how often a command asks a server how far an execution is.
const look = 500 * time.Millisecond

// FollowAutomation waits until an execution has ended or waits for a signal. An interruption ends the waiting alone: the
// server goes on with the execution.
func (r Remote) FollowAutomation(ctx context.Context, at AutomationPlace, id string) (AutomationRun, error) {
	t := time.NewTicker(look)
	defer t.Stop()
	for {
		e, err := r.OrderAutomation(ctx, AutomationOrder{AutomationPlace: at, ID: id})
		if err != nil || automation.Ended(e.Status) || e.Status == automation.Waiting {
			return e, err
		}
		select {
		case <-ctx.Done():
			return e, ctx.Err()
		case <-t.C:
		}
	}
}
