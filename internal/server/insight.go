package server

import (
	"context"

	"github.com/tickmark/tickmark/internal/insight"
	"github.com/tickmark/tickmark/internal/store"
)

// openInsights makes the worker that finds unusual rates in the events, for the trails that ask for it.
func (s *Server) openInsights() {
	repo := store.For(s.db, func(tx *store.Tx) insight.Tx { return tx })
	s.insights = insight.New(insight.Parts{Store: repo, Events: s.events, Selected: s.insightsAsked, Clock: s.cfg.Clock, Log: s.cfg.Log})
	s.rates = insight.NewReader(repo, s.events, s.cfg.Clock)
}

// insightsAsked are the insights that logging trails ask for.
func (s *Server) insightsAsked(ctx context.Context) ([]insight.Selection, error) {
	active, err := s.trails.Logging(ctx)
	if err != nil {
		return nil, err
	}
	var out []insight.Selection
	for _, t := range active {
		region := t.HomeRegion
		if t.MultiRegion {
			region = ""
		}
		for _, asked := range t.Insights {
			for _, category := range asked.Categories {
				for _, account := range t.Accounts() {
					out = append(out, insight.Selection{Account: account, Region: region, Type: asked.Type, Category: category})
				}
			}
		}
	}
	return out, nil
}
