package lake

import (
	"context"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/selector"
	"github.com/tickmark/tickmark/internal/trails"
)

// NewDataStore is what a data store is made of; what is nil or empty gets AWS's default.
type NewDataStore struct {
	Name                                 string
	Selectors                            []selector.Advanced
	Billing                              string
	MultiRegion, Organization, Protected *bool
	Retention                            int
	KMSKeyID                             string
	Tags                                 map[string]string
	// Ingest starts it at once, with all history that is stored.
	Ingest *bool
}

// CreateDataStore makes a data store.
func (l *Lake) CreateDataStore(ctx context.Context, p Place, n NewDataStore) (DataStore, error) {
	d := DataStore{
		Place: p, ID: l.Clock.NewID(), Name: n.Name, Selectors: n.Selectors, Billing: n.Billing, Retention: n.Retention, KMSKeyID: n.KMSKeyID,
		MultiRegion: given(n.MultiRegion, true), Organization: given(n.Organization, false), Protected: given(n.Protected, true),
		Status: Stopped, Created: l.Clock.Now(),
	}
	d.Updated = d.Created
	if d.Billing == "" {
		d.Billing = ExtendableBilled
	}
	if d.Retention == 0 {
		d.Retention = retentions[d.Billing].usual
	}
	if len(d.Selectors) == 0 {
		d.Selectors = usualSelectors
	}
	if given(n.Ingest, true) {
		d.start(0)
	}
	if err := l.check(ctx, &d); err != nil {
		return d, err
	}
	return d, l.Docs.Write(ctx, func(tx docs.Tx) error {
		if err := room(tx, p); err != nil {
			return err
		}
		if err := stores.Insert(tx, p.Account, p.Region, d.ID, d.Name, d); err != nil {
			return named(err, "EventDataStoreAlreadyExistsException")
		}
		return trails.PutTags(tx, d.ARN(), n.Tags)
	})
}

func given(v *bool, otherwise bool) bool {
	if v == nil {
		return otherwise
	}
	return *v
}

// named gives the fault of a name that is taken its code.
func named(err error, code string) error {
	if f, ok := err.(*fault.Error); ok && f.Kind == fault.Exists {
		return f.With(code)
	}
	return err
}

// room refuses one data store more than an account may have; those pending deletion do not count.
func room(tx docs.Tx, p Place) error {
	all, err := stores.All(tx, p.scope())
	n := 0
	for i := range all {
		if all[i].Value.Status != PendingDeletion {
			n++
		}
	}
	if err == nil && n >= maxStores {
		err = fault.New(fault.Quota, "The account %s has %d event data stores in %s, the most there may be. Delete one first.", p.Account, n, p.Region).With("EventDataStoreMaxLimitExceededException")
	}
	return err
}

// check refuses settings that do not go together.
func (l *Lake) check(ctx context.Context, d *DataStore) error {
	if longest := retentions[d.Billing].longest; d.Retention < shortestRetention || d.Retention > longest {
		return fault.Invalidf("RetentionPeriod", "The retention period of %d days is outside of %d to %d days, which the billing mode %s allows.", d.Retention, shortestRetention, longest, d.Billing).With("InvalidParameterException")
	}
	if _, err := compile(d.Selectors); err != nil {
		return err
	}
	if !d.Organization {
		return nil
	}
	_, err := l.members(ctx, d.Account)
	return err
}
