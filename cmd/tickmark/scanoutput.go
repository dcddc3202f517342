package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/exception"
	"github.com/tickmark/tickmark/internal/scan"
	"github.com/tickmark/tickmark/internal/scan/tell"
	"github.com/tickmark/tickmark/internal/server"
)

type exceptions = []exception.Exception

// readOptional reads a file when one is named.
func readOptional[T any](file string, read func([]byte) (T, error)) (out T, err error) {
	if file == "" {
		return out, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return out, err
	}
	return read(text)
}

// scanSteps shows the steps of a scan one after the other.
type scanSteps struct {
	p  *program
	mu sync.Mutex
	g  *progress
	at server.ScanProgress
}

func (p *program) scanSteps() *scanSteps { return &scanSteps{p: p} }

func (s *scanSteps) tell(now server.ScanProgress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at.Step != now.Step {
		s.finish()
		s.g = s.p.start(now.Step, "", now.Total)
	}
	s.at = now
	s.g.set(now.Done)
}

// finish ends the step that is shown.
func (s *scanSteps) finish() {
	if s.g == nil {
		return
	}
	switch s.at.Step {
	case "judge":
		s.g.done(counted(int(s.at.Done), "region"))
	case "accounts":
		s.g.done(counted(int(s.at.Done), "account"))
	default:
		s.g.done(counted(int(s.at.Items), "resource"))
	}
	s.g = nil
}

func (s *scanSteps) done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finish()
}

// scanOutputs writes the outputs.
func (p *program) scanOutputs(r *scan.Report, outputs []output, verbose bool) error {
	for _, o := range outputs {
		write := func(w io.Writer) error { return tell.Write(w, o.format, r) }
		if o.format == "table" {
			write = func(w io.Writer) error { return printScan(w, r, verbose) }
		}
		if o.file == "" {
			if err := write(p.out); err != nil {
				return err
			}
			continue
		}
		if err := p.writeOut(o.file, write); err != nil {
			return fmt.Errorf("write %s: %w", o.file, err)
		}
		fmt.Fprintf(p.err, "%-34s %s\n", o.format, plain(o.file))
	}
	return nil
}

// printScan prints the summary and what fails, or with verbose every evaluation.
func printScan(w io.Writer, r *scan.Report, verbose bool) error {
	if err := printEvaluations(w, r, verbose); err != nil {
		return err
	}
	if len(r.Gaps) > 0 {
		if err := printGaps(w, r.Gaps); err != nil {
			return err
		}
	}
	if err := printCounts(w, r); err != nil {
		return err
	}
	c := r.Counts
	fmt.Fprintf(w, "%s, %s: %d failed, %d excepted, %d compliant, %d without data, %d not applicable, %s\n", counted(int(r.Items), "resource"), counted(int(c.Total()), "evaluation"),
		c.NonCompliant, c.Excepted, c.Compliant, c.Insufficient, c.NotApplicable, counted(len(r.Gaps), "gap"))
	if r.Baseline {
		fmt.Fprintf(w, "%d of the failures are new\n", c.New)
	}
	if n := len(r.LeftOut); n > 0 {
		fmt.Fprintf(w, "%s left out (--output json tells why)\n", counted(n, "rule"))
	}
	if r.Incomplete != "" {
		fmt.Fprintln(w, "INCOMPLETE:", plain(r.Incomplete))
	}
	return nil
}

// printGaps prints what could not be collected, the regions of one reason in one row.
func printGaps(w io.Writer, gaps []scan.Gap) error {
	type reason struct{ what, account, why string }
	var order []reason
	regions := map[reason][]string{}
	for _, g := range gaps {
		k := reason{g.What, g.Account, g.Why}
		if regions[k] == nil {
			order = append(order, k)
		}
		regions[k] = append(regions[k], g.Region)
	}
	t := newTable(w, "NOT COLLECTED", "ACCOUNT", "REGION", "WHY")
	for _, k := range order {
		in := strings.Join(regions[k], ", ")
		if n := len(regions[k]); n > 3 {
			in = fmt.Sprintf("%s and %d more", regions[k][0], n-1)
		}
		t.row(k.what, k.account, in, k.why)
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}

// printEvaluations prints the worst first.
func printEvaluations(w io.Writer, r *scan.Report, verbose bool) error {
	t, n := newTable(w), 0
	for _, severity := range scan.Severities() {
		for e, err := range r.Evaluations() {
			if err != nil {
				return err
			}
			if e.Severity != severity || !verbose && !e.Failed() {
				continue
			}
			if n++; n == 1 {
				t.row("SEVERITY", "RULE", "ACCOUNT", "REGION", "TYPE", "RESOURCE", "VERDICT", "REASON")
			}
			t.row(e.Severity, e.Rule, e.Account, e.Region, e.Type, cmp.Or(e.Resource, e.ID), verdictOf(e), e.Annotation)
			if n%1000 == 0 { // columns are aligned a thousand rows at a time: memory stays flat
				if err := t.flush(); err != nil {
					return err
				}
			}
		}
	}
	if n == 0 {
		return nil
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}

func verdictOf(e scan.Evaluation) string {
	switch {
	case e.Exception != nil:
		return "EXCEPTED"
	case e.New:
		return e.Compliance + " (new)"
	}
	return e.Compliance
}

func printCounts(w io.Writer, r *scan.Report) error {
	row := func(t table, name string, c scan.Counts) {
		t.row(name, strconv.FormatInt(c.NonCompliant, 10), strconv.FormatInt(c.Excepted, 10), strconv.FormatInt(c.Insufficient, 10), strconv.FormatInt(c.Compliant, 10), strconv.FormatInt(c.NotApplicable, 10))
	}
	t := newTable(w, "SEVERITY", "FAILED", "EXCEPTED", "NO DATA", "COMPLIANT", "NOT APPLICABLE")
	for _, s := range scan.Severities() {
		if c, ok := r.BySeverity[s]; ok {
			row(t, cmp.Or(s, "-"), c)
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	t = newTable(w, "SERVICE", "FAILED", "EXCEPTED", "NO DATA", "COMPLIANT", "NOT APPLICABLE")
	for _, s := range slices.Sorted(maps.Keys(r.ByService)) {
		row(t, s, r.ByService[s])
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}
