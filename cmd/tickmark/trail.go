package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/logfile"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) trailCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "trail",
		Short: "Check what trails have delivered",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.trailValidate())
	return cmd
}

// exitUnproven is when nothing is damaged, but not everything is proven.
const exitUnproven = 2

func (p *program) trailValidate() *cobra.Command {
	var c server.Config
	var q server.ValidateQuery
	var format string
	cmd := &cobra.Command{
		Use:   "validate [DIR|s3://BUCKET[/PREFIX] ...]",
		Short: "Check log files against their digests, and the digests' chains",
		Long: `Validate reads digest files and the log files beside them, from directories with copies of buckets, or from buckets of this
installation; without a location, from the buckets of all its trails. It checks the signature of each digest, that it is what
the digest behind it says of it, that none is missing and that no hour is left out, the hash of each log file, and that each log
file is in a digest.

Signatures are checked with the keys of this installation's trails and those of --public-keys, the output of aws cloudtrail
list-public-keys. In a directory the signature of a digest is taken from DIGEST.metadata.json beside it (what aws s3api head-object
prints), from --digest-metadata, or from the digest that follows; so without metadata only the newest digest stays unproven. With
--public-keys, directories are checked without an installation.

Exit codes: 0 all is there and proven; 2 nothing is damaged, but something is unproven; 1 something is damaged or missing.`,
		Example: `  tickmark trail validate
  tickmark trail validate s3://trail-bucket --from 2026-01-01 --output json
  tickmark trail validate ./copy --public-keys keys.json`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.validateTrail(cmd, c, q, args, format) },
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	momentFlag(cmd, &q.From, "from", "only digests that end then or later")
	momentFlag(cmd, &q.To, "to", "only digests that end then or earlier")
	cmd.Flags().StringVar(&q.PublicKeys, "public-keys", "", "file with the output of aws cloudtrail list-public-keys")
	cmd.Flags().StringVar(&q.DigestMetadata, "digest-metadata", "", "file with the object metadata of digests: a JSON object by their keys")
	return cmd
}

func (p *program) validateTrail(cmd *cobra.Command, c server.Config, q server.ValidateQuery, args []string, format string) error {
	local := len(args) > 0 && q.PublicKeys != ""
	for _, at := range args {
		if strings.HasPrefix(at, "s3://") {
			local = false
		} else {
			abs, err := filepath.Abs(at)
			if err != nil {
				return err
			}
			at = abs
		}
		q.Locations = append(q.Locations, at)
	}
	for _, file := range []*string{&q.PublicKeys, &q.DigestMetadata} {
		if err := absolute(file); err != nil {
			return err
		}
	}
	var out []server.Validated
	var err error
	if local {
		out, err = validateCopies(cmd.Context(), q)
	} else {
		err = p.ask(cmd.Context(), c, func(in server.Installation) (err error) {
			out, err = in.ValidateTrail(cmd.Context(), q)
			return err
		})
	}
	if err != nil {
		return err
	}
	if format == "json" {
		err = printJSON(p.out, out)
	} else {
		err = p.printValidated(out)
	}
	if code := validatedCode(out); err == nil && code != 0 {
		return exit{code: code}
	}
	return err
}

// validateCopies checks directories with nothing but the keys of a file.
func validateCopies(ctx context.Context, q server.ValidateQuery) (out []server.Validated, err error) {
	keys, known, err := server.ReadProofs(q.PublicKeys, q.DigestMetadata)
	if err != nil {
		return nil, err
	}
	for _, at := range q.Locations {
		v, err := server.ValidateCopy(ctx, at, logfile.Checker{Keys: keys, From: q.From, To: q.To}, known)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func validatedCode(out []server.Validated) int {
	code := 0
	for _, v := range out {
		switch {
		case !v.Intact:
			return exitError
		case !v.Authenticated:
			code = exitUnproven
		}
	}
	return code
}

func (p *program) printValidated(out []server.Validated) error {
	for _, v := range out {
		verdict := "all is there and proven"
		switch {
		case !v.Intact:
			verdict = "DAMAGED"
		case v.Digests.All() == 0:
			verdict = "there are no digests"
		case !v.Authenticated:
			verdict = "nothing is damaged, not all is proven"
		}
		fmt.Fprintf(p.out, "%s: %s\n", v.Location, verdict)
		if v.From != "" {
			fmt.Fprintf(p.out, "  digests from %s to %s: %s\n", v.From, v.To, countsOf(v.Digests))
		}
		fmt.Fprintf(p.out, "  log files in digests: %s; %d in no digest although there are digests of their time; %d of other times\n", countsOf(v.Logs), v.Unlisted, v.Pending)
		if err := p.printProblems(v.Problems, v.Left); err != nil {
			return err
		}
	}
	return nil
}

func countsOf(c logfile.Counts) string {
	return fmt.Sprintf("%d valid, %d unproven, %d invalid, %d missing", c.Valid, c.Unproven, c.Invalid, c.Missing)
}

func (p *program) printProblems(list []logfile.Problem, left int) error {
	if len(list) == 0 {
		return nil
	}
	t := newTable(p.out, "KIND", "STATE", "FILE", "REASON")
	for _, r := range list {
		t.row(r.Kind, r.State, r.File, r.Reason)
	}
	if err := t.flush(); err != nil || left == 0 {
		return err
	}
	_, err := fmt.Fprintf(p.out, "and %d more\n", left)
	return err
}
