package peer_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/finding/peer"
)

func file(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestDetect: formats are known by how files begin, whole or cut off.
func TestDetect(t *testing.T) {
	for name, want := range map[string]string{"prowler.ocsf.json": peer.OCSF, "prowler.csv": peer.CSV, "log.sarif": peer.SARIF, "inspec.json": peer.InSpec} {
		text := file(t, name)
		for _, n := range []int{len(text), min(len(text), 700)} {
			if got := peer.Detect(text[:n]); got != want {
				t.Errorf("%s, %d bytes: %s", name, n, got)
			}
		}
		if got := peer.Detect(append([]byte("\xef\xbb\xbf \n"), text...)); got != want {
			t.Errorf("%s behind a mark: %s", name, got)
		}
	}
	for _, text := range []string{"", "{}", "[]", "x", `{"Findings": [{"class_uid": 1}]}`, `[{"SchemaVersion": "2018-10-08", "Id": "class_uid"}]`, `{"Id": "runs"}`, "a;b;c\n"} {
		if got := peer.Detect([]byte(text)); got != peer.ASFF {
			t.Errorf("%q: %s", text, got)
		}
	}
}

// short tells a finding in one line.
func short(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var f struct {
		Id, ProductArn, AwsAccountId, Region, UpdatedAt, Title, Description string
		Severity                                                            struct{ Label string }
		Compliance                                                          struct {
			Status              string
			RelatedRequirements []string
		}
		Workflow  struct{ Status string }
		Resources []struct{ Type, Id string }
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(f.ProductArn, " ", f.AwsAccountId, " ", f.UpdatedAt, " ", f.Severity.Label, " ", f.Compliance, " ", f.Workflow.Status, " ", f.Resources)
}

func compare(t *testing.T, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		g, w := "(none)", "(none)"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Errorf("%d:\n%s\nwant\n%s", i, g, w)
		}
	}
}

const prowler = "arn:aws:securityhub:eu-west-1::product/prowler/prowler 111122223333 2026-01-02T03:00:00.000Z "

func TestOCSF(t *testing.T) {
	var raws []json.RawMessage
	if err := json.Unmarshal(file(t, "prowler.ocsf.json"), &raws); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, raw := range raws {
		doc, err := peer.FromOCSF(raw, peer.Origin{Region: "eu-west-1"})
		if err != nil {
			got = append(got, err.Error())
			continue
		}
		got = append(got, short(t, doc))
	}
	compare(t, got, []string{
		prowler + "HIGH {FAILED [CIS-1.4 5.2 NIST-800-53-Revision-5 ac_4 NIST-800-53-Revision-5 sc_7]} NEW [{AwsEc2SecurityGroup arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1}]",
		"arn:aws:securityhub:us-east-1::product/prowler/prowler 111122223333 2026-01-02T03:00:00.000Z INFORMATIONAL {PASSED []} SUPPRESSED [{AwsAccount AWS::::Account:111122223333}]",
		"it has no id", "its class 6003 is no finding",
	})
}

func TestSARIF(t *testing.T) {
	var got []string
	origin := peer.Origin{Account: "444455556666", Region: "eu-west-1"}
	yield := func(raw json.RawMessage) error { got = append(got, short(t, raw)); return nil }
	reject := func(where, why string) { got = append(got, where+": "+why) }
	if err := peer.FromSARIF(file(t, "log.sarif"), origin, yield, reject); err != nil {
		t.Fatal(err)
	}
	compare(t, got, []string{
		"arn:aws:securityhub:us-east-2::product/trivial-scanner/trivial-scanner 111122223333 2026-01-02T03:00:00.000Z CRITICAL {FAILED []} NEW [{Other arn:aws:s3:us-east-2:111122223333:open}]",
		"arn:aws:securityhub:eu-west-1::product/trivial-scanner/trivial-scanner 444455556666 2026-01-02T03:00:00.000Z MEDIUM {FAILED []} SUPPRESSED [{Other main.tf#L7}]",
		"arn:aws:securityhub:eu-west-1::product/trivial-scanner/trivial-scanner 444455556666 2026-01-02T03:00:00.000Z MEDIUM {NOT_AVAILABLE []} NEW [{AwsAccount AWS::::Account:444455556666}]",
		"run 1 result 5: it names no rule",
	})
	for _, text := range []string{"", "[]", `{"version": "1.0.0"}`, `{"version": "2.1.0", "runs": {}}`} {
		if err := peer.FromSARIF([]byte(text), origin, yield, reject); err == nil {
			t.Errorf("%q is taken for SARIF", text)
		}
	}
}

func TestInSpec(t *testing.T) {
	var got []string
	if err := peer.FromInSpec(file(t, "inspec.json"), peer.Origin{Region: "eu-west-1"}, func(raw json.RawMessage) error { got = append(got, short(t, raw)); return nil }, func(where, why string) { got = append(got, where+": "+why) }); err != nil {
		t.Fatal(err)
	}
	head := "arn:aws:securityhub:eu-west-1::product/chef/inspec 111122223333 2026-01-02T03:00:00.000Z "
	compare(t, got, []string{
		head + "CRITICAL {FAILED [AC-3 SC-7 2.1.5]} NEW [{aws_s3_bucket S3 Bucket open is expected not to be public}]",
		head + "INFORMATIONAL {PASSED [AC-3 SC-7 2.1.5]} NEW [{Other S3 Bucket shut is expected not to be public}]",
		head + "CRITICAL {NOT_AVAILABLE [AC-3 SC-7 2.1.5]} NEW [{Other S3 Bucket none}]",
		"profile aws-baseline control 2: it has no id",
	})
}

// held is that whatever is read gives documents and no panic.
func held(t *testing.T, raw json.RawMessage) {
	if !json.Valid(raw) {
		t.Errorf("no JSON: %s", raw)
	}
}

func FuzzOCSF(f *testing.F) {
	f.Add(file(f, "prowler.ocsf.json")[1:])
	f.Add([]byte(`{"class_uid": 2003, "compliance": {"status_id": 1}, "finding_info": {"uid": "x", "title": "t"}, "cloud": {"account": {"uid": "111122223333"}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if doc, err := peer.FromOCSF(text, peer.Origin{Account: "111122223333", Time: time.Unix(1, 0)}); err == nil {
			held(t, doc)
		}
	})
}

func FuzzSARIF(f *testing.F) {
	f.Add(file(f, "log.sarif"))
	f.Fuzz(func(t *testing.T, text []byte) {
		_ = peer.FromSARIF(text, peer.Origin{Account: "111122223333", Time: time.Unix(1, 0)}, func(raw json.RawMessage) error { held(t, raw); return nil }, func(string, string) {})
	})
}

func FuzzInSpec(f *testing.F) {
	f.Add(file(f, "inspec.json"))
	f.Fuzz(func(t *testing.T, text []byte) {
		_ = peer.FromInSpec(text, peer.Origin{Account: "111122223333", Time: time.Unix(1, 0)}, func(raw json.RawMessage) error { held(t, raw); return nil }, func(string, string) {})
	})
}

func FuzzDetect(f *testing.F) {
	for _, name := range []string{"prowler.ocsf.json", "prowler.csv", "log.sarif", "inspec.json"} {
		f.Add(file(f, name))
	}
	f.Fuzz(func(t *testing.T, head []byte) {
		if peer.Detect(head) == "" {
			t.Error("no format")
		}
	})
}

func FuzzCSV(f *testing.F) {
	f.Add("FAIL", "prowler-1", "111122223333", "CIS-1.4: 5.2 | NIST: ac_4, sc_7", "2026-01-02 03:00:00", "arn:aws:s3:::b")
	f.Fuzz(func(t *testing.T, status, id, account, compliance, stamp, resource string) {
		row := map[string]string{
			"STATUS": status, "FINDING_UID": id, "ACCOUNT_UID": account, "COMPLIANCE": compliance, "TIMESTAMP": stamp, "RESOURCE_UID": resource, "CHECK_ID": "c", "CHECK_TITLE": "t",
		}
		if doc, err := peer.FromCSV(row, peer.Origin{Account: "111122223333"}); err == nil {
			held(t, doc)
		}
	})
}
