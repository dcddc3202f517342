package sdk_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/tickmark/tickmark/internal/remediate"
	"github.com/tickmark/tickmark/internal/server"
	"github.com/tickmark/tickmark/internal/testenv"
)

// startAgain is a document that makes a trail log.
const startAgain = `
schemaVersion: "0.3"
description: Makes a trail log.
assumeRole: "{{ AutomationAssumeRole }}"
parameters:
  AutomationAssumeRole: {type: String}
  TrailName: {type: String}
mainSteps:
  - name: start
    action: aws:executeAwsApi
    inputs: {Service: cloudtrail, Api: StartLogging, Name: "{{ TrailName }}"}
`

// hooks are what a webhook was sent.
type hooks struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
}

func listen(t *testing.T) *hooks {
	h := &hooks{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.bodies = append(h.bodies, string(b))
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hooks) got() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string{}, h.bodies...)
}

// events calls EventBridge, for which the SDK's module is not among ours.
func (k *kit) events(operation, body string) string {
	k.Helper()
	status, answer := k.signed("events", home, http.MethodPost, "/", body, map[string]string{
		"X-Amz-Target": "AWSEvents." + operation, "Content-Type": "application/x-amz-json-1.1",
	}, time.Now())
	if status != http.StatusOK {
		k.Fatalf("%s answers %d %s", operation, status, answer)
	}
	return answer
}

// webhook makes a topic with a confirmed subscription that is sent bare messages.
func (k *kit) webhook(name string) (*hooks, string) {
	k.Helper()
	ctx, hook, topics := k.Context(), listen(k.T), sns.NewFromConfig(k.config(home))
	topic, err := topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: &name})
	k.ok(err)
	_, err = topics.Subscribe(ctx, &sns.SubscribeInput{
		TopicArn: topic.TopicArn, Protocol: aws.String("http"), Endpoint: &hook.URL, Attributes: map[string]string{"RawMessageDelivery": "true"},
	})
	k.ok(err)
	k.eventually("the subscription is asked for", func() bool { return len(hook.got()) == 1 })
	var confirm struct{ Token string }
	k.ok(json.Unmarshal([]byte(hook.got()[0]), &confirm))
	_, err = topics.ConfirmSubscription(ctx, &sns.ConfirmSubscriptionInput{TopicArn: topic.TopicArn, Token: &confirm.Token})
	k.ok(err)
	return hook, *topic.TopicArn
}

// TestStoppedTrailLogsAgain: a call that stops logging sets off a rule that starts it again, and tells a webhook.
func TestStoppedTrailLogsAgain(t *testing.T) {
	k := &kit{T: t, env: testenv.Start(t), called: map[string]bool{}}
	ctx := t.Context()
	role := "arn:aws:iam::" + testenv.Account + ":role/TickmarkAccess"
	trailsOf := cloudtrail.NewFromConfig(k.config(home))
	_, err := s3.NewFromConfig(k.config(home), func(o *s3.Options) { o.UsePathStyle = true }).CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("logs-of-reaction")})
	k.ok(err)
	_, err = trailsOf.CreateTrail(ctx, &cloudtrail.CreateTrailInput{Name: aws.String("main"), S3BucketName: aws.String("logs-of-reaction")})
	k.ok(err)
	_, err = trailsOf.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: aws.String("main")})
	k.ok(err)
	_, err = ssm.NewFromConfig(k.config(home)).CreateDocument(ctx, &ssm.CreateDocumentInput{
		Name: aws.String("StartLoggingAgain"), Content: aws.String(startAgain), DocumentType: ssmtypes.DocumentTypeAutomation, DocumentFormat: ssmtypes.DocumentFormatYaml,
	})
	k.ok(err)
	for _, mode := range []string{remediate.DryRun, remediate.On} { // a dry run first
		_, err = k.env.Remediate(ctx, server.RemediationCommand{Action: "enable", Account: testenv.Account, Mode: mode, Role: role})
		k.ok(err)
	}
	hook, topicARN := k.webhook("stopped")

	k.events("PutRule", `{"Name":"stopped","EventPattern":"{\"source\":[\"aws.cloudtrail\"],\"detail\":{\"eventName\":[\"StopLogging\"],\"errorCode\":[{\"exists\":false}]}}"}`)
	k.events("PutTargets", `{"Rule":"stopped","Targets":[
		{"Id":"start","Arn":"arn:aws:ssm:`+home+`:`+testenv.Account+`:automation-definition/StartLoggingAgain","RoleArn":"`+role+`",
		 "InputTransformer":{"InputPathsMap":{"trail":"$.detail.requestParameters.name"},"InputTemplate":"{\"TrailName\":[<trail>]}"}},
		{"Id":"tell","Arn":"`+topicARN+`","InputTransformer":{"InputPathsMap":{"who":"$.detail.userIdentity.arn","trail":"$.detail.requestParameters.name"},"InputTemplate":"\"<who> stopped <trail>\""}}]}`)

	_, err = trailsOf.StopLogging(ctx, &cloudtrail.StopLoggingInput{Name: aws.String("main")})
	k.ok(err)
	k.eventually("the trail logs again", func() bool {
		s, err := trailsOf.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: aws.String("main")})
		k.ok(err)
		return aws.ToBool(s.IsLogging)
	})
	k.eventually("the webhook is told", func() bool { return len(hook.got()) == 2 })
	if got := hook.got()[1]; got != `"arn:aws:iam::`+testenv.Account+`:root stopped main"` {
		t.Errorf("told %s", got)
	}
	// The event of the start tells who did it.
	k.eventually("the start is an event", func() bool {
		out, err := trailsOf.LookupEvents(ctx, &cloudtrail.LookupEventsInput{})
		k.ok(err)
		for _, e := range out.Events {
			if aws.ToString(e.EventName) == "StartLogging" && strings.Contains(aws.ToString(e.CloudTrailEvent), "assumed-role/TickmarkAccess/automation") {
				return true
			}
		}
		return false
	})
	k.eventually("one execution has succeeded", func() bool {
		runs, err := ssm.NewFromConfig(k.config(home)).DescribeAutomationExecutions(ctx, &ssm.DescribeAutomationExecutionsInput{})
		k.ok(err)
		list := runs.AutomationExecutionMetadataList
		return len(list) == 1 && list[0].AutomationExecutionStatus == ssmtypes.AutomationExecutionStatusSuccess && aws.ToString(list[0].ExecutedBy) == role
	})
}

// eventually waits for what the server does in the background.
func (k *kit) eventually(what string, is func() bool) {
	k.Helper()
	for range 200 {
		if is() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	k.Fatalf("not in ten seconds: %s", what)
}
