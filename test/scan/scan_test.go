// Package scan_test drives the real binary against simulated clouds: the seeded account (seed.py on moto_server), faults
// put into its calls, organizations, and clouds that are large. test/scan/run starts what is needed.
package scan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/tickmark/tickmark/internal/cloudsim"
)

// Exit codes of scan.
const (
	clean   = 0
	failed  = 3
	missing = 4
)

// evaluation and gap are what scan promises to scripts.
type evaluation struct {
	Rule       string `json:"ruleIdentifier"`
	Type       string `json:"resourceType"`
	ID         string `json:"resourceId"`
	Name       string `json:"resourceName"`
	Compliance string `json:"complianceType"`
	Annotation string `json:"annotation"`
	Account    string `json:"accountId"`
	Region     string `json:"awsRegion"`
}

type gap struct {
	Account string `json:"accountId"`
	Region  string `json:"awsRegion"`
	What    string `json:"what"`
	Why     string `json:"why"`
}

// result is the end of one run of the binary.
type result struct {
	Evaluations []evaluation `json:"evaluations"`
	Gaps        []gap        `json:"gaps"`
	code        int
	stdout      string
	stderr      string
	peak        int64 // bytes of memory, at most
}

// binary is the one under test.
func binary(t testing.TB) string {
	t.Helper()
	b := os.Getenv("TICKMARK")
	if b == "" {
		t.Skip("TICKMARK names no binary; test/scan/run builds one and starts the simulator")
	}
	return b
}

// tickmark runs the binary with only these variables of the environment beside the plain ones.
func tickmark(t testing.TB, environment []string, args ...string) result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary(t), args...)
	none := filepath.Join(t.TempDir(), "none")
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + os.TempDir(), "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=" + none}, environment...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if e, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || !e.Exited()) {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	r := result{code: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.peak = u.Maxrss << 10
	}
	return r
}

// keys are credentials that simulators take.
var keys = []string{"AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=simulated", "AWS_REGION=us-east-1"}

// scan runs a scan and reads its JSON.
func scan(t testing.TB, endpoint string, args ...string) result {
	t.Helper()
	call := []string{"scan", "--endpoint-url", endpoint, "--output", "json"}
	if len(args) > 0 && args[0] == "--items" {
		call = []string{"scan", "--output", "json"}
	}
	r := tickmark(t, keys, append(call, args...)...)
	if err := json.Unmarshal([]byte(r.stdout), &r); err != nil {
		t.Fatalf("scan %s: exit code %d, %v\n%.300s\n%s", strings.Join(args, " "), r.code, err, r.stdout, r.stderr)
	}
	return r
}

// simulator is a proxy before the seeded moto, with the recorded answers.
func simulator(t testing.TB) (*cloudsim.Proxy, string) {
	t.Helper()
	target := os.Getenv("TICKMARK_MOTO")
	if target == "" {
		t.Skip("TICKMARK_MOTO names no simulator; test/scan/run starts one")
	}
	recorded, err := cloudsim.ReadRecorded("recorded")
	if err != nil {
		t.Fatal(err)
	}
	p, err := cloudsim.NewProxy(target, recorded)
	if err != nil {
		t.Fatal(err)
	}
	return p, listen(t, p)
}

// listen serves a simulated cloud on loopback until the test ends.
func listen(t testing.TB, p *cloudsim.Proxy) string {
	t.Helper()
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	return server.URL
}

// item is what the store has of a resource.
type item struct {
	Account string `json:"accountId"`
	Region  string `json:"awsRegion"`
	Type    string `json:"resourceType"`
	ID      string `json:"resourceId"`
	Name    string `json:"resourceName"`
}

// items are the resources that a data directory holds; facts about accounts are not among them.
func items(t testing.TB, data string) (all []item) {
	t.Helper()
	r := tickmark(t, nil, "query", "SELECT accountId, awsRegion, resourceType, resourceId, resourceName", "--data", data, "--output", "json")
	if r.code != 0 {
		t.Fatalf("query: %d %s", r.code, r.stderr)
	}
	if err := json.Unmarshal([]byte(r.stdout), &all); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(i item) bool { return strings.HasPrefix(i.Type, "Tickmark::") })
}

func glob(pattern, s string) bool {
	ok, err := path.Match(pattern, strings.ReplaceAll(s, "/", "|"))
	return ok && err == nil
}
