package assess_test

import (
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
)

func coreControl(t testing.TB, key string) *catalog.Core {
	t.Helper()
	for _, c := range catalog.Catalog().Cores() {
		if c.Key == key {
			return c
		}
	}
	t.Fatalf("no core control %s", key)
	return nil
}

// TestGroupedSources: an assessment collects from what a common or core control groups, names the grouping, and keeps
// what it grouped when it began.
func TestGroupedSources(t *testing.T) {
	h := newHouse(t)
	core := coreControl(t, "iam-root-mfa")
	common := core.Common[0]
	var manual *catalog.Common
	for _, c := range catalog.Catalog().Commons() {
		if c.Manual() {
			manual = c
		}
	}
	f, ids := h.framework(
		[]catalog.Source{source(catalog.CoreControl, core.ID)},
		[]catalog.Source{source(catalog.CommonControl, catalog.ARN("", catalog.KindCommon, common.ID)), source(catalog.Config, "ROOT_ACCOUNT_MFA_ENABLED")},
		[]catalog.Source{source(catalog.CommonControl, manual.ID)},
		[]catalog.Source{source(catalog.CoreControl, "no such control")},
	)
	h.judge(accountA, ireland, "ROOT_ACCOUNT_MFA_ENABLED", accountA, "NON_COMPLIANT", start)
	h.judge(accountA, ireland, "ROOT_ACCOUNT_HARDWARE_MFA_ENABLED", accountA, "COMPLIANT", start)
	a := h.assessment(f.ID)
	h.step()
	fs := h.folders(a)
	if one := fs[today+" "+ids[0]]; one.Issues != 1 || one.Compliant != 1 {
		t.Errorf("by the core control: %+v", one)
	}
	if two := fs[today+" "+ids[1]]; two.Issues != 1 || two.Compliant != 1 {
		t.Errorf("by the common control: %+v", two)
	}
	if len(fs) != 2 {
		t.Errorf("%d folders: a manual common control, or one that is not known, collected", len(fs))
	}
	via := map[string]string{}
	for _, e := range h.evidence(a, fs[today+" "+ids[1]]) {
		via[e.Body.Event] = e.Produced.Parameters["grouping"]
	}
	if len(via) != 2 || via["ROOT_ACCOUNT_MFA_ENABLED"] != "" || via["ROOT_ACCOUNT_HARDWARE_MFA_ENABLED"] != catalog.ARN("", catalog.KindCommon, common.ID) {
		t.Errorf("groupings %v", via)
	}
	problems := map[string]string{}
	states, err := h.Sources(ctx, owner, a.ID)
	h.ok(err)
	for _, s := range states {
		for _, p := range s.Problems {
			problems[s.Control] = p.Code
		}
	}
	if problems[ids[2]] != catalog.ManualControl || problems[ids[3]] != catalog.UnknownKeyword || problems[ids[1]] != "" {
		t.Errorf("problems %v", problems)
	}

	// The control changes; the assessment keeps what it began with, a new one takes the change.
	_, err = h.UpdateControl(ctx, owner, ids[0], assess.ControlInput{Name: "changed", Sources: []catalog.Source{source(catalog.CoreControl, coreControl(t, "iam-root-keys").ID)}})
	h.ok(err)
	b := h.assessment(f.ID)
	for id, want := range map[string]string{a.ID: "ROOT_ACCOUNT_MFA_ENABLED", b.ID: "IAM_ROOT_ACCESS_KEY_CHECK"} {
		_, snap, err := h.GetAssessment(ctx, owner, id)
		h.ok(err)
		has := false
		for _, s := range snap[ids[0]].Sources {
			has = has || s.Keyword == want
		}
		if !has {
			t.Errorf("assessment %s has the sources %+v, want %s", id, snap[ids[0]].Sources, want)
		}
	}
	if k, err := h.GetControl(ctx, owner, core.ID); err != nil || k.Type != assess.Core || len(k.Sources) < 2 {
		t.Errorf("core control %+v, %v", k, err)
	}
	wantKind(t, h.DeleteControl(ctx, owner, core.ID), fault.Invalid)
}
