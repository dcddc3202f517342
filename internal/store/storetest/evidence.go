package storetest

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
)

var evidenceTests = map[string]func(*testing.T, *Env){
	"Evidence/Facts":    evidenceFacts,
	"Evidence/Folders":  evidenceFolders,
	"Evidence/Selected": evidenceSelected,
	"Evidence/Cursors":  evidenceCursors,
}

func evidenceFacts(t *testing.T, e *Env) {
	const a, b = "111111111111", "222222222222"
	fact := [32]byte{1, 2, 3}
	write(t, e, func(tx *store.Tx) error {
		for i, want := range []bool{true, false} {
			if got, err := tx.AddFact(a, fact, "2026-01-15"); err != nil || got != want {
				t.Errorf("time %d: new %v, %v", i+1, got, err)
			}
		}
		if got, err := tx.AddFact(b, fact, "2026-01-16"); err != nil || !got {
			t.Errorf("the other account: %v, %v", got, err)
		}
		n := assess.SourceNote{Control: "c", Type: "AWS_Config", Keyword: "k", FirstDay: "2026-01-15", LastDay: "2026-01-15", Items: 2}
		if err := tx.NoteSource(a, "x", n); err != nil {
			return err
		}
		n.FirstDay, n.LastDay, n.Items = "2026-01-10", "2026-01-12", 1
		return tx.NoteSource(a, "x", n)
	})
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		for account, want := range map[string]string{a: "2026-01-15", b: "2026-01-16", "333333333333": ""} {
			if day, err := tx.FactDay(account, fact); err != nil || day != want {
				t.Errorf("account %s: day %q, %v", account, day, err)
			}
		}
		notes, err := tx.SourceNotes(a, "x")
		if err != nil || len(notes) != 1 || notes[0].FirstDay != "2026-01-10" || notes[0].LastDay != "2026-01-15" || notes[0].Items != 3 || !notes[0].LastAt.Equal(Start) {
			t.Errorf("notes %+v, %v", notes, err)
		}
		if none, err := tx.SourceNotes(b, "x"); err != nil || len(none) != 0 {
			t.Errorf("account B sees %+v, %v", none, err)
		}
		return nil
	})
}

func evidenceFolders(t *testing.T, e *Env) {
	const a, b = "111111111111", "222222222222"
	var keys []assess.FolderKey
	for _, day := range []string{"2026-01-14", "2026-01-15", "2026-01-16"} {
		for _, c := range []string{"c1", "c2"} {
			keys = append(keys, assess.FolderKey{Owner: a, Assessment: "x", Set: "s", Control: c, Day: day})
		}
	}
	f := assess.Folder{
		FolderKey: keys[0], Total: 6, Selected: 1, Compliance: 3, Configuration: 1, Activity: 1, ByHand: 1, Issues: 1, Compliant: 1, Excepted: 1, Resources: 9,
		Backfilled: 4, Services: []string{"ec2", "iam"}, Sources: []string{"AWS Config"}, First: Start.Add(time.Second),
	}
	write(t, e, func(tx *store.Tx) error {
		for _, k := range keys {
			g := f
			g.FolderKey, g.Total = k, 1
			if err := tx.PutEvidenceFolder(assess.Folder{}, g); err != nil {
				return err
			}
		}
		if err := tx.PutEvidenceFolder(assess.Folder{}, assess.Folder{FolderKey: assess.FolderKey{Owner: b, Assessment: "x", Set: "s", Control: "c1", Day: "2026-01-14"}}); err != nil {
			return err
		}
		first := f
		first.Total = 1
		return tx.PutEvidenceFolder(first, f)
	})
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		got, err := tx.EvidenceFolder(keys[0])
		if err != nil || !reflect.DeepEqual(got, f) {
			t.Errorf("read %+v, %v; want %+v", got, err, f)
		}
		if got, err = tx.EvidenceFolderByID(a, f.ID()); err != nil || got.FolderKey != f.FolderKey {
			t.Errorf("by id %+v, %v", got, err)
		}
		_, err = tx.EvidenceFolderByID(b, f.ID())
		wantKind(t, err, fault.NotFound)
		_, err = tx.EvidenceFolder(assess.FolderKey{Owner: a, Assessment: "y", Set: "s", Control: "c1", Day: "2026-01-14"})
		wantKind(t, err, fault.NotFound)
		var pages []string
		q := assess.FolderQuery{Owner: a, Assessment: "x", Limit: 4}
		for {
			page, err := tx.EvidenceFolders(q)
			if err != nil {
				return err
			}
			for _, f := range page {
				pages = append(pages, f.Day[8:]+f.Control)
			}
			if len(page) < 4 {
				break
			}
			q.After = &page[3].FolderKey
		}
		if got := strings.Join(pages, " "); got != "16c1 16c2 15c1 15c2 14c1 14c2" {
			t.Errorf("pages %s", got)
		}
		one, err := tx.EvidenceFolders(assess.FolderQuery{Owner: a, Assessment: "x", Set: "s", Control: "c2", Day: "2026-01-15"})
		if err != nil || len(one) != 1 {
			t.Errorf("narrowed: %+v, %v", one, err)
		}
		counts, err := tx.ControlCounts(a, "x")
		if err != nil || fmt.Sprint(counts) != "[{s c1 8 3 3 3 3} {s c2 3 3 3 3 3}]" {
			t.Errorf("counts %v, %v", counts, err)
		}
		return nil
	})
	write(t, e, func(tx *store.Tx) error { return tx.DeleteEvidence(a, "x") })
	read(t, e, func(tx *store.Tx) error {
		mine, err := tx.EvidenceFolders(assess.FolderQuery{Owner: a, Assessment: "x"})
		theirs, err2 := tx.EvidenceFolders(assess.FolderQuery{Owner: b, Assessment: "x"})
		if counts, err := tx.ControlCounts(a, "x"); err != nil || len(counts) != 0 {
			t.Errorf("after deleting: counts %v, %v", counts, err)
		}
		if err != nil || err2 != nil || len(mine) != 0 || len(theirs) != 1 {
			t.Errorf("after deleting: %d and %d folders, %v %v", len(mine), len(theirs), err, err2)
		}
		return nil
	})
}

func evidenceSelected(t *testing.T, e *Env) {
	const a, b = "111111111111", "222222222222"
	write(t, e, func(tx *store.Tx) error {
		for _, c := range []struct{ on, changed bool }{{true, true}, {true, false}, {false, true}, {false, false}, {true, true}} {
			if got, err := tx.SelectEvidence(a, "x", "f", "1", c.on); err != nil || got != c.changed {
				t.Errorf("selecting %v changed %v, %v", c.on, got, err)
			}
		}
		h := ledger.Hash{7}
		for _, place := range []string{"first", "second"} {
			if err := tx.PutRawPlace(h, assess.RawPlace{Kind: "blob", Place: place}); err != nil {
				return err
			}
		}
		p, err := tx.RawPlace(h)
		if err != nil || p.Place != "first" || p.Kind != "blob" {
			t.Errorf("place %+v, %v", p, err)
		}
		_, err = tx.RawPlace(ledger.Hash{8})
		wantKind(t, err, fault.NotFound)
		return nil
	})
	read(t, e, func(tx *store.Tx) error {
		mine, err := tx.SelectedEvidence(a, "x", "f")
		theirs, err2 := tx.SelectedEvidence(b, "x", "f")
		if err != nil || err2 != nil || len(mine) != 1 || mine[0] != "1" || len(theirs) != 0 {
			t.Errorf("selected %v and %v, %v %v", mine, theirs, err, err2)
		}
		return nil
	})
}

func evidenceCursors(t *testing.T, e *Env) {
	write(t, e, func(tx *store.Tx) error { return tx.MoveEvidenceCursor("feed", 0, 5) })
	write(t, e, func(tx *store.Tx) error {
		wantKind(t, tx.MoveEvidenceCursor("feed", 0, 6), fault.Conflict)
		return tx.MoveEvidenceCursor("feed", 5, 9)
	})
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		for name, want := range map[string]int64{"feed": 9, "other": 0} {
			if at, err := tx.EvidenceCursor(name); err != nil || at != want {
				t.Errorf("cursor %s at %d, %v", name, at, err)
			}
		}
		return nil
	})
}
