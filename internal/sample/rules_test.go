package sample_test

import (
	"slices"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/managed"
	"github.com/tickmark/tickmark/internal/sample"
)

// place is an account in a region.
type place struct{ account, region string }

// estate is the newest state of every item of the demo, by place, and the types that occur.
func estate(now time.Time) (current map[inventory.Key]*inventory.Item, places []place, types []string) {
	current = map[inventory.Key]*inventory.Item{}
	e := sample.Demo(now)
	for _, it := range e.Items() { // oldest first
		current[it.Key] = it
		if !slices.Contains(types, it.Type) {
			types = append(types, it.Type)
		}
	}
	for _, a := range e.Accounts {
		for _, r := range e.Regions {
			places = append(places, place{a.ID, r})
		}
	}
	return current, places, types
}

// TestRulesReachVerdicts evaluates every rule over the demo estate. The demo would show little if the generator and
// the rules disagreed about the form of items: then there would be no verdicts.
func TestRulesReachVerdicts(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	current, places, types := estate(now)
	counts := map[rule.Verdict]int{}
	total, judged := 0, map[string]bool{}
	silent := map[string]int{} // rule and reason of INSUFFICIENT_DATA
	for _, p := range places {
		source := &rule.Estate{Region: p.region, Complete: types}
		for _, it := range current {
			if it.Account == p.account {
				source.Items = append(source.Items, it)
			}
		}
		index := rule.NewIndex(source)
		subjects := []*inventory.Item{rule.AccountSubject(p.account, p.region)}
		for _, it := range source.Items {
			if it.Region == p.region || it.Region == "global" {
				subjects = append(subjects, it)
			}
		}
		for _, r := range managed.All() {
			params, err := r.ParseParams("")
			if err != nil {
				continue // a parameter that must be given
			}
			for _, s := range subjects {
				if !r.Judges(s.Type) {
					continue
				}
				res, _, err := rule.Evaluate(r, params, s, index, now)
				if err != nil {
					t.Fatalf("%s on %s: %v", r.Identifier, s.Key, err)
				}
				total++
				counts[res.Verdict]++
				judged[r.Identifier] = true
				if res.Verdict == rule.InsufficientData {
					silent[r.Identifier+": "+res.Reason]++
				}
			}
		}
	}
	t.Logf("%d verdicts of %d rules: %v", total, len(judged), counts)
	for why, n := range silent {
		t.Logf("INSUFFICIENT_DATA %3d %s", n, why)
	}
	for _, v := range []rule.Verdict{rule.Compliant, rule.NonCompliant, rule.NotApplicable, rule.InsufficientData} {
		if counts[v] == 0 {
			t.Errorf("no verdict is %s", v)
		}
	}
	if few := counts[rule.InsufficientData]; few*100 > total*15 {
		t.Errorf("%d of %d verdicts are INSUFFICIENT_DATA, more than 15 %%", few, total)
	}
	for _, r := range managed.All() {
		if !judged[r.Identifier] && (r.Subjects == rule.Account || slices.ContainsFunc(r.Types, func(typ string) bool { return slices.Contains(types, typ) })) {
			t.Logf("%s judges nothing", r.Identifier)
		}
	}
}
