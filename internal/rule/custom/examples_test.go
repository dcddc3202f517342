package custom_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/rule/custom"
)

// TestExamples runs every policy of examples/policies on items that it must pass, fail and leave alone.
func TestExamples(t *testing.T) {
	const dir = "../../../examples/policies"
	item := func(typ, rest string) string {
		return fmt.Sprintf(`{"configurationItemVersion":"1.3","configurationItemCaptureTime":"2026-03-04T05:06:07Z","awsAccountId":"111122223333","configurationItemStatus":"OK","resourceType":%q,"resourceId":"r","awsRegion":"eu-west-1",%s}`, typ, rest)
	}
	const recovery = `"configuration":{"tableStatus":%q},"supplementaryConfiguration":{"ContinuousBackupsDescription":{"pointInTimeRecoveryDescription":{"pointInTimeRecoveryStatus":%q}}}`
	seen := map[string]bool{}
	for _, c := range []struct{ file, parameters, item, want string }{
		{"volumes.guard", "", item("AWS::EC2::Volume", `"configuration":{"encrypted":true}`), "COMPLIANT"},
		{"volumes.guard", "", item("AWS::EC2::Volume", `"configuration":{}`), "NON_COMPLIANT Encrypt the volume"},
		{"volumes.guard", "", item("AWS::S3::Bucket", `"configuration":{}`), "NOT_APPLICABLE"},
		{"tables.guard", "", item("AWS::DynamoDB::Table", fmt.Sprintf(recovery, "ACTIVE", "ENABLED")), "COMPLIANT"},
		{"tables.guard", "", item("AWS::DynamoDB::Table", fmt.Sprintf(recovery, "ACTIVE", "DISABLED")), "NON_COMPLIANT Turn point-in-time recovery on"},
		{"tables.guard", "", item("AWS::S3::Bucket", `"configuration":{}`), "NOT_APPLICABLE"},
		{"owner.guard", `{"teams":"[\"red\",\"blue\"]"}`, item("AWS::S3::Bucket", `"tags":{"Owner":"blue"}`), "COMPLIANT"},
		{"owner.guard", `{"teams":"[\"red\",\"blue\"]"}`, item("AWS::S3::Bucket", `"tags":{}`), "NON_COMPLIANT The tag Owner names no known team"},
		{"buckets.cel", "", item("AWS::S3::Bucket", `"supplementaryConfiguration":{"PublicAccessBlockConfiguration":"{\"blockPublicAcls\":true,\"blockPublicPolicy\":true}"}`), "COMPLIANT"},
		{"buckets.cel", "", item("AWS::S3::Bucket", `"supplementaryConfiguration":{"PublicAccessBlockConfiguration":"{\"blockPublicAcls\":true,\"blockPublicPolicy\":false}"}`), "NON_COMPLIANT the public access block is not complete"},
		{"buckets.cel", "", item("AWS::S3::Bucket", `"supplementaryConfiguration":{}`), "NON_COMPLIANT the bucket has no public access block"},
		{"buckets.cel", "", item("AWS::EC2::Volume", `"configuration":{}`), "NOT_APPLICABLE not a bucket"},
		{"age.cel", `{"days":"30"}`, item("AWS::EC2::Volume", `"resourceCreationTime":"2026-03-01T00:00:00Z"`), "COMPLIANT"},
		{"age.cel", `{"days":"2"}`, item("AWS::EC2::Volume", `"resourceCreationTime":"2026-03-01T00:00:00Z"`), "NON_COMPLIANT"},
		{"age.cel", `{"days":"2"}`, item("AWS::EC2::Volume", `"configuration":{}`), "INSUFFICIENT_DATA The policy reads resourceCreationTime"},
	} {
		text, err := os.ReadFile(filepath.Join(dir, c.file))
		if err != nil {
			t.Fatal(err)
		}
		seen[c.file] = true
		runtime := custom.Guard
		if strings.HasSuffix(c.file, ".cel") {
			runtime = custom.CEL
		}
		got, _, err := judge(t, runtime, string(text), c.parameters, c.item)
		if err != nil || !strings.HasPrefix(got.Verdict.String()+" "+got.Reason, c.want) {
			t.Errorf("%s on %s: %v %s, %v; want %s", c.file, c.item, got.Verdict, got.Reason, err, c.want)
		}
	}
	all, err := filepath.Glob(filepath.Join(dir, "*.*"))
	if err != nil || len(all) != len(seen) {
		t.Errorf("%d examples, %d of them run: %v", len(all), len(seen), err)
	}
}
