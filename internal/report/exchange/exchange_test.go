package exchange

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
)

func told(v ledger.Verdict, exception string) *report.Told {
	return &report.Told{
		Set: &report.ManifestSet{Name: "Access"}, Control: &report.ManifestControl{Control: report.Control{ID: "c", Name: "AC-2"}}, ID: "e", Path: "c/x.json", LeafIndex: 7,
		Selected: true, Occurrence: ledger.Occurrence{Verdict: v, Exception: exception, ObservedAt: time.Unix(100, 0), CollectedAt: time.Unix(200, 0), Day: "1970-01-01"},
		Body: ledger.Body{
			Source: "AWS Config", Type: "Compliance check", Event: strings.Repeat("x", 300), Rule: &ledger.Rule{ID: "R"}, Region: "cn-north-1",
			Subjects: []ledger.Subject{{ID: "sg-1", Type: "AWS::EC2::SecurityGroup"}},
		},
	}
}

// TestStatus: what is excepted never passes, and what nothing has judged has no status.
func TestStatus(t *testing.T) {
	m := &report.Manifest{Account: "111122223333", Assessment: report.Assessment{Region: "cn-north-1", Framework: report.Framework{Name: "NIST"}}}
	for _, c := range []struct {
		verdict             ledger.Verdict
		exception           string
		ocsf                int
		asff, work, respect string
	}{
		{ledger.Compliant, "", 1, "PASSED", "NEW", "INFORMATIONAL"},
		{ledger.NonCompliant, "", 3, "FAILED", "NEW", "MEDIUM"},
		{ledger.NonCompliant, "exc", 3, "FAILED", "SUPPRESSED", "MEDIUM"},
		{ledger.InsufficientData, "", 0, "NOT_AVAILABLE", "NEW", "INFORMATIONAL"},
		{ledger.NoVerdict, "", 0, "NOT_AVAILABLE", "NEW", "INFORMATIONAL"},
	} {
		o, a := ocsfOf(m, told(c.verdict, c.exception)), asffOf(m, told(c.verdict, c.exception))
		if o.Compliance.StatusID != c.ocsf || a.Compliance.Status != c.asff || a.Workflow.Status != c.work || a.Severity.Label != c.respect {
			t.Errorf("%+v: ocsf %d, asff %s %s %s", c, o.Compliance.StatusID, a.Compliance.Status, a.Workflow.Status, a.Severity.Label)
		}
		if o.TypeUID != o.ClassUID*100+o.ActivityID || o.Time != 100_000 {
			t.Errorf("ocsf %+v", o)
		}
		if len(a.Title) != 256 || a.Resources[0] != (asffResource{"AwsEc2SecurityGroup", "sg-1", "aws-cn", "cn-north-1"}) {
			t.Errorf("asff %d, %+v", len(a.Title), a.Resources)
		}
		if b, err := json.Marshal(o); err != nil || strings.Contains(string(b), `"resources":null`) {
			t.Errorf("%s, %v", b, err)
		}
	}
}
