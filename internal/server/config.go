// Package server joins everything: it opens the data directory, wires the domains to their stores and the services
// to the domains, answers HTTP, and stops in order. It is the only place that knows all packages.
package server

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/cloud"
	"github.com/tickmark/tickmark/internal/cloud/bucket"
	"github.com/tickmark/tickmark/internal/connect"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Config is everything an operator can set. Zero values work; Data is the only field that must be set.
type Config struct {
	// Data is the data directory; it is made when it is not there and held by one process at a time.
	Data string
	// Listen is the address to serve on.
	Listen string
	// Auth is "sigv4" (requests are verified) or "none" (any credentials are accepted; loopback listeners only).
	Auth string
	// Account is the management account's id. An installation keeps the one of its first start; empty takes that, or
	// DefaultAccount for a new one.
	Account string
	// Store is where state is kept: empty for SQLite in the data directory, or a postgres:// URL.
	Store string
	// EventRetentionDays is how many days recorded events are kept after they happened; 0 keeps all.
	EventRetentionDays int
	// AuditLimits are quotas of Audit Manager by name (assess.QuotaNames); those that are missing are AWS's.
	AuditLimits map[string]int
	// CloudTrailRates is how many times AWS's documented request rates the callers of CloudTrail are held to; 0 holds
	// them to none.
	CloudTrailRates float64
	// AllowPrivateWebhooks lets notifications go to loopback and private addresses.
	AllowPrivateWebhooks bool
	// SMTP is the server that mails to audit recipients leave by, smtp(s)://USER:PASSWORD@HOST:PORT, and MailFrom their
	// sender; empty sends none.
	SMTP, MailFrom string
	// Functions is the folder of Lambda functions that run on this machine for custom rules; empty runs none.
	// FunctionProcesses is how many of their processes may live at once; 0 is 4.
	Functions         string
	FunctionProcesses int
	// LambdaProfile is the AWS profile to run functions of the real Lambda with; empty runs none.
	// LambdaEndpointURL replaces the address of Lambda.
	LambdaProfile, LambdaEndpointURL string
	// Cloud is how the real AWS is called by remediation; without a profile or an address it is not. Its Clock is filled
	// in.
	Cloud cloud.Config
	// Connections are those that the operator's file declares; while the server serves there are these and those made by
	// commands, and none that an earlier file declared.
	Connections []connect.Connection
	// DeliveryS3 is the S3 that files of AWS Config go to whose bucket does not exist here; with neither a profile nor
	// an endpoint there is none.
	DeliveryS3 bucket.Options
	// TrailSources are folders of S3 (s3://BUCKET/PREFIX) whose CloudTrail logs are brought in while the server serves,
	// those delivered on the day of TrailSince or later; TrailQueues are queues of SQS that tell of new ones. TrailS3 is
	// how to reach them.
	TrailSources, TrailQueues []string
	TrailSince                time.Time
	TrailS3                   bucket.Options
	// SigmaRules are files and directories of Sigma rules that are matched against events as they arrive.
	SigmaRules []string
	// QueryGenerator is the address of a service that writes statements for GenerateQuery; empty has none.
	QueryGenerator string
	// AutomationScripts lets aws:executeScript run Python of documents on this machine.
	AutomationScripts bool
	// LedgerAnchors are the places that checkpoints of the evidence logs are brought to once a day: rfc3161=URL,
	// webhook=URL, directory=PATH.
	LedgerAnchors []string
	// Log receives what operators should know; nil discards it.
	Log *slog.Logger
	// Clock is the source of time and ids; nil is the system's.
	Clock stamp.Source
}

// Defaults of Config.
const (
	DefaultListen  = "127.0.0.1:4780"
	DefaultAccount = "000000000001"
	AuthSigV4      = "sigv4"
	AuthNone       = "none"
)

// check fills in the defaults and refuses what cannot work, naming the flag and the remedy.
func (c Config) check() (Config, error) {
	if c.Data == "" {
		return c, fault.Invalidf("data", "No data directory is given. Set --data DIR or TICKMARK_DATA.")
	}
	if c.Listen == "" {
		c.Listen = DefaultListen
	}
	if c.Auth == "" {
		c.Auth = AuthSigV4
	}
	if err := c.settleAccount(); err != nil {
		return c, err
	}
	if c.Store == "" {
		c.Store = filepath.Join(c.Data, "state.db")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Clock == nil {
		c.Clock = stamp.System
	}
	c.TrailS3.Flags = "trail-s3"
	if !arn.ValidAccount(c.Account) {
		return c, fault.Invalidf("account", "--account %q is not an account id: it must have 12 digits.", c.Account)
	}
	if c.EventRetentionDays < 0 {
		return c, fault.Invalidf("event-retention-days", "--event-retention-days %d is not a number of days: give 1 or more, or 0 to keep all events.", c.EventRetentionDays)
	}
	if r := c.CloudTrailRates; !(r >= 0 && r <= maxRates) { // NaN is neither
		return c, fault.Invalidf("cloudtrail-rates", "--cloudtrail-rates %g is not a factor: give 1 for AWS's rates, up to %g times as much, or 0 for none.", c.CloudTrailRates, maxRates)
	}
	if _, err := assess.LimitsOf(c.AuditLimits); err != nil {
		return c, err
	}
	return c, c.checkAuth()
}

// settleAccount takes the account of the first start. Another one would hide everything stored under that.
func (c *Config) settleAccount() error {
	kept, err := os.ReadFile(c.path("account"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	first := strings.TrimSpace(string(kept))
	switch {
	case c.Account == "" && first == "":
		c.Account = DefaultAccount
	case c.Account == "":
		c.Account = first
	case first != "" && first != c.Account:
		return fault.Invalidf("account", "The installation in %s has the management account %s, not %s. Leave --account out, or give another --data.", c.Data, first, c.Account)
	}
	return nil
}

func (c Config) checkAuth() error {
	switch c.Auth {
	case AuthSigV4:
		return nil
	case AuthNone:
		if !loopback(c.Listen) {
			return fault.Invalidf("auth", "--auth none accepts any credentials and is only allowed on a loopback address, not on %s. Listen on 127.0.0.1, or use --auth sigv4.", c.Listen)
		}
		return nil
	}
	return fault.Invalidf("auth", "--auth %q is unknown: it must be sigv4 or none.", c.Auth)
}

// loopback reports whether an address to listen on is reachable from this machine only.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// path is a file of the data directory.
func (c Config) path(name string) string { return filepath.Join(c.Data, name) }

func (c Config) holder(pid int) string { return fmt.Sprintf("pid %d, data directory %s", pid, c.Data) }
