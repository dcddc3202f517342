package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) assessmentCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "assessment",
		Short: "The assessments of all accounts: their controls, where their evidence comes from, and collecting it",
		Long: `Assessment works on the data directory, or through the server that holds it, for whoever may open either. It acts as an
owner of every assessment; ASSESSMENT is an id, an ARN, or a name that only one assessment has.`,
	}
	cmd.AddCommand(p.assessmentList(), p.assessmentShow(), p.assessmentSources(), p.assessmentCollect(),
		p.assessmentReopen(), p.assessmentDecisions(), p.assessmentFreeze(), p.assessmentUnfreeze(), p.assessmentFreezes(), p.assessmentFrozenReport(),
		p.assessmentRequests(), p.assessmentRequest(), p.assessmentAnswer(),
		p.assessmentJudge("accept", "Accept the answer to an evidence request, which closes it"),
		p.assessmentJudge("return", "Return the answer to an evidence request, and say what is missing"))
	return cmd
}

// assessmentLeaf is a command about one assessment, or, with a Use of one word, about all.
func (p *program) assessmentLeaf(cmd *cobra.Command, run func(ctx context.Context, in server.Installation, format string, q server.AssessmentQuery) error) *cobra.Command {
	var c server.Config
	var format string
	cmd.Args = cobra.NoArgs
	if strings.Contains(cmd.Use, " ASSESSMENT") {
		cmd.Args = cobra.ExactArgs(1)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var q server.AssessmentQuery
		if len(args) > 0 {
			q.Assessment = args[0]
		}
		return p.ask(cmd.Context(), c, func(in server.Installation) error { return run(cmd.Context(), in, format, q) })
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

func (p *program) assessmentList() *cobra.Command {
	return p.assessmentLeaf(&cobra.Command{
		Use:     "list",
		Short:   "The assessments of all accounts",
		Example: "  tickmark assessment list --output json",
	}, func(ctx context.Context, in server.Installation, format string, q server.AssessmentQuery) error {
		return show(ctx, p, format, q, in.Assessments, func(all []server.AssessmentLine) error {
			t := newTable(p.out, "ID", "ACCOUNT", "NAME", "FRAMEWORK", "STATUS", "FROM", "COLLECTED TO", "CONTROLS", "EVIDENCE", "ISSUES")
			for _, a := range all {
				t.row(a.ID, a.AccountID, a.Name, a.Framework, a.Status, a.From, a.CollectedTo, fmt.Sprint(a.Controls), fmt.Sprint(a.Evidence), fmt.Sprint(a.Issues))
			}
			return t.flush()
		})
	})
}

func (p *program) assessmentShow() *cobra.Command {
	return p.assessmentLeaf(&cobra.Command{
		Use:     "show ASSESSMENT",
		Short:   "An assessment's controls with the numbers of their evidence",
		Example: "  tickmark assessment show 'Sample organization, NIST SP 800-53 r5'",
	}, func(ctx context.Context, in server.Installation, format string, q server.AssessmentQuery) error {
		return show(ctx, p, format, q, in.ShowAssessment, func(a server.AssessmentView) error {
			fmt.Fprintf(p.out, "%s (%s) of account %s: %s, %s, evidence from %s\n", plain(a.Name), a.ID, a.AccountID, plain(a.Framework), a.Status, a.From)
			t := newTable(p.out, "CONTROL SET", "CONTROL", "STATUS", "EVIDENCE", "ISSUES", "BY HAND", "SELECTED")
			for _, k := range a.ControlLines {
				t.row(k.ControlSet, k.Name, k.Status, fmt.Sprint(k.Evidence), fmt.Sprint(k.Issues), fmt.Sprint(k.ByHand), fmt.Sprint(k.Selected))
			}
			return t.flush()
		})
	})
}

func (p *program) assessmentSources() *cobra.Command {
	var state string
	cmd := p.assessmentLeaf(&cobra.Command{
		Use:   "sources ASSESSMENT",
		Short: "Where the evidence of each control comes from, how fresh it is, and why there is none",
		Long: `Sources tells for each mapping source of an assessment when it last collected, how often it should, and when it has never
collected anything, why: an unknown keyword, a rule that is not deployed, nothing recorded, no event of the name.`,
		Example: `  tickmark assessment sources my-audit
  tickmark assessment sources my-audit --state never --output json`,
	}, func(ctx context.Context, in server.Installation, format string, q server.AssessmentQuery) error {
		ask := func(ctx context.Context, q server.AssessmentQuery) (server.EvidenceSources, error) {
			all, err := in.EvidenceSources(ctx, q)
			kept := all.Sources[:0]
			for _, x := range all.Sources {
				if state == "" || strings.EqualFold(state, x.State) {
					kept = append(kept, x)
				}
			}
			all.Sources = kept
			return all, err
		}
		return show(ctx, p, format, q, ask, p.printSources)
	})
	cmd.Flags().StringVar(&state, "state", "", "only sources in the state: fresh | stale | never | stopped")
	known := cmd.PreRunE
	cmd.PreRunE = func(cmd *cobra.Command, args []string) error {
		if state != "" && !slices.Contains([]string{"fresh", "stale", "never", "stopped"}, strings.ToLower(state)) {
			return usage(cmd, fmt.Errorf("--state %q is unknown: it must be one of fresh, stale, never, stopped", state))
		}
		return known(cmd, args)
	}
	return cmd
}

func (p *program) printSources(all server.EvidenceSources) error {
	t := newTable(p.out, "CONTROL", "SOURCE", "KEYWORD", "STATE", "EXPECTED", "LAST DAY", "ITEMS", "WHY")
	count := map[string]int{}
	for _, x := range all.Sources {
		var why []string
		for _, w := range x.Why {
			why = append(why, w.Message)
		}
		count[x.State]++
		t.row(x.Control, x.Type, x.Keyword, x.State, x.Expected, x.LastDay, fmt.Sprint(x.Items), strings.Join(why, " "))
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.out, "%s: %d fresh, %d stale, %d never collected, %d stopped\n",
		counted(len(all.Sources), "source"), count["FRESH"], count["STALE"], count["NEVER"], count["STOPPED"])
	return err
}

func (p *program) assessmentCollect() *cobra.Command {
	var c server.CollectQuery
	cmd := p.assessmentLeaf(&cobra.Command{
		Use:   "collect ASSESSMENT",
		Short: "Collect an assessment's evidence now, also for past days",
		Long: `Collect records what bears on the assessment in the days from --from to --to, both included: verdicts, findings, events and
API calls. What was recorded before is not recorded again, and what is of a past day is marked as backfilled.`,
		Example: `  tickmark assessment collect my-audit
  tickmark assessment collect my-audit --from 2026-01-01 --to 2026-03-31`,
	}, func(ctx context.Context, in server.Installation, format string, q server.AssessmentQuery) error {
		c.AssessmentQuery = q
		return show(ctx, p, format, c, in.CollectEvidence, func(r server.Collected) error {
			_, err := fmt.Fprintf(p.out, "%s: %d new pieces of evidence, %d known before\n", plain(r.Name), r.Evidence, r.Known)
			return err
		})
	})
	cmd.Flags().StringVar(&c.From, "from", "", "the first day, as 2006-01-02; the assessment's own when it is left out")
	cmd.Flags().StringVar(&c.To, "to", "", "the last day; today when it is left out")
	return cmd
}
