package report

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

func units(n int, reverse bool) iter.Seq2[Told, error] {
	return func(yield func(Told, error) bool) {
		for i := range n {
			if reverse {
				i = n - 1 - i
			}
			t := Told{ID: fmt.Sprint(i), LeafIndex: int64(i), Occurrence: ledger.Occurrence{Control: fmt.Sprint(i % 3), Day: fmt.Sprintf("2026-01-%02d", 1+i%28), Verdict: ledger.Compliant}}
			if i%10 == 0 {
				t.Occurrence.Members = &ledger.Members{Count: 7}
			}
			if !yield(t, nil) {
				return
			}
		}
	}
}

// TestDraw: the same seed draws the same pieces, in whatever order they come; another seed draws others; every piece has the
// same chance, also each of those that stand together.
func TestDraw(t *testing.T) {
	ctx := context.Background()
	spec := SampleSpec{Size: 25, Seed: "2026-Q1"}
	a, err := Draw(ctx, spec, units(1000, false))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := Draw(ctx, spec, units(1000, true))
	if a.Hash != b.Hash || len(a.Drawn) != 25 || a.Population != 900+100*7 || a.Records != 1000 {
		t.Errorf("%d of %d in %d records, %s and %s", len(a.Drawn), a.Population, a.Records, a.Hash, b.Hash)
	}
	spec.Seed = "2026-Q2"
	if c, _ := Draw(ctx, spec, units(1000, false)); c.Hash == a.Hash {
		t.Error("another seed draws the same")
	}
	members, seeds := 0, 200
	for i := range seeds {
		s, _ := Draw(ctx, SampleSpec{Size: 10, Seed: fmt.Sprint(i)}, units(300, false))
		for _, d := range s.Drawn {
			if d.Member > 0 {
				members++
			}
		}
	}
	if share := float64(members) / float64(10*seeds); share < 0.38 || share > 0.50 { // 210 of 480 pieces
		t.Errorf("%.2f of the pieces drawn stand together, of 0.44", share)
	}
	small, _ := Draw(ctx, SampleSpec{Size: 25, Seed: "x", Control: "1", From: "2026-01-02", To: "2026-01-09", Before: 50}, units(1000, false))
	if int(small.Population) != len(small.Drawn) || slices.ContainsFunc(small.Drawn, func(d Drawn) bool {
		return d.Occurrence.Control != "1" || d.Occurrence.Day > "2026-01-09" || d.LeafIndex >= 50
	}) {
		t.Errorf("%+v", small)
	}
	for _, bad := range []SampleSpec{{Seed: "x"}, {Size: 1}, {Size: 1, Seed: "x", From: "y"}, {Size: 1, Seed: "x", Class: "y"}, {Size: maxSample + 1, Seed: "x"}} {
		if _, err := Draw(ctx, bad, units(1, false)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// TestDrawFromBundle: what was left out of a report is in the population, too.
func TestDrawFromBundle(t *testing.T) {
	b := opened(t, attacked(t))
	s, err := Draw(context.Background(), SampleSpec{Size: 100, Seed: "x"}, b.Items(context.Background()))
	if err != nil || s.Population != b.Manifest.Totals.Population.Total || len(s.Drawn) != int(s.Population) {
		t.Fatalf("%d of %d, %v", len(s.Drawn), s.Population, err)
	}
	if !slices.ContainsFunc(s.Drawn, func(d Drawn) bool { return !d.Selected }) {
		t.Error("what was left out cannot be drawn")
	}
}
