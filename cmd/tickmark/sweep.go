package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/server"
	"github.com/tickmark/tickmark/internal/sweep"
)

func (p *program) sweepCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sweep",
		Short: "Read connected accounts now, and see how far that is",
		Long: `A sweep reads every resource type in every region of the accounts of a connection and records what has changed. While a server
runs, each connection is swept at once and then as often as it says (tickmark connect aws --every), and resources that events of
CloudTrail name are read again within seconds. What cannot be collected is told as a gap; a list that failed deletes nothing.`,
		Example: `  tickmark sweep start --wait
  tickmark sweep status`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.sweepStart(), p.sweepStatus(), p.sweepList(), p.sweepCancel())
	return cmd
}

func (p *program) sweepStart() *cobra.Command {
	var c server.Config
	var q server.SweepRequest
	var format string
	var wait bool
	cmd := &cobra.Command{
		Use:   "start",
		Short: "Read a connection's accounts, or some of them, now",
		Long: `Start asks the server that runs on the data directory for a sweep; without one it reads at once and ends when all is read.
A sweep that is broken off, by an end of the server for one, goes on with what it had not read yet.
Exit code 0: it has begun, or with --wait ended; 1: it could not begin, failed or was cancelled.`,
		Example: `  tickmark sweep start --connection management --wait
  tickmark sweep start --accounts 111122223333 --types AWS::S3::Bucket,AWS::IAM::Role`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				return p.startSweep(cmd.Context(), in, q, wait, format)
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	f := cmd.Flags()
	f.StringVar(&q.Connection, "connection", "", "name of the connection; not needed when there is one")
	f.StringSliceVar(&q.Accounts, "accounts", nil, "only these accounts")
	f.StringSliceVar(&q.Regions, "regions", nil, "only these regions, and what has none")
	f.StringSliceVar(&q.Types, "types", nil, "only these resource types")
	f.BoolVar(&wait, "wait", false, "wait until all is read")
	return cmd
}

func (p *program) startSweep(ctx context.Context, in server.Installation, q server.SweepRequest, wait bool, format string) error {
	step := p.sweeping()
	v, err := in.StartSweep(ctx, q, step)
	if err == nil && wait {
		v, err = server.AwaitSweep(ctx, in, v, step)
	}
	if err != nil {
		return err
	}
	if !v.Job.Open() {
		step(v.Job)
	}
	if err := p.printSweep(v, format); err != nil {
		return err
	}
	switch v.State {
	case sweep.Failed:
		return exit{exitError, errors.New(v.Problem)}
	case sweep.Cancelled:
		return exit{exitError, fmt.Errorf("the sweep %s was cancelled", v.ID)}
	}
	return nil
}

// sweeping shows how far a sweep is.
func (p *program) sweeping() func(sweep.Job) {
	var g *progress
	return func(j sweep.Job) {
		if g == nil && j.Progress.Units > 0 {
			g = p.start("types read in places", "units", j.Progress.Units)
		}
		if g == nil {
			return
		}
		if g.set(j.Progress.Done); !j.Open() {
			g.done(fmt.Sprintf("%d of %d, %s", j.Progress.Done, j.Progress.Units, counted(int(j.Progress.Items), "resource")))
		}
	}
}

func (p *program) sweepStatus() *cobra.Command {
	var c server.Config
	var q server.SweepQuery
	var format string
	cmd := &cobra.Command{
		Use:     "status [SWEEP]",
		Short:   "How far a sweep is, and what could not be collected; the latest without an id",
		Example: "  tickmark sweep status --connection management --output json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				q.ID = args[0]
			}
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				v, err := in.SweepStatus(cmd.Context(), q)
				if err != nil {
					return err
				}
				return p.printSweep(v, format)
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	cmd.Flags().StringVar(&q.Connection, "connection", "", "the latest sweep of this connection")
	return cmd
}

func (p *program) sweepList() *cobra.Command {
	var c server.Config
	var format string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the sweeps, the latest first",
		Example: "  tickmark sweep list --output json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				all, err := in.Sweeps(cmd.Context())
				if err != nil {
					return err
				}
				if format == "json" {
					return printJSON(p.out, all)
				}
				t := newTable(p.out, "SWEEP", "CONNECTION", "STATE", "CREATED", "ACCOUNTS", "UNITS", "RESOURCES", "CHANGED", "DELETED", "GAPS")
				for _, j := range all {
					n := j.Progress
					t.row(j.ID, j.Connection, string(j.State), clock(j.Created), fmt.Sprintf("%d/%d", n.Read, n.Accounts), fmt.Sprintf("%d/%d", n.Done, n.Units),
						fmt.Sprint(n.Items), fmt.Sprint(n.Written), fmt.Sprint(n.Deleted), fmt.Sprint(n.Gaps))
				}
				return t.flush()
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

func (p *program) sweepCancel() *cobra.Command {
	var c server.Config
	var q server.SweepQuery
	cmd := &cobra.Command{
		Use:     "cancel [SWEEP]",
		Short:   "End a sweep; what it has read stays",
		Example: "  tickmark sweep cancel",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				q.ID = args[0]
			}
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				j, err := in.CancelSweep(cmd.Context(), q)
				if err == nil {
					fmt.Fprintf(p.out, "the sweep %s of %s is cancelled\n", j.ID, plain(j.Connection))
				}
				return err
			})
		},
	}
	installationFlags(cmd, &c)
	cmd.Flags().StringVar(&q.Connection, "connection", "", "the latest sweep of this connection")
	return cmd
}

// shownGaps is how many gaps a table has.
const shownGaps = 50

func (p *program) printSweep(v server.SweepView, format string) error {
	if format == "json" {
		return printJSON(p.out, v)
	}
	n := v.Progress
	fmt.Fprintf(p.out, "sweep %s of %s: %s%s\n", v.ID, plain(v.Connection), v.State, sweepTimes(v.Job))
	if v.Problem != "" {
		fmt.Fprintln(p.out, plain(v.Problem))
	}
	if n.Units > 0 {
		fmt.Fprintf(p.out, "%d of %s read, %d refused; %d of %s, %d failed\n", n.Read, counted(int(n.Accounts), "account"), n.Refused, n.Done, counted(int(n.Units), "unit"), n.Failed)
		fmt.Fprintf(p.out, "%s: %d changed, %d deleted; %s, %d throttled\n", counted(int(n.Items), "resource"), n.Written, n.Deleted, counted(int(n.Calls), "call"), n.Throttled)
	}
	if len(v.Open) == 0 {
		return nil
	}
	fmt.Fprintf(p.out, "\n%s in what is collected:\n", counted(len(v.Open), "gap"))
	groups := groupGaps(v.Open)
	t := newTable(p.out, "WHAT", "ACCOUNTS", "REGIONS", "SINCE", "WHY")
	for _, g := range groups[:min(shownGaps, len(groups))] {
		t.row(g.first.What, few(slices.Sorted(maps.Keys(g.accounts))), few(slices.Sorted(maps.Keys(g.regions))), clock(g.first.Since), short(g.first.Why))
	}
	if err := t.flush(); err != nil {
		return err
	}
	if more := len(groups) - shownGaps; more > 0 {
		fmt.Fprintf(p.out, "and %d more: --output json\n", more)
	}
	seen := map[string]bool{}
	for _, g := range v.Open {
		if g.Remedy != "" && !seen[g.Remedy] {
			seen[g.Remedy] = true
			fmt.Fprintln(p.out, plain(g.Remedy))
		}
	}
	return nil
}

// gapGroup is what cannot be collected for one reason, wherever.
type gapGroup struct {
	first             server.SweepGap
	accounts, regions map[string]bool
}

func groupGaps(all []server.SweepGap) []*gapGroup {
	by := map[[2]string]*gapGroup{}
	var groups []*gapGroup
	for _, g := range all {
		k := [2]string{g.What, g.Code}
		if by[k] == nil {
			by[k] = &gapGroup{g, map[string]bool{}, map[string]bool{}}
			groups = append(groups, by[k])
		}
		by[k].accounts[g.Account], by[k].regions[g.Region] = true, true
		if g.Since.Before(by[k].first.Since) {
			by[k].first.Since = g.Since
		}
	}
	return groups
}

// short is a sentence cut to what fits a line.
func short(s string) string {
	const most = 160
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}

// sweepTimes tells how long a sweep takes or took.
func sweepTimes(j sweep.Job) string {
	took := seconds(j.Progress.Seconds)
	switch {
	case j.State == sweep.Queued:
		return ", waiting for its turn"
	case j.Open() && j.Progress.Left > 0:
		return fmt.Sprintf(", for %v, about %v left", took, seconds(j.Progress.Left))
	case j.Progress.Units > 0:
		return fmt.Sprintf(" after %v", took)
	}
	return ""
}

func seconds(n float64) time.Duration {
	return time.Duration(n * float64(time.Second)).Round(100 * time.Millisecond)
}
