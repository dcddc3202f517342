package wire

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// made is a service whose operations the tables call; its shapes have what the protocols differ in.
const made = `{"id":"Made","version":"2020-01-01","protocol":"PROTOCOL","endpointPrefix":"made","signingName":"made","targetPrefix":"Made","jsonVersion":"1.1",
"operations":{
 "Put":{"method":"PUT","uri":"/things/{Id}/{Rest+}?kind=a","input":{"shape":"In","locationName":"PutRequest","namespace":{"uri":"http://made/"}},"output":{"shape":"Out"},"resultWrapper":"PutResult"}},
"shapes":{
 "In":{"type":"structure","required":["Id"],"members":[
  {"name":"Id","shape":"string","location":"uri","locationName":"Id"},{"name":"Rest","shape":"string","location":"uri","locationName":"Rest"},
  {"name":"Page","shape":"integer","location":"querystring","locationName":"page"},{"name":"Since","shape":"timestamp","location":"querystring","locationName":"since"},
  {"name":"If","shape":"timestamp","location":"header","locationName":"X-If"},{"name":"Names","shape":"Names"},{"name":"Flat","shape":"Flat"},
  {"name":"Tags","shape":"Tags"},{"name":"At","shape":"timestamp","locationName":"at"},{"name":"Data","shape":"blob"},{"name":"Token","shape":"string","token":true}]},
 "Out":{"type":"structure","members":[{"name":"Names","shape":"Names","locationName":"nameSet"},{"name":"Flat","shape":"Flat"},{"name":"Tags","shape":"Tags"},
  {"name":"At","shape":"timestamp"},{"name":"Data","shape":"blob"},{"name":"Size","shape":"long"},{"name":"Share","shape":"double"},{"name":"On","shape":"boolean"},{"name":"Inner","shape":"Out"}]},
 "Names":{"type":"list","element":{"shape":"string","locationName":"item"}},
 "Flat":{"type":"list","element":{"shape":"string"},"flattened":true},
 "Tags":{"type":"map","key":{"shape":"string"},"element":{"shape":"string"}}}}`

func operation(t testing.TB, protocol string) *models.Operation {
	t.Helper()
	s, err := models.Read("made", []byte(strings.Replace(made, "PROTOCOL", protocol, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return s.Operations["Put"]
}

var input = Object{
	"Id": "a b/c", "Rest": "x/y z", "Page": "2", "Since": "2026-01-02", "If": "2026-01-02T03:04:05Z", "Names": []any{"n<1>", "n2"}, "Flat": []string{"f1", "f2"},
	"Tags": Object{"k": "v"}, "At": time.Date(2026, 1, 2, 3, 4, 5, 250e6, time.UTC), "Data": []byte("hi"),
}

func TestBuild(t *testing.T) {
	for _, c := range []struct{ protocol, path, query, header, body string }{
		{"json", "/", "", "Made.Put", `{"Data":"aGk=","Flat":["f1","f2"],"Names":["n<1>","n2"],"Tags":{"k":"v"},"Token":"T","at":1767323045.25}`},
		{"rest-json", "/things/a%20b%2Fc/x/y%20z", "kind=a&page=2&since=2026-01-02T00%3A00%3A00Z", "Fri, 02 Jan 2026 03:04:05 GMT", `{"Data":"aGk=","Flat":["f1","f2"],"Names":["n<1>","n2"],"Tags":{"k":"v"},"Token":"T","at":1767323045.25}`},
		{
			"rest-xml", "/things/a%20b%2Fc/x/y%20z", "kind=a&page=2&since=2026-01-02T00%3A00%3A00Z", "Fri, 02 Jan 2026 03:04:05 GMT",
			`<PutRequest xmlns="http://made/"><Names><item>n&lt;1&gt;</item><item>n2</item></Names><Flat>f1</Flat><Flat>f2</Flat><Tags><entry><key>k</key><value>v</value></entry></Tags><at>2026-01-02T03:04:05.25Z</at><Data>aGk=</Data><Token>T</Token></PutRequest>`,
		},
		{"query", "/", "", "", "Action=Put&Data=aGk%3D&Flat.1=f1&Flat.2=f2&Id=a+b%2Fc&Names.item.1=n%3C1%3E&Names.item.2=n2&Rest=x%2Fy+z&Tags.entry.1.key=k&Tags.entry.1.value=v&Token=T&Version=2020-01-01&X-If=2026-01-02T03%3A04%3A05Z&at=2026-01-02T03%3A04%3A05.25Z&page=2&since=2026-01-02T00%3A00%3A00Z"},
		{"ec2", "/", "", "", "Action=Put&At=2026-01-02T03%3A04%3A05.25Z&Data=aGk%3D&Flat.1=f1&Flat.2=f2&Id=a+b%2Fc&Names.1=n%3C1%3E&Names.2=n2&Page=2&Rest=x%2Fy+z&Since=2026-01-02T00%3A00%3A00Z&Tags.entry.1.key=k&Tags.entry.1.value=v&Token=T&Version=2020-01-01&X-If=2026-01-02T03%3A04%3A05Z"},
	} {
		t.Run(c.protocol, func(t *testing.T) {
			op := operation(t, c.protocol)
			in, err := Check("Inputs", op.Input, input)
			if err != nil {
				t.Fatal(err)
			}
			r, err := Build(op, in, func() string { return "T" })
			if err != nil {
				t.Fatal(err)
			}
			body := string(r.Body)
			if r.Path != c.path || r.Query.Encode() != c.query || body != c.body {
				t.Errorf("%s?%s\n%s\nwant %s?%s\n%s", r.Path, r.Query.Encode(), body, c.path, c.query, c.body)
			}
			if got := r.Header.Get("X-Amz-Target") + r.Header.Get("X-If"); got != c.header {
				t.Errorf("header %q, want %q", got, c.header)
			}
		})
	}
}

// A label is never empty, nor may a header end early: the request would be another one.
func TestBuildRefuses(t *testing.T) {
	op := operation(t, "rest-json")
	for _, in := range []Object{{"Id": ""}, {"Id": "a"}, {"Id": "a", "Rest": ""}} {
		if _, err := Build(op, in, func() string { return "" }); err == nil {
			t.Errorf("%v: no error", in)
		}
	}
	if err := setHeader(http.Header{}, "X-A", "b\r\nX-C: d"); err == nil {
		t.Error("a header with a line end was taken")
	}
}

func TestParse(t *testing.T) {
	want := Object{
		"Names": []any{"a", "b"}, "Flat": []any{"c", "d"}, "Tags": Object{"k": "v"}, "At": time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "Data": []byte("hi"),
		"Size": int64(1 << 40), "Share": 0.25, "On": true, "Inner": Object{"Names": []any{}, "Size": int64(0)},
	}
	const document = `{"nameSet":["a","b"],"Flat":["c","d"],"Tags":{"k":"v"},"At":1767323045,"Data":"aGk=","Size":1099511627776,"Share":0.25,"On":true,"Inner":{"nameSet":[],"Size":0,"At":null,"New":{"x":1}},"Other":[1]}`
	const elements = `<nameSet><item>a</item><!-- c --><item><![CDATA[b]]></item></nameSet><Flat>c</Flat><Tags><entry><key>k</key><value>v</value></entry></Tags><At>2026-01-02T04:04:05+01:00</At><Data>aGk=</Data>
		<Size>1099511627776</Size><Share>0.25</Share><On>true</On><Flat>d</Flat><Inner><nameSet/><Size>0</Size><At/></Inner><Other><Size>9</Size></Other>`
	for protocol, body := range map[string]string{
		"json": document, "rest-json": document, "rest-xml": `<?xml version="1.0"?><Out xmlns="http://made/">` + elements + `</Out>`,
		"query": "<PutResponse><Before/><PutResult>" + elements + "</PutResult></PutResponse>", "ec2": "<PutResponse><PutResult>" + elements + "</PutResult></PutResponse>",
	} {
		got, err := Parse(operation(t, protocol), 200, http.Header{}, []byte(body))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %v", protocol, got, err)
		}
	}
}

// What cannot be read is an error that names the member, not a guess.
func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ protocol, body, message string }{
		{"json", `{"Size":"many"}`, "Size is not a long: many"},
		{"json", `{"Inner":{"Tags":[1]}}`, "Inner.Tags is not a map"},
		{"json", `{"Names":`, ""},
		{"json", `{"nameSet":`, "not JSON"},
		{"rest-xml", `<Out><On>maybe</On></Out>`, "On is not a boolean: maybe"},
		{"rest-xml", `<Out><Inner>`, "unexpected EOF"},
		{"rest-xml", `gateway timeout`, "not XML"},
		{"json", strings.Repeat(`{"Inner":`, 500) + "1" + strings.Repeat("}", 500), "deeper"},
		{"rest-xml", "<Out>" + strings.Repeat("<Inner>", 500) + strings.Repeat("</Inner>", 500) + "</Out>", "deeper"},
	} {
		_, err := Parse(operation(t, c.protocol), 200, http.Header{}, []byte(c.body))
		if err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s %.40s: %v, want %s", c.protocol, c.body, err, c.message)
		}
	}
}

func TestFailure(t *testing.T) {
	for _, c := range []struct {
		name, service, operation string
		status                   int
		header                   map[string]string
		body                     string
		code, message, request   string
	}{
		{"json", "kms", "DescribeKey", 400, map[string]string{"X-Amzn-Requestid": "r"}, `{"__type":"a.b#NotFoundException","Message":"none"}`, "NotFoundException", "none", "r"},
		{"json of a service that spoke query", "sqs", "GetQueueAttributes", 400, map[string]string{"X-Amzn-Query-Error": "AWS.SimpleQueueService.NonExistentQueue;Sender"}, `{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"none"}`, "AWS.SimpleQueueService.NonExistentQueue", "none", ""},
		{"rest-json", "lambda", "GetFunction", 404, map[string]string{"X-Amzn-Errortype": "ResourceNotFoundException:http://x/"}, `{"Type":"User","message":"none"}`, "ResourceNotFoundException", "none", ""},
		{"rest-json, numbers", "apigateway", "GetStage", 403, nil, `{"code":403,"message":"no"}`, "403", "no", ""},
		{"query", "iam", "GetUser", 404, nil, `<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>a &amp; b</Message></Error><RequestId>r</RequestId></ErrorResponse>`, "NoSuchEntity", "a & b", "r"},
		{"ec2", "ec2", "DescribeVolumes", 403, nil, `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors><RequestID>r</RequestID></Response>`, "UnauthorizedOperation", "no", "r"},
		{"s3", "s3", "GetBucketAcl", 404, map[string]string{"X-Amz-Request-Id": "r"}, `<Error><Code>NoSuchBucket</Code><Message>none</Message></Error>`, "NoSuchBucket", "none", "r"},
		{"without a body", "s3", "HeadBucket", 404, nil, ``, "NotFound", "the service answered with status 404 Not Found", ""},
		{"a proxy's page", "ec2", "DescribeVolumes", 503, nil, `<html><body><h1>Sorry<br></h1>`, "ServiceUnavailable", "the service answered with status 503 Service Unavailable", ""},
		{"not JSON", "kms", "DescribeKey", 502, nil, `<html>`, "BadGateway", "the service answered with status 502 Bad Gateway", ""},
		{"an odd status", "kms", "DescribeKey", 999, nil, ``, "UnknownError", "the service answered with status 999", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := http.Header{}
			for k, v := range c.header {
				h.Set(k, v)
			}
			e := Failure(models.Find(c.service, c.operation), c.status, h, []byte(c.body))
			if e.Code != c.code || e.Message != c.message || e.RequestID != c.request || e.Status != c.status {
				t.Errorf("%q %q %q", e.Code, e.Message, e.RequestID)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	want := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, s := range []string{"2026-01-02T03:04:05Z", "2026-01-02T04:04:05+0100", "2026-01-02T03:04:05.000Z", "Fri, 02 Jan 2026 03:04:05 GMT", "1767323045", "1.767323045E9", "2026-01-02 03:04:05", "1767323045000"} {
		if got, err := parseTime(s); err != nil || !got.Equal(want) {
			t.Errorf("%s: %v %v", s, got, err)
		}
	}
	if got, _ := parseTime("1767323045.123"); got.Nanosecond() != 123e6 {
		t.Errorf("%v", got)
	}
	for _, s := range []string{"", "soon", "1e400", "NaN"} {
		if got, err := parseTime(s); err == nil {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestNextPage(t *testing.T) {
	p := &models.Page{In: []string{"Marker"}, Out: []string{"Next || Items[-1].Key"}, More: "More"}
	in := Object{"Marker": "a", "Prefix": "p"}
	for answer, want := range map[string]string{
		`{"Next":"n","More":true}`:                        "n",
		`{"Items":[{"Key":"x"},{"Key":"y"}],"More":true}`: "y",
		`{"Items":[{"Key":"y"}],"More":false}`:            "",
		`{"Items":[],"More":true}`:                        "",
		`{"Next":""}`:                                     "",
		`{"Next":"a"}`:                                    "error",
	} {
		var out Object
		_ = json.Unmarshal([]byte(answer), &out)
		next, more, err := NextPage(p, in, out)
		got, _ := next["Marker"].(string)
		switch {
		case err != nil:
			got = "error"
		case more != (got != "") || more && next["Prefix"] != "p":
			t.Errorf("%s: %v %v", answer, next, more)
		case !more:
			got = ""
		}
		if got != want || in["Marker"] != "a" {
			t.Errorf("%s: %q, want %q", answer, got, want)
		}
	}
}

// FuzzParse: whatever a service answers, there is a tree that JSON can hold, or an error.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		``, `{}`, `null`, `[1]`, `{"nameSet":["a"],"At":1e300,"Size":1.5e3,"Inner":{"Inner":{}}}`, `<Out><Flat>a</Flat><Tags><entry><key/></entry></Tags></Out>`,
		`<a><PutResult><At>x</At></PutResult></a>`, `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, `<a></b></c>`, `{"Tags":{"a":null}}`, `<Error><Code>`,
	} {
		f.Add([]byte(s), "rfc822 Fri, 02 Jan 2026 03:04:05 GMT")
	}
	var all []*models.Operation
	for _, protocol := range []string{"json", "rest-json", "rest-xml", "query", "ec2"} {
		all = append(all, operation(f, protocol))
	}
	for _, name := range []string{"s3:HeadObject", "s3:ListObjectsV2", "ec2:DescribeInstances", "lambda:Invoke", "cloudfront:GetDistribution", "cloudcontrol:GetResource"} {
		service, api, _ := strings.Cut(name, ":")
		all = append(all, models.Find(service, api))
	}
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		h := http.Header{"Last-Modified": {header}, "Content-Length": {header}, "X-Amz-Meta-A": {header}, "X-Amzn-Errortype": {header}}
		for _, op := range all {
			out, err := Parse(op, 200, h, body)
			if err == nil && out == nil {
				t.Fatalf("%s: neither an answer nor an error", op.Name)
			}
			if e := Failure(op, 400, h, body); e.Code == "" || e.Message == "" {
				t.Fatalf("%s: an error without a code or message", op.Name)
			}
			if _, _, err := NextPage(op.Page, Object{}, out); err != nil {
				continue
			}
		}
	})
}
