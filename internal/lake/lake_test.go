package lake_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/blob"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/lake/laketest"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/selector"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

var here = lake.Place{Account: "111122223333", Region: "eu-west-1"}

const other = "444455556666"

type fixture struct {
	*lake.Lake
	t      testing.TB
	env    *storetest.Env
	events *trailtest.Memory
	org    *organization.Directory
	engine *laketest.Engine
	shelf  *object.Shelf
	// bucket is what imports read.
	bucket *trailtest.Bucket
}

// key signs delivered results.
var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

type blobs struct{ *blob.Dir }

func (b blobs) Put(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	ref, err := b.Dir.Put(ctx, r, limit)
	return ref.SHA256, ref.Size, err
}

func (b blobs) Open(ctx context.Context, hash string) (io.ReadSeekCloser, error) {
	return b.Dir.Open(ctx, hash)
}

func open(t testing.TB) *fixture {
	t.Helper()
	env := storetest.Open(t)
	f := &fixture{t: t, env: env, events: trailtest.NewMemory(), bucket: &trailtest.Bucket{}}
	f.org = organization.New(store.For(env.DB, func(tx *store.Tx) organization.Tx { return tx }), env.Clock, here.Account)
	files, err := blob.Open(t.TempDir())
	f.must(err)
	f.shelf = object.New(store.For(env.DB, func(tx *store.Tx) object.Tx { return tx }), blobs{files})
	f.engine = &laketest.Engine{Events: f.events}
	f.restart(t.TempDir())
	return f
}

// restart is what a new process begins with.
func (f *fixture) restart(dir string) {
	f.Lake = lake.New(lake.Parts{
		Docs: store.For(f.env.DB, func(tx *store.Tx) docs.Tx { return tx }), Events: f.events, Organization: f.org, Clock: f.env.Clock,
		Engine: f.engine, Dir: dir, Bucket: func(context.Context, string, string) (trail.Bucket, error) { return f.bucket, nil }, Shelf: f.shelf, Keys: func(context.Context, string, string) (*rsa.PrivateKey, error) { return key(), nil },
	})
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// event is a record of an account and region, so many hours before now; more are further members.
func (f *fixture) event(id, account, region string, hours int, more string) {
	f.t.Helper()
	at := f.env.Clock.Now().Add(-time.Duration(hours) * time.Hour).Format(time.RFC3339)
	e, err := trail.Decode(fmt.Appendf(nil, `{"eventID":%q,"recipientAccountId":%q,"awsRegion":%q,"eventTime":%q,"eventName":"X"%s}`, id, account, region, at, more))
	f.must(err)
	_, err = f.events.Append(f.t.Context(), trail.Batch{Events: []trail.Event{e}})
	f.must(err)
}

// shown are the ids of the events that a data store shows.
func (f *fixture) shown(d lake.DataStore) string {
	f.t.Helper()
	v, err := f.View(f.t.Context(), d.Place, d.ID)
	f.must(err)
	var ids []string
	f.must(f.events.Blocks(f.t.Context(), v.Bound(trail.ColumnID), func(b *trail.Block) error {
		for _, i := range v.Shown(b, nil) {
			ids = append(ids, b.Texts[trail.ColumnID].At(int(i)))
		}
		return nil
	}))
	slices.Sort(ids)
	return fmt.Sprint(ids)
}

func (f *fixture) create(n lake.NewDataStore) lake.DataStore {
	f.t.Helper()
	d, err := f.CreateDataStore(f.t.Context(), here, n)
	f.must(err)
	return d
}

func (f *fixture) shows(d lake.DataStore, want string) {
	f.t.Helper()
	if got := f.shown(d); got != want {
		f.t.Errorf("%s shows %s, want %s", d.Name, got, want)
	}
}

// selecting takes the events of a category; types are those of resources.
func selecting(category string, types ...string) []selector.Advanced {
	s := selector.Advanced{Fields: []selector.Field{{Field: "eventCategory", Equals: []string{category}}}}
	if len(types) > 0 {
		s.Fields = append(s.Fields, selector.Field{Field: "resources.type", Equals: types})
	}
	return []selector.Advanced{s}
}

// What a data store shows: its account, region, categories and age of events, each in stores that differ in one thing.
func TestView(t *testing.T) {
	f := open(t)
	f.event("a", here.Account, here.Region, 1, "")
	f.event("b", here.Account, "us-east-1", 1, "")
	f.event("c", other, here.Region, 1, "")
	f.event("d", here.Account, here.Region, 1, `,"eventCategory":"Data","managementEvent":false,"resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::b/k"}]`)
	f.event("e", here.Account, here.Region, 24*8, "")
	f.event("f", here.Account, here.Region, 24*400, "")
	all := f.create(lake.NewDataStore{Name: "all"})
	narrow := f.create(lake.NewDataStore{Name: "region", MultiRegion: new(bool)})
	data := f.create(lake.NewDataStore{Name: "data", Selectors: selecting("Data", "AWS::S3::Object")})
	short := f.create(lake.NewDataStore{Name: "week", Retention: 7})
	none := f.create(lake.NewDataStore{Name: "none", Ingest: new(bool)})
	f.shows(all, "[a b e]")
	f.shows(narrow, "[a e]")
	f.shows(data, "[d]")
	f.shows(short, "[a b]")
	f.shows(none, "[]")

	_, err := f.org.Create(t.Context(), "ALL", "")
	f.must(err)
	f.must(f.org.Join(t.Context(), organization.Account{ID: other}))
	f.shows(f.create(lake.NewDataStore{Name: "org", Organization: new(true)}), "[a b c e]")
}

// A data store shows what arrived while it ingested, and all that was there when it began.
func TestIngestion(t *testing.T) {
	f := open(t)
	f.event("before", here.Account, here.Region, 2, "")
	d := f.create(lake.NewDataStore{Name: "all"})
	f.event("during", here.Account, here.Region, 2, "")
	f.must(f.StopIngestion(t.Context(), here, d.ID))
	f.event("stopped", here.Account, here.Region, 1, "")
	f.shows(d, "[before during]")
	f.must(f.StartIngestion(t.Context(), here, d.ID))
	f.event("again", here.Account, here.Region, 3, "")
	f.shows(d, "[again before during]")

	_, err := f.UpdateDataStore(t.Context(), here, d.ID, lake.Changes{Protected: new(bool)})
	f.must(err)
	f.must(f.DeleteDataStore(t.Context(), here, d.ID))
	f.event("deleted", here.Account, here.Region, 1, "")
	_, err = f.RestoreDataStore(t.Context(), here, d.ID)
	f.must(err)
	f.shows(d, "[again before during]")
}

// A deleted data store is gone after its grace, and its name is free.
func TestGrace(t *testing.T) {
	f := open(t)
	d := f.create(lake.NewDataStore{Name: "all", Protected: new(bool), Tags: map[string]string{"a": "b"}})
	f.must(f.DeleteDataStore(t.Context(), here, d.ID))
	f.env.Clock.Advance(lake.Grace - time.Second)
	if n, err := f.Sweep(t.Context()); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	f.env.Clock.Advance(time.Second)
	if n, err := f.Sweep(t.Context()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if _, err := f.DataStore(t.Context(), here, d.ID); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
	f.must(f.env.Read(t.Context(), func(tx *store.Tx) error {
		if n, err := tx.CountDocs(arn.Everything(), "cloudtrail-tags"); n != 0 || err != nil {
			t.Errorf("%d sets of tags are left (%v)", n, err)
		}
		return nil
	}))
	f.create(lake.NewDataStore{Name: "all"})
}

// An account has ten data stores in a region at most; those pending deletion do not count.
func TestLimit(t *testing.T) {
	f := open(t)
	for i := range 10 {
		f.create(lake.NewDataStore{Name: fmt.Sprint("store-", i), Protected: new(bool)})
	}
	_, err := f.CreateDataStore(t.Context(), here, lake.NewDataStore{Name: "more"})
	if fault.KindOf(err) != fault.Quota {
		t.Fatal(err)
	}
	list, err := f.DataStores(t.Context(), here)
	f.must(err)
	f.must(f.DeleteDataStore(t.Context(), here, list[0].ARN()))
	f.create(lake.NewDataStore{Name: "more"})
	if _, err := f.RestoreDataStore(t.Context(), here, list[0].ID); fault.KindOf(err) != fault.Quota {
		t.Fatal(err)
	}
	if list, err := f.DataStores(t.Context(), lake.Place{Account: other, Region: here.Region}); len(list) != 0 || err != nil {
		t.Error(list, err)
	}
}
