package storetest

import (
	"reflect"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
)

var finderTests = map[string]func(*testing.T, *Env){
	"Finder/Head":   finderHead,
	"Finder/Blocks": finderBlocks,
	"Finder/Bodies": finderBodies,
	"Finder/Sets":   finderSets,
}

const finderA, finderB = "111111111111", "222222222222"

func finderHead(t *testing.T, e *Env) {
	first, second := finder.Head{Version: 1, Leaves: 2, Occurrences: 3, Subjects: 4, Sets: 5}, finder.Head{Version: 1, Leaves: 9}
	write(t, e, func(tx *store.Tx) error { return tx.MoveFinderHead(finderA, finder.Head{}, first) })
	for _, from := range []finder.Head{{}, second} {
		err := e.Write(t.Context(), func(tx *store.Tx) error { return tx.MoveFinderHead(finderA, from, second) })
		if fault.KindOf(err) != fault.Conflict {
			t.Errorf("moved from %+v: %v", from, err)
		}
	}
	e.Reopen(t)
	write(t, e, func(tx *store.Tx) error { return tx.MoveFinderHead(finderA, first, second) })
	read(t, e, func(tx *store.Tx) error {
		for account, want := range map[string]finder.Head{finderA: second, finderB: {}} {
			if got, err := tx.FinderHead(account); err != nil || got != want {
				t.Errorf("account %s: %+v, %v", account, got, err)
			}
		}
		return nil
	})
}

func finderBlocks(t *testing.T, e *Env) {
	put := func(account string, first, rows int64) {
		t.Helper()
		write(t, e, func(tx *store.Tx) error {
			return tx.PutFinderBlock(account, finder.BlockInfo{Side: finder.Subjects, First: first, Rows: rows, Zone: []byte("z")}, map[string][]byte{"a": {1, byte(first)}, "b": {}})
		})
	}
	put(finderA, 0, 10)
	put(finderA, 10, 5)
	put(finderB, 0, 1)
	write(t, e, func(tx *store.Tx) error { return tx.DeleteFinderBlock(finderA, finder.Subjects, 0) })
	put(finderA, 0, 10)
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		got, err := tx.FinderBlocks(finderA, finder.Subjects)
		if err != nil || len(got) != 2 || got[0].First != 0 || got[1].First != 10 || got[1].Rows != 5 || string(got[1].Zone) != "z" {
			t.Errorf("blocks %+v, %v", got, err)
		}
		if got, err := tx.FinderBlocks(finderA, finder.Occurrences); err != nil || len(got) != 0 {
			t.Errorf("blocks of the other side %+v, %v", got, err)
		}
		if c, err := tx.FinderColumn(finderA, finder.Subjects, 10, "a"); err != nil || !reflect.DeepEqual(c, []byte{1, 10}) {
			t.Errorf("column %v, %v", c, err)
		}
		for _, missing := range []struct {
			account string
			first   int64
			name    string
		}{{finderB, 10, "a"}, {finderA, 11, "a"}, {finderA, 10, "c"}} {
			if _, err := tx.FinderColumn(missing.account, finder.Subjects, missing.first, missing.name); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%+v: %v", missing, err)
			}
		}
		return nil
	})
	write(t, e, func(tx *store.Tx) error { return tx.ForgetFinder(finderA) })
	read(t, e, func(tx *store.Tx) error {
		gone, err := tx.FinderBlocks(finderA, finder.Subjects)
		stays, err2 := tx.FinderBlocks(finderB, finder.Subjects)
		if err != nil || err2 != nil || len(gone) != 0 || len(stays) != 1 {
			t.Errorf("after forgetting A: %v and %v, %v, %v", gone, stays, err, err2)
		}
		return nil
	})
}

func finderBodies(t *testing.T, e *Env) {
	var hashes []ledger.Hash
	var places []finder.Place
	for i := range 150 {
		hashes, places = append(hashes, ledger.Hash{byte(i), 1}), append(places, finder.Place{First: int64(2 * i), Rows: 2})
	}
	write(t, e, func(tx *store.Tx) error { return tx.PutFinderBodies(finderA, hashes, places) })
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		got, err := tx.FinderBodies(finderA, append([]ledger.Hash{{9, 9}}, hashes...))
		if err != nil || len(got) != len(hashes) || got[hashes[149]] != places[149] {
			t.Errorf("%d bodies, the last at %+v, %v", len(got), got[hashes[149]], err)
		}
		if got, err := tx.FinderBodies(finderB, hashes); err != nil || len(got) != 0 {
			t.Errorf("account B sees %v, %v", got, err)
		}
		return nil
	})
}

func finderSets(t *testing.T, e *Env) {
	root := ledger.Hash{7}
	write(t, e, func(tx *store.Tx) error { return tx.PutFinderSet(finderA, 1, root, 3, []byte{1, 2, 3}) })
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		if n, rows, err := tx.FinderSetOf(finderA, root); err != nil || n != 1 || rows != 3 {
			t.Errorf("set %d of %d rows, %v", n, rows, err)
		}
		if c, err := tx.FinderSet(finderA, 1); err != nil || len(c) != 3 {
			t.Errorf("content %v, %v", c, err)
		}
		_, _, err := tx.FinderSetOf(finderB, root)
		_, err2 := tx.FinderSet(finderB, 1)
		if fault.KindOf(err) != fault.NotFound || fault.KindOf(err2) != fault.NotFound {
			t.Errorf("account B: %v, %v", err, err2)
		}
		return nil
	})
}
