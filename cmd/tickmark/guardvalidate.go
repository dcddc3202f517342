package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/guard"
)

// guardValidation is what the flags of `guard validate` ask for.
type guardValidation struct {
	rules, data, inputs, summary         []string
	format                               string
	structured, payload, verbose, asJSON bool
	order                                guardOrder
	show                                 map[guard.Status]bool
}

func (p *program) guardValidate() *cobra.Command {
	v := &guardValidation{}
	cmd := &cobra.Command{
		Use:   "validate --rules FILE|DIR --data FILE|DIR",
		Short: "Judge documents by rules",
		Long: `Validate judges each document by each file of rules. Without --data the document is read from standard input; with
--payload rules and documents are. Exit code 0: no rule failed; 19: a rule failed; 5: rules or data cannot be read; 255:
an evaluation ended with an error.

--input-params FILE is merged into each document at its top level, so rules find it beside the data. A key that is there
already is an error; where both are lists they are joined.`,
		Example: "  tickmark guard validate --rules s3.guard --data template.json\n  tickmark guard validate -r rules/ -d templates/ --output sarif\n  tickmark guard validate -r rules/ -d templates/ -z -S none -o json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := v.check(c); err != nil {
				return usage(c, err)
			}
			return p.validate(v)
		},
	}
	f := cmd.Flags()
	f.StringSliceVarP(&v.rules, "rules", "r", nil, "files of rules, or directories with .guard and .ruleset files")
	f.StringSliceVarP(&v.data, "data", "d", nil, "documents, or directories with .json, .yaml, .yml, .jsn and .template files")
	f.StringSliceVarP(&v.inputs, "input-params", "i", nil, "documents, or directories of them, that are merged into each document")
	f.StringSliceVarP(&v.summary, "show-summary", "S", []string{"fail"}, "rules that the table lists: all | pass | fail | skip | none")
	f.BoolVarP(&v.structured, "structured", "z", false, "one report a document, over all rules; needs --show-summary none and an output other than the table")
	f.BoolVarP(&v.payload, "payload", "P", false, `read {"rules": [text ...], "data": [text ...]} from standard input`)
	f.BoolVarP(&v.verbose, "verbose", "v", false, "show the tree of failing checks below each rule")
	f.BoolVarP(&v.asJSON, "print-json", "p", false, "print the reports as JSON behind the table")
	orderFlags(cmd, &v.order)
	formatFlag(cmd, &v.format, "table", "single-line-summary", "json", "yaml", "junit", "sarif")
	return cmd
}

func orderFlags(cmd *cobra.Command, o *guardOrder) {
	cmd.Flags().BoolVarP(&o.byName, "alphabetical", "a", false, "take files in the order of their names")
	cmd.Flags().BoolVarP(&o.byTime, "last-modified", "m", false, "take files in the order of their last change")
	cmd.MarkFlagsMutuallyExclusive("alphabetical", "last-modified")
}

// check holds the flags against each other.
func (v *guardValidation) check(cmd *cobra.Command) (err error) {
	if v.format == "single-line-summary" {
		v.format = "table"
	}
	if v.show, err = guardSummary(v.summary); err != nil {
		return err
	}
	switch {
	case v.payload && (len(v.rules)+len(v.data)+len(v.inputs) > 0):
		return errors.New("--payload brings rules and data; leave out --rules, --data and --input-params")
	case !v.payload && len(v.rules) == 0:
		return errors.New("name the rules with --rules, or bring them with --payload")
	case v.structured && v.format == "table":
		return errors.New("--structured needs --output json, yaml, junit or sarif")
	case v.structured && len(v.show) > 0:
		return errors.New("--structured needs --show-summary none: the report is all that is printed")
	case v.structured && v.verbose:
		return errors.New("--structured and --verbose exclude each other: the report is all that is printed")
	}
	return nil
}

func (v *guardValidation) read(p *program) (rules []*guard.File, docs []*guard.Document, err error) {
	if v.payload {
		return p.guardPayload()
	}
	if rules, err = guardRules(v.rules, v.order); err != nil {
		return nil, nil, err
	}
	docs, err = p.guardData(v.data, v.inputs, v.order)
	return rules, docs, err
}

func (p *program) validate(v *guardValidation) error {
	rules, docs, err := v.read(p)
	if err != nil {
		return exit{exitGuardUnread, err}
	}
	var reports []*guard.Report
	failed := false
	for _, d := range docs {
		for _, f := range rules {
			report, err := f.Evaluate(d, guard.Options{Now: p.clock.Now().Unix(), Detail: true})
			if err != nil {
				return exit{exitGuardError, fmt.Errorf("%s: %w", d.Name, err)}
			}
			reports = append(reports, report)
			failed = failed || report.Status == guard.Fail
		}
	}
	if err := p.printGuard(reports, v); err != nil {
		return err
	}
	if failed {
		return exit{code: exitGuardFailed}
	}
	return nil
}
