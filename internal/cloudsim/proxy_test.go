package cloudsim_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/cloudsim"
)

// proxied is a proxy before a small cloud.
func proxied(t *testing.T, recorded *cloudsim.Recorded) (*cloudsim.Proxy, string) {
	t.Helper()
	_, address := cloud(t, cloudsim.Config{Resources: 1000})
	p, err := cloudsim.NewProxy(address, recorded)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	return p, server.URL
}

// TestFaults: each fault is told as each protocol tells it, and stops when it is over.
func TestFaults(t *testing.T) {
	p, address := proxied(t, nil)
	for _, c := range []struct {
		fault  cloudsim.Mishap
		api    string
		status int
		text   string
	}{
		{cloudsim.Throttle, "ec2:DescribeVolumes", 503, "<Code>RequestLimitExceeded</Code>"},
		{cloudsim.Throttle, "logs:DescribeLogGroups", 400, `"__type":"ThrottlingException"`},
		{cloudsim.Throttle, "lambda:ListFunctions", 429, "Rate exceeded"},
		{cloudsim.Throttle, "rds:DescribeDBInstances", 400, "<Code>Throttling</Code>"},
		{cloudsim.Throttle, "s3:ListBuckets", 503, "<Code>SlowDown</Code>"},
		{cloudsim.Deny, "ec2:DescribeVolumes", 403, "<Code>UnauthorizedOperation</Code>"},
		{cloudsim.Deny, "kms:ListKeys", 400, "AccessDeniedException"},
		{cloudsim.Deny, "s3:ListBuckets", 403, "<Code>AccessDenied</Code>"},
		{cloudsim.Disable, "ec2:DescribeVolumes", 401, "AuthFailure"},
		{cloudsim.Disable, "kms:ListKeys", 400, "UnrecognizedClientException"},
		{cloudsim.Disable, "sns:ListTopics", 403, "InvalidClientTokenId"},
		{cloudsim.Break, "sns:ListTopics", 500, "something went wrong"},
		{cloudsim.Cut, "ec2:DescribeVolumes", 0, "unexpected EOF"},
		{cloudsim.Slow, "sns:ListTopics", 200, "<Topics>"},
	} {
		p.Inject(cloudsim.Fault{Kind: c.fault, API: c.api, Times: 1, Delay: time.Millisecond})
		if status, body := ask(t, address, key, "us-east-1", c.api, nil); status != c.status || !strings.Contains(body, c.text) {
			t.Errorf("%s of %s: %d %s", c.fault, c.api, status, body)
		}
		if status, body := ask(t, address, key, "us-east-1", c.api, nil); status != http.StatusOK {
			t.Errorf("after the %s of %s: %d %s", c.fault, c.api, status, body)
		}
		if n := p.Counts()[c.api+" us-east-1"]; n != 2 || p.Calls() != 2 {
			t.Errorf("%d calls of %s are counted, %d in all", n, c.api, p.Calls())
		}
	}
}

// TestChosenCalls: faults meet the calls they name.
func TestChosenCalls(t *testing.T) {
	p, address := proxied(t, nil)
	p.Inject(cloudsim.Fault{Kind: cloudsim.Deny, API: "ec2:*", Region: "eu-*", Skip: 1, Every: 2})
	var got []string
	for _, region := range []string{"us-east-1", "eu-west-1", "eu-west-1", "eu-west-1", "eu-west-1", "eu-west-1"} {
		status, _ := ask(t, address, key, region, "ec2:DescribeVolumes", nil)
		got = append(got, http.StatusText(status))
	}
	if want := "OK,OK,OK,Forbidden,OK,Forbidden"; strings.Join(got, ",") != want {
		t.Errorf("answers %v, want %s", got, want)
	}
}

// TestBrokenPages: a listing gets a token that leads to an error, or to itself for ever.
func TestBrokenPages(t *testing.T) {
	p, address := proxied(t, nil)
	for api, c := range map[string]struct{ token, told string }{
		"ec2:DescribeVolumes":                {"NextToken", "<nextToken>tickmark-next-page</nextToken>"},
		"kms:ListKeys":                       {"Marker", `"NextMarker":"tickmark-next-page"`},
		"lambda:ListFunctions":               {"Marker", `"NextMarker":"tickmark-next-page"`},
		"rds:DescribeDBInstances":            {"Marker", "<Marker>tickmark-next-page</Marker>"},
		"iam:GetAccountAuthorizationDetails": {"Marker", "<IsTruncated>true</IsTruncated>"},
	} {
		in := map[string]string{"Filter.member.1": "Role"}
		if !strings.HasPrefix(api, "iam") {
			in = map[string]string{}
		}
		for _, kind := range []cloudsim.Mishap{cloudsim.HalfPages, cloudsim.Endless} {
			delete(in, c.token)
			p.Inject(cloudsim.Fault{Kind: kind, API: api})
			status, body := ask(t, address, key, "us-east-1", api, in)
			if status != http.StatusOK || !strings.Contains(body, c.told) {
				t.Errorf("%s, first page: %d %s", api, status, body)
			}
			in[c.token] = "tickmark-next-page"
			status, body = ask(t, address, key, "us-east-1", api, in)
			if kind == cloudsim.HalfPages && (status != http.StatusInternalServerError || !strings.Contains(body, "internal error")) {
				t.Errorf("%s, second page: %d %s", api, status, body)
			}
			if kind == cloudsim.Endless && (status != http.StatusOK || !strings.Contains(body, c.told)) {
				t.Errorf("%s, second page of an endless listing: %d %s", api, status, body)
			}
		}
	}
}

// TestRecorded: answers that somebody wrote down stand in for what the simulator lacks.
func TestRecorded(t *testing.T) {
	dir := t.TempDir()
	text := `[{"api": "fsx:DescribeFileSystems", "region": "us-*", "output": {"FileSystems": [{"FileSystemId": "fs-1"}]}}, {"api": "iam:GetPolicy", "error": "NoSuchEntity"}]`
	if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	recorded, err := cloudsim.ReadRecorded(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, address := proxied(t, recorded)
	if _, body := ask(t, address, key, "us-east-1", "fsx:DescribeFileSystems", nil); !strings.Contains(body, "fs-1") {
		t.Error(body)
	}
	if _, body := ask(t, address, key, "eu-west-1", "fsx:DescribeFileSystems", nil); strings.Contains(body, "fs-1") {
		t.Error(body)
	}
	if status, body := ask(t, address, key, "eu-west-1", "iam:GetPolicy", nil); status != http.StatusBadRequest || !strings.Contains(body, "<Code>NoSuchEntity</Code>") {
		t.Error(status, body)
	}
	for _, wrong := range []string{`[{"api": "fsx:DescribeNothing"}]`, `[{"api": "fsx:DescribeFileSystems", "output": {"Files": []}}]`, `{`} {
		if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte(wrong), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := cloudsim.ReadRecorded(dir); err == nil {
			t.Errorf("%s is read", wrong)
		}
	}
}
