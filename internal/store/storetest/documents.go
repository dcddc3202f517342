package storetest

import (
	"context"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/store"
)

type note struct{ Text string }

var notes = docs.Collection[note]{Kind: "note", Noun: "note"}

var documentTests = map[string]func(*testing.T, *Env){
	"Documents/Lifecycle":  documentLifecycle,
	"Documents/Scope":      documentScope,
	"Documents/Pages":      documentPages,
	"Documents/SameNameOK": documentNames,
}

func write(t *testing.T, e *Env, fn func(*store.Tx) error) {
	t.Helper()
	if err := e.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, e *Env, fn func(*store.Tx) error) {
	t.Helper()
	if err := e.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, err error, want fault.Kind) {
	t.Helper()
	if fault.KindOf(err) != want || err == nil {
		t.Errorf("error %v, want kind %v", err, want)
	}
}

func documentLifecycle(t *testing.T, e *Env) {
	write(t, e, func(tx *store.Tx) error { return notes.Insert(tx, "111111111111", "r", "1", "first", note{"a"}) })
	write(t, e, func(tx *store.Tx) error {
		wantKind(t, notes.Insert(tx, "111111111111", "r", "1", "other", note{}), fault.Exists)
		wantKind(t, notes.Insert(tx, "111111111111", "r", "2", "first", note{}), fault.Exists)
		d, err := notes.ByName(tx, "111111111111", "r", "first")
		if err != nil || d.Value.Text != "a" || d.Revision != 1 || !d.Created.Equal(tx.Now()) {
			t.Errorf("read %+v, %v", d, err)
		}
		d.Value.Text = "b"
		if err := notes.Update(tx, d); err != nil {
			return err
		}
		wantKind(t, notes.Update(tx, d), fault.Conflict)
		return nil
	})
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		d, err := notes.Get(tx, "111111111111", "r", "1")
		if d.Value.Text != "b" || d.Revision != 2 {
			t.Errorf("after reopening: %+v", d)
		}
		return err
	})
	write(t, e, func(tx *store.Tx) error { return notes.Delete(tx, "111111111111", "r", "1") })
	read(t, e, func(tx *store.Tx) error {
		_, err := notes.Get(tx, "111111111111", "r", "1")
		wantKind(t, err, fault.NotFound)
		return nil
	})
}

// documentScope: account B sees nothing of A, and no scope sees nothing.
func documentScope(t *testing.T, e *Env) {
	const a, b = "111111111111", "222222222222"
	write(t, e, func(tx *store.Tx) error { return notes.Insert(tx, a, "eu-west-1", "1", "n", note{"a"}) })
	read(t, e, func(tx *store.Tx) error {
		for _, c := range []struct {
			scope arn.Scope
			want  int
		}{
			{arn.In(a, "eu-west-1"), 1},
			{arn.In(a, ""), 1},
			{arn.In(a, "us-east-1"), 0},
			{arn.In(b, "eu-west-1"), 0},
			{arn.Everything(), 1},
			{arn.Scope{}, 0},
			{arn.Scope{Accounts: []string{a, b}}, 1},
		} {
			ds, err := notes.All(tx, c.scope)
			if err != nil || len(ds) != c.want {
				t.Errorf("scope %+v: %d documents, %v; want %d", c.scope, len(ds), err, c.want)
			}
			if n, err := tx.CountDocs(c.scope, notes.Kind); err != nil || n != int64(c.want) {
				t.Errorf("scope %+v: %d documents counted, %v; want %d", c.scope, n, err, c.want)
			}
			if n, err := tx.CountDocs(c.scope, "other"); err != nil || n != 0 {
				t.Errorf("scope %+v: %d documents of another kind, %v", c.scope, n, err)
			}
		}
		_, err := notes.Get(tx, b, "eu-west-1", "1")
		wantKind(t, err, fault.NotFound)
		_, err = notes.ByName(tx, b, "eu-west-1", "n")
		wantKind(t, err, fault.NotFound)
		return nil
	})
}

func documentPages(t *testing.T, e *Env) {
	write(t, e, func(tx *store.Tx) error {
		for _, id := range []string{"c", "a", "b", "d", "e"} {
			if err := notes.Insert(tx, "111111111111", "r", id, "", note{id}); err != nil {
				return err
			}
		}
		return nil
	})
	read(t, e, func(tx *store.Tx) error {
		got, after := "", docs.Key{}
		for {
			page, err := notes.List(tx, arn.In("111111111111", "r"), after, 2)
			if err != nil {
				return err
			}
			for _, d := range page {
				got += d.Value.Text
				after = d.Key
			}
			if len(page) < 2 {
				break
			}
			got += "|"
		}
		if got != "ab|cd|e" {
			t.Errorf("pages %s, want ab|cd|e", got)
		}
		return nil
	})
}

// documentNames: documents without a name do not collide, nor do equal names in other regions and accounts.
func documentNames(t *testing.T, e *Env) {
	write(t, e, func(tx *store.Tx) error {
		for _, k := range [][4]string{{"111111111111", "r", "1", ""}, {"111111111111", "r", "2", ""}, {"111111111111", "r", "3", "n"}, {"111111111111", "s", "4", "n"}, {"222222222222", "r", "5", "n"}} {
			if err := notes.Insert(tx, k[0], k[1], k[2], k[3], note{}); err != nil {
				t.Errorf("%v: %v", k, err)
			}
		}
		d, err := notes.Get(tx, "111111111111", "r", "1")
		if err != nil {
			return err
		}
		d.Name = "n"
		wantKind(t, notes.Update(tx, d), fault.Exists)
		return nil
	})
}
