package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) statusCommand() *cobra.Command {
	var c server.Config
	var format string
	var capacity bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "What the installation is, and the disk it takes",
		Long: `Status tells the installation's account and version, how the accounts of its connections are, and how much disk it takes; with
--capacity by kind of data, in the store with its indexes: items, verdicts, evidence, ledger, events, blobs, segments.`,
		Example: `  tickmark status --capacity
  tickmark status --output json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				return show(cmd.Context(), p, format, struct{}{}, in.Status, func(s server.Status) error {
					fmt.Fprintf(p.out, "tickmark %s, account %s, %s, %d MB\n", s.Version, s.Account, counted(s.Assessments, "assessment"), s.Bytes>>20)
					for _, v := range s.Connections {
						fmt.Fprintf(p.out, "connection %s: %s\n", plain(v.Name), counts(v.Counts))
					}
					if !capacity {
						return nil
					}
					t := newTable(p.out, "KIND", "KB")
					for _, k := range s.Capacity {
						t.row(k.Kind, fmt.Sprint((k.Bytes+1023)>>10))
					}
					return t.flush()
				})
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	cmd.Flags().BoolVar(&capacity, "capacity", false, "tell the disk by kind of data")
	return cmd
}
