package sample_test

import (
	"slices"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/managed"
	"github.com/tickmark/tickmark/internal/sample"
)

// place is an account in a region, with what its rules see and judge.
type place struct {
	account, region string
	index           *rule.Index
	subjects        []*inventory.Item
}

// tally counts verdicts, and why there was none.
type tally struct {
	total  int
	counts map[rule.Verdict]int
	silent map[string]int // rule and reason of INSUFFICIENT_DATA
}

func newTally() *tally { return &tally{counts: map[rule.Verdict]int{}, silent: map[string]int{}} }

func (y *tally) add(identifier string, res rule.Result) {
	y.total++
	y.counts[res.Verdict]++
	if res.Verdict == rule.InsufficientData {
		y.silent[identifier+": "+res.Reason]++
	}
}

func (y *tally) check(t *testing.T) {
	t.Helper()
	t.Logf("%d verdicts: %v", y.total, y.counts)
	for why, n := range y.silent {
		t.Logf("INSUFFICIENT_DATA %3d %s", n, why)
	}
	if few := y.counts[rule.InsufficientData]; few*100 > y.total*15 {
		t.Errorf("%d of %d verdicts are INSUFFICIENT_DATA, more than 15 %%", few, y.total)
	}
}

// placesOf gives the places of an estate with the newest state of every item, and the types that occur.
func placesOf(e sample.Estate) (places []place, types []string) {
	current := map[inventory.Key]*inventory.Item{}
	for _, it := range e.Items() { // oldest first
		current[it.Key] = it
		if !slices.Contains(types, it.Type) {
			types = append(types, it.Type)
		}
	}
	for _, a := range e.Accounts {
		for _, region := range e.Regions {
			p := place{account: a.ID, region: region, subjects: []*inventory.Item{rule.AccountSubject(a.ID, region)}}
			source := &rule.Estate{Region: region} // of types that do not occur there nothing is recorded
			for _, it := range current {
				if it.Account != a.ID {
					continue
				}
				source.Items = append(source.Items, it)
				if it.Region == region || it.Region == "global" {
					p.subjects = append(p.subjects, it)
				}
			}
			p.index = rule.NewIndex(source)
			places = append(places, p)
		}
	}
	return places, types
}

// judge gives the verdicts of a rule on everything it judges in a place.
func (p place) judge(t *testing.T, r *rule.Rule, params rule.Params, now time.Time) (all []rule.Result) {
	t.Helper()
	for _, s := range p.subjects {
		if !r.Judges(s.Type) {
			continue
		}
		res, _, err := rule.Evaluate(r, params, s, p.index, now)
		if err != nil {
			t.Fatalf("%s on %s: %v", r.Identifier, s.Key, err)
		}
		all = append(all, res)
	}
	return all
}

// TestRulesReachVerdicts evaluates every rule over the demo estate. The demo would show little if the generator and
// the rules disagreed about the form of items: then there would be no verdicts.
func TestRulesReachVerdicts(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	places, types := placesOf(sample.Demo(now))
	y, judged := newTally(), map[string]bool{}
	for _, p := range places {
		for _, r := range managed.All() {
			params, err := r.ParseParams("")
			if err != nil {
				continue // a parameter that must be given
			}
			for _, res := range p.judge(t, r, params, now) {
				y.add(r.Identifier, res)
				judged[r.Identifier] = true
			}
		}
	}
	y.check(t)
	for _, v := range []rule.Verdict{rule.Compliant, rule.NonCompliant, rule.NotApplicable, rule.InsufficientData} {
		if y.counts[v] == 0 {
			t.Errorf("no verdict is %s", v)
		}
	}
	for _, r := range managed.All() {
		if !judged[r.Identifier] && (r.Subjects == rule.Account || slices.ContainsFunc(r.Types, func(typ string) bool { return slices.Contains(types, typ) })) {
			t.Logf("%s judges nothing", r.Identifier)
		}
	}
}

// demoPacks are the conformance packs that the demo deploys.
var demoPacks = []string{"Operational-Best-Practices-for-NIST-CSF", "Operational-Best-Practices-for-CIS-AWS-v1.4-Level2"}

// TestPacksReachVerdicts evaluates the packs of the demo as they are deployed. A rule without logic here counts as one
// INSUFFICIENT_DATA in each account and region; any other must pass or fail something somewhere.
func TestPacksReachVerdicts(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	places, _ := placesOf(sample.Demo(now))
	y := newTally()
	for _, name := range demoPacks {
		body, err := pack.Published(name)
		if err != nil {
			t.Fatal(err)
		}
		template, err := pack.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		decided := map[string]bool{}
		for _, p := range places {
			deployed, err := template.Resolve(nil, pack.Place{Account: p.account, Region: p.region})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range deployed.Rules {
				decided[d.Name] = p.deployed(t, d, y, now) || decided[d.Name]
			}
		}
		for rule, ok := range decided {
			if !ok {
				t.Errorf("%s: %s neither passes nor fails anything", name, rule)
			}
		}
	}
	y.check(t)
}

// deployed counts the verdicts of one rule of a pack, and tells whether it decided anything or has no logic here.
func (p place) deployed(t *testing.T, d pack.Rule, y *tally, now time.Time) (decided bool) {
	t.Helper()
	r := managed.Lookup(d.Identifier)
	if r == nil {
		y.add(d.Identifier, rule.Result{Verdict: rule.InsufficientData, Reason: "not implemented"})
		return true
	}
	params, err := r.ParseParams(d.Parameters)
	if err != nil {
		t.Fatalf("%s: %v", d.Name, err)
	}
	if r.Trigger == rule.External {
		return true // a verdict is given from outside, and nobody has
	}
	for _, res := range p.judge(t, r, params, now) {
		y.add(r.Identifier, res)
		decided = decided || res.Verdict == rule.Compliant || res.Verdict == rule.NonCompliant
	}
	return decided
}
