package server

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/tickmark/tickmark/internal/cloud/auditmanager"
	"github.com/tickmark/tickmark/internal/cloud/profile"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/migrate"
)

// MigrateRequest says which account of Audit Manager to copy.
type MigrateRequest struct {
	// Profile of the AWS configuration files has the credentials; empty takes the usual ones.
	Profile string `json:"profile,omitempty"`
	// Regions are those to copy from; none means every region that Audit Manager is in.
	Regions []string `json:"regions,omitempty"`
	// EndpointURL replaces AWS's address: another Tickmark.
	EndpointURL string `json:"endpointUrl,omitempty"`
}

// RegionCounts are what was copied of a region.
type RegionCounts struct {
	Region string `json:"region"`
	migrate.Counts
}

// Migrate copies an account of AWS Audit Manager, region by region. It may be repeated; what is there stays as it is.
func (s *Server) Migrate(ctx context.Context, in MigrateRequest, progress func(RegionCounts)) ([]RegionCounts, error) {
	keys, _, err := profile.Load(ctx, in.Profile)
	if err != nil {
		return nil, err
	}
	for _, r := range in.Regions {
		if !slices.Contains(auditmanager.Regions, r) && in.EndpointURL == "" {
			return nil, fault.Invalidf("regions", "Audit Manager is not in %q; it is in %v.", r, auditmanager.Regions)
		}
	}
	regions := in.Regions
	if len(regions) == 0 {
		regions = auditmanager.Regions
	}
	out := []RegionCounts{}
	defer s.wakeCollector()
	for _, r := range regions {
		m := migrate.Migration{
			Into: s.audit, From: auditmanager.New(auditmanager.Options{Region: r, Credentials: keys, EndpointURL: in.EndpointURL, Clock: s.cfg.Clock}),
			Progress: func(c migrate.Counts) {
				if progress != nil {
					progress(RegionCounts{r, c})
				}
			},
		}
		done, err := m.Run(ctx)
		out = append(out, RegionCounts{r, done})
		if err != nil {
			return out, fmt.Errorf("copy from %s: %w", r, err)
		}
	}
	return out, nil
}

func (s *Server) adminMigrate(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/migrate", func(w http.ResponseWriter, req *http.Request) {
		var in MigrateRequest
		s.answer(w, req, &in, func() (any, error) { return s.Migrate(req.Context(), in, nil) })
	})
}

// Migrate is Server.Migrate over HTTP, without progress.
func (r Remote) Migrate(ctx context.Context, in MigrateRequest, _ func(RegionCounts)) (out []RegionCounts, err error) {
	return out, r.ask(ctx, "migrate", in, &out)
}
