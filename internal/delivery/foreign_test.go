package delivery_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/tickmark/tickmark/internal/cloud/bucket"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/sample"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// foreign is an S3 in memory with the bucket "central", and what writes to it.
func foreign(t *testing.T) (*s3mem.Backend, *bucket.S3) {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("central"); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server())
	t.Cleanup(srv.Close)
	file := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(file, []byte("[deliver]\naws_access_key_id = AKIADELIVER\naws_secret_access_key = s\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
	t.Setenv("AWS_CONFIG_FILE", file+".none")
	s3, err := bucket.New(bucket.Options{Profile: "deliver", EndpointURL: srv.URL, PathStyle: true})
	if err != nil {
		t.Fatal(err)
	}
	return backend, s3
}

// Snapshots and history that were delivered to another S3, read back from there and imported into empty installations,
// give the state that was delivered.
func TestForeignRoundTrip(t *testing.T) {
	backend, s3 := foreign(t)
	h := open(t, compliance.Channel{})
	h.remote = s3.Put
	h.restart(h.store)
	ctx := context.Background()
	e := sample.Demo(h.env.Clock.Now().Add(-time.Hour))
	e.Stacks, e.Accounts = 1, e.Accounts[:1]
	id := e.Accounts[0].ID
	for _, region := range e.Regions {
		place := compliance.Place{Account: id, Region: region}
		ch := compliance.Channel{Bucket: "central", Prefix: "logs", Remote: true}
		h.check(h.courier.Probe(ctx, place, ch))
		h.record(place, compliance.Channel{})
		h.check(h.program.PutChannel(ctx, place, ch))
	}
	h.round() // history begins
	var made []*inventory.Item
	for _, it := range e.Items() {
		made = append(made, it)
	}
	_, err := inventory.PutAll(ctx, h.items, made)
	h.check(err)
	for _, region := range e.Regions {
		_, err := h.courier.AskSnapshot(ctx, compliance.Place{Account: id, Region: region})
		h.check(err)
	}
	h.env.Clock.Advance(7 * time.Hour)
	h.round()
	want := current(t, h.items)
	for _, kind := range []string{"/ConfigSnapshot/", "/ConfigHistory/"} {
		other := storetest.Open(t)
		items := store.For(other.DB, func(tx *store.Tx) inventory.Tx { return tx })
		im := inventory.Importer{Store: items, Clock: other.Clock}
		list, err := backend.ListBucket("central", &gofakes3.Prefix{HasPrefix: true, Prefix: "logs/AWSLogs/" + id + "/Config/"}, gofakes3.ListBucketPage{})
		h.check(err)
		files := 0
		for _, o := range list.Contents {
			if !strings.Contains(o.Key, kind) {
				continue
			}
			files++
			got, err := backend.GetObject("central", o.Key, nil)
			h.check(err)
			res, err := im.Stream(ctx, o.Key, got.Contents)
			h.check(err)
			if len(res.Rejected) > 0 {
				t.Errorf("%s: %v", o.Key, res.Rejected[0])
			}
		}
		if files < len(e.Regions) {
			t.Errorf("%s: %d files", kind, files)
		}
		same(t, want, current(t, items))
	}
}

func same(t *testing.T, before, after map[inventory.Key]*inventory.Item) {
	t.Helper()
	if len(before) < 100 || len(before) != len(after) {
		t.Errorf("%d resources, %d after import", len(before), len(after))
	}
	for k, it := range before {
		want, err := inventory.FileForm(it)
		if err != nil {
			t.Fatal(err)
		}
		if again := after[k]; again == nil || !bytes.Equal(again.Raw(), want) {
			t.Errorf("%s differs", k)
		}
	}
}
