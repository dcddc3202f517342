package server

import (
	"context"
	"encoding/json"
	"net/http"
	"runtime"

	"github.com/tickmark/tickmark/internal/finder"
)

// FindEvidence gives the evidence that a filter asks for, of the assessment it names by id, ARN or name.
func (s *Server) FindEvidence(ctx context.Context, q finder.Filter, to EventRows) error {
	a, _, err := s.found(ctx, AssessmentQuery{Assessment: q.Assessment})
	if err != nil {
		return err
	}
	q.Assessment = a.ID
	return s.finder.Find(ctx, a.Owner, finder.Sight{All: true}, q, runtime.GOMAXPROCS(0), to.Begin, to.Row)
}

func (s *Server) adminFinder(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/evidence/find", func(w http.ResponseWriter, req *http.Request) {
		var q finder.Filter
		if err := json.NewDecoder(req.Body).Decode(&q); err != nil {
			writeJSON(w, http.StatusBadRequest, adminLine{Error: "The body is not the JSON object of a filter."})
			return
		}
		s.sendRows(w, func(to EventRows) error { return s.FindEvidence(req.Context(), q, to) })
	})
}

// FindEvidence is Server.FindEvidence over HTTP.
func (r Remote) FindEvidence(ctx context.Context, q finder.Filter, to EventRows) error {
	return r.takeRows(ctx, "evidence/find", q, to)
}
