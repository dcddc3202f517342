package assess_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
)

// failing is a store whose writes break: before the commit, or after it with the answer lost.
type failing struct {
	store.Repo[assess.Tx]
	left  int
	after bool
}

var errCrash = errors.New("killed")

func (f *failing) Write(ctx context.Context, fn func(assess.Tx) error) error {
	f.left--
	if f.left > 0 {
		return f.Repo.Write(ctx, fn)
	}
	if f.after {
		if err := f.Repo.Write(ctx, fn); err != nil {
			return err
		}
	}
	return errCrash
}

// fill gives the collector something of every source, in more than one batch.
func (h *house) fill() assess.Assessment {
	f, _ := h.framework(
		[]catalog.Source{source(catalog.Config, "A"), source(catalog.CloudTrail, "iam_CreateUser")},
		[]catalog.Source{source(catalog.Config, "A"), source(catalog.SecurityHub, "EC2.4"), source(catalog.APICall, "iam_ListUsers")},
	)
	var es []compliance.Evaluation
	for i := range 200 {
		es = append(es, h.evaluation(accountA, ireland, "A", fmt.Sprint("i-", i), "COMPLIANT", start.AddDate(0, 0, -1)))
	}
	h.ok(h.env.Write(ctx, func(tx *store.Tx) error { return tx.AppendEvaluations(accountA, ireland, es) }))
	for i := range 5 {
		h.act(accountA, ireland, fmt.Sprint("e", i), "iam.amazonaws.com", "CreateUser", start, "")
		h.find(accountA, fmt.Sprint("f", i), "EC2.4", "FAILED", start)
		h.item(accountA, "global", "AWS::IAM::User", fmt.Sprint("u", i), "a", start)
	}
	return h.assessment(f.ID)
}

// facts are what every piece says, without the times of storing.
func facts(es []ledger.Entry) []string {
	var out []string
	for _, e := range es {
		out = append(out, fmt.Sprint(e.Control[len(e.Control)-2:], e.Day, e.Body, e.Source, e.Weight()))
	}
	slices.Sort(out)
	return out
}

// TestKilledAnywhere: whichever write breaks, before or after its commit, going on gives what an undisturbed run
// gives: nothing lost, nothing double, folders right, the log whole.
func TestKilledAnywhere(t *testing.T) {
	undisturbed := newHouse(t)
	undisturbed.fill()
	undisturbed.step()
	undisturbed.at(tomorrow, 1)
	undisturbed.step()
	want := facts(undisturbed.entries())
	for _, after := range []bool{false, true} {
		for n := 1; ; n++ {
			h := newHouse(t)
			a := h.fill()
			crashed := false
			for _, day := range []string{today, tomorrow} {
				h.at(day, 1)
				whole := h.Service
				f := &failing{store.For(h.env.DB, func(tx *store.Tx) assess.Tx { return tx }), n, after}
				broken := assess.New(assess.Options{Store: f, IDs: h.env.Clock, Events: h.events, Shelf: h.shelf, Tool: "tickmark test"})
				if _, err := (&assess.Collector{Service: broken}).Step(ctx); err != nil {
					if !errors.Is(err, errCrash) {
						t.Fatal(err)
					}
					crashed = true
				}
				h.Service = whole
				h.step()
			}
			if got := facts(h.entries()); !slices.Equal(got, want) {
				t.Fatalf("after write %d (committed: %v): %d pieces, want %d", n, after, len(got), len(want))
			}
			h.folders(a)
			if !crashed {
				break
			}
			if n += n / 2; n > 200 {
				t.Fatal("the collection never ends")
			}
		}
	}
	h := undisturbed
	r := h.reporter()
	if _, err := r.Publisher.Checkpoint(ctx, accountA); err != nil {
		t.Error(err)
	}
}

// TestAnyOrder: verdicts, events and findings in any order, the collector run at any moment: folders add up, and a
// collection of everything afterwards finds nothing new.
func TestAnyOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := newHouse(t)
		f, _ := h.framework([]catalog.Source{source(catalog.Config, "A"), source(catalog.SecurityHub, "EC2.4")}, []catalog.Source{source(catalog.Config, "A"), source(catalog.CloudTrail, "iam_CreateUser")})
		a := h.assessment(f.ID)
		h.step()
		day := 0
		for i := range rapid.IntRange(3, 12).Draw(r, "steps") {
			now := h.env.Clock.Now()
			switch rapid.IntRange(0, 5).Draw(r, "what") {
			case 0, 1:
				verdict := rapid.SampledFrom([]string{"COMPLIANT", "NON_COMPLIANT", "INSUFFICIENT_DATA", "NOT_APPLICABLE", ""}).Draw(r, "verdict")
				h.judge(accountA, ireland, "A", fmt.Sprint("i-", rapid.IntRange(0, 2).Draw(r, "subject")), verdict, now)
			case 2:
				h.act(accountA, ireland, fmt.Sprint("e", i), "iam.amazonaws.com", "CreateUser", now, "")
			case 3:
				h.find(accountA, "f", "EC2.4", rapid.SampledFrom([]string{"PASSED", "FAILED"}).Draw(r, "status"), now)
			case 4:
				h.step()
			case 5:
				day += rapid.IntRange(1, 3).Draw(r, "days")
				h.env.Clock.Advance(start.AddDate(0, 0, day).Sub(h.env.Clock.Now()))
			}
		}
		h.step()
		h.folders(a)
		es := h.entries()
		n := len(es)
		res, err := (&assess.Collector{Service: h.Service}).Collect(ctx, accountA, a.ID, "", "")
		h.ok(err)
		if len(h.entries()) != n || res.Evidence != 0 {
			r.Errorf("collecting everything again found %d more pieces", res.Evidence)
		}
	})
}
