package cloudtrail_test

import (
	"context"
	"io"
	"testing"

	"github.com/tickmark/tickmark/internal/blob"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/service/cloudtrail"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trails"
	"github.com/tickmark/tickmark/internal/trails/courier"
)

type blobs struct{ *blob.Dir }

func (b blobs) Put(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	ref, err := b.Dir.Put(ctx, r, limit)
	return ref.SHA256, ref.Size, err
}

func (b blobs) Open(ctx context.Context, hash string) (io.ReadSeekCloser, error) {
	return b.Dir.Open(ctx, hash)
}

// openTrails gives the parts trails, with a bucket and a topic of the stories' account and a bucket of another.
func openTrails(t *testing.T, p *cloudtrail.Parts, env *storetest.Env, org *organization.Directory) {
	t.Helper()
	files, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	shelf := object.New(store.For(env.DB, func(tx *store.Tx) object.Tx { return tx }), blobs{files})
	topics := notify.New(store.For(env.DB, func(tx *store.Tx) notify.Tx { return tx }), env.Clock, "http://localhost", notify.Targets{})
	p.Trails = trails.New(trails.Parts{Store: store.For(env.DB, func(tx *store.Tx) trails.Tx { return tx }), Shelf: shelf, Topics: topics, Organization: org})
	p.Keys = courier.New(courier.Parts{Store: store.For(env.DB, func(tx *store.Tx) courier.Tx { return tx }), Clock: env.Clock})
	for bucket, account := range map[string]string{"logs": servicetest.Account, "theirs": "222233334444"} {
		if err := shelf.CreateBucket(t.Context(), account, servicetest.Region, bucket, env.Clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := topics.CreateTopic(t.Context(), notify.Topic{Account: servicetest.Account, Region: servicetest.Region, Name: "told"}); err != nil {
		t.Fatal(err)
	}
}
