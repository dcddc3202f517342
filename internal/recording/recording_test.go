package recording_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/recording"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

var at = compliance.Place{Account: "111122223333", Region: "eu-west-1"}

const (
	bucket = "AWS::S3::Bucket"
	volume = "AWS::EC2::Volume"
)

// house records one place; it begins at noon.
type house struct {
	*testing.T
	env      *storetest.Env
	store    compliance.Store
	observer *recording.Observer
	changes  int
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, env: storetest.Open(t)}
	h.start()
	h.mode(compliance.RecordingMode{Frequency: compliance.Daily, Override: &compliance.RecordingOverride{Types: []string{volume}, Frequency: compliance.Continuous}})
	h.check(h.program().PutChannel(context.Background(), at, compliance.Channel{Bucket: "deliveries"}))
	h.record(true)
	return h
}

// start makes a new observer, as the start of a server does.
func (h *house) start() {
	h.store = store.For(h.env.DB, func(tx *store.Tx) compliance.Tx { return tx })
	h.observer = recording.New(h.store, func() { h.changes++ })
}

func (h *house) program() *compliance.Program { return compliance.New(h.store, h.env.Clock) }

func (h *house) check(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) mode(m compliance.RecordingMode) {
	h.Helper()
	_, err := h.program().PutRecorder(context.Background(), at, compliance.Recorder{
		RoleARN: "arn:aws:iam::" + at.Account + ":role/config", Group: compliance.RecordingGroup{AllSupported: true}, Mode: m,
	})
	h.check(err)
}

func (h *house) record(on bool) {
	h.Helper()
	if on {
		h.check(h.program().StartRecorder(context.Background(), at, "default"))
	} else {
		h.check(h.program().StopRecorder(context.Background(), at, "default"))
	}
}

func (h *house) key(typ, id string) inventory.Key {
	return inventory.Key{Account: at.Account, Region: at.Region, Type: typ, ID: id}
}

// see observes a state; the empty one is that the resource is gone.
func (h *house) see(typ, id, state string) {
	h.Helper()
	h.check(see(h, typ, id, state))
}

func see(h *house, typ, id, state string) error {
	if state == "" {
		return h.observer.Gone(context.Background(), at, h.env.Clock.Now(), h.key(typ, id))
	}
	return h.observer.Observe(context.Background(), at, inventory.Spec{
		Key: h.key(typ, id), Name: id, Captured: h.env.Clock.Now(), Tags: map[string]string{"k": state},
		Configuration: map[string]any{"state": state, "n": 12345678901234567}, Supplementary: map[string]any{"Part": map[string]any{"b": 1}},
		Relationships: []inventory.Relationship{{Type: volume, ID: "vol", Label: "Is attached to "}},
	})
}

func (h *house) flush() {
	h.Helper()
	h.check(h.observer.Flush(context.Background()))
}

// history is a resource's states, the oldest first: status, state, capture, delivery and frequency.
func (h *house) history(typ, id string) (out []string) {
	h.Helper()
	h.check(h.store.Read(context.Background(), func(tx compliance.Tx) error {
		versions, err := tx.ItemHistory(h.key(typ, id), inventory.History{Forward: true})
		for _, v := range versions {
			line := fmt.Sprintf("%s %s %s", v.Status, v.Configuration().Get("state").Str(), v.Captured.Format("2T15:04"))
			if f := v.Field("recordingFrequency").Str(); f != "" {
				line += " " + f + " " + v.Field("configurationItemDeliveryTime").Str()[8:16]
			}
			out = append(out, line)
		}
		return err
	}))
	return out
}

func (h *house) want(typ, id string, lines ...string) {
	h.Helper()
	if got := h.history(typ, id); !reflect.DeepEqual(got, lines) && len(got)+len(lines) > 0 {
		h.Errorf("%s %s\n%s\nwant\n%s", typ, id, strings.Join(got, "\n"), strings.Join(lines, "\n"))
	}
}

func (h *house) later(d time.Duration) { h.env.Clock.Advance(d) }

// The latest state of a day is written once, when the day has ended, and only when it is another one.
func TestDaily(t *testing.T) {
	h := open(t)
	h.see(bucket, "a", "one")
	h.later(time.Hour)
	h.see(bucket, "a", "two")
	h.flush()
	h.want(bucket, "a")
	if h.changes != 0 {
		t.Errorf("%d changes were told", h.changes)
	}
	h.later(11*time.Hour - time.Minute)
	h.flush()
	h.want(bucket, "a") // one minute to midnight
	h.later(time.Minute)
	h.flush()
	first := "ResourceDiscovered two 15T13:00 DAILY 16T00:00"
	h.want(bucket, "a", first)
	if h.changes != 1 {
		t.Errorf("%d changes were told", h.changes)
	}
	h.flush()
	h.see(bucket, "a", "three")
	h.want(bucket, "a", first)
	h.later(time.Hour)
	h.see(bucket, "a", "two") // back to what was recorded
	h.later(24 * time.Hour)
	h.flush()
	h.want(bucket, "a", first)
	h.see(bucket, "a", "four")
	h.later(24 * time.Hour)
	h.flush()
	h.want(bucket, "a", first, "OK four 17T01:00 DAILY 18T01:00")
	if h.changes != 2 {
		t.Errorf("%d changes were told", h.changes)
	}
}

// The item is the one that would have been recorded at once, but for what it says of its recording.
func TestWholeItem(t *testing.T) {
	h := open(t)
	h.see(bucket, "a", "one")
	h.see(volume, "a", "one")
	h.later(12 * time.Hour)
	h.flush()
	h.check(h.store.Read(context.Background(), func(tx compliance.Tx) error {
		daily, err := tx.Item(h.key(bucket, "a"))
		if err != nil {
			return err
		}
		at, err := tx.Item(h.key(volume, "a"))
		if err != nil {
			return err
		}
		if !inventory.SameState(daily, at) || daily.Name != at.Name || !daily.Captured.Equal(at.Captured) || daily.StateID != at.StateID {
			t.Errorf("%s\n%s", daily.Raw(), at.Raw())
		}
		if n := daily.Configuration().Get("n").Raw(); n != "12345678901234567" {
			t.Errorf("the number became %s", n)
		}
		return nil
	}))
}

// Types with the other frequency are recorded at once.
func TestOverride(t *testing.T) {
	h := open(t)
	h.see(volume, "v", "one")
	h.see(volume, "v", "two")
	h.want(volume, "v", "ResourceDiscovered one 15T12:00", "OK two 15T12:00")
	if h.changes != 2 {
		t.Errorf("%d changes were told", h.changes)
	}
}

// A deletion waits for the end of the day, too; what came and went within a day leaves nothing.
func TestDeletion(t *testing.T) {
	h := open(t)
	h.see(bucket, "a", "one")
	h.see(bucket, "brief", "one")
	h.see(bucket, "brief", "")
	h.see(bucket, "unknown", "")
	h.later(12 * time.Hour)
	h.flush()
	first := "ResourceDiscovered one 15T12:00 DAILY 16T00:00"
	h.want(bucket, "brief")
	h.want(bucket, "unknown")
	h.see(bucket, "a", "")
	h.flush()
	h.want(bucket, "a", first)
	h.see(bucket, "a", "one") // made again the same day
	h.later(24 * time.Hour)
	h.flush()
	h.want(bucket, "a", first)
	h.see(bucket, "a", "")
	h.later(24 * time.Hour)
	h.flush()
	h.want(bucket, "a", first, "ResourceDeleted  17T00:00 DAILY 18T00:00")
	h.see(bucket, "a", "one")
	h.later(24 * time.Hour)
	h.flush()
	h.want(bucket, "a", first, "ResourceDeleted  17T00:00 DAILY 18T00:00", "ResourceDiscovered one 18T00:00 DAILY 19T00:00")
}

// Turning to CONTINUOUS writes what is held at once, for a type as for all; an observation that comes first does too.
func TestTurnToContinuous(t *testing.T) {
	for name, before := range map[string]bool{"by the worker": false, "by the next observation": true} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			h.see(bucket, "a", "one")
			h.see("AWS::IAM::User", "u", "one")
			h.later(time.Hour)
			h.mode(compliance.RecordingMode{Frequency: compliance.Daily, Override: &compliance.RecordingOverride{Types: []string{bucket}, Frequency: compliance.Continuous}})
			if before {
				h.see(bucket, "a", "two")
			}
			h.flush()
			want := []string{"ResourceDiscovered one 15T12:00 DAILY 15T13:00"}
			if before {
				want = append(want, "OK two 15T13:00")
			}
			h.want(bucket, "a", want...)
			h.want("AWS::IAM::User", "u")
			h.mode(compliance.RecordingMode{Frequency: compliance.Continuous})
			h.flush()
			h.want("AWS::IAM::User", "u", "ResourceDiscovered one 15T12:00 DAILY 15T13:00")
		})
	}
}

// A stopped recorder writes nothing; what it holds is written when it runs again, a state a day.
func TestStopped(t *testing.T) {
	h := open(t)
	h.see(bucket, "a", "one")
	h.record(false)
	h.later(48 * time.Hour)
	h.flush()
	h.want(bucket, "a")
	h.record(true)
	h.see(bucket, "a", "two") // before the worker looks
	h.want(bucket, "a", "ResourceDiscovered one 15T12:00 DAILY 17T12:00")
	h.later(12 * time.Hour)
	h.flush()
	h.want(bucket, "a", "ResourceDiscovered one 15T12:00 DAILY 17T12:00", "OK two 17T12:00 DAILY 18T00:00")
}

// An observation that is older than the held state does not replace it, and one that cannot be written is refused now.
func TestOddObservations(t *testing.T) {
	h := open(t)
	h.see(bucket, "a", "new")
	h.check(h.observer.Observe(context.Background(), at, inventory.Spec{
		Key: h.key(bucket, "a"), Captured: h.env.Clock.Now().Add(-time.Minute), Configuration: map[string]any{"state": "old"},
	}))
	if err := h.observer.Observe(context.Background(), at, inventory.Spec{Key: h.key(bucket, ""), Captured: h.env.Clock.Now()}); err == nil {
		t.Error("a resource without an id was taken")
	}
	h.later(12 * time.Hour)
	h.flush()
	h.want(bucket, "a", "ResourceDiscovered new 15T12:00 DAILY 16T00:00")
}

// many is more than one batch.
const many = 250

// week observes many resources on two days; work may stop at any write, and the store is then opened again.
func week(t *testing.T, crash int, after bool) (writes int, histories []string) {
	h := open(t)
	f := &storetest.Crashing[compliance.Tx]{Transactions: h.store, Left: crash, After: after}
	h.observer = recording.New(f, func() {})
	run := func(fn func() error) {
		h.Helper()
		err := fn()
		if errors.Is(err, storetest.ErrCrash) {
			h.env.Reopen(t)
			h.start()
			err = fn()
		}
		h.check(err)
	}
	specs := func(state string) (list []inventory.Spec) {
		for i := range many {
			list = append(list, inventory.Spec{Key: h.key(bucket, fmt.Sprint(i)), Captured: h.env.Clock.Now(), Configuration: map[string]any{"state": state + fmt.Sprint(i%2)}})
		}
		return list
	}
	observe := func(state string) func() error {
		return func() error { return h.observer.Observe(context.Background(), at, specs(state)...) }
	}
	flush := func() error { return h.observer.Flush(context.Background()) }
	run(observe("one"))
	h.later(13 * time.Hour)
	run(flush)
	run(observe("two"))
	h.later(24 * time.Hour)
	run(flush)
	for i := range many {
		histories = append(histories, strings.Join(h.history(bucket, fmt.Sprint(i)), "; "))
	}
	return crash - f.Left, histories
}

// A held state survives a crash at every write, and is written once.
func TestCrash(t *testing.T) {
	writes, want := week(t, 1<<30, false)
	if writes < 8 || want[3] != "ResourceDiscovered one1 15T12:00 DAILY 16T01:00; OK two1 16T01:00 DAILY 17T01:00" {
		t.Fatalf("%d writes, %s", writes, want[3])
	}
	for n := 1; n <= writes; n++ {
		for _, after := range []bool{false, true} {
			if _, got := week(t, n, after); !reflect.DeepEqual(got, want) {
				t.Errorf("write %d, answer lost %t: another history", n, after)
			}
		}
	}
}
