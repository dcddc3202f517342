package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) reportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "report",
		Short:   "Report compliance, and tell report bundles in other forms",
		Example: "  tickmark report compliance --by pack\n  tickmark report export July-2026.zip --format oscal-ar --out results.json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.reportCompliance(), p.reportExport(), p.reportSample())
	return cmd
}

func (p *program) reportCompliance() *cobra.Command {
	var c server.Config
	var q server.ReportQuery
	var history server.PackHistoryQuery
	var format string
	cmd := &cobra.Command{
		Use:   "compliance",
		Short: "Report compliance and coverage by account, pack or rule",
		Long: `Compliance reports what the deployed rules say, over all accounts and regions, from the data directory or through the
server that holds it. COVERAGE is how many of the subjects that should have a verdict have one: a subject with
INSUFFICIENT_DATA has none. What is compliant as far as it was judged, and was not judged in full, is shown as INCOMPLETE.
--history tells how a conformance pack has stood: a line for each time its score or its rules' compliance became another.`,
		Example: `  tickmark report compliance
  tickmark report compliance --by rule --accounts 111122223333 --output csv
  tickmark report compliance --history base --limit 10`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains(compliance.ReportKinds, q.By) {
				return usage(cmd, fmt.Errorf("--by %q is unknown: it must be account, pack or rule", q.By))
			}
			for _, a := range q.Accounts {
				if !arn.ValidAccount(a) {
					return usage(cmd, fmt.Errorf("--accounts %q: an account id has 12 digits", a))
				}
			}
			return p.with(cmd.Context(), c, func(in server.Installation) error {
				if history.Pack != "" {
					history.Accounts, history.Regions = q.Accounts, q.Regions
					return p.packHistory(cmd.Context(), in, history, format)
				}
				lines, err := in.ComplianceReport(cmd.Context(), q)
				if err != nil {
					return err
				}
				return p.printReport(lines, q.By, format)
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json", "csv")
	cmd.Flags().StringVar(&q.By, "by", "account", "what a line is about: account | pack | rule")
	cmd.Flags().StringSliceVar(&q.Accounts, "accounts", nil, "only these accounts")
	cmd.Flags().StringSliceVar(&q.Regions, "regions", nil, "only these regions")
	cmd.Flags().StringVar(&history.Pack, "history", "", "name of a conformance pack: how it has stood over time")
	cmd.Flags().IntVar(&history.Limit, "limit", 100, "with --history: at most so many scores of each pack, the newest; 1000 at most")
	momentFlag(cmd, &history.Before, "before", "with --history: only what stood before then")
	return cmd
}

func (p *program) printReport(lines []server.ReportLine, by, format string) error {
	switch format {
	case "json":
		return printJSON(p.out, lines)
	case "csv":
		return p.reportCSV(lines)
	}
	header := []string{"ACCOUNT", "REGION"}
	if by != "account" {
		header = append(header, map[string]string{"pack": "PACK", "rule": "RULE"}[by])
	}
	t := newTable(p.out, append(header, "COMPLIANCE", "COMPLIANT", "NON-COMPLIANT", "COVERAGE")...)
	incomplete := 0
	for _, l := range lines {
		cells := []string{l.Account, l.Region}
		if by != "account" {
			cells = append(cells, l.Name)
		}
		if !l.Complete {
			incomplete++
		}
		t.row(append(cells, state(l), count(l.Verdicts.Compliant), count(l.Verdicts.NonCompliant), coverage(l))...)
	}
	if err := t.flush(); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%d lines, %d of them not judged in full\n", len(lines), incomplete)
	return nil
}

// state never calls compliant what was not judged in full.
func state(l server.ReportLine) string {
	if l.Compliance == "COMPLIANT" && !l.Complete {
		return "INCOMPLETE"
	}
	return l.Compliance
}

func coverage(l server.ReportLine) string {
	c := l.Coverage
	text := fmt.Sprintf("%d/%d", c.Evaluated, c.Expected)
	if c.Expected > 0 {
		text += fmt.Sprintf(" (%d %%)", 100*c.Evaluated/c.Expected)
	}
	if c.Pending {
		text += " pending"
	}
	return text
}

func count(n int64) string { return strconv.FormatInt(n, 10) }

func (p *program) reportCSV(lines []server.ReportLine) error {
	rows := []string{report.CSVLine("accountId", "awsRegion", "name", "ruleIdentifier", "complianceType", "complete", "compliant", "nonCompliant", "notApplicable", "insufficientData", "evaluated", "expected", "pending")}
	for _, l := range lines {
		v := l.Verdicts
		rows = append(rows, report.CSVLine(
			l.Account, l.Region, l.Name, l.Identifier, l.Compliance, strconv.FormatBool(l.Complete), count(v.Compliant), count(v.NonCompliant), count(v.NotApplicable),
			count(v.Insufficient), count(l.Coverage.Evaluated), count(l.Coverage.Expected), strconv.FormatBool(l.Coverage.Pending),
		))
	}
	_, err := io.WriteString(p.out, strings.Join(rows, ""))
	return err
}
