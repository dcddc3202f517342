package lake

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/selector"
)

// Changes are those of a data store; what is nil or empty stays as it is.
type Changes struct {
	Name, Billing, KMSKeyID              string
	Selectors                            []selector.Advanced
	MultiRegion, Organization, Protected *bool
	Retention                            int
}

// UpdateDataStore changes a data store.
func (l *Lake) UpdateDataStore(ctx context.Context, p Place, name string, c Changes) (DataStore, error) {
	if err := l.unchangeable(p, name, "OperationNotPermittedException"); err != nil {
		return DataStore{}, err
	}
	before, err := l.DataStore(ctx, p, name)
	if err != nil {
		return before, err
	}
	after := before
	if err := c.apply(&after); err != nil {
		return before, err
	}
	if err := l.check(ctx, &after); err != nil { // asks the organization, which is no work for a transaction
		return before, err
	}
	return l.change(ctx, p, name, func(tx docs.Tx, d *DataStore) error {
		if _, err := active(tx, p, name); err != nil {
			return err
		}
		return c.apply(d)
	})
}

func (c *Changes) apply(d *DataStore) error {
	if c.Billing != "" && c.Billing != d.Billing {
		if d.Billing == ExtendableBilled {
			return fault.Invalidf("BillingMode", "The billing mode %s cannot be changed to %s: make another event data store.", d.Billing, c.Billing).With("InvalidParameterException")
		}
		d.Billing = c.Billing
	}
	if len(c.Selectors) > 0 {
		from, err := kindOf(d.Selectors)
		if err != nil {
			return err
		}
		to, err := kindOf(c.Selectors)
		if err != nil {
			return err
		}
		if from != to {
			return fault.Invalidf("AdvancedEventSelectors", "The event data store is for %s and cannot become one for %s: make another one.", from, to).With("InvalidEventSelectorsException")
		}
		d.Selectors = c.Selectors
	}
	if c.Name != "" {
		d.Name = c.Name
	}
	if c.KMSKeyID != "" {
		d.KMSKeyID = c.KMSKeyID
	}
	if c.Retention != 0 {
		d.Retention = c.Retention
	}
	d.MultiRegion = given(c.MultiRegion, d.MultiRegion)
	d.Organization = given(c.Organization, d.Organization)
	d.Protected = given(c.Protected, d.Protected)
	return nil
}

// DeleteDataStore asks for a data store's deletion; it can be restored for a while.
func (l *Lake) DeleteDataStore(ctx context.Context, p Place, name string) error {
	if err := l.unchangeable(p, name, "EventDataStoreTerminationProtectedException"); err != nil {
		return err
	}
	head, err := l.Events.Head(ctx)
	if err != nil {
		return err
	}
	_, err = l.change(ctx, p, name, func(tx docs.Tx, d *DataStore) error {
		if _, err := active(tx, p, name); err != nil {
			return err
		}
		if d.Protected {
			return fault.New(fault.Conflict, "The event data store %s is protected from deletion: update it with TerminationProtectionEnabled false first.", d.Name).With("EventDataStoreTerminationProtectedException")
		}
		if err := unused(tx, d); err != nil {
			return err
		}
		if d.Status == Enabled {
			d.stop(head)
		}
		d.Status, d.Deleted = PendingDeletion, l.Clock.Now()
		return nil
	})
	return err
}

// RestoreDataStore takes a deletion back. What arrived meanwhile is not shown.
func (l *Lake) RestoreDataStore(ctx context.Context, p Place, name string) (DataStore, error) {
	if err := l.unchangeable(p, name, "InvalidEventDataStoreStatusException"); err != nil {
		return DataStore{}, err
	}
	head, err := l.Events.Head(ctx)
	if err != nil {
		return DataStore{}, err
	}
	return l.change(ctx, p, name, func(tx docs.Tx, d *DataStore) error {
		if d.Status != PendingDeletion {
			return fault.New(fault.Conflict, "The event data store %s is %s: only one that is %s can be restored.", d.Name, d.Status, PendingDeletion).With("InvalidEventDataStoreStatusException")
		}
		if err := room(tx, p); err != nil {
			return err
		}
		d.Deleted = time.Time{}
		d.start(head)
		return nil
	})
}

// unused refuses to delete a data store that something still writes to.
func unused(tx docs.Tx, d *DataStore) error {
	list, err := channelsOf(tx, d.Place)
	if err != nil {
		return err
	}
	for _, c := range list {
		if slices.Contains(c.Stores, d.ID) {
			return fault.New(fault.Conflict, "The channel %s writes to the event data store %s: delete it, or give it another one.", c.Name, d.Name).With("ChannelExistsForEDSException")
		}
	}
	return noImport(tx, d, "EventDataStoreHasOngoingImportException")
}
