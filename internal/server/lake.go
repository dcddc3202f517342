package server

import "github.com/tickmark/tickmark/internal/lake"

// openLake makes the lake over the events and the organization.
func (s *Server) openLake() {
	s.lake = lake.New(lake.Parts{Docs: s.docs, Events: s.events, Organization: s.org, Clock: s.cfg.Clock})
}
