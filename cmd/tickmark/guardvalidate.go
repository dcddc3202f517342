package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/guard"
)

func (p *program) guardValidate() *cobra.Command {
	var rules, data []string
	var format string
	cmd := &cobra.Command{
		Use:   "validate --rules FILE|DIR --data FILE|DIR",
		Short: "Judge documents by rules",
		Long: `Validate judges each document by each file of rules. Without --data the document is read from standard input. Exit
code 0: no rule failed; 19: a rule failed; 5: rules or data cannot be read; 255: an evaluation ended with an error.`,
		Example: "  tickmark guard validate --rules s3.guard --data template.json\n  tickmark guard validate -r rules/ -d templates/ --output sarif",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return p.validate(rules, data, format) },
	}
	cmd.Flags().StringSliceVarP(&rules, "rules", "r", nil, "files of rules, or directories with .guard and .ruleset files")
	cmd.Flags().StringSliceVarP(&data, "data", "d", nil, "documents, or directories with .json, .yaml, .yml, .jsn and .template files")
	_ = cmd.MarkFlagRequired("rules")
	formatFlag(cmd, &format, "table", "json", "yaml", "junit", "sarif")
	return cmd
}

func (p *program) validate(ruleNames, dataNames []string, format string) error {
	rules, err := guardRules(ruleNames)
	if err != nil {
		return exit{exitGuardUnread, err}
	}
	docs, err := p.guardData(dataNames)
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
	if err := p.printGuard(reports, format); err != nil {
		return err
	}
	if failed {
		return exit{code: exitGuardFailed}
	}
	return nil
}

func (p *program) guardData(names []string) ([]*guard.Document, error) {
	if len(names) == 0 {
		text, err := io.ReadAll(io.LimitReader(p.in, maxGuardFile+1))
		if err == nil && len(text) > maxGuardFile {
			err = fmt.Errorf("standard input has more than %d bytes", maxGuardFile)
		}
		if err != nil {
			return nil, err
		}
		d, err := guard.Read("STDIN", string(text))
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		return []*guard.Document{d}, nil
	}
	files, err := guardFiles(names, ".json", ".yaml", ".yml", ".jsn", ".template")
	if err != nil {
		return nil, err
	}
	var docs []*guard.Document
	for _, name := range files {
		text, err := guardRead(name)
		if err != nil {
			return nil, err
		}
		d, err := guard.Read(name, text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		docs = append(docs, d)
	}
	return docs, nil
}
