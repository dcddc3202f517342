package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) frameworksLint() *cobra.Command {
	var c server.Config
	var format string
	cmd := &cobra.Command{
		Use:   "lint [FILE|DIR|NAME...]",
		Short: "Report mapping sources that nothing can feed, and mistakes in files",
		Long: `Lint checks definitions in files, each fault with its line and column, or the named frameworks, standard or custom;
without arguments all standard ones and those of the data directory. It reports what cannot be read or applied, names that
are there twice, keywords that no data source knows (with the one that was probably meant), and sources that will collect
nothing. Exit code 0: nothing found; 1: problems are listed.`,
		Example: "  tickmark frameworks lint frameworks/\n  tickmark frameworks lint 'NIST CSF v1.1'",
		RunE: func(cmd *cobra.Command, args []string) error {
			l := linter{p: p, known: func(string, string) bool { return false }}
			if err := l.look(cmd.Context(), c, args); err != nil {
				return err
			}
			return l.print(format)
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

// linter gathers the problems of files and frameworks.
type linter struct {
	p        *program
	problems authoring.Problems
	what     []string
	files    []*authoring.File
	known    func(owner, name string) bool
}

func (l *linter) look(ctx context.Context, c server.Config, args []string) error {
	all, err := l.p.customFrameworks(ctx, c)
	if err != nil {
		return err
	}
	l.known = func(owner, name string) bool {
		return slices.ContainsFunc(all.Definitions.Controls, func(k assess.Control) bool {
			return strings.EqualFold(k.Name, name) && (owner == "" || k.Owner == owner)
		})
	}
	if len(args) == 0 {
		for _, f := range catalog.Standard().Frameworks() {
			l.standard(f)
		}
		l.custom(all, authoring.Export(all.Definitions, all.Account, nil), len(all.Definitions.Frameworks))
		return nil
	}
	for _, a := range args {
		if _, err := os.Stat(a); err == nil || a == "-" || isDefinition(a) {
			if err := l.read(a); err != nil {
				return err
			}
			continue
		}
		if err := l.named(all, a); err != nil {
			return err
		}
	}
	if len(l.files) > 0 {
		l.problems = append(l.problems, authoring.Lint(authoring.Join(l.files...), l.known)...)
	}
	return nil
}

func (l *linter) read(path string) error {
	files, err := definitionFiles(path)
	if err != nil {
		return err
	}
	for _, name := range files {
		f, problems, err := l.p.readDefinition(name)
		if err != nil {
			return err
		}
		l.what, l.problems = append(l.what, name), append(l.problems, problems...)
		if f != nil {
			l.files = append(l.files, f)
		}
	}
	return nil
}

func (l *linter) named(all server.CustomFrameworks, name string) error {
	f, missing := findFramework(name)
	if missing == nil {
		l.standard(f)
		return nil
	}
	own, err := named(all.Definitions, name)
	if err != nil {
		return err
	}
	if own == nil {
		return missing
	}
	l.custom(all, authoring.Export(all.Definitions, all.Account, func(f *assess.Framework) bool { return f.ID == own.ID }), 1)
	return nil
}

func (l *linter) standard(f *catalog.Framework) {
	l.what = append(l.what, f.Name())
	for _, set := range f.Sets {
		for _, k := range set.Controls {
			for _, x := range catalog.Lint(k.Sources()) {
				l.problems = append(l.problems, authoring.Problem{Framework: f.Name(), Control: k.Requirement, Code: x.Code, Message: x.Message})
			}
		}
	}
}

func (l *linter) custom(all server.CustomFrameworks, f *authoring.File, n int) {
	if _, controls := f.Count(); controls == 0 && n == 0 {
		return
	}
	l.what = append(l.what, slices.Repeat([]string{"custom"}, n)...)
	l.problems = append(l.problems, authoring.Lint(f, l.known)...)
}

func (l *linter) print(format string) error {
	if format == "json" {
		if l.problems == nil {
			l.problems = authoring.Problems{}
		}
		if err := printJSON(l.p.out, l.problems); err != nil {
			return err
		}
	}
	if len(l.problems) == 0 {
		if format != "json" {
			fmt.Fprintf(l.p.out, "%d checked, no problems\n", len(l.what))
		}
		return nil
	}
	if format != "json" {
		for _, x := range l.problems {
			text := x.String()
			if x.Line == 0 && x.Framework != "" {
				text = x.Framework + ": " + text
			}
			fmt.Fprintln(l.p.out, plain(text))
		}
	}
	return exit{exitError, fmt.Errorf("%s in %d checked", counted(len(l.problems), "problem"), len(l.what))}
}
