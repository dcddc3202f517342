package automation

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

func (x *current) sleep(in map[string]any) outcome {
	s := &x.run.Value
	now := x.Clock.Now()
	if x.exec.Value.DryRun {
		x.note("would sleep %s%s", toText(in["Duration"]), toText(in["Timestamp"]))
		return outcome{}
	}
	if s.State.Until.IsZero() {
		if d, ok := in["Duration"]; ok {
			n, err := parseDuration(toText(d))
			if err != nil {
				return outcome{err: err}
			}
			s.State.Until = s.AttemptStarted.Add(n)
		} else {
			t, err := time.Parse(time.RFC3339, toText(in["Timestamp"]))
			if err != nil {
				return outcome{err: fault.New(fault.Invalid, "Timestamp is %s; it is a time such as 2030-01-01T00:00:00Z", shorten(toText(in["Timestamp"])))}
			}
			s.State.Until = t.UTC()
		}
	}
	if now.Before(s.State.Until) {
		return outcome{wait: true, at: s.State.Until}
	}
	return outcome{}
}

func (x *current) approve(ctx context.Context, in map[string]any) outcome {
	s := &x.run.Value
	if x.exec.Value.DryRun {
		x.note("would wait for the approval of %s", toText(in["Approvers"]))
		return outcome{outputs: x.unknown()}
	}
	if s.State.Approvers == nil {
		if err := x.askApprovers(ctx, in); err != nil {
			return outcome{err: err}
		}
	}
	approved := 0
	decisions := []any{}
	for _, d := range s.State.Decisions {
		decisions = append(decisions, map[string]any{"Approver": d.Approver, "Decision": d.Decision, "Comment": d.Comment})
		if d.Decision == "Reject" {
			s.Outputs = x.mask.lists(map[string]any{"ApprovalStatus": "Rejected", "ApproverDecisions": decisions})
			s.Attempt = x.step.MaxAttempts // a decision is not asked for again
			return outcome{err: fault.New(fault.Denied, "%s rejected it: %s", d.Approver, d.Comment)}
		}
		approved++
	}
	status := "Waiting"
	if approved >= s.State.Needed {
		status = "Approved"
	}
	out := map[string]any{"ApprovalStatus": status, "ApproverDecisions": decisions}
	s.Outputs = x.mask.lists(out)
	return outcome{outputs: out, wait: approved < s.State.Needed}
}

func (x *current) askApprovers(ctx context.Context, in map[string]any) error {
	s := &x.run.Value
	approvers := texts(in["Approvers"])
	needed := 1
	if v, ok := in["MinRequiredApprovals"]; ok {
		if needed, ok = toInt(v); !ok || needed < 1 {
			return fault.New(fault.Invalid, "MinRequiredApprovals is %s; it is a positive number", shorten(toText(v)))
		}
	}
	switch {
	case len(approvers) == 0 || len(approvers) > 10:
		return fault.New(fault.Invalid, "there are %d Approvers; there are 1 to 10", len(approvers))
	case needed > len(approvers):
		return fault.New(fault.Invalid, "MinRequiredApprovals is %d, and there are %d Approvers", needed, len(approvers))
	}
	if topic := toText(in["NotificationArn"]); topic != "" {
		_, err := x.call(ctx, "sns", "Publish", map[string]any{
			"TopicArn": topic, "Subject": "Automation approval: " + clip(x.exec.Value.Document, 60),
			"Message": "The automation execution " + x.exec.ID + " waits for approval in step " + s.Name + ". " + clip(toText(in["Message"]), maxShown),
		}, callTimeout)
		if err != nil {
			return err
		}
	}
	s.State.Approvers, s.State.Needed = approvers, needed
	return nil
}

func (x *current) pauseUntilResumed() outcome {
	if x.exec.Value.DryRun {
		x.note("would pause until it is resumed")
		return outcome{}
	}
	resumed := slices.ContainsFunc(x.run.Value.State.Decisions, func(d decision) bool { return d.Decision == "Resume" })
	return outcome{wait: !resumed}
}

// child runs another document. The step run and the child are written together, so that neither is without the other.
func (x *current) child(ctx context.Context, in map[string]any) outcome {
	e, s := &x.exec.Value, &x.run.Value
	if s.State.Child == "" {
		return x.startChild(ctx, in)
	}
	c, err := get(ctx, x.Store, func(tx docs.Tx) (docs.Doc[Execution], error) { return find(tx, e.Place, s.State.Child) })
	switch {
	case err != nil:
		return outcome{err: err}
	case !Ended(c.Value.Status):
		return outcome{wait: true, at: x.Clock.Now().Add(pause)}
	}
	outputs := []any{}
	for _, name := range sortedNames(c.Value.Outputs) {
		for _, v := range c.Value.Outputs[name] {
			outputs = append(outputs, v)
		}
	}
	out := map[string]any{"ExecutionId": c.ID, "Status": c.Value.Status, "Output": outputs}
	s.Outputs = x.mask.lists(out)
	e.Calls = append(e.Calls, c.Value.Calls...)
	x.work.Value.Unmade = x.work.Value.Unmade || len(c.Value.Calls) > 0
	if c.Value.Status != Success {
		return outcome{err: fault.New(fault.Invalid, "the execution %s of %s ended with %s: %s", c.ID, c.Value.Document, c.Value.Status, c.Value.Failure)}
	}
	return outcome{outputs: out}
}

func sortedNames(m map[string][]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (x *current) startChild(ctx context.Context, in map[string]any) outcome {
	e, s := &x.exec.Value, &x.run.Value
	if e.Depth >= maxNested {
		return outcome{err: fault.New(fault.Quota, "executions are nested %d deep already", e.Depth)}
	}
	given := map[string][]string{}
	params, _ := in["RuntimeParameters"].(map[string]any)
	for name, v := range params {
		if l, ok := v.([]any); ok {
			for _, i := range l {
				given[name] = append(given[name], toText(i))
			}
			continue
		}
		given[name] = []string{toText(v)}
	}
	name := toText(in["DocumentName"])
	if _, after, ok := strings.Cut(name, ":document/"); ok {
		name = after
	}
	child, w, err := x.prepare(ctx, Start{
		Place: e.Place, Document: name, Version: toText(in["DocumentVersion"]), Parameters: given, DryRun: e.DryRun, Cause: e.Cause, By: e.By,
	})
	if err != nil {
		return outcome{err: err}
	}
	child.Parent, child.Depth = e.ID, e.Depth+1
	w.Unmade = x.work.Value.Unmade
	s.State.Child, s.Status, s.Wake = child.ID, Waiting, x.Clock.Now()
	if err := x.saveAnd(ctx, func(tx docs.Tx) error { return insert(tx, child, w, "") }); err != nil {
		return outcome{err: err}
	}
	x.summon(executionKey(child.Place, child.ID))
	return outcome{err: errLooping} // saved; looked at again
}

var instanceCalls = map[string]string{"running": "StartInstances", "stopped": "StopInstances", "terminated": "TerminateInstances"}

// changeInstances sets the state of EC2 instances and waits until they have it.
func (x *current) changeInstances(ctx context.Context, in map[string]any) outcome {
	s := &x.run.Value
	desiredState := toText(in["DesiredState"])
	api, ok := instanceCalls[desiredState]
	ids := toList(in["InstanceIds"])
	if !ok {
		return outcome{err: fault.New(fault.Invalid, "DesiredState is %s; it is running, stopped or terminated", shorten(desiredState))}
	}
	if toText(in["CheckStateOnly"]) != "true" && !s.State.Changed {
		call := map[string]any{"InstanceIds": ids}
		if toText(in["Force"]) == "true" && desiredState == "stopped" {
			call["Force"] = true
		}
		if _, err := x.call(ctx, "ec2", api, call, callTimeout); err != nil && !errors.Is(err, errUnmade) {
			return outcome{err: err}
		}
		s.State.Changed = true
	}
	if x.work.Value.Unmade {
		return outcome{outputs: x.unknown(), response: "left out: dry run"}
	}
	answer, err := x.call(ctx, "ec2", "DescribeInstances", map[string]any{"InstanceIds": ids}, callTimeout)
	if err != nil {
		return outcome{err: err}
	}
	states, _ := instanceStates.Select(answer)
	ready := desired(states, []any{desiredState}) && len(states.([]any)) == len(ids.([]any))
	if ready && desiredState == "running" {
		if answer, err = x.call(ctx, "ec2", "DescribeInstanceStatus", map[string]any{"InstanceIds": ids}, callTimeout); err != nil {
			return outcome{err: err}
		}
		checks, _ := instanceChecks.Select(answer)
		ready = desired(checks, []any{"ok"})
	}
	if !ready {
		return outcome{wait: true, at: x.Clock.Now().Add(poll)}
	}
	return outcome{outputs: map[string]any{"InstanceStates": states}, response: toText(states)}
}

var (
	instanceStates = mustSelect("$.Reservations[*].Instances[*].State.Name")
	instanceChecks = mustSelect("$.InstanceStatuses[*]['InstanceStatus','SystemStatus'].Status")
)

func mustSelect(path string) *Selector {
	s, err := CompileSelector(path)
	if err != nil {
		panic(err)
	}
	return s
}

func (x *current) invokeLambda(ctx context.Context, in map[string]any) outcome {
	call := without(in, "InputPayload")
	if p, ok := in["InputPayload"]; ok {
		call["Payload"] = string(rawJSON(p))
	} else if p, ok := in["Payload"]; ok {
		call["Payload"] = toText(p)
	}
	answer, out, ended := x.made(ctx, "lambda", "Invoke", call)
	if ended != nil {
		return *ended
	}
	m, _ := answer.(map[string]any)
	for _, name := range []string{"StatusCode", "FunctionError", "LogResult", "Payload"} {
		if v, ok := m[name]; ok && v != nil {
			out[name] = v
		}
	}
	if e := toText(m["FunctionError"]); e != "" {
		return outcome{err: fault.New(fault.Invalid, "the function %s failed (%s): %s", toText(in["FunctionName"]), e, clip(toText(m["Payload"]), 1000))}
	}
	return outcome{outputs: out, response: toText(m["Payload"])}
}
