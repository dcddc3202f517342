// Package clients_test has the tests with the unmodified aws command that need a clock of their own; test/clients/run
// makes the virtual environment they use.
package clients_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/logfile"
	"github.com/tickmark/tickmark/internal/server"
	"github.com/tickmark/tickmark/internal/stamp"
)

const account, region, trailARN = "111122223333", "eu-west-1", "arn:aws:cloudtrail:eu-west-1:111122223333:trail/proof"

// house is a server with a clock that only the test moves.
type house struct {
	*testing.T
	server   *server.Server
	aws, url string
	clock    *stamp.Fixed
}

// cli is the aws command; the test is skipped where it was not installed.
func cli(t *testing.T) string {
	t.Helper()
	path := os.Getenv("TICKMARK_TEST_AWS")
	if path == "" {
		path = "../../.venv-clients/bin/aws"
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skip("the aws command is not there: make clients installs it")
	}
	return path
}

func start(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, aws: cli(t), clock: stamp.NewFixed(time.Date(2026, 3, 5, 7, 9, 11, 0, time.UTC))}
	s, err := server.Open(t.Context(), server.Config{Data: t.TempDir(), Account: account, Listen: "127.0.0.1:0", Auth: server.AuthNone, Clock: h.clock})
	h.ok(err)
	h.server = s
	l, err := s.Listen()
	h.ok(err)
	h.url = "http://" + l.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// run calls the aws command and returns all it prints and its exit code.
func (h *house) run(args ...string) (string, int) {
	h.Helper()
	return h.as("anyone", args...)
}

// done calls a command that must succeed.
func (h *house) done(args ...string) string {
	h.Helper()
	out, code := h.run(args...)
	if code != 0 {
		h.Fatalf("%v: %s", args, out)
	}
	return out
}

// as is run with another key; one of twelve digits is an account.
func (h *house) as(key string, args ...string) (string, int) {
	h.Helper()
	cmd := exec.CommandContext(h.Context(), h.aws, args...)
	none := filepath.Join(h.TempDir(), "none")
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + h.TempDir(), "AWS_CONFIG_FILE=" + none, "AWS_SHARED_CREDENTIALS_FILE=" + none, "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ACCESS_KEY_ID=" + key, "AWS_SECRET_ACCESS_KEY=any", "AWS_DEFAULT_REGION=" + region, "AWS_ENDPOINT_URL=" + h.url, "PYTHONDONTWRITEBYTECODE=1",
	}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		h.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// s3 sends a request on an object or a bucket.
func (h *house) s3(method, path string, body []byte, meta map[string]string) (int, []byte, http.Header) {
	h.Helper()
	req, err := http.NewRequestWithContext(h.Context(), method, h.url+path, bytes.NewReader(body))
	h.ok(err)
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=anyone/20260305/"+region+"/s3/aws4_request, SignedHeaders=host, Signature=00")
	for k, v := range meta {
		req.Header.Set("x-amz-meta-"+k, v)
	}
	resp, err := http.DefaultClient.Do(req)
	h.ok(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	h.ok(err)
	return resp.StatusCode, answer, resp.Header
}

// file is an object as it lies in the bucket.
type file struct {
	body []byte
	meta map[string]string
}

func (h *house) get(key string) file {
	h.Helper()
	status, body, header := h.s3(http.MethodGet, "/proofs/"+key, nil, nil)
	if status != http.StatusOK {
		h.Fatalf("%s: %d %s", key, status, body)
	}
	f := file{body, map[string]string{}}
	for _, m := range []string{logfile.MetaSignature, logfile.MetaAlgorithm} {
		if v := header.Get("x-amz-meta-" + m); v != "" {
			f.meta[m] = v
		}
	}
	return f
}

func (h *house) put(key string, f file) {
	h.Helper()
	if status, body, _ := h.s3(http.MethodPut, "/proofs/"+key, f.body, f.meta); status != http.StatusOK {
		h.Fatalf("%s: %d %s", key, status, body)
	}
}

func (h *house) remove(key string) {
	h.Helper()
	if status, body, _ := h.s3(http.MethodDelete, "/proofs/"+key, nil, nil); status != http.StatusNoContent {
		h.Fatalf("%s: %d %s", key, status, body)
	}
}

var keyElement = regexp.MustCompile(`<Key>([^<]*)</Key>`)

// keys are those of a folder of the Region.
func (h *house) keys(folder string) (out []string) {
	h.Helper()
	return h.below("p/AWSLogs/" + account + "/" + folder + "/" + region + "/")
}

func (h *house) below(prefix string) (out []string) {
	h.Helper()
	_, body, _ := h.s3(http.MethodGet, "/proofs?prefix="+prefix, nil, nil)
	for _, m := range keyElement.FindAllSubmatch(body, -1) {
		out = append(out, string(m[1]))
	}
	return out
}

// await waits for the courier, which works beside the test.
func (h *house) await(folder string, n int) []string {
	h.Helper()
	for range 300 {
		if keys := h.keys(folder); len(keys) >= n {
			return keys
		}
		time.Sleep(100 * time.Millisecond)
	}
	h.Fatalf("there are not %d files in %s: %v", n, folder, h.keys(folder))
	return nil
}

func (h *house) validate() (string, int) {
	h.Helper()
	args := []string{"cloudtrail", "validate-logs", "--trail-arn", trailARN, "--start-time", "2026-03-05T07:00:00Z", "--end-time", "2026-03-05T12:00:00Z", "--verbose"}
	return h.run(args...)
}

// ours is what tickmark trail validate finds.
func (h *house) ours() server.Validated {
	h.Helper()
	all, err := h.server.ValidateTrail(h.Context(), server.ValidateQuery{})
	h.ok(err)
	if len(all) != 1 || all[0].Location != "s3://proofs" {
		h.Fatalf("validated %+v", all)
	}
	return all[0]
}

// TestValidateLogs: the aws command finds four hours of our deliveries valid, and names every damage.
func TestValidateLogs(t *testing.T) {
	h := start(t)
	if status, body, _ := h.s3(http.MethodPut, "/proofs", nil, nil); status != http.StatusOK {
		t.Fatalf("bucket: %d %s", status, body)
	}
	h.done("cloudtrail", "create-trail", "--name", "proof", "--s3-bucket-name", "proofs", "--s3-key-prefix", "p", "--enable-log-file-validation", "--is-multi-region-trail")
	h.done("cloudtrail", "start-logging", "--name", "proof")
	for n := range 4 {
		h.clock.Advance(20 * time.Minute)
		h.call("event" + fmt.Sprint(n))
		h.clock.Advance(10 * time.Minute)
		h.await(logfile.FolderLog, n+1)
		h.clock.Advance(30 * time.Minute)
		h.await(logfile.FolderDigest, n+1)
	}
	digests, logs := h.keys(logfile.FolderDigest), h.keys(logfile.FolderLog)
	out, code := h.validate()
	if code != 0 || !strings.Contains(out, "4/4 digest files valid") || !regexp.MustCompile(`(\d+)/\d+ log files valid`).MatchString(out) || strings.Contains(out, "INVALID") {
		t.Fatalf("exit code %d: %s", code, out)
	}
	if v := h.ours(); !v.Authenticated || v.Digests.Valid < 4 || len(v.Problems) != 0 {
		t.Errorf("ours: %+v", v)
	}
	named := h.logsOf(digests[1])
	if len(named) == 0 || !slices.Contains(logs, named[0]) {
		t.Fatalf("the second digest names %v of %v", named, logs)
	}
	log, digest, newest := named[0], digests[1], digests[3]
	change := func(key, from, to string) {
		f := h.get(key)
		text, err := logfile.Unpack(bytes.NewReader(f.body), 1<<30)
		h.ok(err)
		if !bytes.Contains(text, []byte(from)) {
			t.Fatalf("no %s in %s", from, text)
		}
		f.body = logfile.Pack(bytes.Replace(text, []byte(from), []byte(to), 1))
		h.put(key, f)
	}
	for _, c := range []struct {
		name   string
		damage func()
		want   string
	}{
		{"log changed", func() { change(log, "Records", "Recodrs") }, "Log file\ts3://proofs/" + log + "\tINVALID: hash value doesn't match"},
		{"log deleted", func() { h.remove(log) }, "Log file\ts3://proofs/" + log + "\tINVALID: not found"},
		{"log renamed", func() { h.put(log+".old", h.get(log)); h.remove(log) }, "Log file\ts3://proofs/" + log + "\tINVALID: not found"},
		{"bytes behind a log", func() { f := h.get(log); f.body = append(f.body, "more"...); h.put(log, f) }, "Log file\ts3://proofs/" + log + "\tINVALID: unexpected data after end of compressed stream"},
		{"digest changed", func() { change(digest, `"oldestEventTime":"2026`, `"oldestEventTime":"2025`) }, "Digest file\ts3://proofs/" + digest + "\tINVALID: signature verification failed"},
		{"digest deleted", func() { h.remove(digest) }, "Digest file\ts3://proofs/" + digest + "\tINVALID: not found"},
		{"digest moved", func() { h.put(newest, h.get(digest)) }, "Digest file\ts3://proofs/" + newest + "\tINVALID: has been moved from its original location"},
		{"signature gone", func() { f := h.get(digest); f.meta = nil; h.put(digest, f) }, "Digest file\ts3://proofs/" + digest + "\tINVALID: signature verification failed"},
		{"signature of another digest", func() { f := h.get(digest); f.meta = h.get(newest).meta; h.put(digest, f) }, "Digest file\ts3://proofs/" + digest + "\tINVALID: signature verification failed"},
		{"signed with a key of another's", func() { h.put(digest, h.resigned(digest)) }, "Digest file\ts3://proofs/" + digest + "\tINVALID: public key not found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			kept := map[string]file{}
			for _, key := range []string{log, digest, newest} {
				kept[key] = h.get(key)
			}
			c.damage()
			if out, code := h.validate(); code == 0 || !strings.Contains(out, c.want) {
				t.Errorf("exit code %d, no %q in\n%s", code, c.want, out)
			}
			if v := h.ours(); v.Intact {
				t.Errorf("ours finds nothing: %+v", v)
			}
			for key, f := range kept {
				h.put(key, f)
			}
		})
	}
	if out, code := h.validate(); code != 0 {
		t.Errorf("mended, and not valid: %s", out)
	}
}

// call is a call that makes an event: of CloudTrail, so that it stands in the trail's Region.
func (h *house) call(name string) {
	h.Helper()
	h.done("cloudtrail", "add-tags", "--resource-id", trailARN, "--tags-list", "Key="+name+",Value=x")
}

func (h *house) digest(key string) *logfile.Digest {
	h.Helper()
	text, err := logfile.Unpack(bytes.NewReader(h.get(key).body), logfile.MaxDigest)
	h.ok(err)
	d, err := logfile.ParseDigest(text)
	h.ok(err)
	return d
}

func (h *house) logsOf(key string) (out []string) {
	for _, f := range h.digest(key).LogFiles {
		out = append(out, f.Key)
	}
	return out
}

// resigned is a digest signed anew with a fresh key.
func (h *house) resigned(key string) file {
	h.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	h.ok(err)
	s, err := h.digest(key).Sign(k)
	h.ok(err)
	return file{logfile.Pack(s.Text), s.Metadata()}
}

// TestValidateOrganization: digests of a member's activity are signed with a key that the management account gives.
func TestValidateOrganization(t *testing.T) {
	h := start(t)
	if status, body, _ := h.s3(http.MethodPut, "/proofs", nil, nil); status != http.StatusOK {
		t.Fatalf("bucket: %d %s", status, body)
	}
	org := strings.TrimSpace(h.done("organizations", "create-organization", "--query", "Organization.Id", "--output", "text"))
	member := strings.TrimSpace(h.done("organizations", "create-account", "--email", "m@example.com", "--account-name", "member", "--query", "CreateAccountStatus.AccountId", "--output", "text"))
	h.done("organizations", "enable-aws-service-access", "--service-principal", "cloudtrail.amazonaws.com")
	h.done("cloudtrail", "create-trail", "--name", "proof", "--s3-bucket-name", "proofs", "--enable-log-file-validation", "--is-multi-region-trail", "--is-organization-trail")
	h.done("cloudtrail", "start-logging", "--name", "proof")
	h.clock.Advance(20 * time.Minute)
	if out, code := h.as(member, "cloudtrail", "describe-trails"); code != 0 {
		t.Fatal(out)
	}
	// Calls that read are stored soon after their answer: time passes until the next delivery has this one.
	wait := func(folder string, step time.Duration) {
		t.Helper()
		for range 10 {
			h.clock.Advance(step)
			for range 30 {
				if len(h.below("AWSLogs/"+org+"/"+member+"/"+folder+"/")) > 0 {
					return
				}
				time.Sleep(100 * time.Millisecond)
			}
		}
		t.Fatalf("nothing in %s of the member", folder)
	}
	wait(logfile.FolderLog, 5*time.Minute)
	wait(logfile.FolderDigest, time.Hour)
	out, code := h.run("cloudtrail", "validate-logs", "--trail-arn", trailARN, "--start-time", "2026-03-05T07:00:00Z", "--end-time", "2026-03-05T20:00:00Z", "--account-id", member, "--verbose")
	if code != 0 || !strings.Contains(out, "digest files valid") || !strings.Contains(out, "1/1 log files valid") || strings.Contains(out, "INVALID") {
		t.Errorf("exit code %d: %s", code, out)
	}
}
