package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) exceptionsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "exceptions",
		Short: "Exceptions from rules: what fails and may, who answers for it, why, and until when",
		Long: `Evidence that fails and is covered by an exception counts as excepted, apart from everything else, and never as passed. An
exception is for a rule of an account and region, a resource type, and resources by a glob over their ids. It must end; when it
has expired it counts for nothing.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.exceptionsList(), p.exceptionsAdd(), p.exceptionsRemove(), p.exceptionsCheck())
	return cmd
}

func accountFlag(cmd *cobra.Command, q *server.AuditCommand, help string) {
	cmd.Flags().StringVar(&q.Account, "in-account", "", help)
}

func (p *program) exceptionsList() *cobra.Command {
	q := server.AuditCommand{Action: "exceptions"}
	cmd := p.auditLeaf(&cobra.Command{
		Use:     "list",
		Short:   "List exceptions, the first to expire first",
		Example: "  tickmark exceptions list --assessment my-audit",
	}, &q, nil, p.printExceptions)
	accountFlag(cmd, &q, "only those of this account")
	cmd.Flags().StringVar(&q.Assessment, "assessment", "", "only those that bear on this assessment")
	return cmd
}

func (p *program) printExceptions(a server.AuditAnswer) error {
	t := newTable(p.out, "ACCOUNT", "REGION", "RULE", "TYPE", "RESOURCES", "OWNER", "REASON", "EXPIRES", "STATUS", "EXCEPTION")
	for _, e := range a.Exceptions {
		t.row(e.Account, e.Region, e.Rule, e.Type, e.Resource, e.Owner, e.Reason, expiry(e), e.Status, e.ID)
	}
	return t.flush()
}

func expiry(e server.ExceptionLine) string {
	if e.Expires.IsZero() {
		return "never"
	}
	return clock(e.Expires)
}

func (p *program) exceptionsAdd() *cobra.Command {
	q := server.AuditCommand{Action: "except"}
	var control string
	cmd := p.auditLeaf(&cobra.Command{
		Use:   "add",
		Short: "Make an exception, or change the one for the same rule and resources",
		Example: `  tickmark exceptions add --rule restricted-ssh --type AWS::EC2::SecurityGroup --resource 'sg-0lab*' \
    --owner lab@example.com --reason "A lab without data." --expires 2026-12-31
  tickmark exceptions add --control S3.8 --region eu-west-1 --type AwsS3Bucket --resource 'arn:aws:s3:::public-*' --reason "A web site." --expires 2026-12-31`,
	}, &q, []string{"type", "resource", "reason", "expires"}, p.printExceptions)
	cmd.Flags().StringVar(&q.Rule, "rule", "", "the name of a Config rule")
	cmd.Flags().StringVar(&control, "control", "", "a control of Security Hub, in place of --rule")
	cmd.Flags().StringVar(&q.Type, "type", "", "the resource type")
	cmd.Flags().StringVar(&q.Resource, "resource", "", `resource ids: * is any text, ? one character, \ takes the next character as it is`)
	cmd.Flags().StringVar(&q.Owner, "owner", "", "who answers for it (default: the account's root)")
	cmd.Flags().StringVar(&q.Region, "region", "", "the rule's region (default: every region that has the rule)")
	accountFlag(cmd, &q, "the rule's account (default: the management account)")
	reasonFlag(cmd, &q)
	momentFlag(cmd, &q.Expires, "expires", "when it ends, such as 2026-12-31")
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if (q.Rule == "") == (control == "") {
			return usage(cmd, fmt.Errorf("give either --rule or --control"))
		}
		if control != "" {
			q.Rule, q.SecurityHub = control, true
		}
		return run(cmd, args)
	}
	return cmd
}

func (p *program) exceptionsRemove() *cobra.Command {
	q := server.AuditCommand{Action: "end-exception"}
	cmd := p.auditLeaf(&cobra.Command{
		Use:     "remove EXCEPTION",
		Short:   "End an exception before its time, or take one that has expired off the list",
		Example: `  tickmark exceptions remove config-rule-a1b2c3/0123456789abcdef0123456789abcdef --region eu-west-1 --reason "The lab is gone."`,
	}, &q, []string{"region", "reason"}, func(server.AuditAnswer) error { return nil })
	cmd.Flags().StringVar(&q.Region, "region", "", "the exception's region")
	accountFlag(cmd, &q, "the exception's account (default: the management account)")
	reasonFlag(cmd, &q)
	return cmd
}

func (p *program) exceptionsCheck() *cobra.Command {
	q := server.AuditCommand{Action: "exceptions"}
	var within int
	cmd := p.auditLeaf(&cobra.Command{
		Use:   "check",
		Short: "Fail when an exception has expired; warn of those that will soon",
		Long: `Check ends with 1 when an exception has expired: what it covered counts as failing again. Those that end within --days are told
on standard error.`,
		Example: "  tickmark exceptions check --days 30",
	}, &q, nil, func(a server.AuditAnswer) error {
		expired := 0
		soon := p.clock.Now().Add(time.Duration(within) * 24 * time.Hour)
		for _, e := range a.Exceptions {
			switch what := fmt.Sprintf("%s in %s %s, %s %s (%s)", plain(e.Rule), e.Account, e.Region, plain(e.Type), plain(e.Resource), plain(e.Owner)); {
			case e.Status == assess.ExceptionExpired:
				expired++
				fmt.Fprintf(p.out, "expired %s: %s\n", clock(e.Expires), what)
			case !e.Expires.IsZero() && e.Expires.Before(soon):
				fmt.Fprintf(p.err, "expires %s: %s\n", clock(e.Expires), what)
			}
		}
		if expired == 0 {
			return nil
		}
		return exit{exitError, fmt.Errorf("%s expired: renew them, or end them with 'tickmark exceptions remove'", counted(expired, "exception"))}
	})
	cmd.Flags().IntVar(&within, "days", 30, "warn of exceptions that end within so many days")
	accountFlag(cmd, &q, "only those of this account")
	cmd.Flags().StringVar(&q.Assessment, "assessment", "", "only those that bear on this assessment")
	return cmd
}
