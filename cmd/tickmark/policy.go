package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/connect"
	"github.com/tickmark/tickmark/internal/permit"
)

func (p *program) policyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "IAM policies for what Tickmark calls in real accounts",
		Example: `  tickmark policy collector --format stackset --principal arn:aws:iam::111122223333:role/tickmark > tickmark-collector.yaml
  tickmark policy caller --role TickmarkCollector`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.policyCollector(), p.policyCaller())
	return cmd
}

// policyFormats are the forms that the collector's policy is printed in.
var policyFormats = []string{"iam", "trust", "cloudformation", "stackset", "terraform"}

func (p *program) policyCollector() *cobra.Command {
	var types []string
	var format string
	var role permit.Role
	var compact bool
	cmd := &cobra.Command{
		Use:   "collector",
		Short: "The least-privilege policy of the role with which accounts are read",
		Long: `Collector prints the policy that allows exactly the calls of the collectors, reading calls all of them: as the policies alone
(iam; a list of them when one is too small for all), the trust policy of the role (trust), or a template of the role with its
policies, for one account (cloudformation, terraform) or for every account of an organization (stackset). The commands that
deploy a template stand on top of it.`,
		Example: `  tickmark policy collector
  tickmark policy collector --types AWS::S3::Bucket,AWS::EC2::Volume
  tickmark policy collector --format stackset --principal arn:aws:iam::111122223333:role/tickmark --external-id estate-1 > tickmark-collector.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format == "trust" {
				return p.printTrust(cmd, role)
			}
			kinds, err := connect.Kinds(aws.Types(), types)
			if err != nil {
				return usage(cmd, err)
			}
			docs, err := permit.Policies(connect.Needs(kinds), permit.Options{Partition: role.Partition, Compact: compact})
			if err != nil {
				return err
			}
			return p.printPolicy(docs, role, format)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&types, "types", nil, "only for these resource types (default: all that have a collector)")
	oneOf(cmd, &format, "format", "", "form of the output", policyFormats...)
	f.StringVar(&role.Name, "role", permit.DefaultRole, "name of the role")
	f.StringVar(&role.Principal, "principal", "", "ARN of who may assume the role; in a template, empty leaves it to a parameter")
	f.StringVar(&role.ExternalID, "external-id", "", "external id that must be given to assume the role")
	f.StringVar(&role.Partition, "partition", "aws", "partition: aws | aws-us-gov | aws-cn")
	f.BoolVar(&compact, "compact", false, "shorter: Describe* and List* of a service in place of its actions; this allows more than is called")
	return cmd
}

func (p *program) printPolicy(docs []permit.Document, role permit.Role, format string) (err error) {
	var text string
	switch format {
	case "iam":
		if len(docs) == 1 {
			return printJSON(p.out, docs[0])
		}
		fmt.Fprintf(p.err, "%d managed policies: IAM takes %d characters in one\n", len(docs), permit.ManagedSize)
		return printJSON(p.out, docs)
	case "terraform":
		text, err = permit.Terraform(docs, role)
	default:
		text, err = permit.CloudFormation(docs, role, format == "stackset")
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(p.out, text)
	return err
}

func (p *program) printTrust(cmd *cobra.Command, role permit.Role) error {
	if role.Principal == "" {
		return usage(cmd, fmt.Errorf("--format trust needs --principal, the ARN of who may assume the role"))
	}
	d, err := permit.Trust(role)
	if err != nil {
		return usage(cmd, err)
	}
	return printJSON(p.out, d)
}

func (p *program) policyCaller() *cobra.Command {
	var role permit.Role
	cmd := &cobra.Command{
		Use:   "caller",
		Short: "The policy of the credentials that Tickmark itself runs with",
		Long: `Caller prints the policy for the identity behind --profile: to list the organization, which needs the management account or a
delegated administrator, and to assume the collector's role in every account. To read its own account without a role, it
needs the policy of 'tickmark policy collector' too.`,
		Example: "  tickmark policy caller --role TickmarkCollector",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			d, err := permit.Caller(role)
			if err != nil {
				return err
			}
			return printJSON(p.out, d)
		},
	}
	cmd.Flags().StringVar(&role.Name, "role", permit.DefaultRole, "name of the role in each account")
	cmd.Flags().StringVar(&role.Partition, "partition", "aws", "partition: aws | aws-us-gov | aws-cn")
	return cmd
}
