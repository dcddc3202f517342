package server

import (
	"context"
	"net/http"

	"github.com/tickmark/tickmark/internal/assess"
)

// TextsRequest lays official texts over standard frameworks, or takes those of one framework away.
type TextsRequest struct {
	Rows   []assess.TextRow `json:"rows,omitempty"`
	Remove string           `json:"remove,omitempty"`
	Try    bool             `json:"dryRun,omitempty"`
}

// ApplyTexts changes the official texts of the installation.
func (s *Server) ApplyTexts(ctx context.Context, q TextsRequest) ([]assess.TextChange, error) {
	if q.Remove != "" {
		c, err := s.audit.RemoveTexts(ctx, q.Remove)
		return []assess.TextChange{c}, err
	}
	return s.audit.SetTexts(ctx, s.operator(), q.Rows, q.Try)
}

// OfficialTexts tells which standard frameworks have official texts.
func (s *Server) OfficialTexts(ctx context.Context) ([]assess.TextChange, error) {
	return s.audit.OfficialTexts(ctx)
}

func (s *Server) adminTexts(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/frameworks/texts/apply", func(w http.ResponseWriter, req *http.Request) {
		var q TextsRequest
		s.answer(w, req, &q, func() (any, error) { return s.ApplyTexts(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/frameworks/texts", func(w http.ResponseWriter, req *http.Request) {
		var none struct{}
		s.answer(w, req, &none, func() (any, error) { return s.OfficialTexts(req.Context()) })
	})
}

// ApplyTexts is Server.ApplyTexts over HTTP.
func (r Remote) ApplyTexts(ctx context.Context, q TextsRequest) (out []assess.TextChange, err error) {
	return out, r.ask(ctx, "frameworks/texts/apply", q, &out)
}

// OfficialTexts is Server.OfficialTexts over HTTP.
func (r Remote) OfficialTexts(ctx context.Context) (out []assess.TextChange, err error) {
	return out, r.ask(ctx, "frameworks/texts", struct{}{}, &out)
}
