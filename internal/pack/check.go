package pack

import (
	"regexp"
	"slices"
	"strings"
)

// check follows every reference, in parts that will not be used too.
func (t *Template) check() error {
	c := checker{t: t, conditions: map[string]bool{}, resources: map[string]bool{}}
	for name, n := range t.conditions {
		if err := c.condition(name, n.line, nil, nil); err != nil {
			return err
		}
	}
	for i := range t.resources {
		r := &t.resources[i]
		if r.condition != "" && t.conditions[r.condition] == nil {
			return r.wrong(0, "there is no condition %q", r.condition)
		}
		if err := c.depends(r, nil); err != nil {
			return err
		}
		if err := c.references(r.properties, r, nil); err != nil {
			return err
		}
	}
	return nil
}

// checker remembers what is in order already, so that a web of references costs no more than its size.
type checker struct {
	t                     *Template
	conditions, resources map[string]bool
}

// condition refuses a condition that is not there or rests on itself.
func (c *checker) condition(name string, line int, r *resource, path []string) error {
	n := c.t.conditions[name]
	switch {
	case n == nil:
		return at(r, line, "there is no condition %q", name)
	case slices.Contains(path, name):
		return invalid(n.line, "the condition %s rests on itself (%s)", name, strings.Join(append(path, name), " -> "))
	case c.conditions[name]:
		return nil
	}
	if err := c.references(n, nil, append(slices.Clip(path), name)); err != nil {
		return err
	}
	c.conditions[name] = true
	return nil
}

func (c *checker) depends(r *resource, path []string) error {
	if slices.Contains(path, r.id) {
		return r.wrong(0, "it depends on itself (%s)", strings.Join(append(path, r.id), " -> "))
	}
	if c.resources[r.id] {
		return nil
	}
	for _, id := range r.dependsOn {
		d := c.t.find(id)
		if d == nil {
			return r.wrong(0, "DependsOn names %q, and there is no such resource", id)
		}
		if err := c.depends(d, append(slices.Clip(path), r.id)); err != nil {
			return err
		}
	}
	c.resources[r.id] = true
	return nil
}

// references checks the functions below a node. Path is the chain of conditions that led here.
func (c *checker) references(n *node, r *resource, path []string) error {
	if name, arg, ok := n.call(); ok {
		if err := c.call(name, arg, n.line, r, path); err != nil {
			return err
		}
	}
	for _, v := range n.vals {
		if err := c.references(v, r, path); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) call(name string, arg *node, line int, r *resource, path []string) error {
	switch name {
	case "Ref":
		if arg.kind != scalar {
			return at(r, line, "Ref is given %v; it takes a name", arg.kind)
		}
		return c.ref(arg.text, line, r)
	case "Condition":
		return c.condition(arg.text, line, r, path)
	case "Fn::If":
		if arg.kind != list || len(arg.vals) != 3 || arg.vals[0].kind != scalar {
			return at(r, line, "Fn::If takes a list of a condition's name and two values")
		}
		return c.condition(arg.vals[0].text, line, r, path)
	case "Fn::Equals":
		return operands(r, name, arg, line, 2, 2)
	case "Fn::Not":
		return operands(r, name, arg, line, 1, 1)
	case "Fn::And", "Fn::Or":
		return operands(r, name, arg, line, 2, 10)
	case "Fn::Join":
		if arg.kind != list || len(arg.vals) != 2 || arg.vals[0].kind != scalar {
			return at(r, line, "Fn::Join takes a list of a separator and a list")
		}
		return nil
	case "Fn::Sub":
		return c.sub(arg, line, r)
	}
	return at(r, line, "the function %s is not allowed in conformance packs; there are Ref, Condition, Fn::If, Fn::Equals, Fn::Not, Fn::And, Fn::Or, Fn::Sub and Fn::Join", name)
}

func operands(r *resource, name string, arg *node, line, least, most int) error {
	if arg.kind != list || len(arg.vals) < least || len(arg.vals) > most {
		return at(r, line, "%s takes a list of %d to %d values", name, least, most)
	}
	return nil
}

// pseudo names the parameters that every template has.
func pseudo(name string) bool {
	switch name {
	case "AWS::NoValue", "AWS::AccountId", "AWS::Region", "AWS::Partition", "AWS::URLSuffix":
		return true
	}
	return false
}

func (c *checker) ref(name string, line int, r *resource) error {
	if pseudo(name) || slices.ContainsFunc(c.t.Parameters, func(p Parameter) bool { return p.Name == name }) {
		return nil
	}
	if target := c.t.find(name); target != nil && r != nil && target.typ == ruleType && target != r {
		return nil
	}
	return at(r, line, "Ref names %q, and there is no such parameter or rule", name)
}

var variable = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

func (c *checker) sub(arg *node, line int, r *resource) error {
	text, own, ok := subArguments(arg)
	if !ok {
		return at(r, line, "Fn::Sub takes a text, or a list of a text and a mapping of its variables")
	}
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		if own.get(m[1]) != nil {
			continue
		}
		if err := c.ref(m[1], line, r); err != nil {
			return err
		}
	}
	return nil
}

func subArguments(arg *node) (text string, own *node, ok bool) {
	switch {
	case arg.kind == scalar:
		return arg.text, nil, true
	case arg.kind == list && len(arg.vals) == 2 && arg.vals[0].kind == scalar && arg.vals[1].kind == mapping:
		return arg.vals[0].text, arg.vals[1], true
	}
	return "", nil, false
}

// at is a fault in a resource, or in the template where there is none.
func at(r *resource, line int, format string, args ...any) error {
	if r == nil {
		return invalid(line, format, args...)
	}
	return r.wrong(line, format, args...)
}
