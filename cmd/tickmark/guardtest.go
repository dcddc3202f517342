package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/tickmark/tickmark/internal/guard"
)

// guardTesting is what the flags of `guard test` ask for.
type guardTesting struct {
	rules, dir, format string
	data               []string
	verbose            bool
	order              guardOrder
}

func (p *program) guardTest() *cobra.Command {
	g := &guardTesting{}
	cmd := &cobra.Command{
		Use:   "test (--rules-file FILE --test-data FILE|DIR | --dir DIR)",
		Short: "Test rules by inputs and the statuses they should have",
		Long: `Test evaluates a file of rules on each input of the test data, a YAML or JSON list of {name, input, expectations:
{rules: {NAME: PASS|FAIL|SKIP}}}. With --dir each X.guard below the directory is tested by the files tests/X* beside it.
Exit code 0: all expectations hold; 7: some do not, or rules below --dir cannot be read; 1: rules or test data cannot be
read.`,
		Example: "  tickmark guard test --rules-file s3.guard --test-data s3-tests.yaml\n  tickmark guard test --dir rules",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return p.testGuard(g) },
	}
	f := cmd.Flags()
	f.StringVarP(&g.rules, "rules-file", "r", "", "the file of rules")
	f.StringSliceVarP(&g.data, "test-data", "t", nil, "files of tests, or directories with .yaml, .yml, .json and .jsn files")
	f.StringVarP(&g.dir, "dir", "d", "", "a directory of .guard files, each with its tests/NAME* beside it")
	f.BoolVarP(&g.verbose, "verbose", "v", false, "show why rules fail")
	orderFlags(cmd, &g.order)
	cmd.MarkFlagsRequiredTogether("rules-file", "test-data")
	cmd.MarkFlagsOneRequired("rules-file", "dir")
	cmd.MarkFlagsMutuallyExclusive("rules-file", "dir")
	formatFlag(cmd, &g.format, "table", "single-line-summary", "json", "yaml", "junit")
	return cmd
}

// guardTestRow is one expectation of one case; its JSON form is a promise to scripts.
type guardTestRow struct {
	Case string `json:"case" yaml:"case"`
	Rule string `json:"rule" yaml:"rule"`
	Want string `json:"expected" yaml:"expected"`
	Got  string `json:"evaluated" yaml:"evaluated"`
	Pass bool   `json:"pass" yaml:"pass"`
}

func (p *program) testGuard(g *guardTesting) error {
	suites, err := g.suites()
	if err != nil {
		return err
	}
	rows, unread := []guardTestRow{}, error(nil)
	for _, s := range suites {
		more, err := p.guardSuite(g, s)
		if err != nil && g.dir == "" {
			return err
		}
		unread = errors.Join(unread, err)
		rows = append(rows, more...)
	}
	title := g.rules
	if title == "" {
		title = g.dir
	}
	if err := p.printGuardTests(rows, title, g.format); err != nil {
		return err
	}
	if unread != nil || slices.ContainsFunc(rows, func(r guardTestRow) bool { return !r.Pass }) {
		return exit{exitGuardTests, unread}
	}
	return nil
}

// guardTestFiles is a file of rules with the files of its tests.
type guardTestFiles struct {
	rules string
	tests []string
}

var testExtensions = []string{".yaml", ".yml", ".json", ".jsn"}

func (g *guardTesting) suites() ([]guardTestFiles, error) {
	if g.dir == "" {
		tests, err := guardFiles(g.data, testExtensions...)
		if err != nil {
			return nil, err
		}
		return []guardTestFiles{{g.rules, tests}}, g.order.sort(tests)
	}
	rules, err := guardFiles([]string{g.dir}, ".guard", ".ruleset")
	if err != nil {
		return nil, err
	}
	if err := g.order.sort(rules); err != nil {
		return nil, err
	}
	var suites []guardTestFiles
	for _, r := range rules {
		name := strings.TrimSuffix(filepath.Base(r), filepath.Ext(r))
		beside, err := os.ReadDir(filepath.Join(filepath.Dir(r), "tests"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		s := guardTestFiles{rules: r}
		for _, e := range beside {
			if strings.HasPrefix(e.Name(), name) && slices.Contains(testExtensions, strings.ToLower(filepath.Ext(e.Name()))) {
				s.tests = append(s.tests, filepath.Join(filepath.Dir(r), "tests", e.Name()))
			}
		}
		suites = append(suites, s)
	}
	return suites, nil
}

// guardSuite tests one file of rules.
func (p *program) guardSuite(g *guardTesting, s guardTestFiles) ([]guardTestRow, error) {
	if len(s.tests) == 0 {
		fmt.Fprintln(p.err, plain(s.rules+" has no tests"))
	}
	text, err := guardRead(s.rules)
	if err != nil {
		return nil, err
	}
	f, err := guard.Parse(s.rules, text)
	if err != nil {
		return nil, err
	}
	var rows []guardTestRow
	for _, name := range s.tests {
		more, err := p.guardCases(f, name, g)
		if err != nil {
			return rows, fmt.Errorf("%s: %w", name, err)
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

func (p *program) guardCases(f *guard.File, name string, g *guardTesting) ([]guardTestRow, error) {
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
		report, err := f.Evaluate(c.Input, guard.Options{Now: p.clock.Now().Unix(), Detail: g.verbose})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", title, err)
		}
		statuses := report.ByName()
		for _, r := range report.Rules {
			if g.verbose && r.Status == guard.Fail {
				fmt.Fprintln(p.err, plain(fmt.Sprintf("%s: rule %s fails: %s", title, r.Name, strings.Join(r.Messages(), "; "))))
			}
		}
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
	case "yaml":
		return yaml.NewEncoder(p.out).Encode(rows)
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
