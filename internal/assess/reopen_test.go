package assess_test

import (
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
)

// TestReopen: what AWS makes final is opened again by an owner with a reason, and everybody can see that.
func TestReopen(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "A")})
	a := h.assessment(f.ID)
	control := func(c assess.Caller, set, id, reason string) (assess.Decision, error) {
		return h.Reopen(ctx, c, assess.Reopening{Assessment: a.ID, ControlSet: set, Control: id, Reason: reason})
	}
	for name, r := range map[string]assess.Reopening{
		"active": {Reason: "x"}, "no reason": {ControlSet: setOne}, "long": {Reason: strings.Repeat("x", 1001)}, "not reviewed": {ControlSet: setOne, Reason: "x"},
		"control": {ControlSet: setOne, Control: ids[0], Reason: "x"}, "no set": {Control: ids[0], Reason: "x"},
	} {
		r.Assessment = a.ID
		if _, err := h.Reopen(ctx, owner, r); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := h.SetAssessmentStatus(ctx, owner, a.ID, assess.Inactive)
	h.ok(err)
	_, err = control(owner, setOne, "", "x")
	wantKind(t, err, fault.Invalid) // the assessment comes first
	_, err = control(stranger, "", "", "x")
	wantKind(t, err, fault.NotFound)
	_, err = control(reader, "", "", "x")
	wantKind(t, err, fault.Denied)
	_, err = control(other, "", "", "x")
	wantKind(t, err, fault.Denied)

	h.told = nil
	var want []assess.Decision
	for _, r := range [][2]string{{}, {setOne}, {setOne, ids[0]}} {
		d, err := control(auditor, r[0], r[1], "the sample was wrong")
		h.ok(err)
		want = append(want, d)
	}
	b, _, err := h.GetAssessment(ctx, owner, a.ID)
	h.ok(err)
	if b.Status != assess.Active || b.Sets[0].Status != assess.Active || b.Sets[0].Controls[0].Status != assess.UnderReview {
		t.Errorf("reopened: %s %+v", b.Status, b.Sets)
	}
	got, err := h.Decisions(ctx, reader, a.ID)
	h.ok(err)
	kinds := []string{assess.DecisionReopenAssessment, assess.DecisionReopenControlSet, assess.DecisionReopenControl}
	for i, d := range got {
		if d.ID != want[i].ID || d.Kind != kinds[i] || d.By != auditor.Principal || d.Reason != "the sample was wrong" || d.Control != want[i].Control {
			t.Errorf("decision %+v", d)
		}
	}
	if len(got) != 3 || len(h.told) != 3 || !strings.Contains(h.told[0].Message, "the sample was wrong") {
		t.Errorf("%d decisions, told %+v", len(got), h.told)
	}
	log, err := h.ChangeLog(ctx, owner, a.ID, "", "")
	h.ok(err)
	if log[0].Action != assess.ActionUnderReview || log[2].Action != assess.ActionActive || log[2].Object != assess.ObjectAssessment ||
		log[0].Reason != "the sample was wrong" || log[0].Decision != want[2].ID {
		t.Errorf("change log %+v", log[:3])
	}
	// The leaves are in the log; they count neither as evidence nor in a report.
	if es := h.entries(); len(es) != 3 || es[2].ID != want[2].ID || es[2].Sequence != 3 || len(h.all(a)) != 0 {
		t.Errorf("entries %+v", es)
	}
	h.judge(accountA, ireland, "A", "i", "COMPLIANT", start) // and collection goes on
	h.step()
	if len(h.all(a)) != 1 {
		t.Error("a reopened assessment collects nothing")
	}
	_, err = h.Decisions(ctx, stranger, "")
	wantKind(t, err, fault.Denied)
	if all, err := h.Decisions(ctx, owner, ""); err != nil || len(all) != 0 {
		t.Errorf("decisions of the account: %+v, %v", all, err)
	}
}

// TestReopenHasRoom: a reopened assessment counts again.
func TestReopenHasRoom(t *testing.T) {
	h := newHouseWith(t, assess.Limits{ActiveAssessments: 1})
	f, _ := h.framework([]catalog.Source{source(catalog.Config, "A")})
	a := h.assessment(f.ID)
	_, err := h.SetAssessmentStatus(ctx, owner, a.ID, assess.Inactive)
	h.ok(err)
	h.assessment(f.ID)
	_, err = h.Reopen(ctx, owner, assess.Reopening{Assessment: a.ID, Reason: "x"})
	wantKind(t, err, fault.Quota)
	if b, _, err := h.GetAssessment(ctx, owner, a.ID); err != nil || b.Status != assess.Inactive {
		t.Errorf("assessment %s, %v", b.Status, err)
	}
}
