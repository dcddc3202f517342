package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) keyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "key",
		Short:   "The key that signs checkpoints and reports",
		Example: "  tickmark key list\n  tickmark key rotate --reason 'yearly rotation'",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.keyList(), p.keyRotate())
	return cmd
}

func (p *program) keyList() *cobra.Command {
	var c server.Config
	var format string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the key in use and the changes that led to it",
		Example: "  tickmark key list --output json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				st, err := in.LedgerStatus(cmd.Context())
				if err != nil {
					return err
				}
				if format == "json" {
					return printJSON(p.out, map[string]any{"publicKey": st.PublicKey, "keyId": st.KeyID, "changes": st.Changes})
				}
				t := newTable(p.out, "SINCE", "KEY", "REASON")
				first := st.PublicKey
				if len(st.Changes) > 0 {
					first = st.Changes[0].From
				}
				t.row("the beginning", first, "")
				for _, k := range st.Changes {
					t.row(k.At.Format(time.RFC3339), k.To, k.Reason)
				}
				return t.flush()
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

func (p *program) keyRotate() *cobra.Command {
	var c server.Config
	var reason string
	cmd := &cobra.Command{
		Use:   "rotate --reason TEXT",
		Short: "Put a new signing key in use, which the old one vouches for",
		Long: `Rotate makes a new key. A statement signed by the old and the new key goes into the deployment's log and into every
later report, so that whoever holds the old public key still authenticates them. The old private key is overwritten. Give
auditors the new ledger.pub all the same: a key that was stolen can vouch for a thief's.`,
		Example: "  tickmark key rotate --reason 'yearly rotation'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				changed, err := in.RotateKey(cmd.Context(), reason)
				if err == nil {
					fmt.Fprintln(p.out, changed.To)
				}
				return err
			})
		},
	}
	installationFlags(cmd, &c)
	cmd.Flags().StringVar(&reason, "reason", "", "why, in one line; it is signed")
	return cmd
}
