package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
)

// verifyOptions are the flags of verify.
type verifyOptions struct {
	key, checkpoint, format string
	tsaRoots                string
	reperform               bool
}

func (p *program) verifyCommand() *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify BUNDLE.zip",
		Short: "Verify a report bundle, offline",
		Long: `Verify checks a report bundle without any server or account: every byte of the file, that each piece of evidence and
each record that was left out is in the signed log, that the numbers in the report are the ones the records give, and
who signed.

Who signed can only be told with something that did not come with the report: the public key of the deployment
(--key, the file ledger.pub of its data directory), or a checkpoint kept from an earlier report (--checkpoint), with
which the log is proven to have only grown since.

Exit codes: 0 intact and the signer is authenticated; 2 intact, but the signer is not authenticated; 1 not intact, the
entry is named.`,
		Example: `  tickmark verify July-2026.zip --key ledger.pub
  tickmark verify July-2026.zip --checkpoint june/ledger/checkpoint.txt
  tickmark verify July-2026.zip --key ledger.pub --reperform --output json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.verify(cmd, args[0], o) },
	}
	cmd.Flags().StringVar(&o.key, "key", "", "`file` with the signer's public key (ledger.pub), from elsewhere than the report")
	cmd.Flags().StringVar(&o.checkpoint, "checkpoint", "", "`file` with a checkpoint of the same log, kept from earlier")
	cmd.Flags().StringVar(&o.tsaRoots, "tsa-roots", "", "`file` with PEM certificates of the time-stamp authorities to trust")
	cmd.Flags().BoolVar(&o.reperform, "reperform", false, "judge the evidence of rules again, from the raw objects in the report")
	formatFlag(cmd, &o.format, "table", "json")
	return cmd
}

// maxKeyFile bounds what is read as a key or a checkpoint.
const maxKeyFile = 1 << 16

func readSmall(flag, path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxKeyFile {
		return nil, fault.Invalidf(flag, "%s has %d bytes; that is no file for --%s.", path, info.Size(), flag)
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Invalidf(flag, "There is no file %s for --%s.", path, flag)
	}
	return b, err
}

func (p *program) verify(cmd *cobra.Command, path string, o verifyOptions) error {
	var opts report.Options
	if o.key != "" {
		line, err := readSmall("key", o.key)
		if err != nil {
			return err
		}
		if opts.Key, err = ledger.ParsePublic(string(line)); err != nil {
			return err
		}
	}
	if o.checkpoint != "" {
		var err error
		if opts.Checkpoint, err = readSmall("checkpoint", o.checkpoint); err != nil {
			return err
		}
		if _, err := ledger.ParseCheckpoint(opts.Checkpoint); err != nil {
			return fault.Invalidf("checkpoint", "%s cannot be used: %v.", o.checkpoint, err)
		}
	}
	if o.tsaRoots != "" {
		pem, err := os.ReadFile(o.tsaRoots)
		if err != nil {
			return err
		}
		if opts.Authorities = x509.NewCertPool(); !opts.Authorities.AppendCertsFromPEM(pem) {
			return fault.Invalidf("tsa-roots", "%s holds no certificates in PEM.", o.tsaRoots)
		}
	}
	if o.reperform {
		opts.Reperform = reperform
	}
	res, err := report.Verify(cmd.Context(), path, opts)
	if errors.Is(err, fs.ErrNotExist) {
		return fault.Invalidf("bundle", "There is no file %s.", path)
	}
	if err != nil {
		return err
	}
	if o.format == "json" {
		err = printJSON(p.out, verifyOutput(res))
	} else {
		_, err = fmt.Fprint(p.out, res.Text())
	}
	if err == nil && res.Status != report.Intact {
		return exit{code: int(res.Status)}
	}
	return err
}

// verifyJSON is what verify prints for programs; it is a promise to scripts.
type verifyJSON struct {
	Intact          bool   `json:"intact"`
	Authenticated   bool   `json:"authenticated"`
	AuthenticatedBy string `json:"authenticatedBy,omitempty"`
	Entry           string `json:"entry,omitempty"`
	Problem         string `json:"problem,omitempty"`
	// What follows is there only when the bundle is intact.
	Report         *report.About         `json:"report,omitempty"`
	Assessment     *report.Assessment    `json:"assessment,omitempty"`
	Totals         *report.Totals        `json:"totals,omitempty"`
	Unaccounted    *int64                `json:"unaccounted,omitempty"`
	Files          int64                 `json:"files,omitempty"`
	Bytes          int64                 `json:"bytes,omitempty"`
	RecordsProven  *int64                `json:"recordsProven,omitempty"`
	Log            *report.LogState      `json:"log,omitempty"`
	ConsistentWith *int64                `json:"consistentWith,omitempty"`
	KeyID          string                `json:"keyId,omitempty"`
	Fingerprint    string                `json:"fingerprint,omitempty"`
	Anchors        []report.Anchor       `json:"anchors,omitempty"`
	Anchored       *bool                 `json:"anchored,omitempty"`
	Reperformed    *report.Reperformance `json:"reperformed,omitempty"`
}

func verifyOutput(r *report.Result) verifyJSON {
	out := verifyJSON{Intact: r.Status != report.NotIntact, Authenticated: r.Status == report.Intact, Entry: r.Entry, Problem: r.Problem}
	if !out.Intact {
		return out
	}
	m := &r.Manifest
	out.AuthenticatedBy, out.KeyID, out.Fingerprint = r.AuthenticatedBy, r.Digest.KeyID, r.Fingerprint
	out.Report, out.Assessment, out.Totals, out.Unaccounted, out.Log = &m.Report, &m.Assessment, &m.Totals, &m.Unaccounted, &m.Log
	out.Files, out.Bytes, out.RecordsProven = r.Files, r.Bytes, new(r.Evidence+r.LeftOut)
	out.Anchors, out.Anchored = m.Anchors, new(len(m.Anchors) > 0)
	if r.Continued {
		out.ConsistentWith = &r.ConsistentWith
	}
	if r.Reperformed.Same+r.Reperformed.Skipped > 0 {
		out.Reperformed = &r.Reperformed
	}
	return out
}
