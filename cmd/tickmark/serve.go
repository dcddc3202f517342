package main

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/server"
)

// dataFlag adds --data, the data directory that most commands work on.
func dataFlag(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "data", "tickmark-data", "data directory")
	_ = cmd.MarkFlagDirname("data")
}

// cloudFlags say how the real AWS is called.
func cloudFlags(cmd *cobra.Command, c *server.Config) {
	cmd.Flags().StringVar(&c.Cloud.Profile, "profile", "", "AWS profile to call the real AWS with, for remediation; empty calls nothing")
	cmd.Flags().StringVar(&c.Cloud.EndpointURL, "endpoint-url", "", "send calls to the real AWS to this address instead (AWS_ENDPOINT_URL is not obeyed)")
	cmd.Flags().StringVar(&c.Cloud.ExternalID, "external-id", "", "external id to assume roles of AWS accounts with")
	cmd.Flags().BoolVar(&c.AutomationScripts, "automation-scripts", false, "let aws:executeScript of Automation documents run Python on this machine")
}

// installationFlags are the settings of an installation, the same for every command that opens one.
func installationFlags(cmd *cobra.Command, c *server.Config) {
	dataFlag(cmd, &c.Data)
	cmd.Flags().StringVar(&c.Account, "account", "", "id of the management account (12 digits); kept from the first start (default "+server.DefaultAccount+")")
	cmd.Flags().StringVar(&c.Store, "store", "", "state store: empty for SQLite in the data directory, or postgres://USER@HOST/DATABASE")
}

func (p *program) serveCommand() *cobra.Command {
	var c server.Config
	var config, level string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the AWS APIs",
		Long: `Serve answers the AWS wire APIs on one port, with /healthz, /readyz and /metrics beside them.
The first start makes the data directory and writes root credentials to DIR/credentials in AWS profile format and the
ledger's public key to DIR/ledger.pub. Requests must be signed (--auth sigv4) unless --auth none accepts any
credentials, which is only allowed on a loopback address. Every flag can be set by TICKMARK_<FLAG> or in the file of
--config; the command line wins over the environment, the environment over the file.`,
		Example: `  tickmark serve --data /var/lib/tickmark
  eval "$(tickmark env --data /var/lib/tickmark)"
  aws configservice describe-config-rules`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := p.logger(level)
			if err != nil {
				return usage(cmd, err)
			}
			c.Log, c.Clock = log, p.clock
			return p.serve(cmd, c)
		},
	}
	installationFlags(cmd, &c)
	cmd.Flags().StringVar(&c.Listen, "listen", server.DefaultListen, "address to listen on")
	cmd.Flags().StringVar(&c.Auth, "auth", server.AuthSigV4, "sigv4 (requests are verified) or none (loopback only)")
	cmd.Flags().BoolVar(&c.AllowPrivateWebhooks, "allow-private-webhooks", false, "let notifications go to loopback and private addresses")
	cmd.Flags().StringVar(&c.SMTP, "smtp-url", "", "mail server for audit notices: smtp://USER:PASSWORD@HOST:PORT, or smtps://; better in --config than here, where others see it")
	cmd.Flags().StringVar(&c.MailFrom, "mail-from", "", "sender of these mails")
	cmd.Flags().IntVar(&c.EventRetentionDays, "event-retention-days", 0, "remove recorded events so many days after they happened; 0 keeps all")
	cmd.Flags().Float64Var(&c.CloudTrailRates, "cloudtrail-rates", 0, "hold callers of CloudTrail to so many times the request rates that AWS documents; 0 holds them to none")
	cmd.Flags().StringToIntVar(&c.AuditLimits, "audit-limit", nil, "quota of Audit Manager in each account, as NAME=NUMBER, where it shall not be AWS's; may be repeated: "+strings.Join(assess.QuotaNames(), " | "))
	functionsFlag(cmd, &c.Functions)
	cmd.Flags().IntVar(&c.FunctionProcesses, "function-processes", 4, "at most so many processes of functions at once")
	cmd.Flags().StringVar(&c.LambdaProfile, "lambda-profile", "", "AWS profile to invoke the real Lambda functions of custom rules with; empty invokes none")
	cmd.Flags().StringVar(&c.LambdaEndpointURL, "lambda-endpoint-url", "", "address of the real Lambda, where it is not AWS's")
	cloudFlags(cmd, &c)
	cmd.Flags().StringVar(&c.DeliveryS3.Profile, "delivery-s3-profile", "", "AWS profile to deliver configuration with to S3 buckets that do not exist here; empty with no endpoint delivers to buckets here only")
	cmd.Flags().StringVar(&c.DeliveryS3.EndpointURL, "delivery-s3-endpoint-url", "", "address of that S3, where it is not AWS's")
	cmd.Flags().BoolVar(&c.DeliveryS3.PathStyle, "delivery-s3-path-style", false, "name buckets of that S3 in the path, not in the host name")
	anchorFlag(cmd, &c)
	trailFlags(cmd, &c)
	cmd.Flags().StringVar(&c.QueryGenerator, "query-generator", "", "address of a service that writes statements for CloudTrail's GenerateQuery (docs/lake.md)")
	cmd.Flags().StringVar(&level, "log-level", "info", "debug | info | warn | error")
	cmd.Flags().StringVar(&config, "config", "", "YAML file of settings, named as these flags; and connections, a list (docs/connect.md)")
	cmd.Flags().Var(declared{&c.Connections}, "connections", "connections to real accounts; in the file of --config only")
	_ = cmd.Flags().MarkHidden("connections")
	return cmd
}

// trailFlags say where CloudTrail logs come from while the server serves.
func trailFlags(cmd *cobra.Command, c *server.Config) {
	cmd.Flags().StringSliceVar(&c.TrailSources, "trail-source", nil, "bring in the CloudTrail logs of s3://BUCKET/PREFIX, looking every 5 minutes; may be repeated")
	cmd.Flags().StringSliceVar(&c.TrailQueues, "trail-queue", nil, "bring in the CloudTrail logs that messages of this SQS queue (its URL) tell of; may be repeated")
	momentFlag(cmd, &c.TrailSince, "trail-since", "of --trail-source only logs delivered on that day or later")
	cmd.Flags().StringSliceVar(&c.SigmaRules, "sigma-rules", nil, "match the Sigma rules of this file or directory against events as they arrive; matches become findings")
	cmd.Flags().StringVar(&c.TrailS3.Profile, "trail-s3-profile", "", "AWS profile to read --trail-source and --trail-queue with; empty takes the usual credentials")
	cmd.Flags().StringVar(&c.TrailS3.EndpointURL, "trail-s3-endpoint-url", "", "address of that S3, where it is not AWS's (AWS_ENDPOINT_URL is not obeyed)")
	cmd.Flags().BoolVar(&c.TrailS3.PathStyle, "trail-s3-path-style", false, "name buckets of that S3 in the path, not in the host name")
}

func (p *program) serve(cmd *cobra.Command, c server.Config) error {
	s, err := server.Open(cmd.Context(), c)
	if err != nil {
		return err
	}
	defer s.Close()
	l, err := s.Listen()
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "Tickmark serves on http://%s (data in %s). Keys: eval \"$(tickmark env --data %s)\"\n", l.Addr(), c.Data, c.Data)
	if err := s.Serve(cmd.Context(), l); err != nil {
		return err
	}
	return s.Close()
}

func (p *program) logger(level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("--log-level %q is unknown: it must be debug, info, warn or error", level)
	}
	return slog.New(slog.NewJSONHandler(p.err, &slog.HandlerOptions{Level: l})), nil
}
