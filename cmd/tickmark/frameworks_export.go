package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/server"
)

// exportOptions are the flags of frameworks export.
type exportOptions struct {
	all, definitions bool
	as, out, owner   string
	format           string
}

func (p *program) frameworksExport() *cobra.Command {
	var c server.Config
	var o exportOptions
	cmd := &cobra.Command{
		Use:   "export NAME... | --all",
		Short: "Write frameworks and controls as a file",
		Long: `Export writes custom frameworks with the controls they need, or with --all everything custom, as a file that
'frameworks apply' takes. A standard framework is written as a copy that names its controls; with --definitions it defines
them, so that they can be changed. Ids and times are left out: the same definitions give the same bytes. With --format oscal
an OSCAL catalog is written, in JSON, which 'frameworks import --from oscal' reads.`,
		Example: `  tickmark frameworks export 'Our baseline' > baseline.yaml
  tickmark frameworks export --all --out frameworks.yaml
  tickmark frameworks export 'NIST CSF v1.1' --as 'Our CSF' --definitions > csf.yaml`,
		RunE: func(cmd *cobra.Command, names []string) error {
			if err := o.usage(names); err != nil {
				return usage(cmd, err)
			}
			f, err := p.exportFile(cmd.Context(), c, o, names)
			if err != nil {
				return err
			}
			if o.format == "oscal" {
				return p.writeCatalog(cmd.Context(), c, f, o)
			}
			return p.writeFile(f, o.format, o.out)
		},
	}
	installationFlags(cmd, &c)
	cmd.Flags().BoolVar(&o.all, "all", false, "every custom framework and control")
	cmd.Flags().BoolVar(&o.definitions, "definitions", false, "define the controls of a standard framework instead of naming them")
	cmd.Flags().StringVar(&o.as, "as", "", "write the one framework under this name")
	cmd.Flags().StringVar(&o.out, "out", "", "file to write instead of standard output")
	cmd.Flags().StringVar(&o.owner, "owner", "", "account whose definitions are written without their owner (default: the management account)")
	fileFormatFlag(cmd, &o.format, "yaml", "json", "oscal")
	return cmd
}

// fileFormatFlag adds --format of commands that write definitions.
func fileFormatFlag(cmd *cobra.Command, into *string, formats ...string) {
	cmd.Flags().StringVar(into, "format", formats[0], "file format: "+strings.Join(formats, " | "))
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
}

func (o exportOptions) usage(names []string) error {
	switch {
	case o.all && len(names) > 0:
		return fmt.Errorf("--all does not go with names")
	case !o.all && len(names) == 0:
		return fmt.Errorf("name a framework, or give --all")
	case o.as != "" && len(names) != 1:
		return fmt.Errorf("--as goes with one framework")
	}
	return checkFileFormat(o.format, "yaml", "json", "oscal")
}

func checkFileFormat(format string, formats ...string) error {
	if !slices.Contains(formats, format) {
		return fmt.Errorf("--format %q is unknown: it must be one of %s", format, strings.Join(formats, ", "))
	}
	return nil
}

func (p *program) exportFile(ctx context.Context, c server.Config, o exportOptions, names []string) (*authoring.File, error) {
	var parts []*authoring.File
	var own []string
	for _, name := range names {
		if f, err := findFramework(name); err == nil {
			parts = append(parts, authoring.Standard(f, o.as, o.definitions))
		} else {
			own = append(own, name)
		}
	}
	if len(own) > 0 || o.all {
		f, err := p.exportCustom(ctx, c, o, own)
		if err != nil {
			return nil, err
		}
		parts = append(parts, f)
	}
	return authoring.Join(parts...), nil
}

func (p *program) exportCustom(ctx context.Context, c server.Config, o exportOptions, names []string) (*authoring.File, error) {
	all, err := p.customFrameworks(ctx, c)
	if err != nil {
		return nil, err
	}
	if o.owner == "" {
		o.owner = all.Account
	}
	if o.all {
		return authoring.Export(all.Definitions, o.owner, nil), nil
	}
	chosen := map[string]bool{}
	for _, name := range names {
		f, err := named(all.Definitions, name)
		if err != nil {
			return nil, err
		}
		if f == nil {
			return nil, fault.New(fault.NotFound, "There is no framework %q, standard or custom. 'tickmark frameworks list' lists them.", name)
		}
		chosen[f.ID] = true
	}
	f := authoring.Export(all.Definitions, o.owner, func(f *assess.Framework) bool { return chosen[f.ID] })
	if o.as != "" {
		f.Frameworks[0].Name = o.as
	}
	return f, nil
}

// writeCatalog writes definitions as an OSCAL catalog, last modified when the last of the installation's was.
func (p *program) writeCatalog(ctx context.Context, c server.Config, f *authoring.File, o exportOptions) error {
	all, err := p.customFrameworks(ctx, c)
	if err != nil {
		return err
	}
	modified, title := catalog.Released, "Custom frameworks"
	for _, x := range all.Definitions.Frameworks {
		modified = latest(modified, x.Updated)
	}
	for _, x := range all.Definitions.Controls {
		modified = latest(modified, x.Updated)
	}
	if len(f.Frameworks) == 1 {
		title = f.Frameworks[0].Name
	}
	text, err := f.OSCAL(title, modified)
	if err != nil {
		return err
	}
	return p.writeText(text, o.out)
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// writeFile writes definitions to a file, or to standard output.
func (p *program) writeFile(f *authoring.File, format, path string) error {
	write := f.YAML
	if format == "json" {
		write = f.JSON
	}
	text, err := write()
	if err != nil {
		return err
	}
	return p.writeText(text, path)
}

func (p *program) writeText(text []byte, path string) error {
	if path == "" {
		_, err := p.out.Write(text)
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

func (p *program) frameworksSchema() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of files of frameworks, for editors",
		Example: "  tickmark frameworks schema > frameworks.schema.json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := p.out.Write(authoring.Schema)
			return err
		},
	}
}
