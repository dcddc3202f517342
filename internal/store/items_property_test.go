package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// TestShuffledImport: whatever the order in which items arrive, some of them twice, the store answers every question
// about every moment as if they had come in order.
func TestShuffledImport(t *testing.T) {
	const resources, minutes = 3, 6
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	n := 0
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		var items []*inventory.Item
		seen := map[string]bool{}
		for range rapid.IntRange(1, 14).Draw(r, "items") {
			id, minute, tie := rapid.IntRange(1, resources).Draw(r, "id"), rapid.IntRange(1, minutes).Draw(r, "minute"), rapid.Int64Range(1, 2).Draw(r, "tie")
			name := fmt.Sprint(id, minute, tie)
			if seen[name] {
				continue
			}
			seen[name] = true
			status := rapid.SampledFrom([]inventory.Status{inventory.OK, inventory.Discovered, inventory.Deleted, inventory.NotRecorded}).Draw(r, "status")
			it, err := inventory.Build(inventory.Spec{
				Key:  inventory.Key{Account: "111111111111", Region: "eu-west-1", Type: "T", ID: fmt.Sprint(id)},
				Name: name, Status: status, Captured: begin.Add(time.Duration(minute) * time.Minute), StateID: tie, Configuration: name,
				Relationships: []inventory.Relationship{{Type: "T", ID: fmt.Sprint(tie), Label: name}},
			})
			if err != nil {
				r.Fatal(err)
			}
			items = append(items, it)
		}
		arrival := rapid.Permutation(items).Draw(r, "arrival")
		again := rapid.SliceOf(rapid.SampledFrom(items)).Draw(r, "again")
		ordered := append([]*inventory.Item(nil), items...)
		for i := range ordered { // by capture time and state id
			for j := i; j > 0 && before(ordered[j], ordered[j-1]); j-- {
				ordered[j], ordered[j-1] = ordered[j-1], ordered[j]
			}
		}
		answer := func(list []*inventory.Item) string {
			n++
			db, err := store.Open(context.Background(), filepath.Join(dir, fmt.Sprint(n)), store.Options{Clock: stamp.NewFixed(storetest.Start)})
			if err != nil {
				r.Fatal(err)
			}
			defer db.Close()
			if err := db.Write(context.Background(), func(tx *store.Tx) error {
				for _, it := range list {
					if _, err := tx.PutItem(it); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				r.Fatal(err)
			}
			return answers(r, db, begin, minutes)
		}
		want, got := answer(ordered), answer(append(append([]*inventory.Item(nil), arrival...), again...))
		if got != want {
			r.Fatalf("arrived as %v and %v:\n%s\nin order:\n%s", names(arrival), names(again), got, want)
		}
		if model := modelAnswers(ordered, begin, minutes); !strings.HasPrefix(want, model) {
			r.Fatalf("the store answers\n%s\nthe model\n%s", want, model)
		}
	})
}

func before(a, b *inventory.Item) bool {
	return a.Captured.Before(b.Captured) || a.Captured.Equal(b.Captured) && a.StateID < b.StateID
}

func names(items []*inventory.Item) (out []string) {
	for _, it := range items {
		out = append(out, it.Name)
	}
	return out
}

// modelAnswers tells what was present at each half minute, from a plain walk over the ordered items.
func modelAnswers(ordered []*inventory.Item, begin time.Time, minutes int) string {
	var out strings.Builder
	for m := range 2*minutes + 3 {
		at := begin.Add(time.Duration(m) * 30 * time.Second)
		latest := map[string]*inventory.Item{}
		for _, it := range ordered {
			if !it.Captured.After(at) {
				latest[it.ID] = it
			}
		}
		fmt.Fprintf(&out, "at %d:", m)
		for _, id := range []string{"1", "2", "3"} {
			if it := latest[id]; it != nil && it.Present() {
				out.WriteString(" " + it.Name)
			}
		}
		out.WriteString("\n")
	}
	return out.String()
}

// answers asks the store everything about these resources.
func answers(r *rapid.T, db *store.DB, begin time.Time, minutes int) string {
	var out strings.Builder
	scope := arn.In("111111111111", "eu-west-1")
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		for m := range 2*minutes + 3 {
			at := inventory.AsOf{At: begin.Add(time.Duration(m) * 30 * time.Second)}
			items, err := tx.ItemsAsOf(scope, inventory.Filter{}, at, inventory.Key{}, 0)
			if err != nil {
				return err
			}
			fmt.Fprintf(&out, "at %d:", m)
			for _, it := range items {
				out.WriteString(" " + it.Name)
				one, err := tx.ItemAsOf(it.Key, at)
				if err != nil || one.Name != it.Name {
					return fmt.Errorf("one by one at %d: %v, %w", m, one, err)
				}
			}
			out.WriteString("\n")
		}
		items, err := tx.Items(scope, inventory.Filter{Gone: true}, inventory.Key{}, 0)
		if err != nil {
			return err
		}
		for _, it := range items {
			fmt.Fprintf(&out, "current %s %s", it.Name, it.Status)
			vs, err := tx.ItemHistory(it.Key, inventory.History{Forward: true})
			if err != nil {
				return err
			}
			for _, v := range vs {
				fmt.Fprintf(&out, " [%s %s-%s]", v.Name, v.Captured.Format("04:05"), v.Until.Format("04:05.000000"))
			}
			edges, err := tx.ItemRelations(it.Key)
			to, err2 := tx.ItemRelationsTo(it.Key, it.Name)
			if err != nil || err2 != nil {
				return fmt.Errorf("relations: %w %w", err, err2)
			}
			fmt.Fprintf(&out, " %v %v\n", edges, to)
		}
		counts, err := tx.ItemCounts(scope)
		fmt.Fprintf(&out, "%v", counts)
		return err
	})
	if err != nil && fault.KindOf(err) != fault.NotFound {
		r.Fatal(err)
	}
	return out.String()
}
