package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/store"
)

var itemTests = map[string]func(*testing.T, *Env){
	"Items/Life":       itemLife,
	"Items/Identity":   itemIdentity,
	"Items/Late":       itemLate,
	"Items/Scope":      itemScope,
	"Items/Pages":      itemPages,
	"Items/PagesPast":  itemPagesOfPast,
	"Items/Lookups":    itemLookups,
	"Items/Relations":  itemRelations,
	"Items/Feed":       itemFeed,
	"Items/LongValues": itemLongValues,
	"Items/Forget":     itemForget,
	"Items/Collected":  itemCollected,
}

const (
	accountA = "111111111111"
	accountB = "222222222222"
	ireland  = "eu-west-1"
	bucket   = "AWS::S3::Bucket"
)

// at is a minute of the day the tests play on.
func at(minute int) time.Time { return time.Date(2026, 1, 10, 0, minute, 0, 0, time.UTC) }

func build(t *testing.T, s inventory.Spec) *inventory.Item {
	t.Helper()
	it, err := inventory.Build(s)
	if err != nil {
		t.Fatal(err)
	}
	return it
}

// state is a bucket of account A with something that tells its states apart.
func state(t *testing.T, id string, minute int, status inventory.Status, note string) *inventory.Item {
	t.Helper()
	s := inventory.Spec{Key: inventory.Key{Account: accountA, Region: ireland, Type: bucket, ID: id}, Status: status, Captured: at(minute)}
	if status != inventory.Deleted {
		s.Name, s.ARN, s.Configuration = id, "arn:aws:s3:::"+id, map[string]string{"note": note}
	}
	return build(t, s)
}

func noteOf(it *inventory.Item) string { return it.Configuration().Get("note").Str() }

func put(t *testing.T, e *Env, items ...*inventory.Item) (out []inventory.Put) {
	t.Helper()
	write(t, e, func(tx *store.Tx) error {
		out = nil
		for _, it := range items {
			p, err := tx.PutItem(it)
			if err != nil {
				return err
			}
			out = append(out, p)
		}
		return nil
	})
	return out
}

// itemLife: created, changed, deleted, back again, each kept and each in the feed.
func itemLife(t *testing.T, e *Env) {
	states := []*inventory.Item{
		state(t, "b", 1, inventory.Discovered, "one"), state(t, "b", 2, inventory.OK, "two"),
		state(t, "b", 3, inventory.Deleted, ""), state(t, "b", 4, inventory.Discovered, "four"),
	}
	k := states[0].Key
	for i, it := range states {
		e.Clock.Advance(time.Hour)
		if p := put(t, e, it)[0]; p.Outcome != inventory.Stored || !p.Current || p.Seq != int64(i+1) {
			t.Errorf("state %d: %+v", i, p)
		}
		read(t, e, func(tx *store.Tx) error {
			cur, err := tx.Item(k)
			if err != nil {
				return err
			}
			if string(cur.Raw()) != string(it.Raw()) || cur.Hash() != it.Hash() || !cur.Recorded.Equal(e.Clock.Now()) {
				t.Errorf("state %d: current is %s", i, cur.Raw())
			}
			counts, err := tx.ItemCounts(arn.Everything())
			if want := i != 2; (len(counts) == 1 && counts[0].Items == 1) != want {
				t.Errorf("state %d: counts %+v", i, counts)
			}
			return err
		})
	}
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		var kinds []inventory.ChangeKind
		changes, err := tx.ItemChanges(accountA, ireland, 0, 0)
		for _, c := range changes {
			kinds = append(kinds, c.Kind)
		}
		if want := []inventory.ChangeKind{inventory.Create, inventory.Update, inventory.Delete, inventory.Create}; !slices.Equal(kinds, want) {
			t.Errorf("changes %v, want %v", kinds, want)
		}
		if got := history(t, tx, k, inventory.History{Forward: true}); got != "one 00:01-00:02,two 00:02-00:03, 00:03-00:04,four 00:04-" {
			t.Errorf("history %s", got)
		}
		if got := history(t, tx, k, inventory.History{Limit: 2}); got != "four 00:04-, 00:03-00:04" {
			t.Errorf("newest two %s", got)
		}
		if got := history(t, tx, k, inventory.History{From: at(2), To: at(3)}); got != " 00:03-00:04,two 00:02-00:03" {
			t.Errorf("between %s", got)
		}
		page, _ := tx.ItemHistory(k, inventory.History{Forward: true, Limit: 3})
		if got := history(t, tx, k, inventory.History{Forward: true, After: &page[2]}); got != "four 00:04-" {
			t.Errorf("second page %s", got)
		}
		return err
	})
}

func history(t *testing.T, tx *store.Tx, k inventory.Key, q inventory.History) string {
	t.Helper()
	vs, err := tx.ItemHistory(k, q)
	if err != nil {
		t.Error(err)
	}
	var out []string
	for _, v := range vs {
		until := ""
		if !v.Until.IsZero() {
			until = v.Until.Format("15:04")
		}
		out = append(out, noteOf(v.Item)+" "+v.Captured.Format("15:04")+"-"+until)
	}
	return strings.Join(out, ",")
}

// itemIdentity: the same item again is a duplicate in any spelling; other content under its identity is a conflict
// and the first is kept, in the current state and in the past.
func itemIdentity(t *testing.T, e *Env) {
	const fields = `"configurationItemCaptureTime":"2026-01-10T00:01:00Z","configurationItemStatus":"OK","resourceType":"AWS::S3::Bucket","resourceId":"b","awsRegion":"eu-west-1"`
	decode := func(s string) *inventory.Item {
		it, err := inventory.Decode([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return it
	}
	file := decode(`{"awsAccountId":"111111111111","configurationStateId":5,"configuration":{"a":true},` + fields + `}`)
	api := decode(`{"accountId":"111111111111","configurationStateId":"5","configuration":"{\"a\":true}",` + fields + `}`)
	other := decode(`{"awsAccountId":"111111111111","configurationStateId":5,"configuration":{"a":false},` + fields + `}`)
	tie := decode(`{"awsAccountId":"111111111111","configurationStateId":6,"configuration":{"a":7},` + fields + `}`)
	check := func(when string) {
		t.Helper()
		got := put(t, e, file, api, other)
		for i, want := range []inventory.Outcome{inventory.Duplicate, inventory.Duplicate, inventory.Conflict} {
			if got[i].Outcome != want || got[i].Current {
				t.Errorf("%s, item %d: %+v, want %v", when, i, got[i], want)
			}
		}
	}
	put(t, e, file)
	check("as the current state")
	if p := put(t, e, tie)[0]; !p.Current {
		t.Errorf("a greater state id at the same time must be newer: %+v", p)
	}
	check("as a past state")
	read(t, e, func(tx *store.Tx) error {
		vs, err := tx.ItemHistory(file.Key, inventory.History{Forward: true})
		if len(vs) != 2 || string(vs[0].Raw()) != string(file.Raw()) {
			t.Errorf("history %v", vs)
		}
		cur, err2 := tx.ItemAsOf(file.Key, inventory.AsOf{At: file.Captured})
		if err2 != nil || cur.StateID != 6 {
			t.Errorf("as of the tie: %v %v", cur, err2)
		}
		changes, _ := tx.ItemChanges(accountA, ireland, 0, 0)
		if len(changes) != 2 {
			t.Errorf("changes %v", changes)
		}
		return err
	})
}

// itemLate: a late item splits the interval it falls in, is no change, and is visible to who knew of it.
func itemLate(t *testing.T, e *Env) {
	put(t, e, state(t, "b", 10, inventory.Discovered, "ten"))
	put(t, e, state(t, "b", 30, inventory.OK, "thirty"))
	before := e.Clock.Now()
	e.Clock.Advance(time.Hour)
	for _, m := range []int{20, 5} {
		if p := put(t, e, state(t, "b", m, inventory.OK, fmt.Sprint("late", m)))[0]; p.Outcome != inventory.Stored || p.Current || p.Seq != 0 {
			t.Errorf("late item: %+v", p)
		}
	}
	k := inventory.Key{Account: accountA, Region: ireland, Type: bucket, ID: "b"}
	read(t, e, func(tx *store.Tx) error {
		if got := history(t, tx, k, inventory.History{Forward: true}); got != "late5 00:05-00:10,ten 00:10-00:20,late20 00:20-00:30,thirty 00:30-" {
			t.Errorf("history %s", got)
		}
		for _, c := range []struct {
			minute int
			known  time.Time
			want   string
		}{
			{4, time.Time{}, ""},
			{5, time.Time{}, "late5"},
			{15, time.Time{}, "ten"},
			{20, time.Time{}, "late20"},
			{29, time.Time{}, "late20"},
			{31, time.Time{}, "thirty"},
			{5, before, ""},
			{15, before, "ten"},
			{29, before, "ten"},
			{31, before, "thirty"},
			{31, before.Add(-time.Second), ""},
		} {
			q := inventory.AsOf{At: at(c.minute), KnownAt: c.known}
			got := ""
			one, err := tx.ItemAsOf(k, q)
			if err == nil {
				got = noteOf(one)
			} else if fault.KindOf(err) != fault.NotFound {
				t.Error(err)
			}
			all, err := tx.ItemsAsOf(arn.In(accountA, ireland), inventory.Filter{Types: []string{bucket}}, q, inventory.Key{}, 0)
			if err != nil {
				t.Error(err)
			}
			list := ""
			for _, it := range all {
				list += noteOf(it)
			}
			if got != c.want || list != c.want {
				t.Errorf("at %d known %v: one %q, list %q; want %q", c.minute, c.known, got, list, c.want)
			}
		}
		feeds, err := tx.ItemFeeds(arn.Everything())
		if len(feeds) != 1 || feeds[0].Last != 2 {
			t.Errorf("feeds %+v", feeds)
		}
		return err
	})
}

// itemFeed: numbers have no gaps although writes fail, cursors are kept by reader, account and region.
func itemFeed(t *testing.T, e *Env) {
	boom := errors.New("boom")
	for i := range 3 {
		put(t, e, state(t, fmt.Sprint("b", i), i, inventory.OK, "x"))
		err := e.Write(context.Background(), func(tx *store.Tx) error {
			if _, err := tx.PutItem(state(t, "lost", i, inventory.OK, "x")); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
	}
	write(t, e, func(tx *store.Tx) error {
		if err := tx.SetFeedCursor("rules", accountA, ireland, 2); err != nil {
			return err
		}
		wantKind(t, tx.SetFeedCursor("rules", accountA, ireland, 4), fault.Invalid)
		return nil
	})
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		seq, err := tx.FeedCursor("rules", accountA, ireland)
		if seq != 2 {
			t.Errorf("cursor %d, %v", seq, err)
		}
		for _, c := range [][3]string{{"other", accountA, ireland}, {"rules", accountB, ireland}, {"rules", accountA, "us-east-1"}} {
			if seq, err := tx.FeedCursor(c[0], c[1], c[2]); seq != 0 || err != nil {
				t.Errorf("cursor of %v: %d, %v", c, seq, err)
			}
		}
		changes, err := tx.ItemChanges(accountA, ireland, seq, 10)
		if len(changes) != 1 || changes[0].Seq != 3 || changes[0].ID != "b2" || !changes[0].Captured.Equal(at(2)) {
			t.Errorf("changes after the cursor: %+v", changes)
		}
		first, _ := tx.ItemChanges(accountA, ireland, 0, 1)
		if len(first) != 1 || first[0].Seq != 1 {
			t.Errorf("first change %+v", first)
		}
		return err
	})
}

// itemLongValues: what does not fit an index is kept in the item.
func itemLongValues(t *testing.T, e *Env) {
	noise := func(n int) string { // what an index cannot compress
		var out strings.Builder
		for i := 0; out.Len() < n; i++ {
			fmt.Fprintf(&out, "%x", sha256.Sum256([]byte(fmt.Sprint(n, i))))
		}
		return out.String()[:n]
	}
	it := build(t, inventory.Spec{
		Key:  inventory.Key{Account: accountA, Region: ireland, Type: noise(1023), ID: noise(1024)},
		Name: noise(5000), ARN: "arn:aws:s3:::" + noise(4000) + "\x00", Captured: at(1), Configuration: "zero \x00 byte",
		Relationships: []inventory.Relationship{
			{Type: "T", ID: noise(5000)},
			{Type: noise(255), ID: noise(1022), Name: noise(1021), Label: noise(1020)},
			{Type: noise(255), ID: noise(1024), Name: noise(256), Label: noise(254)},
			{Type: "T", ID: "a\x00b", Label: "\x00"},
		},
	})
	put(t, e, it)
	read(t, e, func(tx *store.Tx) error {
		got, err := tx.Item(it.Key)
		if err == nil && string(got.Raw()) != string(it.Raw()) {
			t.Error("the item changed")
		}
		return err
	})
}
