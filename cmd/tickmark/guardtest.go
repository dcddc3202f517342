package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/guard"
)

func (p *program) guardTest() *cobra.Command {
	var rules, format string
	var data []string
	cmd := &cobra.Command{
		Use:   "test --rules-file FILE --test-data FILE|DIR",
		Short: "Test rules by inputs and the statuses they should have",
		Long: `Test evaluates a file of rules on each input of the test data, a YAML or JSON list of {name, input, expectations:
{rules: {NAME: PASS|FAIL|SKIP}}}. Exit code 0: all expectations hold; 7: some do not; 1: rules or test data cannot be
read.`,
		Example: "  tickmark guard test --rules-file s3.guard --test-data s3-tests.yaml",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return p.testGuard(rules, data, format) },
	}
	cmd.Flags().StringVarP(&rules, "rules-file", "r", "", "the file of rules")
	cmd.Flags().StringSliceVarP(&data, "test-data", "t", nil, "files of tests, or directories with .yaml, .yml, .json and .jsn files")
	_ = cmd.MarkFlagRequired("rules-file")
	_ = cmd.MarkFlagRequired("test-data")
	formatFlag(cmd, &format, "table", "json", "junit")
	return cmd
}

// guardTestRow is one expectation of one case; its JSON form is a promise to scripts.
type guardTestRow struct {
	Case string `json:"case"`
	Rule string `json:"rule"`
	Want string `json:"expected"`
	Got  string `json:"evaluated"`
	Pass bool   `json:"pass"`
}

func (p *program) testGuard(rules string, data []string, format string) error {
	text, err := guardRead(rules)
	if err != nil {
		return err
	}
	f, err := guard.Parse(rules, text)
	if err != nil {
		return err
	}
	files, err := guardFiles(data, ".yaml", ".yml", ".json", ".jsn")
	if err != nil {
		return err
	}
	rows := []guardTestRow{}
	for _, name := range files {
		more, err := p.guardCases(f, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		rows = append(rows, more...)
	}
	if err := p.printGuardTests(rows, rules, format); err != nil {
		return err
	}
	if slices.ContainsFunc(rows, func(r guardTestRow) bool { return !r.Pass }) {
		return exit{code: exitGuardTests}
	}
	return nil
}

func (p *program) guardCases(f *guard.File, name string) ([]guardTestRow, error) {
	text, err := guardRead(name)
	if err != nil {
		return nil, err
	}
	cases, err := guard.Cases(text)
	if err != nil {
		return nil, err
	}
	var rows []guardTestRow
	for i, c := range cases {
		title := c.Name
		if title == "" {
			title = fmt.Sprintf("case %d", i+1)
		}
		report, err := f.Evaluate(c.Input, guard.Options{Now: p.clock.Now().Unix()})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", title, err)
		}
		statuses := report.ByName()
		for _, rule := range slices.Sorted(maps.Keys(statuses)) {
			want, expected := c.Expect[rule]
			if !expected {
				fmt.Fprintln(p.err, plain(fmt.Sprintf("%s: rule %s has no expectation", title, rule)))
				continue
			}
			got, pass := held(statuses[rule], want)
			rows = append(rows, guardTestRow{title, rule, want, got, pass})
		}
	}
	return rows, nil
}

// held: with several rules of a name PASS and FAIL hold if one has it, SKIP only if all are skipped.
func held(statuses []guard.Status, want string) (got string, pass bool) {
	got = guard.Skip.String()
	for _, s := range statuses {
		if s.String() == want && s != guard.Skip {
			return want, true
		}
		if s != guard.Skip {
			got = s.String()
		}
	}
	return got, got == want
}

func (p *program) printGuardTests(rows []guardTestRow, file, format string) error {
	failed := 0
	for _, r := range rows {
		if !r.Pass {
			failed++
		}
	}
	switch format {
	case "json":
		return printJSON(p.out, rows)
	case "junit":
		return p.printGuardTestsJUnit(rows, file, failed)
	}
	t := newTable(p.out, "CASE", "RULE", "EXPECTED", "EVALUATED")
	for _, r := range rows {
		t.row(r.Case, r.Rule, r.Want, r.Got)
	}
	err := t.flush()
	fmt.Fprintf(p.out, "%d expectations hold, %d do not\n", len(rows)-failed, failed)
	return err
}

func (p *program) printGuardTestsJUnit(rows []guardTestRow, file string, failed int) error {
	s := junitSuite{Name: file, Tests: len(rows), Failures: failed}
	for _, r := range rows {
		c := junitCase{Name: r.Rule, Class: r.Case}
		if !r.Pass {
			c.Failure = &junitFailure{Message: "expected " + r.Want + ", evaluated " + r.Got}
		}
		s.Cases = append(s.Cases, c)
	}
	text, err := xml.MarshalIndent(junitSuites{Tests: len(rows), Failures: failed, Suites: []junitSuite{s}}, "", "  ")
	if err != nil {
		return errors.Join(errors.New("the tests cannot be written as JUnit"), err)
	}
	_, err = fmt.Fprintf(p.out, "%s%s\n", xml.Header, text)
	return err
}
