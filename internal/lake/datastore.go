package lake

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/selector"
)

// DataStore is an event data store.
type DataStore struct {
	Place
	ID, Name string
	// Selectors are its advanced event selectors; an event that any of them selects is in the data store.
	Selectors []selector.Advanced
	// Billing is one of the modes; it settles the longest retention.
	Billing string
	// MultiRegion and Organization widen it to all regions and to all accounts of the organization.
	MultiRegion, Organization bool
	// Retention is how many days after it happened an event is shown.
	Retention int
	// Protected data stores cannot be deleted.
	Protected bool
	KMSKeyID  string `json:",omitempty"`
	Status    string
	// Ingested are the stretches of arrival that it shows, in order.
	Ingested []Stretch `json:",omitempty"`
	// Imported is what imports brought, whenever it arrived.
	Imported         []Window `json:",omitempty"`
	Created, Updated time.Time
	// Deleted is when its deletion was asked for.
	Deleted time.Time `json:",omitzero"`
}

// Stretch is a part of the order in which events arrive: those behind After, up to and with UpTo.
type Stretch struct {
	After int64
	// UpTo is 0 while the data store ingests.
	UpTo int64 `json:",omitempty"`
}

// Window is events of an account and region that happened in a span of time, both ends included.
type Window struct {
	Place
	From, To time.Time
}

// The statuses.
const (
	Enabled          = "ENABLED"
	Stopped          = "STOPPED_INGESTION"
	PendingDeletion  = "PENDING_DELETION"
	ExtendableBilled = "EXTENDABLE_RETENTION_PRICING"
	FixedBilled      = "FIXED_RETENTION_PRICING"
)

// Grace is how long a deleted data store can be restored.
const Grace = 7 * 24 * time.Hour

// maxStores is how many data stores an account has in a region.
const maxStores = 10

// retentions are the longest and the usual retention by billing mode, in days.
var retentions = map[string]struct{ longest, usual int }{ExtendableBilled: {3653, 366}, FixedBilled: {2557, 2557}}

const shortestRetention = 7

var stores = docs.Collection[DataStore]{Kind: "lake-data-store", Noun: "event data store"}

// ARN names the data store.
func (d *DataStore) ARN() string { return storeARN(d.Place, d.ID) }

func storeARN(p Place, id string) string {
	return arn.New("cloudtrail", p.Region, p.Account, "eventdatastore/"+id)
}

// Ingests reports whether events that arrive now are shown.
func (d *DataStore) Ingests() bool { return d.Status == Enabled }

// storeID takes a data store's id out of its ARN; the id alone is taken too.
func storeID(p Place, name string) (string, error) {
	if !strings.HasPrefix(name, "arn:") {
		return strings.TrimPrefix(name, "eventdatastore/"), nil
	}
	a, err := arn.Parse(name)
	id, ok := strings.CutPrefix(a.Resource, "eventdatastore/")
	if err != nil || !ok || id == "" || a.Service != "cloudtrail" {
		return "", fault.Invalidf("EventDataStore", "%q is not the ARN of an event data store (arn:aws:cloudtrail:REGION:ACCOUNT:eventdatastore/ID).", name).With("EventDataStoreARNInvalidException")
	}
	if a.Account != p.Account || a.Region != p.Region {
		return "", noStore(name)
	}
	return id, nil
}

func noStore(name string) error {
	return fault.Missing("event data store", name).With("EventDataStoreNotFoundException")
}

// find reads a data store by ARN or id.
func find(tx docs.Tx, p Place, name string) (docs.Doc[DataStore], error) {
	id, err := storeID(p, name)
	if err != nil {
		return docs.Doc[DataStore]{}, err
	}
	d, err := stores.Get(tx, p.Account, p.Region, id)
	if fault.KindOf(err) == fault.NotFound {
		err = noStore(name)
	}
	return d, err
}

// active reads a data store that is not on its way to be deleted.
func active(tx docs.Tx, p Place, name string) (docs.Doc[DataStore], error) {
	d, err := find(tx, p, name)
	if err == nil && d.Value.Status == PendingDeletion {
		err = fault.New(fault.Conflict, "The event data store %s is pending deletion: restore it first.", d.Value.Name).With("InactiveEventDataStoreException")
	}
	return d, err
}

// DataStore reads one by ARN or id.
func (l *Lake) DataStore(ctx context.Context, p Place, name string) (d DataStore, err error) {
	if d, is, err := l.attached(ctx, p, name); is {
		return d, err
	}
	err = l.Docs.Read(ctx, func(tx docs.Tx) error {
		doc, err := find(tx, p, name)
		d = doc.Value
		return err
	})
	return d, err
}

// activeStore reads one that is not pending deletion.
func (l *Lake) activeStore(ctx context.Context, p Place, name string) (d DataStore, err error) {
	if d, is, err := l.attached(ctx, p, name); is {
		return d, err
	}
	err = l.Docs.Read(ctx, func(tx docs.Tx) error {
		doc, err := active(tx, p, name)
		d = doc.Value
		return err
	})
	return d, err
}

// DataStores are those of a place, by name.
func (l *Lake) DataStores(ctx context.Context, p Place) (list []DataStore, err error) {
	err = l.Docs.Read(ctx, func(tx docs.Tx) error {
		all, err := stores.All(tx, p.scope())
		list = make([]DataStore, len(all))
		for i := range all {
			list[i] = all[i].Value
		}
		return err
	})
	if l.Evidence != nil && err == nil {
		d, none := l.Evidence.DataStore(ctx, p)
		if none == nil {
			list = append(list, d)
		} else if fault.KindOf(none) != fault.NotFound {
			err = none
		}
	}
	slices.SortFunc(list, func(a, b DataStore) int { return strings.Compare(a.Name, b.Name) })
	return list, err
}
