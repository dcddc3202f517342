package sample_test

import (
	"crypto/sha256"
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
// the packs' defaults, and once with every optional rule and values that can be met.
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
		case p.Name == "AllowedInstanceTypes": // the default names families (p3, g5), which are the type of no instance
			all[p.Name] = "m5.large"
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

// TestShowcase: every rule that a pack deploys passes something in the sound account and fails something in the faulty
// one, which were built from the published properties of the types, with the parameters of a pack.
func TestShowcase(t *testing.T) {
	e := sample.Showcase(showcaseNow)
	places, _ := placesOf(e)
	in := func(a sample.Account) []place {
		return slices.DeleteFunc(slices.Clone(places), func(p place) bool { return p.account != a.ID })
	}
	sound, faulty := in(e.Accounts[0]), in(e.Accounts[1])
	rules, shown := packRules(t), 0
	for _, id := range slices.Sorted(maps.Keys(rules)) {
		r := managed.Lookup(id)
		if r == nil {
			t.Errorf("%s: no such rule", id)
			continue
		}
		good, bad := verdictsOf(t, r, rules[id], sound), verdictsOf(t, r, rules[id], faulty)
		switch both := good[rule.Compliant] != "" && bad[rule.NonCompliant] != ""; {
		case both && oneSided[id] != "":
			t.Errorf("%s both passes and fails; it is no exception", id)
		case both:
			shown++
		case oneSided[id] == "":
			t.Errorf("%s: %v in the sound account, %v in the faulty one", id, good, bad)
		}
	}
	t.Logf("%d of %d rules are shown both ways, %d are one-sided", shown, len(rules), len(oneSided))
}

// TestShowcaseIsSmall: it can be looked through, and is the same every time.
func TestShowcaseIsSmall(t *testing.T) {
	var sizes [2]int
	var sums [2][32]byte
	for i := range sums {
		h := sha256.New()
		for _, it := range sample.Showcase(showcaseNow).Items() {
			sizes[i]++
			h.Write(it.Raw())
		}
		h.Sum(sums[i][:0])
	}
	if sums[0] != sums[1] {
		t.Error("the same options gave other bytes")
	}
	if t.Logf("%d items", sizes[0]); sizes[0] > 600 {
		t.Errorf("%d items", sizes[0])
	}
}
