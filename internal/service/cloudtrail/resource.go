package cloudtrail

import (
	"context"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/trails"
)

// registerKinds lets the things of the lake have tags and policies.
func (p Parts) registerKinds() {
	if p.Trails == nil || p.Lake == nil {
		return
	}
	p.Trails.Resources().Register(trails.Kind{Noun: "eventdatastore", Policies: true, Find: func(ctx context.Context, at trails.Place, name string) error {
		d, err := p.Lake.DataStore(ctx, lake.Place(at), name)
		if err == nil && d.Status == lake.PendingDeletion {
			err = fault.New(fault.Conflict, "The event data store %s is pending deletion: restore it first.", d.Name).With("InactiveEventDataStoreException")
		}
		return err
	}})
}
