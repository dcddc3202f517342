package sample_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/managed"
	"github.com/tickmark/tickmark/internal/sample"
)

var showcaseNow = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// packRules are the managed rules that the published packs deploy, with the parameters they deploy them with: once with
// the packs' defaults, and once with every optional rule.
func packRules(t *testing.T) map[string]map[string]bool {
	t.Helper()
	rules := map[string]map[string]bool{}
	for _, name := range pack.Names() {
		body, err := pack.Published(name)
		if err != nil {
			t.Fatal(err)
		}
		template, err := pack.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		for _, given := range packChoices(template) {
			deployed, err := template.Resolve(given, pack.Place{Account: "555566667777", Region: "us-east-1"})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, d := range deployed.Rules {
				if d.Owner != "AWS" {
					continue
				}
				if rules[d.Identifier] == nil {
					rules[d.Identifier] = map[string]bool{}
				}
				rules[d.Identifier][d.Parameters] = true
			}
		}
	}
	return rules
}

// controlPolicy lets the management account read.
const controlPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"218007301253"},"Action":"s3:GetObject","Resource":"*"}]}`

// packChoices are the parameters to deploy a pack with.
func packChoices(template *pack.Template) []map[string]string {
	defaults, all := map[string]string{}, map[string]string{}
	for _, p := range template.Parameters {
		switch {
		case strings.EqualFold(p.Name, "S3BucketPolicyNotMorePermissiveControlPolicy"): // the default is no policy
			defaults[p.Name], all[p.Name] = controlPolicy, controlPolicy
		case !p.HasDefault:
			defaults[p.Name], all[p.Name] = "example-value", "example-value"
		case p.Default == "false":
			all[p.Name] = "true"
		}
	}
	return []map[string]string{defaults, all}
}

// oneSided are the rules that AWS documents no way to pass or to fail, and why.
var oneSided = map[string]string{
	"AWS_CONFIG_PROCESS_CHECK": "its verdict is given from outside, and nothing recorded changes it",
	"DESIRED_INSTANCE_TYPE":    "the one pack that uses it names families (p3, g5), which are the type of no instance",
}

// verdictsOf evaluates a rule everywhere in the showcase with each of its parameters and gives what it came to: the
// first reason of each verdict.
func verdictsOf(t *testing.T, r *rule.Rule, parameters map[string]bool, places []place) map[rule.Verdict]string {
	t.Helper()
	seen := map[rule.Verdict]string{}
	for _, text := range slices.Sorted(maps.Keys(parameters)) {
		params, err := r.ParseParams(text)
		if err != nil {
			seen[rule.InsufficientData] = err.Error() // an example value of the wrong form
			continue
		}
		for _, p := range places {
			for _, res := range p.judge(t, r, params, showcaseNow) {
				if seen[res.Verdict] == "" {
					seen[res.Verdict] = res.Reason
				}
			}
		}
	}
	return seen
}

// TestShowcase: every rule that a pack deploys passes something and fails something in an estate that was built from
// the published properties of the types, with the parameters of a pack.
func TestShowcase(t *testing.T) {
	places, _ := placesOf(sample.Showcase(showcaseNow))
	rules, shown := packRules(t), 0
	for _, id := range slices.Sorted(maps.Keys(rules)) {
		r := managed.Lookup(id)
		if r == nil {
			t.Errorf("%s: no such rule", id)
			continue
		}
		seen := verdictsOf(t, r, rules[id], places)
		switch both := seen[rule.Compliant] != "" && seen[rule.NonCompliant] != ""; {
		case both:
			shown++
		case oneSided[id] != "" || waitingAtoE[id] || waitingFtoZ[id]:
		default:
			t.Errorf("%s does not both pass and fail: %v", id, seen)
		}
	}
	t.Logf("%d of %d rules are shown both ways, %d are one-sided", shown, len(rules), len(oneSided))
}
