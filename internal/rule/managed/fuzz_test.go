package managed

import (
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/casefile"
)

// FuzzRules puts any JSON as configuration and supplementary configuration before each rule: none may break on it,
// and a subject of which nothing can be read never passes.
func FuzzRules(f *testing.F) {
	f.Add("ENCRYPTED_VOLUMES", `{"state":"in-use","encrypted":"x"}`, `{}`)
	f.Add("S3_BUCKET_PUBLIC_READ_PROHIBITED", `{"name":"b"}`, `{"AccessControlList":"{\"grantList\":[{\"grantee\":[],\"permission\":{}}]}","BucketPolicy":{"policyText":"%7B"}}`)
	f.Add("INCOMING_SSH_DISABLED", `{"ipPermissions":[{"ipProtocol":6,"fromPort":"x","ipRanges":[{"cidrIp":"::/0"}]}]}`, `[]`)
	f.Add("IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS", `{"arn":"a","policyVersionList":[{"isDefaultVersion":true,"document":[]}]}`, `null`)
	now := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, identifier, configuration, supplementary string) {
		r := Lookup(identifier)
		if r == nil || r.Subjects == rule.Account {
			return
		}
		params, err := r.ParseParams("")
		if err != nil {
			return
		}
		it, err := inventory.Decode([]byte(`{"awsAccountId":"` + casefile.Account + `","awsRegion":"us-east-1","resourceType":"` + r.Types[0] +
			`","resourceId":"x","configurationItemStatus":"OK","configurationItemCaptureTime":"2026-01-14T00:00:00Z","configuration":` + configuration +
			`,"supplementaryConfiguration":` + supplementary + `}`))
		if err != nil {
			return
		}
		view := rule.NewIndex(&rule.Estate{Region: "us-east-1", Items: []*inventory.Item{it}, Complete: r.Uses})
		res, _, err := rule.Evaluate(r, params, it, view, now)
		if err != nil {
			t.Fatal(err)
		}
		if res.Verdict == rule.Compliant && configuration == "null" && supplementary == "null" {
			t.Errorf("%s passes an item that tells nothing", identifier)
		}
	})
}
