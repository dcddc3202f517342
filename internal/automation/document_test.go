package automation

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

const whole = `schemaVersion: "0.3"
description: everything once
assumeRole: "{{ Role }}"
parameters:
  Role: {type: AWS::IAM::Role::Arn, default: ""}
  Ids: {type: StringList, maxItems: 3}
  Count: {type: Integer, default: 2, allowedValues: [1, 2]}
variables:
  seen: {type: Integer, default: 0}
mainSteps:
  - name: get
    action: aws:executeAwsApi
    maxAttempts: 3
    timeoutSeconds: 20
    onFailure: step:end
    inputs: {Service: ec2, Api: DescribeInstances, InstanceIds: ["{{ Ids }}"]}
    outputs:
      - {Name: state, Selector: "$.Reservations[0].Instances[0].State.Name", Type: String}
  - name: choose
    action: aws:branch
    inputs:
      Choices:
        - NextStep: end
          And:
            - {Variable: "{{ get.state }}", StringEquals: stopped}
            - Not: {Variable: "{{ Count }}", NumericGreater: 5}
      Default: each
  - name: each
    action: aws:loop
    inputs:
      Iterators: "{{ Ids }}"
      Steps:
        - name: one
          action: aws:changeInstanceState
          inputs: {InstanceIds: ["{{ each.CurrentIteratorValue }}"], DesiredState: stopped}
        - {name: note, action: aws:updateVariable, inputs: {Name: "variable:seen", Value: "{{ each.CurrentIteration }}"}}
  - name: end
    action: aws:sleep
    inputs: {Duration: PT1S}
    isEnd: true
outputs: [get.state, "{{ each.CurrentIteration }}"]
`

func TestParse(t *testing.T) {
	d, err := Parse([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	get := d.Step("get")
	if get.MaxAttempts != 3 || get.Timeout != 20*time.Second || get.OnFailure.Step != "end" || !get.IsCritical || get.Line != 11 {
		t.Errorf("get = %+v", get)
	}
	if d.Step("one") == nil || len(d.Step("each").Loop) != 2 || d.Step("each").Inputs["Steps"] != nil {
		t.Error("the loop's steps are not its own")
	}
	if len(d.Outputs) != 2 || d.Outputs[1] != "each.CurrentIteration" {
		t.Errorf("outputs = %v", d.Outputs)
	}
	if r := d.Parameter("Role"); r.Type != "String" || r.Declared != "AWS::IAM::Role::Arn" || r.Required {
		t.Errorf("Role = %+v", r)
	}
}

// TestJSON: a document in JSON, tabs and escapes included, reads as its YAML.
func TestJSON(t *testing.T) {
	y, err := decode([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.MarshalIndent(y.plain(), "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Parse(body); err != nil {
		t.Fatal(err)
	}
	_, err = Parse([]byte("{\n\t\"schemaVersion\": \"0.3\",\n\t\"mainSteps\": [\n\t\t{\"name\": \"\\ud83d\\ude00\"}\n\t]\n}"))
	if err == nil || !strings.Contains(err.Error(), "line 4") {
		t.Errorf("error = %v; it should name line 4", err)
	}
}

// TestParseErrors: each mistake is named with its line.
func TestParseErrors(t *testing.T) {
	sleep := "mainSteps:\n- {name: a, action: aws:sleep, inputs: {Duration: PT1S}}\n"
	step := func(s string) string { return "schemaVersion: '0.3'\nmainSteps:\n" + s }
	for name, c := range map[string]struct{ doc, want string }{
		"empty":                 {"", "empty"},
		"no mapping":            {"- a", "line 1: a document is a mapping"},
		"two documents":         {"a: 1\n---\nb: 2", "more than one"},
		"no version":            {sleep, "schemaVersion is missing"},
		"other version":         {"schemaVersion: '2.2'\n" + sleep, `line 1: schemaVersion is "2.2"`},
		"no steps":              {"schemaVersion: '0.3'", "mainSteps is missing"},
		"empty steps":           {"schemaVersion: '0.3'\nmainSteps: []", "line 2: mainSteps"},
		"unknown member":        {"schemaVersion: '0.3'\nassumerole: x\n" + sleep, `line 2: the document has no member "assumerole"`},
		"key twice":             {"schemaVersion: '0.3'\nschemaVersion: '0.3'\n" + sleep, "twice"},
		"attachments":           {"schemaVersion: '0.3'\nfiles: {a: {}}\n" + sleep, "attachments"},
		"unknown action":        {step("- {name: a, action: aws:fly}"), `line 3: the step a has the action "aws:fly"`},
		"bad name":              {step("- {name: 'a b', action: aws:sleep, inputs: {Duration: PT1S}}"), "line 3: a step is named"},
		"name twice":            {step("- {name: a, action: aws:sleep, inputs: {Duration: PT1S}}\n- {name: a, action: aws:sleep, inputs: {Duration: PT1S}}"), "line 4: there are two steps named a"},
		"step member":           {step("- {name: a, action: aws:sleep, onfailure: Abort, inputs: {Duration: PT1S}}"), `no member "onfailure"`},
		"onFailure":             {step("- {name: a, action: aws:sleep, onFailure: Retry, inputs: {Duration: PT1S}}"), "onFailure is"},
		"onCancel":              {step("- {name: a, action: aws:sleep, onCancel: Continue, inputs: {Duration: PT1S}}"), "onCancel"},
		"attempts":              {step("- {name: a, action: aws:sleep, maxAttempts: 0, inputs: {Duration: PT1S}}"), "maxAttempts"},
		"timeout":               {step("- {name: a, action: aws:sleep, timeoutSeconds: soon, inputs: {Duration: PT1S}}"), "timeoutSeconds"},
		"jump to nowhere":       {step("- {name: a, action: aws:sleep, nextStep: b, inputs: {Duration: PT1S}}"), `line 3: the step a leads to "b"`},
		"never reached":         {step("- {name: a, action: aws:sleep, isEnd: true, inputs: {Duration: PT1S}}\n- {name: b, action: aws:sleep, inputs: {Duration: PT1S}}"), "line 4: the step b is never reached"},
		"circle":                {step("- {name: a, action: aws:sleep, inputs: {Duration: PT1S}}\n- {name: b, action: aws:sleep, nextStep: a, inputs: {Duration: PT1S}}"), "a -> b -> a"},
		"no api":                {step("- {name: a, action: aws:executeAwsApi, inputs: {Service: ec2}}"), "line 3: the step a has no Api"},
		"api by reference":      {"schemaVersion: '0.3'\nparameters: {P: {type: String}}\nmainSteps:\n- {name: a, action: aws:executeAwsApi, inputs: {Service: ec2, Api: '{{ P }}'}}", "line 4: Api of the step a is written out"},
		"selector":              {step("- {name: a, action: aws:executeAwsApi, inputs: {Service: ec2, Api: X}, outputs: [{Name: o, Selector: 'Foo'}]}"), "line 3: the Selector of the output a.o"},
		"output type":           {step("- {name: a, action: aws:executeAwsApi, inputs: {Service: ec2, Api: X}, outputs: [{Name: o, Selector: '$', Type: Date}]}"), `has the type "Date"`},
		"desired values":        {step("- {name: a, action: aws:waitForAwsResourceProperty, inputs: {Service: ec2, Api: X, PropertySelector: $.a, DesiredValues: []}}"), "DesiredValues"},
		"duration":              {step("- {name: a, action: aws:sleep, inputs: {Duration: 10m}}"), "ISO 8601"},
		"long duration":         {step("- {name: a, action: aws:sleep, inputs: {Duration: P8D}}"), "604799"},
		"no operator":           {step("- {name: a, action: aws:branch, inputs: {Choices: [{NextStep: b, Variable: x}]}}"), "compares nothing"},
		"unknown operator":      {step("- {name: a, action: aws:branch, inputs: {Choices: [{NextStep: b, Variable: x, StringLike: y}]}}"), `"StringLike"`},
		"two operators":         {step("- {name: a, action: aws:branch, inputs: {Choices: [{NextStep: b, Variable: x, StringEquals: y, Contains: z}]}}"), "both"},
		"no variable":           {step("- {name: a, action: aws:branch, inputs: {Choices: [{NextStep: b, StringEquals: y}]}}"), "operator"},
		"unknown parameter":     {step("- {name: a, action: aws:sleep, inputs: {Duration: '{{ P }}'}}"), "line 3: the step a refers to {{ P }}, and there is no such parameter"},
		"unknown step":          {step("- {name: a, action: aws:sleep, inputs: {Duration: '{{ b.c }}'}}"), `there is no step "b"`},
		"unknown output":        {step("- {name: b, action: aws:executeAwsApi, inputs: {Service: ec2, Api: X}}\n- {name: a, action: aws:sleep, inputs: {Duration: '{{ b.c }}'}}"), `line 4: {{ b.c }}: the step b has no output "c"`},
		"later step":            {step("- {name: a, action: aws:sleep, inputs: {Duration: '{{ b.Payload }}'}}\n- {name: b, action: aws:executeScript, inputs: {Runtime: python3.11, Handler: h, Script: x}}"), "never runs before"},
		"own output":            {step("- {name: b, action: aws:executeScript, inputs: {Runtime: python3.11, Handler: h, Script: x, InputPayload: {a: '{{ b.Payload }}'}}}"), "own output"},
		"parameter store":       {step("- {name: a, action: aws:sleep, inputs: {Duration: '{{ ssm:x }}'}}"), "Parameter Store"},
		"unknown global":        {step("- {name: a, action: aws:sleep, inputs: {Duration: '{{ global:TIME }}'}}"), "global:DATE_TIME"},
		"unknown variable":      {step("- {name: a, action: aws:sleep, inputs: {Duration: '{{ variable:x }}'}}"), "no such variable"},
		"role of a step":        {"schemaVersion: '0.3'\nassumeRole: '{{ a.x }}'\n" + sleep, "line 2: assumeRole refers to"},
		"value in a script":     {"schemaVersion: '0.3'\nparameters: {P: {type: String}}\nmainSteps:\n- {name: b, action: aws:executeScript, inputs: {Runtime: python3.11, Handler: h, Script: 'x = \"{{ P }}\"'}}", "InputPayload"},
		"no handler":            {step("- {name: b, action: aws:executeScript, inputs: {Runtime: python3.11, Script: x}}"), "Handler"},
		"loop of nothing":       {step("- {name: b, action: aws:loop, inputs: {Steps: [{name: c, action: aws:sleep, inputs: {Duration: PT1S}}]}}"), "Iterators"},
		"nested loop":           {step("- {name: b, action: aws:loop, inputs: {Iterators: [a], Steps: [{name: c, action: aws:loop, inputs: {Iterators: [a], Steps: [{name: d, action: aws:sleep, inputs: {Duration: PT1S}}]}}]}}"), "nested"},
		"loop left by a jump":   {step("- {name: b, action: aws:loop, inputs: {Iterators: [a], Steps: [{name: c, action: aws:sleep, nextStep: e, inputs: {Duration: PT1S}}]}}\n- {name: e, action: aws:sleep, inputs: {Duration: PT1S}}"), `leads to "e"`},
		"parameter type":        {"schemaVersion: '0.3'\nparameters: {P: {type: Float}}\n" + sleep, `has the type "Float"`},
		"parameter default":     {"schemaVersion: '0.3'\nparameters:\n  P: {type: Integer, default: x}\n" + sleep, "line 3: the parameter P: the default"},
		"default not allowed":   {"schemaVersion: '0.3'\nparameters: {P: {type: String, default: x, allowedValues: [a]}}\n" + sleep, "none of the allowed"},
		"parameter pattern":     {"schemaVersion: '0.3'\nparameters: {P: {type: String, allowedPattern: '('}}\n" + sleep, "allowedPattern"},
		"too large":             {strings.Repeat(" ", MaxDocument+1), "bytes"},
		"too deep":              {"schemaVersion: '0.3'\nmainSteps: " + strings.Repeat("[", 60) + strings.Repeat("]", 60), "levels deep"},
		"alias bomb":            {"a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n", "values"},
		"too many steps":        {step(strings.Repeat("- {name: a, action: aws:sleep, inputs: {Duration: PT1S}}\n", 1) + numbered(MaxSteps)), "more than 100 steps"},
		"output of no step":     {"schemaVersion: '0.3'\n" + sleep + "outputs: [b.c]", `there is no step "b"`},
		"variable that is none": {step("- {name: a, action: aws:updateVariable, inputs: {Name: x, Value: 1}}"), `no such variable`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(c.doc))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error = %v, want %q", err, c.want)
			}
			var f *fault.Error
			if !errors.As(err, &f) || f.Code != "InvalidDocumentContent" {
				t.Errorf("code = %v", f)
			}
		})
	}
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("- {name: s" + number(i).String() + ", action: aws:sleep, inputs: {Duration: PT1S}}\n")
	}
	return b.String()
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(`{"schemaVersion":"0.3","mainSteps":[{"name":"a","action":"aws:sleep","inputs":{"Duration":"PT1S"}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Parse(b)
		if err != nil {
			return
		}
		// What parses can be walked to its end.
		at, n := 0, 0
		for at < len(d.Steps) {
			to, missing := next(d.Steps, at)
			if missing != "" {
				t.Fatalf("step %s leads to %q", d.Steps[at].Name, missing)
			}
			if n++; n > len(d.Steps) {
				t.Fatal("the steps go round in a circle")
			}
			at = to[0]
		}
	})
}
