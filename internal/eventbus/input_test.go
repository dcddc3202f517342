package eventbus_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/eventbus"
	"github.com/tickmark/tickmark/internal/fault"
)

var here = eventbus.Place{Account: "111122223333", Region: "eu-west-1"}

const topicARN = "arn:aws:sns:eu-west-1:111122223333:alerts"

const sampleEvent = `{"version":"0","id":"e1","source":"aws.ec2","resources":["arn:1","arn:2"],"detail":{"name":"say \"hi\"","n":5,"obj":{"a":"b"},"list":[{"k":1},{"k":2},{}],"nil":null,"a-b":{"c_d":"x"}}}`

func TestInputs(t *testing.T) {
	rule := eventbus.Rule{Place: here, Bus: eventbus.Default, Name: "watch"}
	paths := map[string]string{
		"name": "$.detail.name", "n": "$.detail.n", "obj": "$.detail.obj", "list": "$.detail.list", "gone": "$.detail.gone.x", "first": "$.resources[0]",
		"ks": "$.detail.list[*].k", "deep": "$.detail['a-b'].c_d", "nil": "$.detail.nil", "third": "$.resources[3]",
	}
	with := func(template string) eventbus.Target {
		return eventbus.Target{Transformer: &eventbus.Transformer{Paths: paths, Template: template}}
	}
	for want, target := range map[string]eventbus.Target{
		sampleEvent:                          {},
		`{"x":1}`:                            {Input: `{"x":1}`},
		`{"a":"b"}`:                          {InputPath: "$.detail.obj"},
		`"arn:2"`:                            {InputPath: "$.resources[1]"},
		`[1,2]`:                              {InputPath: "$.detail.list[*].k"},
		`{}`:                                 {InputPath: "$.detail.missing"},
		`"say \"hi\" has 5"`:                 with(`"<name> has <n>"`),
		`"nothing:  here"`:                   with(`"nothing: <gone> here"`),
		`"object {a:b} of [{k:1},{k:2},{}]"`: with(`"object <obj> of <list>"`),
		`{"name":"say \"hi\"","n":5,"o":{"a":"b"}}`:  with(`{"name":<name>,"n":<n>,"o":<obj>}`),
		`{"x":"","y":null,"z":"x","k":[1,2],"t":""}`: with(`{"x":<gone>,"y":<nil>,"z":<deep>,"k":<ks>,"t":<third>}`),
		`{"quoted \"5\"":"is 5"}`:                    with(`{"quoted \"<n>\"":"is <n>"}`),
		"\"one\"\n\"arn:1\"":                         with("\"one\"\n\"<first>\""),
		`{"rule":"arn:aws:events:eu-west-1:111122223333:rule/watch","n":"watch","t":"2026-01-15T12:00:00Z"}`:       with(`{"rule":<aws.events.rule-arn>,"n":"<aws.events.rule-name>","t":<aws.events.event.ingestion-time>}`),
		`{"e":{"version":"0","id":"e1","source":"aws.ec2","resources":["arn:1","arn:2"]},"f":` + sampleEvent + `}`: with(`{"e":<aws.events.event>,"f":<aws.events.event.json>}`),
	} {
		got, err := eventbus.InputOf(target, rule, sampleEvent, time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))
		if err != nil || got != want {
			t.Errorf("%+v gives\n%s\nwant\n%s (%v)", target, got, want, err)
		}
		target.ID, target.ARN = "a", topicARN
		if err := eventbus.CheckTarget(target, here); err != nil {
			t.Errorf("%+v: %v", target, err)
		}
	}
}

func TestTargetsAreChecked(t *testing.T) {
	template := func(paths map[string]string, text string) eventbus.Target {
		return eventbus.Target{ID: "a", ARN: topicARN, Transformer: &eventbus.Transformer{Paths: paths, Template: text}}
	}
	for want, target := range map[string]eventbus.Target{
		"The id":                {ID: "a b", ARN: topicARN},
		"not in correct format": {ID: "a", ARN: "x"},
		"not offered here":      {ID: "a", ARN: "arn:aws:sqs:eu-west-1:111122223333:queue"},
		"use an SNS topic":      {ID: "a", ARN: "arn:aws:events:eu-west-1:111122223333:api-destination/x/1"},
		"another account":       {ID: "a", ARN: "arn:aws:sns:eu-west-1:444455556666:alerts"},
		"another region":        {ID: "a", ARN: "arn:aws:sns:eu-west-2:111122223333:alerts"},
		"RoleArn is required":   {ID: "a", ARN: "arn:aws:ssm:eu-west-1:111122223333:automation-definition/Doc"},
		"Only one of":           {ID: "a", ARN: topicARN, Input: "1", InputPath: "$"},
		"not valid JSON":        {ID: "a", ARN: topicARN, Input: "x"},
		"a path begins with $":  {ID: "a", ARN: topicARN, InputPath: "detail"},
		"a name is missing":     {ID: "a", ARN: topicARN, InputPath: "$..x"},
		"a ] is missing":        {ID: "a", ARN: topicARN, InputPath: "$[0"},
		"[-1] is no number":     {ID: "a", ARN: topicARN, InputPath: "$[-1]"},
		"behind $ and ]":        {ID: "a", ARN: topicARN, InputPath: "$x"},
		"the variable y has no": template(map[string]string{"x": "$.a"}, `"<y>"`),
		"begins with AWS":       template(map[string]string{"AWSx": "$.a"}, `"<AWSx>"`),
		"the path a of x":       template(map[string]string{"x": "a"}, `"<x>"`),
		"does not become JSON":  template(map[string]string{"x": "$.a"}, `<x> is bad`),
		"it must have from 1":   template(nil, strings.Repeat(" ", 9000)),
	} {
		err := eventbus.CheckTarget(target, here)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", target, err, want)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	f.Add(`{"a":<x>,"b":"<x> \" <x>"}`, "$.detail.list[*].k", sampleEvent)
	f.Add("\"<x>\"\n\"\\<x>\"", "$['detail'].obj", sampleEvent)
	f.Fuzz(func(t *testing.T, template, path, event string) {
		target := eventbus.Target{ID: "a", ARN: topicARN, Transformer: &eventbus.Transformer{Paths: map[string]string{"x": path}, Template: template}}
		if eventbus.CheckTarget(target, here) != nil {
			return
		}
		_, _ = eventbus.InputOf(target, eventbus.Rule{Place: here}, event, time.Unix(0, 0))
	})
}
