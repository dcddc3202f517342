package automation_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

var here = automation.Place{Account: "111122223333", Region: "eu-west-1"}

// cloud answers calls from a table of lists: each call takes the next answer, the last one stays.
type cloud struct {
	mu      sync.Mutex
	answers map[string][]any // JSON text or error
	made    []string
	roles   []string
	during  func(c automation.Call)
}

func (c *cloud) Call(ctx context.Context, call automation.Call) (json.RawMessage, error) {
	if c.during != nil {
		c.during(call)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	key := call.Service + ":" + call.API
	c.made = append(c.made, key+" "+string(call.Inputs))
	c.roles = append(c.roles, call.Role)
	l := c.answers[key]
	if len(l) == 0 {
		return json.RawMessage("{}"), nil
	}
	if len(l) > 1 {
		c.answers[key] = l[1:]
	}
	if err, ok := l[0].(error); ok {
		return nil, err
	}
	return json.RawMessage(l[0].(string)), ctx.Err()
}

type house struct {
	t       *testing.T
	clock   *stamp.Fixed
	store   automation.Store
	cloud   *cloud
	library *automation.Library
	runner  *automation.Runner
	options automation.Options
}

func newHouse(t *testing.T, answers map[string][]any) *house {
	env := storetest.Open(t)
	h := &house{t: t, clock: env.Clock, cloud: &cloud{answers: answers}}
	h.store = store.For(env.DB, func(tx *store.Tx) docs.Tx { return tx })
	h.library = automation.NewLibrary(h.store, h.clock, automation.Published{})
	h.options = automation.Options{Store: h.store, Library: h.library, Clock: h.clock, Caller: h.cloud}
	h.runner = automation.NewRunner(h.options)
	return h
}

func (h *house) document(name, body string) {
	h.t.Helper()
	if _, _, err := h.library.Create(h.t.Context(), here, automation.New{Name: name, Content: "schemaVersion: '0.3'\n" + body}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) start(s automation.Start) string {
	h.t.Helper()
	s.Place = here
	if s.Document == "" {
		s.Document = "doc"
	}
	id, err := h.runner.Start(h.t.Context(), s)
	if err != nil {
		h.t.Fatal(err)
	}
	h.settle()
	return id
}

func (h *house) settle() {
	h.t.Helper()
	if err := h.runner.Settle(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// want checks an execution in one line: its status, then each step run with its status.
func (h *house) want(id, want string) automation.Execution {
	h.t.Helper()
	e, steps, err := h.runner.Execution(h.t.Context(), here, id)
	if err != nil {
		h.t.Fatal(err)
	}
	got := e.Status
	for _, s := range steps {
		got += " " + s.Name + "=" + s.Status
	}
	if got != want {
		h.t.Errorf("execution is %q, want %q (%s)", got, want, e.Failure)
		for _, s := range steps {
			h.t.Logf("%s: %s", s.Name, s.Failure)
		}
	}
	return e
}

func (h *house) calls(want ...string) {
	h.t.Helper()
	if !slices.Equal(h.cloud.made, want) {
		h.t.Errorf("calls\n%s\nwant\n%s", strings.Join(h.cloud.made, "\n"), strings.Join(want, "\n"))
	}
}

// TestStory: parameters, a role, a read, a branch, a write, outputs.
func TestStory(t *testing.T) {
	h := newHouse(t, map[string][]any{"ec2:DescribeInstances": {`{"Reservations":[{"Instances":[{"State":{"Name":"running"},"Id":7}]}]}`}})
	h.document("doc", `
assumeRole: "{{ Role }}"
parameters: {Role: {type: String, default: ""}, Ids: {type: StringList}}
mainSteps:
- {name: get, action: aws:executeAwsApi, inputs: {Service: ec2, Api: DescribeInstances, InstanceIds: ["{{ Ids }}"]}, outputs: [{Name: state, Selector: "$.Reservations[0].Instances[0].State.Name"}, {Name: n, Selector: "$.Reservations[0].Instances[0].Id", Type: Integer}]}
- {name: choose, action: aws:branch, inputs: {Choices: [{NextStep: stop, Variable: "{{ get.state }}", StringEquals: running}]}, isEnd: true}
- {name: stop, action: aws:executeAwsApi, inputs: {Service: ec2, Api: StopInstances, InstanceIds: "{{ Ids }}", Note: "{{ global:REGION }} {{ get.n }}", N: "{{ get.n }}"}}
outputs: [get.state]
`)
	id := h.start(automation.Start{Parameters: map[string][]string{"Ids": {"i-1", "i-2"}, "Role": {"arn:aws:iam::111122223333:role/r"}}, Cause: "because", By: "me"})
	e := h.want(id, "Success get=Success choose=Success stop=Success")
	h.calls(`ec2:DescribeInstances {"InstanceIds":["i-1","i-2"]}`, `ec2:StopInstances {"InstanceIds":["i-1","i-2"],"N":7,"Note":"eu-west-1 7"}`)
	if h.cloud.roles[0] != "arn:aws:iam::111122223333:role/r" || e.Outputs["get.state"][0] != "running" || e.Cause != "because" {
		t.Errorf("role %q, outputs %v, cause %q", h.cloud.roles[0], e.Outputs, e.Cause)
	}
}

func api(code string) error {
	return &automation.APIError{Service: "s3", API: "X", Code: code, Message: "m"}
}

// TestFailures: Abort, Continue, a step to go to, critical or not, attempts with pauses between them.
func TestFailures(t *testing.T) {
	step := func(name, options string) string {
		return fmt.Sprintf("- {name: %s, action: aws:executeAwsApi, inputs: {Service: s3, Api: Put%s}%s}\n", name, name, options)
	}
	for name, c := range map[string]struct{ doc, want string }{
		"abort":        {step("A", "") + step("B", ""), "Failed A=Failed"},
		"continue":     {step("A", ", onFailure: Continue") + step("B", ""), "Success A=Failed B=Success"},
		"critical":     {step("A", ", onFailure: Continue, isCritical: true") + step("B", ""), "Failed A=Failed B=Success"},
		"rollback":     {step("A", ", onFailure: 'step:C'") + step("B", ", isEnd: true") + step("C", ""), "Failed A=Failed C=Success"},
		"not critical": {step("A", ", onFailure: 'step:C', isCritical: false") + step("B", ", isEnd: true") + step("C", ""), "Success A=Failed C=Success"},
		"end":          {step("A", ", onFailure: Continue, isEnd: true") + step("B", "")[:0], "Success A=Failed"},
		"attempts":     {step("A", ", maxAttempts: 2") + step("B", ""), "Failed A=Failed"},
		"third":        {step("A", ", maxAttempts: 3") + step("B", ""), "Success A=Success B=Success"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, map[string][]any{"s3:PutA": {api("Denied"), api("Denied"), `{}`}})
			h.document("doc", "mainSteps:\n"+c.doc)
			id := h.start(automation.Start{})
			for range 5 {
				h.clock.Advance(2 * time.Second)
				h.settle()
			}
			e := h.want(id, c.want)
			if e.Status == automation.Failed && !strings.Contains(e.Failure, "s3:X: Denied: m") {
				t.Errorf("failure = %q", e.Failure)
			}
		})
	}
}

// TestWaits: waiting for a property, asserting it, timeouts, sleeping.
func TestWaits(t *testing.T) {
	h := newHouse(t, map[string][]any{"rds:DescribeDBInstances": {`{"S":"modifying"}`, `{"S":"modifying"}`, `{"S":"available"}`}})
	h.document("doc", `
mainSteps:
- {name: wait, action: "aws:waitForAwsResourceProperty", timeoutSeconds: 60, inputs: {Service: rds, Api: DescribeDBInstances, PropertySelector: $.S, DesiredValues: [available]}}
- {name: nap, action: aws:sleep, inputs: {Duration: PT10M}}
- {name: sure, action: "aws:assertAwsResourceProperty", inputs: {Service: rds, Api: DescribeDBInstances, PropertySelector: $.S, DesiredValues: [stopped, available]}}
`)
	id := h.start(automation.Start{})
	h.want(id, "InProgress wait=Waiting")
	for range 2 {
		h.clock.Advance(5 * time.Second)
		h.settle()
	}
	h.want(id, "InProgress wait=Success nap=Waiting")
	h.clock.Advance(9 * time.Minute)
	h.settle()
	h.want(id, "InProgress wait=Success nap=Waiting")
	h.clock.Advance(time.Minute)
	h.settle()
	h.want(id, "Success wait=Success nap=Success sure=Success")

	h.cloud.answers["rds:DescribeDBInstances"] = []any{`{"S":"failed"}`}
	id = h.start(automation.Start{})
	for range 13 {
		h.clock.Advance(5 * time.Second)
		h.settle()
	}
	if e := h.want(id, "TimedOut wait=TimedOut"); !strings.Contains(e.Failure, "1m0s") {
		t.Errorf("failure = %q", e.Failure)
	}
	h.document("assert", `
mainSteps:
- {name: sure, action: "aws:assertAwsResourceProperty", inputs: {Service: rds, Api: DescribeDBInstances, PropertySelector: $.S, DesiredValues: [stopped]}}
`)
	id = h.start(automation.Start{Document: "assert"})
	if e := h.want(id, "Failed sure=Failed"); !strings.Contains(e.Failure, `$.S is "failed"; wanted ["stopped"]`) {
		t.Errorf("failure = %q", e.Failure)
	}
}

// TestLoops: over items, and while a condition holds.
func TestLoops(t *testing.T) {
	h := newHouse(t, map[string][]any{"sqs:GetX": {`{"More":true}`, `{"More":true}`, `{"More":false}`}})
	h.document("doc", `
parameters: {Ids: {type: StringList}}
variables: {last: {type: String, default: none}}
mainSteps:
- name: each
  action: aws:loop
  inputs:
    Iterators: "{{ Ids }}"
    Steps:
    - {name: tag, action: aws:executeAwsApi, onFailure: Continue, inputs: {Service: ec2, Api: CreateTags, R: "{{ each.CurrentIteratorValue }}", N: "{{ each.CurrentIteration }}"}}
    - {name: note, action: aws:updateVariable, inputs: {Name: "variable:last", Value: "{{ each.CurrentIteratorValue }}"}}
- name: again
  action: aws:loop
  inputs:
    LoopCondition: {Variable: "{{ look.more }}", BooleanEquals: true}
    MaxIterations: 5
    Steps:
    - {name: look, action: aws:executeAwsApi, inputs: {Service: sqs, Api: GetX, Last: "{{ variable:last }}"}, outputs: [{Name: more, Selector: $.More, Type: Boolean}]}
outputs: [again.CurrentIteration]
`)
	id := h.start(automation.Start{Parameters: map[string][]string{"Ids": {"a", "b"}}})
	e := h.want(id, "Success each=Success tag=Success note=Success tag=Success note=Success again=Success look=Success look=Success look=Success")
	h.calls(`ec2:CreateTags {"N":1,"R":"a"}`, `ec2:CreateTags {"N":2,"R":"b"}`, `sqs:GetX {"Last":"b"}`, `sqs:GetX {"Last":"b"}`, `sqs:GetX {"Last":"b"}`)
	if e.Outputs["again.CurrentIteration"][0] != "3" {
		t.Errorf("outputs = %v", e.Outputs)
	}
	h.document("bad", `
mainSteps:
- {name: each, action: aws:loop, inputs: {Iterators: [a, b], Steps: [{name: put, action: aws:executeAwsApi, inputs: {Service: s3, Api: PutX}}]}}
`)
	h.cloud.answers["s3:PutX"] = []any{api("Denied")}
	h.want(h.start(automation.Start{Document: "bad"}), "Failed each=Failed put=Failed")
}

// TestApproval: who may decide, how many must, and what a rejection does.
func TestApproval(t *testing.T) {
	h := newHouse(t, nil)
	h.document("doc", `
mainSteps:
- {name: ask, action: aws:approve, onFailure: Abort, inputs: {Approvers: [ann, "arn:aws:iam::111122223333:role/ops"], MinRequiredApprovals: 2, NotificationArn: "arn:aws:sns:eu-west-1:111122223333:Automation"}}
- {name: hold, action: aws:pause, inputs: {}}
- {name: go, action: aws:executeAwsApi, inputs: {Service: s3, Api: PutX}}
`)
	ann, ops := "arn:aws:iam::111122223333:user/ann", "arn:aws:sts::111122223333:assumed-role/ops/session"
	id := h.start(automation.Start{})
	h.want(id, "Waiting ask=Waiting")
	signal := func(typ, by, want string) {
		t.Helper()
		err := h.runner.Signal(t.Context(), here, id, automation.Signal{Type: typ, By: by, Comment: "fine"})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s by %s: %v, want %q", typ, by, err, want)
		}
		h.settle()
	}
	signal("Approve", "arn:aws:iam::111122223333:user/joann", "no approver")
	signal("Approve", "arn:aws:sts::444455556666:assumed-role/ops/session", "no approver")
	signal("Resume", ann, "aws:approve")
	signal("StartStep", ann, "not offered")
	signal("Approve", ann, "")
	h.want(id, "Waiting ask=Waiting")
	signal("Approve", ann, "already")
	signal("Approve", ops, "")
	h.want(id, "Waiting ask=Success hold=Waiting")
	signal("Approve", ann, "aws:pause")
	signal("Resume", "anyone", "")
	h.want(id, "Success ask=Success hold=Success go=Success")
	signal("Resume", "anyone", "waits for no signal")

	id = h.start(automation.Start{})
	signal("Reject", ann, "")
	if e := h.want(id, "Failed ask=Failed"); !strings.Contains(e.Failure, "rejected it: fine") {
		t.Errorf("failure = %q", e.Failure)
	}
}

// TestChild: an execution inside another, its outputs and its failure.
func TestChild(t *testing.T) {
	h := newHouse(t, map[string][]any{"s3:GetX": {`{"V":"v"}`, api("Gone")}})
	h.document("inner", `
parameters: {P: {type: String}}
mainSteps:
- {name: look, action: aws:executeAwsApi, inputs: {Service: s3, Api: GetX, P: "{{ P }}"}, outputs: [{Name: v, Selector: $.V}]}
outputs: [look.v]
`)
	h.document("doc", `
mainSteps:
- {name: run, action: aws:executeAutomation, inputs: {DocumentName: inner, RuntimeParameters: {P: [x]}}}
- {name: use, action: aws:executeAwsApi, inputs: {Service: s3, Api: PutY, V: "{{ run.Output }}"}}
`)
	id := h.start(automation.Start{})
	h.clock.Advance(time.Second)
	h.settle()
	h.want(id, "Success run=Success use=Success")
	h.calls(`s3:GetX {"P":"x"}`, `s3:PutY {"V":["v"]}`)
	id = h.start(automation.Start{})
	h.clock.Advance(time.Second)
	h.settle()
	if e := h.want(id, "Failed run=Failed"); !strings.Contains(e.Failure, "Gone") {
		t.Errorf("failure = %q", e.Failure)
	}
	h.document("self", "mainSteps:\n- {name: run, action: aws:executeAutomation, inputs: {DocumentName: self}}\n")
	id = h.start(automation.Start{Document: "self"})
	for range 10 {
		h.clock.Advance(time.Second)
		h.settle()
	}
	if e := h.want(id, "Failed run=Failed"); !strings.Contains(e.Failure, "nested") {
		t.Errorf("failure = %q", e.Failure)
	}
}

// TestStop: Cancel with and without onCancel, Complete, and what cannot be stopped.
func TestStop(t *testing.T) {
	h := newHouse(t, nil)
	h.document("doc", `
mainSteps:
- {name: nap, action: aws:sleep, inputs: {Duration: PT1H}}
- {name: go, action: aws:executeAwsApi, inputs: {Service: s3, Api: PutX}}
`)
	h.document("undo", `
mainSteps:
- {name: nap, action: aws:sleep, onCancel: "step:undo", isEnd: true, inputs: {Duration: PT1H}}
- {name: undo, action: aws:executeAwsApi, inputs: {Service: s3, Api: DeleteX}}
`)
	stop := func(id, how string) {
		t.Helper()
		if err := h.runner.Stop(t.Context(), here, id, how); err != nil {
			t.Fatal(err)
		}
		h.settle()
	}
	id := h.start(automation.Start{})
	stop(id, automation.Cancel)
	h.want(id, "Cancelled nap=Cancelled")
	if err := h.runner.Stop(t.Context(), here, id, automation.Cancel); fault.KindOf(err) != fault.Conflict {
		t.Errorf("stopped twice: %v", err)
	}
	id = h.start(automation.Start{Document: "undo"})
	stop(id, automation.Cancel)
	h.want(id, "Cancelled nap=Cancelled undo=Success")
	id = h.start(automation.Start{})
	stop(id, automation.Complete)
	h.clock.Advance(time.Hour)
	h.settle()
	h.want(id, "Success nap=Success")
	h.calls("s3:DeleteX {}")
	if err := h.runner.Stop(t.Context(), automation.Place{Account: "444455556666", Region: "eu-west-1"}, id, automation.Cancel); fault.KindOf(err) != fault.NotFound {
		t.Errorf("stopped from another account: %v", err)
	}
}

// TestDryRun: reads are made, writes only told.
func TestDryRun(t *testing.T) {
	h := newHouse(t, map[string][]any{"s3:GetX": {`{"V":"v"}`}})
	h.document("doc", `
parameters: {AdminPassword: {type: String}}
mainSteps:
- {name: look, action: aws:executeAwsApi, inputs: {Service: s3, Api: get_x}, outputs: [{Name: v, Selector: $.V}]}
- {name: put, action: aws:executeAwsApi, inputs: {Service: s3, Api: PutX, V: "{{ AdminPassword }}"}, outputs: [{Name: id, Selector: $.Id}]}
- {name: wait, action: "aws:waitForAwsResourceProperty", inputs: {Service: s3, Api: GetX, Id: "{{ put.id }}", PropertySelector: $.V, DesiredValues: [w]}}
- {name: choose, action: aws:branch, inputs: {Choices: [{NextStep: end, Variable: "{{ put.id }}", StringEquals: x}]}}
- {name: end, action: aws:sleep, inputs: {Duration: PT1H}}
`)
	id := h.start(automation.Start{DryRun: true, Parameters: map[string][]string{"AdminPassword": {"hunter22"}}})
	e := h.want(id, "Failed look=Success put=Success wait=Success choose=Failed")
	if !strings.Contains(e.Failure, "the dry run ends here") || len(e.Calls) != 2 || e.Calls[0] != `would call s3:PutX {"V":"********"}` {
		t.Errorf("failure %q, calls %q", e.Failure, e.Calls)
	}
	h.calls("s3:get_x {}")
}

// TestSecrets: a secret parameter reaches the call and nothing that is stored once the execution has ended.
func TestSecrets(t *testing.T) {
	h := newHouse(t, map[string][]any{"rds:ModifyDBInstance": {`{"Echo":"got hunter22","MasterUserPassword":"other"}`}})
	h.document("doc", `
parameters: {NewPassword: {type: String}, SecretId: {type: String}}
mainSteps:
- {name: put, action: aws:executeAwsApi, inputs: {Service: rds, Api: ModifyDBInstance, Text: "pw={{ NewPassword }}", Id: "{{ SecretId }}"}, outputs: [{Name: echo, Selector: $.Echo}]}
outputs: [put.echo]
`)
	id := h.start(automation.Start{Parameters: map[string][]string{"NewPassword": {"hunter22"}, "SecretId": {"name-of-it"}}})
	h.want(id, "Success put=Success")
	h.calls(`rds:ModifyDBInstance {"Id":"name-of-it","Text":"pw=hunter22"}`)
	all := ""
	for _, kind := range []string{"automation-execution", "automation-step", "automation-work", "automation-order"} {
		err := h.store.Read(t.Context(), func(tx docs.Tx) error {
			rs, err := tx.ListDocs(scope(), kind, docs.Key{}, 0)
			for _, r := range rs {
				all += string(r.Body)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(all, "hunter22") || strings.Contains(all, `"other"`) || !strings.Contains(all, "name-of-it") || !strings.Contains(all, "pw=********") {
		t.Errorf("stored: %s", all)
	}
}

// TestRestart: a new process goes on where the last one was; a mutating call under way is not made again.
func TestRestart(t *testing.T) {
	h := newHouse(t, map[string][]any{"s3:GetX": {`{"V":5}`}})
	h.document("doc", `
mainSteps:
- {name: look, action: aws:executeAwsApi, inputs: {Service: s3, Api: GetX}, outputs: [{Name: v, Selector: $.V, Type: Integer}]}
- {name: put, action: aws:executeAwsApi, maxAttempts: 3, onFailure: "step:undo", inputs: {Service: s3, Api: PutX, V: "{{ look.v }}"}, isEnd: true}
- {name: undo, action: aws:executeAwsApi, inputs: {Service: s3, Api: DeleteX, V: "{{ look.v }}"}}
`)
	for _, at := range []string{"s3:GetX", "s3:PutX"} {
		t.Run(at, func(t *testing.T) {
			h.cloud.made = nil
			ctx, kill := context.WithCancel(t.Context())
			h.cloud.during = func(c automation.Call) {
				if c.Service+":"+c.API == at {
					kill()
					panic("killed")
				}
			}
			id, err := h.runner.Start(ctx, automation.Start{Place: here, Document: "doc"})
			if err != nil {
				t.Fatal(err)
			}
			func() {
				defer func() { _ = recover() }()
				_ = h.runner.Settle(ctx)
			}()
			h.cloud.during = nil
			second, stop := context.WithCancel(t.Context())
			done := make(chan error, 1)
			r := automation.NewRunner(h.options)
			go func() { done <- r.Run(second) }()
			await(t, r, id)
			stop()
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			if at == "s3:GetX" {
				h.want(id, "Success look=Success put=Success")
				h.calls("s3:GetX {}", `s3:PutX {"V":5}`)
				return
			}
			e := h.want(id, "Failed look=Success put=Failed undo=Success")
			if !strings.Contains(e.Failure, "s3:PutX was under way and may have happened or not") {
				t.Errorf("failure = %q", e.Failure)
			}
			h.calls("s3:GetX {}", `s3:DeleteX {"V":5}`)
		})
	}
}

func await(t *testing.T, r *automation.Runner, id string) {
	t.Helper()
	for range 200 {
		e, _, err := r.Execution(t.Context(), here, id)
		if err != nil {
			t.Fatal(err)
		}
		if automation.Ended(e.Status) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the execution did not end")
}

type observer struct {
	seen   []string
	refuse bool
}

func (o *observer) Before(_ context.Context, m automation.Made) error {
	o.seen = append(o.seen, fmt.Sprintf("before %s %s %v", m.Step, m.Call.API, m.Mutates))
	if o.refuse && m.Mutates {
		return errors.New("the ledger is closed")
	}
	return nil
}

func (o *observer) After(_ context.Context, m automation.Made) {
	o.seen = append(o.seen, fmt.Sprintf("after %s %s %s %v", m.Step, m.Call.API, m.Output, m.Err))
}

// TestObserver: it sees each call before and after, and its refusal keeps a call from being made.
func TestObserver(t *testing.T) {
	h := newHouse(t, map[string][]any{"s3:GetX": {`{"V":5}`}})
	o := &observer{}
	h.options.Observer = o
	h.runner = automation.NewRunner(h.options)
	h.document("doc", "mainSteps:\n- {name: look, action: aws:executeAwsApi, inputs: {Service: s3, Api: GetX}}\n- {name: put, action: aws:executeAwsApi, inputs: {Service: s3, Api: PutX}}\n")
	h.want(h.start(automation.Start{}), "Success look=Success put=Success")
	want := []string{"before look GetX false", `after look GetX {"V":5} <nil>`, "before put PutX true", "after put PutX {} <nil>"}
	if !slices.Equal(o.seen, want) {
		t.Errorf("seen %q", o.seen)
	}
	o.refuse, h.cloud.made = true, nil
	if e := h.want(h.start(automation.Start{}), "Failed look=Success put=Failed"); !strings.Contains(e.Failure, "the ledger is closed") {
		t.Errorf("failure = %q", e.Failure)
	}
	h.calls("s3:GetX {}")
}

// TestStartRefused: what cannot start, and the token that finds the first execution again.
func TestStartRefused(t *testing.T) {
	h := newHouse(t, nil)
	h.document("doc", "parameters: {P: {type: String, default: a}}\nmainSteps:\n- {name: nap, action: aws:sleep, inputs: {Duration: PT1S}}\n- {name: run, action: aws:runCommand}\n")
	start := func(s automation.Start) (string, error) {
		s.Place = here
		return h.runner.Start(t.Context(), s)
	}
	first, err := start(automation.Start{Document: "doc", Token: "t"})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := start(automation.Start{Document: "doc", Token: "t"}); err != nil || again != first {
		t.Errorf("again = %s, %v; want %s", again, err, first)
	}
	for want, s := range map[string]automation.Start{
		"InvalidDocument":                               {Document: "none"},
		"InvalidDocumentVersion":                        {Document: "doc", Version: "2"},
		"IdempotentParameterMismatch":                   {Document: "doc", Token: "t", Parameters: map[string][]string{"P": {"b"}}},
		"InvalidAutomationExecutionParametersException": {Document: "doc", Parameters: map[string][]string{"Q": {"b"}}},
	} {
		_, err := start(s)
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != want {
			t.Errorf("%+v: %v, want %s", s, err, want)
		}
	}
	h.settle()
	h.clock.Advance(time.Second)
	h.settle()
	if e := h.want(first, "Failed nap=Success run=Failed"); !strings.Contains(e.Failure, "aws:runCommand is not offered") {
		t.Errorf("failure = %q", e.Failure)
	}
}

func scope() arn.Scope { return arn.In(here.Account, here.Region) }

// TestSelectorReference: an output may be selected by a value of the execution; one that selects nothing has no value.
func TestSelectorReference(t *testing.T) {
	h := newHouse(t, map[string][]any{"iam:ListRoles": {`{"Roles":[{"RoleId":"A1","RoleName":"one"},{"RoleId":"A2","RoleName":"two"}]}`}})
	h.document("doc", `
parameters: {Id: {type: String}}
mainSteps:
- {name: list, action: aws:executeAwsApi, inputs: {Service: iam, Api: ListRoles}, outputs: [{Name: name, Selector: "$.Roles[?(@.RoleId=='{{ Id }}')].RoleName"}]}
- {name: get, action: aws:executeAwsApi, inputs: {Service: iam, Api: GetRole, RoleName: "{{ list.name }}"}}
`)
	h.want(h.start(automation.Start{Parameters: map[string][]string{"Id": {"A2"}}}), "Success list=Success get=Success")
	h.want(h.start(automation.Start{Parameters: map[string][]string{"Id": {"A3"}}}), "Failed list=Success get=Failed")
	h.want(h.start(automation.Start{Parameters: map[string][]string{"Id": {"' || @"}}}), "Failed list=Failed")
	h.calls(`iam:ListRoles {}`, `iam:GetRole {"RoleName":"two"}`, `iam:ListRoles {}`, `iam:ListRoles {}`)
	_, _, err := h.library.Create(t.Context(), here, automation.New{Name: "bad", Content: `
schemaVersion: "0.3"
mainSteps:
- {name: list, action: aws:executeAwsApi, inputs: {Service: iam, Api: ListRoles}, outputs: [{Name: name, Selector: "$.Roles['{{ None }}']"}]}
`})
	if err == nil || !strings.Contains(err.Error(), "no such parameter") {
		t.Errorf("error = %v", err)
	}
}
