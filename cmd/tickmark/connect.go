package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/connect"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) connectCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "connect",
		Short: "Connect real accounts of AWS, so that they are recorded",
		Long: `A connection says how accounts are reached: a profile of the AWS configuration files, a role in each account, an organization.
While a server runs, the accounts of every connection are recorded, and new accounts of an organization join by themselves.`,
		Example: `  tickmark connect aws --profile audit
  tickmark connect aws --profile management --org --role TickmarkCollector`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.connectAWS(), p.connectList(), p.connectShow(), p.connectTest(), p.connectRemove())
	return cmd
}

func (p *program) connectAWS() *cobra.Command {
	var c server.Config
	var q server.ConnectRequest
	var format string
	cmd := &cobra.Command{
		Use:   "aws",
		Short: "Find accounts of AWS, test the way to each, and have them recorded",
		Long: `Connect aws finds the account of a profile, or with --org all accounts of its organization; it assumes the role in each, finds
the enabled regions, and tests what is allowed. Each account that cannot be read, or not all of it, is named with what to do.
The connection is kept when at least one account can be read; the same again changes it. Only reading calls are made.

Credentials are those of --profile, or the usual chain: keys, roles assumed in turn, IAM Identity Center (aws sso login), web
identity, a process. AWS_ENDPOINT_URL and Tickmark's own keys are not obeyed. Where a server runs on the data directory, it
reads its own configuration files and environment, since it is what will record.

With --dry-run nothing is kept, and the calls of a complete reading are listed with how many there are at least.
Exit code 0: at least one account can be read; 1: none can.`,
		Example: `  tickmark connect aws --profile audit
  tickmark connect aws --profile management --org --role TickmarkCollector --external-id estate-1
  tickmark connect aws --profile management --org --role TickmarkCollector --ous ou-ab12-cdefghij --regions eu-central-1 --dry-run
  tickmark connect aws --role TickmarkCollector --accounts 111122223333,444455556666`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := q.Check(); err != nil {
				return usage(cmd, err)
			}
			return p.with(cmd.Context(), c, func(in server.Installation) error {
				done, err := in.Connect(cmd.Context(), q, p.tested())
				if err != nil {
					return err
				}
				if err := p.printConnected(done, format, false); err != nil {
					return err
				}
				if !done.Stored && !q.DryRun {
					return exit{exitError, fmt.Errorf("no account can be read, so the connection is not kept")}
				}
				return nil
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	connectionFlags(cmd.Flags(), &q.Connection)
	cmd.Flags().BoolVar(&q.DryRun, "dry-run", false, "find and test, list the calls of a complete reading, keep nothing")
	return cmd
}

// tested shows how far the test of accounts is.
func (p *program) tested() func(server.ConnectStep) {
	var g *progress
	return func(s server.ConnectStep) {
		if g == nil {
			g = p.start("accounts tested", "accounts", int64(s.Of))
		}
		if g.set(int64(s.Done)); s.Done == s.Of {
			g.done("")
		}
	}
}

func (p *program) connectList() *cobra.Command {
	var c server.Config
	var format string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the connections with how their accounts are",
		Example: "  tickmark connect list --output json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				all, err := in.Connections(cmd.Context())
				if err != nil {
					return err
				}
				if format == "json" {
					return printJSON(p.out, all)
				}
				t := newTable(p.out, "CONNECTION", "PROFILE", "REACHES", "ROLE", "EVERY", "ACCOUNTS")
				for _, v := range all {
					t.row(v.Name, v.Profile, reaches(v), roles(v), everyOf(v), counts(v.Counts))
				}
				return t.flush()
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

func (p *program) connectShow() *cobra.Command {
	return p.connectionLeaf(&cobra.Command{
		Use:     "show NAME",
		Short:   "Show a connection and each of its accounts, as the last test left it",
		Example: "  tickmark connect show management --output json",
	}, func(cmd *cobra.Command, in server.Installation, q server.ConnectionQuery) (server.Connected, error) {
		return in.ShowConnection(cmd.Context(), q)
	}, false)
}

func (p *program) connectTest() *cobra.Command {
	return p.connectionLeaf(&cobra.Command{
		Use:   "test NAME",
		Short: "Test every account of a connection anew",
		Long: `Test finds the accounts of a connection anew, assumes the role in each and tests what is allowed.
Exit code 0: all that are to be read can be; 1: an account cannot be read, or not all of it.`,
		Example: "  tickmark connect test management",
	}, func(cmd *cobra.Command, in server.Installation, q server.ConnectionQuery) (server.Connected, error) {
		return in.TestConnection(cmd.Context(), q, p.tested())
	}, true)
}

// connectionLeaf is a command about one connection and its accounts.
func (p *program) connectionLeaf(cmd *cobra.Command, run func(*cobra.Command, server.Installation, server.ConnectionQuery) (server.Connected, error), strict bool) *cobra.Command {
	var c server.Config
	var format string
	cmd.Args = cobra.ExactArgs(1)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return p.ask(cmd.Context(), c, func(in server.Installation) error {
			done, err := run(cmd, in, server.ConnectionQuery{Name: args[0]})
			if err != nil {
				return err
			}
			if err := p.printConnected(done, format, true); err != nil {
				return err
			}
			if n := troubled(done.Accounts); strict && n > 0 {
				return exit{exitError, fmt.Errorf("%s cannot be read, or not wholly", counted(n, "account"))}
			}
			return nil
		})
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

func troubled(accounts []connect.Account) (n int) {
	for _, a := range accounts {
		if a.Tried() && a.Status != connect.OK {
			n++
		}
	}
	return n
}

func (p *program) connectRemove() *cobra.Command {
	var c server.Config
	cmd := &cobra.Command{
		Use:     "remove NAME",
		Short:   "Forget a connection; what was recorded through it stays",
		Example: "  tickmark connect remove management",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				return in.RemoveConnection(cmd.Context(), server.ConnectionQuery{Name: args[0]})
			})
		},
	}
	installationFlags(cmd, &c)
	return cmd
}
