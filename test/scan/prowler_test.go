package scan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/cloudsim"
)

// finding is what Prowler writes (OCSF), as far as it is compared.
type finding struct {
	Metadata struct {
		Check string `json:"event_code"`
	} `json:"metadata"`
	Status    string `json:"status_code"`
	Resources []struct {
		UID  string `json:"uid"`
		Name string `json:"name"`
	} `json:"resources"`
}

// measure is one run: how long, how much memory, how many calls.
type measure struct {
	took  time.Duration
	peak  int64
	calls int
}

func (m measure) net(empty measure) measure { return measure{m.took - empty.took, m.peak, m.calls} }

func (m measure) String() string {
	return fmt.Sprintf("%6.1f s, %4d MB, %5d calls", m.took.Seconds(), m.peak>>20, m.calls)
}

// TestBesideProwler runs the same checks by both over one account (many.py), and over an empty one to take the start
// away, and compares time, memory, calls and verdicts. By hand: make peers-scan.
func TestBesideProwler(t *testing.T) {
	prowler, full, empty := os.Getenv("TICKMARK_PROWLER"), os.Getenv("TICKMARK_MOTO"), os.Getenv("TICKMARK_MOTO_EMPTY")
	if prowler == "" || empty == "" {
		t.Skip("TICKMARK_PROWLER names no Prowler; make peers-scan installs it")
	}
	pairs := checks(t)
	var rules, names []string
	for _, p := range pairs {
		rules, names = append(rules, p[0]), append(names, p[1])
	}
	var ours, theirs [2]measure
	var verdicts result
	var findings []finding
	for i, target := range []string{empty, full} {
		proxy, err := cloudsim.NewProxy(target, nil)
		if err != nil {
			t.Fatal(err)
		}
		endpoint := listen(t, proxy)
		proxy.Inject()
		begin := time.Now()
		verdicts = scan(t, endpoint, "--regions", "us-east-1", "--rules", strings.Join(rules, ","))
		ours[i] = measure{time.Since(begin), verdicts.peak, proxy.Calls()}
		proxy.Inject()
		begin = time.Now()
		var peak int64
		findings, peak = prowl(t, prowler, endpoint, names)
		theirs[i] = measure{time.Since(begin), peak, proxy.Calls()}
	}
	a, b := ours[1].net(ours[0]), theirs[1].net(theirs[0])
	t.Logf("Tickmark  empty %s   full %s   net %s", ours[0], ours[1], a)
	t.Logf("Prowler   empty %s   full %s   net %s", theirs[0], theirs[1], b)
	t.Logf("net of start: %.1f times faster; %.1f times less memory; calls %d to %d (%.2f)", b.took.Seconds()/a.took.Seconds(), float64(b.peak)/float64(a.peak), a.calls, b.calls, float64(a.calls)/float64(b.calls))
	compare(t, pairs, verdicts, findings)
}

// checks are the pairs of rule and check.
func checks(t *testing.T) (all [][2]string) {
	t.Helper()
	b, err := os.ReadFile("checks.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
		rule, check, _ := strings.Cut(line, "\t")
		all = append(all, [2]string{rule, check})
	}
	return all
}

func prowl(t *testing.T, prowler, endpoint string, checks []string) (all []finding, peak int64) {
	t.Helper()
	dir := t.TempDir()
	args := append([]string{"aws", "-f", "us-east-1", "--scan-unused-services", "--ignore-exit-code-3", "-M", "json-ocsf", "-o", dir, "-F", "out", "--no-banner", "-c"}, checks...)
	cmd := exec.CommandContext(t.Context(), prowler, args...)
	cmd.Env = append(keys, "PATH="+os.Getenv("PATH"), "HOME="+dir, "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+dir+"/none", "AWS_ENDPOINT_URL="+endpoint, "AWS_DEFAULT_REGION=us-east-1", "AWS_DISABLE_HOST_PREFIX_INJECTION=true")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("prowler: %v\n%s", err, out.String())
	}
	b, err := os.ReadFile(filepath.Join(dir, "out.ocsf.json"))
	if err != nil && strings.Contains(out.String(), "no findings") {
		b, err = []byte("[]"), nil
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	return all, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
}

// compare holds the verdicts against each other, subject by subject: by the id, the name, or the end of the ARN.
func compare(t *testing.T, pairs [][2]string, got result, findings []finding) {
	t.Helper()
	ours := map[string]map[string]string{}
	for _, e := range got.Evaluations {
		if ours[e.Rule] == nil {
			ours[e.Rule] = map[string]string{}
		}
		for _, k := range []string{e.ID, e.Name, e.ID[strings.LastIndexAny(e.ID, "/:")+1:]} {
			if k != "" {
				ours[e.Rule][k] = e.Compliance
			}
		}
	}
	same, differ := 0, 0
	for _, p := range pairs {
		agree, other, alone := 0, map[string]int{}, 0
		for _, f := range findings {
			if f.Metadata.Check != p[1] || len(f.Resources) == 0 {
				continue
			}
			uid := f.Resources[0].UID
			verdict := ""
			for _, k := range []string{uid, f.Resources[0].Name, uid[strings.LastIndexAny(uid, "/:")+1:]} {
				if verdict == "" {
					verdict = ours[p[0]][k]
				}
			}
			switch {
			case verdict == "":
				alone++
			case (verdict == "COMPLIANT") == (f.Status == "PASS") && verdict != "INSUFFICIENT_DATA":
				agree++
			default:
				other[fmt.Sprintf("%s, Prowler %s", verdict, f.Status)]++
			}
		}
		same += agree
		t.Logf("%-45s %-70s agree %4d, only Prowler's %3d", p[0], p[1], agree, alone)
		for what, n := range other {
			differ += n
			t.Logf("    differs: %s (%d)", what, n)
		}
	}
	t.Logf("%d verdicts agree, %d differ", same, differ)
}
