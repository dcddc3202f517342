package oscal

import (
	"cmp"
	"io"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Run is what was tested, outside a report.
type Run struct {
	Title, Description, Tool string
	Start, End               time.Time
	// Gaps are sentences about what could not be tested.
	Gaps []string
}

// Test is the outcome of one rule for one subject.
type Test struct {
	// ID names it: the same rule and subject have the same one in every run.
	ID, Rule, Title, Text, Severity string
	// Verdict is AWS's name of it; Excepted tells that a failure is covered by an exception.
	Verdict  string
	Excepted string
	// Subject is the resource, Type its type.
	Account, Region, Type, Subject string
	// Controls are the requirements that the rule speaks for; none: the rule stands for itself.
	Controls []string
}

// tested sums up the tests of a control.
type tested struct {
	pass, fail, other int
	observations      []uuid.UUID
}

// Tests writes tests as assessment results: an observation for each, a finding for each requirement or, where rules name
// none, each rule. A requirement is satisfied when a test speaks for it, none against it, none is excepted and none lacks
// data.
func Tests(w io.Writer, r Run, tests iter.Seq2[Test, error]) error {
	run := stableID("scan", r.Title, r.Start.UTC().Format(time.RFC3339Nano))
	plan := stableID("scan plan", r.Title)
	by := map[string]*tested{}
	s := newStream(w)
	s.open("", "{")
	s.open("assessment-results", "{")
	s.put("uuid", stableID("assessment-results", run))
	s.put("metadata", about{
		Title: said("Assessment results: " + r.Title), LastModified: r.End.UTC(), Version: r.End.UTC().Format(time.RFC3339), OSCALVersion: Written, Props: props("tool", r.Tool),
	})
	s.put("import-ap", map[string]string{"href": "#" + plan})
	s.open("results", "[")
	s.open("", "{")
	s.put("uuid", stableID("result", run))
	s.put("title", said(r.Title))
	s.put("description", said(r.Description, r.Title))
	s.put("start", r.Start.UTC())
	s.put("end", r.End.UTC())
	any := false
	for t, err := range tests {
		if err != nil {
			return err
		}
		if !any {
			s.open("observations", "[")
			any = true
		}
		o := t.observe(r.End)
		s.put("", o)
		t.sum(by, uuid.MustParse(o.UUID))
		if s.err != nil {
			return s.err
		}
	}
	if any {
		s.close("]")
	}
	s.tested(run, by, r.Gaps)
	s.close("}")
	s.close("]")
	s.put("back-matter", backMatter{[]resource{{UUID: plan, Title: said(r.Title), Description: "The rules that were chosen for the scan; there is no assessment plan in OSCAL."}}})
	s.close("}")
	s.close("}")
	return s.end()
}

func (t *Test) observe(at time.Time) observation {
	return observation{
		UUID: stableID("observation", t.ID), Title: said(t.Title, t.Rule), Description: said(t.Text, t.Verdict), Methods: []string{"TEST"}, Types: []string{"finding"}, Collected: at.UTC(),
		Props: props("rule", t.Rule, "verdict", t.Verdict, "severity", t.Severity, "exception", t.Excepted, "account", t.Account, "region", t.Region),
		Subjects: []subject{{
			UUID: stableID("subject", t.Account, t.Region, t.Type, t.Subject), Type: "inventory-item", Title: said(t.Subject), Props: props("resource-type", t.Type),
		}},
	}
}

func (t *Test) sum(by map[string]*tested, id uuid.UUID) {
	controls := t.Controls
	if len(controls) == 0 {
		controls = []string{t.Rule}
	}
	for _, c := range controls {
		if by[c] == nil {
			by[c] = &tested{}
		}
		by[c].observations = append(by[c].observations, id)
		switch {
		case t.Verdict == "NON_COMPLIANT" && t.Excepted == "":
			by[c].fail++
		case t.Verdict == "COMPLIANT":
			by[c].pass++
		case t.Verdict != "NOT_APPLICABLE":
			by[c].other++
		}
	}
}

// tested writes the findings and what they are about.
func (s *stream) tested(run string, by map[string]*tested, gaps []string) {
	selection := controlSelection{Description: "What the rules of the scan speak for.", Controls: []controlBy{}}
	ids := map[string]string{}
	for _, c := range slices.Sorted(maps.Keys(by)) {
		ids[c] = cmp.Or(requirement(c), "control-"+token(c))
		if !slices.Contains(selection.Controls, controlBy{ids[c]}) {
			selection.Controls = append(selection.Controls, controlBy{ids[c]})
		}
	}
	if len(by) == 0 {
		selection.Controls = []controlBy{{"none"}}
	}
	s.put("reviewed-controls", map[string]any{"control-selections": []controlSelection{selection}})
	for i, g := range gaps {
		if i == 0 {
			s.open("risks", "[")
		}
		s.put("", map[string]string{
			"uuid": stableID("gap", run, g), "title": "Not tested", "description": said(g), "statement": "What could not be read was not judged.", "status": "open",
		})
	}
	if len(gaps) > 0 {
		s.close("]")
	}
	if len(by) == 0 {
		return
	}
	s.open("findings", "[")
	for _, c := range slices.Sorted(maps.Keys(by)) {
		t := by[c]
		f := finding{
			UUID: stableID("finding", run, c), Title: said(c), Description: said(t.text()),
			Props:  props("compliant", jsonNumber(int64(t.pass)), "non-compliant", jsonNumber(int64(t.fail)), "undetermined", jsonNumber(int64(t.other))),
			Target: target{Type: "statement-id", ID: ids[c] + "_smt", Title: said(c), Status: t.status()},
		}
		for _, id := range t.observations {
			f.Observations = append(f.Observations, observedRef{id.String()})
		}
		s.put("", f)
	}
	s.close("]")
}

func (t *tested) text() string {
	return jsonNumber(int64(t.pass)) + " compliant, " + jsonNumber(int64(t.fail)) + " non-compliant, " + jsonNumber(int64(t.other)) + " excepted or without data."
}

func (t *tested) status() status {
	switch {
	case t.fail > 0:
		return status{"not-satisfied", "fail", t.text()}
	case t.other > 0 || t.pass == 0:
		return status{"not-satisfied", "other", "Not determined, a person must judge: " + t.text()}
	}
	return status{"satisfied", "pass", t.text()}
}
