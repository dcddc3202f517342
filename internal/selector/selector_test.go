package selector_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/selector"
	"github.com/tickmark/tickmark/internal/trail"
)

func event(t testing.TB, members string) *trail.Event {
	t.Helper()
	e, err := trail.Decode([]byte(`{"eventVersion":"1.11","eventTime":"2026-01-05T08:00:00Z","eventID":"1","awsRegion":"eu-west-1","recipientAccountId":"111122223333",` + members + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return &e
}

// advanced reads selectors as they are written on the wire.
func advanced(t testing.TB, text string) (out []selector.Advanced) {
	t.Helper()
	var list []struct {
		Name           string
		FieldSelectors []selector.Field
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		out = append(out, selector.Advanced{Name: a.Name, Fields: a.FieldSelectors})
	}
	return out
}

const (
	management = `{"Field":"eventCategory","Equals":["Management"]}`
	data       = `{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]}`
	network    = `{"Field":"eventCategory","Equals":["NetworkActivity"]},{"Field":"eventSource","Equals":["ec2.amazonaws.com"]}`
)

func one(fields ...string) string {
	return `[{"FieldSelectors":[` + strings.Join(fields, ",") + `]}]`
}

func values(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%q", fmt.Sprint("v", i))
	}
	return "[" + strings.Join(list, ",") + "]"
}

func TestAdvancedIsChecked(t *testing.T) {
	both, trails, stores, neither := [2]bool{true, true}, [2]bool{true, false}, [2]bool{false, true}, [2]bool{}
	for text, good := range map[string][2]bool{
		one(management): both, one(data): both, one(network): both, `[]`: neither,
		one(`{"Field":"readOnly","Equals":["true"]}`):                                                                                            neither,
		one(`{"Field":"eventCategory","NotEquals":["Data"]}`):                                                                                    neither,
		one(`{"Field":"eventCategory","Equals":["Management","Data"]}`):                                                                          neither,
		one(`{"Field":"eventCategory","Equals":["Other"]}`):                                                                                      neither,
		one(management, management):                                                                                                              neither,
		one(`{"Field":"eventCategory","Equals":["Data"]}`):                                                                                       neither,
		one(`{"Field":"eventCategory","Equals":["NetworkActivity"]}`):                                                                            neither,
		one(management, `{"Field":"readOnly","Equals":["true"]}`):                                                                                both,
		one(management, `{"Field":"readOnly","Equals":["yes"]}`):                                                                                 neither,
		one(management, `{"Field":"readOnly","Equals":["true","false"]}`):                                                                        neither,
		one(management, `{"Field":"readOnly","NotEquals":["true"]}`):                                                                             neither,
		one(management, `{"Field":"eventSource","NotEquals":["kms.amazonaws.com"]}`):                                                             both,
		one(management, `{"Field":"eventSource","NotEquals":["iam.amazonaws.com"]}`):                                                             stores,
		one(management, `{"Field":"eventSource","Equals":["kms.amazonaws.com"]}`):                                                                stores,
		one(management, `{"Field":"eventName","StartsWith":["Create"]}`):                                                                         stores,
		one(management, `{"Field":"eventType","Equals":["AwsApiCall"]}`):                                                                         stores,
		one(management, `{"Field":"userIdentity.arn","EndsWith":["/a"]}`):                                                                        stores,
		one(management, `{"Field":"sessionCredentialFromConsole","NotEquals":["true"]}`):                                                         stores,
		one(management, `{"Field":"sessionCredentialFromConsole","Equals":["false"]}`):                                                           neither,
		one(management, `{"Field":"resources.type","Equals":["AWS::S3::Object"]}`):                                                               neither,
		one(management, `{"Field":"errorCode","Equals":["AccessDenied"]}`):                                                                       neither,
		one(management, `{"Field":"eventSource"}`):                                                                                               neither,
		one(management, `{"Field":"eventSource","NotEquals":[""]}`):                                                                              neither,
		one(data, `{"Field":"resources.type","Equals":["AWS::Lambda::Function"]}`):                                                               neither,
		one(data, `{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::b/"],"NotEquals":["x"]}`):                                                both,
		one(data, `{"Field":"eventName","Equals":["a\nb"]}`):                                                                                     neither,
		one(data, `{"Field":"vpcEndpointId","Equals":["vpce-1"]}`):                                                                               neither,
		one(data, `{"Field":"userIdentity.arn","NotStartsWith":["arn:aws:sts"]}`):                                                                both,
		one(`{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["S3"]}`):                                            neither,
		one(`{"Field":"eventCategory","Equals":["NetworkActivity"]},{"Field":"eventSource","NotEquals":["ec2.amazonaws.com"]}`):                  neither,
		one(`{"Field":"eventCategory","Equals":["NetworkActivity"]},{"Field":"eventSource","Equals":["ec2.amazonaws.com","kms.amazonaws.com"]}`): neither,
		one(network, `{"Field":"errorCode","Equals":["VpceAccessDenied"]}`):                                                                      both,
		one(network, `{"Field":"errorCode","Equals":["AccessDenied"]}`):                                                                          neither,
		one(network, `{"Field":"vpcEndpointId","StartsWith":["vpce-"]}`):                                                                         both,
		one(network, `{"Field":"readOnly","Equals":["true"]}`):                                                                                   neither,
		one(network, `{"Field":"userIdentity.arn","Equals":["x"]}`):                                                                              trails,
		one(`{"Field":"eventCategory","Equals":["ActivityAuditLog"]}`):                                                                           stores,
		one(`{"Field":"eventCategory","Equals":["Insight"]}`):                                                                                    stores,
		one(`{"Field":"eventCategory","Equals":["Evidence"]}`, `{"Field":"eventName","Equals":["x"]}`):                                           neither,
		`[{"FieldSelectors":[` + management + `]},{"FieldSelectors":[{"Field":"eventCategory","Equals":["ConfigurationItem"]}]}]`:                neither,
		`[{"FieldSelectors":[` + management + `]},{"FieldSelectors":[` + data + `]}]`:                                                            both,
		`[{"Name":"` + strings.Repeat("n", 1001) + `","FieldSelectors":[` + management + `]}]`:                                                   neither,
		one(data, `{"Field":"eventName","Equals":`+values(498)+`}`):                                                                              both,
		one(data, `{"Field":"eventName","Equals":`+values(400)+`,"NotEquals":`+values(99)+`}`):                                                   neither,
		one(data, `{"Field":"eventName","Equals":["`+strings.Repeat("x", 2049)+`"]}`):                                                            neither,
	} {
		for kind, want := range good {
			_, err := selector.Compile(advanced(t, text), selector.Kind(kind))
			f, coded := errors.AsType[*fault.Error](err)
			if (err == nil) != want || err != nil && (!coded || f.Code != "InvalidEventSelectorsException") {
				t.Errorf("%.200s of kind %d: %v", text, kind, err)
			}
		}
	}
}

func TestBasicIsChecked(t *testing.T) {
	s3 := func(v ...string) selector.Basic {
		return selector.Basic{ReadWrite: selector.All, Resources: []selector.DataResource{{Type: "AWS::S3::Object", Values: v}}}
	}
	typed := func(typ string, v ...string) selector.Basic {
		return selector.Basic{ReadWrite: selector.All, Resources: []selector.DataResource{{Type: typ, Values: v}}}
	}
	many := make([]string, 126)
	for i := range many {
		many[i] = fmt.Sprintf("arn:aws:s3:::b%d/", i)
	}
	for _, c := range []struct {
		basic []selector.Basic
		good  bool
	}{
		{selector.Default(), true},
		{nil, false},
		{slices.Repeat(selector.Default(), 5), true},
		{slices.Repeat(selector.Default(), 6), false},
		{[]selector.Basic{{ReadWrite: "read-only"}}, false},
		{[]selector.Basic{{ReadWrite: "All", Management: true, Exclude: []string{"kms.amazonaws.com", "rdsdata.amazonaws.com"}}}, true},
		{[]selector.Basic{{ReadWrite: "All", Management: true, Exclude: []string{"iam.amazonaws.com"}}}, false},
		{[]selector.Basic{s3("arn:aws:s3")}, true},
		{[]selector.Basic{s3("arn:aws:s3:::")}, true},
		{[]selector.Basic{s3("arn:aws-cn:s3:::b/")}, true},
		{[]selector.Basic{s3("arn:aws:s3:::b/x", "arn:aws:s3:::c/")}, true},
		{[]selector.Basic{s3()}, false},
		{[]selector.Basic{s3("arn:aws:s3:::b")}, false},
		{[]selector.Basic{s3("arn:aws:s3:::*")}, false},
		{[]selector.Basic{s3("b/")}, false},
		{[]selector.Basic{s3("arn:aws:lambda")}, false},
		{[]selector.Basic{s3("arn:aws:s3:::b/*")}, false},
		{[]selector.Basic{typed("AWS::Lambda::Function", "arn:aws:lambda")}, true},
		{[]selector.Basic{typed("AWS::Lambda::Function", "arn:aws:lambda:eu-west-1:111122223333:function:f")}, true},
		{[]selector.Basic{typed("AWS::Lambda::Function", "arn:aws:lambda:::")}, false},
		{[]selector.Basic{typed("AWS::DynamoDB::Table", "arn:aws:dynamodb")}, true},
		{[]selector.Basic{typed("AWS::SNS::Topic", "arn:aws:sns")}, false},
		{[]selector.Basic{s3(many...), s3(many[:124]...)}, true},
		{[]selector.Basic{s3(many...), s3(many...)}, false},
	} {
		_, err := selector.CompileBasic(c.basic)
		f, coded := errors.AsType[*fault.Error](err)
		if (err == nil) != c.good || err != nil && (!coded || f.Code != "InvalidEventSelectorsException") {
			t.Errorf("%.200v: %v", c.basic, err)
		}
	}
}

// happened are the events that the tables below choose from, by name.
func happened(t testing.TB) map[string]*trail.Event {
	s3 := func(name, readOnly, key string) *trail.Event {
		return event(t, `"eventName":"`+name+`","eventSource":"s3.amazonaws.com","eventCategory":"Data","managementEvent":false,"readOnly":`+readOnly+
			`,"eventType":"AwsApiCall","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ana"},"requestParameters":{"bucketName":"b"},"resources":[{"type":"AWS::S3::Object",`+key+`},{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::b"}]`)
	}
	return map[string]*trail.Event{
		"create":  event(t, `"eventName":"CreateUser","eventSource":"iam.amazonaws.com","readOnly":false,"eventType":"AwsApiCall","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ana"},"sessionCredentialFromConsole":"true"`),
		"list":    event(t, `"eventName":"ListUsers","eventSource":"iam.amazonaws.com","readOnly":true,"eventType":"AwsApiCall","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/r/s"}`),
		"decrypt": event(t, `"eventName":"Decrypt","eventSource":"kms.amazonaws.com","readOnly":true,"eventType":"AwsApiCall"`),
		"login":   event(t, `"eventName":"ConsoleLogin","eventSource":"signin.amazonaws.com","eventType":"AwsConsoleSignIn"`),
		"get":     s3("GetObject", "true", `"ARN":"arn:aws:s3:::b/in/1"`),
		"put":     s3("PutObject", "false", `"ARN":"arn:aws:s3:::b/out/2"`),
		"objects": s3("ListObjects", "true", `"ARNPrefix":"arn:aws:s3:::b2/"`),
		"invoke":  event(t, `"eventName":"Invoke","eventSource":"lambda.amazonaws.com","eventCategory":"Data","readOnly":false,"resources":[{"accountId":"1","type":"AWS::Lambda::Function","ARN":"arn:aws:lambda:eu-west-1:111122223333:function:hello"}]`),
		"invoke2": event(t, `"eventName":"Invoke","eventSource":"lambda.amazonaws.com","eventCategory":"Data","readOnly":false,"resources":[{"type":"AWS::Lambda::Function","ARN":"arn:aws:lambda:eu-west-1:111122223333:function:hello2"}]`),
		"item":    event(t, `"eventName":"GetItem","eventSource":"dynamodb.amazonaws.com","eventCategory":"Data","readOnly":true,"resources":[{"type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:eu-west-1:111122223333:table/t"}]`),
		"nothing": event(t, `"eventName":"GetThing","eventSource":"x.amazonaws.com","eventCategory":"Data","readOnly":true`),
		"denied":  event(t, `"eventName":"ListKeys","eventSource":"kms.amazonaws.com","eventCategory":"NetworkActivity","eventType":"AwsVpceEvent","errorCode":"VpceAccessDenied","vpcEndpointId":"vpce-1"`),
		"passed":  event(t, `"eventName":"ListKeys","eventSource":"kms.amazonaws.com","eventCategory":"NetworkActivity","eventType":"AwsVpceEvent","vpcEndpointId":"vpce-2"`),
		"insight": event(t, `"eventType":"AwsCloudTrailInsight","eventCategory":"Insight","insightDetails":{"eventName":"RunInstances","eventSource":"ec2.amazonaws.com"}`),
	}
}

func taken(all map[string]*trail.Event, match func(*trail.Event) bool) (names []string) {
	for name, e := range all {
		if match(e) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func TestAdvanced(t *testing.T) {
	all := happened(t)
	kms := `{"Field":"eventCategory","Equals":["NetworkActivity"]},{"Field":"eventSource","Equals":["kms.amazonaws.com"]}`
	for _, c := range []struct{ text, want string }{
		{one(management), "create decrypt list login"},
		{one(management, `{"Field":"readOnly","Equals":["true"]}`), "decrypt list"},
		{one(management, `{"Field":"readOnly","Equals":["false"]}`), "create login"},
		{one(management, `{"Field":"eventSource","NotEquals":["kms.amazonaws.com","iam.amazonaws.com"]}`), "login"},
		{one(management, `{"Field":"eventName","StartsWith":["Create","Con"],"EndsWith":["crypt"]}`), "create decrypt login"},
		{one(management, `{"Field":"eventName","EndsWith":["User","Users","Login"],"NotStartsWith":["Con"],"NotEquals":["ListUsers"]}`), "create"},
		{one(management, `{"Field":"eventName","NotEndsWith":["s","t"]}`), "create login"},
		{one(management, `{"Field":"sessionCredentialFromConsole","Equals":["true"]}`), "create"},
		{one(management, `{"Field":"sessionCredentialFromConsole","NotEquals":["true"]}`), "decrypt list login"},
		{one(management, `{"Field":"userIdentity.arn","StartsWith":["arn:aws:iam"]}`), "create"},
		{one(management, `{"Field":"userIdentity.arn","NotStartsWith":["arn:aws:iam"]}`), "decrypt list login"},
		{one(management, `{"Field":"eventType","Equals":["AwsConsoleSignIn"]}`), "login"},
		{one(management, `{"Field":"eventName","StartsWith":["C"]}`, `{"Field":"eventName","NotEquals":["ConsoleLogin"]}`), "create"},
		{one(data), "get objects put"},
		{one(data, `{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::b/"]}`), "get put"},
		{one(data, `{"Field":"resources.ARN","Equals":["arn:aws:s3:::b"]}`), ""}, // that is the bucket, not the object
		{one(data, `{"Field":"resources.ARN","NotStartsWith":["arn:aws:s3:::b/in/","arn:aws:s3:::b2/"]}`), "put"},
		{one(data, `{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::b"],"NotEndsWith":["/"]}`, `{"Field":"readOnly","Equals":["true"]}`), "get"},
		{one(data, `{"Field":"eventName","Equals":["PutObject","ListObjects"]}`), "objects put"},
		{one(kms), "denied passed"},
		{one(kms, `{"Field":"errorCode","Equals":["VpceAccessDenied"]}`), "denied"},
		{one(kms, `{"Field":"vpcEndpointId","NotEquals":["vpce-1"]}`), "passed"},
		{one(`{"Field":"eventCategory","Equals":["Insight"]}`), "insight"},
		{`[{"FieldSelectors":[` + kms + `]},{"FieldSelectors":[` + data + `,{"Field":"readOnly","Equals":["false"]}]}]`, "denied passed put"},
	} {
		set, err := selector.Compile(advanced(t, c.text), selector.Store)
		if err != nil {
			t.Fatal(c.text, err)
		}
		if got := strings.Join(taken(all, set.Match), " "); got != c.want {
			t.Errorf("%s takes %q, want %q", c.text, got, c.want)
		}
		if got := strings.Join(taken(all, func(e *trail.Event) bool { return inBlock(set, e) }), " "); got != c.want {
			t.Errorf("%s takes %q of blocks, want %q", c.text, got, c.want)
		}
	}
}

// inBlock matches an event as a row that has nothing but what the set wants.
func inBlock(set *selector.Set, e *trail.Event) bool {
	b := &trail.Block{}
	b.Add(&trail.Event{}, set.Columns())
	b.Add(e, set.Columns())
	return set.MatchRow(b, 1)
}

func TestBasic(t *testing.T) {
	all := happened(t)
	of := func(typ string, v ...string) []selector.DataResource {
		return []selector.DataResource{{Type: typ, Values: v}}
	}
	for _, c := range []struct {
		basic []selector.Basic
		want  string
	}{
		{selector.Default(), "create decrypt list login"},
		{[]selector.Basic{{ReadWrite: selector.ReadOnly, Management: true}}, "decrypt list"},
		{[]selector.Basic{{ReadWrite: selector.WriteOnly, Management: true}}, "create login"},
		{[]selector.Basic{{ReadWrite: selector.All, Management: true, Exclude: []string{"kms.amazonaws.com"}}}, "create list login"},
		{[]selector.Basic{{ReadWrite: selector.All}}, ""},
		{[]selector.Basic{{ReadWrite: selector.All, Resources: of("AWS::S3::Object", "arn:aws:s3")}}, "get objects put"},
		{[]selector.Basic{{ReadWrite: selector.All, Resources: of("AWS::S3::Object", "arn:aws:s3:::")}}, "get objects put"},
		{[]selector.Basic{{ReadWrite: selector.All, Resources: of("AWS::S3::Object", "arn:aws:s3:::b/")}}, "get put"},
		{[]selector.Basic{{ReadWrite: selector.WriteOnly, Resources: of("AWS::S3::Object", "arn:aws:s3:::b/", "arn:aws:s3:::b2/")}}, "put"},
		{[]selector.Basic{{ReadWrite: selector.All, Resources: of("AWS::Lambda::Function", "arn:aws:lambda")}}, "invoke invoke2"},
		{[]selector.Basic{{ReadWrite: selector.All, Resources: of("AWS::Lambda::Function", "arn:aws:lambda:eu-west-1:111122223333:function:hello")}}, "invoke"},
		{[]selector.Basic{{ReadWrite: selector.All, Resources: of("AWS::DynamoDB::Table", "arn:aws:dynamodb")}}, "item"},
		{[]selector.Basic{{ReadWrite: selector.All, Resources: of("AWS::DynamoDB::Table", "arn:aws:dynamodb:eu-west-1:111122223333:table/t2")}}, ""},
		{[]selector.Basic{{ReadWrite: selector.ReadOnly, Management: true}, {ReadWrite: selector.WriteOnly, Resources: of("AWS::S3::Object", "arn:aws:s3")}}, "decrypt list put"},
	} {
		set, err := selector.CompileBasic(c.basic)
		if err != nil {
			t.Fatal(c.basic, err)
		}
		if got := strings.Join(taken(all, set.Match), " "); got != c.want {
			t.Errorf("%v takes %q, want %q", c.basic, got, c.want)
		}
	}
}

// What stores may ask their index says no less than the selectors, and the record is not read where none needs it.
func TestParts(t *testing.T) {
	for _, c := range []struct {
		text, parts string
		columns     []trail.Column
	}{
		{one(management), "[{Management [] true}]", []trail.Column{trail.ColumnCategory}},
		{one(management, `{"Field":"eventSource","Equals":["b","a"]}`, `{"Field":"readOnly","Equals":["true"]}`), "[{Management [a b] false}]", []trail.Column{trail.ColumnSource, trail.ColumnCategory, trail.ColumnReadOnly}},
		{one(management, `{"Field":"eventSource","Equals":["a"],"StartsWith":["b"]}`), "[{Management [] false}]", []trail.Column{trail.ColumnSource, trail.ColumnCategory}},
		{one(management, `{"Field":"eventSource","NotEquals":["a"]}`), "[{Management [] false}]", []trail.Column{trail.ColumnSource, trail.ColumnCategory}},
		{one(data), "[{Data [] false}]", []trail.Column{trail.ColumnCategory, trail.ColumnRaw}},
	} {
		set, err := selector.Compile(advanced(t, c.text), selector.Store)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(set.Parts()); got != c.parts || !slices.Equal(set.Columns(), c.columns) {
			t.Errorf("%s: parts %s, columns %v", c.text, got, set.Columns())
		}
	}
	set, _ := selector.Compile(advanced(t, `[{"FieldSelectors":[`+data+`]},{"FieldSelectors":[`+management+`]},{"FieldSelectors":[`+data+`]}]`), selector.Trail)
	if got := set.Categories(); !slices.Equal(got, []string{"Data", "Management"}) || set.Takes("Insight") || !set.Takes("Data") {
		t.Errorf("categories %v", got)
	}
}
