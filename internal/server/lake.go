package server

import (
	"context"
	"crypto/rsa"
	"runtime"

	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/trails"
)

// openLake makes the lake over the events, the organization and the buckets.
func (s *Server) openLake(remote delivery.Remote) {
	s.lake = lake.New(lake.Parts{
		Docs: s.docs, Events: s.events, Organization: s.org, Clock: s.cfg.Clock, Dir: s.cfg.path("lake"), Shelf: s.shelf, Remote: remote,
		Engine: &lake.Trino{Events: s.events, Clock: s.cfg.Clock, Workers: runtime.GOMAXPROCS(0)},
		Keys: func(ctx context.Context, account, region string) (*rsa.PrivateKey, error) {
			return s.deliverer.SigningKey(ctx, trails.Place{Account: account, Region: region}, s.cfg.Clock.Now())
		},
	})
	s.lake.Register(s.trails.Resources())
}

// runLake runs the queries that are started.
func (s *Server) runLake(ctx context.Context) error { return s.lake.Run(ctx, s.cfg.Log) }
