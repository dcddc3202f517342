package compliance_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/managed"
	"github.com/tickmark/tickmark/internal/sample"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// TestTrial: every verdict of a trial is that of an evaluation from scratch, and none is missing, but that what is global
// is judged from one region only.
func TestTrial(t *testing.T) {
	h := newHouse(t)
	e := sample.Demo(storetest.Start)
	current := map[inventory.Key]*inventory.Item{}
	h.ok(h.env.Write(context.Background(), func(tx *store.Tx) error {
		for _, it := range e.Items() {
			current[it.Key] = it
			if _, err := tx.PutItem(it); err != nil {
				return err
			}
		}
		return nil
	}))
	var rules []compliance.ConfigRule
	var library []*rule.Rule
	for _, r := range managed.All() {
		if _, err := r.ParseParams(""); err == nil {
			library = append(library, r)
			rules = append(rules, compliance.ConfigRule{Name: r.Identifier, Owner: compliance.OwnerAWS, Identifier: r.Identifier})
		}
	}
	trial, err := compliance.NewTrial(rules)
	h.ok(err)
	all := slices.SortedFunc(maps.Values(current), func(a, b *inventory.Item) int { return a.Key.Compare(b.Key) })
	judged, global := 0, 0
	for _, a := range e.Accounts {
		for _, region := range e.Regions {
			at, home := compliance.Place{Account: a.ID, Region: region}, region == "us-east-1"
			o, want := &oracle{a.ID, region, all}, map[string]string{}
			index := rule.NewIndex(o)
			for _, l := range library {
				o.judge(t, l, index, h.env, want)
			}
			h.ok(h.env.Read(context.Background(), func(tx *store.Tx) error {
				return trial.Run(context.Background(), tx, at, home, h.env.Clock.Now(), func(j compliance.Judged) error {
					k := a.ID + region + j.Rule.Identifier + " " + j.Subject.Region + j.Subject.Type + j.Subject.ID
					if got := j.Verdict.String() + " " + j.Annotation(); got != want[k] {
						t.Errorf("%s: %s, want %s", k, got, want[k])
					}
					if j.Region == arn.Global {
						global++
					}
					delete(want, k)
					judged++
					return nil
				})
			}))
			for k := range want {
				if home || !strings.Contains(k, " "+arn.Global) && !strings.Contains(k, rule.AccountType) {
					t.Errorf("%s was not judged", k)
				}
			}
		}
	}
	if judged < 3000 || global < 100 {
		t.Errorf("%d verdicts, %d of global subjects", judged, global)
	}
}

// TestTrialOfPack: rules keep their names, parameters and scopes; what cannot be judged says so once.
func TestTrialOfPack(t *testing.T) {
	h := newHouse(t)
	item, err := inventory.Build(inventory.Spec{
		Key: inventory.Key{Account: "111122223333", Region: "eu-west-1", Type: "AWS::EC2::Volume", ID: "vol-1"}, Captured: storetest.Start,
		Configuration: map[string]any{"encrypted": false, "state": map[string]any{"value": "in-use"}, "attachments": []any{map[string]any{"instanceId": "i-1"}}}, Tags: map[string]string{"a": "b"},
	})
	h.ok(err)
	h.ok(h.env.Write(context.Background(), func(tx *store.Tx) error { _, err := tx.PutItem(item); return err }))
	template, err := pack.Parse([]byte(`
Parameters: {Key: {Type: String}}
Resources:
  Volumes: {Type: AWS::Config::ConfigRule, Properties: {ConfigRuleName: volumes, Source: {Owner: AWS, SourceIdentifier: ENCRYPTED_VOLUMES}}}
  Others: {Type: AWS::Config::ConfigRule, Properties: {ConfigRuleName: others, Scope: {TagKey: other}, Source: {Owner: AWS, SourceIdentifier: ENCRYPTED_VOLUMES}}}
  Tags: {Type: AWS::Config::ConfigRule, Properties: {ConfigRuleName: tags, InputParameters: {tag1Key: !Ref Key}, Scope: {ComplianceResourceTypes: [AWS::EC2::Volume]}, Source: {Owner: AWS, SourceIdentifier: REQUIRED_TAGS}}}
  Function: {Type: AWS::Config::ConfigRule, Properties: {ConfigRuleName: function, Source: {Owner: CUSTOM_LAMBDA, SourceIdentifier: "arn:aws:lambda:eu-west-1:111122223333:function:f", SourceDetails: [{EventSource: aws.config, MessageType: ConfigurationItemChangeNotification}]}}}
`))
	h.ok(err)
	at := compliance.Place{Account: "111122223333", Region: "eu-west-1"}
	if _, err := compliance.PackRules(template, nil, at); err == nil {
		t.Error("a template without the value of its parameter was taken")
	}
	rules, err := compliance.PackRules(template, map[string]string{"Key": "a"}, at)
	h.ok(err)
	trial, err := compliance.NewTrial(rules)
	h.ok(err)
	if types, every := trial.Types(); !slices.Contains(types, "AWS::EC2::Volume") || every {
		t.Errorf("types %v, %t", types, every)
	}
	for _, home := range []bool{true, false} {
		var got []string
		h.ok(h.env.Read(context.Background(), func(tx *store.Tx) error {
			return trial.Run(context.Background(), tx, at, home, h.env.Clock.Now(), func(j compliance.Judged) error {
				got = append(got, j.Rule.Name+" "+j.Region+" "+j.Subject.ID+" "+j.Verdict.String())
				return nil
			})
		}))
		want := []string{"function global 111122223333 INSUFFICIENT_DATA", "volumes eu-west-1 vol-1 NON_COMPLIANT", "tags eu-west-1 vol-1 COMPLIANT"}
		if !home {
			want = want[1:]
		}
		if !slices.Equal(got, want) {
			t.Errorf("home %t: %q, want %q", home, got, want)
		}
	}
}
