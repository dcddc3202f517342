package awswire_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/awsapi"
	"github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awsapi/cloudtraildata"
	"github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awsapi/events"
	"github.com/tickmark/tickmark/internal/awsapi/securityhub"
	"github.com/tickmark/tickmark/internal/awsapi/sns"
	"github.com/tickmark/tickmark/internal/awsapi/sts"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/stamp"
)

var caller = awswire.Caller{
	Account: "111122223333", Region: "eu-west-1",
	PrincipalARN: "arn:aws:iam::111122223333:user/ada", AccessKeyID: "TKIAEXAMPLE", UserID: "AIDAEXAMPLE",
}

// stub is a registry whose handlers remember their input and give what the test sets.
type stub struct {
	*awswire.Registry
	log bytes.Buffer
	in  any
	out any
	err error
}

func newStub(cfg awswire.Config) *stub {
	s := &stub{}
	cfg.Log = slog.New(slog.NewJSONHandler(&s.log, nil))
	cfg.Stamp = stamp.NewFixed(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	s.Registry = awswire.NewRegistry(cfg, awsapi.Services()...)
	return s
}

// handler answers with the stub's output, where one of the operation's type is set.
func handler[In, Out any](s *stub) func(context.Context, *In) (*Out, error) {
	return func(_ context.Context, in *In) (*Out, error) {
		s.in = *in
		out, _ := s.out.(*Out)
		return out, s.err
	}
}

// all registers the operations the golden tables use.
func (s *stub) all() *stub {
	r := s.Registry
	config.OnPutConfigRule(r, handler[config.PutConfigRuleRequest, config.PutConfigRuleOutput](s))
	config.OnDescribeConfigRules(r, handler[config.DescribeConfigRulesRequest, config.DescribeConfigRulesResponse](s))
	config.OnGetResourceConfigHistory(r, handler[config.GetResourceConfigHistoryRequest, config.GetResourceConfigHistoryResponse](s))
	cloudtrail.OnLookupEvents(r, handler[cloudtrail.LookupEventsRequest, cloudtrail.LookupEventsResponse](s))
	auditmanager.OnGetControl(r, handler[auditmanager.GetControlRequest, auditmanager.GetControlResponse](s))
	auditmanager.OnListControls(r, handler[auditmanager.ListControlsRequest, auditmanager.ListControlsResponse](s))
	auditmanager.OnGetEvidenceFolder(r, handler[auditmanager.GetEvidenceFolderRequest, auditmanager.GetEvidenceFolderResponse](s))
	auditmanager.OnUntagResource(r, handler[auditmanager.UntagResourceRequest, auditmanager.UntagResourceResponse](s))
	auditmanager.OnCreateAssessmentFramework(r, handler[auditmanager.CreateAssessmentFrameworkRequest, auditmanager.CreateAssessmentFrameworkResponse](s))
	securityhub.OnBatchImportFindings(r, handler[securityhub.BatchImportFindingsRequest, securityhub.BatchImportFindingsResponse](s))
	securityhub.OnBatchUpdateFindings(r, handler[securityhub.BatchUpdateFindingsRequest, securityhub.BatchUpdateFindingsResponse](s))
	sns.OnCreateTopic(r, handler[sns.CreateTopicInput, sns.CreateTopicResponse](s))
	sns.OnPublish(r, handler[sns.PublishInput, sns.PublishResponse](s))
	sns.OnSubscribe(r, handler[sns.SubscribeInput, sns.SubscribeResponse](s))
	sns.OnConfirmSubscription(r, handler[sns.ConfirmSubscriptionInput, sns.ConfirmSubscriptionResponse](s))
	events.OnPutEvents(r, handler[events.PutEventsRequest, events.PutEventsResponse](s))
	cloudtraildata.OnPutAuditEvents(r, handler[cloudtraildata.PutAuditEventsRequest, cloudtraildata.PutAuditEventsResponse](s))
	sns.OnGetTopicAttributes(r, handler[sns.GetTopicAttributesInput, sns.GetTopicAttributesResponse](s))
	sns.OnListSubscriptions(r, handler[sns.ListSubscriptionsInput, sns.ListSubscriptionsResponse](s))
	sns.OnDeleteTopic(r, handler[sns.DeleteTopicInput, sns.DeleteTopicOutput](s))
	sts.OnAssumeRole(r, handler[sts.AssumeRoleRequest, sts.AssumeRoleResponse](s))
	sts.OnGetCallerIdentity(r, handler[sts.GetCallerIdentityRequest, sts.GetCallerIdentityResponse](s))
	return s
}

type reply struct {
	status int
	header http.Header
	body   string
}

func (s *stub) do(svc, method, target, body string, headers ...string) reply {
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.Serve(w, req, svc, caller)
	text, _ := io.ReadAll(w.Result().Body)
	return reply{w.Code, w.Result().Header, string(text)}
}

func (s *stub) json(svc, target, body string) reply {
	return s.do(svc, "POST", "/", body, "X-Amz-Target", target, "Content-Type", "application/x-amz-json-1.1")
}

const (
	configTarget = "StarlingDoveService."
	trailTarget  = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101."
	snsForm      = "&Version=2010-03-31"
	stsForm      = "&Version=2011-06-15"
)

// Requests as the aws command sends them, and what handlers get.
func TestRequests(t *testing.T) {
	tests := []struct {
		name, svc, method, target, body string
		header                          []string
		want                            any
	}{
		{
			name: "json: structures, lists, integers, unknown and null members", svc: "config", method: "POST", target: "/",
			header: []string{"X-Amz-Target", configTarget + "PutConfigRule"},
			body: `{"ConfigRule": {"ConfigRuleName": "r\u00e9gle", "Source": {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED",
				"SourceDetails": []}, "Description": null, "Unheard": {"of": [1, {"x": "y"}]}}, "Tags": [{"Key": "a", "Value": ""}]}`,
			want: config.PutConfigRuleRequest{
				ConfigRule: &config.ConfigRule{ConfigRuleName: new("régle"), Source: &config.Source{
					Owner:            new("AWS"),
					SourceIdentifier: new("S3_BUCKET_VERSIONING_ENABLED"), SourceDetails: []config.SourceDetail{},
				}},
				Tags: []config.Tag{{Key: new("a"), Value: new("")}},
			},
		},
		{
			name: "json: empty body", svc: "config", method: "POST", target: "/",
			header: []string{"X-Amz-Target", configTarget + "DescribeConfigRules"},
			want:   config.DescribeConfigRulesRequest{},
		},
		{
			name: "json: empty page token", svc: "config", method: "POST", target: "/",
			header: []string{"X-Amz-Target", configTarget + "DescribeConfigRules"}, body: `{"NextToken":""}`,
			want: config.DescribeConfigRulesRequest{NextToken: new("")},
		},
		{
			name: "json: times as seconds and as text", svc: "config", method: "POST", target: "/",
			header: []string{"X-Amz-Target", configTarget + "GetResourceConfigHistory"},
			body:   `{"resourceType":"AWS::EC2::Instance","resourceId":"i-1","laterTime":1.7723232005E9,"earlierTime":"2026-02-01T00:00:00+01:00","limit":3}`,
			want: config.GetResourceConfigHistoryRequest{
				ResourceType: new("AWS::EC2::Instance"), ResourceId: new("i-1"),
				LaterTime:   new(time.Date(2026, 3, 1, 0, 0, 0, 500e6, time.UTC)),
				EarlierTime: new(time.Date(2026, 1, 31, 23, 0, 0, 0, time.UTC)), Limit: new(int64(3)),
			},
		},
		{
			name: "json: CloudTrail's long target", svc: "cloudtrail", method: "POST", target: "/",
			header: []string{"X-Amz-Target", trailTarget + "LookupEvents"}, body: `{"MaxResults":1}`,
			want: cloudtrail.LookupEventsRequest{MaxResults: new(int64(1))},
		},
		{
			name: "json: CloudTrail's short target", svc: "cloudtrail", method: "POST", target: "/",
			header: []string{"X-Amz-Target", "CloudTrail_20131101.LookupEvents"}, body: `{"LookupAttributes":[{"AttributeKey":"Username","AttributeValue":"ada"}]}`,
			want: cloudtrail.LookupEventsRequest{LookupAttributes: []cloudtrail.LookupAttribute{{AttributeKey: new("Username"), AttributeValue: new("ada")}}},
		},
		{
			name: "rest: label", svc: "auditmanager", method: "GET", target: "/controls/0a1b2c3d-0000-4000-8000-0123456789ab",
			want: auditmanager.GetControlRequest{ControlId: new("0a1b2c3d-0000-4000-8000-0123456789ab")},
		},
		{
			name: "rest: control set id with slash, accent, space and percent", svc: "auditmanager", method: "GET",
			target: "/assessments/0a1b2c3d-0000-4000-8000-0123456789ab/controlSets/A%2FB%20c%C3%B4t%C3%A9%20100%25%2F..%2F/evidenceFolders/0a1b2c3d-0000-4000-8000-0123456789ac",
			want: auditmanager.GetEvidenceFolderRequest{
				AssessmentId: new("0a1b2c3d-0000-4000-8000-0123456789ab"),
				ControlSetId: new("A/B côté 100%/../"), EvidenceFolderId: new("0a1b2c3d-0000-4000-8000-0123456789ac"),
			},
		},
		{
			name: "rest: query string", svc: "auditmanager", method: "GET", target: "/controls?controlType=Standard&maxResults=25&nextToken=ab%2B%2F%3D",
			want: auditmanager.ListControlsRequest{ControlType: new("Standard"), MaxResults: new(int64(25)), NextToken: new("ab+/=")},
		},
		{
			name: "rest: query list, and an ARN in the path with its slash escaped", svc: "auditmanager", method: "DELETE",
			target: "/tags/arn%3Aaws%3Aauditmanager%3Aeu-west-1%3A111122223333%3Aassessment%2F0a1b2c3d-0000-4000-8000-0123456789ab?tagKeys=team&tagKeys=cost-center",
			want: auditmanager.UntagResourceRequest{
				ResourceArn: new("arn:aws:auditmanager:eu-west-1:111122223333:assessment/0a1b2c3d-0000-4000-8000-0123456789ab"),
				TagKeys:     []string{"team", "cost-center"},
			},
		},
		{
			name: "rest: map", svc: "auditmanager", method: "POST", target: "/assessmentFrameworks",
			body: `{"name":"f","controlSets":[{"name":"one","controls":[{"id":"0a1b2c3d-0000-4000-8000-0123456789ab"}]}],"tags":{"team":"sre"}}`,
			want: auditmanager.CreateAssessmentFrameworkRequest{
				Name: new("f"), Tags: map[string]string{"team": "sre"},
				ControlSets: []auditmanager.CreateAssessmentFrameworkControlSet{{
					Name:     new("one"),
					Controls: []auditmanager.CreateAssessmentFrameworkControl{{Id: new("0a1b2c3d-0000-4000-8000-0123456789ab")}},
				}},
			},
		},
		{
			name: "query: map entries and list members", svc: "sns", method: "POST", target: "/",
			body: "Action=CreateTopic&Name=alerts&Attributes.entry.1.key=DisplayName&Attributes.entry.1.value=A+%26+B" +
				"&Attributes.entry.2.key=KmsMasterKeyId&Attributes.entry.2.value=&Tags.member.10.Key=j&Tags.member.10.Value=x&Tags.member.2.Key=b&Tags.member.2.Value=y" + snsForm,
			want: sns.CreateTopicInput{
				Name: new("alerts"), Attributes: map[string]string{"DisplayName": "A & B", "KmsMasterKeyId": ""},
				Tags: []sns.Tag{{Key: new("b"), Value: new("y")}, {Key: new("j"), Value: new("x")}},
			},
		},
		{
			name: "query: entries with names of their own, blob", svc: "sns", method: "POST", target: "/",
			body: "Action=Publish&Message=hi&MessageAttributes.entry.1.Name=k&MessageAttributes.entry.1.Value.DataType=Binary&MessageAttributes.entry.1.Value.BinaryValue=AAEC" + snsForm,
			want: sns.PublishInput{Message: new("hi"), MessageAttributes: map[string]sns.MessageAttributeValue{
				"k": {DataType: new("Binary"), BinaryValue: []byte{0, 1, 2}},
			}},
		},
		{
			name: "query: GET as a presigned request", svc: "sts", method: "GET", target: "/?Action=GetCallerIdentity" + stsForm + "&X-Amz-Expires=60",
			want: sts.GetCallerIdentityRequest{},
		},
		{
			name: "query: integers", svc: "sts", method: "POST", target: "/",
			body: "Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2FTickmarkAccess&RoleSessionName=ada&DurationSeconds=900" + stsForm,
			want: sts.AssumeRoleRequest{RoleArn: new("arn:aws:iam::111122223333:role/TickmarkAccess"), RoleSessionName: new("ada"), DurationSeconds: new(int64(900))},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStub(awswire.Config{}).all()
			if got := s.do(tt.svc, tt.method, tt.target, tt.body, tt.header...); got.status != 200 {
				t.Fatalf("%d %s", got.status, got.body)
			}
			if !reflect.DeepEqual(s.in, tt.want) {
				have, _ := json.Marshal(s.in)
				want, _ := json.Marshal(tt.want)
				t.Errorf("handler got %s\nwant %s", have, want)
			}
		})
	}
}

// What handlers return, and the bytes clients get.
func TestAnswers(t *testing.T) {
	when := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	const uuid = "0a1b2c3d-0000-4000-8000-0123456789ab"
	const id = "019ca945-0a00-7000-8000-000000000001"
	tests := []struct {
		name, svc, method, target, body, header string
		out                                     any
		contentType, want                       string
	}{
		{
			name: "json: nil is left out, empty is written", svc: "config", method: "POST", target: "/", header: configTarget + "DescribeConfigRules",
			out:         &config.DescribeConfigRulesResponse{ConfigRules: []config.ConfigRule{{ConfigRuleName: new("a\"\n\u2028é<"), Scope: &config.Scope{ComplianceResourceTypes: []string{}}}}},
			contentType: "application/x-amz-json-1.1",
			want:        `{"ConfigRules":[{"ConfigRuleName":"a\"\n` + "\u2028" + `é<","Scope":{"ComplianceResourceTypes":[]}}]}`,
		},
		{
			name: "json: no output at all", svc: "config", method: "POST", target: "/", header: configTarget + "PutConfigRule",
			body:        `{"ConfigRule":{"Source":{"Owner":"AWS"}}}`,
			contentType: "application/x-amz-json-1.1", want: `{}`,
		},
		{
			name: "json: times are seconds", svc: "cloudtrail", method: "POST", target: "/", header: trailTarget + "LookupEvents",
			out: &cloudtrail.LookupEventsResponse{Events: []cloudtrail.Event{
				{EventTime: new(when)}, {EventTime: new(when.Add(1500 * time.Millisecond))}, {EventTime: new(time.UnixMilli(-1250))},
			}},
			contentType: "application/x-amz-json-1.1",
			want:        `{"Events":[{"EventTime":1772323200},{"EventTime":1772323201.5},{"EventTime":-1.25}]}`,
		},
		{
			name: "rest", svc: "auditmanager", method: "GET", target: "/controls/" + uuid,
			out:         &auditmanager.GetControlResponse{Control: &auditmanager.Control{Name: new("MFA"), CreatedAt: new(when), Tags: map[string]string{"b": "2", "a": "1"}}},
			contentType: "application/json",
			want:        `{"control":{"createdAt":1772323200,"name":"MFA","tags":{"a":"1","b":"2"}}}`,
		},
		{
			name: "query: list and its empty form", svc: "sns", method: "POST", target: "/", body: "Action=ListSubscriptions" + snsForm,
			out:         &sns.ListSubscriptionsResponse{Subscriptions: []sns.Subscription{{Owner: new("1"), Endpoint: new("https://x/?a=1&b=<2>")}, {}}},
			contentType: "text/xml",
			want: `<ListSubscriptionsResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsResult><Subscriptions><member><Endpoint>https://x/?a=1&amp;b=&lt;2&gt;</Endpoint>` +
				`<Owner>1</Owner></member><member></member></Subscriptions></ListSubscriptionsResult>` +
				`<ResponseMetadata><RequestId>` + id + `</RequestId></ResponseMetadata></ListSubscriptionsResponse>`,
		},
		{
			name: "query: map", svc: "sns", method: "POST", target: "/", body: "Action=GetTopicAttributes&TopicArn=arn" + snsForm,
			out:         &sns.GetTopicAttributesResponse{Attributes: map[string]string{"Owner": "1", "DisplayName": ""}},
			contentType: "text/xml",
			want: `<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetTopicAttributesResult><Attributes>` +
				`<entry><key>DisplayName</key><value></value></entry><entry><key>Owner</key><value>1</value></entry></Attributes></GetTopicAttributesResult>` +
				`<ResponseMetadata><RequestId>` + id + `</RequestId></ResponseMetadata></GetTopicAttributesResponse>`,
		},
		{
			name: "query: no output", svc: "sns", method: "POST", target: "/", body: "Action=DeleteTopic&TopicArn=arn" + snsForm,
			contentType: "text/xml",
			want: `<DeleteTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ResponseMetadata><RequestId>` + id +
				`</RequestId></ResponseMetadata></DeleteTopicResponse>`,
		},
		{
			name: "query: times are texts", svc: "sts", method: "POST", target: "/", body: "Action=AssumeRole&RoleArn=arn:aws:iam::111122223333:role/x&RoleSessionName=ada" + stsForm,
			out:         &sts.AssumeRoleResponse{Credentials: &sts.Credentials{Expiration: new(when)}, PackedPolicySize: new(int64(0))},
			contentType: "text/xml",
			want: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><Expiration>2026-03-01T00:00:00Z</Expiration></Credentials>` +
				`<PackedPolicySize>0</PackedPolicySize></AssumeRoleResult><ResponseMetadata><RequestId>` + id + `</RequestId></ResponseMetadata></AssumeRoleResponse>`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStub(awswire.Config{}).all()
			s.out = tt.out
			got := s.do(tt.svc, tt.method, tt.target, tt.body, "X-Amz-Target", tt.header)
			if got.status != 200 || got.body != tt.want {
				t.Errorf("%d\n%s\nwant\n%s", got.status, got.body, tt.want)
			}
			if ct := got.header.Get("Content-Type"); ct != tt.contentType {
				t.Errorf("content type %q", ct)
			}
			for _, name := range []string{"X-Amzn-RequestId", "X-Amz-Request-Id"} {
				if got.header.Get(name) != id {
					t.Errorf("%s is %q", name, got.header.Get(name))
				}
			}
		})
	}
}
