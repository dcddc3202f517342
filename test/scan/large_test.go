package scan_test

import (
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/cloudsim"
)

// TestOrganization: the accounts whose role can be assumed are recorded, the others are named with what to do.
func TestOrganization(t *testing.T) {
	accounts, broken := 20, 3
	if n, err := strconv.Atoi(os.Getenv("TICKMARK_ACCOUNTS")); err == nil {
		accounts, broken = n, max(1, n/20)
	}
	binary(t)
	cloud := cloudsim.NewCloud(cloudsim.Config{Accounts: accounts, Broken: broken, Resources: 100, Regions: []string{"us-east-1"}})
	server := httptest.NewServer(cloud)
	defer server.Close()
	got := scan(t, server.URL, "--org", "--role", "TickmarkCollector", "--regions", "us-east-1", "--rules", "ENCRYPTED_VOLUMES")
	seen := map[string]bool{}
	for _, e := range got.Evaluations {
		seen[e.Account] = true
	}
	lost := cloud.BrokenAccounts()
	for _, a := range lost {
		if seen[a] {
			t.Errorf("account %s is judged, though its role cannot be assumed", a)
		}
		if !slices.ContainsFunc(got.Gaps, func(g gap) bool {
			return g.Account == a && strings.Contains(g.Why, "AssumeRole") && strings.Contains(g.Why, "tickmark policy collector")
		}) {
			t.Errorf("no gap names account %s and what to do", a)
		}
	}
	if want := accounts + 1 - broken; len(seen) != want {
		t.Errorf("%d accounts are judged, want %d", len(seen), want)
	}
	t.Logf("%d accounts judged, %d named in gaps", len(seen), len(lost))
}

// TestLargeAccount measures a scan of 100,000 resources in 17 regions behind 20 ms and AWS's rates. By hand: make bench-scan.
func TestLargeAccount(t *testing.T) {
	size, err := strconv.Atoi(os.Getenv("TICKMARK_RESOURCES"))
	if err != nil {
		t.Skip("TICKMARK_RESOURCES is not set; make bench-scan sets it")
	}
	cloud := cloudsim.NewCloud(cloudsim.Config{Resources: size, Latency: 20 * time.Millisecond, Limited: true})
	server := httptest.NewServer(cloud)
	defer server.Close()
	begin := time.Now()
	rules := os.Getenv("TICKMARK_RULES")
	if rules == "" {
		rules = "all"
	}
	r := tickmark(t, keys, "scan", "--endpoint-url", server.URL, "--rules", rules, "--output", "json="+t.TempDir()+"/out.json", "--output", "table")
	took := time.Since(begin)
	least, by := cloud.Bound()
	taken, denied := cloud.Calls()
	t.Logf("%d resources: exit code %d after %s; the rates allow it in %s (%s): ratio %.2f; %d calls, %d throttled; peak %d MB\n%s", size, r.code, took.Round(time.Millisecond), least.Round(time.Millisecond), by,
		took.Seconds()/least.Seconds(), taken, denied, r.peak>>20, r.stderr)
	for _, l := range cloud.Slowest(8) {
		t.Log(l)
	}
}
