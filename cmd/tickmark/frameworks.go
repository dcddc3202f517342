package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) frameworksCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "frameworks",
		Short:   "Frameworks and controls: list, show, check, keep as files",
		Example: "  tickmark frameworks list\n  tickmark frameworks export 'Our baseline' > baseline.yaml\n  tickmark frameworks apply baseline.yaml",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.frameworksList(), p.frameworksShow(), p.frameworksLint(), p.frameworksExport(), p.frameworksApply(), p.frameworksTexts(), p.frameworksImport(), p.frameworksSchema())
	return cmd
}

type frameworkRow struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Name     string `json:"name"`
	Controls int    `json:"controls"`
	catalog.Coverage
	Sets int `json:"controlSets"`
}

func (p *program) frameworksList() *cobra.Command {
	var c server.Config
	var format string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the standard frameworks, and the custom ones of the data directory, with how much of each is automated",
		Long: `List shows how many controls of each framework collect evidence by themselves (automated), how many wait for somebody to
bring it (manual), and how many have automated sources none of which anything here can feed yet.`,
		Example: "  tickmark frameworks list --output json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows := []frameworkRow{}
			for _, f := range catalog.Standard().Frameworks() {
				rows = append(rows, frameworkRow{f.ID, assess.Standard, f.Name(), f.Len(), f.Coverage(), len(f.Sets)})
			}
			all, err := p.customFrameworks(cmd.Context(), c)
			if err != nil {
				return err
			}
			rows = append(rows, customRows(all.Definitions)...)
			if format == "json" {
				return printJSON(p.out, rows)
			}
			t := newTable(p.out, "FRAMEWORK", "TYPE", "CONTROLS", "AUTOMATED", "MANUAL", "NOT YET COLLECTABLE", "CONTROL SETS")
			for _, r := range rows {
				t.row(r.Name, r.Type, fmt.Sprint(r.Controls), fmt.Sprint(r.Automated), fmt.Sprint(r.Manual), fmt.Sprint(r.NotCollectable), fmt.Sprint(r.Sets))
			}
			return t.flush()
		},
	}
	installationFlags(cmd, &c)
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
	Requirement string           `json:"requirement,omitempty"`
	Title       string           `json:"title"`
	Set         string           `json:"controlSet"`
	State       catalog.State    `json:"state"`
	Sources     []catalog.Source `json:"sources"`
}

func controlRowOf(set string, c *catalog.Control) controlRow {
	return controlRow{c.ID, c.Requirement, c.Title(), set, c.State(), c.Sources()}
}

func (p *program) frameworksShow() *cobra.Command {
	var c server.Config
	var format string
	cmd := &cobra.Command{
		Use:     "show NAME",
		Short:   "Show the controls of a framework, standard or custom, and what evidence each collects",
		Example: "  tickmark frameworks show 'NIST CSF v1.1'",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, about, rows, err := p.framework(cmd.Context(), c, args[0])
			if err != nil {
				return err
			}
			if format == "json" {
				return printJSON(p.out, rows)
			}
			return p.printControls(name, about, rows)
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

// framework finds a framework, standard or custom, with its controls.
func (p *program) framework(ctx context.Context, c server.Config, name string) (title, about string, rows []controlRow, err error) {
	rows = []controlRow{}
	f, err := findFramework(name)
	if err == nil {
		for _, set := range f.Sets {
			for _, k := range set.Controls {
				rows = append(rows, controlRowOf(set.Name, k))
			}
		}
		return f.Name(), f.Description(), rows, nil
	}
	all, missing := p.customFrameworks(ctx, c)
	if missing != nil {
		return "", "", nil, missing
	}
	own, missing := named(all.Definitions, name)
	if missing != nil || own == nil {
		return "", "", nil, cmp.Or(missing, err)
	}
	return own.Name, own.Description, ownRows(own, all.Definitions), nil
}

func (p *program) printControls(name, about string, rows []controlRow) error {
	var v catalog.Coverage
	for _, r := range rows {
		v.Add(r.State)
	}
	fmt.Fprintf(p.out, "%s\n%s\n%d controls: %d automated, %d manual, %d not yet collectable\n\n", plain(name), plain(about), len(rows), v.Automated, v.Manual, v.NotCollectable)
	t := newTable(p.out, "CONTROL SET", "CONTROL", "TITLE", "SOURCE", "KEYWORD")
	for _, r := range rows {
		for _, s := range r.Sources {
			keyword := s.Keyword
			if s.Type != catalog.Manual && !s.Collectable() {
				keyword += " (nothing feeds it yet)"
			}
			t.row(r.Set, r.Requirement, r.Title, string(s.Type), keyword)
		}
	}
	return t.flush()
}
