package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) userCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Add, list and remove users",
		Long: `User manages who may call the APIs, in the data directory or through the server that holds it. A user gets one of
the built-in policies, in its own account, in another, or in all:

  Admin            everything
  ComplianceOwner  assessments, frameworks, rules and packs; reads all
  Delegate         what assessments delegate to it
  AuditorReadOnly  reads only
  Collector        records configuration and findings
  ImportOnly       imports findings and evidence
  RuleFunction     what the function of a custom rule needs: PutEvaluations, and reading AWS Config`,
		Example: "  tickmark user add alice --policy ComplianceOwner --in '*'\n  tickmark user list",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.userAdd(), p.userList(), p.userRemove())
	return cmd
}

// ask is with for what only reads: it makes no installation. A mistyped directory must not answer that nothing happened.
func (p *program) ask(ctx context.Context, c server.Config, fn func(server.Installation) error) error {
	if c.Store == "" && !server.Exists(c.Data) {
		return fmt.Errorf("there is no installation in %s: name its directory with --data, or make one with 'tickmark import' or 'tickmark serve'", c.Data)
	}
	return p.with(ctx, c, fn)
}

// with runs fn on the installation of a data directory.
func (p *program) with(ctx context.Context, c server.Config, fn func(server.Installation) error) error {
	c.Clock = p.clock
	in, done, err := server.Attach(ctx, c)
	if err != nil {
		return err
	}
	err = fn(in)
	if closed := done(); err == nil {
		err = closed
	}
	return err
}

func (p *program) userAdd() *cobra.Command {
	var c server.Config
	var u server.UserSpec
	var format string
	cmd := &cobra.Command{
		Use:     "add NAME --policy POLICY",
		Short:   "Add a user and print its keys, once",
		Example: "  tickmark user add alice --policy ComplianceOwner >> ~/.aws/credentials",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			u.Name = args[0]
			if u.Policy == "" {
				return usage(cmd, fmt.Errorf("--policy is missing: it must be one of %s", strings.Join(authz.PolicyNames(), ", ")))
			}
			return p.with(cmd.Context(), c, func(in server.Installation) error {
				info, err := in.AddUser(cmd.Context(), u)
				if err != nil {
					return err
				}
				if format == "json" {
					return printJSON(p.out, info)
				}
				_, err = fmt.Fprint(p.out, info.Credentials.Profile("tickmark-"+info.Name, "us-east-1"))
				return err
			})
		},
	}
	dataFlag(cmd, &c.Data)
	formatFlag(cmd, &format, "table", "json")
	cmd.Flags().StringVar(&u.Policy, "policy", "", "built-in policy: "+strings.Join(authz.PolicyNames(), " | "))
	_ = cmd.RegisterFlagCompletionFunc("policy", cobra.FixedCompletions(authz.PolicyNames(), cobra.ShellCompDirectiveNoFileComp))
	cmd.Flags().StringVar(&u.Account, "in-account", "", "account the user belongs to (default: the management account)")
	cmd.Flags().StringVar(&u.In, "in", "", "account the policy is granted in, or '*' for all (default: the user's own)")
	cmd.Flags().StringSliceVar(&u.Assessments, "assessment", nil, "limit the grant to this assessment; may be repeated")
	return cmd
}

func (p *program) userList() *cobra.Command {
	var c server.Config
	var format string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the users of every account",
		Example: "  tickmark user list --output json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), c, func(in server.Installation) error {
				users, err := in.Users(cmd.Context())
				if err != nil {
					return err
				}
				if format == "json" {
					return printJSON(p.out, users)
				}
				t := newTable(p.out, "ACCOUNT", "USER", "POLICY", "IN")
				for _, u := range users {
					for _, g := range u.Grants {
						t.row(u.Account, u.Name, g.Policy, strings.Join(append([]string{g.Account}, g.Assessments...), " "))
					}
				}
				return t.flush()
			})
		},
	}
	dataFlag(cmd, &c.Data)
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

func (p *program) userRemove() *cobra.Command {
	var c server.Config
	var account string
	cmd := &cobra.Command{
		Use:     "remove NAME",
		Short:   "Remove a user with its keys and sessions",
		Example: "  tickmark user remove alice",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), c, func(in server.Installation) error {
				return in.RemoveUser(cmd.Context(), account, args[0])
			})
		},
	}
	dataFlag(cmd, &c.Data)
	cmd.Flags().StringVar(&account, "in-account", "", "account the user belongs to (default: the management account)")
	return cmd
}
