package server

import (
	"testing"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trails"
)

// TestDataCalls: calls that hand in messages and events are data events of what takes these.
func TestDataCalls(t *testing.T) {
	by := awswire.Caller{Account: "111122223333", Region: "eu-west-1"}
	for _, c := range []struct {
		service, operation, parameters, kind string
		arns                                 []string
	}{
		{"sns", "Publish", `{"topicArn":"arn:aws:sns:eu-west-1:111122223333:t"}`, "AWS::SNS::Topic", []string{"arn:aws:sns:eu-west-1:111122223333:t"}},
		{"sns", "Publish", `{}`, "", nil},
		{"cloudtrail-data", "PutAuditEvents", `{"channelArn":"arn:aws:cloudtrail:eu-west-1:111122223333:channel/c"}`, "AWS::CloudTrail::Channel", []string{"arn:aws:cloudtrail:eu-west-1:111122223333:channel/c"}},
		{"events", "PutEvents", `{"entries":[{"source":"a"},{"eventBusName":"own"},{"eventBusName":"default"}]}`, "AWS::Events::EventBus", []string{"arn:aws:events:eu-west-1:111122223333:event-bus/default", "arn:aws:events:eu-west-1:111122223333:event-bus/own"}},
		{"events", "PutEvents", "", "", nil},
	} {
		data, got := dataOf(&awswire.Call{Service: c.service, Operation: c.operation, Caller: by, Parameters: []byte(c.parameters)})
		if !data || len(got) != len(c.arns) {
			t.Errorf("%s %s: %v %+v", c.operation, c.parameters, data, got)
			continue
		}
		for i, r := range got {
			if r.ARN != c.arns[i] || r.Type != c.kind || r.AccountID != by.Account {
				t.Errorf("%s: %+v", c.operation, r)
			}
		}
	}
	if data, _ := dataOf(&awswire.Call{Service: "events", Operation: "PutRule", Caller: by}); data {
		t.Error("PutRule is a data event")
	}
}

// TestRolesOfOthers: a document acts on a trail of its account as a role of that account, not as one of another's.
func TestRolesOfOthers(t *testing.T) {
	s, err := Open(t.Context(), Config{Data: t.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	at := trails.Place{Account: "111122223333", Region: "eu-west-1"}
	if err := s.shelf.CreateBucket(t.Context(), at.Account, at.Region, "logs", s.cfg.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.trails.Create(t.Context(), at, "main", "", trails.Settings{Bucket: "logs"}, nil); err != nil {
		t.Fatal(err)
	}
	ask := func(account string) error {
		_, err := ownTrails{s, nil}.Call(t.Context(), automation.Call{
			Account: at.Account, Region: at.Region, Role: "arn:aws:iam::" + account + ":role/TickmarkAccess", Service: "cloudtrail", API: "StartLogging", Inputs: []byte(`{"Name":"main"}`),
		})
		return err
	}
	if err := ask("222233334444"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a role of another account: %v", err)
	}
	if err := ask(at.Account); fault.KindOf(err) == fault.Invalid {
		t.Errorf("a role of the account: %v", err)
	}
}
