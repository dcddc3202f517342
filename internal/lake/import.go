package lake

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/object"
)

// Import brings the log files below a prefix of a bucket into a data store.
type Import struct {
	Place
	ID string
	// Store is the id of the data store.
	Store string
	// URI is where the files lie, s3://BUCKET/PREFIX; BucketRegion and Role are kept as they were given.
	URI, BucketRegion, Role string
	// From and To bound the days of delivery that files name; zero leaves an end open.
	From, To         time.Time `json:",omitzero"`
	Status           string
	Created, Updated time.Time
	Counts           ImportCounts
}

// ImportCounts tell how far an import has come.
type ImportCounts struct{ Prefixes, Files, Events, Failed int64 }

// ImportFailure is a file that could not be imported, or not wholly.
type ImportFailure struct {
	Location, Kind, Message string
	At                      time.Time
}

// The statuses of imports.
const (
	ImportInitializing = "INITIALIZING"
	ImportRunning      = "IN_PROGRESS"
	ImportFailed       = "FAILED"
	ImportStopped      = "STOPPED"
	ImportCompleted    = "COMPLETED"
)

// maxFailures is how many failures of an import are kept; all are counted.
const maxFailures = 10_000

var (
	imports  = docs.Collection[Import]{Kind: "lake-import", Noun: "import"}
	failures = docs.Collection[ImportFailure]{Kind: "lake-import-failure", Noun: "failure of an import"}
)

// Over reports whether nothing more will come of it by itself.
func (i *Import) Over() bool { return i.Status != ImportInitializing && i.Status != ImportRunning }

// StoreARN names the data store.
func (i *Import) StoreARN() string { return storeARN(i.Place, i.Store) }

// StartImport begins an import into the data store that i.Store names by ARN or id.
func (l *Lake) StartImport(ctx context.Context, i Import) (Import, error) {
	if !i.From.IsZero() && !i.To.IsZero() && i.From.After(i.To) {
		return i, fault.Invalidf("StartEventTime", "StartEventTime is after EndEventTime. Exchange them.").With("InvalidParameterException")
	}
	if err := l.unchangeable(i.Place, i.Store, "InvalidEventDataStoreCategoryException"); err != nil {
		return i, err
	}
	if _, err := l.bucketOf(ctx, &i); err != nil {
		return i, err
	}
	i.ID, i.Status, i.Created = l.Clock.NewID(), ImportInitializing, l.Clock.Now()
	i.Updated = i.Created
	err := l.Docs.Write(ctx, func(tx docs.Tx) error {
		d, err := active(tx, i.Place, i.Store)
		if err != nil {
			return err
		}
		if kind, err := kindOf(d.Value.Selectors); err != nil || kind != trailEvents {
			if err == nil {
				err = fault.Invalidf("Destinations", "The event data store %s is for %s and takes no trail events.", d.Value.Name, kind).With("InvalidEventDataStoreCategoryException")
			}
			return err
		}
		i.Store = d.Value.ID
		if err := noImport(tx, &d.Value, "AccountHasOngoingImportException"); err != nil {
			return err
		}
		return imports.Insert(tx, i.Account, i.Region, i.ID, "", i)
	})
	if err == nil {
		l.wakeImports()
	}
	return i, err
}

// bucketOf is the bucket that an import reads.
func (l *Lake) bucketOf(ctx context.Context, i *Import) (from source, err error) {
	name, prefix, err := object.ParseURI(i.URI)
	if err != nil {
		return from, fault.Invalidf("S3LocationUri", "%s", err.Error()).With("InvalidImportSourceException")
	}
	from = source{name: name, prefix: prefix}
	if l.Bucket == nil {
		return from, fault.New(fault.Unavailable, "There are no buckets to import from.").With("InvalidImportSourceException")
	}
	if from.bucket, err = l.Bucket(ctx, i.Account, name); fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Denied {
		err = fault.Invalidf("S3LocationUri", "The bucket %q cannot be read: %s", name, err.Error()).With("InvalidImportSourceException")
	}
	return from, err
}

// noImport refuses when an import into the data store is not over.
func noImport(tx docs.Tx, d *DataStore, code string) error {
	all, err := imports.All(tx, d.scope())
	for k := range all {
		if i := &all[k].Value; i.Store == d.ID && !i.Over() {
			return fault.New(fault.Conflict, "The import %s into the event data store %s is %s: wait for it, or stop it.", i.ID, d.Name, i.Status).With(code)
		}
	}
	return err
}

func findImport(tx docs.Tx, p Place, id string) (docs.Doc[Import], error) {
	d, err := imports.Get(tx, p.Account, p.Region, id)
	if fault.KindOf(err) == fault.NotFound {
		err = fault.Missing("import", id).With("ImportNotFoundException")
	}
	return d, err
}

// RetryImport begins an import that failed or was stopped once more, from the beginning: what is there is not doubled.
func (l *Lake) RetryImport(ctx context.Context, p Place, id string) (i Import, err error) {
	err = l.Docs.Write(ctx, func(tx docs.Tx) error {
		d, err := findImport(tx, p, id)
		if err != nil {
			return err
		}
		if s := d.Value.Status; s != ImportFailed && s != ImportStopped {
			return fault.New(fault.Conflict, "The import %s is %s: only one that is FAILED or STOPPED can be tried again.", id, s).With("InvalidParameterException")
		}
		store, err := active(tx, p, d.Value.Store)
		if err != nil {
			return err
		}
		if err := noImport(tx, &store.Value, "AccountHasOngoingImportException"); err != nil {
			return err
		}
		d.Value.Status, d.Value.Updated, d.Value.Counts = ImportInitializing, l.Clock.Now(), ImportCounts{}
		i = d.Value
		return imports.Update(tx, d)
	})
	if err == nil {
		l.wakeImports()
	}
	return i, err
}

// StopImport ends an import; what it has brought stays.
func (l *Lake) StopImport(ctx context.Context, p Place, id string) (i Import, err error) {
	err = l.Docs.Write(ctx, func(tx docs.Tx) error {
		d, err := findImport(tx, p, id)
		if err != nil {
			return err
		}
		if d.Value.Over() {
			return fault.New(fault.Conflict, "The import %s is %s: there is nothing to stop.", id, d.Value.Status).With("InvalidParameterException")
		}
		d.Value.Status, d.Value.Updated = ImportStopped, l.Clock.Now()
		i = d.Value
		return imports.Update(tx, d)
	})
	if err == nil {
		l.stopRun(id)
	}
	return i, err
}

// Import reads an import.
func (l *Lake) Import(ctx context.Context, p Place, id string) (i Import, err error) {
	err = l.Docs.Read(ctx, func(tx docs.Tx) error {
		d, err := findImport(tx, p, id)
		i = d.Value
		return err
	})
	return i, err
}

// Imports are those of a place, of one data store or status where these are named.
func (l *Lake) Imports(ctx context.Context, p Place, store, status string) (list []Import, err error) {
	if store != "" {
		if store, err = storeID(p, store); err != nil {
			return nil, err
		}
	}
	err = l.Docs.Read(ctx, func(tx docs.Tx) error {
		list = nil
		all, err := imports.All(tx, p.scope())
		for k := range all {
			if i := all[k].Value; (store == "" || i.Store == store) && (status == "" || i.Status == status) {
				list = append(list, i)
			}
		}
		return err
	})
	return list, err
}

// ImportFailures are some failures of an import behind a location, in the order of their locations.
func (l *Lake) ImportFailures(ctx context.Context, p Place, id, after string, limit int) (list []ImportFailure, err error) {
	err = l.Docs.Read(ctx, func(tx docs.Tx) error {
		list = nil
		if _, err := findImport(tx, p, id); fault.KindOf(err) == fault.NotFound { // this operation has no other code for it
			return fault.Missing("import", id).With("InvalidParameterException")
		} else if err != nil {
			return err
		}
		found, err := failures.List(tx, p.scope(), docs.Key{Account: p.Account, Region: p.Region, ID: id + "/" + after}, limit)
		for k := range found {
			if strings.HasPrefix(found[k].ID, id+"/") {
				list = append(list, found[k].Value)
			}
		}
		return err
	})
	return list, err
}

// fail keeps failures of an import.
func (l *Lake) fail(ctx context.Context, i *Import, list []ImportFailure) error {
	return l.Docs.Write(ctx, func(tx docs.Tx) error {
		for _, f := range list {
			err := failures.Insert(tx, i.Account, i.Region, i.ID+"/"+f.Location, "", f)
			if err != nil && fault.KindOf(err) != fault.Exists {
				return err
			}
		}
		return nil
	})
}

// forgive removes the failures of an import that begins anew.
func forgive(tx docs.Tx, i *Import) error {
	for {
		found, err := failures.List(tx, i.scope(), docs.Key{Account: i.Account, Region: i.Region, ID: i.ID + "/"}, 500)
		if err != nil {
			return err
		}
		found = slices.DeleteFunc(found, func(d docs.Doc[ImportFailure]) bool { return !strings.HasPrefix(d.ID, i.ID+"/") })
		if len(found) == 0 {
			return nil
		}
		for _, d := range found {
			if err := failures.Delete(tx, i.Account, i.Region, d.ID); err != nil {
				return err
			}
		}
	}
}

// unended are the imports of the installation that are not over, the oldest first.
func (l *Lake) unended(ctx context.Context) (list []Import, err error) {
	err = l.Docs.Read(ctx, func(tx docs.Tx) error {
		list = nil
		all, err := imports.All(tx, arn.Everything())
		for k := range all {
			if i := all[k].Value; !i.Over() {
				list = append(list, i)
			}
		}
		return err
	})
	slices.SortFunc(list, func(a, b Import) int { return strings.Compare(a.ID, b.ID) })
	return list, err
}
