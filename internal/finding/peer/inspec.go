package peer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

type inspecReport struct {
	Platform struct {
		Name     string `json:"name"`
		TargetID string `json:"target_id"`
	} `json:"platform"`
	Version  string `json:"version"`
	Profiles []struct {
		Name     string            `json:"name"`
		Version  string            `json:"version"`
		Controls []json.RawMessage `json:"controls"`
	} `json:"profiles"`
}

type inspecControl struct {
	ID           string         `json:"id"`
	Title        string         `json:"title"`
	Desc         string         `json:"desc"`
	Impact       float64        `json:"impact"`
	Tags         map[string]any `json:"tags"`
	Descriptions []struct {
		Label string `json:"label"`
		Data  string `json:"data"`
	} `json:"descriptions"`
	Waiver struct {
		Justification string `json:"justification"`
		SkippedDueTo  bool   `json:"skipped_due_to_waiver"`
	} `json:"waiver_data"`
	Results []struct {
		Status     string `json:"status"`
		CodeDesc   string `json:"code_desc"`
		Message    string `json:"message"`
		Skip       string `json:"skip_message"`
		StartTime  string `json:"start_time"`
		ResourceID string `json:"resource_id"`
		Resource   string `json:"resource_class"`
	} `json:"results"`
}

// FromInSpec turns a report of InSpec into findings, one for each result of each control.
func FromInSpec(text []byte, o Origin, yield func(json.RawMessage) error, reject func(where, why string)) error {
	var report inspecReport
	if err := json.Unmarshal(text, &report); err != nil {
		return fmt.Errorf("it is no report of InSpec: %w", err)
	}
	for _, p := range report.Profiles {
		for i, raw := range p.Controls {
			var c inspecControl
			if err := json.Unmarshal(raw, &c); err != nil || c.ID == "" {
				reject(fmt.Sprintf("profile %s control %d", p.Name, i+1), cmp.Or(errorText(err), "it has no id"))
				continue
			}
			if err := c.findings(p.Name, report, o, yield, reject); err != nil {
				return err
			}
		}
	}
	return nil
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func (c *inspecControl) findings(profile string, report inspecReport, o Origin, yield func(json.RawMessage) error, reject func(where, why string)) error {
	seen := map[string]int{}
	for _, s := range c.Results {
		r := result{
			Vendor: "Chef", Product: "InSpec", Version: report.Version, Generator: profile + "/" + c.ID, Title: cmp.Or(c.Title, c.ID), Text: cmp.Or(s.Message, s.Skip, s.CodeDesc, c.Desc),
			Severity: impact(c.Impact), Why: c.Waiver.Justification, Suppressed: c.Waiver.SkippedDueTo, Requirements: c.requirements(),
			Account: account(report.Platform.TargetID), Fields: map[string]string{"tickmark/CheckId": c.ID, "tickmark/Status": s.Status},
		}
		switch s.Status {
		case "passed":
			r.Status = "PASSED"
		case "failed":
			r.Status = "FAILED"
		default: // skipped, error: nothing was found out
			r.Status = "NOT_AVAILABLE"
		}
		for _, d := range c.Descriptions {
			if d.Label == "fix" {
				r.Remedy = d.Data
			}
		}
		if id := cmp.Or(s.ResourceID, s.CodeDesc); id != "" {
			r.Resources = []resource{{cmp.Or(s.Resource, "Other"), id, ""}}
		}
		seen[s.CodeDesc]++
		r.ID = "inspec/" + r.Generator + "/" + digest(s.CodeDesc, s.ResourceID, fmt.Sprint(seen[s.CodeDesc]))
		if t, err := time.Parse(time.RFC3339Nano, s.StartTime); err == nil {
			r.At = t
		}
		doc, err := r.finding(o)
		if err != nil {
			reject("control "+c.ID, err.Error())
			continue
		}
		if err := yield(doc); err != nil {
			return err
		}
	}
	return nil
}

// account is the account in a target such as aws://us-east-1/111122223333; "" when it has none.
func account(target string) string {
	for part := range strings.FieldsFuncSeq(target, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(part) == 12 {
			return part
		}
	}
	return ""
}

// requirements are the tags that name requirements of standards.
func (c *inspecControl) requirements() (out []string) {
	for _, k := range []string{"nist", "cis", "cci", "gtitle", "stig_id"} {
		switch v := c.Tags[k].(type) {
		case string:
			out = append(out, v)
		case []any:
			for _, e := range v {
				if s, ok := e.(string); ok {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// impact is the severity that InSpec gives a number from 0 to 1.
func impact(v float64) string {
	switch {
	case v >= 0.9:
		return "CRITICAL"
	case v >= 0.7:
		return "HIGH"
	case v >= 0.4:
		return "MEDIUM"
	case v > 0:
		return "LOW"
	}
	return "INFORMATIONAL"
}
