package automation

import (
	"regexp"
	"slices"
	"strings"
)

// Document is a runbook: what it takes, what it does, what it gives.
type Document struct {
	Description string
	// AssumeRole is the role the steps run as: an ARN, or a reference to a parameter; "" for none.
	AssumeRole string
	Parameters []Parameter
	Variables  []Variable
	Steps      []Step
	// Outputs are "step.Output" names that the execution shows as its own.
	Outputs []string
}

// Variable is a value that aws:updateVariable may change while the document runs.
type Variable struct {
	Name, Type, Description string
	Default                 any
}

// Parse reads a document and refuses it when it could not be run.
func Parse(body []byte) (*Document, error) {
	root, err := decode(body)
	if err != nil {
		return nil, err
	}
	if !root.isMap {
		return nil, invalid(root.line, "a document is a mapping with schemaVersion and mainSteps, not %s", root.what())
	}
	d := &Document{}
	p := parser{doc: d}
	for _, read := range []func(*node) error{p.head, p.parameters, p.variables, p.steps, p.outputs} {
		if err := read(root); err != nil {
			return nil, err
		}
	}
	return d, check(d, root)
}

type parser struct {
	doc   *Document
	count int // steps read
}

func (p *parser) head(root *node) error {
	err := members(root, "the document", "schemaVersion", "description", "assumeRole", "parameters", "variables", "mainSteps", "outputs", "files")
	if err != nil {
		return err
	}
	if f := root.get("files"); f != nil {
		return invalid(f.line, "attachments (files) are not offered; put the script into the step's Script")
	}
	switch v := root.get("schemaVersion"); {
	case v == nil:
		return invalid(root.line, "schemaVersion is missing; write schemaVersion: \"0.3\"")
	case toText(v.plain()) != "0.3":
		return invalid(v.line, "schemaVersion is %q; Automation documents have \"0.3\"", toText(v.plain()))
	}
	if err := text(root, "description", &p.doc.Description); err != nil {
		return err
	}
	return text(root, "assumeRole", &p.doc.AssumeRole)
}

func (p *parser) outputs(root *node) error {
	n := root.get("outputs")
	if n == nil {
		return nil
	}
	l, ok := n.list()
	if !ok {
		return invalid(n.line, "outputs is %s; it is a list of step.Output names", n.what())
	}
	for _, e := range l {
		s, ok := e.text()
		if !ok || !strings.Contains(s, ".") {
			return invalid(e.line, "outputs holds %s; each output is named step.Output", e.what())
		}
		p.doc.Outputs = append(p.doc.Outputs, trimReference(s))
	}
	return nil
}

func (p *parser) variables(root *node) error {
	n := root.get("variables")
	if n == nil {
		return nil
	}
	if !n.isMap {
		return invalid(n.line, "variables is %s; it is a mapping of names", n.what())
	}
	for i, k := range n.keys {
		v := Variable{Name: k.value.(string)}
		at := n.vals[i]
		if err := members(at, "the variable "+v.Name, "type", "description", "default", "allowedValues", "allowedPattern", "minItems", "maxItems", "minChars", "maxChars"); err != nil {
			return err
		}
		if err := text(at, "description", &v.Description); err != nil {
			return err
		}
		q, err := parameter(k, at)
		if err != nil {
			return err
		}
		v.Type, v.Default = q.Type, q.Default
		p.doc.Variables = append(p.doc.Variables, v)
	}
	return nil
}

// Step finds a step by name, inside loops too.
func (d *Document) Step(name string) *Step { return findStep(d.Steps, name) }

func findStep(steps []Step, name string) *Step {
	for i := range steps {
		if steps[i].Name == name {
			return &steps[i]
		}
		if s := findStep(steps[i].Loop, name); s != nil {
			return s
		}
	}
	return nil
}

// Parameter finds a parameter by name.
func (d *Document) Parameter(name string) *Parameter {
	for i := range d.Parameters {
		if d.Parameters[i].Name == name {
			return &d.Parameters[i]
		}
	}
	return nil
}

func (d *Document) variable(name string) *Variable {
	for i := range d.Variables {
		if d.Variables[i].Name == name {
			return &d.Variables[i]
		}
	}
	return nil
}

// members refuses members that a mapping does not have: a misspelt option would be ignored silently.
func members(n *node, of string, names ...string) error {
	if !n.isMap {
		return invalid(n.line, "%s is %s; it is a mapping", of, n.what())
	}
	for _, k := range n.keys {
		if name := k.value.(string); !slices.Contains(names, name) {
			return invalid(k.line, "%s has no member %q; there are %s", of, name, strings.Join(names, ", "))
		}
	}
	return nil
}

// text reads an optional text member.
func text(n *node, key string, to *string) error {
	v := n.get(key)
	if v == nil || v.value == nil && !v.isMap {
		return nil
	}
	s, ok := v.text()
	if !ok {
		return invalid(v.line, "%s is %s; it is a text", key, v.what())
	}
	*to = s
	return nil
}

var identifier = regexp.MustCompile(`^[a-zA-Z0-9_]{1,128}$`)
