package server

import (
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/trails"
	"github.com/tickmark/tickmark/internal/trails/courier"
)

// openTrails opens the trails, which deliver to buckets here and, where there is one, at another S3.
func (s *Server) openTrails(remote delivery.Remote) {
	s.trails = trails.New(trails.Parts{
		Store: store.For(s.db, func(tx *store.Tx) trails.Tx { return tx }), Shelf: s.shelf, Topics: s.topics, Organization: s.org, Remote: remote,
	})
	s.deliverer = courier.New(courier.Parts{
		Store: store.For(s.db, func(tx *store.Tx) courier.Tx { return tx }), Trails: s.trails, Events: s.events, Shelf: s.shelf, Topics: s.topics,
		Remote: remote, OrganizationID: s.organizationID, Clock: s.cfg.Clock,
	})
}
