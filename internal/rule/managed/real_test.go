package managed

import (
	"bufio"
	"encoding/json"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// misread are the reasons of a rule that found a field in another form than it asks for.
var misread = regexp.MustCompile(`(cannot be read|is not a .*|holds an element that is not a text)\.$`)

// TestRealItems judges published example items of real accounts: no rule may fail on one, and what is known of them
// must come out.
func TestRealItems(t *testing.T) {
	got := map[string]string{}
	for _, it := range realItems(t) {
		view := rule.NewIndex(&rule.Estate{Region: it.Region, Items: []*inventory.Item{it}})
		for _, r := range All() {
			if !r.Judges(it.Type) {
				continue
			}
			params, err := r.ParseParams("")
			if err != nil {
				continue // a required parameter
			}
			res, _, err := rule.Evaluate(r, params, it, view, time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC))
			if err != nil || res.Reason == "" {
				t.Errorf("%s on %s: %v, %v", r.Identifier, it.Key, res, err)
			}
			if res.Verdict == rule.InsufficientData && misread.MatchString(res.Reason) {
				t.Errorf("%s takes a field of %s for what it is not: %s", r.Identifier, it.Key, res.Reason)
			}
			got[r.Identifier+" "+it.ID] = res.Verdict.String()
		}
	}
	for what, want := range map[string]string{
		"ENCRYPTED_VOLUMES vol-a416b170":                                  "COMPLIANT",
		"INCOMING_SSH_DISABLED sg-1d56fc66":                               "NON_COMPLIANT",
		"RESTRICTED_INCOMING_TRAFFIC sg-1d56fc66":                         "COMPLIANT",
		"VPC_DEFAULT_SECURITY_GROUP_CLOSED sg-1d56fc66":                   "NOT_APPLICABLE",
		"CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED APJCCloudTrail":          "COMPLIANT",
		"CLOUD_TRAIL_ENCRYPTION_ENABLED APJCCloudTrail":                   "NON_COMPLIANT",
		"IAM_USER_NO_POLICIES_CHECK AIDAILEDWOGIPJFAKOJKW":                "NON_COMPLIANT",
		"IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS ANPAIJWML3NX3NT6UAGO4": "COMPLIANT",
		"ROUTE53_HOSTED_ZONE_TAGGED Z017455410COBZEF0ABCD":                "COMPLIANT", // its tags stand in the configuration only
		"EC2_CAPACITY_RESERVATION_TAGGED cr-0123456789abcdef":             "NON_COMPLIANT",
		"IAM_GROUP_HAS_USERS_CHECK AGPAJNIBGFRSRIKL7VAD6":                 "INSUFFICIENT_DATA",
		"S3_BUCKET_VERSIONING_ENABLED mborch-test-bucket-config-item":     "COMPLIANT",
		"S3_BUCKET_PUBLIC_READ_PROHIBITED mborch-test-bucket-config-item": "COMPLIANT",
		"S3_BUCKET_SSL_REQUESTS_ONLY mborch-test-bucket-config-item":      "NON_COMPLIANT", // on the bucket only, not its objects
	} {
		if got[what] != want {
			t.Errorf("%s: %q, want %s", what, got[what], want)
		}
	}
}

// realItems reads the examples of the AWS Config rule development kit; one of them is not a readable item.
func realItems(t *testing.T) []*inventory.Item {
	t.Helper()
	f, err := os.Open("../../inventory/testdata/rdk-example-items.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var items []*inventory.Item
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct{ Item json.RawMessage }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if it, err := inventory.Decode(line.Item); err == nil {
			items = append(items, it)
		}
	}
	if len(items) < 70 {
		t.Fatalf("only %d example items", len(items))
	}
	return items
}
