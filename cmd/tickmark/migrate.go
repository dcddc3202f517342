package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) migrateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "migrate",
		Short:   "Copy what another service holds",
		Example: "  tickmark migrate auditmanager --profile audit",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.migrateAuditManager())
	return cmd
}

func (p *program) migrateAuditManager() *cobra.Command {
	var c server.Config
	var in server.MigrateRequest
	var regions, format string
	cmd := &cobra.Command{
		Use:   "auditmanager --profile PROFILE",
		Short: "Copy an account of AWS Audit Manager",
		Long: `Migrate auditmanager copies custom controls and frameworks, assessments with delegations, comments, status and change log,
evidence with its folders, and reports with their bundles, at most 20 requests a second. Ids, times and people are kept;
evidence is marked as collected by AWS and copied. Only reading calls are made.

It may be stopped and run again: what was copied is not copied twice, and folders that are complete are not read again.
Exit code 0: all of it is here; 1: something is not, and is named.`,
		Example: `  tickmark migrate auditmanager --profile audit
  tickmark migrate auditmanager --profile audit --regions eu-west-1,us-east-1 --output json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if regions != "all" {
				in.Regions = strings.Split(regions, ",")
			}
			return p.with(cmd.Context(), c, func(to server.Installation) error {
				g := p.start("evidence copied", "pieces", 0)
				done, err := to.Migrate(cmd.Context(), in, func(r server.RegionCounts) { g.set(r.Evidence.New) })
				if err != nil {
					return err
				}
				return p.printMigrated(done, format)
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	cmd.Flags().StringVar(&in.Profile, "profile", "", "AWS profile to read with; empty takes the usual credentials")
	cmd.Flags().StringVar(&regions, "regions", "all", "regions to copy from, separated by commas, or all")
	cmd.Flags().StringVar(&in.EndpointURL, "endpoint-url", "", "address of another Tickmark, in place of AWS's")
	return cmd
}

func (p *program) printMigrated(done []server.RegionCounts, format string) error {
	problems := 0
	for _, r := range done {
		problems += len(r.Problems)
	}
	if format == "json" {
		if err := printJSON(p.out, done); err != nil {
			return err
		}
	} else if err := p.tableMigrated(done); err != nil {
		return err
	}
	if problems > 0 {
		return exit{exitError, fmt.Errorf("%d things could not be copied", problems)}
	}
	return nil
}

func (p *program) tableMigrated(done []server.RegionCounts) error {
	t := newTable(p.out, "REGION", "WHAT", "FOUND", "NEW HERE")
	for _, r := range done {
		for _, x := range []struct {
			name       string
			found, add int64
		}{
			{"controls", r.Controls.Found, r.Controls.New},
			{"frameworks", r.Frameworks.Found, r.Frameworks.New},
			{"assessments", r.Assessments.Found, r.Assessments.New},
			{"change log", r.Changes.Found, r.Changes.New},
			{"folders", r.Folders.Found, r.Folders.New},
			{"evidence", r.Evidence.Found, r.Evidence.New},
			{"reports", r.Reports.Found, r.Reports.New},
		} {
			if x.found > 0 {
				t.row(r.Region, x.name, fmt.Sprint(x.found), fmt.Sprint(x.add))
			}
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	for _, r := range done {
		for _, problem := range r.Problems {
			fmt.Fprintf(p.out, "%s: %s\n", r.Region, problem)
		}
	}
	return nil
}
