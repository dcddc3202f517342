package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/casefile"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

func (p *program) rulesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "rules",
		Short:   "List, show and test the rules, and the controls they answer",
		Example: "  tickmark rules list\n  tickmark rules show ENCRYPTED_VOLUMES\n  tickmark rules test",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.rulesList(), p.rulesShow(), p.rulesControls(), p.rulesTest())
	return cmd
}

// ruleRow is one rule of the list; its JSON form is a promise to scripts.
type ruleRow struct {
	Identifier    string      `json:"identifier"`
	Name          string      `json:"name"`
	Trigger       string      `json:"trigger"`
	ResourceTypes []string    `json:"resourceTypes"`
	Parameters    []ruleParam `json:"parameters"`
	Implemented   bool        `json:"implemented"`
	// Collectable is yes when everything the rule reads has a collector, import-only when some of it can only be
	// imported, no when the rule has no logic here.
	Collectable string `json:"collectable"`
	Severity    string `json:"severity,omitempty"`
	Logic       int    `json:"logicVersion,omitempty"`
	PackUses    int    `json:"packUses"`
}

type ruleParam struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Default  string `json:"default,omitempty"`
	Required bool   `json:"required"`
}

func rowOf(e managed.Entry) ruleRow {
	row := ruleRow{Collectable: "no", Identifier: e.Identifier, Name: e.Name, Trigger: e.Trigger.String(), ResourceTypes: append([]string{}, e.Types...), Parameters: []ruleParam{}, PackUses: e.PackUses}
	for _, q := range e.Params {
		row.Parameters = append(row.Parameters, ruleParam{q.Name, q.Type, q.Default, q.Required})
	}
	if r := managed.Lookup(e.Identifier); r != nil {
		row.Implemented, row.Severity, row.Logic = true, r.Severity.String(), r.Logic
		row.Collectable = collectable(r)
		row.declared(r)
	}
	return row
}

// collectable tells where what a rule reads can come from.
func collectable(r *rule.Rule) string {
	for _, typ := range r.Reads() {
		if aws.Of(typ) == nil {
			return "import-only"
		}
	}
	return "yes"
}

// declared makes the parameters those that the rule's logic takes, where the catalog tells another default or does not
// know that one is required.
func (row *ruleRow) declared(r *rule.Rule) {
	for i := range row.Parameters {
		q := &row.Parameters[i]
		for _, d := range r.Params {
			if d.Name == q.Name {
				q.Default, q.Required = d.Default, d.Required
			}
		}
	}
}

func (p *program) rulesList() *cobra.Command {
	var format string
	var implemented bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List every managed rule, and whether its logic is in the library",
		Example: "  tickmark rules list --implemented\n  tickmark rules list --output json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			rows := []ruleRow{}
			for _, e := range managed.Known() {
				if row := rowOf(e); row.Implemented || !implemented {
					rows = append(rows, row)
				}
			}
			if format == "json" {
				return printJSON(p.out, rows)
			}
			return p.printRules(rows)
		},
	}
	formatFlag(cmd, &format, "table", "json")
	cmd.Flags().BoolVar(&implemented, "implemented", false, "only rules whose logic is in the library")
	return cmd
}

func (p *program) printRules(rows []ruleRow) error {
	t := newTable(p.out, "IDENTIFIER", "TRIGGER", "SEVERITY", "TYPES", "IN THE LIBRARY", "COLLECTABLE")
	n, collected := 0, 0
	for _, r := range rows {
		have := "no"
		if r.Implemented {
			have = "yes"
			n++
		}
		if r.Collectable == "yes" {
			collected++
		}
		t.row(r.Identifier, r.Trigger, r.Severity, strings.Join(r.ResourceTypes, ","), have, r.Collectable)
	}
	if err := t.flush(); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%d rules, %d in the library, %d collectable\n", len(rows), n, collected)
	return nil
}

func (p *program) rulesShow() *cobra.Command {
	return &cobra.Command{
		Use:     "show IDENTIFIER",
		Short:   "Show what a rule checks, what it reads and what absence means",
		Example: "  tickmark rules show VPC_FLOW_LOGS_ENABLED\n  tickmark rules show restricted-ssh",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if r := managed.Lookup(args[0]); r != nil {
				p.showRule(r)
				return nil
			}
			if e, ok := managed.Find(args[0]); ok {
				fmt.Fprintf(p.out, "%s (%s)\nIt is not in the library: where it is deployed it reports INSUFFICIENT_DATA. The missing fact: %s.\n", e.Identifier, e.Name, managed.Missing(e.Identifier))
				return nil
			}
			return unknownRule(args[0])
		},
	}
}

func unknownRule(name string) error {
	return fault.New(fault.NotFound, "There is no managed rule %q. 'tickmark rules list' lists them all.", name)
}

func (p *program) showRule(r *rule.Rule) {
	fmt.Fprintf(p.out, "%s (%s)\nseverity %s, runs on %s, logic version %d, source %.12s\n\n%s\n", r.Identifier, r.Name, r.Severity, r.Trigger, r.Logic, r.Source, r.Rationale)
	if len(r.Types) > 0 {
		fmt.Fprintf(p.out, "\nJudges: %s\n", strings.Join(r.Types, ", "))
	} else {
		fmt.Fprintln(p.out, "\nJudges: the account")
	}
	for _, q := range r.Params {
		fmt.Fprintf(p.out, "Parameter %s (%s, default %q): %s\n", q.Name, q.Type, q.Default, q.Doc)
	}
	fmt.Fprintln(p.out, "Reads:")
	for _, f := range r.Fields {
		if f.Required {
			fmt.Fprintf(p.out, "  %s (required: absent, there is no verdict)\n", f.Name())
		} else {
			fmt.Fprintf(p.out, "  %s (absent means %s: %s)\n", f.Name(), f.Meaning(), f.Because)
		}
	}
	if r.Remediation.Hint != "" {
		fmt.Fprintf(p.out, "Remedy: %s\n", r.Remediation.Hint)
	}
	for _, c := range managed.ControlsOf(r.Identifier) {
		fmt.Fprintf(p.out, "Control %s (%s)\n", c.ID, cmp.Or(strings.Join(c.Standards, ", "), "in no standard"))
	}
}

func (p *program) rulesTest() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "test [IDENTIFIER...]",
		Short: "Run the rules' own cases, or cases of yours",
		Long: `Test runs the cases that stand beside each rule of the library: an item, other items, account facts, parameters,
and the verdict wanted. With --cases the cases of a file of yours are run against one rule. Exit code 0: all passed; 1:
some failed.`,
		Example: "  tickmark rules test\n  tickmark rules test ENCRYPTED_VOLUMES --cases my-volumes.yaml",
		RunE:    func(_ *cobra.Command, args []string) error { return p.testRules(args, file) },
	}
	cmd.Flags().StringVar(&file, "cases", "", "YAML file of cases to run against the one rule named")
	return cmd
}

func (p *program) testRules(names []string, file string) error {
	rules := managed.All()
	if len(names) > 0 {
		rules = nil
		for _, n := range names {
			r := managed.Lookup(n)
			if r == nil {
				return unknownRule(n)
			}
			rules = append(rules, r)
		}
	}
	if file != "" && len(rules) != 1 {
		return exit{exitUsage, errors.New("--cases needs the name of one rule")}
	}
	passed, failed := 0, 0
	for _, r := range rules {
		cases, err := casesOf(r, file)
		if err != nil {
			return err
		}
		for _, c := range cases {
			if err := c.Test(r); err != nil {
				failed++
				fmt.Fprintf(p.out, "%s: %v\n", r.Identifier, err)
				continue
			}
			passed++
		}
	}
	fmt.Fprintf(p.out, "%d rules, %d cases passed, %d failed\n", len(rules), passed, failed)
	if failed > 0 {
		return exit{code: exitError}
	}
	return nil
}

func casesOf(r *rule.Rule, file string) ([]casefile.Case, error) {
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		return casefile.Parse(text)
	}
	text, _, err := managed.Cases(r)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return casefile.Parse(text)
}
