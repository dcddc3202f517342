package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/tickmark/tickmark/internal/guard"
)

// printGuard writes the reports of all documents and files of rules.
func (p *program) printGuard(reports []*guard.Report, v *guardValidation) error {
	rows := guardRows(reports)
	if v.structured {
		rows = byDocument(rows)
	}
	switch v.format {
	case "json":
		return printJSON(p.out, rows)
	case "yaml":
		text, err := json.Marshal(rows)
		if err != nil {
			return err
		}
		var plain any
		if err := yaml.Unmarshal(text, &plain); err != nil {
			return err
		}
		return yaml.NewEncoder(p.out).Encode(plain)
	case "junit":
		return p.printJUnit(reports)
	case "sarif":
		return printJSON(p.out, sarifOf(reports))
	}
	if err := p.printGuardTable(reports, v); err != nil || !v.asJSON {
		return err
	}
	return printJSON(p.out, rows)
}

func (p *program) printGuardTable(reports []*guard.Report, v *guardValidation) error {
	for _, r := range reports {
		fmt.Fprintln(p.out, plain(fmt.Sprintf("%s %s Status = %s", r.Document, r.File, r.Status)))
	}
	t := newTable(p.out)
	for _, r := range reports {
		for _, rule := range r.Rules {
			if v.show[rule.Status] {
				t.row(r.Document, r.File, rule.Name, rule.Status.String())
			}
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	for _, r := range reports {
		for _, rule := range r.Rules {
			switch {
			case v.verbose:
				fmt.Fprintln(p.out, plain(fmt.Sprintf("Rule = %s, %s:%d, Status = %s", rule.Name, r.File, rule.Line, rule.Status)))
				p.printChecks(r.File, rule.Checks, 1)
			case v.show[guard.Fail]:
				for _, c := range leaves(rule.Checks) {
					fmt.Fprintln(p.out, plain(fmt.Sprintf("%s: %s:%d %s: %s", rule.Name, r.File, c.Line, c.Context, reason(rule, c))))
				}
			}
		}
	}
	return nil
}

// printChecks writes the tree of failing checks.
func (p *program) printChecks(file string, checks []guard.Check, depth int) {
	for _, c := range checks {
		text := strings.TrimSpace(squeezed(c.Message) + " " + c.Error)
		fmt.Fprintln(p.out, strings.Repeat("  ", depth)+plain(strings.TrimSuffix(fmt.Sprintf("%s %s:%d %s: %s", c.Kind, file, c.Line, c.Context, text), ": ")))
		p.printChecks(file, c.Checks, depth+1)
	}
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), " ") }

// byDocument joins the reports of all files of rules on one document.
func byDocument(rows []guardRow) []guardRow {
	var out []guardRow
	at := map[string]int{}
	for _, r := range rows {
		i, ok := at[r.Name]
		if !ok {
			at[r.Name] = len(out)
			r.Metadata, r.Rules = object{}, ""
			out = append(out, r)
			continue
		}
		d := &out[i]
		if r.Status == "FAIL" || d.Status == "SKIP" {
			d.Status = r.Status
		}
		d.NotCompliant, d.NotApplicable, d.Compliant = append(d.NotCompliant, r.NotCompliant...), append(d.NotApplicable, r.NotApplicable...), append(d.Compliant, r.Compliant...)
	}
	return out
}

// leaves are the failing checks below blocks and disjunctions.
func leaves(checks []guard.Check) []guard.Check {
	var out []guard.Check
	for _, c := range checks {
		if len(c.Checks) == 0 {
			out = append(out, c)
			continue
		}
		for _, inner := range leaves(c.Checks) {
			if inner.Message == "" {
				inner.Message = c.Message
			}
			out = append(out, inner)
		}
	}
	return out
}

func reason(r guard.RuleResult, c guard.Check) string {
	message := c.Message
	if message == "" {
		message = r.Message
	}
	return strings.Join(strings.Fields(strings.TrimSpace(message+" "+c.Error)), " ")
}

// guardRow is one document judged by one file; its JSON form is a promise to scripts.
type guardRow struct {
	Name          string         `json:"name"`
	Metadata      object         `json:"metadata,omitzero"`
	Rules         string         `json:"rules,omitempty"`
	Status        string         `json:"status"`
	NotCompliant  []guardRuleRow `json:"not_compliant"`
	NotApplicable []string       `json:"not_applicable"`
	Compliant     []string       `json:"compliant"`
}

type guardRuleRow struct {
	Name    string          `json:"name"`
	Message string          `json:"custom_message,omitempty"`
	Checks  []guardCheckRow `json:"checks"`
}

type guardCheckRow struct {
	Kind      string          `json:"kind"`
	Context   string          `json:"context"`
	Line      int             `json:"line,omitempty"`
	Message   string          `json:"custom_message,omitempty"`
	Error     string          `json:"error_message,omitempty"`
	Operator  string          `json:"operator,omitempty"`
	From      *guardValueRow  `json:"from,omitempty"`
	To        *guardValueRow  `json:"to,omitempty"`
	Remaining string          `json:"remaining_query,omitempty"`
	Checks    []guardCheckRow `json:"checks,omitempty"`
}

type guardValueRow struct {
	Path   string          `json:"path"`
	Line   int             `json:"line,omitempty"`
	Column int             `json:"column,omitempty"`
	Value  json.RawMessage `json:"value"`
}

func guardRows(reports []*guard.Report) []guardRow {
	rows := []guardRow{}
	for _, r := range reports {
		row := guardRow{Name: r.Document, Rules: r.File, Status: r.Status.String(), NotCompliant: []guardRuleRow{}, NotApplicable: []string{}, Compliant: []string{}}
		for _, rule := range r.Rules {
			switch rule.Status {
			case guard.Pass:
				row.Compliant = append(row.Compliant, rule.Name)
			case guard.Skip:
				row.NotApplicable = append(row.NotApplicable, rule.Name)
			default:
				row.NotCompliant = append(row.NotCompliant, guardRuleRow{rule.Name, rule.Message, guardChecks(rule.Checks)})
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func guardChecks(checks []guard.Check) []guardCheckRow {
	rows := []guardCheckRow{}
	for _, c := range checks {
		row := guardCheckRow{Kind: c.Kind, Context: c.Context, Line: c.Line, Message: c.Message, Error: c.Error, Operator: c.Operator, From: guardValue(c.From), To: guardValue(c.To), Remaining: c.Remaining}
		if len(c.Checks) > 0 {
			row.Checks = guardChecks(c.Checks)
		}
		rows = append(rows, row)
	}
	return rows
}

func guardValue(v *guard.Reported) *guardValueRow {
	if v == nil {
		return nil
	}
	return &guardValueRow{v.Path, v.Line, v.Col, json.RawMessage(v.Value)}
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Skipped *struct{}     `xml:"skipped"`
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func (p *program) printJUnit(reports []*guard.Report) error {
	all := junitSuites{}
	for _, r := range reports {
		s := junitSuite{Name: r.Document}
		for _, rule := range r.Rules {
			s.Tests++
			c := junitCase{Name: rule.Name, Class: r.File}
			switch rule.Status {
			case guard.Fail:
				s.Failures++
				var lines []string
				for _, l := range leaves(rule.Checks) {
					lines = append(lines, reason(rule, l))
				}
				c.Failure = &junitFailure{strings.Join(rule.Messages(), "; "), strings.Join(lines, "\n")}
			case guard.Skip:
				s.Skipped++
				c.Skipped = &struct{}{}
			}
			s.Cases = append(s.Cases, c)
		}
		all.Tests, all.Failures = all.Tests+s.Tests, all.Failures+s.Failures
		all.Suites = append(all.Suites, s)
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s%s\n", xml.Header, text)
	return err
}

// object is a JSON object of the SARIF form.
type object map[string]any

func sarifOf(reports []*guard.Report) any {
	results, rules, seen := []object{}, []object{}, map[string]bool{}
	for _, r := range reports {
		for _, rule := range r.Rules {
			for _, c := range leaves(rule.Checks) {
				if !seen[rule.Name] {
					seen[rule.Name] = true
					rules = append(rules, object{"id": rule.Name, "shortDescription": object{"text": rule.Name}})
				}
				region := object{"startLine": 1}
				if c.From != nil && c.From.Line > 0 {
					region = object{"startLine": c.From.Line, "startColumn": max(1, c.From.Col)}
				}
				results = append(results, object{
					"ruleId": rule.Name, "level": "error", "message": object{"text": reason(rule, c)},
					"locations": []object{{"physicalLocation": object{"artifactLocation": object{"uri": filepath.ToSlash(r.Document)}, "region": region}}},
				})
			}
		}
	}
	return object{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
		"runs": []object{{"tool": object{"driver": object{"name": "tickmark guard", "rules": rules}}, "results": results}},
	}
}
