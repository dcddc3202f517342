package tell

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/scan"
)

// suite is what a JUnit test suite says of its cases before they come.
type suite struct {
	name                             string
	tests, failures, errors, skipped int
}

func (s *suite) count(e *scan.Evaluation) {
	s.tests++
	switch outcome(e) {
	case "failure":
		s.failures++
	case "error":
		s.errors++
	case "skipped":
		s.skipped++
	}
}

// outcome is the element of a case that has not passed. Missing data is an error: nothing missing passes.
func outcome(e *scan.Evaluation) string {
	switch {
	case e.Exception != nil, e.Compliance == rule.NotApplicable.String():
		return "skipped"
	case e.Compliance == rule.NonCompliant.String():
		return "failure"
	case e.Compliance == rule.Compliant.String():
		return ""
	}
	return "error"
}

func placeOf(e *scan.Evaluation) string { return e.Account + " " + e.Region }

// writeJUnit writes JUnit XML: a suite for each run of evaluations of one account and region, a case for each evaluation;
// gaps are cases that end in errors. The evaluations are read twice: suites tell their counts first.
func writeJUnit(w io.Writer, r *scan.Report) error {
	suites, all := []suite{}, suite{}
	for e, err := range r.Evaluations() {
		if err != nil {
			return err
		}
		if n := len(suites); n == 0 || suites[n-1].name != placeOf(&e) {
			suites = append(suites, suite{name: placeOf(&e)})
		}
		suites[len(suites)-1].count(&e)
		all.count(&e)
	}
	x := &xmlWriter{w: w}
	gaps := gapLines(r)
	x.text(xml.Header)
	x.open("testsuites", "name", "tickmark scan: "+r.Choice, "tests", fmt.Sprint(all.tests+len(gaps)), "failures", fmt.Sprint(all.failures), "errors", fmt.Sprint(all.errors+len(gaps)),
		"skipped", fmt.Sprint(all.skipped), "time", seconds(r))
	i, name := -1, ""
	for e, err := range r.Evaluations() {
		if err != nil {
			return err
		}
		if i < 0 || placeOf(&e) != name {
			if i >= 0 {
				x.close("testsuite")
			}
			i++
			name = placeOf(&e)
			s := suites[i]
			x.open("testsuite", "name", s.name, "tests", fmt.Sprint(s.tests), "failures", fmt.Sprint(s.failures), "errors", fmt.Sprint(s.errors), "skipped", fmt.Sprint(s.skipped),
				"timestamp", r.Started.UTC().Format("2006-01-02T15:04:05"))
		}
		x.evaluation(&e)
	}
	if i >= 0 {
		x.close("testsuite")
	}
	if len(gaps) > 0 {
		x.open("testsuite", "name", "gaps", "tests", fmt.Sprint(len(gaps)), "failures", "0", "errors", fmt.Sprint(len(gaps)), "skipped", "0")
		for _, g := range gaps {
			x.open("testcase", "classname", "gap", "name", g[0])
			x.leaf("error", g[1], "message", g[1], "type", "GAP")
			x.close("testcase")
		}
		x.close("testsuite")
	}
	x.close("testsuites")
	return x.err
}

func seconds(r *scan.Report) string {
	return fmt.Sprintf("%.3f", r.Finished.Sub(r.Started).Round(time.Millisecond).Seconds())
}

// gapLines are names and texts of what is missing.
func gapLines(r *scan.Report) (out [][2]string) {
	for _, g := range r.Gaps {
		out = append(out, [2]string{strings.TrimSpace(g.What + " " + g.Account + " " + g.Region), g.Why})
	}
	if r.Incomplete != "" {
		out = append(out, [2]string{"scan", r.Incomplete})
	}
	return out
}

func (x *xmlWriter) evaluation(e *scan.Evaluation) {
	x.open("testcase", "classname", e.Rule, "name", e.Type+" "+cmp.Or(e.ARN, e.ID))
	if element := outcome(e); element != "" {
		text := e.Annotation
		if e.Exception != nil {
			text = "excepted: " + exceptionText(e.Exception) + "; " + text
		}
		if element == "skipped" {
			x.leaf(element, "", "message", text)
		} else {
			x.leaf(element, text, "message", text, "type", cmp.Or(e.Severity, e.Compliance))
		}
	}
	x.close("testcase")
}

// xmlWriter writes elements; everything that comes from outside is escaped.
type xmlWriter struct {
	w   io.Writer
	err error
}

func (x *xmlWriter) text(s string) {
	if x.err == nil {
		_, x.err = io.WriteString(x.w, s)
	}
}

func (x *xmlWriter) escaped(s string) {
	if x.err == nil {
		x.err = xml.EscapeText(x.w, []byte(s))
	}
}

func (x *xmlWriter) start(name string, attributes []string) {
	x.text("<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		x.text(" " + attributes[i] + `="`)
		x.escaped(attributes[i+1])
		x.text(`"`)
	}
}

func (x *xmlWriter) open(name string, attributes ...string) {
	x.start(name, attributes)
	x.text(">\n")
}

func (x *xmlWriter) close(name string) { x.text("</" + name + ">\n") }

func (x *xmlWriter) leaf(name, text string, attributes ...string) {
	x.start(name, attributes)
	x.text(">")
	x.escaped(text)
	x.text("</" + name + ">\n")
}
