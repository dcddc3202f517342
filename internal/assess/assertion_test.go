package assess_test

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
)

const policyType = "Tickmark::Account::PasswordPolicy"

func asserted(keyword, expression string) catalog.Source {
	s := source(catalog.APICall, keyword)
	s.Assertion = expression
	return s
}

// verdicts are what evidence says: account and verdict.
func verdicts(es []assess.Evidence) []string {
	var out []string
	for _, e := range es {
		for _, r := range e.Resources {
			out = append(out, r.ID+" "+string(e.Verdict)+" "+e.Body.Type)
		}
	}
	slices.Sort(out)
	return out
}

// TestAssertions: an expression gives what an API call answers a verdict; what is missing never passes.
func TestAssertions(t *testing.T) {
	h := newHouse(t)
	const text = "configuration.exists && configuration.minimumPasswordLength >= 14"
	f, ids := h.framework([]catalog.Source{asserted("iam_GetAccountPasswordPolicy", text)}, []catalog.Source{source(catalog.APICall, "iam_GetAccountPasswordPolicy")})
	put := func(account, configuration string, at time.Time) {
		h.configured(account, "global", policyType, account, configuration, at)
	}
	put(accountA, `{"exists":true,"minimumPasswordLength":8}`, start.Add(-time.Hour))
	a := h.assessment(f.ID)
	h.step()
	fs := h.folders(a)
	judged := fs[today+" "+ids[0]]
	if judged.Compliance != 2 || judged.Issues != 1 || judged.Compliant != 0 || fs[today+" "+ids[1]].Configuration != 1 {
		for _, e := range h.evidence(a, judged) {
			t.Log(e.Body.Account, e.Verdict, e.Body.Reason)
		}
		t.Fatalf("folders %+v", fs)
	}
	want := []string{accountA + " NON_COMPLIANT Compliance check", accountB + " INSUFFICIENT_DATA Compliance check"}
	if got := verdicts(h.evidence(a, judged)); !slices.Equal(got, want) {
		t.Errorf("the first day: %v", got)
	}
	for _, e := range h.evidence(a, judged) {
		if e.Source != assess.SourceAPI || len(e.Body.Inputs) != 1 || e.Body.Rule == nil {
			t.Fatalf("evidence %+v", e.Body)
		}
		raw, err := h.Raw(ctx, e.Body.Inputs[0])
		h.ok(err)
		kept, err := io.ReadAll(raw)
		h.ok(err)
		if string(kept) != text || e.Account == accountA && !strings.Contains(e.Body.Reason, "minimumPasswordLength >= 14") {
			t.Errorf("the assertion is %q, the reason %q", kept, e.Body.Reason)
		}
	}

	// The next day one is put right, and the other is recorded without the field.
	h.at(tomorrow, 1)
	put(accountA, `{"exists":true,"minimumPasswordLength":14}`, h.env.Clock.Now())
	put(accountB, `{"exists":true}`, h.env.Clock.Now())
	h.step()
	want = []string{accountA + " COMPLIANT Compliance check", accountB + " INSUFFICIENT_DATA Compliance check"}
	if got := verdicts(h.evidence(a, h.folders(a)[tomorrow+" "+ids[0]])); !slices.Equal(got, want) {
		t.Errorf("the second day: %v", got)
	}
	// On the third they stand, each with its verdict.
	h.at(third, 1)
	h.step()
	last := h.folders(a)[third+" "+ids[0]]
	if got := verdicts(h.evidence(a, last)); !slices.Equal(got, want) || last.Total != 2 || last.Compliant != 1 {
		t.Errorf("the third day: %v, %+v", got, last)
	}
	n := len(h.entries())
	_, err := (&assess.Collector{Service: h.Service}).Collect(ctx, accountA, a.ID, "", "")
	h.ok(err)
	if len(h.entries()) != n {
		t.Errorf("collecting again added %d pieces", len(h.entries())-n)
	}
}

// TestAssertionsRefused: what is no expression, or stands on another source, is refused; an update that cannot name
// them leaves them.
func TestAssertionsRefused(t *testing.T) {
	h := newHouse(t)
	for _, s := range []catalog.Source{
		asserted("iam_ListUsers", "configuration.x >="), asserted("iam_ListUsers", "1 + 1"), asserted("iam_ListUsers", strings.Repeat("(", 4001)),
		{Type: catalog.Config, Keyword: "R1", Assertion: "true"},
		{Type: catalog.Manual, Assertion: "true"},
	} {
		_, err := h.CreateControl(ctx, owner, assess.ControlInput{Name: "no", Sources: []catalog.Source{s}})
		wantKind(t, err, fault.Invalid)
	}
	k, err := h.CreateControl(ctx, owner, assess.ControlInput{Name: "yes", Sources: []catalog.Source{asserted("iam_ListUsers", "true"), asserted("iam_ListRoles", "true")}})
	h.ok(err)
	plain := slices.Clone(k.Sources)
	for i := range plain {
		plain[i].Assertion = ""
	}
	plain[1].Keyword = "iam_ListGroups"
	k, err = h.UpdateControl(ctx, owner, k.ID, assess.ControlInput{Name: "yes", Sources: plain, KeepAssertions: true})
	h.ok(err)
	if k.Sources[0].Assertion != "true" || k.Sources[1].Assertion != "" {
		t.Errorf("sources %+v", k.Sources)
	}
	if k, err = h.UpdateControl(ctx, owner, k.ID, assess.ControlInput{Name: "yes", Sources: plain}); err != nil || k.Sources[0].Assertion != "" {
		t.Errorf("an assertion cannot be taken away: %+v, %v", k.Sources, err)
	}
}
