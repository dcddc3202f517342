package assess_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/report"
)

// TestReportTellsDecisions: a report names who reopened what and why, the exceptions, also an ended one, and the requests.
func TestReportTellsDecisions(t *testing.T) {
	h := newHouse(t)
	h.rule(accountA, ireland, "A")
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "A")})
	e := h.except(assess.ExceptionInput{Rule: "rule-A", Type: "AWS::EC2::Instance", Resource: "i-*", Reason: "a lab", Expires: start.Add(240 * time.Hour)})[0]
	h.judge(accountA, ireland, "A", "i-1", "NON_COMPLIANT", h.env.Clock.Now())
	a := h.assessment(f.ID)
	h.step()
	h.ok(h.EndException(ctx, owner, accountA, ireland, e.ID, "the lab is gone"))
	_, err := h.SetAssessmentStatus(ctx, owner, a.ID, assess.Inactive)
	h.ok(err)
	for _, control := range []string{"", ids[0]} {
		set := setOne
		if control == "" {
			set = ""
		}
		_, err = h.Reopen(ctx, owner, assess.Reopening{Assessment: a.ID, ControlSet: set, Control: control, Reason: "one more host"})
		h.ok(err)
	}
	q, err := h.RequestEvidence(ctx, reader, assess.RequestInput{Assessment: a.ID, ControlSet: setOne, Control: ids[0], Title: "Who?", Due: tomorrow})
	h.ok(err)
	_, err = h.AnswerRequest(ctx, owner, a.ID, q.ID, "Ana.", nil)
	h.ok(err)
	rep, err := h.CreateReport(ctx, owner, a.ID, "r", "")
	h.ok(err)
	r := h.reporter()
	b := h.bundle(r, rep.ID)
	res, err := report.VerifyReader(ctx, bytes.NewReader(b), int64(len(b)), report.Options{Key: r.Signer.Verifier()})
	h.ok(err)
	m := res.Manifest
	if res.Status != report.Intact || m.Unaccounted != 0 || m.Totals.Population.Excepted != 1 || m.Totals.Population.NonCompliant != 0 {
		t.Fatalf("%v %s %s: %+v", res.Status, res.Entry, res.Problem, m.Totals)
	}
	if len(m.Exceptions) != 1 || m.Exceptions[0].ID != e.ID || m.Exceptions[0].Reason != "a lab" || m.Exceptions[0].Expires.IsZero() {
		t.Errorf("exceptions %+v", m.Exceptions)
	}
	if ds := m.Assessment.Decisions; len(ds) != 2 || ds[1].Control != ids[0] || ds[0].Reason != "one more host" {
		t.Errorf("decisions %+v", ds)
	}
	if rs := m.ControlSets[0].Controls[0].Requests; len(rs) != 1 || rs[0].Status != assess.RequestAnswered || rs[0].Answer != "Ana." || rs[0].To != "audit owners" {
		t.Errorf("requests %+v", rs)
	}
	text := res.Text()
	for _, want := range []string{"The assessment was reopened on 2026-01-15", "by " + owner.Principal + ". Reason: one more host", "The control control 0 of"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}
