package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) frameworksApply() *cobra.Command {
	var c server.Config
	var q server.ApplyRequest
	var format, texts string
	cmd := &cobra.Command{
		Use:   "apply FILE|DIR...",
		Short: "Make the custom frameworks and controls those of files",
		Long: `Apply reads definitions from files, from the .yaml, .yml and .json files of directories, or from standard input (-),
and makes the installation's custom frameworks and controls what they say: all of them, or none when one cannot be. A
definition is known by its name. Applying the same files again changes nothing. Definitions hold for every account and
region; assessments that exist keep the definitions they began with.

With --prune, what was applied before and is in none of the files is removed; a control also leaves the assessments that
have it, its evidence stays. What was made by the API is never pruned.

With --texts, the file holds the official wording of standards that you have a licence for (docs/format/texts.md). It is laid over
our own neutral titles: the library and assessments made from then on show it. The texts of each framework that the file
names become those of the file. Texts stay in the installation: no export has them.`,
		Example: `  tickmark frameworks apply frameworks/ --dry-run
  tickmark frameworks apply frameworks/ --prune
  tickmark frameworks apply --texts pci-dss.csv`,
		Args: func(cmd *cobra.Command, args []string) error {
			if texts == "" {
				return cobra.MinimumNArgs(1)(cmd, args)
			}
			for _, flag := range []string{"prune", "owner"} {
				if cmd.Flags().Changed(flag) {
					return fault.Invalidf(flag, "--%s is about definitions; official texts have neither owner nor anything to prune.", flag)
				}
			}
			return cobra.NoArgs(cmd, args)
		},
		RunE: func(cmd *cobra.Command, paths []string) error {
			if texts != "" {
				return p.applyTexts(cmd.Context(), c, texts, format, q.Try)
			}
			f, err := p.readDefinitions(paths)
			if err != nil {
				return err
			}
			for _, x := range authoring.Lint(f, func(string, string) bool { return true }) {
				fmt.Fprintln(p.err, plain("warning: "+x.String()))
			}
			q.File = f
			reach := p.with
			if q.Try {
				reach = p.ask // it must not make an installation
			}
			return reach(cmd.Context(), c, func(in server.Installation) error {
				changes, err := in.ApplyFrameworks(cmd.Context(), q)
				if err != nil {
					return err
				}
				if format == "json" {
					return printJSON(p.out, changes)
				}
				return p.printChanges(changes, q.Try)
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	cmd.Flags().StringVar(&texts, "texts", "", "file of official texts (YAML, JSON or CSV) to lay over standard frameworks")
	cmd.Flags().BoolVar(&q.Try, "dry-run", false, "tell what would change and change nothing")
	cmd.Flags().BoolVar(&q.Prune, "prune", false, "remove what was applied before and is in none of the files")
	cmd.Flags().StringVar(&q.Owner, "owner", "", "account that owns what names no owner (default: the management account)")
	return cmd
}

func (p *program) printChanges(changes []authoring.Change, try bool) error {
	count := map[string]int{}
	for _, c := range changes {
		count[c.Action]++
		fmt.Fprintf(p.out, "%-9s %-9s %s\n", c.Action, c.Kind, plain(c.Name))
		for _, l := range c.Diff {
			fmt.Fprintln(p.out, plain("    "+l))
		}
	}
	line := fmt.Sprintf("%d created, %d changed, %d unchanged, %d removed", count[assess.Created], count[assess.Changed], count[assess.Unchanged], count[assess.Removed])
	if try {
		line += " (dry run: nothing was written)"
	}
	_, err := fmt.Fprintln(p.out, line)
	return err
}

// readDefinitions reads files and directories of definitions as one.
func (p *program) readDefinitions(paths []string) (*authoring.File, error) {
	var parts []*authoring.File
	var problems authoring.Problems
	for _, path := range paths {
		files, err := definitionFiles(path)
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			f, bad, err := p.readDefinition(name)
			if err != nil {
				return nil, err
			}
			parts, problems = append(parts, f), append(problems, bad...)
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return authoring.Join(parts...), nil
}

func (p *program) readDefinition(name string) (*authoring.File, authoring.Problems, error) {
	var in io.Reader = p.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, nil, err
		}
		defer f.Close()
		in = f
	}
	body, err := io.ReadAll(io.LimitReader(in, authoring.MaxBytes+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", name, err)
	}
	f, problems := authoring.Read(name, body)
	return f, problems, nil
}

// definitionFiles are the files that a path means: itself, or what a directory holds, in order of their names.
func definitionFiles(path string) ([]string, error) {
	if path == "-" {
		return []string{path}, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var out []string
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && isDefinition(name) {
			out = append(out, name)
		}
		return err
	})
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("there are no .yaml, .yml or .json files in %s", path)
	}
	return out, err
}

func isDefinition(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(name)))
}
