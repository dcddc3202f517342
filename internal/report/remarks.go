package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// remark is a sentence about the whole report.
type remark struct{ css, text string }

// pieces is a number of pieces of evidence in words.
func pieces(n int64) string {
	if n == 1 {
		return "1 piece of evidence"
	}
	return decimal(n) + " pieces of evidence"
}

// remarks are what a reader must know before the details: the same on the index page, on page 1 of the PDF and
// in the output of verify.
func remarks(m Manifest) []remark {
	t := m.Totals
	out := []remark{leftOutRemark(t)}
	if t.Population.Excepted > 0 {
		out = append(out, remark{"warn", fmt.Sprintf("Covered by an exception: %s, counted apart and never as compliant.", pieces(t.Population.Excepted))})
	}
	if t.DaysWithoutCollection > 0 {
		out = append(out, remark{"warn", fmt.Sprintf("From %s to %s there are %d days without collection, added over all automated controls.", dash(m.From), dash(m.To), t.DaysWithoutCollection)})
	} else if m.From != "" {
		out = append(out, remark{"", fmt.Sprintf("From %s to %s there is no day without collection for any automated control.", m.From, dash(m.To))})
	}
	if t.Backfilled > 0 {
		var with []string
		for _, v := range slices.Sorted(maps.Keys(t.BackfilledWith)) {
			by := "judged by " + v
			if v == "-" {
				by = "that no rule judges"
			}
			with = append(with, fmt.Sprintf("%d %s", t.BackfilledWith[v], by))
		}
		out = append(out, remark{"warn", fmt.Sprintf("Made later from history: %s (%s; the number behind a rule is the version of its logic).", pieces(t.Backfilled), strings.Join(with, ", "))})
	}
	switch {
	case m.Unaccounted == 0:
	case m.Report.Freeze != nil:
		out = append(out, remark{"", fmt.Sprintf("%d records of the assessment are of days outside of the period, or of no control of this report.", m.Unaccounted)})
	default:
		out = append(out, remark{"warn", fmt.Sprintf("%d records of the assessment belong to no control of this report.", m.Unaccounted)})
	}
	out = append(out, decisionRemarks(m)...)
	for _, r := range m.Rollbacks {
		out = append(out, remark{"warn", r.text()})
	}
	return append(out, anchorRemark(m))
}

func leftOutRemark(t Totals) remark {
	if t.LeftOut.Total == 0 {
		return remark{"", "Nothing was left out: all evidence that was collected is in this report."}
	}
	var by []string
	for _, k := range classNames {
		if n := k.of(t.LeftOut); n > 0 {
			by = append(by, fmt.Sprintf("%d %s", n, strings.ToLower(k.title)))
		}
	}
	return remark{"warn", fmt.Sprintf("Left out of this report: %s of %d (%s).", pieces(t.LeftOut.Total), t.Population.Total, strings.Join(by, ", "))}
}

func anchorRemark(m Manifest) remark {
	if len(m.Anchors) == 0 {
		return remark{"warn", "Unanchored: no checkpoint of this log is kept outside of the operator's control. Whoever holds the key could have written another history."}
	}
	var at []string
	for _, a := range m.Anchors {
		at = append(at, fmt.Sprintf("%s at %s (%d records, %s)", a.Kind, a.Where, a.Size, stampText(a.At)))
	}
	return remark{"", "Anchored: " + strings.Join(at, "; ") + "."}
}

// facts describe the assessment.
func facts(m Manifest) [][2]string {
	a := m.Assessment
	n := 0
	for _, s := range m.ControlSets {
		for _, c := range s.Controls {
			if c.Totals.Selected.Total > 0 {
				n++
			}
		}
	}
	return [][2]string{
		{"Assessment", a.Name},
		{"Description", a.Description},
		{"Framework", strings.TrimSpace(a.Framework.Name + " " + paren(a.Framework.ComplianceType))},
		{"Status", a.Status},
		{"Region", a.Region},
		{"Owned by account", m.Account},
		{"Accounts in scope", strings.Join(a.Accounts, ", ")},
		{"Audit owners", strings.Join(a.Owners, ", ")},
		{"Created", stampText(a.Created)},
		{"Last updated", stampText(a.Updated)},
		{"Controls with evidence", decimal(int64(n))},
		{"Records of it in the log", decimal(m.Totals.Records)},
		{"Raw objects", fmt.Sprintf("%d kept exactly, %d with secrets masked, %d no longer kept", m.Raw.Kept, m.Raw.Masked, m.Raw.NotKept)},
		{"Report made", stampText(m.Created)},
		{"By", strings.TrimSpace(m.Report.Author + " " + paren(m.Tool))},
	}
}

func paren(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}
