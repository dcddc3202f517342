package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) historyDiff() *cobra.Command {
	var c server.Config
	var q server.DiffQuery
	var format string
	cmd := &cobra.Command{
		Use:   "diff [TYPE ID | ARN] --from TIME [--to TIME]",
		Short: "What differs between two times, of one resource or of whole accounts",
		Long: `Diff compares what was there at two times: which resources came, went or changed, and in which properties, as AWS Config
words them in its change notifications. What came and went between the two times is not told; 'history show' tells it.
The table has one line for each property; --output json prints an array with one object for each resource.`,
		Example: `  tickmark history diff --from 2026-01-01 --to 2026-02-01 --accounts 111122223333 --regions eu-west-1
  tickmark history diff AWS::EC2::SecurityGroup sg-0abc --from 2026-01-01
  tickmark history diff --from 2026-01-01 --types AWS::IAM::Role,AWS::IAM::Policy --output json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return resourceArgs(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case q.From.IsZero():
				return usage(cmd, errors.New("--from is missing: the time to compare from"))
			case len(args) > 0 && len(q.Types) > 0:
				return usage(cmd, errors.New("--types does not go with a resource: leave one out"))
			case len(args) > 0:
				q.Resource = &server.ResourceRef{Accounts: q.Accounts, Regions: q.Regions}
				name(q.Resource, args)
			}
			return p.ask(cmd.Context(), c, func(in server.Installation) error { return p.diff(cmd, in, q, format) })
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	placeFlags(cmd, &q.Accounts, &q.Regions)
	momentFlag(cmd, &q.From, "from", "the time to compare from (2026-01-31, or 2026-01-31T12:00:00Z)")
	momentFlag(cmd, &q.To, "to", "the time to compare to; now when left out")
	cmd.Flags().StringSliceVar(&q.Types, "types", nil, "only resources of these types")
	return cmd
}

// diff prints all differences, page by page.
func (p *program) diff(cmd *cobra.Command, in server.Installation, q server.DiffQuery, format string) error {
	rows := jsonRows{w: p.out}
	t := newTable(p.out, "CHANGE", "ACCOUNT", "REGION", "TYPE", "ID", "PROPERTY", "BEFORE", "AFTER")
	count := map[inventory.ChangeKind]int{}
	for {
		page, err := in.Diff(cmd.Context(), q)
		if err != nil {
			return err
		}
		for _, l := range page.Lines {
			count[l.Kind]++
			if format == "json" {
				raw, err := json.Marshal(l)
				if err == nil {
					err = rows.row(nil, raw)
				}
				if err != nil {
					return err
				}
				continue
			}
			diffRows(t, l)
		}
		if page.Next == nil {
			break
		}
		q.After = page.Next
	}
	if format == "json" {
		return rows.end(0, false)
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.out, "%d created, %d changed, %d deleted\n", count[inventory.Create], count[inventory.Update], count[inventory.Delete])
	return err
}

func diffRows(t table, l server.DiffLine) {
	head := []string{string(l.Kind), l.Account, l.Region, l.Type, l.ID}
	if len(l.Properties) == 0 {
		what := ""
		if l.Kind == inventory.Update {
			what = "(a masked secret)"
		}
		t.row(append(head, what, "", "")...)
	}
	for _, path := range slices.Sorted(maps.Keys(l.Properties)) {
		v := l.Properties[path]
		t.row(append(slices.Clone(head), path, brief(v.Previous), brief(v.Updated))...)
	}
}

// brief is a value on one short line; nothing for one that is not there.
func brief(v json.RawMessage) string {
	const most = 60
	var text string
	switch {
	case string(v) == "null":
		return ""
	case json.Unmarshal(v, &text) != nil:
		text = string(v)
	}
	if utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most]) + "..."
	}
	return text
}
