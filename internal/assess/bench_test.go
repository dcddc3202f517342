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
	const verdicts = 5000
	for b.Loop() {
		b.StopTimer()
		h := newHouse(b)
		f, _ := h.framework([]catalog.Source{source(catalog.Config, "A")}, []catalog.Source{source(catalog.Config, "A")})
		var es []compliance.Evaluation
		for i := range verdicts {
			es = append(es, h.evaluation(accountA, ireland, "A", fmt.Sprint("i-", i), "COMPLIANT", start))
		}
		h.ok(h.env.Write(ctx, func(tx *store.Tx) error { return tx.AppendEvaluations(accountA, ireland, es) }))
		a := h.assessment(f.ID)
		b.StartTimer()
		r, err := (&assess.Collector{Service: h.Service}).Collect(ctx, accountA, a.ID, "", "")
		h.ok(err)
		if r.Evidence != 2*verdicts {
			b.Fatalf("%d pieces", r.Evidence)
		}
	}
	b.ReportMetric(float64(2*verdicts*b.N)/b.Elapsed().Seconds(), "pieces/s")
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
