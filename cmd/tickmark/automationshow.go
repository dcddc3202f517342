package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) automationList() *cobra.Command {
	var c server.Config
	var q server.AutomationQuery
	var format string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List executions of all accounts and regions, the newest first",
		Long:    `List shows the executions that are under way or ended in the last 30 days; older ones are removed.`,
		Example: "  tickmark automation list --status Failed --accounts 111122223333",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), c, func(in server.Installation) error {
				page, err := in.Automations(cmd.Context(), q)
				if err != nil {
					return err
				}
				if format == "json" {
					return printJSON(p.out, page)
				}
				return p.printAutomations(page)
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	placeFlags(cmd, &q.Accounts, &q.Regions)
	cmd.Flags().StringVar(&q.Status, "status", "", "only executions with this status, such as Failed or Waiting")
	cmd.Flags().StringVar(&q.Prefix, "document", "", "only documents whose names begin so")
	cmd.Flags().IntVar(&q.Limit, "limit", 50, "at most so many, the newest; 1000 at most")
	return cmd
}

func (p *program) printAutomations(page server.AutomationPage) error {
	t := newTable(p.out, "STARTED", "ACCOUNT", "REGION", "DOCUMENT", "STATUS", "STEP", "EXECUTION")
	for _, e := range page.Executions {
		t.row(clock(e.Started), e.Account, e.Region, e.Document, automationState(&e), e.Step, e.ID)
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.out, "%d executions, %d more\n", len(page.Executions), page.More)
	return err
}

// automationState never lets a dry run look like the real thing.
func automationState(e *server.AutomationRun) string {
	if e.DryRun {
		return e.Status + " (dry run)"
	}
	return e.Status
}

func (p *program) automationShow() *cobra.Command {
	var c server.Config
	var o server.AutomationOrder
	var format string
	cmd := &cobra.Command{
		Use:     "show ID",
		Short:   "Show an execution with its steps",
		Example: "  tickmark automation show 0190a1b2-0000-7000-8000-000000000001 --account 111122223333 --region eu-west-1 --output json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.ID = args[0]
			return p.with(cmd.Context(), c, func(in server.Installation) error {
				e, err := in.OrderAutomation(cmd.Context(), o)
				if err != nil {
					return err
				}
				return p.printAutomation(e, format)
			})
		},
	}
	automationFlags(cmd, &c, &o.AutomationPlace)
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

func (p *program) printAutomation(e server.AutomationRun, format string) error {
	if format == "json" {
		return printJSON(p.out, e)
	}
	fmt.Fprintf(p.out, "%s\n", plain(fmt.Sprintf("%s  %s  %s %s  %s", e.ID, e.Document, e.Account, e.Region, automationState(&e))))
	t := newTable(p.out, "STEP", "ACTION", "STATUS", "FAILURE")
	for _, s := range e.Steps {
		said := s.Failure
		if len(s.Approvers) > 0 {
			said = "waits for " + strings.Join(s.Approvers, ", ")
		}
		t.row(s.Name, s.Action, s.Status, said)
	}
	if err := t.flush(); err != nil {
		return err
	}
	for _, w := range e.WouldDo {
		fmt.Fprintln(p.out, plain(w))
	}
	for _, name := range slices.Sorted(maps.Keys(e.Outputs)) {
		fmt.Fprintln(p.out, plain(name+" = "+strings.Join(e.Outputs[name], ", ")))
	}
	if e.Failure != "" {
		fmt.Fprintln(p.err, plain(e.Failure))
	}
	return nil
}

func (p *program) automationDocuments() *cobra.Command {
	var c server.Config
	var at server.AutomationPlace
	var format string
	cmd := &cobra.Command{
		Use:   "documents [NAME]",
		Short: "List the documents that can be run, or show one",
		Long: `Documents lists the documents that come with Tickmark and those of the account and region. With a name it shows that
one: its parameters and what its steps do; with --output json its text too.`,
		Example: `  tickmark automation documents
  tickmark automation documents AWS-DeleteSnapshot`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := strings.Join(args, "")
			return p.with(cmd.Context(), c, func(in server.Installation) error {
				list, err := in.AutomationDocuments(cmd.Context(), at, name)
				switch {
				case err != nil:
					return err
				case format == "json":
					return printJSON(p.out, list)
				case name != "":
					return p.printDocument(list[0])
				}
				return p.printDocuments(list)
			})
		},
	}
	automationFlags(cmd, &c, &at)
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

func (p *program) printDocuments(list []server.AutomationDocument) error {
	t := newTable(p.out, "DOCUMENT", "VERSION", "FROM", "DESCRIPTION")
	for _, d := range list {
		from := "account"
		if d.BuiltIn {
			from = "tickmark"
		}
		about, _, _ := strings.Cut(d.Description, "\n")
		t.row(d.Name, strconv.Itoa(d.Version), from, about)
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.out, "%d documents\n", len(list))
	return err
}

func (p *program) printDocument(d server.AutomationDocument) error {
	fmt.Fprintf(p.out, "%s, version %d\n", plain(d.Name), d.Version)
	for line := range strings.Lines(d.Description) {
		fmt.Fprintln(p.out, plain(strings.TrimRight(line, "\n")))
	}
	fmt.Fprintln(p.out)
	t := newTable(p.out, "PARAMETER", "TYPE", "DEFAULT", "DESCRIPTION")
	for _, q := range d.Parameters {
		value := "required"
		if !q.Required {
			value = fmt.Sprint(q.Default)
		}
		t.row(q.Name, q.Type, value, strings.Join(strings.Fields(q.Description), " "))
	}
	if err := t.flush(); err != nil {
		return err
	}
	fmt.Fprintln(p.out, "\nSTEPS")
	for _, a := range d.Actions {
		fmt.Fprintln(p.out, plain(a))
	}
	return nil
}
