package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
)

var ledgerTests = map[string]func(*testing.T, *Env){
	"Ledger/Record":           ledgerRecord,
	"Ledger/Failures":         ledgerFailures,
	"Ledger/Queries":          ledgerQueries,
	"Ledger/Accounts":         ledgerAccounts,
	"Ledger/Members":          ledgerMembers,
	"Ledger/Concurrent":       ledgerConcurrent,
	"Ledger/Checkpoints":      ledgerCheckpoints,
	"Ledger/Rollback":         ledgerRollback,
	"Ledger/Rotation":         ledgerRotation,
	"Ledger/AcceptedRollback": ledgerAcceptedRollback,
	"Ledger/HeadRace":         ledgerHeadRace,
}

const owner = "111111111111"

// finding is the n-th of a series of different items.
func finding(n int) ledger.Item {
	return ledger.Item{
		Body: ledger.Body{
			Source: "AWS Config", Type: "Compliance check", Verdict: ledger.NonCompliant, Event: "restricted-ssh",
			Rule:     &ledger.Rule{ID: "INCOMING_SSH_DISABLED", Version: "1"},
			Subjects: []ledger.Subject{{ID: fmt.Sprintf("sg-%04d", n), Type: "AWS::EC2::SecurityGroup", Verdict: ledger.NonCompliant}},
		},
		Occurrence: ledger.Occurrence{
			Owner: owner, Assessment: "a1", ControlSet: "Network", Control: "c1", Collector: "config", Account: "222222222222", Region: "eu-west-1",
			ObservedAt: Start.Add(time.Duration(n) * time.Hour),
		},
		Produced: &ledger.Produced{Call: "config:PutEvaluations", Complete: true, Tool: "tickmark test"},
	}
}

func findings(from, to int) []ledger.Item {
	var out []ledger.Item
	for n := from; n < to; n++ {
		out = append(out, finding(n))
	}
	return out
}

func record(t *testing.T, e *Env, items ...ledger.Item) []ledger.Recorded {
	t.Helper()
	var out []ledger.Recorded
	write(t, e, func(tx *store.Tx) (err error) {
		out, err = ledger.Record(tx, items)
		return err
	})
	return out
}

// wholeLog checks that the log is complete and consistent, and returns its entries.
func wholeLog(t *testing.T, e *Env, account string, size int) []ledger.Entry {
	t.Helper()
	var entries []ledger.Entry
	read(t, e, func(tx *store.Tx) error {
		head, err := tx.Head(account)
		if err != nil {
			return err
		}
		if entries, err = tx.Entries(ledger.Query{Account: account}); err != nil {
			return err
		}
		if head.Size != int64(size) || len(entries) != size {
			t.Fatalf("the log has %d leaves and %d entries, want %d", head.Size, len(entries), size)
		}
		for i, en := range entries {
			enc, err := en.Encode()
			if err != nil {
				return err
			}
			proof, err := ledger.Inclusion(tx, account, head.Size, en.LeafIndex)
			if err != nil {
				return err
			}
			if en.LeafIndex != int64(i) || en.Sequence != int64(i)+1 {
				t.Errorf("entry %d has leaf %d, sequence %d", i, en.LeafIndex, en.Sequence)
			}
			if err := tlog.CheckRecord(proof, head.Size, head.Root, en.LeafIndex, ledger.Leaf(enc)); err != nil {
				t.Errorf("entry %d: %v", i, err)
			}
			if _, err := ledger.ReadBody(tx, account, en.Body); err != nil {
				t.Errorf("entry %d: %v", i, err)
			}
			if !en.Produced.IsZero() {
				if _, err := ledger.ReadProduced(tx, account, en.Produced); err != nil {
					t.Errorf("entry %d: %v", i, err)
				}
			}
		}
		return nil
	})
	return entries
}

func ledgerRecord(t *testing.T, e *Env) {
	first := record(t, e, findings(0, 5)...)
	e.Clock.Advance(time.Hour)
	again := record(t, e, append(findings(3, 7), finding(6))...)
	for i, want := range []ledger.Recorded{
		{ID: first[3].ID, LeafIndex: 3},
		{ID: first[4].ID, LeafIndex: 4},
		{ID: again[2].ID, LeafIndex: 5, New: true},
		{ID: again[3].ID, LeafIndex: 6, New: true},
		{ID: again[3].ID, LeafIndex: 6},
	} {
		if again[i] != want {
			t.Errorf("item %d: %+v, want %+v", i, again[i], want)
		}
	}
	e.Reopen(t)
	entries := wholeLog(t, e, owner, 7)
	if en := entries[0]; !en.CollectedAt.Equal(Start) || en.Day != "2026-01-15" || en.Verdict != ledger.NonCompliant || en.LogicVersion != "1" {
		t.Errorf("first entry %+v", en)
	}
	err := e.Write(context.Background(), func(tx *store.Tx) error {
		bad := finding(9)
		bad.Occurrence.Collector = ""
		_, err := ledger.Record(tx, []ledger.Item{finding(8), bad})
		return err
	})
	wantKind(t, err, fault.Invalid)
	wholeLog(t, e, owner, 7) // nothing of a bad batch is stored
}

// failing breaks one step of a transaction, before or after it has done its work.
type failing struct {
	ledger.Tx
	step  string
	after bool
}

var errStep = errors.New("step failed")

func (f failing) fail(step string, do func() error) error {
	if f.step != step {
		return do()
	}
	if f.after {
		if err := do(); err != nil {
			return err
		}
	}
	return errStep
}

func (f failing) PutObject(a string, k ledger.Kind, h ledger.Hash, c []byte) error {
	return f.fail("PutObject "+string(k), func() error { return f.Tx.PutObject(a, k, h, c) })
}

func (f failing) InsertEntry(en ledger.Entry, o []byte) error {
	return f.fail("InsertEntry", func() error { return f.Tx.InsertEntry(en, o) })
}

func (f failing) NextSequence(a, as string) (n int64, err error) {
	err = f.fail("NextSequence", func() (err error) { n, err = f.Tx.NextSequence(a, as); return err })
	return n, err
}

func (f failing) PutHashes(a string, first int64, hs []tlog.Hash) error {
	return f.fail("PutHashes", func() error { return f.Tx.PutHashes(a, first, hs) })
}

func (f failing) MoveHead(a string, from, to ledger.Head) error {
	return f.fail("MoveHead", func() error { return f.Tx.MoveHead(a, from, to) })
}

// ledgerFailures breaks every step, once with nothing stored and once with the write stored but its answer
// lost; whatever happened, repeating the call stores each item exactly once.
func ledgerFailures(t *testing.T, e *Env) {
	size := 0
	for _, step := range []string{"PutObject body", "PutObject produced", "InsertEntry", "NextSequence", "PutHashes", "MoveHead", "commit"} {
		for _, after := range []bool{false, true} {
			name := fmt.Sprintf("%s/stored=%v", step, after)
			items := findings(size, size+3)
			err := e.Write(context.Background(), func(tx *store.Tx) error {
				_, err := ledger.Record(failing{tx, step, after}, items)
				if err == nil && step == "commit" && !after {
					return errStep
				}
				return err
			})
			stored := step == "commit" && after // the caller never hears of it
			if !stored && !errors.Is(err, errStep) {
				t.Fatalf("%s: %v", name, err)
			}
			if !stored {
				wholeLog(t, e, owner, size)
			}
			for retry := range 2 {
				for i, r := range record(t, e, items...) {
					if want := (retry == 0) && !stored; r.New != want || r.LeafIndex != int64(size+i) {
						t.Errorf("%s: retry %d item %d: %+v", name, retry, i, r)
					}
				}
			}
			size += 3
			wholeLog(t, e, owner, size)
		}
	}
}

func ledgerQueries(t *testing.T, e *Env) {
	items := findings(0, 30) // 30 hours from noon: days 15 and 16
	for i := range items {
		if i%3 == 0 {
			items[i].Occurrence.Control = "c2"
			items[i].Body.Verdict = ledger.Compliant
		}
		if i == 1 {
			items[i].Occurrence.Exception = "x1"
		}
	}
	recs := record(t, e, items...)
	after := int64(4)
	for name, c := range map[string]struct {
		q    ledger.Query
		want int
	}{
		"all":        {ledger.Query{}, 30},
		"control":    {ledger.Query{Assessment: "a1", ControlSet: "Network", Control: "c2"}, 10},
		"day":        {ledger.Query{Assessment: "a1", Day: "2026-01-15"}, 12},
		"range":      {ledger.Query{FromDay: "2026-01-16", ToDay: "2026-01-16"}, 18},
		"source":     {ledger.Query{Source: "AWS CloudTrail"}, 0},
		"ids":        {ledger.Query{IDs: []string{recs[3].ID, recs[9].ID, "none"}}, 2},
		"no ids":     {ledger.Query{IDs: []string{}}, 0},
		"below":      {ledger.Query{Before: 7}, 7},
		"page":       {ledger.Query{After: &after, Limit: 6}, 6},
		"other":      {ledger.Query{Assessment: "a2"}, 0},
		"wrong page": {ledger.Query{After: new(int64(29))}, 0},
	} {
		read(t, e, func(tx *store.Tx) error {
			c.q.Account = owner
			got, err := tx.Entries(c.q)
			if len(got) != c.want {
				t.Errorf("%s: %d entries, want %d", name, len(got), c.want)
			}
			return err
		})
	}
	read(t, e, func(tx *store.Tx) error {
		fs, err := tx.Folders(ledger.Query{Account: owner, Assessment: "a1", Day: "2026-01-15"})
		got := fmt.Sprint(fs)
		want := "[{Network c1 2026-01-15 AWS Config NON_COMPLIANT false 7 7} {Network c1 2026-01-15 AWS Config NON_COMPLIANT true 1 1} {Network c2 2026-01-15 AWS Config COMPLIANT false 4 4}]"
		if got != want {
			t.Errorf("folders\n%s, want\n%s", got, want)
		}
		return err
	})
}

// ledgerAccounts: each owner has its own log, and sees nothing of another's.
func ledgerAccounts(t *testing.T, e *Env) {
	a, b := finding(1), finding(1)
	b.Occurrence.Owner = "333333333333"
	recs := record(t, e, a, b, a)
	if recs[0].LeafIndex != 0 || recs[1].LeafIndex != 0 || recs[0].ID == recs[1].ID || recs[2].New {
		t.Errorf("recorded %+v", recs)
	}
	entries := wholeLog(t, e, owner, 1)
	wholeLog(t, e, "333333333333", 1)
	read(t, e, func(tx *store.Tx) error {
		_, err := ledger.Get(tx, "333333333333", recs[0].ID)
		wantKind(t, err, fault.NotFound)
		_, err = ledger.ReadBody(tx, "444444444444", entries[0].Body)
		wantKind(t, err, fault.NotFound)
		return nil
	})
}

func ledgerMembers(t *testing.T, e *Env) {
	var rec ledger.Recorded
	write(t, e, func(tx *store.Tx) (err error) {
		it := finding(0)
		it.Body.Subjects = nil
		for n := range 5 {
			h, err := ledger.PutBody(tx, owner, finding(4-n).Body)
			if err != nil {
				return err
			}
			it.Members = append(it.Members, h)
		}
		rec, err = ledger.Put(tx, it)
		return err
	})
	read(t, e, func(tx *store.Tx) error {
		en, err := ledger.Get(tx, owner, rec.ID)
		if err != nil {
			return err
		}
		if en.Weight() != 5 {
			t.Errorf("weight %d, want 5", en.Weight())
		}
		bodies, err := ledger.ReadMembers(tx, owner, *en.Members)
		if err != nil {
			return err
		}
		for _, h := range bodies {
			if _, err := ledger.ReadBody(tx, owner, h); err != nil {
				t.Error(err)
			}
		}
		return nil
	})
}

func ledgerConcurrent(t *testing.T, e *Env) {
	errs := make(chan error)
	const callers, each = 8, 10
	for c := range callers {
		go func() {
			for n := range each {
				if err := e.Write(context.Background(), func(tx *store.Tx) error {
					_, err := ledger.Put(tx, finding(c*each+n))
					return err
				}); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range callers {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	wholeLog(t, e, owner, callers*each)
}

// ledgerHeadRace: a head that is not the one read before does not move.
func ledgerHeadRace(t *testing.T, e *Env) {
	record(t, e, finding(0))
	write(t, e, func(tx *store.Tx) error {
		head, err := tx.Head(owner)
		if err != nil {
			return err
		}
		next := ledger.Head{Size: head.Size + 1, Root: tlog.Hash{1}, Edge: head.Edge}
		wantKind(t, tx.MoveHead(owner, ledger.Head{}, next), fault.Conflict)
		wantKind(t, tx.MoveHead(owner, ledger.Head{Size: 1, Root: tlog.Hash{2}}, next), fault.Conflict)
		wantKind(t, tx.MoveHead(owner, ledger.Head{Size: 2, Root: head.Root}, next), fault.Conflict)
		return nil
	})
	wholeLog(t, e, owner, 1)
}
