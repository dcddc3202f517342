package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/server"
)

// auditLeaf is a command that decides about an assessment. Its Use names the arguments behind ASSESSMENT, which is the
// first when there is one; needed are the flags that must be given.
func (p *program) auditLeaf(cmd *cobra.Command, q *server.AuditCommand, needed []string, table func(server.AuditAnswer) error) *cobra.Command {
	var c server.Config
	var format string
	words := strings.Fields(cmd.Use)[1:]
	cmd.Args = cobra.ExactArgs(len(words))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		for _, f := range needed {
			if v := cmd.Flags().Lookup(f).Value.String(); v == "" || v == "[]" {
				return usage(cmd, fmt.Errorf("--%s is missing", f))
			}
		}
		for i, w := range words {
			if w == "ASSESSMENT" {
				q.Assessment = args[i]
			} else {
				q.ID = args[i]
			}
		}
		return p.ask(cmd.Context(), c, func(in server.Installation) error {
			return show(cmd.Context(), p, format, *q, in.Audit, table)
		})
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

func reasonFlag(cmd *cobra.Command, q *server.AuditCommand) {
	cmd.Flags().StringVar(&q.Reason, "reason", "", "why; it stands in the change log and in the ledger")
}

func controlFlags(cmd *cobra.Command, q *server.AuditCommand) {
	cmd.Flags().StringVar(&q.ControlSet, "set", "", "a control set of the assessment")
	cmd.Flags().StringVar(&q.Control, "control", "", "a control by its id or the beginning of its name")
}

func (p *program) assessmentReopen() *cobra.Command {
	q := server.AuditCommand{Action: "reopen"}
	cmd := p.auditLeaf(&cobra.Command{
		Use:   "reopen ASSESSMENT",
		Short: "Open an inactive assessment, or a reviewed control set or control, again",
		Long: `Reopen takes back what is final in AWS Audit Manager: an assessment that was made INACTIVE, or with --set or --control a set or
control that is REVIEWED. The reason stands in the change log and in the ledger, and in every later report.`,
		Example: `  tickmark assessment reopen my-audit --reason "The sample was too small."
  tickmark assessment reopen my-audit --control "Access review" --reason "A host was missing."`,
	}, &q, []string{"reason"}, p.printDecisions)
	reasonFlag(cmd, &q)
	controlFlags(cmd, &q)
	return cmd
}

func (p *program) assessmentDecisions() *cobra.Command {
	return p.auditLeaf(&cobra.Command{
		Use:     "decisions ASSESSMENT",
		Short:   "What was decided about an assessment: reopened, frozen, unfrozen",
		Example: "  tickmark assessment decisions my-audit --output json",
	}, &server.AuditCommand{Action: "decisions"}, nil, p.printDecisions)
}

func (p *program) printDecisions(a server.AuditAnswer) error {
	t := newTable(p.out, "TIME", "DECISION", "CONTROL SET", "CONTROL", "BY", "REASON", "LEDGER ENTRY")
	for _, d := range a.Decisions {
		t.row(clock(d.At), d.Kind, d.ControlSet, d.Control, d.By, d.Reason, d.ID)
	}
	return t.flush()
}

func (p *program) assessmentFreeze() *cobra.Command {
	q := server.AuditCommand{Action: "freeze"}
	cmd := p.auditLeaf(&cobra.Command{
		Use:   "freeze ASSESSMENT",
		Short: "Freeze a period, so that its report has the same bytes for good",
		Long: `Freeze fixes the evidence of the days from --from to --to, both included, what of it is selected, and a signed checkpoint
over it, and writes the report. Evidence of these days that comes later is recorded, says so, and is no part of it.`,
		Example: `  tickmark assessment freeze my-audit --from 2026-01-01 --to 2026-03-31 --name q1 --reason "First quarter, as given to the auditor."`,
	}, &q, []string{"from", "to", "reason"}, p.printFreezes)
	cmd.Flags().StringVar(&q.From, "from", "", "the first day, as 2006-01-02")
	cmd.Flags().StringVar(&q.To, "to", "", "the last day, today at the latest")
	cmd.Flags().StringVar(&q.Name, "name", "", "the name of the report (default: frozen-FROM-TO)")
	reasonFlag(cmd, &q)
	return cmd
}

func (p *program) assessmentUnfreeze() *cobra.Command {
	q := server.AuditCommand{Action: "unfreeze"}
	cmd := p.auditLeaf(&cobra.Command{
		Use:     "unfreeze ASSESSMENT FREEZE",
		Short:   "End a freeze, so that its days may be collected again",
		Example: `  tickmark assessment unfreeze my-audit q1 --reason "The wrong days."`,
	}, &q, []string{"reason"}, p.printFreezes)
	reasonFlag(cmd, &q)
	return cmd
}

func (p *program) assessmentFreezes() *cobra.Command {
	return p.auditLeaf(&cobra.Command{
		Use:     "freezes ASSESSMENT",
		Short:   "The frozen periods of an assessment",
		Example: "  tickmark assessment freezes my-audit",
	}, &server.AuditCommand{Action: "freezes"}, nil, p.printFreezes)
}

func (p *program) assessmentFrozenReport() *cobra.Command {
	q := server.AuditCommand{Action: "frozen-report"}
	cmd := p.auditLeaf(&cobra.Command{
		Use:     "frozen-report ASSESSMENT FREEZE",
		Short:   "Write the report of a frozen period once more, with the bytes of the first",
		Example: "  tickmark assessment frozen-report my-audit q1 --name copy",
	}, &q, []string{"name"}, func(a server.AuditAnswer) error {
		_, err := fmt.Fprintln(p.out, a.Report.Path)
		return err
	})
	cmd.Flags().StringVar(&q.Name, "name", "", "the name of the copy")
	return cmd
}

func (p *program) printFreezes(a server.AuditAnswer) error {
	t := newTable(p.out, "FREEZE", "FROM", "TO", "STATUS", "FROZEN", "BY", "REASON", "BUNDLE SHA-256")
	for _, f := range a.Freezes {
		t.row(f.ID, f.From, f.To, f.Status, clock(f.At), f.By, f.Reason, f.Bundle)
	}
	return t.flush()
}

func (p *program) assessmentRequests() *cobra.Command {
	q := server.AuditCommand{Action: "requests"}
	cmd := p.auditLeaf(&cobra.Command{
		Use:     "requests ASSESSMENT",
		Short:   "What auditors and owners have asked for",
		Example: "  tickmark assessment requests my-audit --status OPEN",
	}, &q, nil, p.printRequests)
	cmd.Flags().StringVar(&q.Status, "status", "", "only those that are OPEN | ANSWERED | ACCEPTED | RETURNED")
	return cmd
}

func (p *program) assessmentRequest() *cobra.Command {
	q := server.AuditCommand{Action: "request"}
	cmd := p.auditLeaf(&cobra.Command{
		Use:     "request ASSESSMENT",
		Short:   "Ask for evidence about a control",
		Example: `  tickmark assessment request my-audit --control "Access review" --title "Who approved it?" --due 2026-04-15`,
	}, &q, []string{"control", "title", "due"}, p.printRequests)
	controlFlags(cmd, &q)
	cmd.Flags().StringVar(&q.Title, "title", "", "what is asked for, in short")
	cmd.Flags().StringVar(&q.Text, "text", "", "what is asked for, in full")
	cmd.Flags().StringVar(&q.Due, "due", "", "the last day for an answer, as 2006-01-02")
	return cmd
}

func (p *program) assessmentAnswer() *cobra.Command {
	q := server.AuditCommand{Action: "answer"}
	cmd := p.auditLeaf(&cobra.Command{
		Use:     "answer ASSESSMENT REQUEST",
		Short:   "Answer an evidence request with evidence of its control, or a comment",
		Example: "  tickmark assessment answer my-audit 019bc186-de00-7000-8000-00000000000f --evidence 3e1bff32-901e-80ae-8619-9fc8748492f8",
	}, &q, nil, p.printRequests)
	cmd.Flags().StringVar(&q.Text, "comment", "", "the answer in words")
	cmd.Flags().StringSliceVar(&q.Evidence, "evidence", nil, "the id of a piece of evidence; may be repeated")
	return cmd
}

// assessmentJudge accepts or returns an answer.
func (p *program) assessmentJudge(action, short string) *cobra.Command {
	q := server.AuditCommand{Action: action}
	cmd := p.auditLeaf(&cobra.Command{
		Use:     action + " ASSESSMENT REQUEST",
		Short:   short,
		Example: "  tickmark assessment " + action + ` my-audit 019bc186-de00-7000-8000-00000000000f --comment "Thanks."`,
	}, &q, nil, p.printRequests)
	cmd.Flags().StringVar(&q.Text, "comment", "", "what to say to it")
	return cmd
}

func (p *program) printRequests(a server.AuditAnswer) error {
	t := newTable(p.out, "REQUEST", "CONTROL SET", "CONTROL", "TITLE", "DUE", "STATUS", "BY", "LAST ANSWER", "EVIDENCE")
	for _, r := range a.Requests {
		var last assess.RequestStep
		n := 0
		for _, x := range r.Steps {
			if n += len(x.Evidence); x.Comment != "" {
				last = x
			}
		}
		t.row(r.ID, r.ControlSet, r.Control, r.Title, r.Due, r.Status, r.By, last.Comment, strconv.Itoa(n))
	}
	return t.flush()
}
