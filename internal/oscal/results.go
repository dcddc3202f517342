package oscal

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"

	"github.com/tickmark/tickmark/internal/report"
)

type finding struct {
	UUID         string        `json:"uuid"`
	Title        string        `json:"title"`
	Description  string        `json:"description"`
	Props        []property    `json:"props,omitempty"`
	Target       target        `json:"target"`
	Observations []observedRef `json:"related-observations,omitempty"`
}

type target struct {
	Type   string `json:"type"`
	ID     string `json:"target-id"`
	Title  string `json:"title,omitempty"`
	Status status `json:"status"`
}

type status struct {
	State   string `json:"state"`
	Reason  string `json:"reason"`
	Remarks string `json:"remarks,omitempty"`
}

type observedRef struct {
	UUID string `json:"observation-uuid"`
}

type controlSelection struct {
	Description string      `json:"description"`
	Controls    []controlBy `json:"include-controls"`
}

type controlBy struct {
	ID string `json:"control-id"`
}

// Results writes a report as assessment results: an observation for each selected piece of evidence, a finding for
// each control. A control is satisfied when evidence speaks for it, none against it or excepted from it, and no day is without
// collection; left-out evidence counts. All else is not satisfied, with reason other where people must judge.
func Results(ctx context.Context, w io.Writer, b *report.Bundle) error {
	m := &b.Manifest
	ids := controlIDs(m)
	plan := stableID("plan", m.Assessment.ID)
	s := newStream(w)
	s.open("", "{")
	s.open("assessment-results", "{")
	s.put("uuid", stableID("assessment-results", m.Report.ID))
	s.put("metadata", aboutReport(m, "Assessment results", "Made from a verified report bundle; hrefs are relative to its folder."))
	s.put("import-ap", map[string]string{"href": "#" + plan})
	s.open("results", "[")
	s.open("", "{")
	s.put("uuid", stableID("result", m.Report.ID))
	s.put("title", said(m.Report.Name))
	s.put("description", said(m.Report.Description, m.Assessment.Description, m.Assessment.Name))
	s.put("start", periodStart(m))
	s.put("end", m.Created.UTC())
	if p := totalsProps(m.Totals); len(p) > 0 {
		s.put("props", p)
	}
	s.put("reviewed-controls", map[string]any{"control-selections": reviewed(m, ids)})
	related, err := observations(ctx, s, b)
	if err != nil {
		return err
	}
	s.findings(m, ids, related)
	s.close("}")
	s.close("]")
	s.put("back-matter", backMatter{[]resource{{UUID: plan, Title: said(m.Assessment.Name), Description: "The assessment that the evidence was collected for; it has no assessment plan in OSCAL."}}})
	s.close("}")
	s.close("}")
	return s.end()
}

func periodStart(m *report.Manifest) string {
	if m.From != "" {
		return m.From + "T00:00:00Z"
	}
	return m.Created.UTC().Format("2006-01-02T15:04:05Z")
}

func reviewed(m *report.Manifest, ids map[string]string) []controlSelection {
	var out []controlSelection
	for _, set := range m.ControlSets {
		sel := controlSelection{Description: said(set.Name)}
		seen := map[string]bool{}
		for _, c := range set.Controls {
			if id := ids[c.Folder]; !seen[id] {
				seen[id] = true
				sel.Controls = append(sel.Controls, controlBy{id})
			}
		}
		if len(sel.Controls) > 0 {
			out = append(out, sel)
		}
	}
	if out == nil {
		out = []controlSelection{{Description: "The assessment has no controls.", Controls: []controlBy{{"none"}}}}
	}
	return out
}

// observations writes the selected evidence, and answers with their ids by the folder of their control.
func observations(ctx context.Context, s *stream, b *report.Bundle) (map[string][]uuid.UUID, error) {
	related := map[string][]uuid.UUID{}
	any := false
	for t, err := range b.Items(ctx) {
		if err != nil {
			return nil, err
		}
		if !t.Selected {
			continue
		}
		if !any {
			s.open("observations", "[")
			any = true
		}
		o := observe(&t)
		s.put("", o)
		related[t.Control.Folder] = append(related[t.Control.Folder], uuid.MustParse(o.UUID))
		if s.err != nil {
			return nil, s.err
		}
	}
	if any {
		s.close("]")
	}
	return related, nil
}

func (s *stream) findings(m *report.Manifest, ids map[string]string, related map[string][]uuid.UUID) {
	any := false
	for _, set := range m.ControlSets {
		for _, c := range set.Controls {
			if !any {
				s.open("findings", "[")
				any = true
			}
			f := finding{
				UUID: stableID("finding", m.Report.ID, c.Folder), Title: said(c.Name), Description: said(c.Description, numbersText(c.Totals)),
				Props:  append(props("control", c.ID, "control-set", set.Name, "status", c.Status), totalsProps(c.Totals)...),
				Target: target{Type: "statement-id", ID: ids[c.Folder] + "_smt", Title: said(c.Name), Status: statusOf(&c)},
			}
			for _, id := range related[c.Folder] {
				f.Observations = append(f.Observations, observedRef{id.String()})
			}
			s.put("", f)
		}
	}
	if any {
		s.close("]")
	}
}

// statusOf judges a control by all evidence that was collected, selected or not.
func statusOf(c *report.ManifestControl) status {
	p := c.Totals.Population
	var open []string
	if p.Excepted > 0 {
		open = append(open, fmt.Sprintf("%d excepted", p.Excepted))
	}
	if c.Totals.DaysWithoutCollection > 0 {
		open = append(open, fmt.Sprintf("%d days without collection", c.Totals.DaysWithoutCollection))
	}
	if p.Compliant == 0 {
		open = append(open, "no evidence that a rule found compliant")
	}
	remarks := numbersText(c.Totals)
	switch {
	case p.NonCompliant > 0:
		return status{"not-satisfied", "fail", remarks}
	case len(open) > 0:
		return status{"not-satisfied", "other", "Not determined, a person must judge: " + strings.Join(open, ", ") + ". " + remarks}
	}
	return status{"satisfied", "pass", remarks}
}

func numbersText(t report.Totals) string {
	text := func(c report.Counts) string {
		return fmt.Sprintf("%d (%d compliant, %d non-compliant, %d inconclusive, %d excepted)", c.Total, c.Compliant, c.NonCompliant, c.Inconclusive, c.Excepted)
	}
	return "Evidence collected: " + text(t.Population) + "; in the report: " + text(t.Selected) + "; left out: " + text(t.LeftOut) + "."
}

func totalsProps(t report.Totals) []property {
	return props("population", jsonNumber(t.Population.Total), "selected", jsonNumber(t.Selected.Total), "left-out", jsonNumber(t.LeftOut.Total),
		"left-out-non-compliant", jsonNumber(t.LeftOut.NonCompliant), "compliant", jsonNumber(t.Population.Compliant), "non-compliant", jsonNumber(t.Population.NonCompliant),
		"inconclusive", jsonNumber(t.Population.Inconclusive), "excepted", jsonNumber(t.Population.Excepted), "days-without-collection", jsonNumber(t.DaysWithoutCollection))
}
