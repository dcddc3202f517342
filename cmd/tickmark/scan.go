package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/scan"
	"github.com/tickmark/tickmark/internal/scan/tell"
	"github.com/tickmark/tickmark/internal/server"
)

// scanFlags are the flags of the command as they were given.
type scanFlags struct {
	config     server.Config
	items      []string
	noCollect  bool
	selection  scan.Selection
	rules      []string
	parameters []string
	outputs    []string
	file       string
	exceptions string
	baseline   string
	failOn     []string
	allowGaps  bool
	dryRun     bool
	verbose    bool
	collect    server.Collection
}

func (p *program) scanCommand() *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:   "scan",
		Short: "Judge AWS accounts once: collect, evaluate, print",
		Long: `Scan collects what the chosen rules need, judges it, prints the result and ends. Nothing is kept, unless --data names a data
directory: then what was collected becomes part of its history. With --items files of configuration items are judged in
place of an account, and with --no-collect what --data already holds.

Rules are chosen by a conformance pack (a published one or a file), a standard framework, or names; without any of these
all rules judge that need no parameter.

Exit codes: 0 all is compliant and nothing is missing; 3 something is not compliant; 4 nothing is, but something could not
be read or judged, or nothing was (--allow-gaps makes that 0); 1 error; 2 wrong usage. What --exceptions covers does not
fail; --fail-on narrows what does.`,
		Example: `  tickmark scan --profile audit --pack Operational-Best-Practices-for-CIS-AWS-v1.4-Level1
  tickmark scan --profile org --org --role TickmarkCollector --framework "CIS AWS Foundations Benchmark 3.0.0" -o html=scan.html -o json=scan.json
  tickmark scan --rules restricted-ssh,S3.8 --regions eu-west-1 --fail-on 'severity>=high'
  tickmark scan --items ./AWSLogs/111122223333/Config --rules all --baseline yesterday.json --fail-on new`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.scan(cmd, &f) },
	}
	fl := cmd.Flags()
	q := &f.collect.Connection
	fl.StringVar(&q.Profile, "profile", "", "AWS profile with the credentials; empty takes the usual ones")
	fl.StringVar(&q.EndpointURL, "endpoint-url", "", "send calls to this address instead of AWS's (AWS_ENDPOINT_URL is not obeyed)")
	fl.BoolVar(&q.Organization, "org", false, "scan every account of the organization")
	fl.StringSliceVar(&q.Accounts, "accounts", nil, "only these accounts")
	fl.StringSliceVar(&q.ExcludeAccounts, "exclude-accounts", nil, "not these accounts")
	fl.StringSliceVar(&q.Units, "ous", nil, "only accounts below these organizational units")
	fl.StringSliceVar(&q.ExcludeUnits, "exclude-ous", nil, "no accounts below these organizational units")
	fl.StringVar(&q.Role, "role", "", "name of the role to assume in each account")
	fl.StringSliceVar(&q.RoleARNs, "role-arn", nil, "ARN of a role to assume, one for each account, in place of --role")
	fl.StringVar(&q.ExternalID, "external-id", "", "external id to assume roles with; TICKMARK_EXTERNAL_ID keeps it from the list of processes")
	fl.StringSliceVar(&q.Regions, "regions", nil, "only these regions (default: those that are enabled in each account)")
	fl.BoolVar(&f.dryRun, "dry-run", false, "list the calls that would be made, and end; accounts and regions are looked up")
	fl.StringVar(&f.selection.Pack, "pack", "", "judge by a conformance pack: the name of a published one, or a file")
	fl.StringVar(&f.selection.Framework, "framework", "", "judge by the rules that a standard framework's controls name")
	fl.StringSliceVar(&f.rules, "rules", nil, "judge by these rules (identifiers, dashed names or Security Hub controls), or all")
	fl.StringArrayVar(&f.parameters, "parameter", nil, "a parameter of the pack (NAME=VALUE) or of a rule (IDENTIFIER.NAME=VALUE); may be repeated")
	fl.StringSliceVar(&f.items, "items", nil, "judge files or folders of configuration items, instead of collecting")
	fl.StringVar(&f.config.Data, "data", "", "data directory to keep what is collected in")
	fl.BoolVar(&f.noCollect, "no-collect", false, "judge what --data holds, without collecting")
	fl.StringArrayVarP(&f.outputs, "output", "o", nil, "output format: table (default) | "+strings.Join(tell.Formats(), " | ")+"; FORMAT=FILE writes a file; may be repeated")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(append([]string{"table"}, tell.Formats()...), cobra.ShellCompDirectiveNoFileComp))
	fl.StringVar(&f.file, "output-file", "", "write the output to this file")
	fl.StringVar(&f.exceptions, "exceptions", "", "YAML or JSON file of exceptions: what it covers is counted apart and does not fail")
	fl.StringVar(&f.baseline, "baseline", "", "JSON output of a former scan: failures that it has are not new")
	fl.StringArrayVar(&f.failOn, "fail-on", nil, "fail only on what is new, or on severity>=low|medium|high|critical; repeated, both must hold")
	fl.BoolVar(&f.allowGaps, "allow-gaps", false, "end with 0, not 4, when something is missing and nothing fails")
	fl.BoolVar(&f.verbose, "verbose", false, "let the table show every evaluation, not the failures alone")
	return cmd
}

func (p *program) scan(cmd *cobra.Command, f *scanFlags) error {
	outputs, err := f.outputsAsked()
	if err != nil {
		return usage(cmd, err)
	}
	r, err := p.scanRequest(f)
	if err != nil {
		if fault.KindOf(err) == fault.Invalid {
			return exit{exitUsage, err}
		}
		return err
	}
	f.config.Clock = p.clock
	if f.dryRun {
		return p.scanPlan(cmd.Context(), f, r, outputs)
	}
	ctx, stop := secondSignalKills(cmd.Context())
	defer stop()
	steps := p.scanSteps()
	r.Progress = steps.tell
	sparing()
	report, done, err := server.Scan(ctx, f.config, r)
	steps.done()
	if err != nil {
		return err
	}
	err = p.scanOutputs(report, outputs, f.verbose)
	if err = errors.Join(err, done()); err != nil {
		return err
	}
	if code := report.Exit(f.allowGaps); code != scan.ExitClean {
		return exit{code: code}
	}
	return nil
}

// secondSignalKills lets the first signal end the scan in order, and gives the next its usual effect.
func secondSignalKills(ctx context.Context) (context.Context, func() bool) {
	return ctx, context.AfterFunc(ctx, func() { signal.Reset(os.Interrupt, syscall.SIGTERM) })
}

// scanRequest reads what the flags name.
func (p *program) scanRequest(f *scanFlags) (r server.ScanRequest, err error) {
	if r.FailOn, err = scan.ParseFailOn(f.failOn); err != nil {
		return r, err
	}
	switch {
	case r.FailOn.New && f.baseline == "":
		return r, fault.Invalidf("fail-on", "--fail-on new needs the former scan: give its JSON output with --baseline FILE.")
	case f.noCollect && f.config.Data == "":
		return r, fault.Invalidf("no-collect", "--no-collect judges what a data directory holds: name it with --data DIR.")
	case f.noCollect && len(f.items) > 0:
		return r, fault.Invalidf("items", "Give either --items or --no-collect.")
	}
	if f.config.Data != "" {
		if _, err := os.Stat(f.config.Data); f.noCollect && err != nil {
			return r, fault.Invalidf("data", "The data directory %s cannot be read (%v).", f.config.Data, err)
		}
	}
	if r.Choice, err = f.choose(); err != nil {
		return r, err
	}
	if r.Exceptions, err = readOptional(f.exceptions, func(text []byte) (x exceptions, err error) { return scan.ReadExceptions(text, p.clock.Now()) }); err != nil {
		return r, exit{exitError, fmt.Errorf("%s: %s", f.exceptions, message(err))}
	}
	if f.baseline != "" {
		file, err := os.Open(f.baseline)
		if err != nil {
			return r, exit{exitError, err}
		}
		defer file.Close()
		if r.Baseline, err = scan.ReadBaseline(file); err != nil {
			return r, exit{exitError, fmt.Errorf("%s: %s", f.baseline, message(err))}
		}
	}
	for _, path := range f.items {
		abs, err := filepath.Abs(path)
		if err == nil {
			_, err = os.Stat(abs)
		}
		if err != nil {
			return r, exit{exitError, fmt.Errorf("--items: %w", err)}
		}
		r.Paths = append(r.Paths, abs)
	}
	if len(f.items) > 0 || f.noCollect {
		if f.dryRun {
			return r, fault.Invalidf("dry-run", "--dry-run lists calls; without collecting there are none.")
		}
		return r, nil
	}
	f.collect.Name = "scan"
	r.Collect = &f.collect
	return r, r.Collect.Check()
}

// scanPlan prints the calls of a scan.
func (p *program) scanPlan(ctx context.Context, f *scanFlags, r server.ScanRequest, outputs []output) error {
	plan, err := server.ScanPlan(ctx, f.config, r)
	if err != nil {
		return err
	}
	if outputs[0].format == "json" {
		return printJSON(p.out, plan)
	}
	return p.printPlan(plan)
}

// choose finds the rules. What names a file is read.
func (f *scanFlags) choose() (*scan.Choice, error) {
	s := f.selection
	s.Rules, s.Parameters = f.rules, map[string]string{}
	for _, a := range f.parameters {
		name, value, ok := strings.Cut(a, "=")
		if !ok || name == "" {
			return nil, fault.Invalidf("parameter", "--parameter %q is no NAME=VALUE.", a)
		}
		s.Parameters[name] = value
	}
	if s.Pack != "" {
		if _, err := pack.Published(s.Pack); err != nil {
			text, err := os.ReadFile(s.Pack)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, exit{exitError, err}
			}
			s.Template = text
		}
	}
	c, err := scan.Choose(s)
	if fault.KindOf(err) == fault.NotFound {
		return nil, exit{exitUsage, err}
	}
	return c, err
}

// output is one output asked for; standard output without a file.
type output struct{ format, file string }

// outputsAsked reads --output and --output-file: at most one goes to standard output.
func (f *scanFlags) outputsAsked() ([]output, error) {
	known := append([]string{"table"}, tell.Formats()...)
	var all []output
	for _, o := range f.outputs {
		format, file, named := strings.Cut(o, "=")
		if !slices.Contains(known, format) {
			return nil, fmt.Errorf("--output %q is unknown: it must be one of %s", format, strings.Join(known, ", "))
		}
		if named && file == "" {
			return nil, fmt.Errorf("--output %s names no file behind the =", o)
		}
		all = append(all, output{format, file})
	}
	if len(all) == 0 {
		all = []output{{format: "table"}}
	}
	open := 0
	for i := range all {
		if all[i].file == "" {
			open++
			all[i].file = f.file
		}
	}
	switch {
	case open > 1:
		return nil, errors.New("only one --output goes to standard output: write the others as FORMAT=FILE")
	case open == 0 && f.file != "":
		return nil, errors.New("--output-file is for an --output without a file of its own")
	}
	return all, nil
}

// message is an error in words for a person.
func message(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		if f.Err != nil {
			return f.Message + " (" + f.Err.Error() + ")"
		}
		return f.Message
	}
	return err.Error()
}

// sparing trades processor time for memory: a scan mostly waits for the network, and runs beside other things.
func sparing() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(256 << 20) // soft: it makes the collector work harder, and stops nothing
	}
}
