package sample

import (
	"encoding/json"
	"iter"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
)

// Findings yields Security Hub findings about the estate's resources in the security finding format, as its detective
// controls would report them: EC2.8 for every instance, RDS.3 for every database instance, S3.5
// for every bucket. Every tenth finding comes twice: as it
// was a day before, and as it is.
func (e Estate) Findings() iter.Seq[json.RawMessage] {
	return func(yield func(json.RawMessage) bool) {
		n := 0
		for _, it := range e.Items() {
			control, passed, ok := judged(it)
			if !ok || it.Captured.Before(e.Now.Add(-9*24*time.Hour)) {
				continue
			}
			n++
			if n%10 == 0 && !yield(e.finding(it, control, !passed, e.Now.Add(-24*time.Hour))) {
				return
			}
			if !yield(e.finding(it, control, passed, e.Now.Add(-time.Hour))) {
				return
			}
		}
	}
}

// judged tells what a detective control says of an item.
func judged(it *inventory.Item) (control string, passed, ok bool) {
	switch it.Type {
	case "AWS::EC2::Instance":
		return "EC2.8", it.Configuration().Get("metadataOptions", "httpTokens").Str() == "required", true
	case "AWS::RDS::DBInstance":
		encrypted, ok := it.Configuration().Get("storageEncrypted").Bool()
		return "RDS.3", encrypted, ok
	case "AWS::S3::Bucket":
		return "S3.5", strings.Contains(it.Supplementary("BucketPolicy").Get("policyText").Str(), "aws:SecureTransport"), true
	}
	return "", false, false
}

var titles = map[string]string{
	"EC2.8": "Instances answer metadata requests with a session token only",
	"RDS.3": "Database instances are encrypted",
	"S3.5":  "Buckets refuse requests without TLS",
}

func (e Estate) finding(it *inventory.Item, control string, passed bool, updated time.Time) json.RawMessage {
	status, severity := "FAILED", "MEDIUM"
	if passed {
		status, severity = "PASSED", "INFORMATIONAL"
	}
	product := "arn:aws:securityhub:" + it.Region + "::product/aws/securityhub"
	return json.RawMessage(text(object{
		"SchemaVersion": "2018-10-08", "Id": "arn:aws:securityhub:" + it.Region + ":" + it.Account + ":security-control/" + control + "/finding/" + it.ID,
		"ProductArn": product, "GeneratorId": "security-control/" + control, "AwsAccountId": it.Account, "Region": it.Region,
		"Types": list{"Software and Configuration Checks/Industry and Regulatory Standards"}, "CreatedAt": e.Now.Add(-48 * time.Hour).Format(time.RFC3339), "UpdatedAt": updated.Format(time.RFC3339),
		"Severity": object{"Label": severity}, "Title": titles[control], "Description": "Synthetic finding of the sample organization.",
		"Resources":     list{object{"Type": strings.ReplaceAll(strings.TrimPrefix(it.Type, "AWS::"), "::", ""), "Id": it.ARN, "Partition": "aws", "Region": it.Region}},
		"Compliance":    object{"Status": status, "SecurityControlId": control},
		"ProductFields": object{Tag: "true"}, "Workflow": object{"Status": "NEW"}, "RecordState": "ACTIVE",
	}))
}
