package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) ledgerCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ledger",
		Short: "The evidence logs: how they stand, proofs, publication",
		Long: `Ledger looks after the Merkle logs that hold every piece of evidence. Proofs and published tiles are in the formats
of C2SP (tlog-proof, tlog-tiles), so that others than Tickmark can check them.`,
		Example: "  tickmark ledger status\n  tickmark ledger prove 8c4f3a... > evidence.proof\n  tickmark ledger check evidence.proof --key ledger.pub",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.ledgerStatus(), p.ledgerVerify(), p.ledgerProve(), p.ledgerCheck(), p.ledgerPublish(), p.ledgerAnchor(), p.ledgerAcceptRollback())
	return cmd
}

func (p *program) ledgerStatus() *cobra.Command {
	var c server.Config
	var format string
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "Tell the key in use, the size of each log, and what was signed",
		Example: "  tickmark ledger status --output json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				st, err := in.LedgerStatus(cmd.Context())
				if err != nil {
					return err
				}
				if format == "json" {
					return printJSON(p.out, st)
				}
				fmt.Fprintf(p.out, "key %s\n\n", st.PublicKey)
				t := newTable(p.out, "LOG", "RECORDS", "SIGNED UP TO", "CHECKPOINTS", "ROOT")
				for _, l := range st.Logs {
					t.row(l.Origin, fmt.Sprint(l.Size), fmt.Sprint(l.Signed), fmt.Sprint(l.Checkpoints), l.Root)
				}
				if err := t.flush(); err != nil {
					return err
				}
				p.printLost(st.Behind)
				return nil
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	return cmd
}

func (p *program) ledgerVerify() *cobra.Command {
	var c server.Config
	var account, format string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Compute the logs again from the stored evidence, and compare",
		Long: `Verify hashes every occurrence in the store, and compares the result with the tree, its head and every checkpoint ever
signed. Exit code 0: all fits; 1: the first thing that does not is named.`,
		Example: "  tickmark ledger verify",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				found, err := in.AuditLedger(cmd.Context(), account)
				if err != nil {
					return err
				}
				if format == "json" {
					return printJSON(p.out, found)
				}
				for _, a := range found {
					name := a.Account
					if name == "" {
						name = "of the deployment"
					}
					fmt.Fprintf(p.out, "log %s: %d leaves and %d checkpoints fit\n", name, a.Leaves, a.Checkpoints)
				}
				return nil
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	cmd.Flags().StringVar(&account, "of", "", "account of the log; empty means all")
	return cmd
}

func (p *program) ledgerProve() *cobra.Command {
	var c server.Config
	var q server.ProofQuery
	cmd := &cobra.Command{
		Use:   "prove EVIDENCE",
		Short: "Prove that a piece of evidence is in the signed log",
		Long: `Prove writes a proof (C2SP tlog-proof) that a piece of evidence is in its account's log, under a checkpoint signed now.
Whoever has it and the public key checks it with 'ledger check', without a server.`,
		Example: "  tickmark ledger prove 8c4f3a52-0b1e-8d6c-a1f0-2f3f6a7b8c9d --of 111122223333 > evidence.proof",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			q.Evidence = args[0]
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				text, err := in.Prove(cmd.Context(), q)
				if err == nil {
					_, err = fmt.Fprint(p.out, text)
				}
				return err
			})
		},
	}
	installationFlags(cmd, &c)
	cmd.Flags().StringVar(&q.Account, "of", "", "account that owns the assessment; empty means the management account")
	return cmd
}

func (p *program) ledgerCheck() *cobra.Command {
	var key string
	cmd := &cobra.Command{
		Use:     "check PROOF --key FILE",
		Short:   "Check a proof, offline",
		Example: "  tickmark ledger check evidence.proof --key ledger.pub",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if key == "" {
				return usage(cmd, fmt.Errorf("--key is missing: give the deployment's public key (ledger.pub)"))
			}
			line, err := readSmall("key", key)
			if err != nil {
				return err
			}
			public, err := ledger.ParsePublic(string(line))
			if err != nil {
				return err
			}
			text, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			proof, err := ledger.CheckProof(text, public)
			if err != nil {
				return fmt.Errorf("%s does not hold: %w", args[0], err)
			}
			o := proof.Occurrence
			fmt.Fprintf(p.out, "leaf %d of %s, %d records: %s of %s for control %s, %s, observed %s, collected %s\n", proof.Index, proof.Checkpoint.Origin,
				proof.Checkpoint.Size, o.Source, o.Day, o.Control, o.Verdict, o.ObservedAt.Format(time.RFC3339), o.CollectedAt.Format(time.RFC3339))
			return nil
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "`file` with the public key (ledger.pub)")
	return cmd
}

func (p *program) ledgerPublish() *cobra.Command {
	var c server.Config
	cmd := &cobra.Command{
		Use:   "publish DIR",
		Short: "Write checkpoints and tiles as static files",
		Long: `Publish signs a checkpoint of every log and writes it with the tiles of hashes below DIR, in the layout of C2SP
tlog-tiles: what any web server or bucket can offer to auditors. Only hashes are published. Doing it again writes what is
new.`,
		Example: "  tickmark ledger publish /srv/www/ledger",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				n, err := in.PublishLedger(cmd.Context(), dir)
				if err == nil {
					fmt.Fprintf(p.out, "%d new tiles in %s\n", n, dir)
				}
				return err
			})
		},
	}
	installationFlags(cmd, &c)
	return cmd
}

func (p *program) ledgerAnchor() *cobra.Command {
	var c server.Config
	cmd := &cobra.Command{
		Use:   "anchor",
		Short: "Bring checkpoints to the places outside of this installation now",
		Long: `Anchor signs a checkpoint of every log that has grown and brings it to each place of --ledger-anchor, as the server does
once a day. The receipts stand in later reports.`,
		Example: "  tickmark ledger anchor --ledger-anchor rfc3161=https://timestamp.example/tsa",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				n, err := in.AnchorLedger(cmd.Context())
				if err == nil {
					fmt.Fprintf(p.out, "%d new receipts\n", n)
				}
				return err
			})
		},
	}
	installationFlags(cmd, &c)
	anchorFlag(cmd, &c)
	return cmd
}

func anchorFlag(cmd *cobra.Command, c *server.Config) {
	cmd.Flags().StringArrayVar(&c.LedgerAnchors, "ledger-anchor", nil, "place to keep checkpoints of the evidence logs at, once a day: rfc3161=URL, webhook=URL or directory=PATH; may be given more than once")
}

func (p *program) ledgerAcceptRollback() *cobra.Command {
	var c server.Config
	var reason string
	cmd := &cobra.Command{
		Use:   "accept-rollback --reason TEXT",
		Short: "Go on signing after a restore behind what was published",
		Long: `A ledger that was restored from a backup older than its last published checkpoint signs nothing more. Accept-rollback
starts new origins from what is there, with a new key; a statement signed by the old and the new key says what was
published and is lost. It stands in every later report.`,
		Example: `  tickmark ledger accept-rollback --reason "disk of node 3 died, last backup of Monday"`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				changed, err := in.AcceptRollback(cmd.Context(), reason)
				if err == nil {
					p.printLost(changed.Lost)
					fmt.Fprintf(p.out, "the logs go on under the key %s\n", changed.To)
				}
				return err
			})
		},
	}
	installationFlags(cmd, &c)
	cmd.Flags().StringVar(&reason, "reason", "", "why, in one line; auditors see it")
	return cmd
}
