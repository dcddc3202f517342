package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/query"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) evidenceFind() *cobra.Command {
	var c server.Config
	var q finder.Filter
	var format, to, file string
	cmd := &cobra.Command{
		Use:   "find --assessment ASSESSMENT",
		Short: "Find evidence by what it is about, or count it",
		Long: `Find looks through the evidence of one assessment, with a row for each resource, from the data directory or through the
server that holds it. A row must meet every flag that is given; of a flag with several values, between commas or given
again, any will do. Texts of manual evidence are among the columns.

With --group-by it counts rows by one or more of these, the most failing first.
Controls are named by id or by name, --to takes a day or a time and includes the day. --output csv and xlsx are safe to open in a
spreadsheet; xlsx needs --file.`,
		Example: `  tickmark evidence find --assessment my-audit --compliance non-compliant --from 2026-01-01
  tickmark evidence find --assessment my-audit --group-by control,service
  tickmark evidence find --assessment my-audit --resource-arn arn:aws:s3:::my-bucket --output json
  tickmark evidence find --assessment my-audit --data-source Manual --limit 0 --output xlsx --file answers.xlsx`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := findUsage(&q, to, format, file); err != nil {
				return usage(cmd, err)
			}
			return p.ask(cmd.Context(), c, func(in server.Installation) error { return p.find(cmd, in, q, format, file) })
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json", "csv", "xlsx")
	f := cmd.Flags()
	f.StringVar(&q.Assessment, "assessment", "", "the assessment, by id, ARN or name")
	momentFlag(cmd, &q.From, "from", "only evidence of then or later")
	f.StringVar(&to, "to", "", "only evidence of that day, or time, or earlier")
	f.StringSliceVar(&q.Compliance, "compliance", nil, "compliant, non-compliant or inconclusive")
	f.StringSliceVar(&q.Accounts, "accounts", nil, "the account that the evidence is from")
	f.StringArrayVar(&q.Controls, "control", nil, "the control, by id or by name")
	f.StringArrayVar(&q.Domains, "domain", nil, "the control domain, by name")
	f.StringSliceVar(&q.DataSources, "data-source", nil, "'AWS Config', 'AWS Security Hub', 'AWS CloudTrail', 'AWS API calls' or Manual")
	f.StringSliceVar(&q.EventNames, "event-name", nil, "the event, call, rule or security control")
	f.StringArrayVar(&q.ResourceARNs, "resource-arn", nil, "the resource, by ARN")
	f.StringSliceVar(&q.ResourceTypes, "resource-type", nil, "the type of the resource, such as AWS::S3::Bucket")
	f.StringSliceVar(&q.Services, "service", nil, "the service of the resource, as in ARNs: s3, ec2, iam")
	f.StringArrayVar(&q.ServiceCategories, "service-category", nil, "the category of the service, such as Storage")
	f.StringSliceVar(&q.GroupBy, "group-by", nil, "count by: "+strings.Join(finder.Groups(), " | "))
	f.IntVar(&q.Limit, "limit", 100, "at most so many rows; 0 for all")
	f.StringVar(&file, "file", "", "write to this file")
	return cmd
}

// findUsage tells what is wrong with the flags, and takes what is left of them.
func findUsage(q *finder.Filter, to, format, file string) error {
	if q.Assessment == "" {
		return errors.New("--assessment names the assessment that is looked through (tickmark assessment list shows all)")
	}
	if q.Limit < 0 {
		return fmt.Errorf("--limit %d: it must be 0 (all rows) or more", q.Limit)
	}
	if format == "xlsx" && file == "" {
		return errors.New("--output xlsx needs --file: a workbook is no text")
	}
	for _, g := range q.GroupBy {
		if !slices.Contains(finder.Groups(), g) {
			return fmt.Errorf("--group-by %q is unknown: it must be one of %s", g, strings.Join(finder.Groups(), ", "))
		}
	}
	for i, v := range q.Compliance {
		q.Compliance[i] = strings.ToUpper(strings.ReplaceAll(v, "-", "_"))
		if !slices.Contains([]string{finder.FilterCompliant, finder.FilterNonCompliant, finder.FilterInconclusive}, q.Compliance[i]) {
			return fmt.Errorf("--compliance %q is unknown: it must be one of compliant, non-compliant, inconclusive", v)
		}
	}
	if to == "" {
		return nil
	}
	at, ok := query.Moment(to)
	if !ok {
		return fmt.Errorf("--to %q must be a day such as 2026-01-31 or a time such as 2026-01-31T12:00:00Z", to)
	}
	q.To = at.Add(time.Millisecond)
	if _, err := time.Parse(time.DateOnly, to); err == nil {
		q.To = at.AddDate(0, 0, 1)
	}
	if !q.From.IsZero() && !q.From.Before(q.To) {
		return fmt.Errorf("--from is after --to %s", to)
	}
	return nil
}

// find prints the evidence. One row more than the limit is asked for, to tell whether there are more.
func (p *program) find(cmd *cobra.Command, in server.Installation, q finder.Filter, format, file string) (err error) {
	out := p.rows(format)
	if file != "" {
		f, ferr := os.Create(file)
		if ferr != nil {
			return ferr
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		if format == "xlsx" {
			out = &xlsxRows{w: f}
		} else {
			out = (&program{out: f}).rows(format)
		}
	}
	limit := q.Limit
	if limit > 0 {
		q.Limit++
	}
	rows := &eventRows{out: out, limit: limit}
	err = in.FindEvidence(cmd.Context(), q, rows)
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if err := out.end(rows.n, rows.more); err != nil || file == "" {
		return err
	}
	_, err = fmt.Fprintf(p.err, "%s written to %s\n", counted(rows.n, "row"), file)
	return err
}
