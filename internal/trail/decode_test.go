package trail

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/tree"
)

const record = `{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDA1","arn":"arn:aws:iam::111122223333:user/ana","accountId":"111122223333","accessKeyId":"AKIA1","userName":"ana"},` +
	`"eventTime":"2023-07-10T11:54:39Z","eventSource":"s3.amazonaws.com","eventName":"PutBucketPolicy","awsRegion":"eu-west-1","sourceIPAddress":"10.0.0.1","errorCode":"AccessDenied",` +
	`"requestParameters":{"bucketName":"logs","x":[1,{"bucketName":"inner"}]},"responseElements":null,"eventID":"e-1","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,` +
	`"recipientAccountId":"444455556666","sharedEventID":"s-1","resources":[{"accountId":"1","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"}],"newField":{"a":[true,null,-1.5e3]}}`

func TestDecode(t *testing.T) {
	ev, err := Decode([]byte("  " + record + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, got, want string }{
		{"account", ev.Account, "444455556666"},
		{"region", ev.Region, "eu-west-1"},
		{"id", ev.ID, "e-1"},
		{"time", ev.Time.Format(time.RFC3339), "2023-07-10T11:54:39Z"},
		{"name", ev.Name, "PutBucketPolicy"},
		{"source", ev.Source, "s3.amazonaws.com"},
		{"category", ev.Category, Management},
		{"type", ev.Type, "AwsApiCall"},
		{"readOnly", ev.ReadOnly, "false"},
		{"user", ev.User, "ana"},
		{"key", ev.AccessKeyID, "AKIA1"},
		{"principal", ev.Principal, "arn:aws:iam::111122223333:user/ana"},
		{"ip", ev.SourceIP, "10.0.0.1"},
		{"error", ev.ErrorCode, "AccessDenied"},
		{"shared", ev.SharedID, "s-1"},
		{"raw", string(ev.Raw), record},
		{"integrity", ev.Integrity, DigestMissing},
	} {
		if c.got != c.want {
			t.Errorf("%s = %q, want %q", c.what, c.got, c.want)
		}
	}
	want := []Resource{{"AWS::S3::Bucket", "arn:aws:s3:::logs"}, {"AWS::S3::Bucket", "logs"}, {"AWS::S3::Bucket", "inner"}}
	if len(ev.Resources) != len(want) {
		t.Fatalf("resources %v, want %v", ev.Resources, want)
	}
	for i := range want {
		if ev.Resources[i] != want[i] {
			t.Errorf("resource %d = %v, want %v", i, ev.Resources[i], want[i])
		}
	}
	if ev.Adapted {
		t.Error("a plain record is marked adapted")
	}
}

func TestUserName(t *testing.T) {
	for identity, want := range map[string]string{
		`{"type":"IAMUser","userName":"ana"}`:                                                               "ana",
		`{"type":"Root","arn":"arn:aws:iam::1:root"}`:                                                       "root",
		`{"type":"AssumedRole","principalId":"AROA1:sess","arn":"arn:aws:sts::1:assumed-role/R/sess"}`:      "sess",
		`{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/R/other"}`:                                "other",
		`{"type":"AssumedRole","sessionContext":{"sessionIssuer":{"userName":"R"}},"principalId":"A:sess"}`: "sess",
		`{"type":"SAMLUser","userName":"b@x"}`:                                                              "b@x",
		`{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}`:                                             "",
		`{"accountId":"1","invokedBy":"x"}`:                                                                 "",
		`null`:                                                                                              "",
		`{}`:                                                                                                "",
		`{"userName":"q\"uote\u00e9"}`:                                                                      `q"uoteé`,
	} {
		ev, err := Decode([]byte(`{"eventTime":"2024-02-29T00:00:00Z","eventName":"N","eventID":"1","userIdentity":` + identity + `}`))
		if err != nil || ev.User != want {
			t.Errorf("%s: user %q (%v), want %q", identity, ev.User, err, want)
		}
	}
}

func TestDerived(t *testing.T) {
	for _, c := range []struct{ name, record, field, want string }{
		{"account of the caller", `"userIdentity":{"accountId":"9"}`, "account", "9"},
		{"older data event", `"managementEvent":false`, "category", Data},
		{"older management event", `"eventVersion":"1.05"`, "category", Management},
		{"network activity", `"eventType":"AwsVpceEvent"`, "category", NetworkActivity},
		{"stated category", `"eventCategory":"Data","managementEvent":true`, "category", Data},
		{"readOnly as a string", `"readOnly":"true"`, "readonly", "true"},
		{"first of two", `"awsRegion":"a","awsRegion":"b"`, "region", "a"},
		{"escaped name", `"aws\u0052egion":"z"`, "region", "z"},
		{"milliseconds", `"x":1`, "time", "2020-09-14T00:44:23.123Z"},
	} {
		ev, err := Decode([]byte(`{"@timestamp":"2020-09-14T00:44:23.1239Z","eventName":"N",` + c.record + `}`))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := map[string]string{"account": ev.Account, "category": ev.Category, "readonly": ev.ReadOnly, "region": ev.Region, "time": ev.Time.Format(time.RFC3339Nano)}[c.field]
		if got != c.want {
			t.Errorf("%s: %s = %q, want %q", c.name, c.field, got, c.want)
		}
		if !ev.Adapted || !strings.HasPrefix(ev.ID, "sha256-") {
			t.Errorf("%s: time and id were taken from elsewhere, yet adapted=%v id=%s", c.name, ev.Adapted, ev.ID)
		}
	}
}

func TestRejected(t *testing.T) {
	for in, want := range map[string]string{
		`{}`:       "neither eventTime nor eventName",
		`[1]`:      "not a JSON object",
		`"text"`:   "not a JSON object",
		`{"a":1`:   "ends inside a record",
		`{"a":1}x`: "text after the record",
		`{"eventName":"N","eventTime":"yesterday"}`:                                   `eventTime "yesterday" is not a time`,
		`{"eventName":"N"}`:                                                           "no eventTime",
		`{"eventTime":"2020-01-01T00:00:00Z"}`:                                        "neither eventName nor eventSource",
		`{"eventName":"N","eventTime":"0001-01-01T00:00:00Z"}`:                        "is not a time",
		"{\"eventName\":\"N\",\"eventTime\":\"2020-01-01T00:00:00Z\",\"x\":\"\xff\"}": "UTF-8",
		"{\"eventName\":\"a\nb\"}":                                                    "control character",
		`{"eventName":"N","eventTime":"2020-01-01T00:00:00Z","x":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`: "deeper",
	} {
		if _, err := Decode([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: error %v, want %q", in, err, want)
		}
	}
}

// FuzzTrailEvent: exactly the JSON objects that the tree parser accepts are records or are refused for what they
// say, and the attributes are those the tree holds.
func FuzzTrailEvent(f *testing.F) {
	for _, s := range []string{record, `{}`, `{"eventTime":"2020-01-01T00:00:00Z","eventName":"\u0041\ud83d\ude00","eventID":1}`, `{"a":[{},[],"",-0,1.5e-7,true,null]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ev, err := Decode(b)
		doc, treeErr := tree.Parse(b)
		if treeErr != nil {
			if err == nil {
				t.Fatalf("%q was accepted, though: %v", b, treeErr)
			}
			return
		}
		if err != nil {
			for _, syntax := range []string{"not valid", "ends inside", "deeper"} {
				if strings.Contains(err.Error(), syntax) {
					t.Fatalf("%q is JSON, yet: %v", b, err)
				}
			}
			return
		}
		if got, want := ev.Name, doc.Root().Get("eventName"); want.Kind() == tree.String && got != want.Str() && want.Str() != "" {
			t.Fatalf("name %q, want %q in %q", got, want.Str(), b)
		}
		again, err := Decode(ev.Raw)
		if err != nil || again.ID != ev.ID || again.User != ev.User || len(again.Resources) != len(ev.Resources) {
			t.Fatalf("decoding Raw again differs: %v", err)
		}
	})
}

// An event of a channel tells what it is about in its eventData; outside of that category such a member says nothing.
func TestDecodeFromOutside(t *testing.T) {
	const data = `"eventTime":"2026-01-14T10:00:00Z","eventID":"e-1","awsRegion":"eu-west-1","recipientAccountId":"111122223333","eventData":{"x":{"eventName":"inner"},` +
		`"eventName":"Sold","eventSource":"shop.example","errorCode":"Denied","sourceIPAddress":"10.0.0.9","userIdentity":{"type":"Customer","principalId":"ana","details":{"principalId":"no"}}}}`
	ev, err := Decode([]byte(`{"eventCategory":"ActivityAuditLog","eventType":"ActivityLog",` + data))
	if err != nil {
		t.Fatal(err)
	}
	got := []string{ev.Account, ev.Region, ev.ID, ev.Category, ev.Type, ev.Name, ev.Source, ev.ErrorCode, ev.SourceIP, ev.User}
	want := []string{"111122223333", "eu-west-1", "e-1", ActivityAuditLog, "ActivityLog", "Sold", "shop.example", "Denied", "10.0.0.9", "ana"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, raw := range []string{`{"eventCategory":"Management",` + data, `{"eventCategory":"ActivityAuditLog","eventTime":"2026-01-14T10:00:00Z","eventData":"text"}`} {
		if ev, err := Decode([]byte(raw)); err == nil {
			t.Errorf("%s is %+v", raw, ev)
		}
	}
}
