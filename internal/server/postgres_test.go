package server

import (
	"context"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/sample"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store/pgtest"
)

// outcome is what a run of the main job ends with, whatever the engine under it.
type outcome struct {
	verdicts compliance.Counts
	evidence report.Counts
	left     report.Counts
}

// mainJob does the demonstration on a store and verifies its report; deselect takes evidence of a class out first.
func mainJob(t *testing.T, url string, deselect ledger.Class) outcome {
	t.Helper()
	ctx := t.Context()
	s, err := Open(ctx, Config{Data: t.TempDir(), Account: "218007301253", Store: url})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	e := sample.Demo(stamp.System.Now().Truncate(24 * time.Hour))
	_, err = s.LoadEstate(ctx, e, func(int64) {})
	must(err)
	_, err = s.LoadTrail(ctx, e, func(int64) {})
	must(err)
	_, err = s.LoadFindings(ctx, e)
	must(err)
	_, err = s.DeployPacks(ctx, e, func(int64) {})
	must(err)
	must(s.Evaluate(ctx, func(compliance.Progress) {}))
	a, err := s.StartAudit(ctx, e)
	must(err)
	_, err = a.Collect(ctx, func(assess.Progress) {})
	must(err)
	path, err := a.Report(ctx)
	must(err)
	if deselect != "" {
		path = reportWithout(t, a, deselect)
	}
	r, err := report.Verify(context.Background(), path, report.Options{Key: s.signer.Verifier()})
	must(err)
	if r.Status != report.Intact {
		t.Fatalf("the report does not verify: %s: %s", r.Entry, r.Problem)
	}
	verdicts, err := s.Verdicts(ctx)
	must(err)
	return outcome{verdicts, r.Manifest.Totals.Population, r.Manifest.Totals.LeftOut}
}

// reportWithout writes a report from which the evidence of a class was taken out.
func reportWithout(t *testing.T, a *Audit, class ledger.Class) string {
	t.Helper()
	if _, err := a.s.audit.SelectAll(t.Context(), a.caller, a.Assessment.ID, class, false); err != nil {
		t.Fatal(err)
	}
	r, err := a.s.audit.CreateReport(t.Context(), a.caller, a.Assessment.ID, "without", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.s.reporter.Pending(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r, err = a.s.audit.GetReport(t.Context(), a.caller, a.Assessment.ID, r.ID); err != nil || r.Status != assess.ReportComplete {
		t.Fatalf("report %+v: %v", r, err)
	}
	path, err := a.s.keepReport(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPostgres: the whole main job gives the same on both engines.
func TestPostgres(t *testing.T) {
	url := pgtest.URL(t)
	if lite, pg := mainJob(t, "", ""), mainJob(t, url, ""); lite != pg {
		t.Errorf("SQLite gives %+v, PostgreSQL %+v", lite, pg)
	}
}

// TestLeavingOutIsVisible: whoever takes every failing item out of the report leaves exactly their number behind.
func TestLeavingOutIsVisible(t *testing.T) {
	o := mainJob(t, "", ledger.ClassNonCompliant)
	if o.left.NonCompliant == 0 || o.left.NonCompliant != o.evidence.NonCompliant || o.left.Total != o.left.NonCompliant {
		t.Errorf("left out %+v of %+v", o.left, o.evidence)
	}
}
