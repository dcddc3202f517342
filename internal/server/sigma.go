package server

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/forensic"
	"github.com/tickmark/tickmark/internal/sigma"
	"github.com/tickmark/tickmark/internal/trail"
)

// openSigma reads the operator's rules. A rule that cannot be matched would be missed in silence: it is a mistake.
func (s *Server) openSigma() error {
	if len(s.cfg.SigmaRules) == 0 {
		return nil
	}
	set, bad, err := sigma.Load(s.cfg.SigmaRules...)
	if err == nil && len(bad) > 0 {
		err = fault.Invalidf("sigma-rules", "--sigma-rules: %s: %s (%d mistakes in all; see 'tickmark sigma lint').", bad[0].File, bad[0].Reason, len(bad))
	}
	s.sigma = set
	return err
}

// runSigma matches the rules against events as they arrive.
func (s *Server) runSigma(ctx context.Context, wg *sync.WaitGroup) {
	if len(s.sigma) > 0 {
		wg.Go(func() {
			s.work(ctx, "Sigma rules", func(ctx context.Context) error { return s.sigma.Keep(ctx, s.events, s.docs, s.findings, s.cfg.Log) })
		})
	}
}

// HuntQuery asks which recorded events match Sigma rules, which lie in files of this machine. With Tell the hub is told.
type HuntQuery struct {
	WhoQuery
	Rules []string `json:"rules"`
	Tell  bool     `json:"tell,omitempty"`
}

// Hunt is what was found. Its JSON form is a promise to scripts.
type Hunt struct {
	// Rules and Events are how many were looked at, Matches how many there are in all.
	Rules   int `json:"rules"`
	Events  int `json:"events"`
	Matches int `json:"matches"`
	// ByRule are the rules that matched, the most frequent first.
	ByRule []HuntRule `json:"byRule"`
	// Latest are the latest matches.
	Latest []HuntMatch `json:"latest"`
}

// HuntRule is a rule that matched.
type HuntRule struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Level string `json:"level"`
	Count int    `json:"count"`
}

// HuntMatch is an event that matched a rule.
type HuntMatch struct {
	Rule  string       `json:"rule"`
	Title string       `json:"title"`
	Level string       `json:"level"`
	Event forensic.Act `json:"event"`
}

// Hunt matches Sigma rules against recorded events.
func (s *Server) Hunt(ctx context.Context, q HuntQuery) (out Hunt, err error) {
	w, err := q.window(s.cfg.Clock.Now())
	if err != nil {
		return out, err
	}
	set, bad, err := sigma.Load(q.Rules...)
	switch {
	case err != nil:
		return out, err
	case len(bad) > 0:
		return out, fault.Invalidf("rules", "%s: %s (%d mistakes in all; see 'tickmark sigma lint').", bad[0].File, bad[0].Reason, len(bad))
	case len(set) == 0:
		return out, fault.Invalidf("rules", "There are no rules in %v. Rules are files that end with .yml or .yaml.", q.Rules)
	}
	h := hunt{out: Hunt{Rules: len(set), ByRule: []HuntRule{}, Latest: []HuntMatch{}}, counts: map[*sigma.Rule]int{}, limit: q.Limit}
	var failed error
	err = s.events.Scan(ctx, trail.ScanQuery{Scope: w.Scope, From: w.From, To: w.To, Raw: true}, func(e *trail.Event) bool {
		if !w.In(e.Region) {
			return true
		}
		h.out.Events++
		matching := set.Matching(e)
		if len(matching) > 0 && q.Tell {
			failed = set.Tell(ctx, s.findings, e)
		}
		h.add(e, matching)
		return failed == nil
	})
	if q.Tell {
		s.wakeCollector()
	}
	return h.result(), cmp.Or(err, failed)
}

type hunt struct {
	out    Hunt
	counts map[*sigma.Rule]int
	limit  int
}

func (h *hunt) add(e *trail.Event, matching []*sigma.Rule) {
	for _, r := range matching {
		h.out.Matches++
		h.counts[r]++
		h.out.Latest = append(h.out.Latest, HuntMatch{Rule: r.ID, Title: r.Title, Level: r.Level, Event: forensic.ActOf(e)})
	}
	if len(h.out.Latest) > 2*h.limit+1000 {
		h.trim()
	}
}

// trim keeps the latest matches.
func (h *hunt) trim() {
	slices.SortFunc(h.out.Latest, func(a, b HuntMatch) int {
		return cmp.Or(b.Event.Time.Compare(a.Event.Time), cmp.Compare(b.Event.ID, a.Event.ID), cmp.Compare(a.Rule, b.Rule))
	})
	h.out.Latest = h.out.Latest[:min(h.limit, len(h.out.Latest))]
}

func (h *hunt) result() Hunt {
	h.trim()
	for r, n := range h.counts {
		h.out.ByRule = append(h.out.ByRule, HuntRule{r.ID, r.Title, r.Level, n})
	}
	slices.SortFunc(h.out.ByRule, func(a, b HuntRule) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.ID, b.ID)) })
	return h.out
}

func (s *Server) adminSigma(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/sigma/hunt", func(w http.ResponseWriter, req *http.Request) {
		var q HuntQuery
		s.answer(w, req, &q, func() (any, error) { return s.Hunt(req.Context(), q) })
	})
}

// Hunt is Server.Hunt over HTTP.
func (r Remote) Hunt(ctx context.Context, q HuntQuery) (out Hunt, err error) {
	return out, r.ask(ctx, "sigma/hunt", q, &out)
}
