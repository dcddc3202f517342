// Package pack reads conformance pack templates: CloudFormation documents in YAML or JSON whose resources are
// Config rules and remediation configurations. Parse checks the form and every reference; Resolve puts in the
// parameters and gives the rules to deploy. Every fault names the line and the resource. The published templates
// are embedded and found by name.
package pack

import (
	"fmt"
	"slices"

	"github.com/tickmark/tickmark/internal/fault"
)

// The limits of the service.
const (
	MaxBody       = 51_200  // bytes of a template in a request
	MaxStored     = 300_000 // bytes of a template from a store
	MaxRules      = 130     // of one pack
	MaxParameters = 60      // given for one deployment
	maxValue      = 4096    // characters of one given value
)

// Code is the AWS error of every fault in a template.
const Code = "ConformancePackTemplateValidationException"

// Template is a parsed template whose parameters are not known yet.
type Template struct {
	Description string
	// Parameters in the order of the template.
	Parameters []Parameter

	conditions map[string]*node
	resources  []resource
}

// resource is one entry of Resources.
type resource struct {
	id, typ, condition string
	line               int
	dependsOn          []string
	controls           []string
	properties         *node
}

// The two types of resource that a pack may hold.
const (
	ruleType        = "AWS::Config::ConfigRule"
	remediationType = "AWS::Config::RemediationConfiguration"
)

// invalid is a fault in the template at a line (0: unknown).
func invalid(line int, format string, args ...any) *fault.Error {
	msg := fmt.Sprintf(format, args...)
	if line > 0 {
		msg = fmt.Sprintf("line %d: %s", line, msg)
	}
	return fault.Invalidf("TemplateBody", "The conformance pack template cannot be used: %s.", msg).With(Code)
}

// wrong is a fault in one resource.
func (r *resource) wrong(line int, format string, args ...any) *fault.Error {
	if line == 0 {
		line = r.line
	}
	return invalid(line, "resource %s: %s", r.id, fmt.Sprintf(format, args...))
}

// Parse reads a template of at most MaxStored bytes. The fault of a template in a request that is longer than
// MaxBody is the caller's to find.
func Parse(body []byte) (*Template, error) {
	if len(body) > MaxStored {
		return nil, invalid(0, "it has %d bytes; a template may have %d", len(body), MaxStored)
	}
	root, err := decode(body)
	if err != nil {
		return nil, err
	}
	if root.kind != mapping {
		return nil, invalid(root.line, "it is %v; it must be a mapping with Resources", root.kind)
	}
	t := &Template{conditions: map[string]*node{}}
	for i, k := range root.keys {
		if err := t.section(k, root.vals[i]); err != nil {
			return nil, err
		}
	}
	if len(t.resources) == 0 {
		return nil, invalid(0, "it has no Resources; a pack needs at least one %s", ruleType)
	}
	return t, t.check()
}

func (t *Template) section(key, v *node) error {
	switch key.text {
	case "AWSTemplateFormatVersion", "Metadata":
		return nil
	case "Description":
		t.Description = v.text
		return nil
	case "Parameters":
		return each(key, v, t.parameter)
	case "Conditions":
		return each(key, v, func(name, v *node) error {
			t.conditions[name.text] = v
			return nil
		})
	case "Resources":
		return each(key, v, t.resource)
	}
	return invalid(key.line, "the section %s is not allowed in conformance packs; there are Parameters, Conditions and Resources", key.text)
}

// each calls f for the members of a section, which may be empty.
func each(key, v *node, f func(name, v *node) error) error {
	if v.kind == null {
		return nil
	}
	if v.kind != mapping {
		return invalid(key.line, "%s is %v; it must be a mapping of names", key.text, v.kind)
	}
	for i, k := range v.keys {
		if err := f(k, v.vals[i]); err != nil {
			return err
		}
	}
	return nil
}

func (t *Template) resource(name, v *node) error {
	r := resource{id: name.text, line: name.line}
	if v.kind != mapping {
		return r.wrong(0, "it is %v; it must be a mapping with Type and Properties", v.kind)
	}
	for i, k := range v.keys {
		val := v.vals[i]
		switch k.text {
		case "Type":
			r.typ = val.text
		case "Condition":
			r.condition = val.text
		case "DependsOn":
			deps := []*node{val}
			if val.kind == list {
				deps = val.vals
			}
			for _, d := range deps {
				if d.kind != scalar {
					return r.wrong(d.line, "DependsOn must name resources")
				}
				r.dependsOn = append(r.dependsOn, d.text)
			}
		case "Properties":
			r.properties = val
		case "Controls":
			for _, c := range val.vals {
				r.controls = append(r.controls, c.text)
			}
		case "Description", "Metadata", "DeletionPolicy", "UpdateReplacePolicy":
		default:
			return r.wrong(k.line, "%s is not a key of a resource", k.text)
		}
	}
	switch {
	case r.typ != ruleType && r.typ != remediationType:
		return r.wrong(0, "the type %q is not allowed in conformance packs; there are %s and %s", r.typ, ruleType, remediationType)
	case r.properties == nil || r.properties.kind != mapping:
		return r.wrong(0, "it has no Properties")
	}
	t.resources = append(t.resources, r)
	return nil
}

// find is the resource of that id; nil when there is none.
func (t *Template) find(id string) *resource {
	for i := range t.resources {
		if t.resources[i].id == id {
			return &t.resources[i]
		}
	}
	return nil
}

// Managed lists the managed rules that the template declares, whatever its conditions come to, in its order.
func (t *Template) Managed() []string {
	var ids []string
	for i := range t.resources {
		source := t.resources[i].properties.get("Source")
		if owner := source.get("Owner"); owner == nil || owner.text != "AWS" {
			continue
		}
		if id := source.get("SourceIdentifier"); id != nil && id.kind == scalar && !slices.Contains(ids, id.text) {
			ids = append(ids, id.text)
		}
	}
	return ids
}

// Declared are the rules that the template declares, whatever its conditions and parameters come to, in its order: their
// names, descriptions, owners, identifiers and controls, as far as these are written out. A name that is a function's
// result is the resource's.
func (t *Template) Declared() []Rule {
	var out []Rule
	for i := range t.resources {
		r := &t.resources[i]
		if r.typ != ruleType {
			continue
		}
		text := func(n *node, otherwise string) string {
			if n != nil && n.kind == scalar {
				return n.text
			}
			return otherwise
		}
		source := r.properties.get("Source")
		out = append(out, Rule{
			Resource: r.id, Line: r.line, Name: text(r.properties.get("ConfigRuleName"), r.id), Description: text(r.properties.get("Description"), ""),
			Owner: text(source.get("Owner"), ""), Identifier: text(source.get("SourceIdentifier"), ""), Controls: r.controls,
		})
	}
	return out
}
