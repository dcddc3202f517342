package delivery_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/blob"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const account = "111122223333"

var at = compliance.Place{Account: account, Region: "eu-west-1"}

const topicARN = "arn:aws:sns:eu-west-1:111122223333:changes"

// house is an installation that records one place and delivers to its bucket.
type house struct {
	*testing.T
	env     *storetest.Env
	items   store.Repo[inventory.Tx]
	shelf   *object.Shelf
	topics  *notify.Directory
	program *compliance.Program
	store   compliance.Store
	courier *delivery.Courier
	remote  delivery.Remote

	mu   sync.Mutex
	told []map[string]any // messages that the topic's subscriber got
}

func open(t *testing.T, channel compliance.Channel) *house {
	t.Helper()
	env := storetest.Open(t)
	files, err := blob.Open(t.TempDir())
	h := &house{T: t, env: env, items: store.For(env.DB, func(tx *store.Tx) inventory.Tx { return tx })}
	h.check(err)
	h.shelf = object.New(store.For(env.DB, func(tx *store.Tx) object.Tx { return tx }), blobs{files})
	h.topics = notify.New(store.For(env.DB, func(tx *store.Tx) notify.Tx { return tx }), env.Clock, "http://localhost",
		notify.Targets{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	h.store = store.For(env.DB, func(tx *store.Tx) compliance.Tx { return tx })
	h.program = compliance.New(h.store, env.Clock)
	h.restart(h.store)
	ctx := context.Background()
	h.check(h.shelf.CreateBucket(ctx, account, at.Region, "deliveries", env.Clock.Now()))
	_, err = h.topics.CreateTopic(ctx, notify.Topic{Account: account, Region: at.Region, Name: "changes"})
	h.check(err)
	h.record(at, channel)
	return h
}

func (h *house) record(at compliance.Place, channel compliance.Channel) {
	h.Helper()
	ctx := context.Background()
	channel.Bucket = "deliveries"
	_, err := h.program.PutRecorder(ctx, at, compliance.Recorder{
		RoleARN: "arn:aws:iam::" + at.Account + ":role/config", Group: compliance.RecordingGroup{AllSupported: true, IncludeGlobal: true},
	})
	h.check(err)
	h.check(h.program.PutChannel(ctx, at, channel))
	h.check(h.program.StartRecorder(ctx, at, "default"))
}

// restart makes a new courier, as the start of a server does.
func (h *house) restart(s compliance.Store) {
	h.courier = delivery.New(delivery.Parts{Store: s, Shelf: h.shelf, Topics: h.topics, Remote: h.remote, Clock: h.env.Clock})
}

func (h *house) check(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

type blobs struct{ *blob.Dir }

func (b blobs) Put(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	ref, err := b.Dir.Put(ctx, r, limit)
	return ref.SHA256, ref.Size, err
}

func (b blobs) Open(ctx context.Context, hash string) (io.ReadSeekCloser, error) {
	return b.Dir.Open(ctx, hash)
}

// put stores a state of a resource, captured now.
func (h *house) put(typ, id string, configuration any, more ...func(*inventory.Spec)) {
	h.Helper()
	s := inventory.Spec{Key: inventory.Key{Account: account, Region: at.Region, Type: typ, ID: id}, Captured: h.env.Clock.Now(), Configuration: configuration}
	for _, m := range more {
		m(&s)
	}
	it, err := inventory.Build(s)
	h.check(err)
	_, err = inventory.PutAll(context.Background(), h.items, []*inventory.Item{it})
	h.check(err)
	h.env.Clock.Advance(time.Second)
}

func gone(s *inventory.Spec) { s.Status, s.Configuration = inventory.Deleted, nil }

func (h *house) round() {
	h.Helper()
	h.check(h.courier.Round(context.Background()))
}

// files are the delivered files by key without the bucket, unpacked.
func (h *house) files(kind string) map[string]string {
	h.Helper()
	ctx := context.Background()
	list, err := h.shelf.List(ctx, account, "deliveries", "", "", 1000)
	h.check(err)
	out := map[string]string{}
	for _, o := range list {
		if !strings.Contains(o.Key, "/"+kind+"/") {
			continue
		}
		_, r, err := h.shelf.Get(ctx, account, "deliveries", o.Key)
		h.check(err)
		z, err := gzip.NewReader(r)
		h.check(err)
		b, err := io.ReadAll(z)
		h.check(errors.Join(err, r.Close()))
		out[o.Key] = string(b)
	}
	return out
}

// subscribe lets the house hear what its topic is told.
func (h *house) subscribe() {
	h.Helper()
	ctx := context.Background()
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var e struct{ Type, Token, Message, Subject string }
		body, _ := io.ReadAll(r.Body)
		if json.Unmarshal(body, &e) != nil {
			return
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		m := map[string]any{"token": e.Token, "subject": e.Subject}
		_ = json.Unmarshal([]byte(e.Message), &m)
		h.told = append(h.told, m)
	}))
	h.Cleanup(srv.Close)
	_, err := h.topics.Subscribe(ctx, topicARN, "http", srv.URL, nil)
	h.check(err)
	_, err = h.topics.Deliver(ctx)
	h.check(err)
	_, err = h.topics.Confirm(ctx, topicARN, h.told[0]["token"].(string), false)
	h.check(err)
	h.told = nil
}

// heard are the messages since the last call, by type.
func (h *house) heard() map[string][]map[string]any {
	h.Helper()
	_, err := h.topics.Deliver(context.Background())
	h.check(err)
	out := map[string][]map[string]any{}
	for _, m := range h.told {
		typ := fmt.Sprint(m["messageType"])
		out[typ] = append(out[typ], m)
	}
	h.told = nil
	return out
}

func (h *house) channel() compliance.Channel {
	h.Helper()
	list, err := h.program.Channels(context.Background(), at)
	h.check(err)
	return list[0]
}
