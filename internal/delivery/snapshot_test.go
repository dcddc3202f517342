package delivery_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/sample"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// Scheduled snapshots come at the channel's frequency while the recorder runs.
func TestScheduledSnapshots(t *testing.T) {
	h := open(t, compliance.Channel{Frequency: "Three_Hours"})
	h.put("AWS::S3::Bucket", "logs", map[string]any{"n": 1})
	h.round()
	first := h.channel().Snapshot.Next
	for range 7 {
		h.env.Clock.Advance(time.Hour)
		h.round()
	}
	st := h.channel().Snapshot
	if n := len(h.files("ConfigSnapshot")); n != 2 || st.Status != "Success" || !st.Next.Equal(first.Add(6*time.Hour)) {
		t.Errorf("%d snapshots, %+v, first due %v", n, st, first)
	}
	h.check(h.program.StopRecorder(context.Background(), at, "default"))
	h.env.Clock.Advance(10 * time.Hour)
	h.round()
	if n := len(h.files("ConfigSnapshot")); n != 2 {
		t.Errorf("%d snapshots after the recorder stopped", n)
	}
	c := h.channel()
	c.Frequency = ""
	h.check(h.program.PutChannel(context.Background(), at, c))
	h.check(h.program.StartRecorder(context.Background(), at, "default"))
	h.env.Clock.Advance(48 * time.Hour)
	h.round()
	if n := len(h.files("ConfigSnapshot")); n != 2 || !h.channel().Snapshot.Next.IsZero() {
		t.Errorf("%d snapshots of a channel without a frequency, next %v", n, h.channel().Snapshot.Next)
	}
}

// Too many snapshots at once are refused, and a deleted bucket shows in the status and to the topic.
func TestSnapshotRefused(t *testing.T) {
	h := open(t, compliance.Channel{TopicARN: topicARN})
	h.round()
	h.subscribe()
	ctx := context.Background()
	c := h.channel()
	c.Bucket = "nowhere"
	h.check(h.program.PutChannel(ctx, at, c))
	for range 10 {
		_, err := h.courier.AskSnapshot(ctx, at)
		h.check(err)
	}
	if _, err := h.courier.AskSnapshot(ctx, at); err == nil {
		t.Error("an eleventh snapshot was begun")
	}
	h.round()
	if st := h.channel().Snapshot; st.Status != "Failure" || st.ErrorCode != "NoSuchBucket" {
		t.Errorf("%+v", st)
	}
	if told := h.heard(); len(told["ConfigurationSnapshotDeliveryStarted"]) != 10 || len(told["ConfigurationSnapshotDeliveryFailed"]) != 10 {
		t.Errorf("%v", told)
	}
}

// Snapshots of the sample organization, imported into an empty installation, give the same current state of every
// resource: byte for byte where an item holds no secret, and as it is shown where it does; and so the same edges and
// the same answers to queries.
func TestExportImport(t *testing.T) {
	h := open(t, compliance.Channel{})
	ctx := context.Background()
	e := sample.Demo(h.env.Clock.Now())
	e.Stacks = 3
	var batch []*inventory.Item
	for _, it := range e.Items() {
		if batch = append(batch, it); len(batch) == 500 {
			_, err := inventory.PutAll(ctx, h.items, batch)
			h.check(err)
			batch = nil
		}
	}
	_, err := inventory.PutAll(ctx, h.items, batch)
	h.check(err)

	other := storetest.Open(t)
	items := store.For(other.DB, func(tx *store.Tx) inventory.Tx { return tx })
	im := inventory.Importer{Store: items, Clock: other.Clock}
	snapshots := 0
	for _, a := range e.Accounts {
		h.check(h.shelf.CreateBucket(ctx, a.ID, "us-east-1", "of-"+a.ID, h.env.Clock.Now()))
		for _, region := range e.Regions {
			place := compliance.Place{Account: a.ID, Region: region}
			h.record(place, compliance.Channel{})
			h.check(h.program.PutChannel(ctx, place, compliance.Channel{Bucket: "of-" + a.ID}))
			_, err := h.courier.AskSnapshot(ctx, place)
			h.check(err)
		}
		h.round()
		list, err := h.shelf.List(ctx, a.ID, "of-"+a.ID, "", "", 100)
		h.check(err)
		for _, o := range list {
			_, r, err := h.shelf.Get(ctx, a.ID, o.Bucket, o.Key)
			h.check(err)
			res, err := im.Stream(ctx, o.Key, r)
			h.check(err)
			h.check(r.Close())
			if len(res.Rejected) > 0 {
				t.Errorf("%s: %v", o.Key, res.Rejected[0])
			}
			snapshots++
		}
	}
	if snapshots != len(e.Accounts)*len(e.Regions) {
		t.Errorf("%d snapshots", snapshots)
	}
	before, after := current(t, h.items), current(t, items)
	if len(before) < 1000 || len(before) != len(after) {
		t.Errorf("%d resources, %d after import", len(before), len(after))
	}
	for k, it := range before {
		again := after[k]
		if again == nil {
			t.Errorf("%s is missing", k)
			continue
		}
		want, err := inventory.FileForm(it)
		h.check(err)
		if !bytes.Equal(again.Raw(), want) || again.StateID != it.StateID || !again.Captured.Equal(it.Captured) {
			t.Errorf("%s differs:\n%s\n%s", k, want, again.Raw())
		}
	}
	sameWorld(t, h.items, items, before)
}

// current are the present resources but for our own account facts, which AWS's files do not know.
func current(t *testing.T, s store.Repo[inventory.Tx]) map[inventory.Key]*inventory.Item {
	t.Helper()
	out := map[inventory.Key]*inventory.Item{}
	err := s.Read(context.Background(), func(tx inventory.Tx) error {
		for it, err := range inventory.All(tx, arn.Everything(), inventory.Filter{}) {
			if err != nil {
				return err
			}
			if !strings.HasPrefix(it.Type, "Tickmark::") {
				out[it.Key] = it
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
