package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/stamp"
)

// runProgram runs a command line in this process.
func runProgram(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	p := &program{in: strings.NewReader(""), out: &o, err: &e, env: func(string) (string, bool) { return "", false }, clock: stamp.System}
	code = p.run(context.Background(), args)
	return code, o.String(), e.String()
}

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const (
	badItem    = `{"configurationItemVersion":"9.9","awsAccountId":"111122223333","configurationItemCaptureTime":"2026-01-01T00:00:00.000Z","configurationItemStatus":"OK","configurationStateId":1,"resourceType":"AWS::No::Such","resourceId":"x-1","awsRegion":"eu-west-1","configuration":{"a":1}}`
	badEvent   = `{"eventTime":"2026-01-01T00:00:00Z","eventName":"N","eventSource":"s.amazonaws.com","awsRegion":"eu-west-1","recipientAccountId":"111122223333","eventID":"e-1"}`
	badFinding = `{"SchemaVersion":"2018-10-08","Id":"f-1","ProductArn":"arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default","GeneratorId":"g","AwsAccountId":"111122223333","Types":["x/y/z"],"CreatedAt":"2026-01-01T00:00:00Z","UpdatedAt":"2026-01-01T00:00:00Z","Severity":{"Label":"HIGH"},"Title":"t","Description":"d","Resources":[{"Type":"Other","Id":"r"}]}`
)

// TestBadImports gives the importers a folder of broken files around one good one: the good one is stored, each
// other is told with its reason, the exit code stays 0, and names do not steer the terminal.
func TestBadImports(t *testing.T) {
	bomb := gzipped(t, strings.Repeat(" ", 96<<20))
	whole := map[string]string{"config": `{"configurationItems":[` + badItem + `]}`, "cloudtrail": `{"Records":[` + badEvent + `]}`, "findings": `{"Findings":[` + badFinding + `]}`}
	for kind, good := range whole {
		t.Run(kind, func(t *testing.T) {
			dir, packed := t.TempDir(), gzipped(t, good)
			files := map[string]string{
				"good.json": good, "cut.json": good[:len(good)/2], "cut.json.gz": packed[:len(packed)-12], "not-gzip.json.gz": "\x1f\x8bxxxxxxxx",
				"bomb.json.gz": bomb, "text.json": "hello", "nul.json": "\x00\x00", "\x1b[31m..red.json": "hello", "..%2f..%2fescape.json": "hello", "deep.json": strings.Repeat("[", 100_000),
			}
			for name, text := range files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			data := filepath.Join(t.TempDir(), "data")
			code, out, errs := runProgram(t, "import", kind, dir, "--data", data, "--output", "json")
			var r importSummary
			if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 {
				t.Fatalf("exit %d, %v: %.300s%.300s", code, err, out, errs)
			}
			if r.Items != 1 {
				t.Errorf("%d items, want the good one", r.Items)
			}
			told := map[string]string{}
			for _, x := range r.Rejected {
				for name := range files {
					if strings.Contains(x.Source, name) {
						told[name] = x.Reason
					}
				}
			}
			for name := range files {
				if name == "good.json" || name == "cut.json.gz" && r.Duplicates > 0 { // what is whole before the cut is good
					continue
				}
				if told[name] == "" {
					t.Errorf("%q is not told", name)
				}
			}
			code, out, errs = runProgram(t, "import", kind, dir, "--data", data)
			if code != 0 || strings.Contains(out+errs, "\x1b") {
				t.Errorf("exit %d, and the terminal is steered: %q", code, out+errs)
			}
		})
	}
}

// TestUnpackStaysInside: a zip whose names lead elsewhere is refused before anything is written there.
func TestUnpackStaysInside(t *testing.T) {
	for _, name := range []string{"../out.html", "a/../../out.html", "/out.html", "..", "a/..", `a/\x00`} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		bundle := filepath.Join(dir, "b.zip")
		if err := os.WriteFile(bundle, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := unpackReport(bundle, filepath.Join(dir, "in")); err == nil && name != `a/\x00` {
			t.Errorf("%q was unpacked", name)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*.html")); len(left) > 0 {
			t.Errorf("%q was written outside: %v", name, left)
		}
		code, out, errs := runVerify(t, bundle)
		if code != 1 {
			t.Errorf("%q: verify exits with %d: %s%s", name, code, out, errs)
		}
	}
}

// TestHostileNamesInErrors: errors show names that other people chose without letting them steer the terminal.
func TestHostileNamesInErrors(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if _, err := z.Create("a\x1b[2J\x1b]0;owned\x07/x"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	bundle := filepath.Join(t.TempDir(), "b.zip")
	if err := os.WriteFile(bundle, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"verify", bundle},
		{"verify", bundle + "\x1b[31m"},
		{"import", "config", "no\x1b[31m", "--data", t.TempDir()},
		{"no\x1b[31m"},
		{"import", "x\x1b[31m", "y"},
		{"rules", "show", "x\x1b[31m"},
		{"frameworks", "show", "x\x1b[31m"},
		{"serve", "--data", "x\x00\x1b[31m"},
	} {
		code, out, errs := runProgram(t, args...)
		if code == 0 || strings.ContainsAny(out+errs, "\x1b\x07") {
			t.Errorf("%q: exit %d, %q", args, code, out+errs)
		}
	}
}
