package awswire_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
)

const controlPath = "/controls/0a1b2c3d-0000-4000-8000-0123456789ab"

// call makes one request of a service that needs nothing else.
func (s *stub) call(svc string) reply {
	switch svc {
	case "config":
		return s.json(svc, configTarget+"DescribeConfigRules", "{}")
	case "cloudtrail":
		return s.json(svc, trailTarget+"LookupEvents", "{}")
	case "auditmanager":
		return s.do(svc, "GET", controlPath, "")
	case "sns":
		return s.do(svc, "POST", "/", "Action=ListSubscriptions"+snsForm)
	}
	return s.do("sts", "POST", "/", "Action=GetCallerIdentity"+stsForm)
}

// Errors of handlers in each protocol's shape, with the model's status and members.
func TestErrors(t *testing.T) {
	xml := func(ns, typ, code, message string) string {
		return `<ErrorResponse xmlns="` + ns + `"><Error><Type>` + typ + `</Type><Code>` + code + `</Code><Message>` + message +
			`</Message></Error><RequestId>019ca945-0a00-7000-8000-000000000001</RequestId></ErrorResponse>`
	}
	const snsNS, stsNS = "http://sns.amazonaws.com/doc/2010-03-31/", "https://sts.amazonaws.com/doc/2011-06-15/"
	tests := []struct {
		name, svc string
		err       error
		status    int
		want      string
	}{
		{
			"code of the model without members", "config", awswire.Errorf("NoSuchConfigRuleException", "No rule %q.", "x"), 400,
			`{"__type":"NoSuchConfigRuleException","message":"No rule \"x\"."}`,
		},
		{
			"CloudTrail's capital Message", "cloudtrail", awswire.Errorf("InvalidTimeRangeException", "No."), 400,
			`{"__type":"InvalidTimeRangeException","Message":"No."}`,
		},
		{
			"status and members of the model", "auditmanager",
			awswire.Errorf("ResourceNotFoundException", "No.").With("resourceId", "7").With("resourceType", "CONTROL").With("unheard", 1), 404,
			`{"__type":"ResourceNotFoundException","message":"No.","resourceId":"7","resourceType":"CONTROL"}`,
		},
		{
			"required members are there", "auditmanager", awswire.Errorf("ResourceNotFoundException", "No."), 404,
			`{"__type":"ResourceNotFoundException","message":"No.","resourceId":"","resourceType":""}`,
		},
		{
			"402", "auditmanager", fault.New(fault.Quota, "Too many."), 402,
			`{"__type":"ServiceQuotaExceededException","message":"Too many."}`,
		},
		{
			"fault not found", "auditmanager", fault.Missing("control", "7"), 404,
			`{"__type":"ResourceNotFoundException","message":"There is no control \"7\".","resourceId":"7","resourceType":"control"}`,
		},
		{
			"fault invalid names the field", "auditmanager", fault.Invalidf("name", "The name is taken."), 400,
			`{"__type":"ValidationException","message":"The name is taken.","fields":[{"message":"The name is taken.","name":"name"}],"reason":"fieldValidationFailed"}`,
		},
		{
			"fault invalid without field", "auditmanager", fault.Invalidf("", "No."), 400,
			`{"__type":"ValidationException","message":"No.","reason":"other"}`,
		},
		{
			"fault with a code of the model", "config", fault.Missing("rule", "x").With("NoSuchConfigRuleException"), 400,
			`{"__type":"NoSuchConfigRuleException","message":"There is no rule \"x\"."}`,
		},
		{
			"fault with a code of another service", "auditmanager", fault.Invalidf("", "No.").With("InvalidNextTokenException"), 400,
			`{"__type":"ValidationException","message":"No.","reason":"other"}`,
		},
		{
			"denied is 400 in awsJson", "config", fault.New(fault.Denied, "No."), 400,
			`{"__type":"AccessDeniedException","message":"No."}`,
		},
		{
			"denied is 403 in rest", "auditmanager", fault.New(fault.Denied, "No."), 403,
			`{"__type":"AccessDeniedException","message":"No."}`,
		},
		{
			"a failed signature keeps its name, awsJson", "config", fault.New(fault.Denied, "No.").With("InvalidSignatureException"), 400,
			`{"__type":"InvalidSignatureException","message":"No."}`,
		},
		{"a failed signature keeps its name, query", "sts", fault.New(fault.Denied, "No.").With("SignatureDoesNotMatch"), 403, xml(stsNS, "Sender", "SignatureDoesNotMatch", "No.")},
		{
			"a kind the model has no word for", "auditmanager", fault.Duplicate("framework", "x"), 400,
			`{"__type":"ValidationException","message":"The framework \"x\" exists already.","reason":"other"}`,
		},
		{"a kind no model of the protocol has a word for", "sts", fault.New(fault.Unavailable, "Later."), 503, xml(stsNS, "Receiver", "ServiceUnavailable", "Later.")},
		{
			"wire code of a shape, query", "sns", awswire.Errorf("InvalidParameterException", "a<b"), 400,
			xml(snsNS, "Sender", "InvalidParameter", "a&lt;b"),
		},
		{"fault not found, query", "sns", fault.Missing("topic", "t"), 404, xml(snsNS, "Sender", "NotFound", "There is no topic &#34;t&#34;.")},
		{"denied without a code in the model, query", "sts", fault.New(fault.Denied, "No."), 403, xml(stsNS, "Sender", "AccessDenied", "No.")},
		{
			"a handler's own wrapping", "config", errors.Join(errors.New("rules"), fault.New(fault.Throttled, "Slow.")), 400,
			`{"__type":"ThrottlingException","message":"Slow."}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStub(awswire.Config{}).all()
			s.err = tt.err
			got := s.call(tt.svc)
			if got.status != tt.status || got.body != tt.want {
				t.Errorf("%d %s\nwant %d %s", got.status, got.body, tt.status, tt.want)
			}
			if tt.want[0] == '{' {
				var e struct {
					Type string `json:"__type"`
				}
				if err := json.Unmarshal([]byte(got.body), &e); err != nil || e.Type != got.header.Get("X-Amzn-ErrorType") {
					t.Errorf("%v, header %q", err, got.header.Get("X-Amzn-ErrorType"))
				}
			}
			if got.header.Get("X-Amzn-RequestId") == "" {
				t.Error("no request id")
			}
		})
	}
}

// What is nobody's mistake tells the client nothing and the log everything.
func TestInternalFailures(t *testing.T) {
	disk := errors.New("disk is full at /secret")
	tests := []struct{ svc, code string }{
		{"config", "InternalFailure"},
		{"auditmanager", "InternalServerException"},
		{"sns", "<Code>InternalError</Code>"},
		{"sts", "<Type>Receiver</Type><Code>InternalFailure</Code>"},
	}
	for _, tt := range tests {
		for _, err := range []error{disk, &fault.Error{Kind: fault.Internal, Message: "m", Err: disk}} {
			s := newStub(awswire.Config{}).all()
			s.err = err
			got := s.call(tt.svc)
			if got.status != 500 || !strings.Contains(got.body, tt.code) || strings.Contains(got.body, "secret") {
				t.Errorf("%s: %d %s", tt.svc, got.status, got.body)
			}
			if log := s.log.String(); !strings.Contains(log, "disk is full at /secret") || !strings.Contains(log, got.header.Get("X-Amzn-RequestId")) {
				t.Errorf("%s: log %s", tt.svc, log)
			}
		}
	}
}

func TestPanicBecomes500(t *testing.T) {
	s := newStub(awswire.Config{})
	config.OnDescribeConfigRules(s.Registry, func(context.Context, *config.DescribeConfigRulesRequest) (*config.DescribeConfigRulesResponse, error) {
		panic("boom")
	})
	got := s.call("config")
	if got.status != 500 || strings.Contains(got.body, "boom") {
		t.Errorf("%d %s", got.status, got.body)
	}
	if log := s.log.String(); !strings.Contains(log, "panic: boom") || !strings.Contains(log, "error_test.go") {
		t.Errorf("log %s", log)
	}
}

// A service's own table of faults goes first; what it leaves takes the default.
func TestMapFaults(t *testing.T) {
	s := newStub(awswire.Config{}).all()
	s.MapFaults(config.Service, func(f *fault.Error) *awswire.Error {
		if f.Kind == fault.NotFound && f.Type == "rule" {
			return awswire.Errorf("NoSuchConfigRuleException", "%s", f.Message)
		}
		return nil
	})
	s.err = fault.Missing("rule", "x")
	if got := s.call("config"); !strings.Contains(got.body, "NoSuchConfigRuleException") {
		t.Error(got.body)
	}
	s.err = fault.Missing("query", "x")
	if got := s.call("config"); !strings.Contains(got.body, `"ResourceNotFoundException"`) {
		t.Error(got.body)
	}
}

// Requests that reach no handler.
func TestRefused(t *testing.T) {
	tests := []struct {
		name, svc, method, target, body, header string
		status                                  int
		code, says                              string
	}{
		{"no target", "config", "POST", "/", "{}", "", 404, "UnknownOperationException", "X-Amz-Target"},
		{"unknown operation", "config", "POST", "/", "{}", configTarget + "Explode", 404, "UnknownOperationException", "Explode"},
		{"target of another service", "config", "POST", "/", "{}", trailTarget + "LookupEvents", 404, "UnknownOperationException", "LookupEvents"},
		{"part of a prefix", "cloudtrail", "POST", "/", "{}", "20131101.LookupEvents", 404, "UnknownOperationException", "LookupEvents"},
		{"GET", "config", "GET", "/", "", configTarget + "DescribeConfigRules", 404, "UnknownOperationException", "POST"},
		{"not JSON", "config", "POST", "/", "{", configTarget + "DescribeConfigRules", 400, "SerializationException", "ends"},
		{"text after the object", "config", "POST", "/", "{} {}", configTarget + "DescribeConfigRules", 400, "SerializationException", "the end"},
		{"a list", "config", "POST", "/", "[]", configTarget + "DescribeConfigRules", 400, "SerializationException", "an object"},
		{"wrong type", "config", "POST", "/", `{"ConfigRule":{"Source":{"SourceDetails":[{"EventSource":7}]}}}`, configTarget + "PutConfigRule", 400, "SerializationException", "'configRule.source.sourceDetails.1.member.eventSource'"},
		{"null in a list", "config", "POST", "/", `{"ConfigRuleNames":["a",null]}`, configTarget + "DescribeConfigRules", 400, "SerializationException", "'configRuleNames.2.member'"},
		{"fraction", "cloudtrail", "POST", "/", `{"MaxResults":1.5}`, trailTarget + "LookupEvents", 400, "SerializationException", "'maxResults'"},
		{"not a time", "cloudtrail", "POST", "/", `{"StartTime":"yesterday"}`, trailTarget + "LookupEvents", 400, "SerializationException", "'startTime'"},
		{"year 100000", "cloudtrail", "POST", "/", `{"StartTime":1e30}`, trailTarget + "LookupEvents", 400, "SerializationException", "'startTime'"},
		{"too deep", "config", "POST", "/", `{"x":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`, configTarget + "DescribeConfigRules", 400, "SerializationException", "deeper"},
		{"no such path", "auditmanager", "GET", "/nowhere", "", "", 404, "UnknownOperationException", "GET /nowhere"},
		{"double slash", "auditmanager", "GET", "//controls", "", "", 404, "UnknownOperationException", ""},
		{"empty label", "auditmanager", "GET", "/controls/", "", "", 404, "UnknownOperationException", ""},
		{"rest: not JSON says why in the service's way", "auditmanager", "POST", "/assessmentFrameworks", "{]", "", 400, "ValidationException", `"reason":"cannotParse"`},
		{"rest: query text that is no number", "auditmanager", "GET", "/controls?controlType=Custom&maxResults=many", "", "", 400, "ValidationException", "'maxResults'"},
		{"rest: bad escape in the query string", "auditmanager", "GET", "/controls?controlType=%zz", "", "", 400, "ValidationException", "query string"},
		{"no action", "sns", "POST", "/", "Version=2010-03-31", "", 400, "MissingAction", ""},
		{"unknown action", "sns", "POST", "/", "Action=Explode" + snsForm, "", 400, "InvalidAction", "Explode"},
		{"version of another service", "sns", "POST", "/", "Action=ListTopics" + stsForm, "", 400, "InvalidAction", "2011-06-15"},
		{"malformed form", "sns", "POST", "/", "Action=%zz", "", 400, "MalformedInput", ""},
		{"list element without number", "sns", "POST", "/", "Action=CreateTopic&Name=a&Tags.member.x.Key=b" + snsForm, "", 400, "MalformedInput", "'tags'"},
		{"list element with two spellings of a number", "sns", "POST", "/", "Action=CreateTopic&Name=a&Tags.member.01.Key=b" + snsForm, "", 400, "MalformedInput", "'tags'"},
		{"entry without key", "sns", "POST", "/", "Action=CreateTopic&Name=a&Attributes.entry.1.value=b" + snsForm, "", 400, "MalformedInput", "'attributes'"},
		{"deep parameter", "sns", "POST", "/", "Action=CreateTopic&" + strings.Repeat("a.", 100) + "=b", "", 400, "MalformedInput", "deeper"},
		{"service nobody knows", "ec2", "POST", "/", "", "", 404, "UnknownOperationException", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStub(awswire.Config{}).all()
			got := s.do(tt.svc, tt.method, tt.target, tt.body, "X-Amz-Target", tt.header)
			if got.status != tt.status || !strings.Contains(got.body, tt.code) || !strings.Contains(strings.ReplaceAll(got.body, "&#39;", "'"), tt.says) {
				t.Errorf("%d %s\nwant %d %s %s", got.status, got.body, tt.status, tt.code, tt.says)
			}
			if s.in != nil {
				t.Errorf("the handler was called with %v", s.in)
			}
		})
	}
}

func TestBodyLimits(t *testing.T) {
	s := newStub(awswire.Config{BodyLimit: 10, BodyLimits: map[string]int64{"cloudtrail": 100, "config.DescribeConfigRules": 50}}).all()
	body := `{"x":"` + strings.Repeat("y", 30) + `"}`
	for _, tt := range []struct {
		svc, target string
		status      int
	}{
		{"config", configTarget + "PutConfigRule", 413},
		{"config", configTarget + "DescribeConfigRules", 200},
		{"cloudtrail", trailTarget + "LookupEvents", 200},
	} {
		if got := s.json(tt.svc, tt.target, body); got.status != tt.status {
			t.Errorf("%s: %d %s", tt.target, got.status, got.body)
		}
	}
	if got := s.do("sns", "POST", "/", "Action=ListTopics&"+body); got.status != 413 || !strings.Contains(got.body, "RequestEntityTooLarge") {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// The body may be a reader that verifies a signature: its error is the answer; one that ends early is the client's.
func TestBodyErrors(t *testing.T) {
	s := newStub(awswire.Config{}).all()
	for _, tt := range []struct {
		err    error
		status int
		says   string
	}{
		{awswire.Errorf("XAmzContentSHA256Mismatch", "The body is not what was signed."), 400, "XAmzContentSHA256Mismatch"},
		{io.ErrUnexpectedEOF, 400, "ends early"},
	} {
		req := httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader("{"), failing{tt.err}))
		req.Header.Set("X-Amz-Target", configTarget+"DescribeConfigRules")
		w := httptest.NewRecorder()
		s.Serve(w, req, "config", caller)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// Authorize is asked about the operation found, before the input is looked at, and its error is the answer.
func TestAuthorize(t *testing.T) {
	var asked string
	s := newStub(awswire.Config{Authorize: func(ctx context.Context, service, op string) error {
		asked = service + ":" + op + " by " + awswire.CallerFrom(ctx).PrincipalARN
		return fault.New(fault.Denied, "User %s may not.", awswire.CallerFrom(ctx).UserID)
	}}).all()
	got := s.do("auditmanager", "POST", "/assessmentFrameworks", "{]")
	if got.status != 403 || asked != "auditmanager:CreateAssessmentFramework by arn:aws:iam::111122223333:user/ada" {
		t.Errorf("%d %s; asked %s", got.status, got.body, asked)
	}
}

// Refuse answers before a caller is known, in the service's shape.
func TestRefuse(t *testing.T) {
	s := newStub(awswire.Config{})
	for svc, want := range map[string]string{
		"config": `{"__type":"UnrecognizedClientException","message":"Who?"}`,
		"sts":    "<Code>UnrecognizedClientException</Code>",
		"ec2":    `{"__type":"UnrecognizedClientException","message":"Who?"}`,
		"s3":     "?>\n<Error><Code>UnrecognizedClientException</Code><Message>Who?</Message><RequestId>",
	} {
		w := httptest.NewRecorder()
		s.Refuse(w, httptest.NewRequest("POST", "/", nil), svc, awswire.Errorf("UnrecognizedClientException", "Who?"))
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", svc, w.Code, w.Body)
		}
	}
}

// One record a request: who did what, with which outcome; nothing of the body.
func TestRequestRecord(t *testing.T) {
	s := newStub(awswire.Config{}).all()
	s.err = fault.Missing("rule", "x").With("NoSuchConfigRuleException")
	got := s.json("config", configTarget+"DescribeConfigRules", `{"ConfigRuleNames":["hush"]}`)
	if lines := bytes.Count(s.log.Bytes(), []byte("\n")); lines != 1 || strings.Contains(s.log.String(), "hush") {
		t.Fatalf("log %s", s.log.String())
	}
	var rec map[string]any
	if err := json.Unmarshal(s.log.Bytes(), &rec); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"service": "config", "operation": "DescribeConfigRules", "account": "111122223333", "region": "eu-west-1",
		"principal": "arn:aws:iam::111122223333:user/ada", "status": 400.0, "code": "NoSuchConfigRuleException",
		"requestId": got.header.Get("X-Amzn-RequestId"), "latency": 0.0,
	} {
		if rec[key] != want {
			t.Errorf("%s is %v", key, rec[key])
		}
	}
}
