package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/authoring/intake"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/server"
)

// importOptions are the flags of frameworks import.
type importOptions struct {
	from, like, out, format string
	intake.Options
	apply bool
}

func (p *program) frameworksImport() *cobra.Command {
	var c server.Config
	var o importOptions
	var q server.ApplyRequest
	cmd := &cobra.Command{
		Use:   "import --from KIND FILE...",
		Short: "Make a framework of somebody else's list",
		Long: `Import reads a list of controls and writes it as a file of frameworks, to be looked at and applied; with --apply it is
applied at once. What was taken, left out, cut or renamed is told on standard error, with its place. Kinds:

  aws               what 'aws auditmanager get-assessment-framework', 'get-control' and 'list-controls' wrote, many at once
  csv, xlsx         tables; columns are found by their header (docs/frameworks.md)
  conformance-pack  templates in YAML or JSON, or names of published ones
  security-hub      what 'aws securityhub describe-standards-controls' or 'list-security-control-definitions' wrote, or ids
  prowler           compliance files of Prowler
  oscal             catalogs, and profiles resolved, in JSON or YAML; imports are files beside the profile`,
		Example: `  tickmark frameworks import --from csv controls.csv --name 'Our baseline' > baseline.yaml
  tickmark frameworks import --from oscal profile.json --like 'NIST SP 800-53 r5' --out fedramp.yaml
  tickmark frameworks import --from prowler cis_5.0_aws.json --apply`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := o.usage(q.Try); err != nil {
				return usage(cmd, err)
			}
			r, err := p.importLists(o, paths)
			if err != nil {
				return err
			}
			p.printIntake(r)
			if !o.apply {
				return p.writeFile(r.File, o.format, o.out)
			}
			q.File = r.File
			return p.applyImported(cmd.Context(), c, q)
		},
	}
	installationFlags(cmd, &c)
	cmd.Flags().StringVar(&o.from, "from", "", "kind of list: "+strings.Join(intake.Kinds(), " | "))
	_ = cmd.RegisterFlagCompletionFunc("from", cobra.FixedCompletions(intake.Kinds(), cobra.ShellCompDirectiveNoFileComp))
	cmd.Flags().StringVar(&o.Name, "name", "", "name of the framework (default: the list's, or the file's)")
	cmd.Flags().StringVar(&o.like, "like", "", "standard framework whose sources the controls with the ids of its requirements get")
	cmd.Flags().BoolVar(&o.ByControl, "by-control", false, "of a conformance pack: a control of each control id that the template names")
	cmd.Flags().StringVar(&o.Sheet, "sheet", "", "sheet of a workbook (default: the first with a header that is known)")
	cmd.Flags().StringVar(&o.out, "out", "", "file to write instead of standard output")
	cmd.Flags().BoolVar(&o.apply, "apply", false, "apply it instead of writing it")
	cmd.Flags().BoolVar(&q.Try, "dry-run", false, "with --apply: tell what would change and change nothing")
	cmd.Flags().StringVar(&q.Owner, "owner", "", "with --apply: account that owns it (default: the management account)")
	fileFormatFlag(cmd, &o.format, "yaml", "json")
	return cmd
}

func (o importOptions) usage(try bool) error {
	switch {
	case o.from == "":
		return fmt.Errorf("--from is missing: it must be one of %s", strings.Join(intake.Kinds(), ", "))
	case !slices.Contains(intake.Kinds(), o.from):
		return fmt.Errorf("--from %q is unknown: it must be one of %s", o.from, strings.Join(intake.Kinds(), ", "))
	case o.apply && o.out != "":
		return fmt.Errorf("--apply does not go with --out")
	case try && !o.apply:
		return fmt.Errorf("--dry-run goes with --apply; without it nothing but a file is written")
	}
	return checkFileFormat(o.format, "yaml", "json")
}

func (p *program) importLists(o importOptions, paths []string) (*intake.Result, error) {
	if o.like != "" {
		f, err := findFramework(o.like)
		if err != nil {
			return nil, err
		}
		o.Like = f
	}
	var inputs []intake.Input
	for _, path := range paths {
		in, err := p.list(o.from, path)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, in)
	}
	o.Beside = nil
	if o.from != intake.OSCAL {
		return intake.Read(o.from, inputs, o.Options)
	}
	// The imports of a profile are below its own folder: documents are read from one folder at a time.
	dir := filepath.Dir(paths[0])
	for _, path := range paths {
		if filepath.Dir(path) != dir {
			return nil, fmt.Errorf("%s and %s are in two folders: import documents of one folder at a time", paths[0], path)
		}
	}
	o.Beside = os.DirFS(dir)
	return intake.Read(o.from, inputs, o.Options)
}

// list reads one list: a file, standard input, or a published conformance pack.
func (p *program) list(kind, path string) (in intake.Input, err error) {
	if path == "-" {
		in.Name = path
		in.Body, err = io.ReadAll(io.LimitReader(p.in, intake.MaxBytes+1))
		return in, err
	}
	f, err := os.Open(path)
	if err != nil {
		if body, missing := pack.Published(path); kind == intake.Pack && missing == nil {
			return intake.Input{Name: path + ".yaml", Body: body}, nil
		}
		return in, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return in, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it is a directory; name files")}
	}
	in.Name = path
	in.Body, err = io.ReadAll(io.LimitReader(f, intake.MaxBytes+1))
	return in, err
}

// printIntake tells what a list came to; a remark that stands at many places is told once.
func (p *program) printIntake(r *intake.Result) {
	type remark struct{ what, why string }
	count := map[remark]int{}
	var order []intake.Note
	for _, n := range r.Notes {
		k := remark{n.What, n.Why}
		if count[k]++; count[k] == 1 {
			order = append(order, n)
		}
	}
	for _, n := range order {
		line := n.String()
		if more := count[remark{n.What, n.Why}] - 1; more > 0 {
			line += fmt.Sprintf(" (and at %d more places)", more)
		}
		fmt.Fprintln(p.err, plain(line))
	}
	fmt.Fprintf(p.err, "%s taken, %d of them automated; %d left out\n", counted(r.Taken, "control"), r.Automated, r.LeftOut)
	for _, x := range authoring.Lint(r.File, nil) {
		fmt.Fprintln(p.err, plain("warning: "+x.String()))
	}
}

func (p *program) applyImported(ctx context.Context, c server.Config, q server.ApplyRequest) error {
	reach := p.with
	if q.Try {
		reach = p.ask
	}
	return reach(ctx, c, func(in server.Installation) error {
		changes, err := in.ApplyFrameworks(ctx, q)
		if err != nil {
			return err
		}
		return p.printChanges(changes, q.Try)
	})
}
