package tell

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"iter"

	"github.com/tickmark/tickmark/internal/oscal"
	"github.com/tickmark/tickmark/internal/report/exchange"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/scan"
)

// idOf names the finding of a rule about a subject.
func idOf(e *scan.Evaluation) string {
	sum := sha256.Sum256([]byte(e.Type + "\x00" + e.ID + "\x00" + e.Name))
	return "tickmark/scan/" + e.Account + "/" + e.Region + "/" + e.Rule + "/" + hex.EncodeToString(sum[:12])
}

// subjectOf names the resource as other tools do: by its ARN where that is known.
func subjectOf(e *scan.Evaluation) string {
	if e.Type == rule.AccountType {
		return "AWS::::Account:" + e.Account
	}
	return cmp.Or(e.ARN, e.ID)
}

func exceptionText(x *scan.Excepted) string {
	if x == nil {
		return ""
	}
	text := x.Reason + " (" + x.Owner
	if x.Expires != "" {
		text += ", until " + x.Expires
	}
	return text + ")"
}

// checks are the evaluations as findings, and the gaps as findings of unknown outcome.
func checks(r *scan.Report) iter.Seq2[exchange.Check, error] {
	return func(yield func(exchange.Check, error) bool) {
		for e, err := range r.Evaluations() {
			if err != nil {
				yield(exchange.Check{}, err)
				return
			}
			about := r.Rules[e.Rule]
			c := exchange.Check{
				ID: idOf(&e), Rule: e.Rule, Title: cmp.Or(about.Title, e.Rule), Text: e.Annotation, Remedy: about.Remediation, Severity: e.Severity, Code: e.Compliance,
				Status: exchange.Unknown, Exception: exceptionText(e.Exception), Account: e.Account, Region: e.Region, Type: e.Type, Resource: subjectOf(&e),
				Standards: []string{r.Choice}, Requirements: e.Controls, At: r.Finished, Tool: r.Tool,
			}
			switch {
			case e.Exception != nil:
				c.Status = exchange.Excepted
			case e.Failed():
				c.Status = exchange.Failed
			case e.Compliance == rule.Compliant.String():
				c.Status = exchange.Passed
			}
			if !yield(c, nil) {
				return
			}
		}
		for _, g := range r.Gaps {
			id := "tickmark/scan/" + g.Account + "/" + g.Region + "/gap/" + g.What
			if !yield(exchange.Check{
				ID: id, Rule: "gap", Title: "Not collected: " + g.What, Text: g.Why, Status: exchange.Unknown, Code: "GAP", Account: cmp.Or(g.Account, "000000000000"), Region: cmp.Or(g.Region, "global"),
				Type: rule.AccountType, Resource: g.What, Standards: []string{r.Choice}, At: r.Finished, Tool: r.Tool,
			}, nil) {
				return
			}
		}
	}
}

func writeOCSF(w io.Writer, r *scan.Report) error { return exchange.ChecksOCSF(w, checks(r)) }

func writeASFF(w io.Writer, r *scan.Report) error { return exchange.ChecksASFF(w, checks(r)) }

func writeOSCAL(w io.Writer, r *scan.Report) error {
	run := oscal.Run{Title: r.Choice, Description: "Judged once by tickmark scan: " + r.Choice + ".", Tool: "tickmark " + r.Tool, Start: r.Started, End: r.Finished}
	for _, g := range r.Gaps {
		run.Gaps = append(run.Gaps, gapText(g))
	}
	if r.Incomplete != "" {
		run.Gaps = append(run.Gaps, r.Incomplete)
	}
	return oscal.Tests(w, run, func(yield func(oscal.Test, error) bool) {
		for e, err := range r.Evaluations() {
			t := oscal.Test{
				ID: idOf(&e), Rule: e.Rule, Title: r.Rules[e.Rule].Title, Text: e.Annotation, Severity: e.Severity, Verdict: e.Compliance, Excepted: exceptionText(e.Exception),
				Account: e.Account, Region: e.Region, Type: e.Type, Subject: subjectOf(&e), Controls: e.Controls,
			}
			if !yield(t, err) || err != nil {
				return
			}
		}
	})
}

// gapText is a gap in one sentence.
func gapText(g scan.Gap) string {
	text := "Not collected: " + g.What
	if g.Account != "" {
		text += " in account " + g.Account + ", " + g.Region
	}
	return text + ": " + g.Why
}
