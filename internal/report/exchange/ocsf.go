// Package exchange tells a report's evidence in the languages of other tools: OCSF compliance findings and AWS Security
// Finding Format. Ids follow from the evidence alone, so a second export replaces the first. What was left out of the report is
// not exported; activity without a verdict is told with status Unknown or NOT_AVAILABLE, never as passed. Neither
// language has a place for the proof: it names the log, the leaf and the file in the bundle.
package exchange

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
)

// ocsfVersion is the version of the schema that is spoken.
const ocsfVersion = "1.3.0"

type ocsfFinding struct {
	ActivityID   int              `json:"activity_id"`
	ActivityName string           `json:"activity_name"`
	CategoryUID  int              `json:"category_uid"`
	CategoryName string           `json:"category_name"`
	ClassUID     int              `json:"class_uid"`
	ClassName    string           `json:"class_name"`
	TypeUID      int              `json:"type_uid"`
	TypeName     string           `json:"type_name"`
	Time         int64            `json:"time"`
	SeverityID   int              `json:"severity_id"`
	Severity     string           `json:"severity"`
	StatusID     int              `json:"status_id"`
	Status       string           `json:"status"`
	Message      string           `json:"message,omitempty"`
	Metadata     ocsfMetadata     `json:"metadata"`
	FindingInfo  ocsfInfo         `json:"finding_info"`
	Compliance   ocsfCompliance   `json:"compliance"`
	Resources    []ocsfResource   `json:"resources,omitempty"`
	Cloud        ocsfCloud        `json:"cloud"`
	Remediation  *ocsfRemediation `json:"remediation,omitempty"`
	Unmapped     map[string]any   `json:"unmapped"`
}

type ocsfRemediation struct {
	Desc string `json:"desc"`
}

type ocsfMetadata struct {
	Version  string      `json:"version"`
	UID      string      `json:"uid"`
	Product  ocsfProduct `json:"product"`
	Profiles []string    `json:"profiles"`
	Logged   int64       `json:"logged_time"`
}

type ocsfProduct struct {
	Name    string `json:"name"`
	Vendor  string `json:"vendor_name"`
	Version string `json:"version,omitempty"`
}

type ocsfInfo struct {
	UID     string   `json:"uid"`
	Title   string   `json:"title"`
	Desc    string   `json:"desc,omitempty"`
	Created int64    `json:"created_time"`
	Types   []string `json:"types,omitempty"`
	Sources []string `json:"data_sources,omitempty"`
}

type ocsfCompliance struct {
	Control      string   `json:"control"`
	Standards    []string `json:"standards"`
	Requirements []string `json:"requirements"`
	StatusID     int      `json:"status_id"`
	Status       string   `json:"status"`
	StatusCode   string   `json:"status_code,omitempty"`
	StatusDetail string   `json:"status_detail,omitempty"`
}

type ocsfResource struct {
	UID    string `json:"uid"`
	Type   string `json:"type,omitempty"`
	Region string `json:"region,omitempty"`
}

type ocsfCloud struct {
	Provider string      `json:"provider"`
	Region   string      `json:"region,omitempty"`
	Account  ocsfAccount `json:"account"`
}

type ocsfAccount struct {
	UID string `json:"uid"`
}

// OCSF writes the selected evidence as compliance findings (class 2003), one a line.
func OCSF(ctx context.Context, w io.Writer, b *report.Bundle) error {
	out := bufio.NewWriterSize(w, 1<<16)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for t, err := range b.Items(ctx) {
		if err == nil && t.Selected {
			err = enc.Encode(ocsfOf(&b.Manifest, &t))
		}
		if err != nil {
			return err
		}
	}
	return out.Flush()
}

func millis(t time.Time) int64 { return t.UnixMilli() }

func ocsfOf(m *report.Manifest, t *report.Told) ocsfFinding {
	o, body := t.Occurrence, t.Body
	f := ocsfFinding{
		ActivityID: 1, ActivityName: "Create", CategoryUID: 2, CategoryName: "Findings", ClassUID: 2003, ClassName: "Compliance Finding", TypeUID: 200301,
		TypeName: "Compliance Finding: Create", Time: millis(o.ObservedAt), SeverityID: 0, Severity: "Unknown", StatusID: 1, Status: "New", Message: text(body),
		Metadata:    ocsfMetadata{Version: ocsfVersion, UID: t.ID, Product: ocsfProduct{"Tickmark", "Tickmark", m.Tool}, Profiles: []string{"cloud"}, Logged: millis(o.CollectedAt)},
		FindingInfo: ocsfInfo{UID: t.ID, Title: title(body), Desc: text(body), Created: millis(o.ObservedAt), Types: []string{body.Type}, Sources: []string{body.Source}},
		Compliance: ocsfCompliance{
			Control: t.Control.Name, Standards: []string{cmp.Or(m.Assessment.Framework.Name, m.Assessment.Name)}, Requirements: []string{t.Set.Name},
			StatusCode: string(o.Verdict), StatusDetail: body.Reason, Status: "Unknown",
		},
		Cloud:    ocsfCloud{Provider: "AWS", Region: o.Region, Account: ocsfAccount{cmp.Or(o.Account, m.Account)}},
		Unmapped: proof(m, t),
	}
	switch o.Class() {
	case ledger.ClassCompliant:
		f.Compliance.StatusID, f.Compliance.Status, f.SeverityID, f.Severity = 1, "Pass", 1, "Informational"
	case ledger.ClassNonCompliant:
		f.Compliance.StatusID, f.Compliance.Status = 3, "Fail"
	case ledger.ClassExcepted:
		f.Compliance.StatusID, f.Compliance.Status, f.StatusID, f.Status = 3, "Fail", 3, "Suppressed"
	}
	for _, s := range body.Subjects {
		f.Resources = append(f.Resources, ocsfResource{cmp.Or(s.ARN, s.ID, "-"), s.Type, body.Region})
	}
	return f
}

// proof tells where a piece of evidence is proven.
func proof(m *report.Manifest, t *report.Told) map[string]any {
	p := map[string]any{"log": m.Log.Origin, "leaf_index": t.LeafIndex, "report_id": m.Report.ID, "assessment_id": m.Assessment.ID, "file": t.Path, "day": t.Occurrence.Day}
	if t.Occurrence.Exception != "" {
		p["exception"] = t.Occurrence.Exception
	}
	if t.Occurrence.Backfilled {
		p["backfilled"] = true
	}
	if n := t.Occurrence.Members; n != nil {
		p["resources"] = n.Count
	}
	return p
}

func title(b ledger.Body) string { return cmp.Or(b.Event, b.FileName, b.Source) }

func text(b ledger.Body) string { return cmp.Or(b.Reason, b.Text, b.FileName) }

func cut(s string, n int) string {
	r := []rune(strings.ToValidUTF8(s, "\ufffd"))
	return string(r[:min(len(r), n)])
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
