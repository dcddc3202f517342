package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/durable"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/oscal"
	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/report/exchange"
)

// exportFormats are the forms that a report is told in.
var exportFormats = map[string]func(ctx context.Context, w io.Writer, b *report.Bundle) error{
	"oscal-ar":        oscal.Results,
	"oscal-poam":      oscal.Plan,
	"oscal-component": func(_ context.Context, w io.Writer, b *report.Bundle) error { return oscal.Components(w, &b.Manifest) },
	"ocsf":            exchange.OCSF,
	"asff":            exchange.ASFF,
	"csv":             func(_ context.Context, w io.Writer, b *report.Bundle) error { return b.Copy(w, report.CSVName) },
	"xlsx":            report.Workbook,
}

func (p *program) reportExport() *cobra.Command {
	var format, out, key string
	formats := slices.Sorted(maps.Keys(exportFormats))
	cmd := &cobra.Command{
		Use:   "export BUNDLE.zip --format FORMAT",
		Short: "Tell a report in another form: OSCAL, OCSF, ASFF, XLSX, CSV",
		Long: `Export reads a report bundle, offline, verifies it first, and tells its evidence in another form:

  oscal-ar         assessment results: an observation for each piece of evidence, a finding for each control
  oscal-poam       plan of action and milestones: what still fails at the end, and what is excepted
  oscal-component  component definition: the checks and the controls they give evidence for
  ocsf             compliance findings (class 2003), one a line
  asff             AWS Security Finding Format
  xlsx, csv        tables

The same bundle gives the same bytes, and everything has ids that stay the same from one report to the next. Without --out
it is written to the standard output.`,
		Example: `  tickmark report export July-2026.zip --format oscal-ar --out results.json
  tickmark report export July-2026.zip --key ledger.pub --format xlsx --out evidence.xlsx`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if exportFormats[format] == nil {
				return usage(cmd, fmt.Errorf("--format %q is unknown: it must be one of %s", format, strings.Join(formats, ", ")))
			}
			b, err := openBundle(cmd.Context(), args[0], key)
			if err != nil {
				return err
			}
			defer b.Close()
			return p.writeOut(out, func(w io.Writer) error { return exportFormats[format](cmd.Context(), w, b) })
		},
	}
	cmd.Flags().StringVar(&format, "format", "", strings.Join(formats, " | "))
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
	cmd.Flags().StringVar(&out, "out", "", "`file` to write")
	cmd.Flags().StringVar(&key, "key", "", "`file` with the signer's public key (ledger.pub); without it who signed is not checked")
	return cmd
}

// openBundle verifies a bundle and opens it.
func openBundle(ctx context.Context, path, key string) (*report.Bundle, error) {
	var o report.Options
	if key != "" {
		line, err := readSmall("key", key)
		if err != nil {
			return nil, err
		}
		if o.Key, err = ledger.ParsePublic(string(line)); err != nil {
			return nil, err
		}
	}
	b, err := report.OpenBundle(ctx, path, o)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Invalidf("bundle", "There is no file %s.", path)
	}
	return b, err
}

// writeOut writes a file whole or not at all, or the standard output when there is none.
func (p *program) writeOut(path string, write func(w io.Writer) error) error {
	if path == "" {
		return write(p.out)
	}
	return durable.Write(path, 0o644, write)
}
