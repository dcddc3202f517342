package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) remediationCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remediation",
		Short: "Put failures of rules right: enable it, try it, see it, stop it",
		Long: `Remediation runs the Automation document of a rule's remediation configuration on resources that fail the rule. It is
off until it is enabled for an account, a dry run first. docs/remediation.md tells its limits and what is written down.`,
		Example: "  tickmark remediation enable --account 111122223333 --role arn:aws:iam::111122223333:role/remediation\n  tickmark remediation list",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.remediationList(), p.remediationShow(), p.remediationRun(), p.remediationEnable(), p.remediationDisable(),
		p.remediationStop(), p.remediationResume(), p.remediationExceptions())
	return cmd
}

// remediationDo asks the installation and shows the answer.
func (p *program) remediationDo(cmd *cobra.Command, c *server.Config, format *string, do server.RemediationCommand, show func(server.RemediationAnswer) error, keep ...*server.RemediationAnswer) error {
	return p.with(cmd.Context(), *c, func(in server.Installation) error {
		a, err := in.Remediate(cmd.Context(), do)
		if err != nil {
			return err
		}
		for _, k := range keep {
			*k = a
		}
		if *format == "json" {
			return printJSON(p.out, a)
		}
		return show(a)
	})
}

func remediationFlags(cmd *cobra.Command, c *server.Config, format *string) {
	dataFlag(cmd, &c.Data)
	formatFlag(cmd, format, "table", "json")
	cmd.Flags().StringVar(&c.Store, "store", "", "state store: empty for SQLite in the data directory, or postgres://USER@HOST/DATABASE")
}

func rulePlaceFlags(cmd *cobra.Command, do *server.RemediationCommand) {
	cmd.Flags().StringVar(&do.Account, "account", "", "account of the rule")
	cmd.Flags().StringVar(&do.Region, "region", "", "region of the rule")
}

func (p *program) remediationList() *cobra.Command {
	var c server.Config
	var format string
	do := server.RemediationCommand{Action: "list"}
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List accounts, suspended rules and the last remediation of every resource",
		Example: "  tickmark remediation list --account 111122223333",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.remediationDo(cmd, &c, &format, do, func(a server.RemediationAnswer) error {
				t := newTable(p.out, "ACCOUNT", "MODE", "ROLE", "REASON")
				for _, v := range a.Accounts {
					t.row(v.Account, v.Mode, v.Role, v.Reason)
				}
				if err := t.flush(); err != nil {
					return err
				}
				if err := p.printSuspended(a); err != nil {
					return err
				}
				return p.printRuns(a.Runs)
			})
		},
	}
	remediationFlags(cmd, &c, &format)
	rulePlaceFlags(cmd, &do)
	cmd.Flags().StringVar(&do.Rule, "rule", "", "rule")
	return cmd
}

func (p *program) printSuspended(a server.RemediationAnswer) error {
	if len(a.Suspended) == 0 {
		return nil
	}
	fmt.Fprintln(p.out)
	t := newTable(p.out, "SUSPENDED RULE", "ACCOUNT", "REGION", "SINCE", "REASON")
	for _, s := range a.Suspended {
		t.row(s.Rule, s.Account, s.Region, s.Since.UTC().Format(time.RFC3339), s.Reason)
	}
	return t.flush()
}

func (p *program) printRuns(runs []server.RemediationRun) error {
	if len(runs) == 0 {
		return nil
	}
	fmt.Fprintln(p.out)
	t := newTable(p.out, "RULE", "ACCOUNT", "REGION", "RESOURCE", "STATE", "DOCUMENT", "NOTE")
	for _, r := range runs {
		state := r.State
		if r.DryRun {
			state += " (dry run)"
		}
		t.row(r.Rule, r.Account, r.Region, r.Type+"/"+r.ID, state, r.Document, strings.Join(nonEmpty(r.Waiting, r.Error, r.Recorded), "; "))
	}
	return t.flush()
}

func nonEmpty(texts ...string) (out []string) {
	for _, t := range texts {
		if t != "" {
			out = append(out, t)
		}
	}
	return out
}

// printDetails tells runs with their steps and calls.
func (p *program) printDetails(a server.RemediationAnswer) error {
	if err := p.printRuns(a.Runs); err != nil {
		return err
	}
	for _, r := range a.Runs {
		fmt.Fprintf(p.out, "\n%s/%s\n", r.Type, r.ID)
		for _, s := range r.Steps {
			fmt.Fprintf(p.out, "  step %s: %s %s\n", s.Name, s.State, s.Error)
		}
		for _, c := range r.WouldCall {
			fmt.Fprintf(p.out, "  %s\n", c)
		}
		for _, c := range r.Calls {
			fmt.Fprintf(p.out, "  %s %s %s: %s%s%s\n", c.Made.UTC().Format(time.RFC3339), c.Call, c.Inputs, c.Outcome, leafOf(", leaf before ", c.Before), leafOf(", leaf after ", c.After))
		}
	}
	for _, f := range a.Failed {
		fmt.Fprintf(p.out, "%s: %s\n", strings.Join(f.Resources, ", "), f.Reason)
	}
	return nil
}

func leafOf(label string, n *int64) string {
	if n == nil {
		return ""
	}
	return label + strconv.FormatInt(*n, 10)
}

func (p *program) remediationShow() *cobra.Command {
	var c server.Config
	var format string
	do := server.RemediationCommand{Action: "show"}
	cmd := &cobra.Command{
		Use:     "show RULE [TYPE/ID...]",
		Short:   "Show steps, calls and their places in the ledger",
		Example: "  tickmark remediation show closed --account 111122223333 --region eu-west-1 AWS::S3::Bucket/logs",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			do.Rule, do.Resources = args[0], args[1:]
			return p.remediationDo(cmd, &c, &format, do, p.printDetails)
		},
	}
	remediationFlags(cmd, &c, &format)
	rulePlaceFlags(cmd, &do)
	return cmd
}

// exitUnremediated is the exit code when something could not be done.
const exitUnremediated = 3

func (p *program) remediationRun() *cobra.Command {
	var c server.Config
	var format string
	do := server.RemediationCommand{Action: "run"}
	cmd := &cobra.Command{
		Use:   "run RULE TYPE/ID...",
		Short: "Remediate resources now, or tell what would be called",
		Long: `Run remediates resources with the rule's remediation configuration, whether it is automatic or not, and waits half a
minute for the end. With --dry-run, and in an account that is enabled for dry runs alone, reads are made and what would
change something is only told. The exit code is 3 when a resource could not be remediated.`,
		Example: "  tickmark remediation run closed AWS::S3::Bucket/logs --account 111122223333 --region eu-west-1 --dry-run",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			do.Rule, do.Resources = args[0], args[1:]
			var got server.RemediationAnswer
			err := p.remediationDo(cmd, &c, &format, do, p.printDetails, &got)
			if err != nil {
				return err
			}
			return unremediated(got)
		},
	}
	remediationFlags(cmd, &c, &format)
	rulePlaceFlags(cmd, &do)
	cmd.Flags().BoolVar(&do.DryRun, "dry-run", false, "change nothing: tell what would be called")
	cloudFlags(cmd, &c)
	return cmd
}

// unremediated is the error of what failed.
func unremediated(a server.RemediationAnswer) error {
	var failed []string
	for _, f := range a.Failed {
		failed = append(failed, f.Resources...)
	}
	for _, r := range a.Runs {
		if r.State == "FAILED" || r.DryRun && r.Error != "" {
			failed = append(failed, r.Type+"/"+r.ID)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return exit{exitUnremediated, fmt.Errorf("not remediated: %s", strings.Join(failed, ", "))}
}

func (p *program) remediationEnable() *cobra.Command {
	var c server.Config
	var format string
	do := server.RemediationCommand{Action: "enable"}
	cmd := &cobra.Command{
		Use:   "enable --account ID",
		Short: "Enable an account: for dry runs first, then for review or on",
		Long: `Enable lets an account be remediated. The first time it is for dry runs: look at what they tell, then enable it with
--mode on, or with --mode review to let each automatic remediation wait until somebody starts it. --role is the role that
documents run as when their configuration names none; it must not be the role of a configuration recorder.`,
		Example: "  tickmark remediation enable --account 111122223333 --mode on",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.remediationDo(cmd, &c, &format, do, func(a server.RemediationAnswer) error {
				for _, v := range a.Accounts {
					fmt.Fprintf(p.out, "remediation of account %s: %s\n", v.Account, v.Mode)
				}
				return nil
			})
		},
	}
	remediationFlags(cmd, &c, &format)
	cmd.Flags().StringVar(&do.Account, "account", "", "account")
	cmd.Flags().StringVar(&do.Role, "role", "", "ARN of the role that documents run as when their configuration names none")
	cmd.Flags().StringVar(&do.Mode, "mode", "dry-run", "dry-run | review | on")
	_ = cmd.RegisterFlagCompletionFunc("mode", cobra.FixedCompletions([]string{"dry-run", "review", "on"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (p *program) remediationDisable() *cobra.Command {
	var c server.Config
	var format string
	do := server.RemediationCommand{Action: "disable"}
	cmd := &cobra.Command{
		Use:     "disable --account ID",
		Short:   "Disable an account and stop what runs in it",
		Example: "  tickmark remediation disable --account 111122223333",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if do.Account == "" {
				return usage(cmd, fmt.Errorf("--account is missing"))
			}
			return p.remediationDo(cmd, &c, &format, do, p.printStopped)
		},
	}
	remediationFlags(cmd, &c, &format)
	cmd.Flags().StringVar(&do.Account, "account", "", "account")
	return cmd
}

func (p *program) printStopped(a server.RemediationAnswer) error {
	_, err := fmt.Fprintf(p.out, "stopped: %d\n", a.Count)
	return err
}

func (p *program) remediationStop() *cobra.Command {
	var c server.Config
	var format string
	var all bool
	cmd := &cobra.Command{
		Use:     "stop --all",
		Short:   "Stop everything and disable all accounts",
		Example: "  tickmark remediation stop --all",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !all {
				return usage(cmd, fmt.Errorf("--all is missing: stop ends what runs in every account; disable ends one account"))
			}
			return p.remediationDo(cmd, &c, &format, server.RemediationCommand{Action: "stop"}, p.printStopped)
		},
	}
	remediationFlags(cmd, &c, &format)
	cmd.Flags().BoolVar(&all, "all", false, "in all accounts")
	return cmd
}

func (p *program) remediationResume() *cobra.Command {
	var c server.Config
	var format string
	do := server.RemediationCommand{Action: "resume"}
	cmd := &cobra.Command{
		Use:     "resume RULE",
		Short:   "Let the automatic remediation of a suspended rule go on",
		Example: "  tickmark remediation resume closed --account 111122223333",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			do.Rule = args[0]
			return p.remediationDo(cmd, &c, &format, do, func(a server.RemediationAnswer) error {
				_, err := fmt.Fprintf(p.out, "resumed: %d\n", a.Count)
				return err
			})
		},
	}
	remediationFlags(cmd, &c, &format)
	rulePlaceFlags(cmd, &do)
	return cmd
}

func (p *program) remediationExceptions() *cobra.Command {
	var c server.Config
	var format string
	do := server.RemediationCommand{Action: "exceptions"}
	cmd := &cobra.Command{
		Use:     "exceptions RULE",
		Short:   "List the resources of a rule that are not remediated automatically",
		Example: "  tickmark remediation exceptions closed --account 111122223333 --region eu-west-1",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			do.Rule = args[0]
			return p.remediationDo(cmd, &c, &format, do, func(a server.RemediationAnswer) error {
				t := newTable(p.out, "RESOURCE", "EXPIRES", "MESSAGE")
				for _, e := range a.Exceptions {
					expires := "never"
					if !e.Expires.IsZero() {
						expires = e.Expires.UTC().Format(time.RFC3339)
					}
					t.row(e.Type+"/"+e.ID, expires, e.Message)
				}
				return t.flush()
			})
		},
	}
	remediationFlags(cmd, &c, &format)
	rulePlaceFlags(cmd, &do)
	return cmd
}
