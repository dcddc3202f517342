package server

import (
	"context"

	"github.com/tickmark/tickmark/internal/assess"
)

// EvidenceSources are the mapping sources of an assessment, in the order of its controls.
type EvidenceSources struct {
	Assessment string         `json:"assessment"`
	Name       string         `json:"name"`
	Sources    []SourceOfItem `json:"sources"`
}

// SourceOfItem tells how a mapping source fares.
type SourceOfItem struct {
	ControlSet string `json:"controlSet"`
	ControlID  string `json:"controlId"`
	Control    string `json:"control"`
	Type       string `json:"sourceType"`
	Keyword    string `json:"keyword,omitempty"`
	// State is FRESH, STALE, NEVER or STOPPED; Expected DAILY, WEEKLY, MONTHLY, AS_IT_HAPPENS or BY_HAND.
	State    string `json:"state"`
	Expected string `json:"expected"`
	// FirstDay and LastDay are the days of its evidence, Items how many pieces there are, and Due the day by which
	// there should be more.
	FirstDay string   `json:"firstDay,omitempty"`
	LastDay  string   `json:"lastDay,omitempty"`
	Items    int64    `json:"items"`
	Due      string   `json:"due,omitempty"`
	Why      []Reason `json:"why,omitempty"`
}

// Reason is why a source does not collect.
type Reason struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// EvidenceSources tells of each mapping source of an assessment what it has collected, and if not, why.
func (s *Server) EvidenceSources(ctx context.Context, q AssessmentQuery) (EvidenceSources, error) {
	a, c, err := s.found(ctx, q)
	if err != nil {
		return EvidenceSources{}, err
	}
	states, err := s.audit.Sources(ctx, c, a.ID)
	out := EvidenceSources{Assessment: a.ID, Name: a.Name, Sources: make([]SourceOfItem, 0, len(states))}
	for i := range states {
		x := &states[i]
		l := SourceOfItem{
			ControlSet: x.Set, ControlID: x.Control, Control: x.ControlName, Type: string(x.Source.Type), Keyword: x.Source.Keyword, State: x.State, Expected: x.Expected,
			FirstDay: x.Collected.FirstDay, LastDay: x.Collected.LastDay, Items: x.Collected.Items, Due: x.Due,
		}
		for _, w := range x.Why {
			l.Why = append(l.Why, Reason(w))
		}
		out.Sources = append(out.Sources, l)
	}
	return out, err
}

// CollectQuery asks for a collection of the days From to To, both included; empty: from the assessment's first day to
// today.
type CollectQuery struct {
	AssessmentQuery
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// Collected is what a collection has recorded.
type Collected struct {
	Assessment string `json:"assessment"`
	Name       string `json:"name"`
	// Evidence are new pieces, Known those that were recorded before.
	Evidence int `json:"evidence"`
	Known    int `json:"known"`
}

// CollectEvidence collects for an assessment at once. What is recorded already is not recorded again.
func (s *Server) CollectEvidence(ctx context.Context, q CollectQuery) (Collected, error) {
	a, _, err := s.found(ctx, q.AssessmentQuery)
	if err != nil {
		return Collected{}, err
	}
	r, err := (&assess.Collector{Service: s.audit}).Collect(ctx, a.Owner, a.ID, q.From, q.To)
	return Collected{Assessment: a.ID, Name: a.Name, Evidence: r.Evidence, Known: r.Known}, err
}
