package pack

import (
	"encoding/json"
	"slices"
	"strconv"
)

// Rule is one Config rule of a pack.
type Rule struct {
	// Resource and Line are where the template declares it.
	Resource string
	Line     int

	Name, Description string
	// Owner is AWS, CUSTOM_LAMBDA or CUSTOM_POLICY; Identifier is the managed rule, or the function's ARN.
	Owner, Identifier string
	// Parameters is a JSON object of strings; "" when there are none.
	Parameters string
	Frequency  string
	Scope      Scope
	// Details are the triggers of a custom rule; Policy is the text of one of owner CUSTOM_POLICY.
	Details []Detail
	Policy  *Policy
	// Modes are the evaluation modes.
	Modes []string
	// Controls are the ids of the controls that the template names for the rule.
	Controls []string
}

// Scope narrows a rule to some resources.
type Scope struct {
	Types            []string
	ID               string
	TagKey, TagValue string
}

// Detail is one trigger of a custom rule: a message type, and how often when that is the schedule's.
type Detail struct {
	Message   string
	Frequency string `json:",omitempty"`
}

// Policy is a rule in a policy language.
type Policy struct {
	Runtime, Text string
	// Debug asks for a log of each evaluation; of an organization's rule it is asked for in some accounts.
	Debug         bool     `json:",omitempty"`
	DebugAccounts []string `json:",omitempty"`
}

// Remediation is one remediation configuration of a pack.
type Remediation struct {
	Resource string
	Line     int
	// RuleName is the rule whose failures it puts right.
	RuleName, TargetType, TargetID string
	// Body is the whole of its properties.
	Body json.RawMessage
}

func (r *resource) rule(props *node) (Rule, error) {
	out := Rule{Resource: r.id, Line: r.line, Name: r.id, Controls: r.controls}
	for i, k := range props.keys {
		v := props.vals[i]
		var err error
		switch k.text {
		case "ConfigRuleName":
			out.Name, err = r.scalar(k, v)
		case "Description":
			out.Description, err = r.scalar(k, v)
		case "MaximumExecutionFrequency":
			out.Frequency, err = r.scalar(k, v)
		case "InputParameters":
			out.Parameters, err = r.inputParameters(v)
		case "Source":
			err = r.source(&out, v)
		case "Scope":
			err = r.scope(&out.Scope, v)
		case "EvaluationModes":
			out.Modes, err = r.modes(v)
		default:
			err = r.wrong(k.line, "%s is not a property of a Config rule", k.text)
		}
		if err != nil {
			return out, err
		}
	}
	switch {
	case out.Owner == "":
		return out, r.wrong(0, "Source.Owner is missing")
	case out.Identifier == "" && out.Owner != "CUSTOM_POLICY":
		return out, r.wrong(0, "Source.SourceIdentifier is missing")
	}
	return out, nil
}

// modes reads a list of mappings with one mode each.
func (r *resource) modes(v *node) (modes []string, err error) {
	if v.kind != list {
		return nil, r.wrong(v.line, "EvaluationModes is %v; it must be a list", v.kind)
	}
	for _, e := range v.vals {
		m := e.get("Mode")
		if m == nil || m.kind != scalar {
			return nil, r.wrong(e.line, "an entry of EvaluationModes has no Mode")
		}
		modes = append(modes, m.text)
	}
	return modes, nil
}

func (r *resource) scalar(k, v *node) (string, error) {
	if v.kind != scalar {
		return "", r.wrong(k.line, "%s is %v; it must be text", k.text, v.kind)
	}
	return v.text, nil
}

func (r *resource) source(out *Rule, v *node) error {
	for i, k := range v.keys {
		var err error
		switch k.text {
		case "Owner":
			out.Owner, err = r.scalar(k, v.vals[i])
		case "SourceIdentifier":
			out.Identifier, err = r.scalar(k, v.vals[i])
		case "SourceDetails":
			err = r.sourceDetails(out, v.vals[i])
		case "CustomPolicyDetails":
			out.Policy, err = r.policy(v.vals[i])
		default:
			err = r.wrong(k.line, "%s is not a property of Source", k.text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sourceDetails are the triggers. Of a managed rule's only the schedule counts: when it runs is the rule's own business.
func (r *resource) sourceDetails(out *Rule, v *node) error {
	for _, e := range v.vals {
		var d Detail
		if m := e.get("MessageType"); m != nil {
			d.Message = m.text
		}
		if f := e.get("MaximumExecutionFrequency"); f != nil {
			d.Frequency = f.text
			if out.Frequency == "" {
				out.Frequency = f.text
			}
		}
		out.Details = append(out.Details, d)
	}
	return nil
}

func (r *resource) policy(v *node) (*Policy, error) {
	out := &Policy{}
	for i, k := range v.keys {
		var err error
		switch k.text {
		case "PolicyRuntime":
			out.Runtime, err = r.scalar(k, v.vals[i])
		case "PolicyText":
			out.Text, err = r.scalar(k, v.vals[i])
		case "EnableDebugLogDelivery":
			var text string
			text, err = r.scalar(k, v.vals[i])
			out.Debug = text == "true"
		default:
			err = r.wrong(k.line, "%s is not a property of CustomPolicyDetails", k.text)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *resource) scope(out *Scope, v *node) error {
	for i, k := range v.keys {
		var err error
		switch k.text {
		case "ComplianceResourceTypes":
			types := []*node{v.vals[i]}
			if v.vals[i].kind == list {
				types = v.vals[i].vals
			}
			for _, t := range types {
				s, err := r.scalar(k, t)
				if err != nil {
					return err
				}
				out.Types = append(out.Types, s)
			}
		case "ComplianceResourceId":
			out.ID, err = r.scalar(k, v.vals[i])
		case "TagKey":
			out.TagKey, err = r.scalar(k, v.vals[i])
		case "TagValue":
			out.TagValue, err = r.scalar(k, v.vals[i])
		default:
			err = r.wrong(k.line, "%s is not a property of Scope", k.text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// inputParameters renders the parameters as the JSON text that a rule takes; all values are strings. They may be
// written as a mapping, or as that text.
func (r *resource) inputParameters(v *node) (string, error) {
	switch v.kind {
	case null:
		return "", nil
	case scalar:
		return v.text, nil
	case list:
		return "", r.wrong(v.line, "InputParameters is a list; it must be a mapping")
	}
	if len(v.vals) == 0 {
		return "", nil
	}
	params := make(map[string]string, len(v.vals))
	for i, k := range v.keys {
		e := v.vals[i]
		switch e.kind {
		case null:
			continue
		case scalar:
			params[k.text] = e.text
		case list:
			return "", r.wrong(k.line, "the input parameter %s is a list; write its values in one text, separated by commas", k.text)
		case mapping:
			b, err := json.Marshal(e.plain())
			if err != nil {
				return "", err
			}
			params[k.text] = string(b)
		}
	}
	b, err := json.Marshal(params)
	return string(b), err
}

func (r *resource) remediation(props *node) (Remediation, error) {
	out := Remediation{Resource: r.id, Line: r.line}
	for name, to := range map[string]*string{"ConfigRuleName": &out.RuleName, "TargetType": &out.TargetType, "TargetId": &out.TargetID} {
		v := props.get(name)
		if v == nil || v.kind != scalar || v.text == "" {
			return out, r.wrong(0, "%s is missing", name)
		}
		*to = v.text
	}
	var err error
	out.Body, err = json.Marshal(props.plain())
	return out, err
}

// plain is the value for encoding/json.
func (n *node) plain() any {
	switch n.kind {
	case scalar:
		if b, err := strconv.ParseBool(n.text); err == nil && n.bare && (n.text == "true" || n.text == "false") {
			return b
		}
		if n.bare && json.Valid([]byte(n.text)) {
			return json.Number(n.text)
		}
		return n.text
	case list:
		out := make([]any, len(n.vals))
		for i, v := range n.vals {
			out[i] = v.plain()
		}
		return out
	case mapping:
		out := make(map[string]any, len(n.vals))
		for i, v := range n.vals {
			out[n.keys[i].text] = v.plain()
		}
		return out
	}
	return nil
}

// check refuses a pack that is too large, has two rules of a name, or a remediation without its rule. A pack whose
// conditions leave no rule is in order: a published one is like that with its defaults.
func (p *Pack) check(t *Template) error {
	if len(p.Rules) > MaxRules {
		return invalid(0, "it has %d rules; a conformance pack may have %d", len(p.Rules), MaxRules)
	}
	names := make(map[string]string, len(p.Rules))
	for _, r := range p.Rules {
		if other, ok := names[r.Name]; ok {
			return t.find(r.Resource).wrong(0, "the rule name %q is the name of resource %s too", r.Name, other)
		}
		names[r.Name] = r.Resource
	}
	for _, m := range p.Remediations {
		if !slices.ContainsFunc(p.Rules, func(r Rule) bool { return r.Name == m.RuleName }) {
			return t.find(m.Resource).wrong(0, "there is no rule %q in the pack to remediate", m.RuleName)
		}
	}
	return nil
}
