package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/store"
)

// itemScope: with account B, no method shows anything of account A; global items answer in every region.
func itemScope(t *testing.T, e *Env) {
	mine := state(t, "b", 1, inventory.OK, "v")
	role := build(t, inventory.Spec{
		Key: inventory.Key{Account: accountA, Region: arn.Global, Type: "AWS::IAM::Role", ID: "AROA"}, Name: "admin", ARN: "arn:aws:iam::111111111111:role/admin",
		Captured: at(1), Relationships: []inventory.Relationship{{Type: bucket, ID: "b", Label: "uses"}},
	})
	put(t, e, mine, role)
	write(t, e, func(tx *store.Tx) error { return tx.SetFeedCursor("r", accountA, ireland, 1) })
	read(t, e, func(tx *store.Tx) error {
		for _, c := range []struct {
			scope arn.Scope
			want  int
		}{
			{arn.In(accountA, ireland), 2},
			{arn.In(accountA, "us-east-1"), 1},
			{arn.In(accountA, ""), 2},
			{arn.Everything(), 2},
			{arn.In(accountB, ireland), 0},
			{arn.In(accountB, ""), 0},
			{arn.Scope{}, 0},
			{arn.Scope{Accounts: []string{accountB, accountA}}, 2},
		} {
			items, err := tx.Items(c.scope, inventory.Filter{}, inventory.Key{}, 0)
			past, err2 := tx.ItemsAsOf(c.scope, inventory.Filter{}, inventory.AsOf{At: at(1)}, inventory.Key{}, 0)
			counts, err3 := tx.ItemCounts(c.scope)
			if some, err := tx.ItemCounts(c.scope, role.Type, "none"); err != nil || len(some) != min(c.want, 1) {
				t.Errorf("scope %+v: counts of a type %v, %v", c.scope, some, err)
			}
			feeds, err4 := tx.ItemFeeds(c.scope)
			if len(items) != c.want || len(past) != c.want || len(counts) != c.want || len(feeds) != c.want {
				t.Errorf("scope %+v: %d items, %d past, %d counts, %d feeds; want %d (%v %v %v %v)", c.scope, len(items), len(past), len(counts), len(feeds), c.want, err, err2, err3, err4)
			}
			_, err = tx.ItemByARN(c.scope, role.ARN)
			if found := err == nil; found != (c.want > 0) {
				t.Errorf("scope %+v: by ARN %v", c.scope, err)
			}
			named, err := tx.ItemsNamed(c.scope, role.Type, "admin")
			if found := len(named) == 1; found != (c.want > 0) {
				t.Errorf("scope %+v: by name %v, %v", c.scope, named, err)
			}
		}
		for _, it := range []*inventory.Item{mine, role} {
			k := it.Key
			k.Account = accountB
			_, err := tx.Item(k)
			wantKind(t, err, fault.NotFound)
			_, err = tx.ItemAsOf(k, inventory.AsOf{At: at(1)})
			wantKind(t, err, fault.NotFound)
			vs, err := tx.ItemHistory(k, inventory.History{})
			from, err2 := tx.ItemRelations(k)
			to, err3 := tx.ItemRelationsTo(k, it.Name)
			changes, err4 := tx.ItemChanges(k.Account, k.Region, 0, 0)
			seq, err5 := tx.FeedCursor("r", k.Account, k.Region)
			if len(vs) != 0 || len(from) != 0 || len(to) != 0 || len(changes) != 0 || seq != 0 {
				t.Errorf("account B sees %v %v %v %v %d (%v %v %v %v %v)", vs, from, to, changes, seq, err, err2, err3, err4, err5)
			}
		}
		return nil
	})
}

// itemPages: pages of any size give the same items in the order of keys, with and without types.
func itemPages(t *testing.T, e *Env) {
	var items []*inventory.Item
	for _, account := range []string{accountB, accountA} {
		for _, region := range []string{"us-east-1", ireland, arn.Global} {
			for _, typ := range []string{"T::C", "T::A", "T::B"} {
				for i := range 4 {
					s := inventory.Spec{Key: inventory.Key{Account: account, Region: region, Type: typ, ID: fmt.Sprintf("Id%d", i)}, Captured: at(1)}
					if i == 2 {
						s.Status = inventory.NotRecorded
					}
					items = append(items, build(t, s))
				}
			}
		}
	}
	put(t, e, items...)
	read(t, e, func(tx *store.Tx) error {
		for _, f := range []inventory.Filter{{}, {Gone: true}, {Types: []string{"T::C", "T::A", "T::A", "T::X"}}, {Types: []string{"T::B"}, Gone: true}} {
			for _, scope := range []arn.Scope{arn.Everything(), arn.In(accountA, ireland), {Accounts: []string{accountB}}} {
				var want []inventory.Key
				for _, it := range items {
					if scope.Sees(it.Account, it.Region) && f.Admits(it) && (len(f.Types) == 0 || slices.Contains(f.Types, it.Type)) {
						want = append(want, it.Key)
					}
				}
				slices.SortFunc(want, inventory.Key.Compare)
				for _, limit := range []int{0, 1, 2, 5, 7, 100} {
					now := pageThrough(t, limit, func(after inventory.Key) ([]*inventory.Item, error) { return tx.Items(scope, f, after, limit) })
					past := pageThrough(t, limit, func(after inventory.Key) ([]*inventory.Item, error) {
						return tx.ItemsAsOf(scope, f, inventory.AsOf{At: at(2)}, after, limit)
					})
					if !slices.Equal(now, want) || !slices.Equal(past, want) {
						t.Errorf("%+v %+v in pages of %d: now %v\npast %v\nwant %v", scope, f, limit, now, past, want)
					}
				}
			}
		}
		n := 0
		for it, err := range inventory.All(tx, arn.Everything(), inventory.Filter{}) {
			if err != nil || !it.Present() {
				t.Error(it, err)
			}
			n++
		}
		if n != 54 {
			t.Errorf("All gave %d items, want 54", n)
		}
		return nil
	})
}

func pageThrough(t *testing.T, limit int, page func(after inventory.Key) ([]*inventory.Item, error)) (keys []inventory.Key) {
	t.Helper()
	after := inventory.Key{}
	for {
		items, err := page(after)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range items {
			after = it.Key
			keys = append(keys, after)
		}
		if limit == 0 || len(items) < limit {
			return keys
		}
		if len(items) > limit {
			t.Fatalf("a page of %d items, limit %d", len(items), limit)
		}
	}
}

// itemPagesOfPast: listings longer than what a store reads at once are whole, also where states lie in the past.
func itemPagesOfPast(t *testing.T, e *Env) {
	const n = 1101
	var early, late []*inventory.Item
	for i := range n {
		early = append(early, state(t, fmt.Sprintf("b%04d", i), 1, inventory.OK, "early"))
		if i%3 == 0 {
			late = append(late, state(t, fmt.Sprintf("b%04d", i), 3, inventory.OK, "late"))
		}
	}
	late = append(late, state(t, "new", 3, inventory.OK, "late"))
	put(t, e, early...)
	put(t, e, late...)
	read(t, e, func(tx *store.Tx) error {
		for minute, want := range map[int]string{0: "0 early 0 late", 2: "1101 early 0 late", 3: "734 early 368 late"} {
			count, last := map[string]int{}, inventory.Key{}
			for it, err := range inventory.AllAsOf(tx, arn.Everything(), inventory.Filter{}, inventory.AsOf{At: at(minute)}) {
				if err != nil {
					return err
				}
				if it.Key.Compare(last) <= 0 {
					t.Errorf("%v comes behind %v", it.Key, last)
				}
				last = it.Key
				count[noteOf(it)]++
			}
			if got := fmt.Sprintf("%d early %d late", count["early"], count["late"]); got != want {
				t.Errorf("at minute %d: %s, want %s", minute, got, want)
			}
		}
		total := 0
		for range inventory.All(tx, arn.Everything(), inventory.Filter{Types: []string{bucket}}) {
			total++
		}
		if total != n+1 {
			t.Errorf("All gave %d items, want %d", total, n+1)
		}
		return nil
	})
}

func itemLookups(t *testing.T, e *Env) {
	put(t, e, state(t, "b", 1, inventory.OK, "v"), state(t, "gone", 1, inventory.OK, "v"))
	put(t, e, state(t, "gone", 2, inventory.Deleted, ""))
	read(t, e, func(tx *store.Tx) error {
		it, err := tx.ItemByARN(arn.In(accountA, ireland), "arn:aws:s3:::b")
		if err != nil || it.ID != "b" {
			t.Errorf("by ARN: %v, %v", it, err)
		}
		for _, miss := range []string{"", "arn:aws:s3:::gone", "arn:aws:s3:::none", strings.Repeat("a", 2000)} {
			_, err = tx.ItemByARN(arn.Everything(), miss)
			wantKind(t, err, fault.NotFound)
		}
		for name, want := range map[string]int{"b": 1, "gone": 0, "": 0} {
			if got, err := tx.ItemsNamed(arn.In(accountA, ireland), bucket, name); len(got) != want || err != nil {
				t.Errorf("named %q: %v, %v", name, got, err)
			}
		}
		return nil
	})
}

// itemRelations: edges are found from both ends, by id and by name, follow changes, and end with the resource.
func itemRelations(t *testing.T, e *Env) {
	key := func(region, typ, id string) inventory.Key {
		return inventory.Key{Account: accountA, Region: region, Type: typ, ID: id}
	}
	instance, group, role := key(ireland, "AWS::EC2::Instance", "i-1"), key(ireland, "AWS::EC2::SecurityGroup", "sg-1"), key(arn.Global, "AWS::IAM::Role", "AROA")
	edges := []inventory.Relationship{
		{Type: group.Type, ID: "sg-1", Label: "Is associated with "}, {Type: role.Type, Name: "admin", Label: "Is associated with "}, {Type: group.Type, ID: "sg-2", Label: "x"},
	}
	put(t, e, build(t, inventory.Spec{Key: instance, Captured: at(1), Relationships: edges}),
		build(t, inventory.Spec{Key: key("us-east-1", instance.Type, "i-2"), Captured: at(1), Relationships: edges[:1]}),
		build(t, inventory.Spec{Key: group, Captured: at(1)}), build(t, inventory.Spec{Key: role, Name: "admin", Captured: at(1)}))
	count := func(when string, from, toGroup, toRole int) {
		t.Helper()
		read(t, e, func(tx *store.Tx) error {
			out, err := tx.ItemRelations(instance)
			g, err2 := tx.ItemRelationsTo(group, "")
			r, err3 := tx.ItemRelationsTo(role, "admin")
			if len(out) != from || len(g) != toGroup || len(r) != toRole {
				t.Errorf("%s: from %v, to the group %v, to the role %v (%v %v %v)", when, out, g, r, err, err2, err3)
			}
			return nil
		})
	}
	count("at first", 3, 1, 1)
	read(t, e, func(tx *store.Tx) error {
		out, err := tx.ItemRelations(instance)
		if err != nil {
			return err
		}
		for i, r := range out {
			if r.From != instance || r.Relationship != edges[i] {
				t.Errorf("edge %d is %+v, want %+v", i, r, edges[i])
			}
		}
		it, err := inventory.Target(tx, instance, edges[1])
		if err != nil || it.Key != role {
			t.Errorf("target by name: %v, %v", it, err)
		}
		it, err = inventory.Target(tx, role, edges[0])
		if err != nil || it.Key != group {
			t.Errorf("target from a global resource: %v, %v", it, err)
		}
		_, err = inventory.Target(tx, instance, edges[2])
		wantKind(t, err, fault.NotFound)
		return nil
	})
	put(t, e, build(t, inventory.Spec{Key: instance, Captured: at(2), Relationships: edges[1:2]}))
	count("after a change", 1, 0, 1)
	put(t, e, build(t, inventory.Spec{Key: instance, Captured: at(1), StateID: 3, Relationships: edges}))
	count("after a late item", 1, 0, 1)
	put(t, e, build(t, inventory.Spec{Key: instance, Captured: at(3), Status: inventory.Deleted, Relationships: edges}))
	count("after the end", 0, 0, 0)
}
