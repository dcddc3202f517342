package guard_test

import (
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/guard"
)

const template = `{
  "InputParameters": {"max": 3, "names": ["a", "b"]},
  "Resources": {
    "B": {"Type": "AWS::S3::Bucket", "Properties": {"Name": "logs", "Size": 5, "Ratio": 0.5, "On": true, "None": null,
      "Tags": [{"Key": "env", "Value": "prod"}, {"Key": "team", "Value": "x"}], "Empty": [], "Nested": [["a"], ["b"]], "abc": ["a", "b"]}},
    "C": {"Type": "AWS::S3::Bucket", "Properties": {"Name": "data", "Size": 7, "bucket_name": "snake"}},
    "T": {"Type": "AWS::SNS::Topic", "Properties": {"Policy": "{\"Version\": 1, \"Ids\": [1, 2]}", "When": "2024-01-01T00:00:00Z"}}
  }
}`

// p is the way to the properties of the first bucket.
const p = "Resources.B.Properties."

var clauses = []struct{ rules, want string }{
	// keys and statuses
	{p + "Name exists", "PASS"},
	{p + "Nope exists", "FAIL"},
	{p + "Nope !exists", "PASS"},
	{p + "Nope not exists", "PASS"},
	{"not " + p + "Nope exists", "PASS"},
	{p + "None exists", "PASS"},
	{p + "None is_null", "PASS"},
	{p + "Nope is_string", "FAIL"},
	{p + "Nope !is_string", "PASS"},
	{"Resources.C.Properties.BucketName == 'snake'", "PASS"},
	{"resources.c exists", "PASS"},
	// emptiness
	{p + "Empty empty", "PASS"},
	{p + "Tags !empty", "PASS"},
	{p + "Name EMPTY", "FAIL"},
	{p + "Nope empty", "PASS"},
	{p + "On empty", "FAIL"},
	{"let v = " + p + "Empty\n%v !empty", "PASS"},
	{"let v = Resources.*[ Type == 'X' ]\n%v empty", "PASS"},
	{"let v = Resources.*[ Type == 'X' ]\n%v !empty", "FAIL"},
	{"Resources.*[ Type == 'X' ] exists", "SKIP"},
	{"Resources.*[ Type == 'X' ].Properties exists", "SKIP"},
	// equality
	{p + "Name == 'logs'", "PASS"},
	{p + "Name != 'logs'", "FAIL"},
	{p + "Name == /^l.gs$/", "PASS"},
	{p + "Name == \"logs\" or " + p + "Nope exists", "PASS"},
	{p + "Size == 5", "PASS"},
	{p + "Size == 5.0", "FAIL"},
	{p + "Size != 5.0", "FAIL"},
	{p + "Size == '5'", "FAIL"},
	{p + "On == true", "PASS"},
	{p + "On != false", "PASS"},
	{p + "Size == r[1,5]", "PASS"},
	{p + "Size == r[1,5)", "FAIL"},
	{p + "Ratio == r(0.1,0.6)", "PASS"},
	{p + "Nope != 'x'", "FAIL"},
	{p + "Nope not in ['x']", "FAIL"},
	{p + "Empty == 'x'", "PASS"},
	{p + "abc == ['a', 'b']", "PASS"},
	{p + "abc == ['b', 'a']", "FAIL"},
	{p + "abc != ['a']", "PASS"},
	{p + "Name == ['logs']", "PASS"},
	{p + "Name == ['logs', 'x']", "FAIL"},
	{p + "Tags[0] == { Key: 'env', 'Value': 'prod' }", "PASS"},
	{p + "Tags[*].Key == 'env'", "FAIL"},
	{"some " + p + "Tags[*].Key == 'env'", "PASS"},
	{p + "abc[*] == InputParameters.names[*]", "PASS"},
	{p + "abc[*] != InputParameters.names[*]", "FAIL"},
	{p + "abc[0] != InputParameters.names[1]", "PASS"},
	// order
	{p + "Size < 6", "PASS"},
	{p + "Size <= 4", "FAIL"},
	{p + "Size > InputParameters.max", "PASS"},
	{p + "Size >= 5", "PASS"},
	{p + "Size < 5.5", "FAIL"},
	{p + "Name > 'a'", "PASS"},
	// in
	{p + "Name in ['logs', 'x']", "PASS"},
	{p + "Name IN [/^lo/]", "PASS"},
	{p + "Name in 'my logs here'", "PASS"},
	{p + "abc in ['a', 'b', 'c']", "PASS"},
	{p + "abc in ['b', 'c']", "FAIL"},
	{p + "abc not in ['b', 'c']", "FAIL"},
	{p + "abc not in ['c']", "PASS"},
	{p + "Size in [r[1,9]]", "FAIL"},
	{p + "Size not in ['x']", "PASS"},
	{p + "abc[*] in InputParameters.names", "PASS"},
	{p + "Nested[0] in [['a'], ['z']]", "PASS"},
	{p + "Name !in ['logs']", "FAIL"},
	// steps
	{p + "Tags[*].Value exists", "PASS"},
	{p + "Tags.1.Key == 'team'", "PASS"},
	{p + "Tags[-1].Key == 'team'", "PASS"},
	{p + "Tags[9] exists", "FAIL"},
	{p + "Empty[*] exists", "FAIL"},
	{p + "Tags[ Key == 'env' ].Value == 'prod'", "PASS"},
	{"Resources.*.Type == /^AWS::/", "PASS"},
	{"Resources[*].B exists", "PASS"},
	{"Resources[ keys == /^B/ ].Properties.Name == 'logs'", "PASS"},
	{"Resources[ keys in ['B', 'C'] ].Type == 'AWS::S3::Bucket'", "PASS"},
	{"Resources[ keys != 'B' ].Properties.Name == 'data'", "FAIL"},
	{"let k = ['B', 'C']\nResources.%k.Properties.Size > 4", "PASS"},
	{"let k = ['B', 'C']\nResources.%k[1].Properties.Size == 7", "PASS"},
	{"Resources[ name | Type == 'AWS::SNS::Topic' ] exists\n%name == 'T'", "PASS"},
	{"Resources.'B'.Type exists\nResources['C'].Type exists", "PASS"},
	{"let v = " + p + "abc\n%v[*] == ['a','b']", "PASS"},
	{"let v = " + p + "abc\n%v[*][*] == 'a'", "FAIL"},
	{"let v = " + p + "abc\n%v.* in ['a','b']", "PASS"},
	// blocks
	{"Resources.* { Type exists }", "PASS"},
	{"Resources.* { Properties.Size exists\n Type exists }", "FAIL"},
	{"some Resources.* { Properties.Size == 7 }", "PASS"},
	{"Resources.*[ Type == 'X' ] not empty { Type exists }", "FAIL"},
	{"Resources.*[ Type == 'X' ] { Type exists }", "SKIP"},
	{"when " + p + "Nope exists { Resources exists }", "SKIP"},
	{"when " + p + "On == true { " + p + "Size == 6 }", "FAIL"},
	{"AWS::S3::Bucket { Properties.Size in [5, 7] }", "PASS"},
	{"AWS::S3::Bucket Properties.Size == 5 << five >>", "FAIL"},
	{"AWS::EC2::Volume { Encrypted == true }", "SKIP"},
	{"AWS::S3::Bucket when " + p + "Nope exists { Properties.Nope exists }", "SKIP"},
	{"Resources.B { let s = Properties.Size\n %s == 5\n this.Type exists }", "PASS"},
	// rules by name
	{"rule a { " + p + "On == true }\nrule b when a { " + p + "Size == 6 }", "FAIL"},
	{"rule a when " + p + "Nope exists { Resources exists }\nrule b { not a }", "PASS"},
	{"rule a when " + p + "Nope exists { Resources exists }\nrule b { a <<skipped>> }", "FAIL"},
	{"rule a { Resources exists }\nrule b { a or " + p + "Nope exists\n not a or Resources exists }", "PASS"},
	{"rule r(q, n) { %q.Properties.Size <= %n }\nrule b { r(Resources.*[ Type == 'AWS::S3::Bucket' ], 7) }", "PASS"},
	{"rule r(q, n) { %q.Properties.Size <= %n }\nrule b { r(Resources.B, 4) <<too big>> }", "FAIL"},
	{"", "SKIP"},
	{"# nothing\n", "SKIP"},
	// functions
	{"let n = count(" + p + "Tags[*])\n%n == 2", "PASS"},
	{"let d = json_parse(Resources.T.Properties.Policy)\n%d.Version == 1\n%d.Ids[*] <= 2", "PASS"},
	{"let u = to_upper(" + p + "Name)\n%u == 'LOGS'", "PASS"},
	{"let s = substring(" + p + "Name, 1, 3)\n%s == 'og'", "PASS"},
	{"let j = join(" + p + "abc[*], '-')\n%j == 'a-b'", "PASS"},
	{"let x = regex_replace(" + p + "Name, '^l(.*)s$', '${1}!')\n%x == 'og!'", "PASS"},
	{"let s = parse_string(" + p + "Size)\n%s == '5'", "PASS"},
	{"let f = parse_float(" + p + "Size)\n%f == 5.0", "PASS"},
	{"let e = parse_epoch(Resources.T.Properties.When)\n%e < now()\n%e == 1704067200", "PASS"},
	{"let i = parse_int('12')\n%i == 12", "PASS"},
	{"let u = url_decode('a%20b')\n%u == 'a b'", "PASS"},
}

func TestClauses(t *testing.T) {
	doc, err := guard.JSON("template", template)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range clauses {
		f, err := guard.Parse("r.guard", c.rules)
		if err != nil {
			t.Errorf("%s\n  %v", c.rules, err)
			continue
		}
		report, err := f.Evaluate(doc, guard.Options{Now: 1_800_000_000, Detail: true})
		if err != nil {
			t.Errorf("%s\n  %v", c.rules, err)
			continue
		}
		if got := report.Status.String(); got != c.want {
			t.Errorf("%s\n  is %s, want %s", c.rules, got, c.want)
		}
		for _, r := range report.Rules {
			if r.Status == guard.Fail && len(r.Messages()) == 0 {
				t.Errorf("%s\n  rule %s fails and does not say why", c.rules, r.Name)
			}
		}
	}
}

func TestDialect(t *testing.T) {
	doc, _ := guard.JSON("template", template)
	later := guard.Dialect{NumbersMix: true, RangesInLists: true, SkipIsSkip: true, WhenPerItem: true}
	for rules, want := range map[string]string{
		p + "Size == 5.0":      "PASS",
		p + "Size < 5.5":       "PASS",
		p + "Size in [r[1,9]]": "PASS",
		"rule a when " + p + "Nope exists { Resources exists }\nrule b { a }":     "SKIP",
		"AWS::S3::Bucket when Properties.Size == 5 { Properties.Name == 'logs' }": "PASS",
	} {
		f, err := guard.Parse("r", rules)
		if err != nil {
			t.Fatal(err)
		}
		report, err := f.Evaluate(doc, guard.Options{Dialect: later})
		if err != nil || report.Status.String() != want {
			t.Errorf("%s: %v, %v; want %s", rules, report, err, want)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	deep := strings.Repeat("Resources { ", 100)
	for _, c := range []struct{ rules, want string }{
		{"rule a { }", "r:1:8: the block is empty"},
		{"rule a {\n  x == }", "r:2:8: expected a property, a variable or a value, found \"}\""},
		{"rule a {\n  x exists or }", "r:2:15: expected a property"},
		{"rule a { x exists", "r:1:8: the block is not closed"},
		{"rule a { x ~ 1 }", "r:1:12: expected an operator"},
		{"x == 'abc", "r:1:6: the string is not closed"},
		{"x == /(?!a)/", "r:1:6: the regular expression uses look-ahead"},
		{"x == /(a/", "r:1:6: the regular expression is not valid"},
		{"x == /((a{500}){500}){500}/", "r:1:6: the regular expression"},
		{"x == /" + strings.Repeat("[ab]{1000}", 25) + "/", "r:1:6: the regular expression grows to"},
		{"let x = nope(y)", "r:1:9: there is no function \"nope\"; there are count,"},
		{"let x = count(y, z)", "r:1:9: count takes 1 arguments; 2 are given"},
		{"rule a { b\n }", "r:1:10: there is no rule \"b\""},
		{"rule r(x) { %x exists }\nrule b { r(1, 2) }", "r:2:10: rule \"r\" takes 1 arguments; 2 are given"},
		{"x == [1, 2,]", "r:1:12: expected a value, found \"]\""},
		{"x exists << hi", "r:1:10: the message is not closed by >>"},
		{"x = 1", "r:1:3: expected an operator"},
		{deep, "nested more than 64 levels deep"},
		{"x == " + strings.Repeat("[", 100), "nested more than 64 levels deep"},
		{strings.Repeat("#\n", 1<<20), "bytes; at most"},
		{"é.x == 1", "r:1:1: expected a property"},
	} {
		_, err := guard.Parse("r", c.rules)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q: %v; want %q", c.rules, err, c.want)
		}
	}
}

func TestEvaluationErrors(t *testing.T) {
	doc, _ := guard.JSON("template", template)
	bare, _ := guard.JSON("template", `{"a": 1}`)
	for _, c := range []struct {
		rules, want string
		doc         *guard.Document
	}{
		{"%nope exists", "there is no variable %nope", doc},
		{p + "Size empty", "empty is asked of a value that is neither", doc},
		{"let v = %v\n%v exists", "variable %v is defined by itself", doc},
		{"rule a { b\n }\nrule b { a\n }", "refers to itself", doc},
		{"rule r(x) { r(%x) }\nrule a { r(1) }", "rules call each other", doc},
		{"AWS::S3::Bucket { Properties exists }", "asks for Resources", bare},
		{"let x = parse_int('abc')\n%x == 1", "parse_int: cannot convert", doc},
		{"let x = json_parse('{a: b: c}')\n%x exists", "json_parse", doc},
	} {
		f, err := guard.Parse("r", c.rules)
		if err != nil {
			t.Errorf("%s: %v", c.rules, err)
			continue
		}
		if _, err := f.Evaluate(c.doc, guard.Options{Detail: true}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", c.rules, err, c.want)
		}
	}
}

// TestBudget: a short document and short rules that multiply each other end in time.
func TestBudget(t *testing.T) {
	doc, _ := guard.JSON("d", `{"l": [`+strings.Repeat("1,", 999)+`1]}`)
	f, err := guard.Parse("r", "let a = l[*]\nl[*] { %a { %a { %a == 1 } } }")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Evaluate(doc, guard.Options{}); err == nil || !strings.Contains(err.Error(), "more values than it may") {
		t.Fatal(err)
	}
}

func TestReportTellsPlaces(t *testing.T) {
	yaml := "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      On: no\n      Ref: !GetAtt a.b\n"
	doc, err := guard.Read("t.yaml", yaml)
	if err != nil {
		t.Fatal(err)
	}
	f, _ := guard.Parse("r", "rule on {\n  Resources.*[ Type == /S3/ ] {\n    Properties.On == true <<switch it on>>\n    Properties.Gone exists\n  }\n}\nrule ref { Resources.B.Properties.Ref.'Fn::GetAtt' == 'a.b' }")
	report, err := f.Evaluate(doc, guard.Options{Detail: true})
	if err != nil {
		t.Fatal(err)
	}
	r := report.Rules[0]
	if r.Status != guard.Fail || report.Rules[1].Status != guard.Pass || len(r.Checks) != 1 || len(r.Checks[0].Checks) != 2 {
		t.Fatalf("%+v", report)
	}
	on, gone := r.Checks[0].Checks[0], r.Checks[0].Checks[1]
	if on.Message != "switch it on" || on.Line != 3 || on.From.Path != "/Resources/B/Properties/On" || on.From.Line != 5 || on.From.Value != "false" {
		t.Errorf("%+v %+v", on, on.From)
	}
	if gone.Remaining != "Gone" || gone.From.Path != "/Resources/B/Properties" {
		t.Errorf("%+v %+v", gone, gone.From)
	}
	if m := r.Messages(); len(m) != 2 || m[0] != "switch it on" {
		t.Errorf("%q", m)
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range clauses {
		f.Add(c.rules)
	}
	doc, err := guard.JSON("template", template)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, rules string) {
		file, err := guard.Parse("r", rules)
		if err != nil {
			return
		}
		report, err := file.Evaluate(doc, guard.Options{Detail: true})
		if err == nil && len(report.Rules) != len(file.Rules()) {
			t.Fatal("a rule has no status")
		}
	})
}

func FuzzYAML(f *testing.F) {
	f.Add("Resources:\n  B: {Type: !Ref x, n: 0x10, y: yes, d: 2020-01-01, e: 1e3}\n")
	f.Add(template)
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := guard.Read("d", text); err == nil && d == nil {
			t.Fatal("neither a document nor an error")
		}
	})
}

// TestMerge: parameters stand beside the data, and messages tell where each came from.
func TestMerge(t *testing.T) {
	read := func(name, text string) *guard.Document {
		d, err := guard.Read(name, text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	data, params := read("data", "Resources:\n  A: {Type: X, Size: 3}\n"), read("params", "\n\nmax: 2\n")
	both, err := guard.Merge("both", data, params)
	if err != nil {
		t.Fatal(err)
	}
	f, err := guard.Parse("r", "Resources.*.Size <= max")
	if err != nil {
		t.Fatal(err)
	}
	report, err := f.Evaluate(both, guard.Options{Detail: true})
	if err != nil || report.Status != guard.Fail || len(report.Rules) != 1 || len(report.Rules[0].Checks) != 1 {
		t.Fatal(report, err)
	}
	c := report.Rules[0].Checks[0]
	if c.From.Path != "/Resources/A/Size" || c.From.Line != 2 || c.To.Path != "/max" || c.To.Line != 3 {
		t.Errorf("from %+v, to %+v", c.From, c.To)
	}
	for _, bad := range []struct{ a, b, want string }{
		{"a: 1", "a: 2", `has the key "a", which another document has too`},
		{"a: 1", "[1]", "one is a list, the other a map"},
		{"1", "2", "neither a map nor a list"},
	} {
		if _, err := guard.Merge("m", read("one", bad.a), read("two", bad.b)); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%s with %s: %v", bad.a, bad.b, err)
		}
	}
	lists, err := guard.Merge("m", read("one", "[1]"), read("two", "[2]"))
	if err != nil {
		t.Fatal(err)
	}
	f, err = guard.Parse("r", "this == [1, 2]")
	if err != nil {
		t.Fatal(err)
	}
	if report, err = f.Evaluate(lists, guard.Options{}); err != nil || report.Status != guard.Pass {
		t.Error(report, err)
	}
}
