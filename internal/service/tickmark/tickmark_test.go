package tickmark_test

import (
	"context"
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	api "github.com/tickmark/tickmark/internal/awsapi/tickmark"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/blob"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/object"
	auditservice "github.com/tickmark/tickmark/internal/service/auditmanager"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/service/tickmark"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

type blobs struct{ *blob.Dir }

func (b blobs) Put(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	ref, err := b.Dir.Put(ctx, r, limit)
	return ref.SHA256, ref.Size, err
}

func (b blobs) Open(ctx context.Context, h string) (io.ReadSeekCloser, error) {
	return b.Dir.Open(ctx, h)
}

// open is an installation with the audit, in both its APIs; what waits is done when a story lets time pass.
func open(t *testing.T) servicetest.Env {
	env, dir := storetest.Open(t), t.TempDir()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	kept, err := blob.Open(filepath.Join(dir, "blobs"))
	must(err)
	signer, err := ledger.OpenSigner(dir, env.Clock)
	must(err)
	shelf := object.New(store.For(env.DB, func(tx *store.Tx) object.Tx { return tx }), blobs{kept})
	audit := assess.New(assess.Options{
		Store: store.For(env.DB, func(tx *store.Tx) assess.Tx { return tx }), IDs: env.Clock, Shelf: shelf, Blobs: blobs{kept}, Tool: "tickmark test",
	})
	log := store.For(env.DB, func(tx *store.Tx) ledger.Tx { return tx })
	collector := &assess.Collector{Service: audit}
	reporter := &assess.Reporter{Service: audit, Publisher: ledger.NewPublisher(log, signer), Signer: signer, Ledger: log}
	r := awswire.NewRegistry(awswire.Config{Stamp: env.Clock}, api.Service, auditmanager.Service)
	tokens := awswire.NewTokens([]byte("test"))
	channels := notify.New(store.For(env.DB, func(tx *store.Tx) notify.Tx { return tx }), env.Clock, "", notify.Targets{})
	tickmark.New(tickmark.Parts{Audit: audit, Tokens: tokens, Channels: channels}).Register(r)
	auditservice.New(auditservice.Options{
		Audit: audit, Tokens: tokens, Signer: signer,
		Presign: func(_ context.Context, method, bucket, key string, _ time.Duration) (string, error) {
			return "https://localhost/" + bucket + "/" + key, nil
		},
	}).Register(r)
	return servicetest.Env{
		Registry: r, Services: []*awswire.Service{api.Service, auditmanager.Service}, Clock: env.Clock,
		Work: func(ctx context.Context) error {
			if _, err := collector.Step(ctx); err != nil {
				return err
			}
			_, err := reporter.Pending(ctx)
			return err
		},
	}
}

func TestStories(t *testing.T) { servicetest.Run(t, "testdata", open) }

// TestServed: the whole model is served, and every operation has a story in which it succeeds and one in which it refuses.
func TestServed(t *testing.T) {
	r := awswire.NewRegistry(awswire.Config{}, api.Service)
	tickmark.New(tickmark.Parts{}).Register(r)
	if n := servicetest.Cover(t, "testdata", api.Service, r); n != len(api.Service.Operations) {
		t.Errorf("%d of %d operations are served", n, len(api.Service.Operations))
	}
}
