package assess_test

import (
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
)

// TestRequests plays one through: asked, answered, returned, answered with evidence, accepted.
func TestRequests(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "A")}, []catalog.Source{source(catalog.Config, "B")})
	h.judge(accountA, ireland, "A", "i", "COMPLIANT", start)
	h.judge(accountA, ireland, "B", "i", "COMPLIANT", start)
	a := h.assessment(f.ID)
	h.step()
	good := assess.RequestInput{Assessment: a.ID, ControlSet: setOne, Control: ids[0], Title: "Who approved it?", Text: "The ticket.", Due: tomorrow}
	for field, change := range map[string]func(*assess.RequestInput){
		"title":    func(in *assess.RequestInput) { in.Title = "" },
		"title ":   func(in *assess.RequestInput) { in.Title = strings.Repeat("x", 301) },
		"text":     func(in *assess.RequestInput) { in.Text = strings.Repeat("x", 4001) },
		"dueDate":  func(in *assess.RequestInput) { in.Due = "soon" },
		"dueDate ": func(in *assess.RequestInput) { in.Due = "2026-01-01" },
	} {
		in := good
		change(&in)
		_, err := h.RequestEvidence(ctx, reader, in)
		if f, ok := err.(*fault.Error); !ok || f.Field != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	lost := good
	lost.Control = "nope"
	_, err := h.RequestEvidence(ctx, reader, lost)
	wantKind(t, err, fault.NotFound)
	_, _, err = h.Delegate(ctx, owner, a.ID, []assess.DelegationInput{{ControlSet: setOne, RoleARN: delegate.Principal, RoleType: assess.ResourceOwner}})
	h.ok(err)
	_, err = h.RequestEvidence(ctx, delegate, good)
	wantKind(t, err, fault.Denied) // a delegate answers
	_, err = h.RequestEvidence(ctx, stranger, good)
	wantKind(t, err, fault.NotFound)

	h.told = nil
	r, err := h.RequestEvidence(ctx, reader, good)
	h.ok(err)
	if r.Status != assess.RequestOpen || r.By != reader.Principal || r.Overdue(tomorrow) || !r.Overdue("2026-01-17") {
		t.Errorf("request %+v", r)
	}
	var mine, foreign string
	for _, e := range h.all(a) {
		if e.Control == ids[0] {
			mine = e.ID
		} else {
			foreign = e.ID
		}
	}
	answer := func(c assess.Caller, comment string, evidence ...string) error {
		_, err := h.AnswerRequest(ctx, c, a.ID, r.ID, comment, evidence)
		return err
	}
	review := func(c assess.Caller, accept bool, comment string) error {
		_, err := h.ReviewRequest(ctx, c, a.ID, r.ID, accept, comment)
		return err
	}
	wantKind(t, review(reader, true, ""), fault.Invalid) // there is no answer
	wantKind(t, answer(delegate, ""), fault.Invalid)
	wantKind(t, answer(delegate, "", make([]string, 101)...), fault.Invalid)
	wantKind(t, answer(delegate, "", foreign), fault.NotFound) // of another control
	wantKind(t, answer(reader, "me"), fault.Denied)
	wantKind(t, answer(stranger, "me"), fault.NotFound)
	h.ok(answer(delegate, "ask the boss"))
	wantKind(t, answer(delegate, "again"), fault.Invalid)
	wantKind(t, review(delegate, true, ""), fault.Denied)
	wantKind(t, review(reader, false, ""), fault.Invalid) // say why
	h.ok(review(reader, false, "in writing, please"))
	h.ok(answer(owner, "", mine))
	h.ok(review(reader, true, "thanks"))
	wantKind(t, answer(owner, "more"), fault.Invalid) // closed

	list, err := h.Requests(ctx, delegate, "", "")
	h.ok(err)
	if len(list) != 1 || list[0].Status != assess.RequestAccepted || len(list[0].Steps) != 4 || list[0].Steps[2].Evidence[0] != mine || list[0].Overdue("2027-01-01") {
		t.Errorf("requests %+v", list)
	}
	if len(h.told) != 5 || h.told[0].Type != "Evidence Request OPEN" || h.told[0].Control != ids[0] || !strings.Contains(h.told[2].Message, "in writing") {
		t.Errorf("told %+v", h.told)
	}
	log, err := h.ChangeLog(ctx, owner, a.ID, setOne, ids[0])
	h.ok(err)
	if len(log) != 5 || !strings.Contains(log[0].Reason, "ACCEPTED") {
		t.Errorf("change log %+v", log)
	}
	for c, want := range map[*assess.Caller]int{&owner: 1, &reader: 1, &stranger: 0} {
		if l, err := h.Requests(ctx, *c, "", assess.RequestAccepted); err != nil || len(l) != want {
			t.Errorf("%s sees %d, %v", c.Principal, len(l), err)
		}
	}
	if l, err := h.Requests(ctx, owner, a.ID, assess.RequestOpen); err != nil || len(l) != 0 {
		t.Errorf("open ones: %+v, %v", l, err)
	}
	_, err = h.Requests(ctx, owner, a.ID, "DONE")
	wantKind(t, err, fault.Invalid)
	_, err = h.Requests(ctx, stranger, a.ID, "")
	wantKind(t, err, fault.NotFound)
	_, err = h.SetAssessmentStatus(ctx, owner, a.ID, assess.Inactive)
	h.ok(err)
	_, err = h.RequestEvidence(ctx, reader, good)
	wantKind(t, err, fault.Invalid)
	h.ok(h.DeleteAssessment(ctx, owner, a.ID))
	if l, err := h.Requests(ctx, owner, "", ""); err != nil || len(l) != 0 {
		t.Errorf("after the assessment: %+v, %v", l, err)
	}
}
