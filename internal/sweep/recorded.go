package sweep

import (
	"context"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/recording"
)

// Recorded is a Sink that records as the recorders of the places ask for: at once or once a day. Resources without a
// region, and what an account's only list has of all its regions, go by the recorder of their region or else of the
// partition's home region.
type Recorded struct {
	Observer *recording.Observer
	Program  *compliance.Program
	// homes are the home regions of accounts, learned by Wanted.
	homes sync.Map
}

// Wanted makes sure that every place of an account has a recorder, and tells which types the recorders record. A place
// whose recorder is stopped, and types that it leaves out, are not read. Account facts always are.
func (s *Recorded) Wanted(ctx context.Context, a *Account) (func(region, typ string) bool, error) {
	regions := append([]string{a.home()}, a.Regions...)
	have, err := s.Program.KeepRecorders(ctx, a.ID, regions, a.Role)
	if err != nil {
		return nil, err
	}
	home := a.home()
	s.homes.Store(a.ID, home)
	return func(region, typ string) bool {
		if region == arn.Global {
			region = home
		}
		r := have[region]
		return !compliance.KnownType(typ) || r.Status.Recording && r.Records(typ)
	}, nil
}

// Observe implements Sink.
func (s *Recorded) Observe(ctx context.Context, specs []inventory.Spec) (written int, err error) {
	for at, list := range s.byPlace(specs) {
		for i := range list {
			list[i].Status = inventory.OK
		}
		n, err := s.Observer.Take(ctx, at, list)
		if written += n; err != nil {
			return written, err
		}
	}
	return written, nil
}

// Gone implements Sink.
func (s *Recorded) Gone(ctx context.Context, seen time.Time, keys []inventory.Key) (written int, err error) {
	specs := make([]inventory.Spec, 0, len(keys))
	for _, k := range keys {
		specs = append(specs, inventory.Spec{Key: k, Status: inventory.Deleted, Captured: seen})
	}
	for at, list := range s.byPlace(specs) {
		n, err := s.Observer.Take(ctx, at, list)
		if written += n; err != nil {
			return written, err
		}
	}
	return written, nil
}

// byPlace are specs by the place whose recorder they go by.
func (s *Recorded) byPlace(specs []inventory.Spec) map[compliance.Place][]inventory.Spec {
	by := map[compliance.Place][]inventory.Spec{}
	for _, spec := range specs {
		at := compliance.Place{Account: spec.Account, Region: spec.Region}
		if at.Region == arn.Global {
			at.Region = collect.HomeRegion("aws")
			if home, ok := s.homes.Load(spec.Account); ok {
				at.Region = home.(string)
			}
		}
		by[at] = append(by[at], spec)
	}
	return by
}
