package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) backupCommand() *cobra.Command {
	var c server.Config
	var in server.BackupRequest
	var format string
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write the data directory into one file, while it is in use",
		Long: `Backup writes everything of a data directory, the ledger's signing key and the secrets of access keys among it, into
one new file that only its owner can read: through the server that holds the directory, or directly. Encrypt it with
--recipient (an age public key) before it goes anywhere else.`,
		Example: "  tickmark backup /backups/tickmark-$(date +%F).bak --recipient age1...",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if in.Path, err = filepath.Abs(args[0]); err != nil {
				return err
			}
			return p.ask(cmd.Context(), c, func(to server.Installation) error {
				g := p.start("backup", "bytes", 0)
				out, err := to.Backup(cmd.Context(), in)
				if err != nil {
					return err
				}
				g.done(fmt.Sprintf("%d files, %d bytes", out.Files, out.Bytes))
				if format == "json" {
					return printJSON(p.out, out)
				}
				fmt.Fprintf(p.out, "%s: %d files, %d bytes before packing\n", in.Path, out.Files, out.Bytes)
				return nil
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	cmd.Flags().StringArrayVar(&in.Recipients, "recipient", nil, "age public key to encrypt for; may be given more than once")
	cmd.Flags().BoolVar(&in.WithoutStore, "without-store", false, "leave the state in PostgreSQL out; copy it with pg_dump first")
	return cmd
}

func (p *program) restoreCommand() *cobra.Command {
	var c server.Config
	var in server.RestoreRequest
	var accept bool
	var reason string
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Read a backup into a data directory",
		Long: `Restore checks every byte of a backup and puts it in place, or changes nothing. A data directory that is there is moved
aside with --replace, and what it had published of its evidence ledger is remembered: a backup older than that cannot be
signed on as if nothing had happened. Restore a newer one, or accept the loss with --accept-rollback and a reason, which
auditors will see.`,
		Example: `  tickmark restore /backups/tickmark-2026-11-23.bak --data tickmark-data
  tickmark restore old.bak --data tickmark-data --replace --accept-rollback --reason "disk of node 3 died"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if accept != (reason != "") {
				return usage(cmd, fmt.Errorf("--accept-rollback and --reason go together"))
			}
			in.From, c.Clock = args[0], p.clock
			out, err := server.Restore(cmd.Context(), c, in)
			if err != nil {
				return err
			}
			fmt.Fprintf(p.out, "restored %d files, %d bytes, as of %s into %s\n", out.Files, out.Bytes, out.Created.Format("2006-01-02 15:04:05Z"), c.Data)
			if out.MovedTo != "" {
				fmt.Fprintf(p.out, "what was there is in %s\n", out.MovedTo)
			}
			return p.afterRestore(cmd, c, accept, reason)
		},
	}
	installationFlags(cmd, &c)
	cmd.Flags().StringVar(&in.Identity, "identity", "", "`file` with an age identity, for a backup that is encrypted")
	cmd.Flags().BoolVar(&in.Replace, "replace", false, "move the data directory that is there aside")
	cmd.Flags().BoolVar(&accept, "accept-rollback", false, "go on signing although the backup is older than what was published")
	cmd.Flags().StringVar(&reason, "reason", "", "why the loss is accepted, in one line; auditors see it")
	return cmd
}

// afterRestore tells whether the ledger may go on.
func (p *program) afterRestore(cmd *cobra.Command, c server.Config, accept bool, reason string) error {
	return p.with(cmd.Context(), c, func(in server.Installation) error {
		st, err := in.LedgerStatus(cmd.Context())
		if err != nil || len(st.Behind) == 0 {
			return err
		}
		p.printLost(st.Behind)
		if !accept {
			fmt.Fprintln(p.out, "Nothing will be signed. Restore a newer backup, or accept the loss with 'tickmark ledger accept-rollback --reason TEXT'.")
			return exit{code: exitError}
		}
		changed, err := in.AcceptRollback(cmd.Context(), reason)
		if err == nil {
			fmt.Fprintf(p.out, "accepted; the logs go on under the key %s\n", changed.To)
		}
		return err
	})
}

func (p *program) printLost(list []ledger.Lost) {
	for _, l := range list {
		fmt.Fprintf(p.out, "log %s: %d records were published, %d are here\n", l.Origin, l.Published, l.Restored)
	}
}
