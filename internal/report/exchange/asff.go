package exchange

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
)

type asffFinding struct {
	SchemaVersion string            `json:"SchemaVersion"`
	ID            string            `json:"Id"`
	ProductArn    string            `json:"ProductArn"`
	ProductName   string            `json:"ProductName"`
	CompanyName   string            `json:"CompanyName"`
	Region        string            `json:"Region"`
	GeneratorID   string            `json:"GeneratorId"`
	AwsAccountID  string            `json:"AwsAccountId"`
	Types         []string          `json:"Types"`
	CreatedAt     string            `json:"CreatedAt"`
	UpdatedAt     string            `json:"UpdatedAt"`
	Severity      asffSeverity      `json:"Severity"`
	Title         string            `json:"Title"`
	Description   string            `json:"Description"`
	ProductFields map[string]string `json:"ProductFields"`
	Resources     []asffResource    `json:"Resources"`
	Compliance    asffCompliance    `json:"Compliance"`
	RecordState   string            `json:"RecordState"`
	Workflow      asffWorkflow      `json:"Workflow"`
	Remediation   *asffRemediation  `json:"Remediation,omitempty"`
}

type asffRemediation struct {
	Recommendation asffRecommendation `json:"Recommendation"`
}

type asffRecommendation struct {
	Text string `json:"Text"`
}

type asffSeverity struct {
	Label string `json:"Label"`
}

type asffResource struct {
	Type      string `json:"Type"`
	ID        string `json:"Id"`
	Partition string `json:"Partition"`
	Region    string `json:"Region,omitempty"`
}

type asffCompliance struct {
	Status              string   `json:"Status"`
	RelatedRequirements []string `json:"RelatedRequirements,omitempty"`
}

type asffWorkflow struct {
	Status string `json:"Status"`
}

// maxResources is how many resources a finding may have.
const maxResources = 32

// ASFF writes the selected evidence in the AWS Security Finding Format, as one object with the list Findings.
func ASFF(ctx context.Context, w io.Writer, b *report.Bundle) error {
	out := bufio.NewWriterSize(w, 1<<16)
	_, _ = out.WriteString(`{"Findings": [`)
	sep := "\n"
	for t, err := range b.Items(ctx) {
		if err != nil {
			return err
		}
		if !t.Selected {
			continue
		}
		line, err := json.Marshal(asffOf(&b.Manifest, &t))
		if err != nil {
			return err
		}
		_, _ = out.WriteString(sep)
		if _, err := out.Write(line); err != nil {
			return err
		}
		sep = ",\n"
	}
	_, _ = out.WriteString("\n]}\n")
	return out.Flush()
}

func asffOf(m *report.Manifest, t *report.Told) asffFinding {
	o, body := t.Occurrence, t.Body
	account, region := cmp.Or(o.Account, m.Account), cmp.Or(o.Region, m.Assessment.Region, "us-east-1")
	generator := body.Source
	if body.Rule != nil {
		generator = body.Rule.ID
	}
	f := asffFinding{
		SchemaVersion: "2018-10-08", ID: "tickmark/" + m.Account + "/evidence/" + t.ID, ProductArn: arn.New("securityhub", region, account, "product/"+account+"/default"),
		ProductName: "Tickmark", CompanyName: "Tickmark", Region: region, GeneratorID: cut(generator, 512), AwsAccountID: account,
		Types:     []string{"Software and Configuration Checks/Industry and Regulatory Standards"},
		CreatedAt: o.ObservedAt.UTC().Format(time.RFC3339Nano), UpdatedAt: o.CollectedAt.UTC().Format(time.RFC3339Nano), Severity: asffSeverity{"MEDIUM"},
		Title: cut(title(body), 256), Description: cut(cmp.Or(text(body), title(body)), 1024), RecordState: "ACTIVE", Workflow: asffWorkflow{"NEW"},
		Compliance: asffCompliance{Status: "NOT_AVAILABLE", RelatedRequirements: []string{cut(m.Assessment.Framework.Name+" "+t.Control.Name, 64)}},
		ProductFields: map[string]string{
			"tickmark/assessment": m.Assessment.ID, "tickmark/control": t.Control.ID, "tickmark/report": m.Report.ID, "tickmark/log": m.Log.Origin,
			"tickmark/leaf": number(t.LeafIndex), "tickmark/file": t.Path, "tickmark/day": o.Day,
		},
	}
	switch o.Class() {
	case ledger.ClassCompliant:
		f.Compliance.Status, f.Severity.Label = "PASSED", "INFORMATIONAL"
	case ledger.ClassNonCompliant:
		f.Compliance.Status = "FAILED"
	case ledger.ClassExcepted:
		f.Compliance.Status, f.Workflow.Status = "FAILED", "SUPPRESSED"
		f.ProductFields["tickmark/exception"] = o.Exception
	default:
		f.Severity.Label = "INFORMATIONAL"
	}
	if n := o.Members; n != nil {
		f.ProductFields["tickmark/resources"] = number(n.Count)
	}
	partition := arn.Partition(region)
	for _, s := range body.Subjects[:min(len(body.Subjects), maxResources)] {
		f.Resources = append(f.Resources, asffResource{asffType(s.Type), cmp.Or(s.ARN, s.ID, "-"), partition, body.Region})
	}
	if len(f.Resources) == 0 {
		f.Resources = []asffResource{{"AwsAccount", "AWS::::Account:" + account, partition, region}}
	}
	return f
}

// asffType spells a resource type as findings do: AWS::EC2::SecurityGroup is AwsEc2SecurityGroup.
func asffType(t string) string {
	vendor, rest, ok := strings.Cut(t, "::")
	service, name, ok2 := strings.Cut(rest, "::")
	if !ok || !ok2 || vendor != "AWS" || service == "" {
		return cmp.Or(t, "Other")
	}
	return "Aws" + service[:1] + strings.ToLower(service[1:]) + strings.ReplaceAll(name, "::", "")
}
