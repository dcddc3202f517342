package assess_test

import (
	"fmt"
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/store"
)

// BenchmarkCollect is the first collection of an assessment: verdicts to evidence with leaf, folder and fact, durable.
func BenchmarkCollect(b *testing.B) {
	b.Run("single", func(b *testing.B) { collect(b, 5000, assess.Limits{}) })
	b.Run("grouped", func(b *testing.B) { collect(b, 20_000, assess.Limits{SingleVerdicts: 1}) })
}

func collect(b *testing.B, verdicts int, limits assess.Limits) {
	for b.Loop() {
		b.StopTimer()
		h := newHouseWith(b, limits)
		f, _ := h.framework([]catalog.Source{source(catalog.Config, "A")}, []catalog.Source{source(catalog.Config, "A")})
		var es []compliance.Evaluation
		for i := range verdicts {
			es = append(es, h.evaluation(accountA, ireland, "A", fmt.Sprint("i-", i), "COMPLIANT", start))
		}
		h.ok(h.env.Write(ctx, func(tx *store.Tx) error { return tx.AppendEvaluations(accountA, ireland, es) }))
		a := h.assessment(f.ID)
		b.StartTimer()
		_, err := (&assess.Collector{Service: h.Service}).Collect(ctx, accountA, a.ID, "", "")
		h.ok(err)
		fs, err := h.Folders(ctx, owner, a.ID, "", "", nil, 0)
		h.ok(err)
		if len(fs) != 2 || fs[0].Resources != int64(verdicts) {
			b.Fatalf("folders %+v", fs)
		}
	}
	b.ReportMetric(float64(2*verdicts*b.N)/b.Elapsed().Seconds(), "verdicts-by-control/s")
}

// BenchmarkLargeFramework creates and reads an assessment of a thousand controls.
func BenchmarkLargeFramework(b *testing.B) {
	h := newHouse(b)
	f, _ := catalog.Standard().FrameworkNamed("NIST SP 800-53 r5")
	for b.Loop() {
		a := h.assessment(f.ID)
		if _, _, err := h.GetAssessment(ctx, owner, a.ID); err != nil {
			b.Fatal(err)
		}
		h.ok(h.DeleteAssessment(ctx, owner, a.ID))
	}
}
