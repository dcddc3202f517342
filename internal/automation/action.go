package automation

import (
	"slices"
	"strings"
	"time"
)

// action is what documents may say about one action.
type action struct {
	// offered says that the house runs it; the others are AWS's, and fail honestly when their step is reached.
	offered bool
	// required and inputs are the members of inputs; inputs nil means any.
	required, inputs []string
	// outputs are those that need no declaration.
	outputs []string
	// timeout is for one attempt when the step says none.
	timeout time.Duration
	check   func(s *Step, in *node) error
}

// timeouts as the user guide gives them; what it leaves open is kept short for calls and long for waits.
const (
	callTimeout    = time.Minute
	waitTimeout    = time.Hour
	scriptTimeout  = 10 * time.Minute
	approveTimeout = 7 * 24 * time.Hour
)

var actions = map[string]action{}

// The table is filled here because the checks of loops and branches lead back to it.
func init() {
	api := []string{"Service", "Api"}
	property := []string{"Service", "Api", "PropertySelector", "DesiredValues"}
	for name, a := range map[string]action{
		"aws:executeAwsApi":              {required: api, timeout: callTimeout, check: checkCall},
		"aws:assertAwsResourceProperty":  {required: property, timeout: callTimeout, check: checkProperty},
		"aws:waitForAwsResourceProperty": {required: property, timeout: waitTimeout, check: checkProperty},
		"aws:branch":                     {required: []string{"Choices"}, inputs: []string{"Choices", "Default"}, timeout: callTimeout, check: checkBranch},
		"aws:sleep":                      {inputs: []string{"Duration", "Timestamp"}, timeout: 8 * 24 * time.Hour, check: checkSleep},
		"aws:executeScript": {
			required: []string{"Runtime"}, inputs: []string{"Runtime", "Handler", "InputPayload", "Script", "Attachment"},
			outputs: []string{"Payload"}, timeout: scriptTimeout, check: checkScript,
		},
		"aws:approve": {
			required: []string{"Approvers"}, inputs: []string{"NotificationArn", "Message", "MinRequiredApprovals", "Approvers"},
			outputs: []string{"ApprovalStatus", "ApproverDecisions"}, timeout: approveTimeout, check: checkApprove,
		},
		"aws:pause": {timeout: 30 * 24 * time.Hour},
		"aws:executeAutomation": {
			required: []string{"DocumentName"}, inputs: []string{"DocumentName", "DocumentVersion", "RuntimeParameters"},
			outputs: []string{"Output", "ExecutionId", "Status"}, timeout: waitTimeout,
		},
		"aws:changeInstanceState": {
			required: []string{"InstanceIds", "DesiredState"}, inputs: []string{"InstanceIds", "CheckStateOnly", "DesiredState", "Force", "AdditionalInfo"},
			outputs: []string{"InstanceStates"}, timeout: waitTimeout,
		},
		"aws:invokeLambdaFunction": {
			required: []string{"FunctionName"}, inputs: []string{"FunctionName", "Qualifier", "InvocationType", "LogType", "ClientContext", "Payload", "InputPayload"},
			outputs: []string{"StatusCode", "FunctionError", "LogResult", "Payload"}, timeout: 5 * time.Minute,
		},
		"aws:loop": {
			inputs:  []string{"Steps", "Iterators", "IteratorDataType", "LoopCondition", "MaxIterations"},
			outputs: []string{"CurrentIteration", "CurrentIteratorValue"}, timeout: 12 * time.Hour, check: checkLoop,
		},
		"aws:updateVariable": {required: []string{"Name", "Value"}, inputs: []string{"Name", "Value"}, timeout: callTimeout},
	} {
		a.offered = true
		a.outputs = append(a.outputs, "OutputPayload")
		actions[name] = a
	}
	for _, name := range []string{"copyImage", "createImage", "createStack", "createTags", "deleteImage", "deleteStack", "executeStateMachine", "invokeWebhook", "runCommand", "runInstances"} {
		actions["aws:"+name] = action{timeout: waitTimeout}
	}
}

// Offered lists the actions that the house runs, sorted.
func Offered() []string {
	var out []string
	for name, a := range actions {
		if a.offered {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func checkCall(s *Step, in *node) error {
	for _, key := range []string{"Service", "Api"} {
		v := in.get(key)
		if t, ok := v.text(); !ok || t == "" || strings.Contains(t, "{{") {
			return invalid(v.line, "%s of the step %s is written out; which call is made is no value of the execution", key, s.Name)
		}
	}
	return nil
}

func checkProperty(s *Step, in *node) error {
	if err := checkCall(s, in); err != nil {
		return err
	}
	sel := in.get("PropertySelector")
	t, _ := sel.text()
	if _, err := CompileSelector(t); err != nil {
		return invalid(sel.line, "the PropertySelector of the step %s: %v", s.Name, err)
	}
	want := in.get("DesiredValues")
	if l, ok := want.list(); ok && len(l) > 0 {
		return nil
	}
	if t, ok := want.text(); ok && strings.Contains(t, "{{") {
		return nil
	}
	return invalid(want.line, "the DesiredValues of the step %s are %s; they are a list of at least one value", s.Name, want.what())
}

func checkSleep(s *Step, in *node) error {
	d, at := in.get("Duration"), in.get("Timestamp")
	if (d == nil) == (at == nil) {
		return invalid(in.line, "the step %s needs one of Duration (PT10M) and Timestamp (2030-01-01T00:00:00Z)", s.Name)
	}
	t, ok := d.text()
	if !ok || strings.Contains(t, "{{") {
		return nil
	}
	if _, err := parseDuration(t); err != nil {
		return invalid(d.line, "the Duration of the step %s: %v", s.Name, err)
	}
	return nil
}

func checkScript(s *Step, in *node) error {
	if a := in.get("Attachment"); a != nil {
		return invalid(a.line, "the step %s has an Attachment; attachments are not offered, put the script into Script", s.Name)
	}
	script := in.get("Script")
	if t, ok := script.text(); !ok || strings.TrimSpace(t) == "" {
		return invalid(in.line, "the step %s has no Script", s.Name)
	}
	runtime, _ := in.get("Runtime").text()
	handler, ok := in.get("Handler").text()
	if strings.HasPrefix(runtime, "python") && (!ok || !identifier.MatchString(handler)) {
		return invalid(in.line, "the step %s has no Handler; it is the name of the script's function of (events, context)", s.Name)
	}
	return nil
}

func checkApprove(s *Step, in *node) error {
	a := in.get("Approvers")
	if l, ok := a.list(); ok && (len(l) == 0 || len(l) > 10) {
		return invalid(a.line, "the step %s has %d Approvers; there are 1 to 10", s.Name, len(l))
	}
	return nil
}

func checkLoop(s *Step, in *node) error {
	cond, items := in.get("LoopCondition"), in.get("Iterators")
	if (cond == nil) == (items == nil) {
		return invalid(in.line, "the loop %s needs one of Iterators and LoopCondition", s.Name)
	}
	if l, ok := items.list(); ok && len(l) > MaxIterations {
		return invalid(items.line, "the loop %s has %d Iterators; at most %d are allowed", s.Name, len(l), MaxIterations)
	}
	if m := in.get("MaxIterations"); m != nil {
		if i, ok := toInt(m.plain()); !isReference(m) && (!ok || i < 1 || i > MaxIterations) {
			return invalid(m.line, "MaxIterations of the loop %s is a number from 1 to %d", s.Name, MaxIterations)
		}
	}
	if cond != nil {
		return checkCondition(s, cond, 0)
	}
	return nil
}

func isReference(n *node) bool {
	t, ok := n.text()
	return ok && len(references(t)) > 0
}
