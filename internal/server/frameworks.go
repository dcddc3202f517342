package server

import (
	"context"
	"net/http"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authoring"
)

// maxApply is how long a request to apply definitions may be: the longest file, whose JSON may be longer than its YAML.
const maxApply = 4 * authoring.MaxBytes

// ApplyRequest asks for definitions to be made. Owner owns those that name no owner; empty: the management account.
type ApplyRequest struct {
	File  *authoring.File `json:"file"`
	Owner string          `json:"owner,omitempty"`
	Prune bool            `json:"prune,omitempty"`
	Try   bool            `json:"dryRun,omitempty"`
}

// ApplyFrameworks makes the installation's custom definitions those of a file.
func (s *Server) ApplyFrameworks(ctx context.Context, q ApplyRequest) ([]authoring.Change, error) {
	if q.Owner == "" {
		q.Owner = s.cfg.Account
	}
	if q.File == nil {
		q.File = &authoring.File{Format: authoring.Format}
	}
	by := assess.Caller{Account: s.cfg.Account, Principal: s.operator(), Owner: true}
	return authoring.Apply(ctx, s.audit, by, q.File, authoring.Options{Owner: q.Owner, Prune: q.Prune, Try: q.Try})
}

// CustomFrameworks are the custom definitions; Account is the management account.
type CustomFrameworks struct {
	Account     string             `json:"account"`
	Definitions assess.Definitions `json:"definitions"`
}

// CustomFrameworks gives the custom definitions of every account.
func (s *Server) CustomFrameworks(ctx context.Context) (CustomFrameworks, error) {
	d, err := s.audit.Definitions(ctx)
	return CustomFrameworks{s.cfg.Account, d}, err
}

func (s *Server) adminFrameworks(mux *http.ServeMux) {
	s.adminTexts(mux)
	mux.HandleFunc("POST /-/v1/frameworks/apply", func(w http.ResponseWriter, req *http.Request) {
		var q ApplyRequest
		s.answer(w, req, &q, func() (any, error) { return s.ApplyFrameworks(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/frameworks/custom", func(w http.ResponseWriter, req *http.Request) {
		var none struct{}
		s.answer(w, req, &none, func() (any, error) { return s.CustomFrameworks(req.Context()) })
	})
}

// ApplyFrameworks is Server.ApplyFrameworks over HTTP.
func (r Remote) ApplyFrameworks(ctx context.Context, q ApplyRequest) (changes []authoring.Change, err error) {
	return changes, r.ask(ctx, "frameworks/apply", q, &changes)
}

// CustomFrameworks is Server.CustomFrameworks over HTTP.
func (r Remote) CustomFrameworks(ctx context.Context) (out CustomFrameworks, err error) {
	return out, r.ask(ctx, "frameworks/custom", struct{}{}, &out)
}
