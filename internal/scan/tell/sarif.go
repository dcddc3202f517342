package tell

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/scan"
)

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifRule struct {
	ID            string         `json:"id"`
	Name          string         `json:"name"`
	Short         sarifText      `json:"shortDescription"`
	Full          sarifText      `json:"fullDescription"`
	Help          sarifText      `json:"help"`
	Configuration sarifLevel     `json:"defaultConfiguration"`
	Properties    map[string]any `json:"properties"`
}

type sarifLevel struct {
	Level string `json:"level"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Kind         string             `json:"kind"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	Baseline     string             `json:"baselineState,omitempty"`
	Properties   map[string]any     `json:"properties"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations"`
}

type sarifPhysical struct {
	Artifact struct {
		URI string `json:"uri"`
	} `json:"artifactLocation"`
	Region struct {
		StartLine int `json:"startLine"`
	} `json:"region"`
}

type sarifLogical struct {
	Name string `json:"name"`
	Full string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Status        string `json:"status"`
	Justification string `json:"justification"`
}

type sarifNotification struct {
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
}

var sarifLevels = map[string]string{"CRITICAL": "error", "HIGH": "error", "MEDIUM": "warning", "LOW": "note"}

// scores are what code scanning sorts alerts by.
var scores = map[string]string{"CRITICAL": "9.5", "HIGH": "8.0", "MEDIUM": "5.5", "LOW": "3.0"}

// writeSARIF writes SARIF 2.1.0. Results are what fails and, as suppressed, what is excepted: readers take every result for a
// problem, whatever its kind. What could not be judged or collected stands in the notifications of the invocation. The
// resource is the logical location; the physical one, which code scanning wants, is a path made of account, region and id.
func writeSARIF(w io.Writer, r *scan.Report) error {
	index := map[string]int{}
	rules := []sarifRule{}
	for _, q := range rulesOf(r) {
		index[q.Identifier] = len(rules)
		rules = append(rules, sarifRuleOf(q))
	}
	driver, err := plain(map[string]any{"name": "Tickmark", "version": r.Tool, "informationUri": "https://github.com/tickmark/tickmark", "rules": rules})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, `{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{"tool": {"driver": `+string(driver)+"},\n\"results\": ["); err != nil {
		return err
	}
	l := lines{w: w}
	missing := map[string]int{}
	for e, err := range r.Evaluations() {
		switch {
		case err != nil:
			return err
		case e.Compliance == rule.InsufficientData.String():
			missing[e.Rule]++
		case e.Compliance == rule.NonCompliant.String():
			if err := l.add(sarifResultOf(r, &e, index[e.Rule])); err != nil {
				return err
			}
		}
	}
	text, err := plain([]map[string]any{{
		"executionSuccessful": r.Incomplete == "", "startTimeUtc": r.Started.UTC().Format(time.RFC3339), "endTimeUtc": r.Finished.UTC().Format(time.RFC3339),
		"toolExecutionNotifications": notifications(r, missing),
	}})
	if err == nil {
		_, err = io.WriteString(w, "\n],\n\"invocations\": "+string(text)+"}]}\n")
	}
	return err
}

func sarifRuleOf(q scan.Rule) sarifRule {
	title := cmp.Or(q.Title, q.Identifier)
	help := cmp.Or(q.Remediation, q.Rationale, title)
	tags := []string{"security", "compliance", "aws"}
	out := sarifRule{
		ID: q.Identifier, Name: pascal(q.Identifier), Short: sarifText{Text: title}, Full: sarifText{Text: cmp.Or(q.Rationale, title)},
		Help:          sarifText{Text: help, Markdown: "**" + markdown(title) + "**\n\n" + markdown(cmp.Or(q.Rationale, title)) + "\n\n" + markdown(q.Remediation)},
		Configuration: sarifLevel{cmp.Or(sarifLevels[q.Severity], "warning")}, Properties: map[string]any{"tags": append(tags, q.Controls...)},
	}
	if s := scores[q.Severity]; s != "" {
		out.Properties["security-severity"] = s
	}
	return out
}

// pascal is an identifier as SARIF wants names: ENCRYPTED_VOLUMES is EncryptedVolumes.
func pascal(id string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(id, func(r rune) bool { return r == '_' || r == '-' || r == '.' || r == ' ' }) {
		b.WriteString(strings.ToUpper(word[:1]) + strings.ToLower(word[1:]))
	}
	return b.String()
}

var marks = strings.NewReplacer("*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "<", "&lt;")

func markdown(s string) string { return marks.Replace(s) }

func sarifResultOf(r *scan.Report, e *scan.Evaluation, index int) sarifResult {
	out := sarifResult{
		RuleID: e.Rule, RuleIndex: index, Kind: "fail", Level: cmp.Or(sarifLevels[e.Severity], "warning"), Message: sarifText{Text: cmp.Or(e.Annotation, e.Rule)},
		Fingerprints: map[string]string{"tickmark/v1": idOf(e)}, Properties: map[string]any{"account": e.Account, "region": e.Region, "resourceType": e.Type, "resourceId": e.ID},
	}
	l := sarifLocation{Logical: []sarifLogical{{cmp.Or(e.Resource, e.ID), subjectOf(e), "resource"}}}
	l.Physical.Artifact.URI = strings.Join([]string{"aws", url.PathEscape(e.Account), url.PathEscape(e.Region), url.PathEscape(e.Type), url.PathEscape(e.ID)}, "/")
	l.Physical.Region.StartLine = 1
	out.Locations = []sarifLocation{l}
	if e.Exception != nil {
		out.Suppressions = []sarifSuppression{{"external", "accepted", exceptionText(e.Exception)}}
	}
	if len(e.Controls) > 0 {
		out.Properties["controls"] = e.Controls
	}
	if r.Baseline {
		out.Baseline = "unchanged"
		if e.New {
			out.Baseline = "new"
		}
	}
	return out
}

// notifications are what the run could not tell.
func notifications(r *scan.Report, missing map[string]int) []sarifNotification {
	out := []sarifNotification{}
	if r.Incomplete != "" {
		out = append(out, sarifNotification{"error", sarifText{Text: r.Incomplete}})
	}
	for _, g := range r.Gaps {
		out = append(out, sarifNotification{"warning", sarifText{Text: gapText(g)}})
	}
	for _, id := range slices.Sorted(maps.Keys(missing)) {
		out = append(out, sarifNotification{"warning", sarifText{Text: fmt.Sprintf("%s: %d evaluations lack data and were not judged.", id, missing[id])}})
	}
	for _, l := range r.LeftOut {
		out = append(out, sarifNotification{"note", sarifText{Text: l.Rule + " was left out: " + l.Why}})
	}
	return out
}
