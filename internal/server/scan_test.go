package server_test

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/cloudsim"
	"github.com/tickmark/tickmark/internal/connect"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/scan"
	"github.com/tickmark/tickmark/internal/server"
	"github.com/tickmark/tickmark/internal/stamp"
)

// simulated is a simulated organization and how it is scanned.
func simulated(t *testing.T, c cloudsim.Config, q connect.Connection, rules ...string) (*cloudsim.Cloud, server.ScanRequest) {
	t.Helper()
	s := cloudsim.NewCloud(c)
	front := httptest.NewServer(s)
	t.Cleanup(front.Close)
	none := filepath.Join(t.TempDir(), "none")
	for k, v := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIA" + cloudsim.Management + "0", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "AWS_REGION": "us-east-1",
		"AWS_CONFIG_FILE": none, "AWS_SHARED_CREDENTIALS_FILE": none, "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(k, v)
	}
	choice, err := scan.Choose(scan.Selection{Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	q.EndpointURL = front.URL
	if err := q.Check(); err != nil {
		t.Fatal(err)
	}
	return s, server.ScanRequest{Choice: choice, Collect: &server.Collection{Connection: q}}
}

func accounts(r *scan.Report) (all []string) {
	for _, p := range r.Places {
		all = append(all, p.Account)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestScanOrganization: every account that can be read is judged, and each other one is named with what to do.
func TestScanOrganization(t *testing.T) {
	s, r := simulated(t, cloudsim.Config{Accounts: 12, Broken: 2, Resources: 60, Regions: []string{"us-east-1", "eu-west-1"}},
		connect.Connection{Organization: true, Role: "TickmarkCollector"}, "ENCRYPTED_VOLUMES", "IAM_PASSWORD_POLICY")
	report, done, err := server.Scan(context.Background(), server.Config{Clock: stamp.System}, r)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(accounts(report)); n != 11 || len(report.Places) != 22 || report.Items == 0 || report.Counts.Total() == 0 {
		t.Errorf("%d accounts, %d places, %d items, %+v", n, len(report.Places), report.Items, report.Counts)
	}
	for _, broken := range s.BrokenAccounts() {
		if !slices.ContainsFunc(report.Gaps, func(g scan.Gap) bool {
			return g.Account == broken && g.What == "account" && strings.Contains(g.Why, "AccessDenied") && strings.Contains(g.Why, "TickmarkCollector")
		}) {
			t.Errorf("%s is not named in %v", broken, report.Gaps)
		}
	}
	seen := map[string]int{}
	for e, err := range report.Evaluations() {
		if err != nil {
			t.Fatal(err)
		}
		if e.Rule == "IAM_PASSWORD_POLICY" {
			if seen[e.Account]++; e.Region != arn.Global || e.ID != e.Account {
				t.Errorf("%+v", e)
			}
		}
	}
	if len(seen) != 11 || seen[cloudsim.Management] != 1 {
		t.Errorf("password policies judged: %v", seen)
	}
	if report.Exit(false) == scan.ExitClean {
		t.Error("two accounts could not be read, and the scan is clean")
	}
	if err := done(); err != nil {
		t.Error(err)
	}
}

// TestScanInterrupted: what was read before the end is judged, the report says that it is incomplete, nothing stays.
func TestScanInterrupted(t *testing.T) {
	for _, step := range []string{"accounts", "collect"} {
		t.Run(step, func(t *testing.T) { interrupt(t, step) })
	}
}

func interrupt(t *testing.T, step string) {
	t.Setenv("TMPDIR", t.TempDir())
	_, r := simulated(t, cloudsim.Config{Resources: 2000, Regions: []string{"us-east-1"}, Latency: 300 * time.Millisecond}, connect.Connection{}, "all")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r.Progress = func(p server.ScanProgress) {
		if p.Step == step {
			cancel()
		}
	}
	report, done, err := server.Scan(ctx, server.Config{Clock: stamp.System}, r)
	if err != nil {
		t.Fatal(err)
	}
	if report.Incomplete == "" || report.Exit(true) != scan.ExitGaps && report.Exit(true) != scan.ExitNonCompliant {
		t.Errorf("incomplete %q, exit %d", report.Incomplete, report.Exit(true))
	}
	if err := done(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestScanKeeps: with a data directory what was collected is there afterwards, and judged again without a call.
func TestScanKeeps(t *testing.T) {
	s, r := simulated(t, cloudsim.Config{Resources: 60, Regions: []string{"us-east-1"}}, connect.Connection{}, "ENCRYPTED_VOLUMES")
	c := server.Config{Clock: stamp.System, Data: t.TempDir()}
	var totals []scan.Counts
	var calls []int
	for _, collect := range []*server.Collection{r.Collect, nil} {
		r.Collect = collect
		report, done, err := server.Scan(context.Background(), c, r)
		if err != nil {
			t.Fatal(err)
		}
		n, _ := s.Calls()
		totals, calls = append(totals, report.Counts), append(calls, n)
		if err := done(); err != nil {
			t.Error(err)
		}
	}
	if totals[0] != totals[1] || totals[0].Total() == 0 || calls[0] != calls[1] {
		t.Errorf("%+v, calls %v", totals, calls)
	}
	held, err := server.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if _, _, err := server.Scan(context.Background(), c, r); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a held directory: %v", err)
	}
}

// TestScanRefused: one account that cannot be read at all is an error, not an empty scan.
func TestScanRefused(t *testing.T) {
	_, r := simulated(t, cloudsim.Config{Accounts: 3, Broken: 1}, connect.Connection{Accounts: []string{"200000000002"}, Role: "TickmarkCollector"}, "ENCRYPTED_VOLUMES")
	if _, _, err := server.Scan(context.Background(), server.Config{Clock: stamp.System}, r); fault.KindOf(err) != fault.Denied {
		t.Errorf("%v", err)
	}
}
