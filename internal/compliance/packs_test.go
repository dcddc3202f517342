package compliance_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/rule"
)

const twoRules = `
Parameters:
  Age: {Type: String, Default: '90'}
Resources:
  NoIP:
    Type: AWS::Config::ConfigRule
    Controls: ['1', '2']
    Properties: {ConfigRuleName: no-ip, Source: {Owner: AWS, SourceIdentifier: EC2_INSTANCE_NO_PUBLIC_IP}}
  Keys:
    Type: AWS::Config::ConfigRule
    Properties: {ConfigRuleName: keys, InputParameters: {maxAccessKeyAge: !Ref Age}, Source: {Owner: AWS, SourceIdentifier: ACCESS_KEYS_ROTATED}}
  Fix:
    Type: AWS::Config::RemediationConfiguration
    Properties: {ConfigRuleName: no-ip, TargetType: SSM_DOCUMENT, TargetId: AWS-Stop}
`

func TestPackLifecycle(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	h.put(h.instance(accountA, "i-1", true), h.instance(accountA, "i-2", false), h.instance(accountA, "i-3", false))
	v, err := h.DeployPack(ctx, here, compliance.PackInput{Name: "mine", Body: []byte(twoRules), Inputs: []compliance.Input{{Name: "Age", Value: "30"}}})
	h.ok(err)
	h.drain()
	name := "no-ip-" + v.ID
	if len(v.Rules) != 2 || v.Rules[0].Name != name || !strings.HasPrefix(v.ID, "conformance-pack-") || v.State != compliance.CreateComplete {
		t.Fatalf("pack %+v", v)
	}
	views, err := h.Rules(ctx, here, "keys-"+v.ID)
	h.ok(err)
	if views[0].Parameters != `{"maxAccessKeyAge":"30"}` {
		t.Errorf("parameters %s", views[0].Parameters)
	}
	wantCode(t, h.DeleteRule(ctx, here, name), "ResourceInUseException")
	_, err = h.PutRule(ctx, here, compliance.ConfigRule{Name: "keys-" + v.ID, Owner: "AWS", Identifier: "ACCESS_KEYS_ROTATED"})
	wantCode(t, err, "ResourceInUseException")
	rs, err := h.Remediations(ctx, here, name)
	h.ok(err)
	if len(rs) != 1 || rs[0].TargetID != "AWS-Stop" {
		t.Errorf("remediations %+v", rs)
	}
	packReads(t, h, name)
	packUpdate(t, h, v)
}

func packReads(t *testing.T, h *house, name string) {
	ctx := context.Background()
	s, err := h.PackSummaries(ctx, here)
	h.ok(err)
	score, ok := s[0].Score()
	if s[0].Compliance != rule.NonCompliant || !ok || score < 66 || score > 67 || s[0].Rules != (compliance.Summary{NonCompliant: 1, Insufficient: 1}) {
		t.Errorf("summary %+v, score %v", s[0], score)
	}
	cs, err := h.PackRules(ctx, here, "mine", compliance.PackFilter{Verdicts: []rule.Verdict{rule.NonCompliant}})
	h.ok(err)
	if len(cs) != 1 || cs[0].Rule.Name != name || len(cs[0].Rule.Controls) != 2 {
		t.Errorf("rules %+v", cs)
	}
	_, err = h.PackRules(ctx, here, "mine", compliance.PackFilter{Rules: []string{"no-ip"}})
	wantCode(t, err, "NoSuchConfigRuleInConformancePackException")
	_, err = h.PackSummaries(ctx, here, "yours")
	wantCode(t, err, "NoSuchConformancePackException")
	var ids []string
	from := compliance.PackCursor{}
	for {
		page, next, err := h.PackDetails(ctx, here, "mine", compliance.PackFilter{Type: instanceType}, from, 2)
		h.ok(err)
		for _, r := range page {
			ids = append(ids, r.Subject.ID)
		}
		if next == nil {
			break
		}
		from = *next
	}
	if strings.Join(ids, " ") != "i-1 i-2 i-3" {
		t.Errorf("details %v", ids)
	}
}

func packUpdate(t *testing.T, h *house, v compliance.Pack) {
	ctx := context.Background()
	before := len(h.evaluations(here))
	one := strings.Replace(twoRules, "  Keys:\n", "  Old:\n", 1)
	one = strings.Replace(one, "ConfigRuleName: keys", "ConfigRuleName: old", 1)
	w, err := h.DeployPack(ctx, here, compliance.PackInput{Name: "mine", Body: []byte(one)})
	h.ok(err)
	h.drain()
	if w.ID != v.ID || len(w.Rules) != 2 || w.Rules[0].RuleID != v.Rules[0].RuleID || w.Rules[1].InTemplate != "old" {
		t.Errorf("updated to %+v", w)
	}
	if n := len(h.evaluations(here)); n != before {
		t.Errorf("an update that leaves a rule alone wrote %d evaluations", n-before)
	}
	if _, err := h.Rules(ctx, here, "keys-"+v.ID); err == nil {
		t.Error("the rule that left the template is still there")
	}
	h.ok(h.DeletePack(ctx, here, "mine"))
	h.drain()
	h.want(here, nil)
	wantCode(t, h.DeletePack(ctx, here, "mine"), "NoSuchConformancePackException")
}

// TestPublishedPacks deploys all published packs; none of them may be refused.
func TestPublishedPacks(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	for _, name := range pack.Names() {
		body, err := pack.Published(name)
		h.ok(err)
		in := compliance.PackInput{Name: "p", Body: body}
		if len(body) > pack.MaxBody {
			_, err := h.DeployPack(ctx, here, in)
			wantCode(t, err, "InvalidParameterValueException")
			in.Body, in.Stored = nil, body
		}
		tmpl, err := pack.Parse(body)
		h.ok(err)
		for _, p := range tmpl.Parameters {
			if !p.HasDefault {
				in.Inputs = append(in.Inputs, compliance.Input{Name: p.Name, Value: exampleOf(p.Name)})
			}
		}
		if _, err := h.DeployPack(ctx, here, in); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		h.ok(h.DeletePack(ctx, here, "p"))
	}
	h.drain()
}

func TestPackFaults(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	for _, c := range []struct {
		in   compliance.PackInput
		code string
	}{
		{compliance.PackInput{Name: "1", Body: []byte(twoRules)}, "InvalidParameterValueException"},
		{compliance.PackInput{Name: "a"}, "InvalidParameterValueException"},
		{compliance.PackInput{Name: "a", Body: []byte(twoRules), Published: "x"}, "NoSuchConformancePackException"},
		{compliance.PackInput{Name: "a", Body: []byte(twoRules), Stored: []byte(twoRules)}, "InvalidParameterValueException"},
		{compliance.PackInput{Name: "a", Body: []byte("hello")}, pack.Code},
		{compliance.PackInput{Name: "a", Body: []byte(strings.Replace(twoRules, "ACCESS_KEYS_ROTATED", "NO_SUCH_RULE", 1))}, pack.Code},
		{compliance.PackInput{Name: "a", Body: []byte(strings.Replace(twoRules, "maxAccessKeyAge", "age", 1))}, pack.Code},
		{compliance.PackInput{Name: "a", Body: []byte(twoRules), Inputs: []compliance.Input{{Name: "B", Value: "1"}}}, pack.Code},
	} {
		_, err := h.DeployPack(ctx, here, c.in)
		wantCode(t, err, c.code)
	}
	if vs, err := h.Rules(ctx, here); err != nil || len(vs) != 0 {
		t.Errorf("refused packs left rules %v, %v", vs, err)
	}
}

func TestPackQuota(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	for i := range 51 {
		_, err := h.DeployPack(ctx, here, compliance.PackInput{Name: fmt.Sprintf("p%d", i), Body: []byte(twoRules)})
		if i < 50 {
			h.ok(err)
		} else {
			wantCode(t, err, "MaxNumberOfConformancePacksExceededException")
		}
	}
	if vs, err := h.Rules(ctx, here); err != nil || len(vs) != 100 {
		t.Errorf("%d rules, %v", len(vs), err)
	}
}

// exampleOf is a value for a parameter without a default.
func exampleOf(name string) string {
	if strings.HasSuffix(name, "LambdaArn") {
		return "arn:aws:lambda:eu-west-1:111122223333:function:example"
	}
	return "example"
}
