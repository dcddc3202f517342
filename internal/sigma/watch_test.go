package sigma_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/sigma"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// hub remembers findings by their ids, and fails when it is told to.
type hub struct {
	told   map[string]int
	fail   error
	refuse string // the id of a finding
}

func (h *hub) Import(_ context.Context, _, region string, raws []json.RawMessage) (finding.Imported, error) {
	if h.fail != nil {
		return finding.Imported{}, h.fail
	}
	for _, raw := range raws {
		f, err := finding.Decode(raw, region)
		if err != nil {
			return finding.Imported{}, err
		}
		if h.told[f.ID]++; f.ID == h.refuse {
			return finding.Imported{Failed: []finding.Failed{{ID: f.ID, Code: "InvalidInput", Message: "no"}}}, nil
		}
	}
	return finding.Imported{Stored: len(raws)}, nil
}

// places keeps places and calls after when one was kept.
type places struct {
	sigma.Store
	after func()
}

func (p places) Write(ctx context.Context, fn func(docs.Tx) error) error {
	err := p.Store.Write(ctx, fn)
	p.after()
	return err
}

// TestWatch: what the hub did not take is told again, also by the next process; what it took is not.
func TestWatch(t *testing.T) {
	r, err := sigma.Parse([]byte(header + "detection: {a: {eventName: CreateAccessKey}, condition: a}"))
	if err != nil {
		t.Fatal(err)
	}
	set := sigma.Set{r}
	db := store.For(storetest.Open(t).DB, func(tx *store.Tx) docs.Tx { return tx })
	events := trailtest.NewMemory()
	follower := trail.Follower{Name: "sigma", Events: events, Docs: db, FromStart: true}
	if _, err := follower.Place(t.Context()); err != nil { // as a process that ran before has left it
		t.Fatal(err)
	}
	if _, err := events.Append(t.Context(), trail.Batch{Events: []trail.Event{*event(t)}}); err != nil {
		t.Fatal(err)
	}
	h := &hub{told: map[string]int{}, fail: errors.New("disk full")}
	if err := set.Watch(t.Context(), events, db, h); !errors.Is(err, h.fail) {
		t.Fatalf("a hub that takes nothing: %v", err)
	}
	h.fail = nil
	other := *event(t)
	other.ID = "e2"
	for range 2 {
		ctx, cancel := context.WithCancel(t.Context())
		if err := set.Watch(ctx, events, places{db, cancel}, h); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if _, err := events.Append(t.Context(), trail.Batch{Events: []trail.Event{other}}); err != nil {
			t.Fatal(err)
		}
	}
	if len(h.told) != 2 || h.told["sigma/r-1/e1"] != 1 || h.told["sigma/r-1/e2"] != 1 {
		t.Errorf("%v", h.told)
	}
}

// TestKeep: a store that fails once, and a finding that is refused, do not end the matching.
func TestKeep(t *testing.T) {
	r, err := sigma.Parse([]byte(header + "detection: {a: {eventName: CreateAccessKey}, condition: a}"))
	if err != nil {
		t.Fatal(err)
	}
	db := store.For(storetest.Open(t).DB, func(tx *store.Tx) docs.Tx { return tx })
	events := trailtest.NewMemory()
	follower := trail.Follower{Name: "sigma", Events: events, Docs: db, FromStart: true}
	if _, err := follower.Place(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := *event(t)
	other.ID = "e2"
	if _, err := events.Append(t.Context(), trail.Batch{Events: []trail.Event{*event(t), other}}); err != nil {
		t.Fatal(err)
	}
	h := &hub{told: map[string]int{}, refuse: "sigma/r-1/e1"}
	ctx, cancel := context.WithCancel(t.Context())
	p := &failsOnce{Store: db, after: cancel}
	if err := (sigma.Set{r}).Keep(ctx, events, p, h, slog.New(slog.DiscardHandler)); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if place, err := follower.Place(t.Context()); err != nil || place == 0 || h.told["sigma/r-1/e2"] == 0 {
		t.Errorf("place %d, %v; told %v", place, err, h.told)
	}
}

// failsOnce is a store whose first write fails and whose second ends the test.
type failsOnce struct {
	sigma.Store
	writes atomic.Int64
	after  func()
}

func (f *failsOnce) Write(ctx context.Context, fn func(docs.Tx) error) error {
	if f.writes.Add(1) == 1 {
		return errors.New("the database is locked")
	}
	defer f.after()
	return f.Store.Write(ctx, fn)
}
