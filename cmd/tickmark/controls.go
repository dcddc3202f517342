package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// hubControl is one Security Hub control of the list; its JSON form is a promise to scripts.
type hubControl struct {
	Control     string   `json:"control"`
	Severity    string   `json:"severity"`
	Standards   []string `json:"standards"`
	Rules       []string `json:"rules"`
	Parameters  string   `json:"parameters,omitempty"`
	Implemented bool     `json:"implemented"`
}

// standardCoverage is how many controls of a standard the library answers.
type standardCoverage struct {
	Standard    string `json:"standard"`
	Controls    int    `json:"controls"`
	Implemented int    `json:"implemented"`
}

func (p *program) rulesControls() *cobra.Command {
	var format, standard string
	cmd := &cobra.Command{
		Use:   "controls",
		Short: "List the Security Hub controls with the rules that answer them",
		Long: `Controls lists every control of AWS Security Hub: its severity, the rules that answer it and whether their logic is in
the library, and at the end how much of each standard is. Controls that no managed rule covers are rules of the library
under their own ids.`,
		Example: "  tickmark rules controls --standard CIS-3.0\n  tickmark rules controls --output json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			standards := managed.Standards()
			if standard != "" {
				i := slices.IndexFunc(standards, func(s string) bool { return strings.EqualFold(s, standard) })
				if i < 0 {
					return fault.New(fault.NotFound, "There is no standard %q; there are %s.", standard, strings.Join(standards, ", "))
				}
				standards = standards[i : i+1]
			}
			rows, totals := controlList(standards, standard == "")
			if format == "json" {
				return printJSON(p.out, map[string]any{"controls": rows, "coverage": totals})
			}
			return p.printHubControls(rows, totals)
		},
	}
	formatFlag(cmd, &format, "table", "json")
	cmd.Flags().StringVar(&standard, "standard", "", "only controls of one standard: "+strings.Join(managed.Standards(), ", "))
	return cmd
}

// controlList are the controls of some standards, or all, and how much of each of the standards the library answers.
func controlList(standards []string, all bool) ([]hubControl, []standardCoverage) {
	rows, totals := []hubControl{}, make([]standardCoverage, len(standards))
	for i, s := range standards {
		totals[i].Standard = s
	}
	for _, c := range managed.Controls() {
		listed := all
		for i, s := range standards {
			if !slices.Contains(c.Standards, s) {
				continue
			}
			listed = true
			totals[i].Controls++
			if c.Implemented() {
				totals[i].Implemented++
			}
		}
		if listed {
			rows = append(rows, hubControl{c.ID, c.Severity.String(), append([]string{}, c.Standards...), append([]string{}, c.Rules...), c.Parameters, c.Implemented()})
		}
	}
	return rows, totals
}

func (p *program) printHubControls(rows []hubControl, totals []standardCoverage) error {
	t := newTable(p.out, "CONTROL", "SEVERITY", "STANDARDS", "RULES", "IN THE LIBRARY")
	for _, r := range rows {
		have := "no"
		if r.Implemented {
			have = "yes"
		}
		t.row(r.Control, r.Severity, strings.Join(r.Standards, ","), strings.Join(r.Rules, ","), have)
	}
	if err := t.flush(); err != nil {
		return err
	}
	for _, s := range totals {
		fmt.Fprintf(p.out, "%s: %d of %d controls\n", s.Standard, s.Implemented, s.Controls)
	}
	return nil
}
