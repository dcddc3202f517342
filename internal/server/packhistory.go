package server

import (
	"context"
	"net/http"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// PackHistoryQuery asks how a conformance pack has stood. Empty lists mean all accounts and regions that have a pack of
// the name.
type PackHistoryQuery struct {
	Pack     string   `json:"conformancePackName"`
	Accounts []string `json:"accounts,omitempty"`
	Regions  []string `json:"regions,omitempty"`
	// Before is the end of what is asked for; zero is now.
	Before time.Time `json:"before,omitzero"`
	// Limit is how many scores of each pack are given, the newest; 0 is 100.
	Limit int `json:"limit,omitempty"`
}

// PackScore is how a pack stood from a moment on, until the next score; its JSON form is a promise to scripts.
type PackScore struct {
	Account string    `json:"accountId"`
	Region  string    `json:"awsRegion"`
	Pack    string    `json:"conformancePackName"`
	At      time.Time `json:"since"`
	// Score is the percentage of rule-resource pairs that are compliant; null when nothing was judged.
	Score *float64 `json:"score"`
	Rules struct {
		Compliant    int64 `json:"compliant"`
		NonCompliant int64 `json:"nonCompliant"`
		Insufficient int64 `json:"insufficientData"`
	} `json:"rules"`
	Verdicts struct {
		Compliant    int64 `json:"compliant"`
		NonCompliant int64 `json:"nonCompliant"`
		Insufficient int64 `json:"insufficientData"`
	} `json:"verdicts"`
}

// maxScores bounds the scores of one pack in one answer.
const maxScores = 1000

// PackHistory tells how packs of a name have stood over time: by account and region, the newest first.
func (s *Server) PackHistory(ctx context.Context, q PackHistoryQuery) ([]PackScore, error) {
	if q.Limit <= 0 {
		q.Limit = 100
	}
	q.Limit = min(q.Limit, maxScores)
	places, err := s.program.PackPlaces(ctx, arn.Everything(), q.Pack)
	if err != nil {
		return nil, err
	}
	wanted := ReportQuery{Accounts: q.Accounts, Regions: q.Regions}
	out := []PackScore{}
	found := false
	for _, p := range places {
		if !wanted.wants(p.Account, p.Region) {
			continue
		}
		found = true
		scores, err := s.program.PackHistory(ctx, p, q.Pack, q.Before, q.Limit)
		if err != nil {
			return nil, err
		}
		for i := range scores {
			c := &scores[i]
			line := PackScore{Account: c.Account, Region: c.Region, Pack: q.Pack, At: c.At}
			if percent, ok := c.Score(); ok {
				line.Score = &percent
			}
			line.Rules.Compliant, line.Rules.NonCompliant, line.Rules.Insufficient = c.Rules.Compliant, c.Rules.NonCompliant, c.Rules.Insufficient
			line.Verdicts.Compliant, line.Verdicts.NonCompliant, line.Verdicts.Insufficient = c.Counts.Compliant, c.Counts.NonCompliant, c.Counts.Insufficient
			out = append(out, line)
		}
	}
	if !found {
		return nil, fault.New(fault.NotFound, "There is no conformance pack %q there.", q.Pack)
	}
	return out, nil
}

func (s *Server) adminPackHistory(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/report/packhistory", func(w http.ResponseWriter, req *http.Request) {
		var q PackHistoryQuery
		s.answer(w, req, &q, func() (any, error) { return s.PackHistory(req.Context(), q) })
	})
}

// PackHistory is Server.PackHistory over HTTP.
func (r Remote) PackHistory(ctx context.Context, q PackHistoryQuery) (scores []PackScore, err error) {
	return scores, r.ask(ctx, "report/packhistory", q, &scores)
}
