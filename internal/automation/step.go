package automation

import (
	"slices"
	"strings"
	"time"
)

// Then is what follows a failure or a cancellation.
type Then struct {
	// Continue goes on with the next step, Step jumps to a step; neither ends the execution.
	Continue bool
	Step     string
}

// String is how documents write it.
func (t Then) String() string {
	switch {
	case t.Step != "":
		return "step:" + t.Step
	case t.Continue:
		return "Continue"
	}
	return "Abort"
}

// Output is a value that a step keeps of its action's answer.
type Output struct {
	Name, Selector, Type string
	path                 *Selector
}

// Step is one action of a document.
type Step struct {
	Name, Action, Description string
	// Line is where the step stands in the document.
	Line                int
	Inputs              map[string]any
	OnFailure, OnCancel Then
	// NextStep is where a success leads; "" is the step below.
	NextStep          string
	IsEnd, IsCritical bool
	MaxAttempts       int
	// Timeout is for one attempt.
	Timeout time.Duration
	Outputs []Output
	// Loop has the steps inside an aws:loop.
	Loop []Step

	source *node
}

func (p *parser) steps(root *node) error {
	n := root.get("mainSteps")
	if n == nil {
		return invalid(root.line, "mainSteps is missing")
	}
	var err error
	p.doc.Steps, err = p.stepList(n, "mainSteps")
	return err
}

func (p *parser) stepList(n *node, of string) ([]Step, error) {
	l, ok := n.list()
	if !ok || len(l) == 0 {
		return nil, invalid(n.line, "%s is %s; it is a list of at least one step", of, n.what())
	}
	steps := make([]Step, 0, len(l))
	for _, e := range l {
		if p.count++; p.count > MaxSteps {
			return nil, invalid(e.line, "there are more than %d steps", MaxSteps)
		}
		s, err := p.step(e)
		if err != nil {
			return nil, err
		}
		if findStep(steps, s.Name) != nil || findStep(p.doc.Steps, s.Name) != nil {
			return nil, invalid(s.Line, "there are two steps named %s", s.Name)
		}
		steps = append(steps, s)
	}
	return steps, nil
}

func (p *parser) step(n *node) (Step, error) {
	s := Step{Line: n.line, MaxAttempts: 1, source: n, IsCritical: true}
	err := members(n, "a step", "name", "action", "description", "inputs", "onFailure", "onCancel", "isEnd", "isCritical", "nextStep", "maxAttempts", "timeoutSeconds", "outputs")
	if err != nil {
		return s, err
	}
	for key, to := range map[string]*string{"name": &s.Name, "action": &s.Action, "description": &s.Description, "nextStep": &s.NextStep} {
		if err := text(n, key, to); err != nil {
			return s, err
		}
	}
	if !identifier.MatchString(s.Name) {
		return s, invalid(n.line, "a step is named %q; it needs a name of letters, digits and _", s.Name)
	}
	a, ok := actions[s.Action]
	if !ok {
		return s, invalid(n.line, "the step %s has the action %q, which Automation does not know", s.Name, s.Action)
	}
	s.Timeout = a.timeout
	if err := p.flow(n, &s); err != nil {
		return s, err
	}
	if err := p.inputs(n, &s, a); err != nil {
		return s, err
	}
	return s, stepOutputs(n, &s)
}

// flow reads what decides where the execution goes after the step.
func (p *parser) flow(n *node, s *Step) error {
	if err := then(n, "onFailure", &s.OnFailure); err != nil {
		return err
	}
	if err := then(n, "onCancel", &s.OnCancel); err != nil {
		return err
	}
	if s.OnCancel.Continue {
		return invalid(n.get("onCancel").line, "onCancel of the step %s is Continue; it is Abort or step:NAME", s.Name)
	}
	s.IsCritical = !s.OnFailure.Continue
	if err := boolean(n, "isEnd", &s.IsEnd); err != nil {
		return err
	}
	if err := boolean(n, "isCritical", &s.IsCritical); err != nil {
		return err
	}
	if v := n.get("maxAttempts"); v != nil {
		i, ok := toInt(v.plain())
		if !ok || i < 1 || i > 100 {
			return invalid(v.line, "maxAttempts of the step %s is %s; it is a number from 1 to 100", s.Name, toText(v.plain()))
		}
		s.MaxAttempts = i
	}
	if v := n.get("timeoutSeconds"); v != nil {
		i, ok := toInt(v.plain())
		if !ok || i < 1 || i > 2_592_000 {
			return invalid(v.line, "timeoutSeconds of the step %s is %s; it is a number from 1 to 2592000", s.Name, toText(v.plain()))
		}
		s.Timeout = time.Duration(i) * time.Second
	}
	return nil
}

func then(n *node, key string, to *Then) error {
	var s string
	if err := text(n, key, &s); err != nil {
		return err
	}
	switch name, jump := strings.CutPrefix(s, "step:"); {
	case jump:
		to.Step = strings.TrimSpace(name)
	case strings.EqualFold(s, "continue"):
		to.Continue = true
	case s != "" && !strings.EqualFold(s, "abort"):
		return invalid(n.get(key).line, "%s is %q; it is Abort, Continue or step:NAME", key, s)
	}
	return nil
}

func boolean(n *node, key string, to *bool) error {
	v := n.get(key)
	if v == nil {
		return nil
	}
	b, err := Convert(v.plain(), "Boolean")
	if err != nil {
		return invalid(v.line, "%s is %s; it is true or false", key, shorten(toText(v.plain())))
	}
	*to = b.(bool)
	return nil
}

func (p *parser) inputs(n *node, s *Step, a action) error {
	in := n.get("inputs")
	if in == nil || in.value == nil && !in.isMap {
		in = &node{line: n.line, isMap: true}
	}
	if !in.isMap {
		return invalid(in.line, "inputs of the step %s is %s; it is a mapping", s.Name, in.what())
	}
	if s.Action == "aws:loop" {
		inner := in.get("Steps")
		if inner == nil {
			return invalid(in.line, "the step %s has no Steps; aws:loop needs them", s.Name)
		}
		var err error
		if s.Loop, err = p.stepList(inner, "Steps of the loop "+s.Name); err != nil {
			return err
		}
		if slices.ContainsFunc(s.Loop, func(i Step) bool { return i.Action == "aws:loop" }) {
			return invalid(inner.line, "the loop %s holds another loop; loops cannot be nested", s.Name)
		}
	}
	s.Inputs = in.plain().(map[string]any)
	if s.Loop != nil {
		delete(s.Inputs, "Steps")
	}
	for _, key := range a.required {
		if in.get(key) == nil {
			return invalid(in.line, "the step %s has no %s; %s needs it", s.Name, key, s.Action)
		}
	}
	if a.inputs != nil {
		if err := members(in, "inputs of the step "+s.Name, a.inputs...); err != nil {
			return err
		}
	}
	if a.check != nil {
		return a.check(s, in)
	}
	return nil
}

func stepOutputs(n *node, s *Step) error {
	o := n.get("outputs")
	if o == nil {
		return nil
	}
	l, ok := o.list()
	if !ok {
		return invalid(o.line, "outputs of the step %s is %s; it is a list", s.Name, o.what())
	}
	for _, e := range l {
		if err := members(e, "an output of the step "+s.Name, "Name", "Selector", "Type"); err != nil {
			return err
		}
		out := Output{}
		for key, to := range map[string]*string{"Name": &out.Name, "Selector": &out.Selector, "Type": &out.Type} {
			if err := text(e, key, to); err != nil {
				return err
			}
		}
		if !identifier.MatchString(out.Name) {
			return invalid(e.line, "an output of the step %s is named %q; names are of letters, digits and _", s.Name, out.Name)
		}
		if out.Type == "" {
			out.Type = "String"
		}
		if t, ok := parameterTypes[out.Type]; !ok {
			return invalid(e.line, "the output %s.%s has the type %q; there are String, StringList, Boolean, Integer, StringMap and MapList", s.Name, out.Name, out.Type)
		} else {
			out.Type = t
		}
		var err error
		if out.path, err = CompileSelector(out.Selector); err != nil {
			return invalid(e.line, "the Selector of the output %s.%s: %v", s.Name, out.Name, err)
		}
		s.Outputs = append(s.Outputs, out)
	}
	return nil
}
