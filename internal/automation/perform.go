package automation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// perform looks once at the step under way: it begins its action, or asks how far it is.
func (x *current) perform(ctx context.Context) outcome {
	s := x.step
	if a := actions[s.Action]; !a.offered {
		return outcome{err: fault.New(fault.Invalid, "the action %s is not offered; there are %s", s.Action, strings.Join(Offered(), ", "))}
	}
	strict := s.Action != "aws:branch" && s.Action != "aws:executeScript" && s.Action != "aws:updateVariable"
	if s.Action == "aws:loop" {
		return x.enterLoop(ctx)
	}
	in, err := x.inputs(s, strict)
	if err != nil {
		return outcome{err: err}
	}
	x.run.Value.Inputs = x.mask.inputs(in)
	switch s.Action {
	case "aws:executeAwsApi":
		return x.executeAPI(ctx, in)
	case "aws:assertAwsResourceProperty":
		return x.property(ctx, in, false)
	case "aws:waitForAwsResourceProperty":
		return x.property(ctx, in, true)
	case "aws:changeInstanceState":
		return x.changeInstances(ctx, in)
	case "aws:invokeLambdaFunction":
		return x.invokeLambda(ctx, in)
	case "aws:branch":
		return x.branch(in)
	case "aws:sleep":
		return x.sleep(in)
	case "aws:approve":
		return x.approve(ctx, in)
	case "aws:pause":
		return x.pauseUntilResumed()
	case "aws:executeScript":
		return x.script(ctx, in)
	case "aws:executeAutomation":
		return x.child(ctx, in)
	case "aws:updateVariable":
		return x.updateVariable(in)
	}
	return outcome{err: fault.New(fault.Internal, "the action %s has no way to run", s.Action)}
}

// inputs are the step's with references replaced. A script's text has none.
func (x *current) inputs(s *Step, strict bool) (map[string]any, error) {
	script, isScript := s.Inputs["Script"].(string)
	isScript = isScript && s.Action == "aws:executeScript"
	raw := s.Inputs
	if isScript {
		raw = make(map[string]any, len(s.Inputs))
		for k, v := range s.Inputs {
			if k != "Script" {
				raw[k] = v
			}
		}
	}
	v, err := resolve(raw, x.find, strict)
	if err != nil {
		return nil, err
	}
	in := v.(map[string]any)
	if isScript {
		in["Script"] = script
	}
	return in, nil
}

// find is the value of a reference.
func (x *current) find(name string) (any, bool, error) {
	p, w := x.exec.Value.Place, &x.work.Value
	now := x.Clock.Now()
	switch name {
	case "global:ACCOUNT_ID":
		return p.Account, true, nil
	case "global:REGION":
		return p.Region, true, nil
	case "global:AWS_PARTITION":
		return arn.Partition(p.Region), true, nil
	case "global:DATE":
		return now.Format("2006-01-02"), true, nil
	case "global:DATE_TIME":
		return now.Format("2006-01-02_15.04.05"), true, nil
	case "automation:EXECUTION_ID":
		return x.exec.ID, true, nil
	}
	if v, ok := strings.CutPrefix(name, "variable:"); ok {
		val, ok := w.Variables[v]
		return val, ok && val != nil, nil
	}
	if v, ok := w.Parameters[name]; ok {
		return v, true, nil
	}
	if l := w.Loop; l != nil {
		switch name {
		case l.Step + ".CurrentIteration":
			return number(l.Iteration), true, nil
		case l.Step + ".CurrentIteratorValue":
			return l.value(), l.value() != nil, nil
		}
	}
	v, ok := w.Outputs[name]
	return v, ok && v != nil, nil
}

// role is who the calls are made as.
func (x *current) role() (string, error) {
	v, err := resolve(x.doc.AssumeRole, x.find, false)
	return strings.TrimSpace(toText(v)), err
}

// errUnmade says that a dry run left a call out.
var errUnmade = errors.New("left out in a dry run")

// grace is how long a mutating call may go on when the process ends.
const grace = 5 * time.Second

// call makes one API call. A mutating one is written down before it is made, so that after a crash it is known that it
// may have happened; it is not torn off by a stop.
func (x *current) call(ctx context.Context, service, api string, inputs map[string]any, within time.Duration) (any, error) {
	role, err := x.role()
	if err != nil {
		return nil, err
	}
	e := &x.exec.Value
	c := Call{Account: e.Place.Account, Region: e.Place.Region, Role: role, Service: service, API: api, Inputs: encode(inputs)}
	m := Made{Place: e.Place, Execution: e.ID, Step: x.step.Name, Cause: e.Cause, Mutates: !Reads(api), Call: c, Shown: encode(x.mask.value("", map[string]any(inputs)))}
	if m.Mutates && e.DryRun {
		e.Calls = append(e.Calls, fmt.Sprintf("would call %s:%s %s", service, api, clip(string(m.Shown), maxShown)))
		x.work.Value.Unmade = true
		return nil, errUnmade
	}
	if x.Caller == nil {
		return nil, fault.New(fault.Unavailable, "no access to a cloud is configured, so %s:%s is not called", service, api)
	}
	if chooser, ok := x.Caller.(Chooser); ok {
		if err := chooser.Makes(ctx, c); err != nil {
			return nil, err
		}
	}
	if x.Observer != nil {
		if err := x.Observer.Before(ctx, m); err != nil {
			return nil, fmt.Errorf("%s:%s was not called: %w", service, api, err)
		}
	}
	under := x.live
	if m.Mutates {
		x.run.Value.Calling = service + ":" + api
		if err := x.save(ctx); err != nil {
			return nil, err
		}
		var stop func()
		if under, stop = outlast(ctx); stop != nil {
			defer stop()
		}
	}
	under, cancel := context.WithTimeout(under, within)
	defer cancel()
	m.Output, m.Err = x.Caller.Call(under, c)
	if m.Err == nil || under.Err() == nil || !m.Mutates {
		x.run.Value.Calling = "" // answered; a call torn off by the end of the process stays written down
	}
	if x.Observer != nil {
		x.Observer.After(context.WithoutCancel(ctx), m)
	}
	if m.Err != nil {
		return nil, m.Err
	}
	if len(m.Output) == 0 {
		return map[string]any{}, nil
	}
	return decodeJSON(m.Output)
}

// outlast is a context that ends a grace period after ctx.
func outlast(ctx context.Context) (context.Context, func()) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		t := time.NewTimer(grace)
		defer t.Stop()
		select {
		case <-t.C:
			cancel()
		case <-out.Done():
		}
	})
	return out, func() { stop(); cancel() }
}

// outputs applies the step's selectors to an answer. What a selector does not find has no value.
func (x *current) outputs(answer any) (map[string]any, error) {
	out := map[string]any{}
	for i := range x.step.Outputs {
		o := &x.step.Outputs[i]
		path := o.path
		if len(references(o.Selector)) > 0 {
			text, err := resolve(o.Selector, x.find, true)
			if err == nil {
				path, err = CompileSelector(toText(text))
			}
			if err != nil {
				return nil, fault.New(fault.Invalid, "the call was answered, but the Selector of the output %s cannot be used: %v", o.Name, err)
			}
		}
		v, ok := path.Select(answer)
		if l, isList := v.([]any); !ok || v == nil || isList && len(l) == 0 && o.Type == "String" {
			continue
		}
		c, err := Convert(v, o.Type)
		if err != nil {
			return nil, fault.New(fault.Invalid, "the call was answered, but the output %s (%s) cannot be read: %v", o.Name, o.Selector, err)
		}
		if len(encode(c)) > maxOutput {
			return nil, fault.New(fault.Invalid, "the output %s is larger than %d bytes; select less of the answer", o.Name, maxOutput)
		}
		out[o.Name] = c
	}
	return out, nil
}

// maxOutput bounds what one output keeps, as AWS does for scripts.
const maxOutput = 100 << 10

// unknown stands for an output that only a real run would have.
func (x *current) unknown() map[string]any {
	out := map[string]any{}
	for _, o := range x.step.Outputs {
		out[o.Name] = unknownMark + x.step.Name + "." + o.Name + ">"
	}
	for _, name := range actions[x.step.Action].outputs {
		if _, ok := out[name]; !ok {
			out[name] = unknownMark + x.step.Name + "." + name + ">"
		}
	}
	return out
}

const unknownMark = "<unknown before the call: "

func without(m map[string]any, keys ...string) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = v
	}
	for _, k := range keys {
		delete(out, k)
	}
	return out
}

// made makes a call and takes the step's outputs out of its answer. A dry run and a failure end the step with that.
func (x *current) made(ctx context.Context, service, api string, inputs map[string]any) (answer any, out map[string]any, ended *outcome) {
	answer, err := x.call(ctx, service, api, inputs, x.step.Timeout)
	if errors.Is(err, errUnmade) {
		return nil, nil, &outcome{outputs: x.unknown(), response: "left out: dry run"}
	}
	if err == nil {
		out, err = x.outputs(answer)
	}
	if err != nil {
		return nil, nil, &outcome{err: err}
	}
	return answer, out, nil
}

func (x *current) executeAPI(ctx context.Context, in map[string]any) outcome {
	answer, out, ended := x.made(ctx, toText(in["Service"]), toText(in["Api"]), without(in, "Service", "Api"))
	if ended != nil {
		return *ended
	}
	text := string(encode(x.mask.value("", answer)))
	if len(x.step.Outputs) == 0 && len(text) <= maxOutput {
		out["OutputPayload"] = answer
	}
	return outcome{outputs: out, response: text}
}

// poll is how often a waiting step looks.
const poll = 5 * time.Second

// property checks, or waits for, a property of a resource.
func (x *current) property(ctx context.Context, in map[string]any, wait bool) outcome {
	if x.work.Value.Unmade {
		x.note("would check that %s of %s:%s is %s", in["PropertySelector"], in["Service"], in["Api"], toText(in["DesiredValues"]))
		return outcome{outputs: x.unknown(), response: "left out: what it looks at was not changed in a dry run"}
	}
	sel, err := CompileSelector(toText(in["PropertySelector"]))
	if err != nil {
		return outcome{err: err}
	}
	want := fromJSON(in["DesiredValues"])
	answer, err := x.call(ctx, toText(in["Service"]), toText(in["Api"]), without(in, "Service", "Api", "PropertySelector", "DesiredValues"), min(x.step.Timeout, callTimeout))
	var api *APIError
	if wait && errors.As(err, &api) && api.Retryable {
		return outcome{wait: true, at: x.Clock.Now().Add(poll)}
	}
	if err != nil {
		return outcome{err: err}
	}
	have, ok := sel.Select(answer)
	if ok && desired(have, want) {
		out, err := x.outputs(answer)
		return outcome{outputs: out, response: toText(have), err: err}
	}
	if wait {
		x.run.Value.Response = clip(x.mask.text(toText(have)), maxShown)
		return outcome{wait: true, at: x.Clock.Now().Add(poll)}
	}
	if !ok {
		return outcome{err: fault.New(fault.Invalid, "the answer has no %s", sel.text)}
	}
	return outcome{err: fault.New(fault.Invalid, "%s is %s; wanted %s", sel.text, shorten(toText(have)), toText(want))}
}

// desired: every value that was found is one of those wanted, and there is one.
func desired(have, want any) bool {
	l, ok := have.([]any)
	if !ok {
		l = []any{have}
	}
	w, ok := want.([]any)
	if !ok {
		w = []any{want}
	}
	for _, h := range l {
		found := false
		for _, v := range w {
			found = found || toText(h) == toText(v)
		}
		if !found {
			return false
		}
	}
	return len(l) > 0
}

// note adds a line to what a dry run tells.
func (x *current) note(format string, args ...any) {
	x.exec.Value.Calls = append(x.exec.Value.Calls, x.mask.text(fmt.Sprintf(format, args...)))
}

func (x *current) branch(in map[string]any) outcome {
	if x.exec.Value.DryRun && strings.Contains(string(encode(in["Choices"])), unknownMark) {
		return outcome{err: fault.New(fault.Invalid, "the dry run ends here: the choice depends on what a call that was left out would have answered")}
	}
	choices, _ := in["Choices"].([]any)
	for _, c := range choices {
		m, _ := c.(map[string]any)
		ok, err := holds(m)
		if err != nil {
			return outcome{err: err}
		}
		if ok {
			return outcome{jump: toText(m["NextStep"]), response: toText(m["NextStep"])}
		}
	}
	return outcome{jump: toText(in["Default"]), response: toText(in["Default"])}
}

func (x *current) updateVariable(in map[string]any) outcome {
	name := strings.TrimPrefix(toText(in["Name"]), "variable:")
	v, err := Convert(in["Value"], x.doc.variable(name).Type)
	if err != nil {
		return outcome{err: err}
	}
	x.work.Value.Variables[name] = v
	return outcome{}
}

// strings of a value: one, or a list.
func texts(v any) []string {
	l, ok := toList(v).([]any)
	if !ok {
		return nil
	}
	out := make([]string, len(l))
	for i, e := range l {
		out[i] = toText(e)
	}
	return out
}

func rawJSON(v any) json.RawMessage { return encode(v) }
