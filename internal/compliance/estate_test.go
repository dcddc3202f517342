package compliance_test

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/managed"
	"github.com/tickmark/tickmark/internal/sample"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// oracle is the estate in memory: what rules see without store, views, feeds and reverse index.
type oracle struct {
	account, region string
	items           []*inventory.Item // sorted by key
}

func (o *oracle) List(typ string, reach rule.Reach) ([]*inventory.Item, string, error) {
	var out []*inventory.Item
	lacks := rule.Unrecorded(typ)
	for _, it := range o.items {
		if it.Type != typ || it.Account != o.account || reach == rule.Region && it.Region != o.region && it.Region != arn.Global {
			continue
		}
		if it.Present() || it.Status == inventory.Deleted {
			lacks = ""
		}
		if it.Present() {
			out = append(out, it)
		}
	}
	return out, lacks, nil
}

// judge evaluates a rule over everything.
func (o *oracle) judge(t *testing.T, r *rule.Rule, index *rule.Index, at *storetest.Env, into map[string]string) {
	params, err := r.ParseParams("")
	if err != nil {
		t.Fatal(err)
	}
	subjects := []*inventory.Item{rule.AccountSubject(o.account, o.region)}
	if r.Subjects == rule.EachItem {
		subjects = o.items
	}
	for _, it := range subjects {
		if it.Account != o.account || it.Region != o.region && it.Region != arn.Global || !r.Judges(it.Type) || !it.Present() {
			continue
		}
		res, _, err := rule.Evaluate(r, params, it, index, at.Clock.Now())
		if err != nil {
			t.Error(err)
		}
		into[o.account+o.region+r.Identifier+" "+it.Region+it.Type+it.ID] = res.Verdict.String() + " " + res.Annotation()
	}
}

// TestEstate: the demo's organization, history and all, comes in pieces in any order while rules are deployed and
// evaluated in between. In the end each verdict is what an evaluation from scratch gives.
func TestEstate(t *testing.T) {
	e := sample.Demo(storetest.Start)
	var items []*inventory.Item
	current := map[inventory.Key]*inventory.Item{}
	for _, it := range e.Items() {
		items = append(items, it)
		current[it.Key] = it
	}
	var places []compliance.Place
	for _, a := range e.Accounts {
		for _, r := range e.Regions {
			places = append(places, compliance.Place{Account: a.ID, Region: r})
		}
	}
	var library []*rule.Rule
	for _, r := range managed.All() {
		if _, err := r.ParseParams(""); err == nil {
			library = append(library, r)
		}
	}
	for seed := range uint64(3) {
		h := newHouse(t)
		r := rand.New(rand.NewPCG(seed, 2))
		if seed > 0 {
			r.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		}
		h.play(r, items, places, library)
		h.compare(current, places, library)
		for _, p := range places {
			h.consistent(p)
		}
	}
}

// play imports items piece by piece, deploys some rules before and the others in the middle.
func (h *house) play(r *rand.Rand, items []*inventory.Item, places []compliance.Place, library []*rule.Rule) {
	h.t.Helper()
	deploy := func(some []*rule.Rule) {
		for _, p := range places {
			h.recorder(p)
			for _, l := range some {
				h.rule(p, l.Name, l.Identifier, "")
			}
		}
	}
	half := len(library) / 2
	deploy(library[:half])
	for piece := range slices.Chunk(items, len(items)/7+1) {
		h.ok(h.env.Write(context.Background(), func(tx *store.Tx) error {
			for _, it := range piece {
				if _, err := tx.PutItem(it); err != nil {
					return err
				}
			}
			return nil
		}))
		if half < len(library) && r.IntN(3) == 0 {
			deploy(library[half:])
			half = len(library)
		}
		if r.IntN(2) == 0 {
			h.start()
		}
		h.drain()
	}
	if half < len(library) {
		deploy(library[half:])
	}
	h.drain()
}

func (h *house) compare(current map[inventory.Key]*inventory.Item, places []compliance.Place, library []*rule.Rule) {
	h.t.Helper()
	all := slices.SortedFunc(maps.Values(current), func(a, b *inventory.Item) int { return a.Key.Compare(b.Key) })
	want, got := map[string]string{}, map[string]string{}
	for _, p := range places {
		o := &oracle{p.Account, p.Region, all}
		index := rule.NewIndex(o)
		for _, l := range library {
			o.judge(h.t.(*testing.T), l, index, h.env, want)
		}
	}
	h.ok(h.EachVerdict(context.Background(), arn.Everything(), "", func(r compliance.Result) error {
		k := r.Subject
		got[r.Rule.Account+r.Rule.Region+r.Rule.Identifier+" "+k.Region+k.Type+k.ID] = r.Verdict.String() + " " + r.Annotation
		return nil
	}))
	wrong := 0
	for k := range want {
		if got[k] != want[k] {
			if wrong++; wrong <= 10 {
				h.t.Errorf("%s: %q, want %q", k, got[k], want[k])
			}
		}
	}
	if len(got) != len(want) || len(want) < 1000 {
		h.t.Errorf("%d verdicts, want %d (%d differ)", len(got), len(want), wrong)
	}
}
