package exception_test

import (
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/exception"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		glob, id string
		want     bool
	}{
		{"*", "", true},
		{"*", "anything/at all", true},
		{"logs-*", "logs-eu", true},
		{"logs-*", "log-eu", false},
		{"*-logs-*-x", "a-logs-b-logs-x", true},
		{"*-logs-*-x", "a-logs-b-y", false},
		{"sg-?", "sg-1", true},
		{"sg-?", "sg-12", false},
		{"sg-?", "sg-", false},
		{`a\*b`, "a*b", true},
		{`a\*b`, "axb", false},
		{`a\\b`, `a\b`, true},
		{"ab", "abc", false},
		{"abc", "ab", false},
	} {
		e := exception.Exception{Type: "T", Resource: c.glob}
		if got := e.Covers("T", c.id); got != c.want {
			t.Errorf("%q covers %q: %v", c.glob, c.id, got)
		}
		if e.Covers("U", c.id) {
			t.Errorf("%q covers another type", c.glob)
		}
	}
	for _, id := range []string{"plain", `a*b?c\d`, ""} {
		e := exception.Exception{Type: "T", Resource: exception.Exact(id)}
		if got, ok := e.ID(); !ok || got != id || !e.Covers("T", id) {
			t.Errorf("exactly %q is %q, %v", id, got, ok)
		}
	}
}

func FuzzCovers(f *testing.F) {
	f.Add("a*b?", "axxbc")
	f.Fuzz(func(t *testing.T, glob, id string) {
		e := exception.Exception{Resource: glob}
		if exact, ok := e.ID(); ok && glob == exception.Exact(exact) && !e.Covers("", exact) {
			t.Errorf("%q does not cover %q", glob, exact)
		}
		if e.Resource = exception.Exact(id); !e.Covers("", id) {
			t.Errorf("%q does not cover itself", id)
		}
	})
}

func TestStored(t *testing.T) {
	env := storetest.Open(t)
	db := store.For(env.DB, func(tx *store.Tx) docs.Tx { return tx })
	now := env.Clock.Now()
	e := exception.Exception{Account: "111122223333", Region: "eu-west-1", Rule: "r", RuleID: "config-rule-a", Type: "T", Resource: "x", Owner: "me", Expires: now.Add(time.Hour)}
	other, foreign := e, e
	other.RuleID, foreign.Account = "config-rule-ab", "444455556666"
	err := db.Write(t.Context(), func(tx docs.Tx) error {
		for _, v := range []exception.Exception{e, e, other} {
			if err := exception.Put(tx, v); err != nil {
				return err
			}
		}
		if fault.KindOf(exception.Put(tx, exception.Exception{RuleID: "r"})) != fault.Invalid {
			t.Error("an exception of nothing was stored")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Read(t.Context(), func(tx docs.Tx) error {
		for at, want := range map[time.Time]int{now: 1, now.Add(time.Hour): 0} {
			if l, err := exception.OfRule(tx, e.Account, e.Region, e.RuleID, at); err != nil || len(l) != want {
				t.Errorf("at %v: %v, %v", at, l, err)
			}
		}
		if c, err := exception.Covering(tx, foreign.Account, e.Region, e.RuleID, "T", "x", now); err != nil || c != nil {
			t.Errorf("another account sees %v, %v", c, err)
		}
		c, err := exception.Covering(tx, e.Account, e.Region, e.RuleID, "T", "x", now)
		if c == nil || c.Owner != "me" {
			t.Errorf("covering: %v", c)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Read(t.Context(), func(tx docs.Tx) error {
		all, err := exception.In(tx, arn.Scope{Accounts: []string{foreign.Account}})
		if err != nil || len(all) != 0 {
			t.Errorf("another account sees %v, %v", all, err)
		}
		got, err := exception.Get(tx, e.Account, e.Region, e.Key())
		if err != nil || got.Key() != e.Key() || got.Stood(e.Expires) || !got.Stood(now) {
			t.Errorf("by its key: %+v, %v", got, err)
		}
		all, err = exception.In(tx, arn.Scope{Accounts: []string{e.Account}})
		if len(all) != 2 {
			t.Errorf("the account has %v", all)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	remove := func(e exception.Exception, now time.Time) error {
		return db.Write(t.Context(), func(tx docs.Tx) error { return exception.Remove(tx, e, now) })
	}
	if err := remove(foreign, now); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another account removes: %v", err)
	}
	if err := remove(e, now); err != nil {
		t.Error(err)
	}
	if err := db.Write(t.Context(), func(tx docs.Tx) error {
		return exception.Delete(tx, foreign.Account, other.Region, other.Key())
	}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another account deletes: %v", err)
	}
	if err := remove(other, now.Add(time.Hour)); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an expired one is removed: %v", err)
	}
}
