package awswire_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awsapi/securityhub"
	"github.com/tickmark/tickmark/internal/awswire"
)

// FuzzDecodeJSON11: whatever the body, the answer is well-formed JSON, and 200 or 400; what package json accepts as an
// object is never a syntax error, and the other way round.
func FuzzDecodeJSON11(f *testing.F) {
	s := newStub(awswire.Config{}).all()
	for _, seed := range []string{
		`{}`, `{"ConfigRule":{"ConfigRuleName":"a","Source":{"Owner":"AWS"}}}`, `{"ConfigRule":{"ConfigRuleName":1}}`, `{"Tags":[{"Key":"\ud83d\ude00"}]}`,
		`{"a":1e5,"b":[true,false,null,-0.1],"c":"\u0000"}`, `[`, `{"a":01}`, "{\"a\":\"\x01\"}", `{"a":"\x"}`, `{"x":1,}`, "\ufeff{}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		s.in = nil
		got := s.json("config", configTarget+"PutConfigRule", body)
		if !json.Valid([]byte(got.body)) || (got.status != 200 && got.status != 400) {
			t.Fatalf("%q: %d %s", body, got.status, got.body)
		}
		valid := json.Valid([]byte(body)) && strings.HasPrefix(strings.TrimLeft(body, " \t\r\n"), "{")
		if got.status == 200 && !valid {
			t.Errorf("%q was accepted", body)
		}
		if valid && strings.Contains(got.body, "should stand") {
			t.Errorf("%q is JSON: %s", body, got.body)
		}
		if in, ok := s.in.(config.PutConfigRuleRequest); ok && got.status == 200 {
			if in.ConfigRule == nil {
				t.Errorf("%q: a required member is missing", body)
			}
		}
	})
}

// FuzzDecodeRestJSON: paths, query strings and bodies of a large shape.
func FuzzDecodeRestJSON(f *testing.F) {
	s := newStub(awswire.Config{}).all()
	f.Add("findings/import", "", `{"Findings":[{"Id":"a","Severity":{"Normalized":7,"Product":1.5}}]}`)
	f.Add("controls", "controlType=Standard&maxResults=3&nextToken=a", "")
	f.Add("tags/arn%3Aaws%3Aauditmanager%3A%3A1%3Aassessment%2Fx", "tagKeys=a&tagKeys=b", "{")
	f.Fuzz(func(t *testing.T, path, query, body string) {
		for _, call := range []struct{ svc, method string }{{"securityhub", "POST"}, {"auditmanager", "GET"}, {"auditmanager", "DELETE"}} {
			req := httptest.NewRequest(call.method, "/", strings.NewReader(body))
			u, err := url.Parse("/" + path)
			if err != nil {
				return
			}
			req.URL = u
			req.URL.RawQuery = query
			w := httptest.NewRecorder()
			s.Serve(w, req, call.svc, caller)
			if w.Code == 501 {
				continue
			}
			if !json.Valid(w.Body.Bytes()) || (w.Code != 200 && w.Code != 400 && w.Code != 404) {
				t.Fatalf("%s %q %q %q: %d %s", call.method, path, query, body, w.Code, w.Body)
			}
		}
	})
}

// FuzzDecodeQuery: forms of any kind give an answer in XML, and lists no more elements than the form has parameters.
func FuzzDecodeQuery(f *testing.F) {
	s := newStub(awswire.Config{}).all()
	f.Add("Name=a&Tags.member.1.Key=k&Tags.member.1.Value=v&Attributes.entry.1.key=a&Attributes.entry.1.value=b")
	f.Add("Name=a&Tags.member.999999999.Key=k")
	f.Add("Name=a&Tags=&Attributes.entry.-1.key=a")
	f.Fuzz(func(t *testing.T, form string) {
		s.in = nil
		got := s.do("sns", "POST", "/", "Action=CreateTopic&"+form)
		if (got.status != 200 && got.status != 400) || !strings.HasPrefix(got.body, "<") {
			t.Fatalf("%q: %d %s", form, got.status, got.body)
		}
		if s.in == nil {
			return
		}
		if tags := reflect.ValueOf(s.in).FieldByName("Tags"); tags.Len() > strings.Count(form, "&")+1 {
			t.Errorf("%q: %d tags", form, tags.Len())
		}
	})
}

func BenchmarkServe(b *testing.B) {
	s := newStub(awswire.Config{}).all()
	s.out = &config.DescribeConfigRulesResponse{ConfigRules: []config.ConfigRule{{
		ConfigRuleName: new("s3-bucket-versioning-enabled"), ConfigRuleArn: new("arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-abcdef"),
		Source: &config.Source{Owner: new("AWS"), SourceIdentifier: new("S3_BUCKET_VERSIONING_ENABLED")}, ConfigRuleState: new("ACTIVE"),
	}}}
	b.Run("op=DescribeConfigRules", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s.log.Reset()
			if got := s.json("config", configTarget+"DescribeConfigRules", `{"ConfigRuleNames":["s3-bucket-versioning-enabled"]}`); got.status != 200 {
				b.Fatal(got.body)
			}
		}
	})
	finding := `{"SchemaVersion":"2018-10-08","Id":"a","ProductArn":"arn:aws:securityhub:eu-west-1::product/a/b","GeneratorId":"g","AwsAccountId":"111122223333",
		"CreatedAt":"2026-01-01T00:00:00Z","UpdatedAt":"2026-01-01T00:00:00Z","Title":"t","Description":"d","Resources":[{"Type":"AwsEc2SecurityGroup","Id":"sg"}]}`
	body := `{"Findings":[` + strings.Repeat(finding+",", 99) + finding + `]}`
	s.out = &securityhub.BatchImportFindingsResponse{SuccessCount: new(int64(100)), FailedCount: new(int64(0))}
	b.Run("op=BatchImportFindings/findings=100", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			s.log.Reset()
			if got := s.do("securityhub", "POST", "/findings/import", body); got.status != 200 {
				b.Fatal(got.body)
			}
		}
	})
}
