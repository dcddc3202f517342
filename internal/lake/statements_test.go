package lake_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/trail"
)

// asked are members of events that the statements below look for.
var asked = []string{
	`"userIdentity":{"principalId":"AROA:alice@example.com","arn":"arn:alice"}`,
	`"eventName":"PutEvaluations","managementEvent":true,"additionalEventData":{"configRuleName":"r1"},"requestParameters":{"evaluations":[{"complianceType":"COMPLIANT"}]}`,
	`"eventCategory":"Data","resources":[{"type":"AWS::S3::Object"}],"eventName":"GetObject","eventSource":"s3.amazonaws.com","requestParameters":{"bucketName":"b","key":"k"},"additionalEventData":{"aclRequired":"Yes"}`,
	`"eventName":"CreateRole","resources":[{"ARN":"arn:role"}],"sourceIPAddress":"10.1.2.3","userIdentity":{"sessionContext":{"sessionIssuer":{"userName":"admin"}}}`,
	`"eventName":"AssumeRole","resources":[{"ARN":"arn:self"}],"userIdentity":{"type":"AssumedRole","sessionContext":{"sessionIssuer":{"arn":"arn:self"}}}`,
	`"eventName":"UpdateStackSet","requestParameters":{"stackSetName":"base"},"userIdentity":{"principalId":"ops"}`,
	`"eventName":"CreateStack","requestParameters":{"stackName":"StackSet-base-0123abcd-0123-0123-0123-0123456789ab"},"userIdentity":{"principalId":"stacks"}`,
	`"eventID":"5b1f2c3d-1111-2222-3333-444455556666","userIdentity":{"principalId":"stacks"}`,
	`"eventName":"AuthorizeSecurityGroupIngress","requestParameters":{"groupId":"sg-1","ipPermissions":{"items":["0.0.0.0/0"]}}`,
	`"eventName":"ModifySecurityGroupRules","requestParameters":{"ModifySecurityGroupRulesRequest":{"GroupId":"sg-2"}}`,
	`"tlsDetails":{"tlsVersion":"TLSv1.1"}`,
	`"eventData":{"configuration":{"AWS:ComplianceItem":{"Content":{"Patch":{"a":{"Id":"KB1","PatchState":"Missing"},"b":{"Id":"KB2","PatchState":"Installed"}}}}}}`,
	`"requestID":"twice","eventName":"First"`, `"requestID":"twice","eventName":"Second"`,
}

// TestStatements runs what users of CloudTrail Lake write over the columns that an event data store has; each finds
// something.
func TestStatements(t *testing.T) {
	f := open(t)
	f.ask()
	d := f.create(lake.NewDataStore{Name: "all", Retention: 3653, Selectors: append(selecting("Management"), selecting("Data", "AWS::S3::Object")...)})
	text, err := os.ReadFile("../trino/testdata/lake.sql")
	f.must(err)
	for _, sql := range strings.SplitAfter(string(text), ";\n") {
		if strings.TrimSpace(sql) == "" {
			continue
		}
		rows, err := f.rows(d, strings.ReplaceAll(sql, "0233062b-51f6-4d18-8dec-c8eb1fb5bcb2", d.ID), "2024-03-05 00:00:00", "2024-03-06 12:00:00")
		if err != nil || rows == "" {
			t.Errorf("%s\ngives %q, %v", sql, rows, err)
		}
	}
}

// ask stores the events, and eleven that were denied.
func (f *fixture) ask() {
	members := asked
	for range 11 {
		members = append(members, `"errorCode":"AccessDenied","userIdentity":{"arn":"arn:denied"}`)
	}
	for i, m := range members {
		for _, other := range []string{
			fmt.Sprintf(`"eventTime":"2024-03-05T10:00:%02dZ"`, i), fmt.Sprintf(`"eventID":"%d"`, i), `"eventName":"Test"`, `"eventSource":"test.amazonaws.com"`,
			`"awsRegion":"eu-west-1"`, `"recipientAccountId":"111122223333"`, `"eventCategory":"Management"`, `"eventType":"AwsApiCall"`, `"readOnly":false`,
		} {
			if name, _, _ := strings.Cut(other, ":"); !strings.Contains(m, name+":") {
				m += "," + other
			}
		}
		e, err := trail.Decode([]byte("{" + m + "}"))
		f.must(err)
		_, err = f.events.Append(f.t.Context(), trail.Batch{Events: []trail.Event{e}})
		f.must(err)
	}
}
