package cel_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/cel"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

const bucket = `{"configurationItemVersion":"1.3","configurationItemCaptureTime":"2026-03-04T05:06:07Z","configurationStateId":1772600767000,
"awsAccountId":"111122223333","configurationItemStatus":"OK","resourceType":"AWS::S3::Bucket","resourceId":"logs","resourceName":"logs",
"ARN":"arn:aws:s3:::logs","awsRegion":"eu-west-1","availabilityZone":"Regional","resourceCreationTime":"2026-01-02T00:00:00Z",
"tags":{"env":"prod","team":"x"},"relatedEvents":[],"relationships":[{"resourceType":"AWS::EC2::VPC","resourceId":"vpc-1","name":"Is contained in Vpc"}],
"configuration":{"name":"logs","size":7,"ratio":0.5,"large":18446744073709551615,"huge":1e999,"on":true,"nothing":null,"names":["a","b","c"],"empty":[],
"rules":[{"port":22,"cidr":"10.0.0.0/8"},{"port":443}],"nested":{"deep":{"value":1}},"policy":"%7B%22Version%22%3A%222012%22%7D","plain":"{\"Id\":[1,2]}"},
"supplementaryConfiguration":{"PublicAccessBlockConfiguration":"{\"blockPublicAcls\":true}","Note":"text"}}`

func item(t testing.TB, text string) *inventory.Item {
	t.Helper()
	it, err := inventory.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return it
}

func input(t testing.TB) cel.Input {
	now := time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
	return cel.Input{Item: item(t, bucket), Parameters: map[string]string{"max": "5", "names": "a,b"}, Now: func() time.Time { return now }}
}

const (
	pass    = rule.Compliant
	fail    = rule.NonCompliant
	skip    = rule.NotApplicable
	unknown = rule.InsufficientData
)

var expressions = []struct {
	text string
	want rule.Verdict
	why  string
}{
	{`true`, pass, "The policy holds."},
	{`configuration.size > 9`, fail, "The policy does not hold: configuration.size > 9"},
	// the item
	{`resourceType == "AWS::S3::Bucket" && resourceId == "logs" && resourceName == "logs"`, pass, ""},
	{`accountId == "111122223333" && awsRegion == "eu-west-1" && arn == "arn:aws:s3:::logs" && version == "1.3"`, pass, ""},
	{`availabilityZone == "Regional" && configurationItemStatus == "OK"`, pass, ""},
	{`configurationItemCaptureTime > resourceCreationTime`, pass, ""},
	{`tags.env == "prod" && "team" in tags && size(tags) == 2`, pass, ""},
	{`tags.all(k, k in ["env", "team"])`, pass, ""},
	{`relationships.exists(r, r.resourceType == "AWS::EC2::VPC" && r.resourceId == "vpc-1")`, pass, ""},
	{`has(item.resourceName) && !has(item.nope) && item.configuration.size == 7`, pass, ""},
	{`now - resourceCreationTime > duration("240h")`, pass, ""},
	{`parameters.max == "5" && int(parameters.max) < configuration.size`, pass, ""},
	{`configuration.name in parameters.names.split(",")`, fail, ""},
	// values
	{`configuration.size == 7 && configuration.size == 7.0 && configuration.ratio < 1`, pass, ""},
	{`configuration.large > 1 && configuration.on && configuration.names[1] == "b"`, pass, ""},
	{`configuration.names == ["a", "b", "c"] && ["a", "b", "c"] == configuration.names`, pass, ""},
	{`configuration.nested == {"deep": {"value": 1}} && {"deep": {"value": 1}} == configuration.nested`, pass, ""},
	{`configuration.nested != {"deep": {"value": 2}} && configuration.nested != {"other": 1}`, pass, ""},
	{`configuration.names + ["d"] == ["a", "b", "c", "d"] && "a" in configuration.names && !("z" in configuration.names)`, pass, ""},
	{`size(configuration.names) == 3 && size(configuration.empty) == 0 && size(configuration.nested) == 1`, pass, ""},
	{`configuration.names.map(n, n + "!").filter(n, n != "b!") == ["a!", "c!"]`, pass, ""},
	{`type(configuration.names) == list && type(configuration.nested) == map`, pass, ""},
	{`configuration.nested.exists(k, k == "deep")`, pass, ""},
	{`configuration["name"].matches("^l.gs$") && configuration.name.lowerAscii() == "logs" && "ÄB".lowerAscii() == "Äb"`, pass, ""},
	{`json(configuration.policy).Version == "2012" && json(configuration.plain).Id[1] == 2`, pass, ""},
	{`supplementaryConfiguration.PublicAccessBlockConfiguration.blockPublicAcls`, pass, ""},
	{`supplementaryConfiguration["PublicAccessBlockConfiguration"] == {"blockPublicAcls": true} && "Note" in supplementaryConfiguration`, pass, ""},
	// what is missing never passes
	{`configuration.nope == "x"`, unknown, `The policy reads nope at 1:14, which the item does not have; has() asks whether something is there.`},
	{`configuration.nope != "x"`, unknown, "reads nope"},
	{`!configuration.nope`, unknown, "reads nope"},
	{`configuration.nothing != "x"`, unknown, "reads nothing"},
	{`configuration.rules.all(r, r.cidr != "0.0.0.0/0")`, unknown, "reads cidr"},
	{`configuration.names[9] == "x"`, unknown, "index out of bounds: 9"},
	{`parameters.min == "5"`, unknown, "reads min"},
	{`supplementaryConfiguration.Nope == 1`, unknown, "reads Nope"},
	{`json(configuration.name).x == 1`, unknown, "json: the string is no JSON document"},
	{`configuration.huge > 1`, unknown, "does not fit into 64 bits"},
	{`configuration.name > 1`, unknown, "no such overload"},
	// unless another side decides, or the author says what absence means
	{`configuration.nope == "x" && resourceType == "X"`, fail, ""},
	{`configuration.nope == "x" || configuration.on`, pass, ""},
	{`has(configuration.nope)`, fail, ""},
	{`has(configuration.nothing)`, fail, ""},
	{`!has(configuration.nope) || configuration.nope`, pass, ""},
	{`configuration.?nope.?deeper.orValue(true)`, pass, ""},
	{`configuration.rules.all(r, r.?cidr.orValue("") != "0.0.0.0/0")`, pass, ""},
	// verdicts as strings
	{`resourceType != "X" ? "NOT_APPLICABLE: only X" : "COMPLIANT"`, skip, "only X"},
	{`"NON_COMPLIANT: the bucket " + resourceId + " is public"`, fail, "the bucket logs is public"},
	{`"COMPLIANT"`, pass, "The policy says COMPLIANT."},
	{`"INSUFFICIENT_DATA: ask again"`, unknown, "ask again"},
	{`"fine"`, unknown, `The policy yields "fine", which does not begin with COMPLIANT`},
	{`configuration.size`, unknown, "The policy yields int, which is neither a bool nor a string."},
	{`configuration.on`, pass, ""},
}

func TestExpressions(t *testing.T) {
	in := input(t)
	for _, c := range expressions {
		p, err := cel.Compile(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		got := p.Evaluate(in)
		if got.Verdict != c.want || !strings.Contains(got.Reason, c.why) {
			t.Errorf("%s: %v, %s; want %v, %s", c.text, got.Verdict, got.Reason, c.want, c.why)
		}
	}
}

// TestAPIForm: an item whose configuration is a string reads as one whose configuration is an object.
func TestAPIForm(t *testing.T) {
	in := input(t)
	in.Item = item(t, `{"version":"1.3","accountId":"111122223333","configurationItemCaptureTime":1772600767,"configurationItemStatus":"OK","resourceType":"AWS::X::Y",
"resourceId":"r","awsRegion":"global","tags":[{"key":"env","value":"prod"}],"configuration":"{\"a\":{\"b\":1}}","supplementaryConfiguration":{"P":"[1,2]"}}`)
	p, err := cel.Compile(`configuration.a.b == 1 && supplementaryConfiguration.P[1] == 2 && tags.env == "prod" && accountId == "111122223333" && !has(item.resourceName)`)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Evaluate(in); got.Verdict != pass {
		t.Error(got)
	}
	p, err = cel.Compile(`resourceName == "x"`)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Evaluate(in); got.Verdict != unknown || !strings.Contains(got.Reason, "reads resourceName") {
		t.Error(got)
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`configuration.size >`, "1:21: "},
		{"true &&\n  nope", "2:3: undeclared reference to 'nope'"},
		{`resourceType == 3`, "1:14: found no matching overload"},
		{`size(tags)`, "yields int; it must yield a bool"},
		{`resourceId.matches("(")`, "1:20: invalid matches argument"},
		{`resourceId.matches("(a{50}){60}")`, "1:"},
		{`timestamp("yesterday") < now`, "1:11: invalid timestamp argument"},
		{strings.Repeat("(", 80) + "true" + strings.Repeat(")", 80), "recursion"},
		{strings.Repeat(" ", 10_001), "at most 10000 are taken"},
		{``, "1:1: "},
		{`configuration.a.all(a, configuration.a.all(b, configuration.a.all(c, configuration.a.all(d, a == b && c == d))))`, "fewer loops inside each other"},
		{`"%s".format([resourceId]) == ""`, "undeclared reference to 'format'"},
	} {
		_, err := cel.Compile(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60s: %v; want %s", c.text, err, c.want)
		}
	}
}

// TestCostIsBounded: what an estimate lets through is stopped when the item is larger than it thought.
func TestCostIsBounded(t *testing.T) {
	in := input(t)
	in.Item = item(t, strings.Replace(bucket, `"empty":[]`, `"empty":[`+strings.Repeat("1,", 5000)+`1]`, 1))
	for _, text := range []string{
		`configuration.empty.all(a, configuration.empty.all(b, a == b))`,
		`configuration.empty.all(a, configuration.empty[4999] == 1)`,
		`configuration.empty.all(a, configuration.empty.all(b, 1 in configuration.empty))`,
	} {
		p, err := cel.Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Evaluate(in); got.Verdict != unknown || !strings.Contains(got.Reason, "its cost on this item is more than") {
			t.Error(text, got)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, c := range expressions {
		f.Add(c.text)
	}
	in := input(f)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := cel.Compile(text)
		if err != nil {
			return
		}
		if got := p.Evaluate(in); got.Verdict.String() == "" || got.Reason == "" {
			t.Errorf("%q: %+v", text, got)
		}
	})
}

// BenchmarkEvaluate: one simple policy on one item.
func BenchmarkEvaluate(b *testing.B) {
	p, err := cel.Compile(`resourceType != "AWS::S3::Bucket" || supplementaryConfiguration.PublicAccessBlockConfiguration.blockPublicAcls && tags.env == "prod"`)
	if err != nil {
		b.Fatal(err)
	}
	in := input(b)
	b.ReportAllocs()
	for b.Loop() {
		if p.Evaluate(in).Verdict != pass {
			b.Fatal()
		}
	}
}
