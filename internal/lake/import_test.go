package lake_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/trail"
)

// logFile puts a log file with a record for each id into the bucket that imports read; day is that of delivery.
func (f *fixture) logFile(account, region, day, name string, hours int, ids ...string) string {
	key := fmt.Sprintf("AWSLogs/%s/CloudTrail/%s/%s/%s_CloudTrail_%s_%sT0000Z_%s.json", account, region, day, account, region, strings.ReplaceAll(day, "/", ""), name)
	var records []string
	for _, id := range ids {
		at := f.env.Clock.Now().Add(-time.Duration(hours) * time.Hour).Format(time.RFC3339)
		records = append(records, fmt.Sprintf(`{"eventID":%q,"recipientAccountId":%q,"awsRegion":%q,"eventTime":%q,"eventName":"X"}`, id, account, region, at))
	}
	f.bucket.Put(key, []byte(`{"Records":[`+strings.Join(records, ",")+`]}`))
	return key
}

func (f *fixture) importInto(d lake.DataStore, i lake.Import) lake.Import {
	f.t.Helper()
	i.Place, i.Store, i.URI = here, d.ID, "s3://logs"
	i, err := f.StartImport(f.t.Context(), i)
	f.must(err)
	f.must(f.Work(f.t.Context()))
	i, err = f.Import(f.t.Context(), here, i.ID)
	f.must(err)
	return i
}

// A data store that never ingested shows what an import brought, also when the event store had it before.
func TestImport(t *testing.T) {
	f := open(t)
	f.event("known", here.Account, "us-east-1", 30, "")
	f.event("apart", here.Account, "us-east-1", 90, "")
	f.logFile(here.Account, "us-east-1", "2026/01/14", "A", 30, "known", "new")
	f.logFile(here.Account, here.Region, "2026/01/14", "B", 30, "home")
	d := f.create(lake.NewDataStore{Name: "imported", Ingest: new(bool), MultiRegion: new(bool)})
	f.shows(d, "[]")
	i := f.importInto(d, lake.Import{})
	if i.Status != lake.ImportCompleted || i.Counts != (lake.ImportCounts{Prefixes: 2, Files: 2, Events: 3}) {
		t.Errorf("%s: %+v", i.Status, i.Counts)
	}
	f.shows(d, "[home known new]")
	if again := f.importInto(d, lake.Import{}); again.Counts != i.Counts {
		t.Errorf("again: %+v", again.Counts)
	}
	f.shows(d, "[home known new]")
	f.shows(f.create(lake.NewDataStore{Name: "empty", Ingest: new(bool)}), "[]")
}

// Only files whose names are of the days asked for are read.
func TestImportDays(t *testing.T) {
	f := open(t)
	f.logFile(here.Account, here.Region, "2026/01/12", "A", 70, "early")
	f.logFile(here.Account, here.Region, "2026/01/13", "B", 50, "wanted")
	f.logFile(here.Account, here.Region, "2026/01/15", "C", 1, "late")
	d := f.create(lake.NewDataStore{Name: "imported", Ingest: new(bool)})
	f.importInto(d, lake.Import{From: time.Date(2026, 1, 13, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 1, 14, 0, 0, 0, 0, time.UTC)})
	f.shows(d, "[wanted]")
}

// Nobody writes the history of other accounts; the administrator of the organization does for its members.
func TestImportOfOthers(t *testing.T) {
	f := open(t)
	f.logFile(here.Account, here.Region, "2026/01/14", "A", 30, "mine")
	theirs := f.logFile(other, here.Region, "2026/01/14", "B", 30, "theirs")
	d := f.create(lake.NewDataStore{Name: "imported", Ingest: new(bool)})
	i := f.importInto(d, lake.Import{})
	if i.Status != lake.ImportFailed || i.Counts.Failed != 1 {
		t.Errorf("%s: %+v", i.Status, i.Counts)
	}
	list, err := f.ImportFailures(t.Context(), here, i.ID, "", 10)
	f.must(err)
	if len(list) != 1 || !strings.HasSuffix(list[0].Location, theirs) || !strings.Contains(list[0].Message, other) {
		t.Errorf("%+v", list)
	}
	f.shows(d, "[mine]")
	if page, err := f.events.Lookup(t.Context(), trail.Query{Scope: arn.In(other, ""), Limit: 1}); err != nil || len(page.Events) != 0 {
		t.Error("an event of another account was stored", err)
	}

	_, err = f.org.Create(t.Context(), "ALL", "")
	f.must(err)
	f.must(f.org.Join(t.Context(), organization.Account{ID: other}))
	all := f.create(lake.NewDataStore{Name: "organization", Ingest: new(bool), Organization: new(true)})
	if i := f.importInto(all, lake.Import{}); i.Status != lake.ImportCompleted {
		t.Errorf("%s: %+v", i.Status, i.Counts)
	}
	f.shows(all, "[mine theirs]")
}

// A broken file fails alone; when it is whole, trying again completes the import.
func TestImportAgain(t *testing.T) {
	f := open(t)
	f.logFile(here.Account, here.Region, "2026/01/13", "A", 50, "good")
	broken := f.logFile(here.Account, here.Region, "2026/01/14", "B", 30, "mended")
	f.bucket.Put(broken, []byte(`{"Records":[{"eventID"`))
	d := f.create(lake.NewDataStore{Name: "imported", Ingest: new(bool), Protected: new(bool)})
	i := f.importInto(d, lake.Import{})
	if i.Status != lake.ImportFailed || i.Counts.Failed != 1 {
		t.Fatalf("%s: %+v", i.Status, i.Counts)
	}
	f.logFile(here.Account, here.Region, "2026/01/14", "B", 30, "mended")
	_, err := f.RetryImport(t.Context(), here, i.ID)
	f.must(err)
	if _, err := f.StartImport(t.Context(), lake.Import{Place: here, Store: d.ID, URI: "s3://logs"}); code(err) != "AccountHasOngoingImportException" {
		t.Error(err)
	}
	if err := f.DeleteDataStore(t.Context(), here, d.ID); code(err) != "EventDataStoreHasOngoingImportException" {
		t.Error(err)
	}
	f.must(f.Work(t.Context()))
	if i, err = f.Import(t.Context(), here, i.ID); err != nil || i.Status != lake.ImportCompleted || i.Counts.Failed != 0 {
		t.Errorf("%s: %+v, %v", i.Status, i.Counts, err)
	}
	if list, err := f.ImportFailures(t.Context(), here, i.ID, "", 10); len(list) != 0 || err != nil {
		t.Error(list, err)
	}
	f.shows(d, "[good mended]")
	if _, err := f.RetryImport(t.Context(), here, i.ID); code(err) != "InvalidParameterException" {
		t.Error(err)
	}
}

// An import that a process left behind is run by the next one.
func TestImportAfterRestart(t *testing.T) {
	f := open(t)
	f.logFile(here.Account, here.Region, "2026/01/13", "A", 50, "one")
	d := f.create(lake.NewDataStore{Name: "imported", Ingest: new(bool)})
	i, err := f.StartImport(t.Context(), lake.Import{Place: here, Store: d.ID, URI: "s3://logs"})
	f.must(err)
	ctx, kill := context.WithCancel(t.Context())
	kill()
	if err := f.Work(ctx); err == nil {
		t.Fatal("the killed process worked on")
	}
	f.restart(t.TempDir())
	f.must(f.Work(t.Context()))
	if i, err = f.Import(t.Context(), here, i.ID); err != nil || i.Status != lake.ImportCompleted {
		t.Error(i.Status, err)
	}
	f.shows(d, "[one]")
}
