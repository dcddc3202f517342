package inventory_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

var day = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// past is a store with what was put into it on numbered days.
type past struct {
	t     *testing.T
	items store.Repo[inventory.Tx]
}

func newPast(t *testing.T) past {
	env := storetest.Open(t)
	return past{t, store.For(env.DB, func(tx *store.Tx) inventory.Tx { return tx })}
}

func (p past) put(d int, s inventory.Spec) {
	p.t.Helper()
	s.Captured = day.AddDate(0, 0, d)
	if s.Account == "" {
		s.Account = "111122223333"
	}
	if s.Region == "" {
		s.Region = "eu-west-1"
	}
	it, err := inventory.Build(s)
	if err == nil {
		_, err = inventory.PutAll(context.Background(), p.items, []*inventory.Item{it})
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p past) read(fn func(tx inventory.Tx) error) {
	p.t.Helper()
	if err := p.items.Read(context.Background(), fn); err != nil {
		p.t.Fatal(err)
	}
}

func on(d int) inventory.AsOf { return inventory.AsOf{At: day.AddDate(0, 0, d)} }

func thing(id string, n int) inventory.Spec {
	return inventory.Spec{Key: inventory.Key{Type: "AWS::Lambda::Function", ID: id}, Configuration: map[string]any{"n": n}}
}

func (p past) deltas(s arn.Scope, from, to int, after inventory.Key, types ...string) (out []string) {
	p.read(func(tx inventory.Tx) error {
		for d, err := range inventory.Deltas(tx, s, types, on(from), on(to), after) {
			if err != nil {
				return err
			}
			diff, err := d.Difference()
			if err != nil {
				return err
			}
			if diff.Kind != d.Kind {
				p.t.Errorf("%s is a %s and a %s", d.Key, d.Kind, diff.Kind)
			}
			out = append(out, fmt.Sprint(d.ID, " ", d.Kind, " ", strings.Join(slices.Sorted(maps.Keys(diff.Properties)), " ")))

			alone, differs, err := inventory.DeltaOf(tx, d.Key, on(from), on(to))
			if err != nil || !differs || alone.Kind != d.Kind {
				p.t.Errorf("%s alone: %v %v %v", d.Key, alone.Kind, differs, err)
			}
		}
		return nil
	})
	return out
}

// Two moments are compared by what was there: what came, what went, what changed, and nothing else.
func TestDeltas(t *testing.T) {
	p := newPast(t)
	gone := func(id string) inventory.Spec {
		s := thing(id, 0)
		s.Status, s.Configuration = inventory.Deleted, nil
		return s
	}
	p.put(1, thing("a-same", 1))
	p.put(3, thing("a-same", 1)) // another item of the same state
	p.put(1, thing("b-changed", 1))
	p.put(3, thing("b-changed", 2))
	p.put(3, thing("c-new", 1))
	p.put(1, thing("d-gone", 1))
	p.put(3, gone("d-gone"))
	p.put(2, thing("e-between", 1))
	p.put(3, gone("e-between"))
	p.put(1, thing("f-back", 1))
	p.put(2, thing("f-back", 2))
	p.put(3, thing("f-back", 1))
	secret := thing("g-secret", 1)
	secret.Configuration = map[string]any{"environment": map[string]any{"variables": map[string]any{"K": "old s3cret"}}}
	p.put(1, secret)
	secret.Configuration = map[string]any{"environment": map[string]any{"variables": map[string]any{"K": "new s3cret"}}}
	p.put(3, secret)
	far := thing("z-far", 1)
	far.Account = "444455556666"
	p.put(3, far)
	elsewhere := thing("a-elsewhere", 1)
	elsewhere.Region = "us-east-1"
	p.put(3, elsewhere)

	mine := arn.Scope{Accounts: []string{"111122223333"}, Regions: []string{"eu-west-1"}}
	want := []string{"b-changed UPDATE Configuration.N", "c-new CREATE ", "d-gone DELETE ", "g-secret UPDATE "}
	check := func(name string, got, want []string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q\nwant %q", name, got, want)
		}
	}
	check("forward", p.deltas(mine, 1, 3, inventory.Key{}), want)
	check("back", p.deltas(mine, 3, 1, inventory.Key{}), []string{"b-changed UPDATE Configuration.N", "c-new DELETE ", "d-gone CREATE ", "g-secret UPDATE "})
	check("behind a key", p.deltas(mine, 1, 3, inventory.Key{Account: "111122223333", Region: "eu-west-1", Type: "AWS::Lambda::Function", ID: "c-new"}), want[2:])
	check("the same moment", p.deltas(mine, 3, 3, inventory.Key{}), nil)
	check("another type", p.deltas(mine, 1, 3, inventory.Key{}, "AWS::S3::Bucket"), nil)
	check("everywhere", p.deltas(arn.Everything(), 1, 3, inventory.Key{}), append(slices.Clone(want), "a-elsewhere CREATE ", "z-far CREATE "))
	p.read(func(tx inventory.Tx) error {
		if _, differs, err := inventory.DeltaOf(tx, inventory.Key{Account: "111122223333", Region: "eu-west-1", Type: "AWS::Lambda::Function", ID: "nothing"}, on(1), on(3)); differs || err != nil {
			t.Errorf("a resource that never was: %v %v", differs, err)
		}
		return nil
	})
}

// More resources than a page holds are all compared, whichever side has gaps.
func TestDeltasOverPages(t *testing.T) {
	p := newPast(t)
	var batch []*inventory.Item
	for i := range 1300 {
		s := thing(fmt.Sprintf("f-%04d", i), i)
		s.Account, s.Region = "111122223333", "eu-west-1"
		if s.Captured = day; i%3 == 0 {
			s.Captured = day.AddDate(0, 0, 2)
		}
		it, err := inventory.Build(s)
		if err != nil {
			t.Fatal(err)
		}
		batch = append(batch, it)
	}
	if _, err := inventory.PutAll(context.Background(), p.items, batch); err != nil {
		t.Fatal(err)
	}
	if n := len(p.deltas(arn.Everything(), 1, 3, inventory.Key{})); n != 434 {
		t.Errorf("%d differ, want 434", n)
	}
}

// The timeline tells of each state what changed from the one before, whatever part of it is asked for.
func TestTimeline(t *testing.T) {
	p := newPast(t)
	k := inventory.Key{Account: "111122223333", Region: "eu-west-1", Type: "AWS::Lambda::Function", ID: "f"}
	first := thing("f", 1)
	first.Status = inventory.Discovered
	p.put(1, first)
	p.put(2, thing("f", 2))
	gone := thing("f", 0)
	gone.Status, gone.Configuration = inventory.Deleted, nil
	p.put(3, gone)
	again := thing("f", 5)
	again.Status = inventory.Discovered
	p.put(4, again)
	steps := func(q inventory.History) (out []string) {
		p.read(func(tx inventory.Tx) error {
			list, err := inventory.Timeline(tx, k, q)
			for _, s := range list {
				out = append(out, fmt.Sprint(s.Captured.Day(), " ", s.Status, " ", s.Kind, " ", strings.Join(slices.Sorted(maps.Keys(s.Properties)), " ")))
			}
			return err
		})
		return out
	}
	all := []string{"5 ResourceDiscovered CREATE ", "4 ResourceDeleted DELETE Configuration", "3 OK UPDATE Configuration.N", "2 ResourceDiscovered CREATE "}
	for _, c := range []struct {
		q    inventory.History
		want []string
	}{
		{inventory.History{}, all},
		{inventory.History{Forward: true}, all},
		{inventory.History{Limit: 2}, all[:2]},
		{inventory.History{Limit: 3}, all[:3]},
		{inventory.History{From: day.AddDate(0, 0, 2)}, all[:3]},
		{inventory.History{To: day.AddDate(0, 0, 2)}, all[2:]},
		{inventory.History{To: day}, nil},
	} {
		if got := steps(c.q); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %q\nwant %q", c.q, got, c.want)
		}
	}
}

// A resource is found by its id wherever it is, and by its name where no id matches.
func TestFind(t *testing.T) {
	p := newPast(t)
	for _, region := range []string{"eu-west-1", "us-east-1"} {
		s := thing("f", 1)
		s.Region, s.Name = region, "pay"
		p.put(1, s)
	}
	for _, c := range []struct {
		scope    arn.Scope
		typ, ref string
		want     int
	}{
		{arn.Everything(), "AWS::Lambda::Function", "f", 2},
		{arn.Everything(), "AWS::Lambda::Function", "pay", 2},
		{arn.In("111122223333", "us-east-1"), "AWS::Lambda::Function", "f", 1},
		{arn.In("444455556666", ""), "AWS::Lambda::Function", "f", 0},
		{arn.Everything(), "AWS::S3::Bucket", "f", 0},
	} {
		p.read(func(tx inventory.Tx) error {
			if got, err := inventory.Find(tx, c.scope, c.typ, c.ref); err != nil || len(got) != c.want {
				t.Errorf("%s %s: %v %v", c.typ, c.ref, got, err)
			}
			return nil
		})
	}
}
