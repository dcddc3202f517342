package compliance_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// story deploys rules over items and changes some of these; work may stop at any write and is then done by a new
// engine, as after a restart.
func story(t *testing.T, crash int, after bool) (writes int, h *house) {
	h = newHouse(t)
	h.recorder(here)
	var specs []inventory.Spec
	for i := range 420 {
		specs = append(specs, h.instance(accountA, fmt.Sprintf("i-%03d", i), i%3 == 0))
		if i%2 == 0 {
			specs = append(specs, h.managed(accountA, fmt.Sprintf("i-%03d", i), "Active"))
		}
	}
	h.put(specs...)
	h.rule(here, "ip", noPublicIP, "")
	h.rule(here, "ssm", bySSM, "")
	f := &storetest.Crashing[compliance.Tx]{Transactions: store.For(h.env.DB, func(tx *store.Tx) compliance.Tx { return tx }), Left: crash, After: after}
	engine := compliance.New(f, h.env.Clock).Engine(nil)
	run := func() {
		if err := engine.Drain(context.Background(), nil); err != nil {
			if !errors.Is(err, storetest.ErrCrash) {
				t.Fatal(err)
			}
			engine = compliance.New(f, h.env.Clock).Engine(nil)
			h.ok(engine.Drain(context.Background(), nil))
		}
	}
	run()
	h.put(h.instance(accountA, "i-000", false), h.gone(specs[2]), h.managed(accountA, "i-004", "Inactive"), h.instance(accountA, "i-new", true))
	run()
	h.ok(h.DeleteRule(context.Background(), here, "ip"))
	h.put(h.instance(accountA, "i-001", true))
	run()
	return crash - f.Left, h
}

// TestCrash stops the engine at each of its writes, once with nothing stored and once with the answer lost.
func TestCrash(t *testing.T) {
	writes, want := story(t, 1<<30, false)
	if writes < 8 {
		t.Fatalf("the story takes %d writes only", writes)
	}
	verdicts, evaluations := want.verdicts(here), len(want.evaluations(here))
	counts := want.counts()
	for n := 1; n <= writes; n++ {
		for _, after := range []bool{false, true} {
			_, h := story(t, n, after)
			if got := h.verdicts(here); !reflect.DeepEqual(got, verdicts) {
				t.Errorf("crash at write %d (%v): verdicts differ", n, after)
			}
			if got := h.counts(); !reflect.DeepEqual(got, counts) {
				t.Errorf("crash at write %d (%v): counts %v, want %v", n, after, got, counts)
			}
			if got := len(h.evaluations(here)); got != evaluations {
				t.Errorf("crash at write %d (%v): %d evaluations, want %d", n, after, got, evaluations)
			}
		}
	}
}

func (h *house) counts() map[string]compliance.Counts {
	h.t.Helper()
	cs, err := h.ComplianceByRule(context.Background(), here)
	h.ok(err)
	out := map[string]compliance.Counts{}
	for _, c := range cs {
		out[c.Rule.Name] = c.Counts
	}
	return out
}

// TestShuffled: the order in which items come changes nothing in the end, evaluated at once or on the way.
func TestShuffled(t *testing.T) {
	var want map[string]string
	for seed := range uint64(6) {
		h := newHouse(t)
		h.recorder(here)
		var specs []inventory.Spec
		for i := range 20 {
			id := fmt.Sprintf("i-%02d", i)
			specs = append(specs, h.instance(accountA, id, i%3 == 0), h.instance(accountA, id, i%4 == 0), h.managed(accountA, id, "Active"))
			if i%5 == 0 {
				specs = append(specs, h.managed(accountA, id, "ConnectionLost"))
			}
			if i%7 == 0 {
				specs = append(specs, h.gone(specs[len(specs)-1]))
			}
		}
		h.rule(here, "ip", noPublicIP, "")
		h.rule(here, "ssm", bySSM, "")
		r := rand.New(rand.NewPCG(seed, 1))
		if seed > 0 {
			r.Shuffle(len(specs), func(i, j int) { specs[i], specs[j] = specs[j], specs[i] })
		}
		for len(specs) > 0 {
			n := min(len(specs), 1+r.IntN(30))
			h.put(specs[:n]...)
			specs = specs[n:]
			if seed%2 == 1 {
				h.drain()
			}
		}
		h.drain()
		got := h.verdicts(here)
		if want == nil {
			want = got
		}
		if len(got) != 40 || !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: %d verdicts\n%v, want\n%v", seed, len(got), got, want)
		}
		h.consistent(here)
	}
}

// consistent checks what is kept twice: the counts of a rule and its list of failures agree with its verdicts.
func (h *house) consistent(at compliance.Place) {
	h.t.Helper()
	cs, err := h.ComplianceByRule(context.Background(), at)
	h.ok(err)
	for _, c := range cs {
		var got compliance.Counts
		failures := 0
		h.ok(h.env.Read(context.Background(), func(tx *store.Tx) error {
			l, err := compliance.VerdictsOf(tx, c.Rule, compliance.Page{Limit: 10_000})
			for _, r := range l.Items {
				got.Add(r.Verdict, 1)
			}
			keys, ferr := tx.Failures(at.Account, c.Rule.N, inventory.Key{}, 0)
			failures = len(keys)
			return errors.Join(err, ferr)
		}))
		if got != c.Counts || int64(failures) != got.NonCompliant {
			h.t.Errorf("rule %s: verdicts %+v, counts %+v, %d failures", c.Rule.Name, got, c.Counts, failures)
		}
	}
}
