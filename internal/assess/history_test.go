package assess_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
)

// course is a history on a line: day, non-compliant, compliant, inconclusive, controls that fail of all.
func (h *house) course(assessment string) string {
	h.Helper()
	list, err := h.History(ctx, accountA, assessment, "2026-01-10", "2026-01-20")
	h.ok(err)
	var out []string
	for _, t := range list {
		out = append(out, fmt.Sprintf("%s %d/%d/%d %d of %d in %d", t.Day[8:], t.NonCompliant, t.Compliant, t.Inconclusive, t.ControlsNonCompliant, t.Controls, t.Active))
	}
	return strings.Join(out, "; ")
}

func (h *house) note(want int) {
	h.Helper()
	if n, err := h.NoteDays(ctx); err != nil || n != want {
		h.Errorf("%d notes changed, want %d; %v", n, want, err)
	}
}

func (h *house) wantCourse(assessment, want string) {
	h.Helper()
	if got := h.course(assessment); got != want {
		h.Errorf("history %q, want %q", got, want)
	}
}

// TestHistory: days are noted as they were, those nobody noted are counted from their evidence.
func TestHistory(t *testing.T) {
	h := newHouse(t)
	f, _ := h.framework([]catalog.Source{source(catalog.Config, "R1")}, []catalog.Source{source(catalog.Config, "R2")})
	h.judge(accountA, ireland, "R1", "i-1", "NON_COMPLIANT", start)
	h.judge(accountA, ireland, "R2", "i-1", "COMPLIANT", start)
	a := h.assessment(f.ID)
	h.wantCourse(a.ID, "") // nothing was collected
	h.step()
	h.wantCourse(a.ID, "15 1/1/0 1 of 2 in 1")
	h.note(2) // the assessment's, the account's
	h.note(0)
	h.at(tomorrow, 9)
	h.judge(accountA, ireland, "R1", "i-1", "COMPLIANT", h.env.Clock.Now())
	h.step() // nobody notes this day
	h.at(third, 9)
	h.step()
	want := "15 1/1/0 1 of 2 in 1; 16 0/2/0 0 of 2 in 1; 17 0/2/0 0 of 2 in 1"
	h.wantCourse(a.ID, want)
	h.wantCourse("", want)
	h.note(4) // yesterday is made up for
	h.wantCourse("", want)

	b := h.assessment(f.ID)
	h.step()
	_, err := h.SetAssessmentStatus(ctx, owner, a.ID, assess.Inactive)
	h.ok(err)
	if in, err := h.Insights(ctx, owner, ""); err != nil || in.Active != 2 || in.Compliant != 4 {
		t.Errorf("an assessment that ended today does not count: %+v, %v", in, err)
	}
	h.note(2) // of b, and the account
	h.ok(h.DeleteAssessment(ctx, owner, a.ID))
	if in, err := h.Insights(ctx, owner, ""); err != nil || in.Active != 1 || in.Compliant != 2 {
		t.Errorf("a deleted assessment counts: %+v, %v", in, err)
	}
	h.note(1)
	h.wantCourse("", "15 1/1/0 1 of 2 in 1; 16 0/2/0 0 of 2 in 1; 17 0/2/0 0 of 2 in 1") // past days stay as they were
	h.wantCourse(b.ID, "17 0/2/0 0 of 2 in 1")
	_, err = h.History(ctx, accountA, a.ID, today, third)
	wantKind(t, err, fault.NotFound)
	_, err = h.History(ctx, accountA, b.ID, "1900-01-01", third)
	wantKind(t, err, fault.Invalid)
	if l, err := h.ComplianceDays(ctx, owner, b.ID, "", ""); err != nil || len(l) != 1 {
		t.Errorf("the last thirty days: %v, %v", l, err)
	}
	stranger := assess.Caller{Account: accountA, Region: ireland, Principal: "arn:aws:iam::111111111111:user/eve"}
	_, err = h.ComplianceDays(ctx, stranger, b.ID, "", "")
	wantKind(t, err, fault.NotFound)
	_, err = h.ComplianceDays(ctx, stranger, "", "", "")
	wantKind(t, err, fault.Denied)
	_, err = h.ComplianceDays(ctx, owner, b.ID, third, today)
	wantKind(t, err, fault.Invalid)
	if l, err := h.History(ctx, accountB, "", today, third); err != nil || len(l) != 0 {
		t.Errorf("another account sees %v, %v", l, err)
	}
}
