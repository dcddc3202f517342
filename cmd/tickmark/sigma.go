package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/server"
	"github.com/tickmark/tickmark/internal/sigma"
)

func (p *program) sigmaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sigma",
		Short: "Sigma rules for CloudTrail: check them, and hunt with them",
		Long: `Sigma rules of the log source aws/cloudtrail are matched against recorded events. The rules are yours; none come with
Tickmark. 'tickmark serve --sigma-rules DIR' matches them against events as they arrive and writes findings.`,
		Example: `  tickmark sigma lint ./rules
  tickmark sigma hunt ./rules --hours 48`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.sigmaLint(), p.sigmaHunt())
	return cmd
}

var errSigma = errors.New("some files are no rules that can be matched")

func (p *program) sigmaLint() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "lint PATH...",
		Short: "Check Sigma rules",
		Long: `Lint reads rules, and directories of rules (.yml, .yaml), and tells which cannot be matched and why, with the line. The exit
code is 1 when there are any.`,
		Example: `  tickmark sigma lint ./rules --output json`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			set, bad, err := sigma.Load(args...)
			if err != nil {
				return err
			}
			if format == "json" {
				err = printJSON(p.out, map[string]any{"rules": len(set), "mistakes": append([]sigma.Mistake{}, bad...)})
			} else {
				for _, m := range bad {
					fmt.Fprintln(p.out, plain(m.File+": "+m.Reason))
				}
				_, err = fmt.Fprintf(p.out, "%s, %s\n", counted(len(set), "rule"), counted(len(bad), "mistake"))
			}
			if err == nil && len(bad) > 0 {
				err = errSigma
			}
			return err
		},
	}
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

func (p *program) sigmaHunt() *cobra.Command {
	var c server.Config
	var q server.HuntQuery
	var format string
	cmd := &cobra.Command{
		Use:   "hunt PATH...",
		Short: "Match Sigma rules against recorded events",
		Long: `Hunt matches the rules against all recorded events, or those of a time, from the data directory or through the server that
holds it. With --findings the matches become findings in the hub, each once however often it is hunted for.`,
		Example: `  tickmark sigma hunt ./rules --from 2026-01-01 --accounts 111122223333
  tickmark sigma hunt ./rules/root-use.yml --findings --output json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := windowUsage(q.WhoQuery); err != nil {
				return usage(cmd, err)
			}
			for _, a := range args {
				abs, err := filepath.Abs(a)
				if err != nil {
					return err
				}
				q.Rules = append(q.Rules, abs)
			}
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				return show(cmd.Context(), p, format, q, in.Hunt, p.printHunt)
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	windowFlags(cmd, &q.WhoQuery, "matches")
	cmd.Flags().BoolVar(&q.Tell, "findings", false, "write the matches to the hub as findings")
	return cmd
}

func (p *program) printHunt(h server.Hunt) error {
	if len(h.ByRule) > 0 {
		t := newTable(p.out, "RULE", "LEVEL", "COUNT", "ID")
		for _, r := range h.ByRule {
			t.row(r.Title, r.Level, fmt.Sprint(r.Count), r.ID)
		}
		if err := t.flush(); err != nil {
			return err
		}
	}
	if len(h.Latest) > 0 {
		fmt.Fprintln(p.out)
		t := newTable(p.out, "TIME", "RULE", "CALL", "BY", "ADDRESS", "ERROR")
		for _, m := range h.Latest {
			by := m.Event.User
			if by == "" {
				by = m.Event.Principal
			}
			t.row(clock(m.Event.Time), m.Title, callOf(m.Event), by, m.Event.Address, m.Event.ErrorCode)
		}
		if err := t.flush(); err != nil {
			return err
		}
		fmt.Fprintln(p.out)
	}
	matches := counted(h.Matches, "match")
	if h.Matches != 1 {
		matches = fmt.Sprintf("%d matches", h.Matches)
	}
	_, err := fmt.Fprintf(p.out, "%s of %s in %s\n", matches, counted(h.Rules, "rule"), counted(h.Events, "event"))
	return err
}
