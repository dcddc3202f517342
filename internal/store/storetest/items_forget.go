package storetest

import (
	"context"
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
)

// itemForget: past states that have ended go, page by page; the current state, the states of other places and those
// that evidence rests on stay.
func itemForget(t *testing.T, env *Env) {
	ctx := context.Background()
	proven := state(t, "a", 2, inventory.OK, "proven")
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	other := inventory.Spec{Key: inventory.Key{Account: accountB, Region: ireland, Type: bucket, ID: "a"}, Captured: at(1)}
	later := other
	later.Captured = at(2)
	check(env.Write(ctx, func(tx *store.Tx) error {
		for _, it := range []*inventory.Item{
			state(t, "a", 1, inventory.Discovered, "1"), proven, state(t, "a", 3, inventory.OK, "3"), state(t, "a", 4, inventory.OK, "4"), state(t, "a", 5, inventory.OK, "5"),
			state(t, "b", 1, inventory.OK, "1"), state(t, "b", 2, inventory.Deleted, ""), build(t, other), build(t, later),
		} {
			if _, err := tx.PutItem(it); err != nil {
				return err
			}
		}
		return tx.PutRawPlace(ledger.Hash(proven.Hash()), assess.RawPlace{Kind: "item", Place: "{}"})
	}))
	var gone []inventory.Past
	for after := (inventory.Past{}); ; after = gone[len(gone)-1] {
		var page []inventory.Past
		check(env.Read(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.OldItems(accountA, ireland, at(4), after, 1)
			return err
		}))
		if len(page) == 0 {
			break
		}
		gone = append(gone, page...)
		check(env.Write(ctx, func(tx *store.Tx) error {
			return tx.ForgetItems(append(page, inventory.Past{Key: proven.Key, Captured: proven.Captured, StateID: proven.StateID}))
		}))
	}
	if len(gone) != 3 {
		t.Errorf("forgot %v", gone)
	}
	check(env.Read(ctx, func(tx *store.Tx) error {
		for id, want := range map[string][]int{"a": {2, 4, 5}, "b": {2}} {
			vs, err := tx.ItemHistory(inventory.Key{Account: accountA, Region: ireland, Type: bucket, ID: id}, inventory.History{Forward: true})
			if err != nil {
				return err
			}
			if len(vs) != len(want) {
				t.Errorf("%s has %d states, want %d", id, len(vs), len(want))
				continue
			}
			for i, v := range vs {
				if !v.Captured.Equal(at(want[i])) {
					t.Errorf("%s: state %d is of %v", id, i, v.Captured)
				}
			}
		}
		vs, err := tx.ItemHistory(other.Key, inventory.History{})
		if len(vs) != 2 {
			t.Errorf("account B has %d states", len(vs))
		}
		old, err2 := tx.OldItems(accountB, "us-east-1", at(50), inventory.Past{}, 10)
		if len(old) != 0 || err2 != nil {
			t.Errorf("another region: %v %v", old, err2)
		}
		return err
	}))
}
