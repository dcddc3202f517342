package compliance_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const processCheck = "AWS_CONFIG_PROCESS_CHECK"

// process is the current verdict on a process check, after what is pending was done.
func (h *house) process(name string) (r compliance.Result) {
	h.t.Helper()
	h.drain()
	views, err := h.Rules(context.Background(), here, name)
	h.ok(err)
	h.ok(h.env.Read(context.Background(), func(tx *store.Tx) error {
		l, err := compliance.VerdictsOf(tx, views[0].ConfigRule, compliance.Page{})
		if len(l.Items) > 0 {
			r = l.Items[0]
		}
		return err
	}))
	return r
}

func TestProcessCheck(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	v := h.rule(here, "drill", processCheck, "") // needs no recorder
	if !v.Implemented || v.Reason != "" {
		t.Fatalf("rule %+v", v)
	}
	h.drain()
	h.want(here, map[string]string{"drill " + accountA: "INSUFFICIENT_DATA"})
	l, err := h.DetailsByRule(ctx, here, "drill", nil, compliance.Page{})
	h.ok(err)
	if len(l.Items) > 0 {
		t.Errorf("results before anybody gave one: %+v", l.Items)
	}

	day := func(n int) time.Time { return storetest.Start.Add(time.Duration(n-31) * 24 * time.Hour) }
	for _, step := range []struct {
		given compliance.External
		want  string // verdict and annotation
		at    time.Time
	}{
		{compliance.External{Verdict: "COMPLIANT", Annotation: "Passed.", Ordering: day(10)}, "COMPLIANT Passed.", day(10)},
		{compliance.External{Verdict: "NON_COMPLIANT", Ordering: day(9)}, "COMPLIANT Passed.", day(10)}, // older
		{compliance.External{Verdict: "COMPLIANT", Annotation: "Passed again.", Ordering: day(11)}, "COMPLIANT Passed again.", day(11)},
		{compliance.External{Verdict: "NON_COMPLIANT", Annotation: "Late.", Ordering: day(11)}, "NON_COMPLIANT Late.", day(11)},
		{compliance.External{Verdict: "NOT_APPLICABLE", Annotation: "No site.", Ordering: day(12)}, "NOT_APPLICABLE No site.", day(12)},
		{compliance.External{Verdict: "NON_COMPLIANT", Annotation: "Late.", Ordering: day(13)}, "NON_COMPLIANT Late.", day(13)},
	} {
		h.env.Clock.Advance(time.Minute)
		h.ok(h.PutExternal(ctx, here, "drill", step.given))
		r := h.process("drill")
		if got := r.Verdict.String() + " " + r.Annotation; got != step.want || !r.Ordering.Equal(step.at) {
			t.Errorf("after %+v: %s of %v, want %s of %v", step.given, got, r.Ordering, step.want, step.at)
		}
	}
	var seen []string
	for _, e := range h.evaluations(here) {
		seen = append(seen, e.Previous+">"+e.Verdict)
	}
	want := ">INSUFFICIENT_DATA INSUFFICIENT_DATA>COMPLIANT COMPLIANT>NON_COMPLIANT NON_COMPLIANT>NOT_APPLICABLE NOT_APPLICABLE>NON_COMPLIANT"
	if got := strings.Join(seen, " "); got != want {
		t.Errorf("evaluations %s, want %s", got, want)
	}

	// It outlives a restart, an evaluation by hand and a change of the rule, but not the deletion of its results.
	h.start()
	h.env.Clock.Advance(time.Hour)
	h.ok(h.StartEvaluation(ctx, here, []string{"drill"}))
	h.rule(here, "drill", processCheck, "")
	if r := h.process("drill"); r.Annotation != "Late." {
		t.Errorf("after a restart and an evaluation: %+v", r)
	}
	h.ok(h.DeleteResults(ctx, here, "drill"))
	h.drain()
	h.env.Clock.Advance(time.Hour)
	h.ok(h.StartEvaluation(ctx, here, []string{"drill"}))
	h.drain()
	h.want(here, map[string]string{"drill " + accountA: "INSUFFICIENT_DATA"})
	h.ok(h.PutExternal(ctx, here, "drill", compliance.External{Verdict: "COMPLIANT", Ordering: day(1)}))
	if r := h.process("drill"); r.Verdict.String() != "COMPLIANT" || r.Annotation == "" {
		t.Errorf("after its results were deleted: %+v", r)
	}
	// Another rule of the same name knows nothing of it.
	h.ok(h.DeleteRule(ctx, here, "drill"))
	h.rule(here, "drill", processCheck, "")
	h.drain()
	h.want(here, map[string]string{"drill " + accountA: "INSUFFICIENT_DATA"})
}

// TestProcessCheckInPack: a verdict outlives an update of the pack, changed in other rules or in this one.
func TestProcessCheckInPack(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	h.recorder(here)
	template := func(description string) string {
		return "Resources:\n  Drill:\n    Type: AWS::Config::ConfigRule\n    Properties:\n      ConfigRuleName: drill\n      Description: " + description +
			"\n      Source:\n        Owner: AWS\n        SourceIdentifier: AWS_CONFIG_PROCESS_CHECK\n"
	}
	name := ""
	for i, description := range []string{"A drill.", "A drill.", "A yearly drill."} {
		_, err := h.DeployPack(ctx, here, compliance.PackInput{Name: "pack", Body: []byte(template(description))})
		h.ok(err)
		views, err := h.Rules(ctx, here)
		h.ok(err)
		name = views[0].Name
		if i == 0 {
			h.ok(h.PutExternal(ctx, here, name, compliance.External{Verdict: "NON_COMPLIANT", Annotation: "None yet.", Ordering: storetest.Start}))
		}
		if r := h.process(name); r.Annotation != "None yet." || r.Rule.Description != description {
			t.Errorf("after deployment %d: %+v", i+1, r)
		}
	}
}

func TestProcessCheckRefuses(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	h.recorder(here)
	h.rule(here, "drill", processCheck, "")
	h.rule(here, "volumes", "ENCRYPTED_VOLUMES", "")
	good := compliance.External{Verdict: "COMPLIANT", Ordering: storetest.Start}
	with := func(change func(e *compliance.External)) compliance.External {
		e := good
		change(&e)
		return e
	}
	const invalid, missing = "InvalidParameterValueException", "NoSuchConfigRuleException"
	for _, c := range []struct {
		rule string
		at   compliance.Place
		e    compliance.External
		code string
	}{
		{"no-such-rule", here, good, missing},
		{"volumes", here, good, missing},
		{"drill", compliance.Place{Account: accountB, Region: region}, good, missing},
		{"drill", here, with(func(e *compliance.External) { e.Verdict = "INSUFFICIENT_DATA" }), invalid},
		{"drill", here, with(func(e *compliance.External) { e.Verdict = "fine" }), invalid},
		{"drill", here, with(func(e *compliance.External) { e.Annotation = strings.Repeat("ä", 257) }), invalid},
		{"drill", here, with(func(e *compliance.External) { e.Ordering = time.Time{} }), invalid},
		{"drill", here, with(func(e *compliance.External) { e.Ordering = storetest.Start.Add(time.Hour) }), invalid},
		{"drill", here, with(func(e *compliance.External) { e.Annotation = strings.Repeat("ä", 256) }), ""},
		{"drill", here, with(func(e *compliance.External) { e.Ordering = storetest.Start.Add(10 * time.Minute) }), ""},
	} {
		err := h.PutExternal(ctx, c.at, c.rule, c.e)
		code := ""
		if f, ok := err.(*fault.Error); ok {
			code = f.Code
		}
		if code != c.code || (err == nil) != (c.code == "") {
			t.Errorf("%s %+v: %v, want %q", c.rule, c.e, err, c.code)
		}
	}
}
