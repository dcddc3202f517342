package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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

// scanOutputs writes the outputs. A file is written beside its name first, so that it is whole or not there.
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
		if err := writeWhole(o.file, write); err != nil {
			return fmt.Errorf("write %s: %w", o.file, err)
		}
		fmt.Fprintf(p.err, "%-34s %s\n", o.format, plain(o.file))
	}
	return nil
}

func writeWhole(file string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = write(f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}

// printScan prints the summary and what fails, or with verbose every evaluation.
func printScan(w io.Writer, r *scan.Report, verbose bool) error {
	if err := printEvaluations(w, r, verbose); err != nil {
		return err
	}
	if len(r.Gaps) > 0 {
		t := newTable(w, "NOT COLLECTED", "ACCOUNT", "REGION", "WHY")
		for _, g := range r.Gaps {
			t.row(g.What, g.Account, g.Region, g.Why)
		}
		if err := t.flush(); err != nil {
			return err
		}
		fmt.Fprintln(w)
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

func printEvaluations(w io.Writer, r *scan.Report, verbose bool) error {
	t, n := newTable(w), 0
	for e, err := range r.Evaluations() {
		if err != nil {
			return err
		}
		if !verbose && !e.Failed() {
			continue
		}
		if n++; n == 1 {
			t.row("SEVERITY", "RULE", "ACCOUNT", "REGION", "TYPE", "RESOURCE", "VERDICT", "REASON")
		}
		verdict := e.Compliance
		switch {
		case e.Exception != nil:
			verdict = "EXCEPTED"
		case e.New:
			verdict += " (new)"
		}
		t.row(e.Severity, e.Rule, e.Account, e.Region, e.Type, cmp.Or(e.Resource, e.ID), verdict, e.Annotation)
		if n%1000 == 0 { // columns are aligned a thousand rows at a time: memory stays flat
			if err := t.flush(); err != nil {
				return err
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
