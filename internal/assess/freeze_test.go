package assess_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/report"
)

// bundle waits for a report and reads it.
func (h *house) bundle(r *assess.Reporter, id string) []byte {
	h.Helper()
	_, err := r.Pending(ctx)
	h.ok(err)
	rep, err := h.GetReport(ctx, owner, "", id)
	h.ok(err)
	if rep.Status != assess.ReportComplete {
		h.Fatalf("report %+v", rep)
	}
	_, body, err := h.shelf.Get(ctx, accountA, rep.Bucket, rep.Key)
	h.ok(err)
	defer body.Close()
	b, err := io.ReadAll(body)
	h.ok(err)
	return b
}

// frozen makes an assessment with evidence of three days, part of which is selected, and freezes the first two.
func (h *house) frozen(r *assess.Reporter) (assess.Assessment, assess.Freeze, []byte) {
	h.Helper()
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "A")}, []catalog.Source{{Type: catalog.Manual}})
	h.judge(accountA, ireland, "A", "i-1", "COMPLIANT", start)
	h.judge(accountA, ireland, "A", "i-2", "NON_COMPLIANT", start)
	a := h.assessment(f.ID)
	h.step()
	_, _, err := h.ImportEvidence(ctx, owner, a.ID, setOne, ids[1], []assess.ManualInput{{File: h.upload("x.txt", "hello")}})
	h.ok(err)
	_, err = h.SelectAll(ctx, owner, a.ID, "nonCompliant", true)
	h.ok(err)
	for _, day := range []string{tomorrow, third} {
		h.at(day, 2)
		h.step()
	}
	fo := h.folders(a)[tomorrow+" "+ids[0]]
	h.ok(h.SelectFolder(ctx, owner, a.ID, fo.ID(), true))
	fr, err := h.Freeze(ctx, owner, assess.FreezeInput{Assessment: a.ID, From: today, To: tomorrow, Reason: "the auditor has come"})
	h.ok(err)
	wantKind(h, h.SelectFolder(ctx, owner, a.ID, fo.ID(), false), fault.Conflict) // while it is being copied
	_, err = h.FrozenReport(ctx, owner, a.ID, fr.ID, "early")
	wantKind(h, err, fault.Invalid)
	_, err = r.Pending(ctx)
	h.ok(err)
	list, err := h.ListReports(ctx, owner)
	h.ok(err)
	if len(list) != 1 || list[0].Freeze != fr.ID {
		h.Fatalf("reports %+v", list)
	}
	return a, fr, h.bundle(r, list[0].ID)
}

// TestFreeze: the bundle of a frozen period has the same bytes after everything that can happen later.
func TestFreeze(t *testing.T) {
	h := newHouse(t)
	r := h.reporter()
	a, f, first := h.frozen(r)
	res, err := report.VerifyReader(ctx, bytes.NewReader(first), int64(len(first)), report.Options{Key: r.Signer.Verifier()})
	h.ok(err)
	m := res.Manifest
	if res.Status != report.Intact || m.From != today || m.To != tomorrow || m.Totals.Population.Total != 5 || m.Totals.Selected.Total != 3 || m.Report.ID != f.ID {
		t.Fatalf("%v %s %s, %s to %s: %+v", res.Status, res.Entry, res.Problem, m.From, m.To, m.Totals)
	}
	again := func(why string) {
		t.Helper()
		h.env.Clock.Advance(1)
		rep, err := h.FrozenReport(ctx, owner, a.ID, f.ID, "again")
		h.ok(err)
		if got := h.bundle(r, rep.ID); !bytes.Equal(got, first) {
			t.Errorf("%s: %d bytes differ from the first %d", why, len(got), len(first))
		}
	}
	again("at once")

	// Evidence of a frozen day that comes late is recorded and says so.
	h.judge(accountB, virginia, "A", "late", "NON_COMPLIANT", start)
	h.step()
	var late []assess.Evidence
	for _, e := range h.all(a) {
		if e.AfterFreeze != "" {
			late = append(late, e)
		}
	}
	if len(late) != 1 || late[0].Day != today || late[0].AfterFreeze != f.ID || !late[0].Backfilled {
		t.Errorf("late evidence %+v", late)
	}
	again("late evidence")
	_, err = h.SelectAll(ctx, owner, a.ID, "", true)
	h.ok(err)
	name := "renamed"
	_, err = h.UpdateAssessment(ctx, owner, a.ID, assess.AssessmentUpdate{Name: &name})
	h.ok(err)
	_, err = h.UpdateAssessmentControl(ctx, owner, a.ID, setOne, a.Sets[0].Controls[0].ID, assess.Reviewed, "fine")
	h.ok(err)
	again("another selection, name and status")
	wantKind(t, h.DeleteAssessment(ctx, owner, a.ID), fault.Invalid)

	// Days that are frozen are collected again only after an unfreeze.
	c := &assess.Collector{Service: h.Service}
	_, err = c.Collect(ctx, accountA, a.ID, today, "")
	wantKind(t, err, fault.Conflict)
	_, err = c.Collect(ctx, accountA, a.ID, third, "")
	h.ok(err)
	for _, who := range []assess.Caller{reader, stranger} {
		if _, err := h.Unfreeze(ctx, who, a.ID, f.ID, "x"); err == nil {
			t.Errorf("%s unfreezes", who.Principal)
		}
	}
	_, err = h.Unfreeze(ctx, owner, a.ID, f.ID, "")
	wantKind(t, err, fault.Invalid)
	u, err := h.Unfreeze(ctx, owner, a.ID, f.ID, "the wrong days")
	h.ok(err)
	if u.Status != assess.Unfrozen || u.Ended.By != owner.Principal || u.Ended.Reason != "the wrong days" {
		t.Errorf("unfrozen %+v", u)
	}
	_, err = h.Unfreeze(ctx, owner, a.ID, f.ID, "again")
	wantKind(t, err, fault.Invalid)
	_, err = c.Collect(ctx, accountA, a.ID, today, "")
	h.ok(err)
	again("unfrozen")
	ds, err := h.Decisions(ctx, reader, a.ID)
	h.ok(err)
	if len(ds) != 2 || ds[0].Kind != assess.DecisionFreeze || ds[1].Kind != assess.DecisionUnfreeze || ds[0].ID != f.Decision || ds[0].Details["to"] != tomorrow {
		t.Errorf("decisions %+v", ds)
	}
	h.ok(h.DeleteAssessment(ctx, owner, a.ID))
}

// TestFrozenBundleIsKept: another version of the program, or another key, writes other bytes; then the first bundle
// is given, though every report of it was deleted.
func TestFrozenBundleIsKept(t *testing.T) {
	h := newHouse(t)
	r := h.reporter()
	a, f, first := h.frozen(r)
	list, err := h.ListReports(ctx, owner)
	h.ok(err)
	h.ok(h.DeleteReport(ctx, owner, a.ID, list[0].ID))
	rep, err := h.FrozenReport(ctx, owner, a.ID, f.ID, "kept")
	h.ok(err)
	if !bytes.Equal(h.bundle(h.reporter(), rep.ID), first) { // this reporter has a new key
		t.Error("the kept bundle is another one")
	}
}

// TestFreezeRefuses what cannot be frozen.
func TestFreezeRefuses(t *testing.T) {
	h := newHouse(t)
	f, _ := h.framework([]catalog.Source{source(catalog.Config, "A")})
	a := h.assessment(f.ID)
	good := assess.FreezeInput{Assessment: a.ID, From: today, To: today, Reason: "r"}
	for field, change := range map[string]func(*assess.FreezeInput){
		"from":   func(in *assess.FreezeInput) { in.From = "x" },
		"to":     func(in *assess.FreezeInput) { in.To = tomorrow },
		"to ":    func(in *assess.FreezeInput) { in.To = "" },
		"from ":  func(in *assess.FreezeInput) { in.To = "2026-01-14" },
		"from  ": func(in *assess.FreezeInput) { in.From = "2026-01-14" }, // before it begins
		"reason": func(in *assess.FreezeInput) { in.Reason = "" },
		"name":   func(in *assess.FreezeInput) { in.Name = "a b" },
	} {
		in := good
		change(&in)
		_, err := h.Freeze(ctx, owner, in)
		if f, ok := err.(*fault.Error); !ok || f.Field != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, err := h.Freeze(ctx, reader, good)
	wantKind(t, err, fault.Denied)
	_, err = h.Freeze(ctx, stranger, good)
	wantKind(t, err, fault.NotFound)
	_, err = h.FrozenReport(ctx, owner, a.ID, "nope", "x")
	wantKind(t, err, fault.NotFound)
	fr, err := h.Freeze(ctx, owner, good)
	h.ok(err)
	_, err = h.Unfreeze(ctx, owner, a.ID, fr.ID, "x")
	wantKind(t, err, fault.Invalid) // not yet frozen
	if list, err := h.Freezes(ctx, reader, a.ID); err != nil || len(list) != 1 || list[0].Status != assess.FreezePending {
		t.Errorf("freezes %+v, %v", list, err)
	}
}
