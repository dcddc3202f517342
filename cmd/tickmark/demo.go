package main

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/sample"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) demoCommand() *cobra.Command {
	c := server.Config{Account: sample.Demo(time.Time{}).Accounts[0].ID}
	var leave bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Do the main job on a sample organization",
		Long: `Demo fills a data directory with a sample organization of three accounts in two regions: generated resources, marked
as synthetic, and real, published CloudTrail logs. It deploys conformance packs, evaluates, creates an assessment from a
standard framework, collects evidence of every kind, writes the signed report bundle to DIR/reports and verifies it. Then
it serves the directory, or ends with --exit. Running it again adds a report over the same evidence.`,
		Example: "  tickmark demo --exit\n  tickmark demo --data /tmp/demo --listen 127.0.0.1:4780",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c.Clock = p.clock
			return p.demo(cmd, c, leave)
		},
	}
	dataFlag(cmd, &c.Data)
	cmd.Flags().StringVar(&c.Listen, "listen", server.DefaultListen, "address to serve on afterwards")
	cmd.Flags().BoolVar(&leave, "exit", false, "end after the report instead of serving")
	return cmd
}

func (p *program) demo(cmd *cobra.Command, c server.Config, leave bool) error {
	s, err := server.Open(cmd.Context(), c)
	if err != nil {
		return err
	}
	defer s.Close()
	d := &demonstration{p: p, s: s, estate: sample.Demo(p.clock.Now().Truncate(24 * time.Hour)), data: c.Data}
	if err := d.run(cmd.Context()); err != nil {
		return err
	}
	if leave {
		return s.Close()
	}
	l, err := s.Listen()
	if err != nil {
		return err
	}
	d.sayServing(l)
	if err := s.Serve(cmd.Context(), l); err != nil {
		return err
	}
	return s.Close()
}

// demonstration is one run of the main job.
type demonstration struct {
	p      *program
	s      *server.Server
	estate sample.Estate
	data   string
}

func (d *demonstration) run(ctx context.Context) error {
	begin := d.p.clock.Now()
	if err := d.load(ctx); err != nil {
		return err
	}
	if err := d.judge(ctx); err != nil {
		return err
	}
	a, path, err := d.audit(ctx)
	if err != nil {
		return err
	}
	checked, err := d.verify(ctx, path)
	if err != nil {
		return err
	}
	return d.summary(ctx, a, path, checked, d.p.clock.Now().Sub(begin))
}

// load brings in the resources, the real trail logs and the findings.
func (d *demonstration) load(ctx context.Context) error {
	g := d.p.start("load resources", "items", 0)
	n, err := d.s.LoadEstate(ctx, d.estate, g.set)
	if err != nil {
		return err
	}
	g.done(fmt.Sprintf("%d configuration items, %d accounts, %d regions", n, len(d.estate.Accounts), len(d.estate.Regions)))
	g = d.p.start("load trail logs", "events", 0)
	r, err := d.s.LoadTrail(ctx, d.estate, g.set)
	if err != nil {
		return err
	}
	g.done(fmt.Sprintf("%d real events (%d known)", r.Items, r.Duplicates))
	g = d.p.start("load findings", "findings", 0)
	f, err := d.s.LoadFindings(ctx, d.estate)
	if err != nil {
		return err
	}
	g.done(fmt.Sprintf("%d findings", f))
	return nil
}

func (d *demonstration) judge(ctx context.Context) error {
	g := d.p.start("deploy conformance packs", "rules", 0)
	rules, err := d.s.DeployPacks(ctx, d.estate, g.set)
	if err != nil {
		return err
	}
	g.done(fmt.Sprintf("%d rules", rules))
	g = d.p.start("evaluate", "evaluations", 0)
	if err := d.s.Evaluate(ctx, func(p compliance.Progress) { g.set(p.Evaluations) }); err != nil {
		return err
	}
	g.done("")
	return nil
}

func (d *demonstration) audit(ctx context.Context) (*server.Audit, string, error) {
	a, err := d.s.StartAudit(ctx, d.estate)
	if err != nil {
		return nil, "", err
	}
	g := d.p.start("collect evidence", "items", 0)
	r, err := a.Collect(ctx, func(p assess.Progress) { g.set(int64(p.Evidence)) })
	if err != nil {
		return nil, "", err
	}
	g.done(fmt.Sprintf("%d pieces of evidence (%d known)", r.Evidence, r.Known))
	g = d.p.start("write the report", "reports", 0)
	path, err := a.Report(ctx)
	if err != nil {
		return nil, "", err
	}
	g.done(path)
	return a, path, nil
}

// verify checks the bundle as an auditor would: from the file and the public key alone.
func (d *demonstration) verify(ctx context.Context, path string) (*report.Result, error) {
	g := d.p.start("verify the report", "files", 0)
	line, err := readSmall("key", filepath.Join(d.data, "ledger.pub"))
	if err != nil {
		return nil, err
	}
	key, err := ledger.ParsePublic(string(line))
	if err != nil {
		return nil, err
	}
	r, err := report.Verify(ctx, path, report.Options{Key: key})
	if err != nil {
		return nil, err
	}
	if r.Status != report.Intact {
		return nil, fmt.Errorf("the report does not verify: %s: %s", r.Entry, r.Problem)
	}
	g.done(fmt.Sprintf("intact, %d records in the log, signer authenticated", r.Evidence+r.LeftOut))
	return r, nil
}

// summary tells a newcomer what was found and where to look.
func (d *demonstration) summary(ctx context.Context, a *server.Audit, path string, checked *report.Result, took time.Duration) error {
	page, err := unpackReport(path, filepath.Join(d.data, "reports", "latest"))
	if err != nil {
		return err
	}
	counts, err := a.Counts(ctx)
	if err != nil {
		return err
	}
	verdicts, err := d.s.Verdicts(ctx)
	if err != nil {
		return err
	}
	controls, covered := 0, 0
	for _, set := range a.Assessment.Sets {
		controls += len(set.Controls)
	}
	for _, c := range counts {
		if c.Total > 0 {
			covered++
		}
	}
	out := d.p.out
	fmt.Fprintf(out, "\n%s\n%s\n", a.Assessment.Name, strings.Repeat("-", len(a.Assessment.Name)))
	t := newTable(out)
	t.row("Framework", server.DemoFramework)
	t.row("Controls", fmt.Sprintf("%d, of which %d have evidence", controls, covered))
	t.row("Verdicts of rules", fmt.Sprintf("%d compliant, %d non-compliant, %d not applicable, %d insufficient data", verdicts.Compliant, verdicts.NonCompliant, verdicts.NotApplicable, verdicts.Insufficient))
	totals := checked.Manifest.Totals
	t.row("Evidence", fmt.Sprintf("%d items: %s", totals.Population.Total, classes(totals.Population)))
	t.row("In the report", fmt.Sprintf("%d items, %d left out", totals.Selected.Total, totals.LeftOut.Total))
	t.row("Time", took.Round(10*time.Millisecond).String())
	if err := t.flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nVerify it yourself:  tickmark verify %s --key %s\nRead it:             %s\n", path, filepath.Join(d.data, "ledger.pub"), page)
	fmt.Fprintf(out, "Who did what:        tickmark who bert-jan --data %s\nAsk the events:      tickmark query --lake \"SELECT eventName, count(*) FROM events GROUP BY 1 ORDER BY 2 DESC\" --data %[1]s\n", d.data)
	return nil
}

// classes tells how the evidence counts.
func classes(c report.Counts) string {
	return fmt.Sprintf("%d compliant, %d non-compliant, %d inconclusive", c.Compliant, c.NonCompliant, c.Inconclusive)
}

func (d *demonstration) sayServing(l net.Listener) {
	fmt.Fprintf(d.p.out, "\nServing on http://%s until interrupted. In another shell:\n  eval \"$(tickmark env --data %s)\"\n  aws auditmanager list-assessments\n", l.Addr(), d.data)
}
