package oscal_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/oscal"
	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const owner = "218007301253"

var day0 = time.Date(2026, 1, 10, 9, 0, 0, 0, time.UTC)

func item(control string, day, n int, verdict ledger.Verdict) ledger.Item {
	return ledger.Item{
		Body: ledger.Body{
			Source: "AWS Config", Type: "Compliance check", Service: "config.amazonaws.com", Event: "restricted-ssh", Verdict: verdict, Account: owner, Region: "eu-west-1",
			Reason: "Port 22\nof a group, \"open\" <b>", Rule: &ledger.Rule{ID: "INCOMING_SSH_DISABLED", Version: "2"},
			Subjects: []ledger.Subject{{ID: fmt.Sprintf("sg-%d", n), Type: "AWS::EC2::SecurityGroup", Verdict: verdict}},
		},
		Occurrence: ledger.Occurrence{
			Owner: owner, Assessment: "a", ControlSet: "s", Control: control, Collector: "test", Account: owner, Region: "eu-west-1", ObservedAt: day0.AddDate(0, 0, day),
		},
	}
}

// bundle is a verified report of some items.
func bundle(t *testing.T, items ...ledger.Item) *report.Bundle {
	t.Helper()
	ctx, e := context.Background(), storetest.Open(t)
	st := store.For(e.DB, func(tx *store.Tx) ledger.Tx { return tx })
	s, err := ledger.OpenSigner(t.TempDir(), e.Clock)
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Write(ctx, func(tx ledger.Tx) error {
		_, err := ledger.Record(tx, items)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	cp, err := ledger.NewPublisher(st, s).Checkpoint(ctx, owner)
	if err != nil {
		t.Fatal(err)
	}
	in := report.Input{
		Tool: "tickmark test", Created: day0.AddDate(0, 0, 5), Account: owner, Checkpoint: cp, From: "2026-01-10", To: "2026-01-12",
		Assessment: report.Assessment{ID: "a", Name: "Sample", Framework: report.Framework{ID: "f", Name: "NIST 800-53"}}, Report: report.About{ID: "r", Name: "January"},
		Exceptions: []report.Exception{{ID: "exc-1", Owner: "ciso", Reason: "Bastion hosts.", Expires: day0.AddDate(1, 0, 0)}},
		ControlSets: []report.ControlSet{{ID: "s", Name: "Access", Controls: []report.Control{
			{ID: "c1", Name: "AC-2(1): Account management\tautomated", Mappings: []report.Mapping{{Source: "AWS Config", Keyword: "INCOMING_SSH_DISABLED"}}},
			{ID: "c2", Name: "Our own control", Description: "Ours.", Mappings: []report.Mapping{{Source: "Manual"}}},
		}}},
		Source: report.LedgerSource{
			Store: st, Account: owner, Assessment: "a", Size: cp.Size, Selected: func(string) bool { return true },
			Objects: func(_ context.Context, h ledger.Hash) (report.Raw, error) {
				return report.Raw{}, fault.Missing("raw object", h.String())
			},
		},
	}
	var b bytes.Buffer
	if _, err := report.Write(ctx, &b, in, s); err != nil {
		t.Fatal(err)
	}
	out, err := report.ReadBundle(ctx, bytes.NewReader(b.Bytes()), int64(b.Len()), report.Options{Key: s.Verifier()})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func sample() []ledger.Item {
	excepted := item("c1", 0, 3, ledger.NonCompliant)
	excepted.Occurrence.Exception = "exc-1"
	late := item("c1", 1, 4, ledger.NonCompliant)
	late.Occurrence.Backfilled = true
	text := item("c2", 1, 0, ledger.NoVerdict)
	text.Body = ledger.Body{Source: "Manual", Type: "Manual", Text: "Done.\nAll of it."}
	return []ledger.Item{
		item("c1", 0, 1, ledger.NonCompliant), item("c1", 0, 2, ledger.NonCompliant), excepted, late, item("c1", 1, 5, ledger.InsufficientData), text,
		item("c1", 2, 1, ledger.Compliant),
	}
}

var documents = map[string]func(w io.Writer, b *report.Bundle) error{
	"assessment-results":            func(w io.Writer, b *report.Bundle) error { return oscal.Results(context.Background(), w, b) },
	"plan-of-action-and-milestones": func(w io.Writer, b *report.Bundle) error { return oscal.Plan(context.Background(), w, b) },
	"component-definition":          func(w io.Writer, b *report.Bundle) error { return oscal.Components(w, &b.Manifest) },
}

// TestWritten: each document is JSON of its kind, and the same bundle gives the same bytes. TICKMARK_KEEP_OSCAL is a
// directory to keep them in, where test/oscal validates them.
func TestWritten(t *testing.T) {
	b := bundle(t, sample()...)
	for name, write := range documents {
		var one, two bytes.Buffer
		if err := write(&one, b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := write(&two, b); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%s: a second time gives other bytes, %v", name, err)
		}
		var doc map[string]map[string]any
		if err := json.Unmarshal(one.Bytes(), &doc); err != nil || doc[name] == nil {
			t.Fatalf("%s: %v\n%s", name, err, one.Bytes())
		}
		if dir := os.Getenv("TICKMARK_KEEP_OSCAL"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, name+".json"), one.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestResults: nothing that is left open counts as satisfied.
func TestResults(t *testing.T) {
	for name, c := range map[string]struct {
		items []ledger.Item
		want  string
	}{
		"fails":    {sample(), `"state":"not-satisfied","reason":"fail"`},
		"passes":   {[]ledger.Item{item("c1", 0, 1, ledger.Compliant)}, `"state":"satisfied","reason":"pass"`},
		"excepted": {sample()[2:3], `"state":"not-satisfied","reason":"other"`},
		"nothing":  {nil, `"state":"not-satisfied","reason":"other"`},
	} {
		var out bytes.Buffer
		if err := oscal.Results(context.Background(), &out, bundle(t, c.items...)); err != nil {
			t.Fatal(err)
		}
		_, findings, _ := strings.Cut(out.String(), `"findings"`)
		first, _, _ := strings.Cut(findings, "\n{")
		if name == "nothing" && strings.Contains(out.String(), `"observations"`) || !strings.Contains(findings, c.want) {
			t.Errorf("%s: no %s in %s", name, c.want, first)
		}
	}
}

// TestPlan: what was found compliant later is no item, what is excepted is one with its deadline, and nothing is no plan.
func TestPlan(t *testing.T) {
	var out bytes.Buffer
	if err := oscal.Plan(context.Background(), &out, bundle(t, sample()...)); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Plan struct {
			Items        []struct{ Title string } `json:"poam-items"`
			Observations []struct{ Subjects []struct{ Title string } }
			Risks        []struct {
				Status   string
				Deadline time.Time
			}
		} `json:"plan-of-action-and-milestones"`
	}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	p := doc.Plan
	if len(p.Items) != 2 || len(p.Risks) != 2 || len(p.Observations) != 3 {
		t.Fatalf("%d items, %d risks, %d observations", len(p.Items), len(p.Risks), len(p.Observations))
	}
	if p.Risks[0].Status != "open" || p.Risks[1].Status != "deviation-approved" || !p.Risks[1].Deadline.Equal(day0.AddDate(1, 0, 0)) {
		t.Errorf("risks %+v", p.Risks)
	}
	for _, o := range p.Observations {
		if o.Subjects[0].Title == "sg-1" {
			t.Error("what was found compliant later is part of the plan")
		}
	}
	err := oscal.Plan(context.Background(), io.Discard, bundle(t, item("c1", 0, 1, ledger.Compliant)))
	if fault.KindOf(err) != fault.NotFound {
		t.Errorf("a plan of nothing: %v", err)
	}
}
