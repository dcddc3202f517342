package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

func (p *program) frameworksCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "frameworks",
		Short:   "List, show and check the standard frameworks",
		Example: "  tickmark frameworks list\n  tickmark frameworks show 'NIST SP 800-53 r5'",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.frameworksList(), p.frameworksShow(), p.frameworksLint())
	return cmd
}

type frameworkRow struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Controls  int    `json:"controls"`
	Automated int    `json:"automated"`
	Sets      int    `json:"controlSets"`
}

func (p *program) frameworksList() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the standard frameworks with how much of each is automated",
		Example: "  tickmark frameworks list --output json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			rows := []frameworkRow{}
			for _, f := range catalog.Standard().Frameworks() {
				rows = append(rows, frameworkRow{f.ID, f.Name(), f.Len(), f.Automated(), len(f.Sets)})
			}
			if format == "json" {
				return printJSON(p.out, rows)
			}
			t := newTable(p.out, "FRAMEWORK", "CONTROLS", "AUTOMATED", "CONTROL SETS")
			for _, r := range rows {
				t.row(r.Name, fmt.Sprint(r.Controls), fmt.Sprint(r.Automated), fmt.Sprint(r.Sets))
			}
			return t.flush()
		},
	}
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

func findFramework(name string) (*catalog.Framework, error) {
	lib := catalog.Standard()
	if f, ok := lib.FrameworkNamed(name); ok {
		return f, nil
	}
	if f, ok := lib.Framework(name); ok {
		return f, nil
	}
	return nil, fault.New(fault.NotFound, "There is no standard framework %q. 'tickmark frameworks list' lists them all.", name)
}

type controlRow struct {
	ID          string           `json:"id"`
	Requirement string           `json:"requirement"`
	Title       string           `json:"title"`
	Set         string           `json:"controlSet"`
	Automated   bool             `json:"automated"`
	Sources     []catalog.Source `json:"sources"`
}

func (p *program) frameworksShow() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:     "show NAME",
		Short:   "Show the controls of a framework and what evidence each collects",
		Example: "  tickmark frameworks show 'NIST CSF v1.1'",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			f, err := findFramework(args[0])
			if err != nil {
				return err
			}
			rows := []controlRow{}
			for _, set := range f.Sets {
				for i := range set.Controls {
					c := set.Controls[i]
					rows = append(rows, controlRow{c.ID, c.Requirement, c.Title(), set.Name, c.Automated(), c.Sources()})
				}
			}
			if format == "json" {
				return printJSON(p.out, rows)
			}
			return p.printControls(f, rows)
		},
	}
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

func (p *program) printControls(f *catalog.Framework, rows []controlRow) error {
	fmt.Fprintf(p.out, "%s\n%s\n\n", f.Name(), f.Description())
	t := newTable(p.out, "CONTROL SET", "CONTROL", "TITLE", "SOURCE", "KEYWORD")
	for _, r := range rows {
		for _, s := range r.Sources {
			keyword := s.Keyword
			if s.Type == catalog.Config && !managed.Implemented(keyword) {
				keyword += " (not in the rule library yet)"
			}
			t.row(r.Set, r.Requirement, r.Title, string(s.Type), keyword)
		}
	}
	return t.flush()
}

func (p *program) frameworksLint() *cobra.Command {
	return &cobra.Command{
		Use:   "lint [NAME...]",
		Short: "Report mapping sources that nothing can feed",
		Long: `Lint checks every mapping source of the named frameworks, or of all: keywords that no data source knows, and
sources that will collect nothing. Exit code 0: nothing found; 1: problems are listed.`,
		Example: "  tickmark frameworks lint 'NIST CSF v1.1'",
		RunE: func(_ *cobra.Command, names []string) error {
			list := catalog.Standard().Frameworks()
			if len(names) > 0 {
				list = nil
				for _, n := range names {
					f, err := findFramework(n)
					if err != nil {
						return err
					}
					list = append(list, f)
				}
			}
			return p.lintFrameworks(list)
		},
	}
}

func (p *program) lintFrameworks(list []*catalog.Framework) error {
	t := newTable(p.out, "FRAMEWORK", "CONTROL", "SOURCE", "PROBLEM")
	found := 0
	for _, f := range list {
		for _, set := range f.Sets {
			for i := range set.Controls {
				for _, problem := range catalog.Lint(set.Controls[i].Sources()) {
					found++
					t.row(f.Name(), set.Controls[i].Requirement, string(problem.Type)+" "+problem.Keyword, problem.Message)
				}
			}
		}
	}
	if found == 0 {
		fmt.Fprintf(p.out, "%d frameworks checked, no problems\n", len(list))
		return nil
	}
	if err := t.flush(); err != nil {
		return err
	}
	return exit{exitError, fmt.Errorf("%d problems in %d frameworks", found, len(list))}
}
