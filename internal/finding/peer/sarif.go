package peer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

type sarifText struct {
	Text string `json:"text"`
}

// anyText is a text or a number.
type anyText string

func (t *anyText) UnmarshalJSON(b []byte) error {
	*t = anyText(strings.Trim(string(b), `"`))
	return nil
}

type sarifRule struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Short   sarifText `json:"shortDescription"`
	Full    sarifText `json:"fullDescription"`
	Help    sarifText `json:"help"`
	HelpURI string    `json:"helpUri"`
	Default struct {
		Level string `json:"level"`
	} `json:"defaultConfiguration"`
	Properties struct {
		Severity anyText `json:"security-severity"`
	} `json:"properties"`
}

type sarifResult struct {
	RuleID  string    `json:"ruleId"`
	Index   *int      `json:"ruleIndex"`
	Kind    string    `json:"kind"`
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
	Rule    struct {
		ID    string `json:"id"`
		Index *int   `json:"index"`
	} `json:"rule"`
	Fingerprints map[string]string `json:"fingerprints"`
	Partial      map[string]string `json:"partialFingerprints"`
	GUID         string            `json:"guid"`
	Suppressions []struct {
		Status        string `json:"status"`
		Justification string `json:"justification"`
	} `json:"suppressions"`
	Locations []struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region struct {
				Start int `json:"startLine"`
			} `json:"region"`
		} `json:"physicalLocation"`
		Logical []struct {
			Full string `json:"fullyQualifiedName"`
			Name string `json:"name"`
			Kind string `json:"kind"`
		} `json:"logicalLocations"`
	} `json:"locations"`
	Properties struct {
		Account string `json:"account"`
		Region  string `json:"region"`
		Type    string `json:"resourceType"`
	} `json:"properties"`
}

type sarifLog struct {
	Version string `json:"version"`
	Runs    []struct {
		Tool struct {
			Driver struct {
				Name         string      `json:"name"`
				Organization string      `json:"organization"`
				Version      string      `json:"version"`
				Semantic     string      `json:"semanticVersion"`
				Rules        []sarifRule `json:"rules"`
			} `json:"driver"`
		} `json:"tool"`
		Invocations []struct {
			Start string `json:"startTimeUtc"`
			End   string `json:"endTimeUtc"`
		} `json:"invocations"`
		Results []json.RawMessage `json:"results"`
	} `json:"runs"`
}

// FromSARIF turns the results of a log into findings. What cannot become one is told to reject by its place in the log.
func FromSARIF(text []byte, o Origin, yield func(json.RawMessage) error, reject func(where, why string)) error {
	var log sarifLog
	if err := json.Unmarshal(text, &log); err != nil {
		return fmt.Errorf("it is no SARIF: %w", err)
	}
	if !strings.HasPrefix(log.Version, "2.") {
		return fmt.Errorf("its version of SARIF is %q; 2.1.0 is read", clip(log.Version, 20))
	}
	for i, run := range log.Runs {
		d := run.Tool.Driver
		base := result{Vendor: cmp.Or(d.Organization, d.Name), Product: d.Name, Version: cmp.Or(d.Version, d.Semantic)}
		for _, v := range run.Invocations {
			if t, err := time.Parse(time.RFC3339Nano, cmp.Or(v.End, v.Start)); err == nil {
				base.At = t
			}
		}
		for n, raw := range run.Results {
			where := "run " + strconv.Itoa(i+1) + " result " + strconv.Itoa(n+1)
			doc, err := sarifFinding(raw, base, d.Rules, o)
			if err != nil {
				reject(where, err.Error())
				continue
			}
			if doc == nil {
				continue
			}
			if err := yield(doc); err != nil {
				return err
			}
		}
	}
	return nil
}

// sarifFinding is the finding of one result; nil for one that says that a rule does not apply.
func sarifFinding(raw json.RawMessage, r result, rules []sarifRule, o Origin) (json.RawMessage, error) {
	var s sarifResult
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, fmt.Errorf("it is no result of SARIF: %w", err)
	}
	rule := s.rule(rules)
	r.Generator = cmp.Or(s.RuleID, s.Rule.ID, rule.ID)
	if r.Generator == "" {
		return nil, fmt.Errorf("it names no rule")
	}
	switch s.Kind {
	case "notApplicable":
		return nil, nil
	case "", "fail":
		r.Status = "FAILED"
	case "pass":
		r.Status = "PASSED"
	default: // open, review, informational: nobody has decided
		r.Status = "NOT_AVAILABLE"
	}
	r.Title, r.Text = cmp.Or(rule.Short.Text, rule.Name, r.Generator), cmp.Or(s.Message.Text, rule.Full.Text)
	r.Severity = s.severity(rule)
	r.Remedy, r.URL = rule.Help.Text, rule.HelpURI
	for _, x := range s.Suppressions {
		if x.Status == "" || x.Status == "accepted" {
			r.Suppressed, r.Why = true, x.Justification
		}
	}
	r.Account, r.Region = s.Properties.Account, s.Properties.Region
	r.Resources = s.resources()
	r.ID = s.id(r)
	return r.finding(o)
}

func (s *sarifResult) rule(rules []sarifRule) sarifRule {
	for _, at := range []*int{s.Index, s.Rule.Index} {
		if at != nil && *at >= 0 && *at < len(rules) {
			return rules[*at]
		}
	}
	id := cmp.Or(s.RuleID, s.Rule.ID)
	for _, r := range rules {
		if r.ID == id {
			return r
		}
	}
	return sarifRule{}
}

// severity is by the score that code scanning sorts by, else by the level.
func (s *sarifResult) severity(r sarifRule) string {
	if v, err := strconv.ParseFloat(string(r.Properties.Severity), 64); err == nil {
		switch {
		case v >= 9:
			return "CRITICAL"
		case v >= 7:
			return "HIGH"
		case v >= 4:
			return "MEDIUM"
		}
		return "LOW"
	}
	switch cmp.Or(s.Level, r.Default.Level) {
	case "error":
		return "HIGH"
	case "note":
		return "LOW"
	case "none":
		return "INFORMATIONAL"
	}
	return "MEDIUM"
}

func (s *sarifResult) resources() (out []resource) {
	for _, l := range s.Locations {
		found := false
		for _, q := range l.Logical {
			if name := cmp.Or(q.Full, q.Name); name != "" {
				out = append(out, resource{cmp.Or(s.Properties.Type, "Other"), name, s.Properties.Region})
				found = true
			}
		}
		if uri := l.Physical.Artifact.URI; uri != "" && !found {
			if l.Physical.Region.Start > 0 {
				uri += "#L" + strconv.Itoa(l.Physical.Region.Start)
			}
			out = append(out, resource{"Other", uri, ""})
		}
	}
	return out
}

// id is the result's own identity, else one made of what it says and where.
func (s *sarifResult) id(r result) string {
	parts := []string{r.Product, r.Generator}
	for _, m := range []map[string]string{s.Fingerprints, s.Partial} {
		for _, k := range sortedKeys(m) {
			parts = append(parts, k, m[k])
		}
		if len(m) > 0 {
			return slug(r.Product) + "/" + r.Generator + "/" + digest(parts...)
		}
	}
	if s.GUID != "" {
		return slug(r.Product) + "/" + s.GUID
	}
	for _, q := range r.Resources {
		parts = append(parts, q.ID)
	}
	return slug(r.Product) + "/" + r.Generator + "/" + digest(append(parts, s.Message.Text)...)
}
