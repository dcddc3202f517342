package tell_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/scan"
	"github.com/tickmark/tickmark/internal/scan/tell"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const (
	account = "111122223333"
	hostile = "=<script>alert('\"&\x1b[31m\u202e"
)

// report has one evaluation of each outcome, a new failure, a gap and names that mean harm.
func report(t *testing.T) *scan.Report {
	t.Helper()
	group := func(id, name, cidr string) inventory.Spec {
		return inventory.Spec{
			Key: inventory.Key{Account: account, Region: "us-east-1", Type: "AWS::EC2::SecurityGroup", ID: id}, Name: name, Captured: storetest.Start,
			Configuration: map[string]any{"groupId": id, "ipPermissions": []any{map[string]any{
				"fromPort": 22, "toPort": 22, "ipProtocol": "tcp", "ipv4Ranges": []any{map[string]any{"cidrIp": cidr}}, "ipv6Ranges": []any{}, "ipRanges": []any{cidr},
				"userIdGroupPairs": []any{}, "prefixListIds": []any{},
			}}},
		}
	}
	volume := func(id, state string) inventory.Spec {
		return inventory.Spec{
			Key: inventory.Key{Account: account, Region: "us-east-1", Type: "AWS::EC2::Volume", ID: id}, Captured: storetest.Start, ARN: "arn:aws:ec2:us-east-1:111122223333:volume/" + id,
			Configuration: map[string]any{"state": state, "attachments": []any{}},
		}
	}
	env := storetest.Open(t)
	if err := env.Write(context.Background(), func(tx *store.Tx) error {
		for _, s := range []inventory.Spec{group("sg-bad", hostile, "0.0.0.0/0"), group("sg-lab", "lab", "0.0.0.0/0"), group("sg-good", "good", "10.0.0.0/8"), volume("vol-1", "in-use")} {
			it, err := inventory.Build(s)
			if err != nil {
				return err
			}
			if _, err := tx.PutItem(it); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	choice, err := scan.Choose(scan.Selection{Rules: []string{"restricted-ssh", "ENCRYPTED_VOLUMES", "IAM_PASSWORD_POLICY"}})
	if err != nil {
		t.Fatal(err)
	}
	j := scan.Judge{Store: store.For(env.DB, func(tx *store.Tx) compliance.Tx { return tx }), Choice: choice, Dir: t.TempDir(), Now: storetest.Start}
	if j.Exceptions, err = scan.ReadExceptions([]byte("- {rule: restricted-ssh, resource: sg-lab, owner: me, reason: '<b>lab', expires: 2099-01-01}"), storetest.Start); err != nil {
		t.Fatal(err)
	}
	if j.Baseline, err = scan.ReadBaseline(strings.NewReader(`{"evaluations": []}`)); err != nil {
		t.Fatal(err)
	}
	r, err := j.Run(context.Background(), []scan.Place{{Account: account, Region: "us-east-1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	r.Tool, r.Started, r.Finished = "1.2.3", storetest.Start, storetest.Start
	r.Gaps = []scan.Gap{{Account: account, Region: "us-east-1", What: "AWS::S3::Bucket", Why: "s3:ListBuckets: AccessDenied: " + hostile}}
	if r.Counts.NonCompliant != 1 || r.Counts.Excepted != 1 || r.Counts.Compliant != 1 || r.Counts.Insufficient != 2 {
		t.Fatalf("%+v", r.Counts)
	}
	return r
}

func told(t *testing.T, r *scan.Report, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := tell.Write(&b, format, r); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := tell.Write(&again, format, r); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Errorf("%s: told again it differs (%v)", format, err)
	}
	return b.String()
}

// all reads JSON into anything.
func all(t *testing.T, text string) (v map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

func TestJSON(t *testing.T) {
	var v struct {
		Evaluations []scan.Evaluation
		Gaps        []scan.Gap
		Scan        struct{ Summary scan.Counts }
	}
	r := report(t)
	if err := json.Unmarshal([]byte(told(t, r, "json")), &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Evaluations) != 5 || len(v.Gaps) != 1 || v.Scan.Summary != r.Counts || v.Evaluations[1].Resource != hostile || !v.Evaluations[1].New {
		t.Errorf("%+v", v)
	}
}

func TestCSV(t *testing.T) {
	text := told(t, report(t), "csv")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 7 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if rows[2][8] != "'"+hostile || rows[6][5] != "GAP" || rows[2][15] != "true" {
		t.Errorf("%q", rows)
	}
}

// TestHTML: nothing from the estate becomes a part of the page.
func TestHTML(t *testing.T) {
	text := told(t, report(t), "html")
	for _, bad := range []string{"<script>alert", "<b>lab", "\x1b", "\u202e", "http://", "src=", "href=\"h"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	for _, want := range []string{"&lt;script&gt;alert", "Excepted: &lt;b&gt;lab (me", "INCOMING_SSH_DISABLED", "s3:ListBuckets: AccessDenied", "<span class=\"new\">", "default-src 'none'"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := strings.Count(text, "<tr class=\""); n != 5 { // two fail or are excepted, two lack data, one gap
		t.Errorf("%d rows", n)
	}
}

func TestOCSF(t *testing.T) {
	status := map[string]int{}
	for line := range strings.Lines(told(t, report(t), "ocsf")) {
		v := all(t, line)
		c := v["compliance"].(map[string]any)
		status[c["status"].(string)+" "+v["status"].(string)]++
		if v["class_uid"] != 2003.0 || v["severity"] == "" || len(v["resources"].([]any)) != 1 {
			t.Errorf("%s", line)
		}
	}
	if status["Fail New"] != 1 || status["Fail Suppressed"] != 1 || status["Pass New"] != 1 || status["Unknown New"] != 3 {
		t.Errorf("%v", status)
	}
}

// TestASFF: our own findings are what Security Hub, ours included, takes.
func TestASFF(t *testing.T) {
	var v struct{ Findings []json.RawMessage }
	if err := json.Unmarshal([]byte(told(t, report(t), "asff")), &v); err != nil {
		t.Fatal(err)
	}
	status, ids := map[string]int{}, map[string]bool{}
	for _, raw := range v.Findings {
		f, err := finding.Decode(raw, "")
		if err != nil {
			t.Errorf("%v: %s", err, raw)
		}
		status[f.Compliance+" "+f.Workflow]++
		ids[f.ID] = true
	}
	if len(ids) != 6 || status["FAILED NEW"] != 1 || status["FAILED SUPPRESSED"] != 1 || status["PASSED NEW"] != 1 || status["NOT_AVAILABLE NEW"] != 3 {
		t.Errorf("%v, %d ids", status, len(ids))
	}
}

func TestOSCAL(t *testing.T) {
	v := all(t, told(t, report(t), "oscal"))
	result := v["assessment-results"].(map[string]any)["results"].([]any)[0].(map[string]any)
	states := map[string]string{}
	for _, f := range result["findings"].([]any) {
		f := f.(map[string]any)
		states[f["title"].(string)] = f["target"].(map[string]any)["status"].(map[string]any)["state"].(string)
	}
	if len(result["observations"].([]any)) != 5 || len(result["risks"].([]any)) != 1 || states["INCOMING_SSH_DISABLED"] != "not-satisfied" || states["ENCRYPTED_VOLUMES"] != "not-satisfied" {
		t.Errorf("%v", states)
	}
}

// TestSARIF: results are problems only; what is missing stands in the notifications.
func TestSARIF(t *testing.T) {
	v := all(t, told(t, report(t), "sarif"))
	run := v["runs"].([]any)[0].(map[string]any)
	results := run["results"].([]any)
	if v["version"] != "2.1.0" || len(results) != 2 {
		t.Fatalf("%d results", len(results))
	}
	rules := run["tool"].(map[string]any)["driver"].(map[string]any)["rules"].([]any)
	suppressed := 0
	for _, r := range results {
		r := r.(map[string]any)
		if rules[int(r["ruleIndex"].(float64))].(map[string]any)["id"] != r["ruleId"] || r["baselineState"] != "new" || r["level"] != "error" {
			t.Errorf("%v", r)
		}
		if r["suppressions"] != nil {
			suppressed++
		}
		at := r["locations"].([]any)[0].(map[string]any)
		if uri := at["physicalLocation"].(map[string]any)["artifactLocation"].(map[string]any)["uri"].(string); strings.ContainsAny(uri, "<> \"") {
			t.Errorf("uri %q", uri)
		}
	}
	notes := run["invocations"].([]any)[0].(map[string]any)["toolExecutionNotifications"].([]any)
	if suppressed != 1 || len(notes) != 3 {
		t.Errorf("%d suppressed, notes %v", suppressed, notes)
	}
}

func TestJUnit(t *testing.T) {
	var v struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Tests int    `xml:"tests,attr"`
			Cases []struct {
				Class   string    `xml:"classname,attr"`
				Failure *struct{} `xml:"failure"`
				Error   *struct{} `xml:"error"`
				Skipped *struct{} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(told(t, report(t), "junit")), &v); err != nil {
		t.Fatal(err)
	}
	cases, failures, errors, skipped := 0, 0, 0, 0
	for _, s := range v.Suites {
		if len(s.Cases) != s.Tests {
			t.Errorf("suite %s says %d, has %d", s.Name, s.Tests, len(s.Cases))
		}
		for _, c := range s.Cases {
			cases++
			if c.Failure != nil {
				failures++
			}
			if c.Error != nil {
				errors++
			}
			if c.Skipped != nil {
				skipped++
			}
		}
	}
	if cases != 6 || v.Tests != 6 || failures != 1 || v.Failures != 1 || errors != 3 || v.Errors != 3 || skipped != 1 || v.Skipped != 1 || len(v.Suites) != 3 {
		t.Errorf("%+v", v)
	}
}

func TestUnknownFormat(t *testing.T) {
	if err := tell.Write(&bytes.Buffer{}, "xml", &scan.Report{}); err == nil {
		t.Error("an unknown format was written")
	}
}
