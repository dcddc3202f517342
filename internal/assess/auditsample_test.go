package assess_test

import (
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/report"
)

// TestSample: a sample is drawn from what was collected, is on record in the log, and is the same when it is drawn again over
// the same records, however much came after.
func TestSample(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{{Type: catalog.Manual}})
	a := h.assessment(f.ID)
	add := func(texts ...string) {
		t.Helper()
		var in []assess.ManualInput
		for _, s := range texts {
			in = append(in, assess.ManualInput{Text: s})
		}
		_, _, err := h.ImportEvidence(ctx, owner, a.ID, a.Sets[0].ID, ids[0], in)
		h.ok(err)
	}
	add("one", "two", "three", "four", "five", "six")
	spec := report.SampleSpec{Size: 3, Seed: "2026"}
	first, d, err := h.Sample(ctx, owner, a.ID, "for the interim audit", spec)
	h.ok(err)
	if first.Population != 6 || len(first.Drawn) != 3 || d.Details["hash"] != first.Hash || d.Details["population"] != "6" {
		t.Fatalf("%+v, %+v", first, d)
	}
	if l := first.Lines(nil); l[0].EvidenceID == "" || len(l[0].Attributes) == 0 || first.Drawn[0].Body.Text == "" {
		t.Errorf("lines %+v", l)
	}
	add("seven", "eight", "nine")
	spec.Before = first.Before
	again, _, err := h.Sample(ctx, owner, a.ID, "", spec)
	if err != nil || again.Hash != first.Hash {
		t.Errorf("drawn again: %s, not %s, %v", again.Hash, first.Hash, err)
	}
	ds, err := h.Decisions(ctx, owner, a.ID)
	if err != nil || len(ds) != 2 || ds[0].Kind != assess.DecisionSample || ds[0].Reason != "for the interim audit" {
		t.Errorf("on record: %+v, %v", ds, err)
	}
	_, _, err = h.Sample(ctx, owner, a.ID, "", report.SampleSpec{Size: 3})
	wantKind(t, err, fault.Invalid)
	_, _, err = h.Sample(ctx, owner, "none", "", spec)
	wantKind(t, err, fault.NotFound)
}
