package assess_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/store"
)

// TestRulesStandIn: without findings about a control of Security Hub, the rules that answer it are its evidence, and
// say what they are; where findings are, these alone.
func TestRulesStandIn(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework(
		[]catalog.Source{source(catalog.SecurityHub, "EC2.8")},
		[]catalog.Source{source(catalog.SecurityHub, "EC2.8"), source(catalog.Config, "EC2_IMDSV2_CHECK")},
	)
	h.judge(accountA, ireland, "EC2_IMDSV2_CHECK", "i-1", "NON_COMPLIANT", start)
	h.judge(accountB, ireland, "EC2_IMDSV2_CHECK", "i-2", "COMPLIANT", start)
	h.find(accountB, "f", "EC2.8", "PASSED", start)
	a := h.assessment(f.ID)
	h.step()
	fs := h.folders(a)
	alone, both := fs[today+" "+ids[0]], fs[today+" "+ids[1]]
	if alone.Total != 2 || alone.Issues != 1 || both.Total != 3 {
		t.Fatalf("one source: %+v\nboth: %+v", alone, both)
	}
	for _, e := range h.evidence(a, alone) {
		of := e.Source + " " + e.Account
		switch {
		case of == assess.SourceConfig+" "+accountA:
			p := e.Produced.Parameters
			if p["securityHubControl"] != "EC2.8" || !strings.Contains(p["standsInFor"], "no finding of AWS Security Hub") || e.Check() != "Non-compliant" {
				t.Errorf("produced %v", p)
			}
		case of != assess.SourceSecurityHub+" "+accountB:
			t.Errorf("evidence of %s", of)
		}
	}
	for _, e := range h.evidence(a, both) {
		if e.Produced.Parameters["securityHubControl"] != "" {
			t.Error("the rule that the control is mapped to stands in for a finding")
		}
	}
	if got := h.states(a)["EC2.8"]; got != "FRESH" {
		t.Errorf("the source is %s", got)
	}

	// The next day the verdict stands on; when findings arrive they take over.
	h.at(tomorrow, 1)
	h.step()
	if f := h.folders(a)[tomorrow+" "+ids[0]]; f.Total != 1 || f.Issues != 1 || f.Resources != 1 {
		t.Errorf("the second day: %+v", f)
	}
	h.find(accountA, "g", "EC2.8", "FAILED", h.env.Clock.Now())
	h.judge(accountA, ireland, "EC2_IMDSV2_CHECK", "i-3", "COMPLIANT", h.env.Clock.Now())
	h.step()
	h.at(third, 1)
	h.step()
	fs = h.folders(a)
	if f := fs[tomorrow+" "+ids[0]]; f.Total != 2 || !slices.Contains(f.Sources, assess.SourceSecurityHub) {
		t.Errorf("with a finding: %+v", f)
	}
	if f, ok := fs[third+" "+ids[0]]; ok {
		t.Errorf("rules still stand in: %+v", f)
	}
}

// TestStandInParameters: a rule that was given something else than the control asks for does not answer it.
func TestStandInParameters(t *testing.T) {
	h := newHouse(t)
	f, _ := h.framework([]catalog.Source{source(catalog.SecurityHub, "IAM.7")})
	for subject, parameters := range map[string]string{
		"eight": `{"MinimumPasswordLength":8,"PasswordReusePrevention":"0","MaxPasswordAge":"0","RequireSymbols":"true"}`,
		"other": `{"MinimumPasswordLength":"14","PasswordReusePrevention":"0","MaxPasswordAge":"0"}`, "some": `{"MinimumPasswordLength":"8"}`, "none": "",
	} {
		e := h.evaluation(accountA, ireland, "IAM_PASSWORD_POLICY", subject, "COMPLIANT", start)
		e.Parameters = parameters
		h.ok(h.env.Write(ctx, func(tx *store.Tx) error { return tx.AppendEvaluations(accountA, ireland, []compliance.Evaluation{e}) }))
	}
	a := h.assessment(f.ID)
	h.step()
	es := h.all(a)
	if len(es) != 1 || es[0].Resources[0].ID != "eight" {
		t.Errorf("evidence %+v", es)
	}
}
