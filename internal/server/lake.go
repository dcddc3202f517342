package server

import (
	"context"
	"crypto/rsa"
	"runtime"

	"github.com/tickmark/tickmark/internal/cloud/bucket"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trails"
)

// openLake makes the lake over the events, the organization and the buckets.
func (s *Server) openLake(remote delivery.Remote) error {
	generator, err := s.cfg.generator()
	if err != nil {
		return err
	}
	s.lake = lake.New(lake.Parts{
		Docs: s.docs, Events: s.events, Organization: s.org, Clock: s.cfg.Clock, Dir: s.cfg.path("lake"), Shelf: s.shelf, Remote: remote, Bucket: s.importBucket,
		Generator: generator, Evidence: finder.Stores{Finder: s.finder},
		Engine: &lake.Trino{Events: s.events, Clock: s.cfg.Clock, Workers: runtime.GOMAXPROCS(0)},
		Keys: func(ctx context.Context, account, region string) (*rsa.PrivateKey, error) {
			return s.deliverer.SigningKey(ctx, trails.Place{Account: account, Region: region}, s.cfg.Clock.Now())
		},
	})
	s.lake.Register(s.trails.Resources())
	return nil
}

// importBucket is a bucket that an account may import from: one of its own here, or one of the S3 that is delivered to.
func (s *Server) importBucket(ctx context.Context, account, name string) (trail.Bucket, error) {
	_, err := s.shelf.Owned(ctx, account, name)
	switch {
	case err == nil:
		return shelfBucket{s.shelf, account, name}, nil
	case fault.KindOf(err) != fault.NotFound || s.cfg.DeliveryS3.Profile == "" && s.cfg.DeliveryS3.EndpointURL == "":
		return nil, err
	}
	remote, err := bucket.New(s.cfg.DeliveryS3)
	if err != nil {
		return nil, err
	}
	return remote.Reader(name), nil
}

// runImports runs the imports into event data stores that are started.
func (s *Server) runImports(ctx context.Context) error { return s.lake.RunImports(ctx, s.cfg.Log) }

// runRefreshes refreshes the dashboards that fall due.
func (s *Server) runRefreshes(ctx context.Context) error { return s.lake.RunRefreshes(ctx, s.cfg.Log) }

// runLake runs the queries that are started.
func (s *Server) runLake(ctx context.Context) error { return s.lake.Run(ctx, s.cfg.Log) }
