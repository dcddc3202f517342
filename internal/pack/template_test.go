package pack

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
)

var here = Place{"111111111111", "eu-west-1"}

func deploy(body string, given map[string]string) (*Pack, error) {
	t, err := Parse([]byte(body))
	if err != nil {
		return nil, err
	}
	return t.Resolve(given, here)
}

const short = `
Parameters:
  Age: {Type: Number, Default: 90, MinValue: 1}
  Key: {Type: String, Default: ''}
  Ports: {Type: CommaDelimitedList, Default: "20, 21"}
Conditions:
  HasKey: !Not [!Equals [!Ref Key, '']]
  Both: !And [!Condition HasKey, !Or [!Equals [!Ref Age, 90], !Equals [a, b]]]
Resources:
  Keys:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: keys
      Description: !Sub "in ${AWS::AccountId} ${!Literal} ${Age}"
      InputParameters:
        maxAccessKeyAge: !Ref Age
        key: !If [HasKey, !Ref Key, !Ref AWS::NoValue]
        flag: True
        ports: !Join [",", !Ref Ports]
      Scope: {ComplianceResourceTypes: [AWS::IAM::User], TagKey: team}
      Source: {Owner: AWS, SourceIdentifier: ACCESS_KEYS_ROTATED, SourceDetails: [{EventSource: aws.config, MaximumExecutionFrequency: One_Hour}]}
  Fix:
    Type: AWS::Config::RemediationConfiguration
    DependsOn: Keys
    Condition: Both
    Properties: {ConfigRuleName: !Ref Keys, TargetType: SSM_DOCUMENT, TargetId: AWS-Fix, Automatic: true, MaximumAutomaticAttempts: 5}
`

func TestResolve(t *testing.T) {
	p, err := deploy(short, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := p.Rules[0]
	if r.Name != "keys" || r.Description != "in 111111111111 ${Literal} 90" || r.Frequency != "One_Hour" || r.Scope.TagKey != "team" || r.Line != 10 ||
		r.Parameters != `{"flag":"true","maxAccessKeyAge":"90","ports":"20,21"}` || len(p.Remediations) != 0 {
		t.Errorf("without a key: %+v", p)
	}
	p, err = deploy(short, map[string]string{"Key": "k"})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"flag":"true","key":"k","maxAccessKeyAge":"90","ports":"20,21"}`; p.Rules[0].Parameters != want {
		t.Errorf("parameters %s, want %s", p.Rules[0].Parameters, want)
	}
	if len(p.Remediations) != 1 || p.Remediations[0].RuleName != "keys" || !strings.Contains(string(p.Remediations[0].Body), `"MaximumAutomaticAttempts":5`) {
		t.Errorf("remediations %+v", p.Remediations)
	}
}

func TestJSON(t *testing.T) {
	p, err := deploy("{\n\t\"Parameters\": {\"A\": {\"Type\": \"String\", \"Default\": \"\\u00e4\\/\"}},\n\t\"Resources\": {\"R\": {\"Type\": \"AWS::Config::ConfigRule\",\n"+
		"\"Properties\": {\"InputParameters\": {\"x\": {\"Ref\": \"A\"}, \"n\": 7}, \"Source\": {\"Owner\": \"AWS\", \"SourceIdentifier\": \"X\"}}}}}", nil)
	if err != nil {
		t.Fatal(err)
	}
	if r := p.Rules[0]; r.Name != "R" || r.Line != 3 || r.Parameters != `{"n":"7","x":"ä/"}` {
		t.Errorf("rule %+v", r)
	}
}

// one is a template of one rule with something put in.
func one(properties, rest string) string {
	return "Resources:\n  R:\n    Type: AWS::Config::ConfigRule\n    Properties:\n      Source: {Owner: AWS, SourceIdentifier: X}\n      " + properties + "\n" + rest
}

func TestRefused(t *testing.T) {
	many := "Resources:\n"
	for i := range 131 {
		many += fmt.Sprintf("  R%d: {Type: AWS::Config::ConfigRule, Properties: {Source: {Owner: AWS, SourceIdentifier: X}}}\n", i)
	}
	bomb := "Metadata:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 9 {
		bomb += fmt.Sprintf("  a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	for _, c := range []struct{ name, body, want string }{
		{"empty", "", "empty"},
		{"comment only", "# nothing\n", "empty"},
		{"text", "hello", "must be a mapping"},
		{"broken", "Resources: [", "neither YAML nor JSON"},
		{"two documents", one("", "---\na: b\n"), "more than one"},
		{"no resources", "Parameters: {}", "no Resources"},
		{"section", one("", "Outputs: {}"), "section Outputs"},
		{"type", "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties: {}\n", "line 2: resource B: the type \"AWS::S3::Bucket\""},
		{"property", one("Colour: red", ""), "line 6: resource R: Colour"},
		{"function", one("Description: !GetAtt R.Arn", ""), "Fn::GetAtt is not allowed"},
		{"ref", one("Description: !Ref Nobody", ""), "line 6: resource R: Ref names \"Nobody\""},
		{"sub", one("Description: !Sub '${Nobody}'", ""), "\"Nobody\""},
		{"if", one("Description: !If [C, a, b]", ""), "no condition \"C\""},
		{"cycle", one("", "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\n"), "rests on itself"},
		{"cycle through if", one("", "Conditions:\n  A: !Equals [!If [A, x, y], x]\n"), "rests on itself (A -> A)"},
		{"depends on nothing", strings.Replace(one("", ""), "    Type", "    DependsOn: Nobody\n    Type", 1), "no such resource"},
		{"depends on itself", strings.Replace(one("", ""), "    Type", "    DependsOn: R\n    Type", 1), "depends on itself (R -> R)"},
		{"condition missing", strings.Replace(one("", ""), "    Type", "    Condition: C\n    Type", 1), "no condition \"C\""},
		{"no condition", strings.Replace(one("", "Conditions: {No: hello}\n"), "    Type", "    Condition: No\n    Type", 1), "no condition; conditions are"},
		{"too many rules", many, "131 rules"},
		{"same name", one("", "  S:\n    Type: AWS::Config::ConfigRule\n    Properties: {ConfigRuleName: R, Source: {Owner: AWS, SourceIdentifier: X}}\n"), "the name of resource R too"},
		{"remediation of nothing", one("", "  M:\n    Type: AWS::Config::RemediationConfiguration\n    Properties: {ConfigRuleName: x, TargetType: SSM_DOCUMENT, TargetId: y}\n"), "no rule \"x\""},
		{"list parameter", one("InputParameters: {a: [1, 2]}", ""), "is a list"},
		{"double key", one("Description: a\n      Description: b", ""), "twice"},
		{"merge", one("<<: {Description: a}", ""), "merge key"},
		{"parameter type", one("", "Parameters: {P: {Type: 'AWS::SSM::Parameter::Value<String>'}}"), "has the type"},
		{"default", one("", "Parameters: {P: {Type: Number, Default: many}}"), "must be a number"},
		{"no value", one("", "Parameters: {P: {Type: String}}"), "needs a value for P"},
		{"bomb", bomb + one("", ""), "100000 values"},
		{"alias in itself", "Metadata: &a [*a]\n" + one("", ""), "contains itself"},
		{"deep", "Metadata: " + strings.Repeat("[", 200) + strings.Repeat("]", 200) + "\n" + one("", ""), "levels deep"},
		{"long", strings.Repeat("#", MaxStored+1), "300000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := deploy(c.body, nil)
			var f *fault.Error
			if !errors.As(err, &f) || f.Code != Code || !strings.Contains(f.Message, c.want) {
				t.Errorf("got %v, want a fault with %q", err, c.want)
			}
		})
	}
}

func TestValuesRefused(t *testing.T) {
	many := map[string]string{}
	for i := range 61 {
		many[fmt.Sprint(i)] = "x"
	}
	body := one("", "Parameters: {P: {Type: String, AllowedValues: [a, b], Default: a}, N: {Type: Number, MaxValue: 9, Default: 1}, Q: {Type: String, AllowedPattern: '[a-z]+', Default: q}}")
	for _, c := range []struct {
		given map[string]string
		want  string
	}{
		{map[string]string{"P": "c"}, "one of a, b"},
		{map[string]string{"N": "10"}, "at most 9"},
		{map[string]string{"Q": "UP"}, "AllowedPattern"},
		{map[string]string{"X": "x"}, "no parameter \"X\"; it has P, N, Q"},
		{map[string]string{"P": ""}, "1 to 4096"},
		{many, "61 input parameters"},
	} {
		if _, err := deploy(body, c.given); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, want %q", c.given, err, c.want)
		}
	}
}

// A web of conditions that each name the one before twice costs no more than its size.
func TestWebOfConditions(t *testing.T) {
	body := "Conditions:\n  C0: !Equals [a, a]\n"
	for i := range 60 {
		body += fmt.Sprintf("  C%d: !And [!Condition C%d, !Condition C%d]\n", i+1, i, i)
	}
	if _, err := deploy(body+one("Description: !If [C60, yes, no]", ""), nil); err != nil {
		t.Fatal(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(short))
	f.Add([]byte(`{"Resources":{"R":{"Type":"AWS::Config::ConfigRule","Properties":{"Source":{"Owner":"AWS","SourceIdentifier":"X"}}}}}`))
	f.Add([]byte("Conditions:\n  A: !If [B, !Ref AWS::NoValue, &x *x]\nResources: {R: !Sub ['${a}', {a: b}]}"))
	f.Fuzz(func(t *testing.T, body []byte) {
		tmpl, err := Parse(body)
		if err == nil {
			_, err = tmpl.Resolve(nil, here)
		}
		var known *fault.Error
		if err != nil && !errors.As(err, &known) {
			t.Errorf("an error without a fault: %v", err)
		}
	})
}
