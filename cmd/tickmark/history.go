package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) historyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "history",
		Short: "What resources looked like, what changed, and what they are tied to",
		Long: `History reads the recorded past of every account and region, from the data directory or through the server that holds
it. A resource is named by its type and its id (or name), or by its ARN. Secrets are masked.`,
		Example: `  tickmark history show AWS::S3::Bucket my-bucket
  tickmark history diff --from 2026-01-01 --to 2026-02-01 --accounts 111122223333
  tickmark history events AWS::S3::Bucket my-bucket
  tickmark history graph AWS::EC2::Instance i-0abc --depth 2 --as-of 2026-01-31`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.historyShow(), p.historyEvents(), p.historyDiff(), p.historyGraph())
	return cmd
}

// placeFlags adds the flags that narrow a command to accounts and regions.
func placeFlags(cmd *cobra.Command, accounts, regions *[]string) {
	cmd.Flags().StringSliceVar(accounts, "accounts", nil, "only these accounts")
	cmd.Flags().StringSliceVar(regions, "regions", nil, "only these regions, and what is global")
	pre := cmd.PreRunE
	cmd.PreRunE = func(c *cobra.Command, args []string) error {
		for _, a := range *accounts {
			if !arn.ValidAccount(a) {
				return usage(c, fmt.Errorf("--accounts %q: an account id has 12 digits", a))
			}
		}
		if pre != nil {
			return pre(c, args)
		}
		return nil
	}
}

// resourceArgs takes one ARN, or a type and an id.
func resourceArgs(_ *cobra.Command, args []string) error {
	switch {
	case len(args) == 2, len(args) == 1 && strings.HasPrefix(args[0], "arn:"):
		return nil
	}
	return fmt.Errorf("name a resource by its TYPE and ID, such as AWS::S3::Bucket my-bucket, or by its ARN")
}

// name puts what resourceArgs took into a reference.
func name(r *server.ResourceRef, args []string) {
	if len(args) == 1 {
		r.ARN = args[0]
		return
	}
	r.Type, r.ID = args[0], args[1]
}

func (p *program) historyShow() *cobra.Command {
	var c server.Config
	var q server.HistoryQuery
	var format string
	cmd := &cobra.Command{
		Use:   "show TYPE ID | ARN",
		Short: "The states of a resource, the newest first, with what changed",
		Long: `Show prints every state that was recorded of a resource: when it was seen, until when it lasted, and the properties that
changed from the state before, as AWS Config words them in its change notifications.`,
		Example: `  tickmark history show AWS::EC2::SecurityGroup sg-0abc --from 2026-01-01
  tickmark history show arn:aws:s3:::my-bucket --output json`,
		Args: resourceArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			name(&q.Resource, args)
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				line, err := in.History(cmd.Context(), q)
				if err != nil {
					return err
				}
				if format == "json" {
					return printJSON(p.out, line)
				}
				return p.printTimeline(line)
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	placeFlags(cmd, &q.Resource.Accounts, &q.Resource.Regions)
	momentFlag(cmd, &q.From, "from", "only states captured then or later")
	momentFlag(cmd, &q.To, "to", "only states captured then or earlier")
	cmd.Flags().IntVar(&q.Limit, "limit", 0, "at most so many states, the newest; 0 for all")
	return cmd
}

func (p *program) printTimeline(line server.Timeline) error {
	fmt.Fprintln(p.out, plain(title(line.Place)))
	t := newTable(p.out, "CAPTURED", "UNTIL", "STATUS", "CHANGE", "PROPERTIES")
	for _, s := range line.States {
		until := "now"
		if s.Until != nil {
			until = clock(*s.Until)
		}
		t.row(clock(s.Captured), until, s.Status, string(s.Kind), few(slices.Sorted(maps.Keys(s.Properties))))
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(p.out, counted(len(line.States), "state"))
	return err
}

// title names a resource on one line.
func title(p server.Place) string {
	text := strings.TrimSpace(p.Type + " " + p.ID)
	if p.Name != "" && p.Name != p.ID {
		text += " (" + p.Name + ")"
	}
	return strings.TrimSpace(text + "  " + p.Account + " " + p.Region) // a resource known from events alone has no place
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// few shows the first of some names and how many more there are.
func few(names []string) string {
	const shown = 4
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
}
