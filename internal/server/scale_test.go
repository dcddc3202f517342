package server

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/sample"
	"github.com/tickmark/tickmark/internal/stamp"
)

// largePacks are the three packs of a large estate.
var largePacks = []string{
	"Operational-Best-Practices-for-CIS-AWS-v1.4-Level2", "Operational-Best-Practices-for-NIST-800-53-rev-5", "Operational-Best-Practices-for-PCI-DSS-v4.0-including-global-resourcetypes",
}

// TestTwoHundredAccounts takes an organization through its first evaluation and collection, and through a day on
// which one resource of a hundred changes: 200 accounts, 4 regions, 500 resources in each, three packs, one
// assessment. To be reached: the first within 10 minutes and 2 GB, the day within 1 GB of disk. TICKMARK_ACCOUNTS sets
// how many accounts there are; without it one account is taken, which shows that it runs.
func TestTwoHundredAccounts(t *testing.T) {
	n := 1
	if v, err := strconv.Atoi(os.Getenv("TICKMARK_ACCOUNTS")); err == nil {
		n = v
	} else if testing.Short() {
		t.Skip("evaluates some thousand resources")
	}
	l := newLarge(t, n)
	l.do("load", func(ctx context.Context) error {
		items, err := l.s.LoadEstate(ctx, l.estate, func(int64) {})
		t.Logf("%d states of resources", items)
		return err
	})
	l.do("deploy the packs", l.deploy)
	first := l.do("first evaluation", func(ctx context.Context) error { return l.s.Evaluate(ctx, func(compliance.Progress) {}) })
	l.do("make the assessment", l.start)
	first += l.do("first evidence", l.collect)
	t.Logf("first evaluation and evidence: %s, %d MB at most", first.Round(time.Second), peak(t)>>20)
	if a, _, err := l.s.audit.GetAssessment(t.Context(), l.caller, l.audit.ID); err != nil || a.Pending {
		t.Fatal("the assessment waits", err)
	} else {
		t.Logf("the first day's verdicts stand together: %v", a.Grouped)
	}
	l.complete()
	before := l.disk()
	l.clock.Advance(24 * time.Hour)
	l.do("a day's changes", l.change)
	l.do("a day's evaluation", func(ctx context.Context) error { return l.s.Evaluate(ctx, func(compliance.Progress) {}) })
	l.do("a day's evidence", l.collect)
	after := l.disk()
	t.Logf("the day: %d MB of disk; %s", (after.total-before.total)>>20, after.since(before))
	l.complete()
}

// large is a large installation.
type large struct {
	t      *testing.T
	s      *Server
	dir    string
	clock  *stamp.Fixed
	estate sample.Estate
	caller assess.Caller
	audit  assess.Assessment
}

func newLarge(t *testing.T, accounts int) *large {
	t.Helper()
	l := &large{t: t, dir: t.TempDir(), clock: stamp.NewFixed(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))}
	if d := os.Getenv("TICKMARK_BENCH_DIR"); d != "" {
		l.dir = filepath.Join(d, fmt.Sprint("accounts-", accounts))
	}
	l.estate = sample.Estate{Seed: 1, Regions: []string{"us-east-1", "eu-central-1", "eu-west-1", "ap-southeast-2"}, Stacks: 5, Now: l.clock.Now()}
	for i := range accounts {
		l.estate.Accounts = append(l.estate.Accounts, sample.Account{ID: fmt.Sprintf("%012d", 100000000000+i), Name: fmt.Sprint("account-", i)})
	}
	owner := l.estate.Accounts[0].ID
	l.caller = assess.Caller{Account: owner, Region: l.estate.Regions[0], Principal: "arn:aws:iam::" + owner + ":root", Owner: true}
	var err error
	l.s, err = Open(t.Context(), Config{Data: l.dir, Account: owner, Clock: l.clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.s.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// do runs a step, and tells how long it took and what the process has held at most.
func (l *large) do(what string, step func(context.Context) error) time.Duration {
	l.t.Helper()
	began, spent := time.Now(), processor()
	if err := step(l.t.Context()); err != nil {
		l.t.Fatalf("%s: %v", what, err)
	}
	took := time.Since(began)
	l.t.Logf("%-20s %8s  %8s of processor time  %5d MB at most  %6d MB on disk", what, took.Round(10*time.Millisecond),
		(processor() - spent).Round(10*time.Millisecond), peak(l.t)>>20, l.disk().total>>20)
	return took
}

func (l *large) deploy(ctx context.Context) error {
	rules := 0
	for _, a := range l.estate.Accounts {
		for _, region := range l.estate.Regions {
			for i, name := range largePacks {
				p, err := l.s.program.DeployPack(ctx, compliance.Place{Account: a.ID, Region: region}, compliance.PackInput{Name: fmt.Sprint("pack-", i), Published: name})
				if err != nil {
					return err
				}
				rules += len(p.Rules)
			}
		}
	}
	l.t.Logf("%d rules", rules)
	return nil
}

func (l *large) start(ctx context.Context) error {
	if _, err := l.s.audit.Register(ctx, l.caller, "", ""); err != nil {
		return err
	}
	f, ok := catalog.Standard().FrameworkNamed("NIST SP 800-53 r5")
	if !ok {
		return fmt.Errorf("no such framework")
	}
	in := assess.AssessmentInput{
		Name: "large", FrameworkID: f.ID, Destination: assess.Destination{Type: "S3", Path: "s3://reports"},
		Roles: []assess.Role{{Type: assess.ProcessOwner, ARN: l.caller.Principal}},
	}
	for _, a := range l.estate.Accounts {
		in.Accounts = append(in.Accounts, assess.ScopeAccount{ID: a.ID})
	}
	var err error
	l.audit, err = l.s.audit.CreateAssessment(ctx, l.caller, in)
	return err
}

// collect does what the collector's background work does, until nothing waits.
func (l *large) collect(ctx context.Context) error {
	for {
		if worked, err := l.s.collector.Step(ctx); err != nil || !worked {
			return err
		}
	}
}

// change records another state of every hundredth resource.
func (l *large) change(ctx context.Context) error {
	n := 0
	var batch []*inventory.Item
	for spec := range l.estate.Items() {
		if n++; n%100 != 0 || spec.Status != "" && spec.Status != inventory.OK {
			continue
		}
		spec.Tags = maps.Clone(spec.Tags)
		if spec.Tags == nil {
			spec.Tags = map[string]string{}
		}
		spec.Captured, spec.StateID, spec.Tags["changed"] = l.clock.Now(), 0, "yes"
		it, err := inventory.Build(spec)
		if err != nil {
			return err
		}
		if batch = append(batch, it); len(batch) == loadBatch {
			if _, err := inventory.PutAll(ctx, l.s.items, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	_, err := inventory.PutAll(ctx, l.s.items, batch)
	l.s.changed()
	return err
}

// complete checks that every verdict that stands is evidence of the present day.
func (l *large) complete() {
	l.t.Helper()
	counts, err := l.s.audit.Counts(l.t.Context(), l.caller, l.audit.ID)
	if err != nil {
		l.t.Fatal(err)
	}
	folders, err := l.s.audit.Folders(l.t.Context(), l.caller, l.audit.ID, "", "", nil, 0)
	if err != nil {
		l.t.Fatal(err)
	}
	var pieces, resources int64
	today := l.clock.Now().Format(time.DateOnly)
	for _, f := range folders {
		if f.Day == today {
			pieces, resources = pieces+f.Total, resources+f.Resources
		}
	}
	l.t.Logf("%d controls with evidence; today %d pieces about %d resources", len(counts), pieces, resources)
	if len(counts) < 100 || resources < int64(1000*len(l.estate.Accounts)) {
		l.t.Errorf("%d controls have evidence, of %d resources today", len(counts), resources)
	}
}

// usage is what stands on disk, by the top of its path.
type usage struct {
	total int64
	by    map[string]int64
}

func (l *large) disk() usage {
	u := usage{by: map[string]int64{}}
	_ = filepath.WalkDir(l.dir, func(path string, d fs.DirEntry, err error) error { // files may go while it walks
		if err != nil || d.IsDir() {
			return nil //nolint:nilerr
		}
		if info, err := d.Info(); err == nil {
			rel, _ := filepath.Rel(l.dir, path)
			top, _, _ := strings.Cut(rel, string(filepath.Separator))
			u.by[top] += info.Size()
			u.total += info.Size()
		}
		return nil
	})
	return u
}

func (u usage) since(before usage) string {
	var out []string
	for k, v := range u.by {
		if d := v - before.by[k]; d != 0 {
			out = append(out, fmt.Sprintf("%s %+d KB", k, d>>10))
		}
	}
	return strings.Join(out, ", ")
}

// processor is the time that the process has worked.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak is the most memory that the process has had resident; 0 where the system does not tell.
func peak(t *testing.T) int64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if v, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(v, "kB")), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kb << 10
		}
	}
	return 0
}
