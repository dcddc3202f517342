package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) automationCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "automation",
		Short: "Run Automation documents: the steps that put resources right",
		Long: `Automation runs documents of AWS Systems Manager Automation (schema 0.3), those that come with Tickmark and those created
with the SSM API, in the data directory or through the server that holds it. docs/automation.md tells what is offered.`,
		Example: `  tickmark automation documents
  tickmark automation run AWS-DeleteSnapshot --param SnapshotId=snap-0abc --dry-run
  tickmark automation list --status Failed`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.automationRun(), p.automationList(), p.automationShow(), p.automationStop(), p.automationApprove(), p.automationDocuments())
	return cmd
}

// automationFlags are the data directory and the place of a document or an execution.
func automationFlags(cmd *cobra.Command, c *server.Config, at *server.AutomationPlace) {
	dataFlag(cmd, &c.Data)
	cmd.Flags().StringVar(&c.Store, "store", "", "state store: empty for SQLite in the data directory, or postgres://USER@HOST/DATABASE")
	cmd.Flags().StringVar(&at.Account, "account", "", "account that is acted in (default: the management account)")
	cmd.Flags().StringVar(&at.Region, "region", "us-east-1", "region that is acted in")
	pre := cmd.PreRunE
	cmd.PreRunE = func(c *cobra.Command, args []string) error {
		if at.Account != "" && !arn.ValidAccount(at.Account) {
			return usage(c, fmt.Errorf("--account %q: an account id has 12 digits", at.Account))
		}
		if pre != nil {
			return pre(c, args)
		}
		return nil
	}
}

func (p *program) automationRun() *cobra.Command {
	var c server.Config
	var q server.AutomationStart
	var params []string
	var format string
	var detach bool
	cmd := &cobra.Command{
		Use:   "run DOCUMENT",
		Short: "Run a document and tell what it did",
		Long: `Run starts a document and waits until it has ended, or waits for an approval. --dry-run makes the reads and tells the
changes that it would make, in order, without making one; for the reads it needs the cloud too. A parameter that is a list is given once for each value.

While a server holds the data directory, that server runs the document, with its own --profile and --automation-scripts;
an interruption then ends the waiting alone. Otherwise this command runs it, and nothing else that is under way in the
directory; calls need --profile, and an interruption stops the execution.

The exit code is 3 when the execution has not ended with Success, and 4 when it waits for a signal.`,
		Example: `  tickmark automation run AWS-DeleteSnapshot --param SnapshotId=snap-0abc --account 111122223333 --region eu-west-1 --dry-run
  tickmark automation run AWS-DeleteSnapshot --param SnapshotId=snap-0abc --param AutomationAssumeRole=arn:aws:iam::111122223333:role/Remediation --profile remediation`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			q.Document = args[0]
			if q.Parameters, err = parameters(params); err != nil {
				return usage(cmd, err)
			}
			return p.with(cmd.Context(), c, func(in server.Installation) error {
				e, err := in.StartAutomation(cmd.Context(), q)
				if err != nil {
					return err
				}
				if detach {
					return p.printAutomation(e, format)
				}
				return p.follow(cmd.Context(), in, e, format)
			})
		},
	}
	automationFlags(cmd, &c, &q.AutomationPlace)
	cloudFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	cmd.Flags().StringArrayVar(&params, "param", nil, "NAME=VALUE, a parameter of the document; again for more")
	cmd.Flags().StringVar(&q.Version, "document-version", "", "version of the document (default: its default version)")
	cmd.Flags().BoolVar(&q.DryRun, "dry-run", false, "make no change: tell what would be done")
	cmd.Flags().BoolVar(&detach, "no-wait", false, "do not wait: a server runs it, now or when one is started")
	return cmd
}

// parameters turns NAME=VALUE texts into lists by name.
func parameters(given []string) (map[string][]string, error) {
	out := map[string][]string{}
	for _, g := range given {
		name, value, ok := strings.Cut(g, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("--param %q: it must be NAME=VALUE", g)
		}
		out[name] = append(out[name], value)
	}
	return out, nil
}

const (
	// exitNotSuccess and exitWaits are the exit codes of executions.
	exitNotSuccess = 3
	exitWaits      = 4
)

// follow waits for an execution, shows it, and makes its status the exit code.
func (p *program) follow(ctx context.Context, in server.Installation, e server.AutomationRun, format string) error {
	e, err := in.FollowAutomation(ctx, server.AutomationPlace{Account: e.Account, Region: e.Region}, e.ID)
	if err != nil {
		return err
	}
	if err := p.printAutomation(e, format); err != nil {
		return err
	}
	switch {
	case e.Status == automation.Success:
		return nil
	case automation.Ended(e.Status):
		return exit{exitNotSuccess, nil}
	}
	return exit{exitWaits, nil}
}

func (p *program) automationStop() *cobra.Command {
	var complete bool
	cmd := p.automationOrder("stop ID", "Stop an execution", func(*cobra.Command) (string, error) {
		if complete {
			return automation.Complete, nil
		}
		return automation.Cancel, nil
	})
	cmd.Long = `Stop ends an execution: the step under way is cancelled, and what its onCancel names is done. A call that changes something
is never torn off: its answer is waited for. --complete lets the step under way end and calls the whole a success.`
	cmd.Example = "  tickmark automation stop 0190a1b2-0000-7000-8000-000000000001 --region eu-west-1"
	cmd.Flags().BoolVar(&complete, "complete", false, "let the step under way end, and end with Success")
	return cmd
}

func (p *program) automationApprove() *cobra.Command {
	var reject, resume bool
	cmd := p.automationOrder("approve ID", "Approve or reject an execution that waits for it, or let one that pauses go on", func(cmd *cobra.Command) (string, error) {
		switch {
		case reject && resume:
			return "", usage(cmd, fmt.Errorf("--reject and --resume are two different signals: give one"))
		case reject:
			return "Reject", nil
		case resume:
			return "Resume", nil
		}
		return "Approve", nil
	})
	cmd.Long = `Approve sends an execution the signal that it waits for, as root of the management account, which must be among the approvers
of the step (arn:aws:iam::ACCOUNT:root). Other approvers decide with their own keys, so that it is known who it was:
aws ssm send-automation-signal --automation-execution-id ID --signal-type Approve. A step that pauses takes --resume
from anybody.`
	cmd.Example = `  tickmark automation approve 0190a1b2-0000-7000-8000-000000000001 --comment "change 4711"
  tickmark automation approve 0190a1b2-0000-7000-8000-000000000001 --resume`
	cmd.Flags().BoolVar(&reject, "reject", false, "reject it")
	cmd.Flags().BoolVar(&resume, "resume", false, "let a step that pauses go on")
	return cmd
}

// automationOrder is a command that gives an execution an order and waits for what comes of it.
func (p *program) automationOrder(use, short string, kind func(*cobra.Command) (string, error)) *cobra.Command {
	var c server.Config
	var o server.AutomationOrder
	var format string
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			o.ID = args[0]
			if o.Order, err = kind(cmd); err != nil {
				return err
			}
			return p.with(cmd.Context(), c, func(in server.Installation) error {
				e, err := in.OrderAutomation(cmd.Context(), o)
				if err != nil {
					return err
				}
				if o.Order != automation.Cancel {
					return p.follow(cmd.Context(), in, e, format)
				}
				if e, err = in.FollowAutomation(cmd.Context(), o.AutomationPlace, e.ID); err != nil {
					return err
				}
				return p.printAutomation(e, format)
			})
		},
	}
	automationFlags(cmd, &c, &o.AutomationPlace)
	cloudFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	cmd.Flags().StringVar(&o.Comment, "comment", "", "what is kept with a decision")
	if strings.HasPrefix(use, "stop") {
		_ = cmd.Flags().MarkHidden("comment")
	}
	return cmd
}
