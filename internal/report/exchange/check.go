package exchange

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
	"iter"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
)

// Status is the outcome of a Check.
type Status string

// The outcomes. Unknown is what could not be told or does not apply; it is never told as passed.
const (
	Passed   Status = "passed"
	Failed   Status = "failed"
	Excepted Status = "excepted"
	Unknown  Status = "unknown"
)

// Check is the outcome of one rule for one resource, outside a report.
type Check struct {
	// ID names the finding: the same rule and resource have the same one in every run.
	ID     string
	Rule   string
	Title  string
	Text   string
	Remedy string
	// Severity is LOW, MEDIUM, HIGH, CRITICAL or "".
	Severity string
	Status   Status
	// Code is the verdict in our words, and Exception why a failure does not count.
	Code, Exception string
	Account, Region string
	// Type and Resource are those of the configuration item; Resource is its ARN when it has one.
	Type, Resource string
	// Standards are what was checked against, Requirements the controls of it.
	Standards, Requirements []string
	At                      time.Time
	// Tool is the version that checked.
	Tool string
}

var ocsfSeverities = map[string]int{"LOW": 2, "MEDIUM": 3, "HIGH": 4, "CRITICAL": 5}

var ocsfSeverityNames = map[int]string{0: "Unknown", 1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical"}

// ChecksOCSF writes checks as compliance findings (class 2003), one a line.
func ChecksOCSF(w io.Writer, checks iter.Seq2[Check, error]) error {
	out := bufio.NewWriterSize(w, 1<<16)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for c, err := range checks {
		if err == nil {
			err = enc.Encode(c.ocsf())
		}
		if err != nil {
			return err
		}
	}
	return out.Flush()
}

func (c *Check) ocsf() ocsfFinding {
	at := millis(c.At)
	f := ocsfFinding{
		ActivityID: 1, ActivityName: "Create", CategoryUID: 2, CategoryName: "Findings", ClassUID: 2003, ClassName: "Compliance Finding", TypeUID: 200301,
		TypeName: "Compliance Finding: Create", Time: at, SeverityID: ocsfSeverities[c.Severity], StatusID: 1, Status: "New", Message: c.Text,
		Metadata:    ocsfMetadata{Version: ocsfVersion, UID: c.ID, Product: ocsfProduct{"Tickmark", "Tickmark", c.Tool}, Profiles: []string{"cloud"}, Logged: at},
		FindingInfo: ocsfInfo{UID: c.ID, Title: c.Title, Desc: c.Text, Created: at, Types: []string{"Configuration"}},
		Compliance:  ocsfCompliance{Control: c.Rule, Standards: list(c.Standards), Requirements: list(c.Requirements), StatusCode: c.Code, StatusDetail: c.Text, Status: "Unknown"},
		Cloud:       ocsfCloud{Provider: "AWS", Region: c.Region, Account: ocsfAccount{c.Account}},
		Resources:   []ocsfResource{{cmp.Or(c.Resource, "-"), c.Type, c.Region}},
		Unmapped:    map[string]any{},
	}
	if c.Remedy != "" {
		f.Remediation = &ocsfRemediation{c.Remedy}
	}
	switch c.Status {
	case Passed:
		f.Compliance.StatusID, f.Compliance.Status, f.SeverityID = 1, "Pass", 1
	case Failed:
		f.Compliance.StatusID, f.Compliance.Status = 3, "Fail"
	case Excepted:
		f.Compliance.StatusID, f.Compliance.Status, f.StatusID, f.Status = 3, "Fail", 3, "Suppressed"
		f.Unmapped["exception"] = c.Exception
	default:
		f.SeverityID = 1
	}
	f.Severity = ocsfSeverityNames[f.SeverityID]
	return f
}

func list(l []string) []string {
	if l == nil {
		return []string{}
	}
	return l
}

// ChecksASFF writes checks in the AWS Security Finding Format, as one object with the list Findings.
func ChecksASFF(w io.Writer, checks iter.Seq2[Check, error]) error {
	out := bufio.NewWriterSize(w, 1<<16)
	_, _ = out.WriteString(`{"Findings": [`)
	sep := "\n"
	for c, err := range checks {
		if err != nil {
			return err
		}
		line, err := json.Marshal(c.asff())
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

func (c *Check) asff() asffFinding {
	region := c.Region
	if region == arn.Global {
		region = "us-east-1"
	}
	at := c.At.UTC().Format(time.RFC3339Nano)
	f := asffFinding{
		SchemaVersion: "2018-10-08", ID: cut(c.ID, 512), ProductArn: arn.New("securityhub", region, c.Account, "product/"+c.Account+"/default"),
		ProductName: "Tickmark", CompanyName: "Tickmark", Region: region, GeneratorID: cut("tickmark/"+c.Rule, 512), AwsAccountID: c.Account,
		Types: []string{"Software and Configuration Checks/Industry and Regulatory Standards"}, CreatedAt: at, UpdatedAt: at,
		Severity: asffSeverity{cmp.Or(c.Severity, "MEDIUM")}, Title: cut(cmp.Or(c.Title, c.Rule), 256), Description: cut(cmp.Or(c.Text, c.Title, c.Rule), 1024),
		RecordState: "ACTIVE", Workflow: asffWorkflow{"NEW"}, Compliance: asffCompliance{Status: "NOT_AVAILABLE"},
		ProductFields: map[string]string{"tickmark/rule": c.Rule, "tickmark/verdict": c.Code, "tickmark/tool": c.Tool},
		Resources:     []asffResource{{asffType(c.Type), cut(cmp.Or(c.Resource, "-"), 512), arn.Partition(region), c.Region}},
	}
	if c.Remedy != "" {
		f.Remediation = &asffRemediation{asffRecommendation{cut(c.Remedy, 512)}}
	}
	for _, r := range c.Requirements[:min(len(c.Requirements), maxResources)] {
		f.Compliance.RelatedRequirements = append(f.Compliance.RelatedRequirements, cut(r, 64))
	}
	switch c.Status {
	case Passed:
		f.Compliance.Status, f.Severity.Label = "PASSED", "INFORMATIONAL"
	case Failed:
		f.Compliance.Status = "FAILED"
	case Excepted:
		f.Compliance.Status, f.Workflow.Status = "FAILED", "SUPPRESSED"
		f.ProductFields["tickmark/exception"] = cut(c.Exception, 1024)
	default:
		f.Severity.Label = "INFORMATIONAL"
	}
	if c.Region == arn.Global {
		f.Resources[0].Region = ""
	}
	if c.Type == "AWS::::Account" {
		f.Resources[0] = asffResource{"AwsAccount", "AWS::::Account:" + c.Account, arn.Partition(region), ""}
	}
	return f
}
