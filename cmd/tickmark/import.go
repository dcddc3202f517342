package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/finding/peer"
	"github.com/tickmark/tickmark/internal/server"
	"github.com/tickmark/tickmark/internal/trail"
)

func (p *program) importCommand() *cobra.Command {
	var c server.Config
	var in server.ImportRequest
	var format string
	cmd := &cobra.Command{
		Use:   "import config|cloudtrail|findings PATH...",
		Short: "Import configuration items, CloudTrail logs or findings",
		Long: `Import reads files and trees of files, packed or not, into the data directory: directly, or through the server that
holds it. Importing again adds nothing, and an import that was broken off goes on where it was.

  config      Config snapshots, history files, change notifications, single items; the delivery bucket in s3://BUCKET/PREFIX; or
              the current items of an existing AWS Config by --aggregator NAME or --recorder
  cloudtrail  CloudTrail logs (.json, .json.gz, .jsonl) in any tree or in s3://BUCKET/PREFIX, LookupEvents output
  findings    findings in ASFF, and results of other tools: Prowler's OCSF and CSV, OCSF, SARIF, InSpec's JSON; each file is
              recognised by how it begins, or --format says what it is

Digest files (CloudTrail-Digest) beside logs are checked (in S3 only with --public-keys or in a bucket here), with these keys or the keys of this installation's
trails; each event keeps whether its file was proven (docs/trail.md).

What cannot be read is listed with its reason and the rest goes on; the exit code is then still 0, because the answer
says so: --output json prints {items, duplicates, rejected [{source, reason}], bytes, seconds}.`,
		Example: `  tickmark import config ./AWSLogs/111122223333/Config
  tickmark import config s3://config-bucket/AWSLogs/111122223333/Config --profile audit
  tickmark import config --aggregator organization --profile audit --regions eu-west-1
  tickmark import cloudtrail ./AWSLogs --output json
  tickmark import cloudtrail s3://trail-bucket/AWSLogs/111122223333 --from 2026-01-01 --s3-profile audit`,
		Args:      cobra.MinimumNArgs(1),
		ValidArgs: server.Imports,
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Clock = p.clock
			in.Kind, in.Paths = args[0], args[1:]
			return p.importFiles(cmd, c, in, format)
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json")
	momentFlag(cmd, &in.From, "from", "of logs in S3 only those delivered on that day or later")
	momentFlag(cmd, &in.To, "to", "of logs in S3 only those delivered on that day or earlier")
	cmd.Flags().StringVar(&in.Format, "format", "", "format of findings: "+strings.Join(peer.Formats(), " | ")+" (default: recognised by content)")
	cmd.Flags().StringVar(&in.Account, "in-account", "", "account of results of other tools that name none (default: the installation's)")
	cmd.Flags().StringVar(&in.Region, "in-region", "", "region of results of other tools that name none (default: us-east-1)")
	cmd.Flags().StringVar(&in.Aggregator, "aggregator", "", "import the current items of this aggregator of AWS Config")
	cmd.Flags().BoolVar(&in.Recorder, "recorder", false, "import the current items of AWS Config in the account of the credentials")
	cmd.Flags().StringSliceVar(&in.Regions, "regions", nil, "regions of --aggregator or --recorder (default: the profile's)")
	cmd.Flags().StringVar(&in.EndpointURL, "endpoint-url", "", "address of that AWS Config, where it is not AWS's (AWS_ENDPOINT_URL is not obeyed)")
	cmd.Flags().StringVar(&in.S3.Profile, "profile", "", "AWS profile to read S3 or AWS Config with; empty takes the usual credentials")
	cmd.Flags().StringVar(&in.S3.Profile, "s3-profile", "", "AWS profile to read S3 with; empty takes the usual credentials")
	cmd.Flags().StringVar(&in.S3.EndpointURL, "s3-endpoint-url", "", "address of the S3, where it is not AWS's (AWS_ENDPOINT_URL is not obeyed)")
	cmd.Flags().BoolVar(&in.S3.PathStyle, "s3-path-style", false, "name buckets of that S3 in the path, not in the host name")
	cmd.Flags().StringVar(&in.PublicKeys, "public-keys", "", "file with the output of aws cloudtrail list-public-keys, to check the digests beside logs with")
	cmd.Flags().StringVar(&in.DigestMetadata, "digest-metadata", "", "file with the object metadata of digests: a JSON object by their keys")
	return cmd
}

func (p *program) importFiles(cmd *cobra.Command, c server.Config, in server.ImportRequest, format string) error {
	known := false
	for _, k := range server.Imports {
		known = known || k == in.Kind
	}
	if !known {
		return usage(cmd, fmt.Errorf("%q is not a kind of input: it must be config, cloudtrail or findings", in.Kind))
	}
	switch api := in.Aggregator != "" || in.Recorder; {
	case api && in.Kind != "config":
		return usage(cmd, errors.New("--aggregator and --recorder are for config"))
	case in.Aggregator != "" && in.Recorder, api && len(in.Paths) > 0:
		return usage(cmd, errors.New("give one of --aggregator, --recorder and paths"))
	case !api && len(in.Paths) == 0:
		return usage(cmd, errors.New("no files are named: give at least one file, folder or s3://BUCKET/PREFIX"))
	case !api && (len(in.Regions) > 0 || in.EndpointURL != ""):
		return usage(cmd, errors.New("--regions and --endpoint-url go with --aggregator or --recorder"))
	}
	if in.Kind != "findings" && in.Format+in.Account+in.Region != "" {
		return usage(cmd, errors.New("--format, --in-account and --in-region are for findings"))
	}
	if in.Format != "" && !slices.Contains(peer.Formats(), in.Format) {
		return usage(cmd, fmt.Errorf("--format %q is unknown: it must be one of %s", in.Format, strings.Join(peer.Formats(), ", ")))
	}
	for i, path := range in.Paths {
		if strings.HasPrefix(path, "s3://") {
			if in.Kind == "findings" {
				return usage(cmd, fmt.Errorf("%s: findings are not imported from S3; copy the files here first", path))
			}
			continue
		}
		abs, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		in.Paths[i] = abs
	}
	for _, file := range []*string{&in.PublicKeys, &in.DigestMetadata} {
		if err := absolute(file); err != nil {
			return err
		}
	}
	to, done, err := server.Attach(cmd.Context(), c)
	if err != nil {
		return err
	}
	g := p.start("import "+in.Kind, "bytes", 0)
	result, err := to.Import(cmd.Context(), in, func(p server.ImportProgress) { g.set(p.Bytes) })
	if closed := done(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return p.printImport(g, result, format)
}

// absolute makes the name of a file, when there is one, what the server can open, too.
func absolute(file *string) (err error) {
	if *file != "" {
		*file, err = filepath.Abs(*file)
	}
	return err
}

// importSummary is what all importers' results have in common.
type importSummary struct {
	Items      int64             `json:"items"`
	Duplicates int64             `json:"duplicates"`
	Rejected   []importRejection `json:"rejected"`
	Bytes      int64             `json:"bytes"`
	Seconds    float64           `json:"seconds"`
	// Digests is there when digests lay beside logs.
	Digests *trail.DigestResult `json:"digests"`
}

type importRejection struct {
	Source string `json:"source"`
	Reason string `json:"reason"`
}

func (p *program) printImport(g *progress, result any, format string) error {
	raw, err := json.Marshal(result)
	if err != nil {
		return err
	}
	var s importSummary
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	g.done(fmt.Sprintf("%d new, %d known, %d rejected (%d bytes, %.1f s)", s.Items, s.Duplicates, len(s.Rejected), s.Bytes, s.Seconds))
	if format == "json" {
		return printJSON(p.out, json.RawMessage(raw))
	}
	if err := p.printDigests(s.Digests); err != nil || len(s.Rejected) == 0 {
		return err
	}
	t := newTable(p.out, "REJECTED", "REASON")
	for _, r := range s.Rejected {
		t.row(r.Source, r.Reason)
	}
	return t.flush()
}

// printDigests tells what the digests beside the logs said.
func (p *program) printDigests(r *trail.DigestResult) error {
	if r == nil {
		return nil
	}
	fmt.Fprintf(p.out, "digests: %d valid, %d unproven, %d invalid, %d missing; log files: %d valid, %d unproven, %d invalid\n",
		r.Digests.Valid, r.Digests.Unproven, r.Digests.Invalid, r.Digests.Missing, r.Logs.Valid, r.Logs.Unproven, r.Logs.Invalid)
	return p.printProblems(r.Problems, r.Left)
}
