package assess_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
)

// TestWatch: failing evidence is told once an hour with its number; what is overdue or ends, once.
func TestWatch(t *testing.T) {
	h := newHouse(t)
	h.rule(accountA, ireland, "A")
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "A")})
	a := h.assessment(f.ID)
	h.step()
	watch := func(step time.Duration) []assess.Event {
		t.Helper()
		h.env.Clock.Advance(step)
		h.told = nil
		h.ok(h.Watch(ctx))
		return h.told
	}
	if got := watch(time.Minute); len(got) != 0 {
		t.Errorf("told of the beginning: %+v", got)
	}
	for _, i := range []string{"i-1", "i-2", "i-3"} {
		h.judge(accountA, ireland, "A", i, "NON_COMPLIANT", h.env.Clock.Now())
	}
	h.judge(accountA, ireland, "A", "i-4", "COMPLIANT", h.env.Clock.Now())
	h.step()
	if got := watch(time.Minute); len(got) != 0 {
		t.Errorf("told within the hour: %+v", got)
	}
	if got := watch(time.Hour); len(got) != 1 || got[0].Type != assess.EventFailing || !strings.HasPrefix(got[0].Message, "3 new pieces of failing evidence in 1 controls") || got[0].Author != "tickmark" {
		t.Errorf("after the hour: %+v", got)
	}
	if got := watch(time.Hour); len(got) != 0 {
		t.Errorf("told again: %+v", got)
	}
	_, err := h.RequestEvidence(ctx, reader, assess.RequestInput{Assessment: a.ID, ControlSet: setOne, Control: ids[0], Title: "Who?", Due: today})
	h.ok(err)
	h.except(assess.ExceptionInput{Rule: "rule-A", Type: "AWS::EC2::Instance", Resource: "*", Reason: "r", Expires: h.env.Clock.Now().Add(240 * time.Hour)})
	if got := watch(time.Minute); len(got) != 0 {
		t.Errorf("neither overdue nor ending: %+v", got)
	}
	h.at(third, 1)
	h.step() // the unchanged verdicts of two days are no news
	if got := watch(time.Minute); len(got) != 1 || got[0].Type != assess.EventOverdue || got[0].ControlSet != setOne {
		t.Errorf("overdue: %+v", got)
	}
	if got := watch(72 * time.Hour); len(got) != 1 || got[0].Type != assess.EventExpiring {
		t.Errorf("ending: %+v", got)
	}
	if got := watch(168 * time.Hour); len(got) != 1 || got[0].Type != assess.EventExpired {
		t.Errorf("ended: %+v", got)
	}
	if got := watch(time.Hour); len(got) != 0 {
		t.Errorf("told twice: %+v", got)
	}
	ns, err := h.Notifications(ctx, owner)
	h.ok(err)
	if len(ns) != 5 { // with the request itself
		t.Errorf("%d notifications", len(ns))
	}
	h.ok(h.DeleteAssessment(ctx, owner, a.ID))
}
