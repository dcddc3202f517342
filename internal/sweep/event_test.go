package sweep_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/collect/aws"
	traildata "github.com/tickmark/tickmark/internal/sample/cloudtrail"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/sweep"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// library has a type of every name that a test asks for.
func library(names ...string) (func(string) *collect.Type, []string) {
	all := map[string]*collect.Type{}
	for _, n := range names {
		t := &collect.Type{Name: n, ID: "{Id}", Find: []collect.Step{{API: "x:List", Only: "Ids[]"}}}
		if strings.HasPrefix(n, "AWS::IAM::") {
			t.Region = "global"
		}
		all[n] = t
	}
	return func(n string) *collect.Type { return all[n] }, names
}

func decode(t *testing.T, source, name, more string) *trail.Event {
	t.Helper()
	if !strings.Contains(more, "eventCategory") {
		more = `"eventCategory":"Management",` + more
	}
	e, err := trail.Decode(fmt.Appendf(nil, `{"eventVersion":"1.08","eventID":"%s","eventTime":"2026-01-15T13:00:00Z","awsRegion":"eu-west-1","recipientAccountId":"111111111111",
		"eventSource":"%s.amazonaws.com","eventName":"%s","readOnly":false,"userIdentity":{"type":"IAMUser"},%s}`, name+fmt.Sprint(len(more)), source, name, more))
	if err != nil {
		t.Fatal(err)
	}
	return &e
}

func TestChanges(t *testing.T) {
	of, named := library("AWS::EC2::Instance", "AWS::EC2::Volume", "AWS::S3::Bucket", "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::EFS::FileSystem", "AWS::RDS::DBCluster",
		"AWS::RDS::DBClusterSnapshot", "Tickmark::Account::PasswordPolicy", "AWS::SQS::Queue", "AWS::Athena::WorkGroup", "AWS::Lambda::Function")
	for _, c := range []struct {
		source, name, more string
		want               string
	}{
		{"ec2", "RunInstances", `"responseElements":{"instancesSet":{"items":[{"instanceId":"i-1"},{"instanceId":"i-2"}]}}`, "AWS::EC2::Instance i-1, AWS::EC2::Instance i-2"},
		{"ec2", "AttachVolume", `"requestParameters":{"volumeId":"vol-1","instanceId":"i-1"}`, "AWS::EC2::Instance i-1, AWS::EC2::Volume vol-1"},
		{"ec2", "TerminateInstances", `"requestParameters":{"instancesSet":{"items":[{"instanceId":"i-1"}]}}`, "AWS::EC2::Instance i-1"},
		{"ec2", "RunInstances", `"errorCode":"Client.UnauthorizedOperation","requestParameters":{"instanceId":"i-1"}`, ""},
		{"s3", "PutBucketPolicy", `"requestParameters":{"bucketName":"b"}`, "AWS::S3::Bucket b"},
		{"s3", "PutObject", `"eventCategory":"Data","requestParameters":{"bucketName":"b"}`, ""},
		{"iam", "AttachRolePolicy", `"requestParameters":{"roleName":"r","policyArn":"arn:aws:iam::aws:policy/P"}`, "AWS::IAM::Policy arn:aws:iam::aws:policy/P, AWS::IAM::Role r"},
		{"iam", "UpdateAccountPasswordPolicy", `"requestParameters":{"minimumPasswordLength":14}`, "Tickmark::Account::PasswordPolicy "},
		{"elasticfilesystem", "CreateFileSystem", `"responseElements":{"fileSystemId":"fs-1","encrypted":true}`, "AWS::EFS::FileSystem fs-1"},
		{"rds", "DeleteDBClusterSnapshot", `"requestParameters":null`, "AWS::RDS::DBClusterSnapshot "},
		{"sqs", "SetQueueAttributes", `"requestParameters":{"queueUrl":"https://sqs.eu-west-1.amazonaws.com/111111111111/q"}`, "AWS::SQS::Queue https://sqs.eu-west-1.amazonaws.com/111111111111/q"},
		{"athena", "UpdateWorkGroup", `"requestParameters":{"workGroup":"w","configurationUpdates":{"name":7}}`, "AWS::Athena::WorkGroup w"},
		{"lambda", "UpdateFunctionConfiguration20150331v2", `"requestParameters":{"functionName":"f"}`, "AWS::Lambda::Function f"},
		{"ssm", "UpdateInstanceInformation", `"requestParameters":{"instanceId":"i-1"}`, ""},
		{"unknown", "CreateThing", `"requestParameters":{"volumeId":"v"}`, ""},
	} {
		var got []string
		for _, ch := range sweep.Changes(decode(t, c.source, c.name, c.more), of, named) {
			got = append(got, ch.Type+" "+ch.Ref)
			if want := map[bool]string{true: "global", false: "eu-west-1"}[strings.HasPrefix(ch.Type, "AWS::IAM::")]; ch.Region != want || ch.Account != alpha {
				t.Errorf("%s: place %s %s", c.name, ch.Account, ch.Region)
			}
		}
		if have := strings.Join(sorted(got), ", "); have != c.want {
			t.Errorf("%s: %q, want %q", c.name, have, c.want)
		}
	}
}

// Of the real events that the program carries, those that change something are understood.
func TestChangesOfRealEvents(t *testing.T) {
	events := trailtest.NewMemory()
	if _, err := (&trail.Importer{Store: events, Clock: stamp.System}).FS(t.Context(), traildata.FS, traildata.Invictus); err != nil {
		t.Fatal(err)
	}
	of := func(name string) *collect.Type {
		if typ := aws.Of(name); typ != nil {
			return typ
		}
		if strings.HasPrefix(name, "AWS::IAM::") {
			return role
		}
		return nil
	}
	var named []string
	for _, typ := range aws.Types() {
		named = append(named, typ.Name)
	}
	all, changing, reads := 0, 0, 0
	types := map[string]int{}
	if err := events.Scan(t.Context(), trail.ScanQuery{Raw: true, Scope: everything}, func(e *trail.Event) bool {
		all++
		changes := sweep.Changes(e, of, named)
		if e.ReadOnly == "true" || e.ErrorCode != "" {
			reads += len(changes)
		}
		if len(changes) > 0 {
			changing++
		}
		for _, c := range changes {
			types[c.Type]++
		}
		return true
	}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d events, %d changing: %v", all, changing, types)
	if reads > 0 || changing == 0 || changing > all/3 || types["AWS::S3::Bucket"] == 0 || types["AWS::EC2::Instance"] == 0 {
		t.Errorf("%d events, %d changing, %d of those that only read or failed: %v", all, changing, reads, types)
	}
}

// FuzzChanges: no event makes it fail, and what it gives is bounded.
func FuzzChanges(f *testing.F) {
	f.Add([]byte(`{"eventID":"1","eventTime":"2026-01-15T13:00:00Z","awsRegion":"eu-west-1","recipientAccountId":"111111111111","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","requestParameters":{"a":[{"transitGatewayAttachmentId":"x"}]}}`))
	f.Add([]byte(`{"eventID":"1","eventTime":"2026-01-15T13:00:00Z","awsRegion":"eu-west-1","recipientAccountId":"111111111111","eventSource":"elasticfilesystem.amazonaws.com","eventName":"Create","requestParameters":[[[{"fileSystemId":null}]]]}`))
	of, named := library("AWS::EC2::TransitGatewayAttachment", "AWS::EFS::FileSystem")
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := trail.Decode(raw)
		if err != nil {
			return
		}
		if n := len(sweep.Changes(&e, of, named)); n > 64 {
			t.Errorf("%d changes", n)
		}
	})
}
