package compliance_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
)

const oneInterface = "EC2_INSTANCE_MULTIPLE_ENI_CHECK"

func (h *house) modes(r compliance.ConfigRule, modes ...string) {
	h.t.Helper()
	r.Owner, r.Modes = "AWS", modes
	_, err := h.PutRule(context.Background(), here, r)
	h.ok(err)
}

func (h *house) plan(r compliance.PlannedResource) string {
	h.t.Helper()
	id, err := h.EvaluatePlanned(context.Background(), here, r)
	h.ok(err)
	return id
}

// planned is how far an evaluation is, after the assessor has done its work if it may.
func (h *house) planned(id string, assess bool) compliance.ResourceEvaluation {
	h.t.Helper()
	if assess {
		h.ok(h.Assessor(nil).Drain(context.Background()))
	}
	e, _, err := h.ResourceEvaluation(context.Background(), here, id)
	h.ok(err)
	return e
}

var bucket = compliance.PlannedResource{Type: "AWS::S3::Bucket", ID: "new", Properties: `{"LoggingConfiguration": {"DestinationBucketName": "logs"}, "Tags": [{"Key": "stage", "Value": "live"}]}`}

// TestProactiveOnly: a rule that becomes one for planned resources only loses its verdicts and is expected to give none.
func TestProactiveOnly(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	h.recorder(here)
	h.put(h.instance(accountA, "i-1", false))
	r := compliance.ConfigRule{Name: "eni", Identifier: oneInterface}
	h.modes(r)
	h.drain()
	h.want(here, map[string]string{"eni i-1": "COMPLIANT"})
	h.modes(r, compliance.Proactive)
	h.put(h.instance(accountA, "i-2", false))
	h.drain()
	h.want(here, map[string]string{})
	cs, err := h.ComplianceByRule(ctx, here, "eni")
	h.ok(err)
	if c := cs[0]; c.Coverage != (compliance.Coverage{}) || c.Counts != (compliance.Counts{}) {
		t.Errorf("coverage %+v of %+v", c.Coverage, c.Counts)
	}
	h.put(h.instance(accountA, "i-1", true))
	if p := h.drain(); p.Changed != 0 {
		t.Errorf("a change led to %+v", p)
	}
	h.modes(r, compliance.Proactive, compliance.Detective)
	h.drain()
	h.want(here, map[string]string{"eni i-1": "COMPLIANT", "eni i-2": "COMPLIANT"})
}

func TestModesRefused(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	for _, r := range []compliance.ConfigRule{
		{Name: "x", Owner: "AWS", Identifier: noPublicIP, Modes: []string{compliance.Proactive}},
		{Name: "x", Owner: "AWS", Identifier: oneInterface, Modes: []string{"SOMETIMES"}},
	} {
		_, err := h.PutRule(context.Background(), here, r)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), r.Modes[0]) {
			t.Errorf("modes %v: %v", r.Modes, err)
		}
	}
}

// TestPlanned: the rules that judge are the proactive ones of the place whose scope the resource is in.
func TestPlanned(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	const logging = "S3_BUCKET_LOGGING_ENABLED"
	h.modes(compliance.ConfigRule{Name: "all", Identifier: logging}, compliance.Proactive)
	h.modes(compliance.ConfigRule{Name: "live", Identifier: logging, Parameters: `{"targetBucket":"other"}`, Scope: compliance.RuleScope{TagKey: "stage", TagValue: "live"}}, compliance.Proactive)
	h.modes(compliance.ConfigRule{Name: "test", Identifier: logging, Scope: compliance.RuleScope{TagKey: "stage", TagValue: "test"}}, compliance.Proactive)
	h.modes(compliance.ConfigRule{Name: "one", Identifier: logging, Scope: compliance.RuleScope{Types: []string{"AWS::S3::Bucket"}, ID: "another"}}, compliance.Proactive)
	h.modes(compliance.ConfigRule{Name: "detective", Identifier: logging})
	h.modes(compliance.ConfigRule{Name: "eni", Identifier: oneInterface}, compliance.Proactive)

	id := h.plan(bucket)
	if e := h.planned(id, false); e.Status != compliance.InProgress || e.Compliance != "" {
		t.Errorf("before: %+v", e)
	}
	h.start() // after a restart it is done
	e := h.planned(id, true)
	want := []compliance.PlannedResult{{Rule: "all", Verdict: "COMPLIANT", Reason: "Server access logging is on."}, {Rule: "live", Verdict: "NON_COMPLIANT", Reason: "The logs go to the bucket logs, not to other."}}
	if e.Status != compliance.Succeeded || e.Compliance != "NON_COMPLIANT" || len(e.Results) != 2 || e.Results[0] != want[0] || e.Results[1] != want[1] {
		t.Errorf("evaluation %+v", e)
	}
	if _, _, err := h.ResourceEvaluation(context.Background(), compliance.Place{Account: accountB, Region: region}, id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another account: %v", err)
	}
}

// TestPlannedTime: what is not done in time has failed, and what is old is gone, its token too.
func TestPlannedTime(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	r := bucket
	r.Timeout, r.Token = time.Minute, strings.Repeat("t", 64)
	id := h.plan(r)
	h.env.Clock.Advance(2 * time.Minute)
	for _, assess := range []bool{false, true} {
		e := h.planned(id, assess)
		if e.Status != compliance.Failed || !strings.Contains(e.Failure, "1m0s") || len(e.Results) > 0 {
			t.Errorf("after its time: %+v", e)
		}
	}
	if again := h.plan(r); again != id {
		t.Errorf("the same request is %s, was %s", again, id)
	}
	h.env.Clock.Advance(8 * 24 * time.Hour)
	if _, _, err := h.ResourceEvaluation(ctx, here, id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("after its days: %v", err)
	}
	list, err := h.ResourceEvaluations(ctx, here, compliance.PlannedFilter{})
	h.ok(err)
	if len(list) != 0 {
		t.Errorf("listed: %+v", list)
	}
	r.Properties = "{}"
	fresh := h.plan(r)
	if e := h.planned(fresh, true); fresh == id || e.Status != compliance.Succeeded || e.Compliance != "INSUFFICIENT_DATA" {
		t.Errorf("a new one under the old token: %+v", e)
	}
}

// TestPackModes: a pack's rules have the evaluation modes of its template.
func TestPackModes(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	h.recorder(here)
	const template = `
Resources:
  Planned:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: planned
      EvaluationModes: [{Mode: PROACTIVE}]
      Source: {Owner: AWS, SourceIdentifier: IDENTIFIER}
`
	deploy := func(identifier string) error {
		_, err := h.DeployPack(ctx, here, compliance.PackInput{Name: "mine", Body: []byte(strings.Replace(template, "IDENTIFIER", identifier, 1))})
		return err
	}
	if err := deploy(noPublicIP); err == nil || !strings.Contains(err.Error(), compliance.Proactive) {
		t.Errorf("a rule that cannot: %v", err)
	}
	h.ok(deploy("S3_BUCKET_LOGGING_ENABLED"))
	if e := h.planned(h.plan(bucket), true); e.Compliance != "COMPLIANT" || len(e.Results) != 1 {
		t.Errorf("evaluation %+v", e)
	}
}
