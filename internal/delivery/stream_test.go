package delivery_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
)

// The topic hears of each change once, in AWS's words and without secrets; not of what was before it.
func TestStream(t *testing.T) {
	h := open(t, compliance.Channel{})
	h.put("AWS::S3::Bucket", "old", map[string]any{})
	h.round()
	c := h.channel()
	c.TopicARN = topicARN
	h.check(h.program.PutChannel(context.Background(), at, c))
	h.check(h.courier.Attach(context.Background(), at))
	h.subscribe()
	function := func(state, secret string, subnets ...string) map[string]any {
		return map[string]any{"state": map[string]any{"name": state}, "environment": map[string]any{"variables": map[string]any{"KEY": secret}}, "subnetIds": subnets}
	}
	edge := func(s *inventory.Spec) {
		s.Relationships = []inventory.Relationship{{Type: "AWS::IAM::Role", ID: "AROA1", Label: "Is associated with "}}
		s.Tags = map[string]string{"team": "pay"}
	}
	h.put("AWS::Lambda::Function", "pay", function("Pending", "s3cret", "a", "b"))
	h.put("AWS::Lambda::Function", "pay", function("Active", "s3cret2", "b", "c"), edge)
	h.put("AWS::Lambda::Function", "pay", nil, gone)
	h.round()
	h.round()
	told := h.heard()["ConfigurationItemChangeNotification"]
	if len(told) != 3 {
		t.Fatalf("%d messages", len(told))
	}
	by := map[string]map[string]any{}
	for _, m := range told {
		text, _ := json.Marshal(m)
		if strings.Contains(string(text), "s3cret") {
			t.Errorf("a secret is told: %s", text)
		}
		by[strings.Fields(m["subject"].(string))[4]] = m
	}
	for verb, want := range map[string]string{
		"Created": `{"changeType":"CREATE","changedProperties":{}}`,
		"Updated": `{"changeType":"UPDATE","changedProperties":{` +
			`"Configuration.State.Name":{"changeType":"UPDATE","previousValue":"Pending","updatedValue":"Active"},` +
			`"Configuration.SubnetIds.0":{"changeType":"DELETE","previousValue":"a","updatedValue":null},` +
			`"Configuration.SubnetIds.1":{"changeType":"CREATE","previousValue":null,"updatedValue":"c"},` +
			`"Relationships.0":{"changeType":"CREATE","previousValue":null,"updatedValue":{"name":"Is associated with ","resourceId":"AROA1","resourceType":"AWS::IAM::Role"}},` +
			`"Tags.0":{"changeType":"CREATE","previousValue":null,"updatedValue":{"key":"team","value":"pay"}}}}`,
		"Deleted": `{"changeType":"DELETE","changedProperties":{` +
			`"Configuration":{"changeType":"DELETE","previousValue":{"environment":{"variables":{"KEY":"****"}},"state":{"name":"Active"},"subnetIds":["b","c"]},"updatedValue":null},` +
			`"Relationships.0":{"changeType":"DELETE","previousValue":{"name":"Is associated with ","resourceId":"AROA1","resourceType":"AWS::IAM::Role"},"updatedValue":null}}}`,
	} {
		got, _ := json.Marshal(by[verb]["configurationItemDiff"])
		if string(got) != want {
			t.Errorf("%s:\n got %s\nwant %s", verb, got, want)
		}
	}
	if s := by["Created"]["subject"]; s != "[AWS Config:eu-west-1] AWS::Lambda::Function pay Created in Account 111122223333" {
		t.Errorf("subject %q", s)
	}
	if st := h.channel().Stream; st.Status != "Success" {
		t.Errorf("%+v", st)
	}
}

// An item that is too long for a message is told by a summary, and lies in a file.
func TestOversized(t *testing.T) {
	h := open(t, compliance.Channel{TopicARN: topicARN})
	h.round()
	h.subscribe()
	h.put("AWS::S3::Bucket", "a/b", map[string]any{"text": strings.Repeat("x", 300<<10)})
	h.round()
	told := h.heard()["OversizedConfigurationItemChangeNotification"]
	if len(told) != 1 {
		t.Fatalf("%d messages", len(told))
	}
	place := told[0]["s3DeliverySummary"].(map[string]any)["s3BucketLocation"].(string)
	summary := told[0]["configurationItemSummary"].(map[string]any)
	text := h.files("OversizedChangeNotification/AWS::S3::Bucket/a%2Fb")[strings.TrimPrefix(place, "deliveries/")]
	if len(text) < 300<<10 || summary["changeType"] != "CREATE" || summary["resourceId"] != "a/b" {
		t.Errorf("%d bytes at %s, %v", len(text), place, summary)
	}
}

// A topic that was deleted shows in the status, once.
func TestStreamRefused(t *testing.T) {
	h := open(t, compliance.Channel{TopicARN: topicARN})
	h.round()
	ctx := context.Background()
	h.check(h.topics.DeleteTopic(ctx, topicARN))
	h.put("AWS::S3::Bucket", "a", map[string]any{})
	h.round()
	st := h.channel().Stream
	if st.Status != "Failure" || st.ErrorCode != "InvalidSNSTopicARNException" {
		t.Errorf("%+v", st)
	}
	h.env.Clock.Advance(time.Hour)
	h.round()
	if again := h.channel().Stream; again != st {
		t.Errorf("the status changed without a reason: %+v", again)
	}
}

// A change of compliance is told with the verdict before it.
func TestComplianceChange(t *testing.T) {
	h := open(t, compliance.Channel{TopicARN: topicARN})
	h.round()
	h.subscribe()
	ctx := context.Background()
	_, err := h.program.PutRule(ctx, at, compliance.ConfigRule{Name: "attached", Owner: "AWS", Identifier: "EC2_VOLUME_INUSE_CHECK"})
	h.check(err)
	engine := h.program.Engine(nil)
	volume := func(attachments ...map[string]any) {
		h.put("AWS::EC2::Volume", "vol-1", map[string]any{"volumeId": "vol-1", "attachments": attachments, "state": "in-use"})
		h.check(engine.Drain(ctx, nil))
	}
	volume(map[string]any{"instanceId": "i-1", "state": "attached", "deleteOnTermination": true})
	volume([]map[string]any{}...)
	h.round()
	told := h.heard()["ComplianceChangeNotification"]
	var got []string
	for _, m := range told {
		n, _ := m["newEvaluationResult"].(map[string]any)
		o, _ := m["oldEvaluationResult"].(map[string]any)
		got = append(got, strings.TrimSpace(m["configRuleName"].(string)+" "+n["complianceType"].(string))+"|"+str(o["complianceType"]))
	}
	if len(got) != 2 {
		t.Errorf("%v", got)
	}
	for _, want := range []string{"attached COMPLIANT|", "attached NON_COMPLIANT|COMPLIANT"} {
		if !strings.Contains(strings.Join(got, "\n")+"\n", want+"\n") {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
}

// The beginning of a full evaluation is told with the names of the rules, once, and only while there is a topic.
func TestEvaluationStarted(t *testing.T) {
	h := open(t, compliance.Channel{TopicARN: topicARN})
	h.round()
	h.subscribe()
	ctx := context.Background()
	engine := h.program.Engine(nil)
	for _, name := range []string{"attached", "encrypted"} {
		_, err := h.program.PutRule(ctx, at, compliance.ConfigRule{Name: name, Owner: "AWS", Identifier: "EC2_VOLUME_INUSE_CHECK"})
		h.check(err)
	}
	h.check(engine.Drain(ctx, nil))
	h.round()
	h.round()
	told := h.heard()["ConfigRulesEvaluationStarted"]
	if len(told) != 1 {
		t.Fatalf("%d messages", len(told))
	}
	if s := told[0]["subject"]; s != "[AWS Config:eu-west-1] Config Rules Evaluation Started for Account 111122223333" {
		t.Errorf("subject %q", s)
	}
	delete(told[0], "subject")
	delete(told[0], "token")
	got, _ := json.Marshal(told[0])
	want := `{"awsAccountId":"111122223333","awsRegion":"eu-west-1","configRuleNames":["attached","encrypted"],"messageType":"ConfigRulesEvaluationStarted",` +
		`"notificationCreationTime":"` + h.env.Clock.Now().Format("2006-01-02T15:04:05.000Z") + `","recordVersion":"1.0"}`
	if string(got) != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	h.env.Clock.Advance(time.Hour)
	h.check(h.program.StartEvaluation(ctx, at, []string{"encrypted"}))
	h.check(engine.Drain(ctx, nil))
	h.round()
	if told := h.heard()["ConfigRulesEvaluationStarted"]; len(told) != 1 || len(told[0]["configRuleNames"].([]any)) != 1 {
		t.Errorf("%v", told)
	}
	h.check(h.program.StopRecorder(ctx, at, "default"))
	h.env.Clock.Advance(time.Hour)
	h.check(h.program.StartEvaluation(ctx, at, []string{"encrypted"}))
	h.check(engine.Drain(ctx, nil))
	h.check(h.program.StartRecorder(ctx, at, "default"))
	h.round()
	if told := h.heard()["ConfigRulesEvaluationStarted"]; len(told) != 0 {
		t.Errorf("told of a time when nothing was recorded: %v", told)
	}
}

// The file of an item that is too long for a message may not reach the bucket: the message says why.
func TestOversizedFailed(t *testing.T) {
	h := open(t, compliance.Channel{TopicARN: topicARN})
	h.round()
	h.subscribe()
	c := h.channel()
	c.Bucket = "nowhere"
	h.check(h.program.PutChannel(context.Background(), at, c))
	h.put("AWS::S3::Bucket", "big", map[string]any{"text": strings.Repeat("x", 300<<10)})
	h.round()
	told := h.heard()["OversizedConfigurationItemChangeDeliveryFailed"]
	if len(told) != 1 {
		t.Fatalf("%d messages", len(told))
	}
	file := told[0]["s3DeliverySummary"].(map[string]any)
	if str(file["errorCode"]) == "" || str(file["errorMessage"]) == "" || told[0]["configurationItemSummary"].(map[string]any)["resourceId"] != "big" {
		t.Errorf("%v", told[0])
	}
}

func str(v any) string {
	s, _ := v.(string)
	return s
}
