package awswire_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awsapi/organizations"
	"github.com/tickmark/tickmark/internal/awsapi/securityhub"
	"github.com/tickmark/tickmark/internal/awswire"
)

const orgTarget = "AWSOrganizationsV20161128."

// Inputs against the model's constraints, in the words and the shape of each service.
func TestValidation(t *testing.T) {
	tests := []struct {
		name, svc, method, target, body, header string
		code, message                           string
	}{
		{
			"required", "config", "POST", "/", `{}`, configTarget + "PutConfigRule", "ValidationException",
			"1 validation error detected: Value null at 'configRule' failed to satisfy constraint: Member must not be null",
		},
		{
			"several, nested", "config", "POST", "/", `{"ConfigRule":{"ConfigRuleName":"` + strings.Repeat("r", 129) + `","Source":{"Owner":"ME"}},"Tags":[{"Key":""}]}`,
			configTarget + "PutConfigRule", "ValidationException",
			"3 validation errors detected: Value '" + strings.Repeat("r", 129) + "' at 'configRule.configRuleName' failed to satisfy constraint: Member must have length less than or equal to 128; " +
				"Value 'ME' at 'configRule.source.owner' failed to satisfy constraint: Member must satisfy enum value set: [CUSTOM_LAMBDA, AWS, CUSTOM_POLICY]; " +
				"Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
		},
		{
			"length counts characters", "config", "POST", "/", `{"ConfigRule":{"ConfigRuleName":"` + strings.Repeat("é", 128) + `","Source":{"Owner":"AWS"}}}`,
			configTarget + "PutConfigRule", "", "",
		},
		{
			"elements of a list of texts", "config", "POST", "/", `{"ConfigRuleNames":["good"," "]}`, configTarget + "DescribeConfigRules", "ValidationException",
			"1 validation error detected: Value '[good,  ]' at 'configRuleNames' failed to satisfy constraint: Member must satisfy constraint: " +
				`[Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: .*\S.*]`,
		},
		{
			"list too long", "config", "POST", "/", `{"ConfigRuleNames":["` + strings.Repeat(`a","`, 25) + `b"]}`, configTarget + "DescribeConfigRules", "ValidationException",
			"Member must have length less than or equal to 25",
		},
		{
			"integer", "cloudtrail", "POST", "/", `{"MaxResults":51}`, trailTarget + "LookupEvents", "ValidationException",
			"1 validation error detected: Value '51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50",
		},
		{
			"pattern of a label", "auditmanager", "GET", "/controls/nope", "", "", "ValidationException", "at 'controlId' failed to satisfy constraint",
		},
		{
			"sensitive values are not repeated", "auditmanager", "POST", "/assessmentFrameworks",
			`{"name":"back\\slash","controlSets":[{"name":"a","controls":[{"id":"0a1b2c3d-0000-4000-8000-0123456789ab"}]}],"complianceType":"` + strings.Repeat("s", 101) + `"}`, "",
			"ValidationException", "2 validation errors detected: Value at 'complianceType' failed",
		},
		{
			"query without a model's code", "sts", "POST", "/", "Action=AssumeRole&RoleSessionName=a+b&RoleArn=arn:aws:iam::111122223333:role/x" + stsForm, "",
			"ValidationError", `Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`,
		},
		{"query with one", "sns", "POST", "/", "Action=CreateTopic" + snsForm, "", "InvalidParameter", "Value null at 'name'"},
		{"Organizations", "organizations", "POST", "/", `{"AccountId":"12"}`, orgTarget + "DescribeAccount", "InvalidInputException", "Value '12' at 'accountId'"},
		{"Security Hub", "securityhub", "POST", "/findings/import", `{"Findings":[]}`, "", "InvalidInputException", "at 'findings'"},
		{
			"map keys", "auditmanager", "POST", "/assessmentFrameworks",
			`{"name":"f","controlSets":[{"name":"a","controls":[{"id":"0a1b2c3d-0000-4000-8000-0123456789ab"}]}],"tags":{"aws:x":"1"}}`, "",
			"ValidationException", "Value '{aws:x=1}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [",
		},
		{
			"map keys that begin like the forbidden ones", "auditmanager", "POST", "/assessmentFrameworks",
			`{"name":"f","controlSets":[{"name":"a","controls":[{"id":"0a1b2c3d-0000-4000-8000-0123456789ab"}]}],"tags":{"a":"","aw":"","aws":"","awsx":"","aws.x":"","b:aws:":""}}`, "", "", "",
		},
		{
			"map value", "auditmanager", "POST", "/assessmentFrameworks",
			`{"name":"f","controlSets":[{"name":"a","controls":[{"id":"0a1b2c3d-0000-4000-8000-0123456789ab"}]}],"tags":{"x":"` + strings.Repeat("v", 257) + `"}}`, "",
			"ValidationException", "Map value must satisfy constraint: [",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStub(awswire.Config{}).all()
			organizations.OnDescribeAccount(s.Registry, handler[organizations.DescribeAccountRequest, organizations.DescribeAccountResponse](s))
			got := s.do(tt.svc, tt.method, tt.target, tt.body, "X-Amz-Target", tt.header)
			if tt.code == "" {
				if got.status != 200 {
					t.Errorf("%d %s", got.status, got.body)
				}
				return
			}
			var e struct {
				Type    string `json:"__type"`
				Message string
			}
			if got.body[0] == '{' {
				if err := json.Unmarshal([]byte(got.body), &e); err != nil {
					t.Fatal(err)
				}
			} else {
				e.Type, e.Message = between(got.body, "<Code>", "</Code>"), strings.ReplaceAll(between(got.body, "<Message>", "</Message>"), "&#39;", "'")
			}
			if got.status != 400 || e.Type != tt.code || !strings.Contains(e.Message, tt.message) {
				t.Errorf("%d %s\n%s\nwant %s\n%s", got.status, e.Type, e.Message, tt.code, tt.message)
			}
			if s.in != nil {
				t.Error("the handler was called")
			}
		})
	}
}

func between(text, open, end string) string {
	_, text, _ = strings.Cut(text, open)
	text, _, _ = strings.Cut(text, end)
	return text
}

// The members beside the message.
func TestValidationMembers(t *testing.T) {
	s := newStub(awswire.Config{}).all()
	got := s.do("auditmanager", "GET", "/controls?controlType=Odd&maxResults=0", "")
	var am auditManagerError
	if err := json.Unmarshal([]byte(got.body), &am); err != nil {
		t.Fatal(err)
	}
	if am.Reason != "fieldValidationFailed" || len(am.Fields) != 2 || am.Fields[0].Name != "controlType" ||
		am.Fields[0].Message != "Member must satisfy enum value set: ["+strings.Join([]string{auditmanager.ControlTypeStandard, auditmanager.ControlTypeCustom, "Core"}, ", ")+"]" {
		t.Errorf("%s", got.body)
	}
	organizations.OnDescribeAccount(s.Registry, handler[organizations.DescribeAccountRequest, organizations.DescribeAccountResponse](s))
	for body, reason := range map[string]string{`{}`: "INPUT_REQUIRED", `{"AccountId":"12345678901x"}`: "INVALID_PATTERN"} {
		got := s.json("organizations", orgTarget+"DescribeAccount", body)
		if !strings.Contains(got.body, `"Reason":"`+reason+`"`) {
			t.Errorf("%s: %s", body, got.body)
		}
	}
}

type auditManagerError struct {
	Reason string
	Fields []struct{ Name, Message string }
}

// Texts of several lines are texts: Security Hub's `.*\S.*` does not forbid line breaks.
func TestDotTakesLineBreaks(t *testing.T) {
	s := newStub(awswire.Config{}).all()
	body := `{"FindingIdentifiers":[{"Id":"a","ProductArn":"p"}],"Note":{"Text":"one\ntwo","UpdatedBy":"u"}}`
	if got := s.do("securityhub", "PATCH", "/findings/batchupdate", body); got.status != 200 {
		t.Fatal(got.body)
	}
	if in := s.in.(securityhub.BatchUpdateFindingsRequest); awswire.Val(in.Note.Text) != "one\ntwo" {
		t.Errorf("%+v", in)
	}
}

// A shape kept as JSON reaches its handler byte for byte.
func TestDocumentsAreKept(t *testing.T) {
	s := newStub(awswire.Config{}).all()
	const finding = `{"Id": "a", "x":1.50,"Unknown":["é"]}`
	if got := s.do("securityhub", "POST", "/findings/import", `{"Findings":[`+finding+`]}`); got.status != 200 {
		t.Fatal(got.body)
	}
	if in := s.in.(securityhub.BatchImportFindingsRequest); string(in.Findings[0]) != finding {
		t.Errorf("%s", in.Findings[0])
	}
}
