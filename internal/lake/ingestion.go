package lake

import (
	"context"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// start begins to ingest what arrives behind a place in the order of arrival; the first time, all there is.
func (d *DataStore) start(head int64) {
	if len(d.Ingested) == 0 {
		head = 0
	}
	d.Status, d.Ingested = Enabled, append(d.Ingested, Stretch{After: head})
}

// stop ends ingesting behind a place.
func (d *DataStore) stop(head int64) {
	last := len(d.Ingested) - 1
	d.Status, d.Ingested[last].UpTo = Stopped, head
	if d.Ingested[last].After == head { // nothing came
		d.Ingested = d.Ingested[:last]
	}
}

// StartIngestion lets a stopped data store show what arrives from now on.
func (l *Lake) StartIngestion(ctx context.Context, p Place, name string) error {
	return l.turn(ctx, p, name, Stopped, (*DataStore).start)
}

// StopIngestion hides from a data store what arrives from now on.
func (l *Lake) StopIngestion(ctx context.Context, p Place, name string) error {
	return l.turn(ctx, p, name, Enabled, (*DataStore).stop)
}

func (l *Lake) turn(ctx context.Context, p Place, name, from string, to func(*DataStore, int64)) error {
	if err := l.unchangeable(p, name, "InvalidEventDataStoreCategoryException"); err != nil {
		return err
	}
	head, err := l.Events.Head(ctx)
	if err != nil {
		return err
	}
	_, err = l.change(ctx, p, name, func(_ docs.Tx, d *DataStore) error {
		if d.Status != from {
			return fault.New(fault.Conflict, "The event data store %s is %s; only one that is %s can do this.", d.Name, d.Status, from).With("InvalidEventDataStoreStatusException")
		}
		to(d, head)
		return nil
	})
	return err
}

// change writes a data store, found whatever its status, after fn has changed it.
func (l *Lake) change(ctx context.Context, p Place, name string, fn func(docs.Tx, *DataStore) error) (d DataStore, err error) {
	err = l.Docs.Write(ctx, func(tx docs.Tx) error {
		doc, err := find(tx, p, name)
		if err != nil {
			return err
		}
		if err := fn(tx, &doc.Value); err != nil {
			return err
		}
		doc.Value.Updated, doc.Name = l.Clock.Now(), doc.Value.Name
		d = doc.Value
		return named(stores.Update(tx, doc), "EventDataStoreAlreadyExistsException")
	})
	return d, err
}
