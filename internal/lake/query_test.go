package lake_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/logfile"
)

func (f *fixture) start(text string) lake.Query {
	f.t.Helper()
	q, err := f.StartQuery(f.t.Context(), here, lake.Statement{Text: text})
	f.must(err)
	return q
}

func (f *fixture) query(id string) lake.Query {
	f.t.Helper()
	q, err := f.Query(f.t.Context(), here, "", id)
	f.must(err)
	return q
}

func code(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return fmt.Sprint(err)
}

// A query waits, runs, and leaves results that are read in pages, in their order.
func TestQuery(t *testing.T) {
	f := open(t)
	d := f.create(lake.NewDataStore{Name: "all"})
	q := f.start("count 2500 FROM " + d.ID)
	if q.Status != lake.Queued {
		t.Fatal(q.Status)
	}
	if page, err := f.Results(t.Context(), here, "", q.ID, 0, 10); err != nil || len(page.Page) != 0 || page.Next != 0 {
		t.Fatal(page, err)
	}
	f.must(f.Work(t.Context()))
	seen, at := 0, int64(0)
	for {
		page, err := f.Results(t.Context(), here, d.ARN(), q.ID, at, 1000)
		f.must(err)
		if page.Status != lake.Finished || page.Rows != 2500 {
			t.Fatal(page.Status, page.Rows, page.Error)
		}
		for _, row := range page.Page {
			if *row[0] != fmt.Sprint(seen) || row[1] != nil {
				t.Fatalf("row %d is %v", seen, row)
			}
			seen++
		}
		if at = page.Next; at == 0 {
			break
		}
	}
	if seen != 2500 {
		t.Errorf("%d rows", seen)
	}
}

// What a query reads is what its data store shows, and its statistics say so.
func TestQueryReadsView(t *testing.T) {
	f := open(t)
	f.event("a", here.Account, here.Region, 1, "")
	f.event("b", other, here.Region, 1, "")
	d := f.create(lake.NewDataStore{Name: "all", Selectors: selecting("Management")})
	f.event("c", here.Account, here.Region, 1, `,"eventCategory":"Data","managementEvent":false`)
	q := f.start("ids FROM " + d.ID)
	f.must(f.Work(t.Context()))
	page, err := f.Results(t.Context(), here, "", q.ID, 0, 10)
	f.must(err)
	if len(page.Page) != 1 || *page.Page[0][0] != "a" || page.Scanned != 2 || page.Matched != 1 {
		t.Errorf("%v, %+v", page.Page, page.Statistics)
	}
	if _, err := f.Query(t.Context(), lake.Place{Account: other, Region: here.Region}, "", q.ID); fault.KindOf(err) != fault.NotFound {
		t.Error("another account sees the query", err)
	}
}

// What cannot be asked is refused at once.
func TestRefusedQueries(t *testing.T) {
	f := open(t)
	d := f.create(lake.NewDataStore{Name: "all"})
	foreign, err := f.CreateDataStore(t.Context(), lake.Place{Account: other, Region: here.Region}, lake.NewDataStore{Name: "theirs"})
	f.must(err)
	for text, want := range map[string]string{
		"nonsense":                  "InvalidQueryStatementException",
		"ids FROM nowhere":          "EventDataStoreNotFoundException",
		"ids FROM " + foreign.ID:    "EventDataStoreNotFoundException",
		"ids FROM " + foreign.ARN(): "EventDataStoreNotFoundException",
	} {
		if _, err := f.StartQuery(t.Context(), here, lake.Statement{Text: text}); code(err) != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if _, err := f.StartQuery(t.Context(), here, lake.Statement{Text: "ids FROM " + d.ID, DeliverTo: "s3://nowhere"}); code(err) != "S3BucketDoesNotExistException" {
		t.Error(err)
	}
	if _, err := f.StartQuery(t.Context(), here, lake.Statement{Text: "ids FROM " + foreign.ID, Owner: other}); code(err) != "EventDataStoreNotFoundException" {
		t.Error(err)
	}
	for range 10 {
		f.start("ids FROM " + d.ID)
	}
	if _, err := f.StartQuery(t.Context(), here, lake.Statement{Text: "ids FROM " + d.ID}); code(err) != "MaxConcurrentQueriesException" {
		t.Error(err)
	}
}

// A query that fails while it runs says why.
func TestFailedQuery(t *testing.T) {
	f := open(t)
	d := f.create(lake.NewDataStore{Name: "all"})
	q := f.start("fail FROM " + d.ID)
	f.must(f.Work(t.Context()))
	if q = f.query(q.ID); q.Status != lake.Failed || q.Error != "Division by zero" {
		t.Errorf("%s: %s", q.Status, q.Error)
	}
}

// The worker runs what is started, and cancelling ends a run.
func TestCancel(t *testing.T) {
	f := open(t)
	d := f.create(lake.NewDataStore{Name: "all"})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- f.Run(ctx, slog.New(slog.DiscardHandler)) }()
	q := f.start("wait FROM " + d.ID)
	f.await(func() bool { return f.query(q.ID).Status == lake.Running })
	if _, err := f.CancelQuery(t.Context(), here, "", q.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := f.CancelQuery(t.Context(), here, "", q.ID); code(err) != "InactiveQueryException" {
		t.Error(err)
	}
	next := f.start("count 1 FROM " + d.ID)
	f.await(func() bool { return f.query(next.ID).Status == lake.Finished })
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if s := f.query(q.ID).Status; s != lake.Cancelled {
		t.Error(s)
	}
}

// await waits until something that another goroutine does has come about.
func (f *fixture) await(come func() bool) {
	f.t.Helper()
	for range 2000 {
		if come() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	f.t.Fatal("it did not come about")
}

// A query that a process left behind is run again by the next one, and gives its results once.
func TestRestart(t *testing.T) {
	f := open(t)
	d := f.create(lake.NewDataStore{Name: "all"})
	dir := t.TempDir()
	f.restart(dir)
	ctx, kill := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- f.Run(ctx, slog.New(slog.DiscardHandler)) }()
	q := f.start("wait FROM " + d.ID)
	f.await(func() bool { return f.engine.Begun.Load() == 1 })
	kill()
	<-done
	if s := f.query(q.ID).Status; s != lake.Running {
		t.Fatal(s)
	}
	f.restart(dir)
	ctx, stop := context.WithCancel(t.Context())
	go func() { done <- f.Run(ctx, slog.New(slog.DiscardHandler)) }()
	f.await(func() bool { return f.engine.Begun.Load() == 2 })
	_, err := f.CancelQuery(t.Context(), here, "", q.ID)
	f.must(err)
	stop()
	<-done
}

// Queries and their results are kept for seven days.
func TestKept(t *testing.T) {
	f := open(t)
	dir := t.TempDir()
	f.restart(dir)
	d := f.create(lake.NewDataStore{Name: "all"})
	q := f.start("count 3 FROM " + d.ID)
	f.must(f.Work(t.Context()))
	f.env.Clock.Advance(lake.Kept - time.Second)
	list, err := f.Queries(t.Context(), here, lake.Wanted{Store: d.ID, Status: lake.Finished})
	f.must(err)
	if n, err := f.Sweep(t.Context()); len(list) != 1 || n != 0 || err != nil {
		t.Fatal(list, n, err)
	}
	f.env.Clock.Advance(time.Second)
	if n, err := f.Sweep(t.Context()); n != 2 || err != nil {
		t.Error(n, err)
	}
	if _, err := f.Query(t.Context(), here, "", q.ID); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); len(left) != 0 || err != nil {
		t.Error(left, err)
	}
}

// Results are delivered as AWS's files, and the manifest vouches for exactly these.
func TestDelivery(t *testing.T) {
	f := open(t)
	f.must(f.shelf.CreateBucket(t.Context(), here.Account, here.Region, "results", f.env.Clock.Now()))
	d := f.create(lake.NewDataStore{Name: "all"})
	q, err := f.StartQuery(t.Context(), here, lake.Statement{Text: "count 2 FROM " + d.ID, DeliverTo: "s3://results/lake"})
	f.must(err)
	f.must(f.Work(t.Context()))
	if q = f.query(q.ID); q.Delivery != lake.DeliveryDone {
		t.Fatal(q.Delivery, q.Error)
	}
	folder := "lake/AWSLogs/111122223333/CloudTrail-Lake/Query/2026/01/15/" + q.ID + "/"
	read := func(name string) []byte {
		_, r, err := f.shelf.Get(t.Context(), here.Account, "results", folder+name)
		f.must(err)
		defer r.Close()
		b, err := io.ReadAll(r)
		f.must(err)
		return b
	}
	packed := read("result_1.csv.gz")
	z, err := gzip.NewReader(bytes.NewReader(packed))
	f.must(err)
	if text, err := io.ReadAll(z); string(text) != "n,_col1\n0,\n1,\n" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	keys := logfile.Keys{logfile.Fingerprint(&key().PublicKey): &key().PublicKey}
	dir := t.TempDir()
	f.must(os.WriteFile(filepath.Join(dir, "result_1.csv.gz"), packed, 0o600))
	manifest := read("result_sign.json")
	if err := lake.VerifyFiles(os.DirFS(dir), manifest, keys); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(){
		"file":    func() { f.must(os.WriteFile(filepath.Join(dir, "result_1.csv.gz"), packed[1:], 0o600)) },
		"no file": func() { f.must(os.Remove(filepath.Join(dir, "result_1.csv.gz"))) },
		"signature": func() {
			manifest = bytes.Replace(manifest, []byte(`"hashSignature": "`), []byte(`"hashSignature": "00`), 1)
		},
		"key": func() {
			manifest = []byte(strings.Replace(string(read("result_sign.json")), logfile.Fingerprint(&key().PublicKey), "00", 1))
		},
	} {
		f.must(os.WriteFile(filepath.Join(dir, "result_1.csv.gz"), packed, 0o600))
		manifest = read("result_sign.json")
		spoil()
		if err := lake.VerifyFiles(os.DirFS(dir), manifest, keys); err == nil {
			t.Errorf("spoilt %s: it is taken for intact", name)
		}
	}
}

// Samples are found by words of their names and descriptions, the most fitting first.
func TestSamples(t *testing.T) {
	for phrase, want := range map[string]string{
		"console login without MFA": "Console sign-ins without MFA", "who disabled kms keys": "KMS keys disabled or scheduled for deletion",
		"root user": "Activity of the root user", "access denied": "Access denied errors",
	} {
		if found := lake.SearchSamples(phrase); len(found) == 0 || found[0].Name != want {
			t.Errorf("%s: found %v", phrase, found)
		}
	}
	if found := lake.SearchSamples("zebra"); len(found) != 0 {
		t.Error(found)
	}
}

// A store that takes nothing for a moment holds up a query and an import, and no longer.
func TestTriedAgain(t *testing.T) {
	f := open(t)
	d := f.create(lake.NewDataStore{Name: "all"})
	f.logFile(here.Account, here.Region, "2026/01/14", "A", 30, "one")
	q := f.start("count 1 FROM " + d.ID)
	i, err := f.StartImport(t.Context(), lake.Import{Place: here, Store: d.ID, URI: "s3://logs"})
	f.must(err)
	broken := &brokenStore{Store: f.Docs}
	broken.left.Store(2)
	f.Docs = broken
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, run := range []func(context.Context, *slog.Logger) error{f.Run, f.RunImports} {
		wg.Go(func() { _ = run(ctx, slog.New(slog.DiscardHandler)) })
	}
	f.await(func() bool {
		i, err := f.Import(t.Context(), here, i.ID)
		return err == nil && i.Status == lake.ImportCompleted && f.query(q.ID).Status == lake.Finished
	})
	stop()
	wg.Wait()
}

// brokenStore refuses some writes.
type brokenStore struct {
	lake.Store
	left atomic.Int64
}

func (b *brokenStore) Write(ctx context.Context, fn func(docs.Tx) error) error {
	if b.left.Add(-1) >= 0 {
		return errors.New("disk full")
	}
	return b.Store.Write(ctx, fn)
}
