package scan_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// planted is a resource that seed.py has made, with what scan must say of it.
type planted struct {
	Type   string   `json:"resourceType"`
	ID     string   `json:"resourceId"`
	Region string   `json:"awsRegion"`
	Name   string   `json:"name"`
	Bad    []string `json:"bad"`
	Good   []string `json:"good"`
}

type expected struct {
	Account   string    `json:"accountId"`
	Regions   []string  `json:"regions"`
	Resources []planted `json:"resources"`
}

func expectations(t *testing.T) (e expected) {
	t.Helper()
	file := os.Getenv("TICKMARK_SCAN_EXPECTED")
	if file == "" {
		t.Skip("TICKMARK_SCAN_EXPECTED names no file; test/scan/run writes one")
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// subject is what a verdict is about. What is global has the region "global" in expectations.
type subject struct{ rule, region, id string }

// TestExpectedVerdicts: every planted fault is found, every good resource passes, and whatever else fails is explained.
func TestExpectedVerdicts(t *testing.T) {
	want := expectations(t)
	_, endpoint := simulator(t)
	args := []string{"--regions", strings.Join(want.Regions, ","), "--rules", "all"}
	if file := os.Getenv("TICKMARK_SCAN_ITEMS"); file != "" {
		args = []string{"--items", file, "--rules", "all"}
	}
	got := scan(t, endpoint, args...)
	if got.code != failed {
		t.Errorf("exit code %d, want %d\n%s", got.code, failed, got.stderr)
	}
	verdicts := map[subject]evaluation{}
	for _, e := range got.Evaluations {
		if e.Account != want.Account {
			t.Fatalf("an evaluation of account %s: only %s was scanned", e.Account, want.Account)
		}
		verdicts[subject{e.Rule, e.Region, e.ID}] = e
		verdicts[subject{e.Rule, "global", e.ID}] = e
	}
	wrong := map[string][]string{}
	known := map[subject]bool{}
	check := func(p planted, rule, verdict string) {
		s := subject{rule, p.Region, p.ID}
		known[s] = true
		if e, ok := verdicts[s]; !ok {
			wrong[rule] = append(wrong[rule], fmt.Sprintf("%s %s %s (%s) is not judged, want %s", p.Type, p.Region, p.ID, p.Name, verdict))
		} else if e.Compliance != verdict {
			wrong[rule] = append(wrong[rule], fmt.Sprintf("%s %s %s (%s) is %s, want %s: %s", p.Type, p.Region, p.ID, p.Name, e.Compliance, verdict, e.Annotation))
		}
	}
	for _, p := range want.Resources {
		for _, rule := range p.Bad {
			check(p, rule, "NON_COMPLIANT")
		}
		for _, rule := range p.Good {
			check(p, rule, "COMPLIANT")
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(wrong)) {
		for _, w := range wrong[rule] {
			t.Errorf("%s: %s", rule, w)
		}
	}
	falseAlarms(t, want, got, known)
	explainGaps(t, got)
}

// explanation is a row of explained.tsv.
type explanation struct {
	rule, typ, name, reason string
	used                    bool
}

func explanations(t *testing.T, file string) (all []*explanation) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
		f := strings.Split(line, "\t")
		if len(f) != 4 || f[3] == "" {
			t.Fatalf("%s:%d: %q has not four fields", file, i+2, line)
		}
		all = append(all, &explanation{rule: f[0], typ: f[1], name: strings.ReplaceAll(f[2], "/", "|"), reason: f[3]})
	}
	return all
}

// falseAlarms wants a reason for every failure that is not planted, and a failure for every reason.
func falseAlarms(t *testing.T, want expected, got result, known map[subject]bool) {
	t.Helper()
	names := map[string]string{}
	for _, p := range want.Resources {
		names[p.Region+p.ID], names["global"+p.ID] = p.Name, p.Name
	}
	reasons, alarms := explanations(t, "explained.tsv"), map[string]int{}
	for _, e := range got.Evaluations {
		if e.Compliance != "NON_COMPLIANT" || known[subject{e.Rule, e.Region, e.ID}] || known[subject{e.Rule, "global", e.ID}] {
			continue
		}
		name := names[e.Region+e.ID]
		if name == "" {
			name = e.Name
		}
		if !explained(reasons, e, name) {
			alarms[fmt.Sprintf("%s\t%s\t%s\t%s", e.Rule, e.Type, name, e.Annotation)]++
			if alarms[fmt.Sprintf("%s\t%s\t%s\t%s", e.Rule, e.Type, name, e.Annotation)] == 1 {
				t.Errorf("false alarm or missing explanation: %s\t%s\t%s %s (%s)\t%s", e.Rule, e.Type, e.Region, e.ID, name, e.Annotation)
			}
		}
	}
	for _, r := range reasons {
		if !r.used {
			t.Errorf("explained.tsv explains what does not fail: %s %s %s", r.rule, r.typ, r.name)
		}
	}
}

func explained(reasons []*explanation, e evaluation, name string) bool {
	for _, r := range reasons {
		if glob(r.rule, e.Rule) && glob(r.typ, e.Type) && (glob(r.name, name) || glob(r.name, e.ID)) {
			r.used = true
			return true
		}
	}
	return false
}

// explainGaps wants a reason for every gap: what moto does not answer stands in gaps.tsv.
func explainGaps(t *testing.T, got result) {
	t.Helper()
	reasons := explanations(t, "gaps.tsv")
	for _, g := range got.Gaps {
		if !explained(reasons, evaluation{Rule: g.What, Type: g.Region}, g.Why) {
			t.Errorf("a gap that is not explained: %s\t%s\t%s", g.What, g.Region, g.Why)
		}
	}
	for _, r := range reasons {
		if !r.used {
			t.Errorf("gaps.tsv explains a gap that is not there: %s %s", r.rule, r.typ)
		}
	}
}

// TestDoesNotRecordItself: with the variables that lead every AWS command to Tickmark, a scan goes to AWS all the same.
func TestDoesNotRecordItself(t *testing.T) {
	_, endpoint := simulator(t)
	data := t.TempDir()
	server := serve(t, data)
	r := tickmark(t, nil, "env", "--all", "--data", data)
	if r.code != 0 || !strings.Contains(r.stdout, server) {
		t.Fatalf("env --all: %d %s %s", r.code, r.stdout, r.stderr)
	}
	var calls atomic.Int64
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		http.Error(w, "nobody should ask", http.StatusForbidden)
	}))
	defer listener.Close()
	var environment []string
	for line := range strings.Lines(strings.ReplaceAll(r.stdout, server, listener.URL)) { // the same, but counted
		if assignment, ok := strings.CutPrefix(strings.TrimSpace(line), "export "); ok {
			name, value, _ := strings.Cut(assignment, "=")
			environment = append(environment, name+"="+strings.Trim(value, `'"`))
		}
	}
	if !slices.ContainsFunc(environment, func(v string) bool { return v == "AWS_ENDPOINT_URL="+listener.URL }) {
		t.Fatalf("environment %v", environment)
	}
	args := []string{"--regions", "us-east-1", "--rules", "INCOMING_SSH_DISABLED", "--output", "json"}
	// Nothing but Tickmark's own keys is there, and they are not taken for AWS's.
	r = tickmark(t, environment, append([]string{"scan"}, args...)...)
	if r.code == clean || r.code == failed || strings.Contains(r.stdout, `"complianceType"`) {
		t.Errorf("without credentials of AWS: exit code %d\n%s", r.code, r.stdout)
	}
	// With AWS's keys in a profile and a named endpoint, that endpoint alone is asked.
	profile := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(profile, []byte("[audit]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = simulated\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r = tickmark(t, append(environment, "AWS_SHARED_CREDENTIALS_FILE="+profile), append([]string{"scan", "--profile", "audit", "--endpoint-url", endpoint}, args...)...)
	if r.code != failed {
		t.Errorf("with a profile: exit code %d\n%s", r.code, r.stderr)
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("%d calls went to Tickmark", n)
	}
}
