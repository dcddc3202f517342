package main

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) evidenceCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "evidence", Short: "Evidence: find it, and bring many pieces at once"}
	cmd.AddCommand(p.evidenceFind(), p.evidenceImport())
	return cmd
}

func (p *program) evidenceImport() *cobra.Command {
	var c server.Config
	var q server.EvidenceImport
	var format string
	cmd := &cobra.Command{
		Use:   "import ASSESSMENT PATH...",
		Short: "Add files and texts to an assessment's controls",
		Long: `Import adds manual evidence to the controls of an assessment. A PATH is

  a CSV manifest      the first line names the columns: control, and file, text and s3, of which each line fills one;
                      control_set and effective_date may stand beside them. Files are named from the manifest's folder.
  a folder            its folders are named as controls, and hold their files: CONTROL/FILE
  any other file      evidence for the control that --control names

A control is written as its id, its name, or the requirement's id, such as 1.4. There is no quota of a day; the change log
notes the import. The same content with the same effective date is taken once, so an import may be repeated. What is
wrong is listed with its reason and the rest goes on; the exit code is then still 0, because the answer says so:
--output json prints {items, duplicates, rejected [{source, reason}], bytes, seconds}.`,
		Example: `  tickmark evidence import my-audit evidence.csv
  tickmark evidence import my-audit ./evidence --effective-date 2026-03-31
  tickmark evidence import my-audit minutes.pdf --control 1.4`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			q.Assessment, q.Paths = args[0], nil
			for _, path := range args[1:] {
				abs, err := filepath.Abs(path)
				if err != nil {
					return err
				}
				q.Paths = append(q.Paths, abs)
			}
			if _, err := time.Parse(time.DateOnly, q.Effective); q.Effective != "" && err != nil {
				return usage(cmd, fmt.Errorf("--effective-date %q is not a day: write it as 2006-01-02", q.Effective))
			}
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				g := p.start("import evidence", "bytes", 0)
				r, err := in.ImportEvidence(cmd.Context(), q)
				if err != nil {
					return err
				}
				return p.printImport(g, r, format)
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	cmd.Flags().StringVar(&q.Control, "control", "", "the control that the files are evidence for")
	cmd.Flags().StringVar(&q.ControlSet, "control-set", "", "the set of that control, where several have it")
	cmd.Flags().StringVar(&q.Effective, "effective-date", "", "the day that the evidence speaks of, where it is not today")
	return cmd
}
