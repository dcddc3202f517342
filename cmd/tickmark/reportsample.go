package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/server"
)

// sampleJSON is what report sample prints for programs; it is a promise to scripts.
type sampleJSON struct {
	server.SampleAnswer
	// Recorded tells that the ledger has a record of the drawing.
	Recorded bool `json:"recorded"`
}

func (p *program) reportSample() *cobra.Command {
	var c server.Config
	var q server.AuditCommand
	var key, format string
	cmd := &cobra.Command{
		Use:   "sample BUNDLE.zip|ASSESSMENT --size N --seed S",
		Short: "Draw a sample of evidence to test, reproducibly",
		Long: `Sample draws pieces of evidence at random, for an auditor to test. The population is all evidence of an assessment, or of one
control, period, source or class of it, selected for a report or not; a record that stands for many resources counts once
for each. The choice follows from the seed alone: whoever has the report draws the same pieces again.

From an ASSESSMENT the drawing is recorded in the ledger, with the seed, the population and the hash of what was drawn, and
told in later reports. From a BUNDLE.zip it works offline and records nothing. The lines name the attributes to test, which
are the control's testing information unless --attribute gives others; --output csv leaves a column for each result.`,
		Example: `  tickmark report sample my-audit --size 25 --seed 2026-Q1 --output csv > sample.csv
  tickmark report sample July-2026.zip --size 25 --seed 2026-Q1 --control AC-2 --from 2026-07-01 --to 2026-07-31`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if q.Sample.Seed == "" {
				return usage(cmd, errors.New("--seed is missing: any text, agreed on before the drawing, such as a date"))
			}
			if strings.HasSuffix(args[0], ".zip") {
				return p.sampleBundle(cmd, args[0], key, q, format)
			}
			q.Action, q.Assessment = "sample", args[0]
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				a, err := in.Audit(cmd.Context(), q)
				if err != nil {
					return err
				}
				return p.printSample(sampleJSON{*a.Sample, true}, format)
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json", "csv")
	controlFlags(cmd, &q)
	f := cmd.Flags()
	f.IntVar(&q.Sample.Size, "size", 25, "how many pieces to draw")
	f.StringVar(&q.Sample.Seed, "seed", "", "`text` that the choice follows from")
	f.StringVar(&q.Sample.From, "from", "", "first `day`, as 2006-01-02")
	f.StringVar(&q.Sample.To, "to", "", "last `day`")
	f.StringVar(&q.Sample.Source, "source", "", "only of a data source, such as \"AWS Config\"")
	f.StringVar(&q.Sample.Class, "class", "", "only compliant | nonCompliant | inconclusive | excepted")
	f.Int64Var(&q.Sample.Before, "before", 0, "only records below this `leaf` of the log, to draw again what was drawn earlier")
	f.StringArrayVar(&q.Attributes, "attribute", nil, "what to test, once for each attribute")
	f.StringVar(&q.Reason, "reason", "", "why, for the record of an assessment")
	f.StringVar(&key, "key", "", "`file` with the signer's public key, for a bundle")
	return cmd
}

func (p *program) sampleBundle(cmd *cobra.Command, path, key string, q server.AuditCommand, format string) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no file %s", path)
	}
	b, err := openBundle(cmd.Context(), path, key)
	if err != nil {
		return err
	}
	defer b.Close()
	spec := q.Sample
	spec.ControlSet = q.ControlSet
	if q.Control != "" {
		set, control, err := b.Manifest.FindControl(q.ControlSet, q.Control)
		if err != nil {
			return err
		}
		spec.ControlSet, spec.Control = set.ID, control.ID
	}
	if spec.Before == 0 {
		spec.Before = b.Manifest.Log.Size
	}
	s, err := report.Draw(cmd.Context(), spec, b.Items(cmd.Context()))
	if err != nil {
		return err
	}
	return p.printSample(sampleJSON{server.SampleAnswer{Sample: s, Lines: s.Lines(q.Attributes)}, false}, format)
}

func (p *program) printSample(s sampleJSON, format string) error {
	switch format {
	case "json":
		return printJSON(p.out, s)
	case "csv":
		return sampleCSV(p.out, s)
	}
	t := newTable(p.out, "NO", "EVIDENCE", "DAY", "CONTROL", "SOURCE", "EVENT", "CLASS", "RESOURCE", "FILE")
	for _, l := range s.Lines {
		resource := l.Resource
		if l.Member > 0 {
			resource = fmt.Sprintf("number %d of those that stand together", l.Member)
		}
		file := l.File
		if l.LeftOut {
			file = "left out of the report"
		}
		t.row(fmt.Sprint(l.Number), l.EvidenceID, l.Day, l.Control, l.Source, l.Event, l.Class, resource, file)
	}
	if err := t.flush(); err != nil {
		return err
	}
	recorded := "not recorded"
	if s.Recorded {
		recorded = "recorded in the ledger"
	}
	_, err := fmt.Fprintf(p.out, "%d of %s in %d records below leaf %d, seed %q, SHA-256 %s; %s\n", len(s.Lines), counted(int(s.Population), "piece"), s.Records, s.Before, s.Seed, s.Hash, recorded)
	return err
}

func sampleCSV(w io.Writer, s sampleJSON) error {
	rows := []string{report.CSVLine("number", "evidence id", "member", "leaf", "control set", "control", "day", "observed at", "source", "event", "verdict", "class",
		"account", "region", "resource", "file", "seed", "population", "attribute", "result", "tested by", "remark")}
	for _, l := range s.Lines {
		for _, a := range l.Attributes {
			rows = append(rows, report.CSVLine(fmt.Sprint(l.Number), l.EvidenceID, fmt.Sprint(l.Member), fmt.Sprint(l.LeafIndex), l.ControlSet, l.Control, l.Day,
				l.ObservedAt.Format("2006-01-02T15:04:05Z07:00"), l.Source, l.Event, l.Verdict, l.Class, l.Account, l.Region, l.Resource, l.File, s.Seed, fmt.Sprint(s.Population), a, "", "", ""))
		}
	}
	_, err := io.WriteString(w, strings.Join(rows, ""))
	return err
}
