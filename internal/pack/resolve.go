package pack

import (
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
)

// Place is where a pack is deployed: the pseudo parameters.
type Place struct{ Account, Region string }

// Pack is what a template comes to with its parameters put in.
type Pack struct {
	Rules        []Rule
	Remediations []Remediation
}

// Resolve puts in the given parameters and the defaults of the others. Resources whose condition does not hold are
// left out.
func (t *Template) Resolve(given map[string]string, p Place) (*Pack, error) {
	values, err := t.values(given)
	if err != nil {
		return nil, err
	}
	r := &resolver{t: t, place: p, values: values, conditions: map[string]bool{}}
	out := &Pack{}
	for i := range t.resources {
		res := &t.resources[i]
		if res.condition != "" {
			if ok, err := r.condition(res.condition); err != nil {
				return nil, err
			} else if !ok {
				continue
			}
		}
		r.in = res
		if err := r.add(out); err != nil {
			return nil, err
		}
	}
	return out, out.check(t)
}

func (r *resolver) add(out *Pack) error {
	props, err := r.value(r.in.properties)
	if err != nil {
		return err
	}
	if props == nil || props.kind != mapping {
		return r.in.wrong(0, "its Properties come to nothing")
	}
	if r.in.typ == ruleType {
		rule, err := r.in.rule(props)
		out.Rules = append(out.Rules, rule)
		return err
	}
	rem, err := r.in.remediation(props)
	out.Remediations = append(out.Remediations, rem)
	return err
}

// resolver replaces functions by their values.
type resolver struct {
	t          *Template
	place      Place
	values     map[string]string
	conditions map[string]bool // known ones
	in         *resource       // being resolved; nil in a condition
	budget     int
}

// condition is the truth of a condition. Parse has made sure that none rests on itself.
func (r *resolver) condition(name string) (bool, error) {
	if v, ok := r.conditions[name]; ok {
		return v, nil
	}
	v, err := r.truth(r.t.conditions[name])
	r.conditions[name] = v
	return v, err
}

func (r *resolver) truth(n *node) (bool, error) {
	name, arg, _ := n.call()
	switch name {
	case "Condition":
		return r.condition(arg.text)
	case "Fn::Not":
		v, err := r.truth(arg.vals[0])
		return !v, err
	case "Fn::And", "Fn::Or":
		for _, e := range arg.vals {
			if v, err := r.truth(e); err != nil || v == (name == "Fn::Or") {
				return v, err
			}
		}
		return name == "Fn::And", nil
	case "Fn::Equals":
		a, err := r.value(arg.vals[0])
		if err != nil {
			return false, err
		}
		b, err := r.value(arg.vals[1])
		return err == nil && equal(a, b), err
	}
	v, err := r.value(n)
	if err != nil {
		return false, err
	}
	if v != nil && v.kind == scalar && (v.text == "true" || v.text == "false") {
		return v.text == "true", nil
	}
	return false, at(r.in, n.line, "this is no condition; conditions are Fn::Equals, Fn::Not, Fn::And, Fn::Or and Condition")
}

func equal(a, b *node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.kind != b.kind || a.text != b.text || len(a.vals) != len(b.vals) {
		return false
	}
	for i := range a.vals {
		if a.kind == mapping && a.keys[i].text != b.keys[i].text || !equal(a.vals[i], b.vals[i]) {
			return false
		}
	}
	return true
}

// value is a node without functions; nil stands for AWS::NoValue.
func (r *resolver) value(n *node) (*node, error) {
	if r.budget++; r.budget > 4*bounds.Nodes {
		return nil, invalid(n.line, "the template grows too large when its functions are followed")
	}
	if name, arg, ok := n.call(); ok {
		return r.call(name, arg, n.line)
	}
	if n.vals == nil {
		return n, nil
	}
	out := &node{kind: n.kind, line: n.line}
	for i, e := range n.vals {
		v, err := r.value(e)
		if err != nil {
			return nil, err
		}
		if v == nil {
			continue
		}
		if n.kind == mapping {
			out.keys = append(out.keys, n.keys[i])
		}
		out.vals = append(out.vals, v)
	}
	return out, nil
}

func (r *resolver) call(name string, arg *node, line int) (*node, error) {
	switch name {
	case "Ref":
		return r.ref(arg.text, line), nil
	case "Fn::If":
		holds, err := r.condition(arg.vals[0].text)
		if err != nil {
			return nil, err
		}
		if holds {
			return r.value(arg.vals[1])
		}
		return r.value(arg.vals[2])
	case "Fn::Sub":
		return r.sub(arg, line)
	case "Fn::Join":
		return r.join(arg, line)
	}
	v, err := r.truth(&node{kind: mapping, line: line, keys: []*node{{kind: scalar, text: name}}, vals: []*node{arg}})
	text := "false"
	if v {
		text = "true"
	}
	return &node{kind: scalar, line: line, text: text, bare: true}, err
}

// ref is the value of a parameter, or the name of a rule of the template.
func (r *resolver) ref(name string, line int) *node {
	n := &node{kind: scalar, line: line}
	switch name {
	case "AWS::NoValue":
		return nil
	case "AWS::AccountId":
		n.text = r.place.Account
	case "AWS::Region":
		n.text = r.place.Region
	case "AWS::Partition":
		n.text = arn.Partition(r.place.Region)
	case "AWS::URLSuffix":
		n.text = "amazonaws.com"
		if arn.Partition(r.place.Region) == "aws-cn" {
			n.text += ".cn"
		}
	default:
		v, ok := r.values[name]
		if !ok { // a rule, as Parse has made sure
			n.text = r.ruleName(r.t.find(name))
			return n
		}
		n.text = v
		for i := range r.t.Parameters {
			if p := &r.t.Parameters[i]; p.Name == name && p.isList() {
				n.kind, n.text = list, ""
				for _, e := range splitList(v) {
					n.vals = append(n.vals, &node{kind: scalar, line: line, text: e})
				}
			}
		}
	}
	return n
}

// ruleName is the name of a rule that another resource refers to.
func (r *resolver) ruleName(res *resource) string {
	if n := res.properties.get("ConfigRuleName"); n != nil && n.kind == scalar {
		return n.text
	}
	return res.id
}

func (r *resolver) text(n *node, line int, what string) (string, error) {
	v, err := r.value(n)
	if err != nil {
		return "", err
	}
	if v == nil || v.kind != scalar {
		return "", at(r.in, line, "%s must be text", what)
	}
	return v.text, nil
}

func (r *resolver) sub(arg *node, line int) (*node, error) {
	text, own, _ := subArguments(arg)
	var failed error
	out := variable.ReplaceAllStringFunc(text, func(m string) string {
		name := m[2 : len(m)-1]
		n := own.get(name)
		if n == nil {
			n = &node{kind: mapping, line: line, keys: []*node{{kind: scalar, text: "Ref"}}, vals: []*node{{kind: scalar, text: name}}}
		}
		s, err := r.text(n, line, "the variable "+name+" of Fn::Sub")
		if err != nil && failed == nil {
			failed = err
		}
		return s
	})
	if len(out) > MaxStored {
		return nil, at(r.in, line, "Fn::Sub gives a text that is too long")
	}
	return &node{kind: scalar, line: line, text: strings.ReplaceAll(out, "${!", "${")}, failed
}

func (r *resolver) join(arg *node, line int) (*node, error) {
	v, err := r.value(arg.vals[1])
	if err != nil {
		return nil, err
	}
	if v == nil || v.kind != list {
		return nil, at(r.in, line, "Fn::Join takes a list of a separator and a list")
	}
	parts := make([]string, len(v.vals))
	total := 0
	for i, e := range v.vals {
		if e.kind != scalar {
			return nil, at(r.in, line, "Fn::Join joins texts only")
		}
		parts[i] = e.text
		total += len(e.text) + len(arg.vals[0].text)
	}
	if total > MaxStored {
		return nil, at(r.in, line, "Fn::Join gives a text that is too long")
	}
	return &node{kind: scalar, line: line, text: strings.Join(parts, arg.vals[0].text)}, nil
}
