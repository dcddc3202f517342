package awswire_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awsapi/sts"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
)

// TestObserve: every call of an operation that exists is told with its parameters as CloudTrail spells them, without
// its secrets; what names no operation is not.
func TestObserve(t *testing.T) {
	var calls []awswire.Call
	s := newStub(awswire.Config{
		Observe: func(_ context.Context, c awswire.Call) { calls = append(calls, c) },
		Authorize: func(_ context.Context, _, operation string) error {
			if operation == "LookupEvents" {
				return fault.New(fault.Denied, "Not you.")
			}
			return nil
		},
	}).all()
	ask := func(what func()) awswire.Call {
		t.Helper()
		n := len(calls)
		what()
		if len(calls) != n+1 {
			t.Fatalf("%d calls were told", len(calls)-n)
		}
		return calls[n]
	}

	s.out = &sts.AssumeRoleResponse{Credentials: &sts.Credentials{AccessKeyId: new("ASIA1"), SecretAccessKey: new("top"), SessionToken: new("tok"), Expiration: new(time.Unix(0, 0))}}
	c := ask(func() {
		s.do("sts", "POST", "/", "Action=AssumeRole&RoleArn=arn:aws:iam::111122223333:role/r&RoleSessionName=me"+stsForm, "Content-Type", "application/x-www-form-urlencoded")
	})
	if c.Service != "sts" || c.Operation != "AssumeRole" || c.Code != "" || c.Caller.Account == "" || c.RequestID == "" ||
		string(c.Parameters) != `{"roleArn":"arn:aws:iam::111122223333:role/r","roleSessionName":"me"}` {
		t.Errorf("%+v %s", c, c.Parameters)
	}
	if r := string(c.Response); !strings.Contains(r, `"accessKeyId":"ASIA1"`) || strings.Contains(r, "top") || strings.Contains(r, `"tok"`) || !strings.Contains(r, `"expiration":"1970-01-01T00:00:00Z"`) {
		t.Error(r)
	}

	for _, form := range []string{
		"Action=Publish&TopicArn=arn:aws:sns:eu-west-1:111122223333:t&Message=hush&Subject=hush&MessageAttributes.entry.1.Name=a&MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=hush",
		"Action=Subscribe&TopicArn=arn:aws:sns:eu-west-1:111122223333:t&Protocol=https&Endpoint=https://hooks.example.com/hush",
		"Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:111122223333:t&Token=hush",
	} {
		s.out = nil
		c = ask(func() {
			s.do("sns", "POST", "/", form+"&Version=2010-03-31", "Content-Type", "application/x-www-form-urlencoded")
		})
		if p := string(c.Parameters); strings.Contains(p, "hush") || !strings.Contains(p, `"topicArn":"arn:aws:sns:`) || !strings.Contains(p, awswire.Hidden) {
			t.Errorf("%s is told as %s", form, p)
		}
	}
	for _, put := range []func(){
		func() {
			s.json("events", "AWSEvents.PutEvents", `{"Entries":[{"Source":"me","DetailType":"d","Detail":"{\"a\":\"hush\"}"}]}`)
		},
		func() {
			s.do("cloudtrail-data", "POST", "/PutAuditEvents?channelArn=arn:aws:cloudtrail:eu-west-1:111122223333:channel/c", `{"auditEvents":[{"id":"a","eventData":"hush"}]}`)
		},
	} {
		if c = ask(put); strings.Contains(string(c.Parameters), "hush") || !strings.Contains(string(c.Parameters), awswire.Hidden) {
			t.Errorf("%s is told as %s", c.Operation, c.Parameters)
		}
	}

	s.out = &auditmanager.GetControlResponse{}
	c = ask(func() { s.do("auditmanager", "GET", "/controls/11111111-2222-3333-4444-555555555555", "") })
	if string(c.Parameters) != `{"controlId":"11111111-2222-3333-4444-555555555555"}` || c.Response != nil {
		t.Errorf("a parameter of the path: %s, %s", c.Parameters, c.Response)
	}

	c = ask(func() { s.json("config", configTarget+"PutConfigRule", `{}`) })
	if c.Code == "" || c.Message == "" {
		t.Errorf("a refused input: %+v", c)
	}
	c = ask(func() { s.json("cloudtrail", trailTarget+"LookupEvents", `{}`) })
	if c.Code != "AccessDeniedException" || c.Parameters != nil {
		t.Errorf("a denied call: %+v", c)
	}
	c = ask(func() { s.json("config", configTarget+"StartConfigurationRecorder", `{}`) })
	if c.Code != "NotImplemented" {
		t.Errorf("an operation that is not served: %+v", c)
	}
	n := len(calls)
	s.json("config", configTarget+"NoSuchOperation", `{}`)
	s.do("nothing", "POST", "/", "")
	if len(calls) != n {
		t.Error("a request for no operation was told")
	}
}
