package automation

import (
	"slices"
	"strings"
)

// check follows where steps lead and what texts refer to.
func check(d *Document, root *node) error {
	c := checker{doc: d}
	if err := c.list(d.Steps); err != nil {
		return err
	}
	for i := range d.Steps {
		if l := d.Steps[i].Loop; l != nil {
			if err := c.list(l); err != nil {
				return err
			}
		}
	}
	if n := root.get("assumeRole"); n != nil {
		if err := c.assumeRole(n); err != nil {
			return err
		}
	}
	for i := range d.Steps {
		if err := c.step(&d.Steps[i], &d.Steps[i]); err != nil {
			return err
		}
	}
	for _, o := range d.Outputs {
		if err := c.output(root.get("outputs").line, o); err != nil {
			return err
		}
	}
	return nil
}

type checker struct{ doc *Document }

// assumeRole may name parameters alone: there are no steps yet when the role is taken.
func (c *checker) assumeRole(n *node) error {
	for _, r := range references(c.doc.AssumeRole) {
		if c.doc.Parameter(r.name) == nil && !strings.HasPrefix(r.name, "global:") {
			return invalid(n.line, "assumeRole refers to {{ %s }}, and there is no such parameter", r.name)
		}
	}
	return nil
}

// next lists where a step of a list may lead: indexes, len(steps) for the end.
func next(steps []Step, i int) (out []int, missing string) {
	s := &steps[i]
	find := func(name string) {
		at := slices.IndexFunc(steps, func(s Step) bool { return s.Name == name })
		if at < 0 {
			missing = name
			return
		}
		out = append(out, at)
	}
	follow := func() {
		switch {
		case s.IsEnd:
			out = append(out, len(steps))
		case s.NextStep != "":
			find(s.NextStep)
		default:
			out = append(out, i+1)
		}
	}
	if s.Action == "aws:branch" {
		choices, _ := s.Inputs["Choices"].([]any)
		for _, c := range choices {
			m, _ := c.(map[string]any)
			find(toText(m["NextStep"]))
		}
		if d, ok := s.Inputs["Default"].(string); ok {
			find(d)
		} else {
			follow()
		}
	} else {
		follow()
	}
	for _, t := range []Then{s.OnFailure, s.OnCancel} {
		if t.Step != "" {
			find(t.Step)
		}
	}
	return out, missing
}

// list refuses jumps to nowhere, steps that nothing leads to, and circles.
func (c *checker) list(steps []Step) error {
	seen := make([]bool, len(steps))
	done := make([]bool, len(steps))
	var path []string
	var walk func(i int) error
	walk = func(i int) error {
		if i == len(steps) || done[i] {
			return nil
		}
		path = append(path, steps[i].Name)
		defer func() { path = path[:len(path)-1] }()
		if seen[i] {
			from := slices.Index(path, steps[i].Name)
			return invalid(steps[i].Line, "the step %s leads back to itself: %s", steps[i].Name, strings.Join(path[from:], " -> "))
		}
		seen[i] = true
		to, missing := next(steps, i)
		if missing != "" {
			return invalid(steps[i].Line, "the step %s leads to %q, and there is no such step beside it", steps[i].Name, missing)
		}
		for _, t := range to {
			if err := walk(t); err != nil {
				return err
			}
		}
		done[i] = true
		return nil
	}
	if err := walk(0); err != nil {
		return err
	}
	for i, ok := range done {
		if !ok {
			return invalid(steps[i].Line, "the step %s is never reached: no step leads to it", steps[i].Name)
		}
	}
	return nil
}

// step follows the references of a step; outer is the step of mainSteps it belongs to.
func (c *checker) step(s, outer *Step) error {
	in := s.source.get("inputs")
	for i := range in.mapping() {
		key, v := in.keys[i].value.(string), in.vals[i]
		switch {
		case s.Loop != nil && key == "Steps":
			continue
		case s.Action == "aws:executeScript" && key == "Script":
			if err := c.script(s, v); err != nil {
				return err
			}
			continue
		}
		if err := c.value(v, s, outer); err != nil {
			return err
		}
	}
	for _, o := range s.Outputs {
		for _, r := range references(o.Selector) {
			if err := c.reference(s.Line, r.name, s, outer); err != nil {
				return err
			}
		}
	}
	if s.Action == "aws:updateVariable" {
		if name := toText(s.Inputs["Name"]); c.doc.variable(strings.TrimPrefix(name, "variable:")) == nil {
			return invalid(s.Line, "the step %s updates %q, and there is no such variable", s.Name, name)
		}
	}
	for i := range s.Loop {
		if err := c.step(&s.Loop[i], outer); err != nil {
			return err
		}
	}
	return nil
}

func (n *node) mapping() []*node {
	if n == nil {
		return nil
	}
	return n.keys
}

// script refuses values written into a script's text: that is how a parameter becomes code.
func (c *checker) script(s *Step, n *node) error {
	t, _ := n.text()
	for _, r := range references(t) {
		step, _, _ := strings.Cut(r.name, ".")
		if c.doc.Parameter(r.name) != nil || strings.Contains(r.name, ":") || step != r.name && c.doc.Step(step) != nil {
			return invalid(n.line, "the Script of the step %s holds {{ %s }}; values reach a script by InputPayload, never inside its text", s.Name, r.name)
		}
	}
	return nil
}

func (c *checker) value(n *node, s, outer *Step) error {
	if t, ok := n.text(); ok {
		for _, r := range references(t) {
			if err := c.reference(n.line, r.name, s, outer); err != nil {
				return err
			}
		}
		return nil
	}
	l, _ := n.list()
	for _, e := range append(l, n.vals...) {
		if err := c.value(e, s, outer); err != nil {
			return err
		}
	}
	return nil
}

var globals = []string{
	"global:ACCOUNT_ID", "global:DATE", "global:DATE_TIME", "global:REGION", "global:AWS_PARTITION", "automation:EXECUTION_ID",
}

func (c *checker) reference(line int, name string, s, outer *Step) error {
	space, rest, ok := strings.Cut(name, ":")
	switch {
	case ok && space == "ssm":
		return invalid(line, "the step %s refers to {{ %s }}; Parameter Store is not offered, take the value as a parameter", s.Name, name)
	case ok && space == "variable":
		if v, _, _ := strings.Cut(rest, "."); c.doc.variable(v) == nil {
			return invalid(line, "the step %s refers to {{ %s }}, and there is no such variable", s.Name, name)
		}
		return nil
	case ok && !slices.Contains(globals, name):
		return invalid(line, "the step %s refers to {{ %s }}; there are %s", s.Name, name, strings.Join(globals, ", "))
	case ok || c.doc.Parameter(name) != nil:
		return nil
	}
	step, _, dotted := strings.Cut(name, ".")
	if !dotted {
		return invalid(line, "the step %s refers to {{ %s }}, and there is no such parameter", s.Name, name)
	}
	if err := c.output(line, name); err != nil {
		return err
	}
	if owner := c.owner(step); owner == outer {
		if step == s.Name && s.Loop == nil {
			return invalid(line, "the step %s refers to its own output {{ %s }}", s.Name, name)
		}
		return nil
	} else if !c.leads(owner, outer) {
		return invalid(line, "the step %s refers to {{ %s }}, and %s never runs before it", s.Name, name, step)
	}
	return nil
}

// failureOutput is an output of our own that a failed step has: the code of the API's error, so that the step its onFailure
// leads to can tell one failure from another.
const failureOutput = "FailureType"

// output makes sure that a step gives an output.
func (c *checker) output(line int, name string) error {
	step, out, _ := strings.Cut(name, ".")
	s := c.doc.Step(step)
	if s == nil {
		return invalid(line, "{{ %s }}: there is no step %q", name, step)
	}
	if out == failureOutput && actions[s.Action].offered {
		return nil
	}
	if slices.ContainsFunc(s.Outputs, func(o Output) bool { return o.Name == out }) || slices.Contains(actions[s.Action].outputs, out) {
		return nil
	}
	if !actions[s.Action].offered {
		return nil // its outputs are AWS's to name
	}
	return invalid(line, "{{ %s }}: the step %s has no output %q; declare it in its outputs", name, step, out)
}

// owner is the step of mainSteps that a step is or is inside of.
func (c *checker) owner(name string) *Step {
	for i := range c.doc.Steps {
		if s := &c.doc.Steps[i]; s.Name == name || findStep(s.Loop, name) != nil {
			return s
		}
	}
	return nil
}

// leads tells whether one step of mainSteps can come after another.
func (c *checker) leads(from, to *Step) bool {
	steps := c.doc.Steps
	seen := make([]bool, len(steps)+1)
	var walk func(i int) bool
	walk = func(i int) bool {
		if i == len(steps) || seen[i] {
			return false
		}
		seen[i] = true
		follow, _ := next(steps, i)
		for _, t := range follow {
			if t < len(steps) && &steps[t] == to || walk(t) {
				return true
			}
		}
		return false
	}
	return walk(slices.IndexFunc(steps, func(s Step) bool { return s.Name == from.Name }))
}
