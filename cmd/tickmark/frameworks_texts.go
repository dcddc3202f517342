package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/server"
)

// applyTexts lays the official texts of a file over standard frameworks.
func (p *program) applyTexts(ctx context.Context, c server.Config, file, format string, try bool) error {
	rows, err := p.readTexts(file)
	if err != nil {
		return err
	}
	reach := p.with
	if try {
		reach = p.ask // it must not make an installation
	}
	return reach(ctx, c, func(in server.Installation) error {
		changes, err := in.ApplyTexts(ctx, server.TextsRequest{Rows: rows, Try: try})
		if err != nil {
			return err
		}
		if format == "json" {
			return printJSON(p.out, changes)
		}
		for _, x := range changes {
			fmt.Fprintf(p.out, "%-9s %s: official texts of %d of %d requirements\n", x.Action, plain(x.Framework), x.Texts, x.Controls)
		}
		if try {
			fmt.Fprintln(p.out, "(dry run: nothing was written)")
		}
		return nil
	})
}

func (p *program) readTexts(name string) ([]assess.TextRow, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, authoring.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	rows, problems := authoring.ReadTexts(name, body)
	if len(problems) > 0 {
		return nil, problems
	}
	return rows, nil
}

func (p *program) frameworksTexts() *cobra.Command {
	var c server.Config
	var remove, format string
	cmd := &cobra.Command{
		Use:   "texts",
		Short: "Tell which standard frameworks have official texts, or take those of one away",
		Long: `Texts lists the standard frameworks over which 'frameworks apply --texts FILE' has laid a standard's official wording.
The wording itself is shown where the library is shown, and is never exported.`,
		Example: "  tickmark frameworks texts\n  tickmark frameworks texts --remove 'PCI DSS v4.0'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("remove") && remove == "" {
				return fault.Invalidf("remove", "Name the framework whose official texts go.")
			}
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				list, err := in.OfficialTexts(cmd.Context())
				if remove != "" {
					list, err = in.ApplyTexts(cmd.Context(), server.TextsRequest{Remove: remove})
				}
				if err != nil {
					return err
				}
				if format == "json" {
					return printJSON(p.out, list)
				}
				if remove != "" {
					_, err := fmt.Fprintf(p.out, "removed the official texts of %s\n", plain(list[0].Framework))
					return err
				}
				t := newTable(p.out, "FRAMEWORK", "TEXTS", "CONTROLS", "BY", "AT")
				for _, x := range list {
					t.row(x.Framework, fmt.Sprint(x.Texts), fmt.Sprint(x.Controls), x.UpdatedBy, x.Updated.UTC().Format(time.DateTime))
				}
				return t.flush()
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	cmd.Flags().StringVar(&remove, "remove", "", "framework whose official texts are taken away")
	return cmd
}
