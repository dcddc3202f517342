package automation

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/fault"
)

// Parameter is one input of a document.
type Parameter struct {
	Name, Description string
	// Type is String, StringList, Boolean, Integer, StringMap or MapList; the AWS-specific types
	// (AWS::EC2::Instance::Id, List<...>) are String and StringList.
	Type string
	// Declared is the type as the document writes it.
	Declared string
	// Default stands when no value is given; Required says that there is none.
	Default  any
	Required bool

	AllowedValues                          []any
	AllowedPattern                         string
	MinItems, MaxItems, MinChars, MaxChars *int
	pattern                                *regexp.Regexp
}

var parameterTypes = map[string]string{
	"String": "String", "StringList": "StringList", "Boolean": "Boolean", "Integer": "Integer",
	"StringMap": "StringMap", "Map": "StringMap", "MapList": "MapList",
}

func typeOf(declared string) (string, bool) {
	switch {
	case strings.HasPrefix(declared, "List<AWS::") && strings.HasSuffix(declared, ">"):
		return "StringList", true
	case strings.HasPrefix(declared, "AWS::"):
		return "String", true
	}
	t, ok := parameterTypes[declared]
	return t, ok
}

func (p *parser) parameters(root *node) error {
	n := root.get("parameters")
	if n == nil || n.value == nil && !n.isMap {
		return nil
	}
	if !n.isMap {
		return invalid(n.line, "parameters is %s; it is a mapping of names", n.what())
	}
	if len(n.keys) > MaxParameters {
		return invalid(n.line, "there are %d parameters; at most %d are allowed", len(n.keys), MaxParameters)
	}
	for i, k := range n.keys {
		q, err := parameter(k, n.vals[i])
		if err != nil {
			return err
		}
		p.doc.Parameters = append(p.doc.Parameters, q)
	}
	return nil
}

func parameter(k, n *node) (Parameter, error) {
	p := Parameter{Name: k.value.(string)}
	of := "the parameter " + p.Name
	if !identifier.MatchString(p.Name) {
		return p, invalid(k.line, "a parameter is named %q; names are of letters, digits and _", p.Name)
	}
	err := members(n, of, "type", "description", "default", "allowedValues", "allowedPattern", "displayType", "minItems", "maxItems", "minChars", "maxChars")
	if err != nil {
		return p, err
	}
	if err := text(n, "description", &p.Description); err != nil {
		return p, err
	}
	if err := text(n, "type", &p.Declared); err != nil {
		return p, err
	}
	var ok bool
	if p.Type, ok = typeOf(p.Declared); !ok {
		return p, invalid(n.line, "%s has the type %q; there are String, StringList, Boolean, Integer, StringMap (or Map) and MapList", of, p.Declared)
	}
	if err := p.limits(n); err != nil {
		return p, err
	}
	def := n.get("default")
	p.Required = def == nil
	if def == nil {
		return p, nil
	}
	if p.Default, err = Convert(def.plain(), p.Type); err != nil {
		return p, invalid(def.line, "%s: the default %v", of, err)
	}
	if p.Default == "" {
		return p, nil // "" is how documents say that a parameter may be left out
	}
	if err := p.check(p.Default); err != nil {
		return p, invalid(def.line, "%s: the default %v", of, err)
	}
	return p, nil
}

func (p *Parameter) limits(n *node) error {
	if err := text(n, "allowedPattern", &p.AllowedPattern); err != nil {
		return err
	}
	if p.AllowedPattern != "" {
		var err error
		if p.pattern, err = regexp.Compile("^(?:" + p.AllowedPattern + ")$"); err != nil {
			return invalid(n.get("allowedPattern").line, "the allowedPattern of %s cannot be used: %v", p.Name, err)
		}
	}
	if v := n.get("allowedValues"); v != nil {
		l, ok := v.list()
		if !ok || len(l) == 0 {
			return invalid(v.line, "the allowedValues of %s are %s; they are a list of values", p.Name, v.what())
		}
		for _, e := range l {
			p.AllowedValues = append(p.AllowedValues, e.plain())
		}
	}
	for _, f := range []struct {
		key string
		to  **int
	}{{"minItems", &p.MinItems}, {"maxItems", &p.MaxItems}, {"minChars", &p.MinChars}, {"maxChars", &p.MaxChars}} {
		v := n.get(f.key)
		if v == nil {
			continue
		}
		i, ok := toInt(v.plain())
		if !ok || i < 0 {
			return invalid(v.line, "%s of %s is no number", f.key, p.Name)
		}
		*f.to = &i
	}
	return nil
}

// check holds a value of the right type against the parameter's limits.
func (p *Parameter) check(v any) error {
	if l, ok := v.([]any); ok {
		if p.MinItems != nil && len(l) < *p.MinItems || p.MaxItems != nil && len(l) > *p.MaxItems {
			return fault.New(fault.Invalid, "has %d items, beyond its minItems or maxItems", len(l))
		}
		if p.Type == "MapList" {
			return nil
		}
		for _, e := range l {
			if err := p.one(e); err != nil {
				return err
			}
		}
		return nil
	}
	return p.one(v)
}

func (p *Parameter) one(v any) error {
	s := toText(v)
	n := utf8.RuneCountInString(s)
	switch {
	case p.AllowedValues != nil && !slices.ContainsFunc(p.AllowedValues, func(a any) bool { return toText(a) == s }):
		return fault.New(fault.Invalid, "%q is none of the allowed values %s", s, toText(p.AllowedValues))
	case p.pattern != nil && !p.pattern.MatchString(s):
		return fault.New(fault.Invalid, "%q does not match the allowed pattern %s", s, p.AllowedPattern)
	case p.MinChars != nil && n < *p.MinChars, p.MaxChars != nil && n > *p.MaxChars:
		return fault.New(fault.Invalid, "has %d characters, beyond its minChars or maxChars", n)
	}
	return nil
}

// Bind gives every parameter its value: those given as the API gives them (a list of texts each), else defaults.
func (d *Document) Bind(given map[string][]string) (map[string]any, error) {
	for name := range given {
		if d.Parameter(name) == nil {
			return nil, badParameter(name, "the document has no parameter %q", name)
		}
	}
	out := make(map[string]any, len(d.Parameters))
	for i := range d.Parameters {
		p := &d.Parameters[i]
		texts, ok := given[p.Name]
		if !ok {
			if p.Required {
				return nil, badParameter(p.Name, "the parameter %s is required and has no value", p.Name)
			}
			out[p.Name] = p.Default
			continue
		}
		v, err := p.read(texts)
		if err != nil {
			return nil, badParameter(p.Name, "the parameter %s: %v", p.Name, err)
		}
		out[p.Name] = v
	}
	return out, nil
}

func (p *Parameter) read(texts []string) (any, error) {
	var raw any
	switch {
	case p.Type == "StringList" && !(len(texts) == 1 && strings.HasPrefix(strings.TrimSpace(texts[0]), "[")):
		l := make([]any, len(texts))
		for i, t := range texts {
			l[i] = t
		}
		raw = l
	case len(texts) != 1 && p.Type != "MapList":
		return nil, fault.New(fault.Invalid, "a %s takes one value and was given %d", p.Type, len(texts))
	case p.Type == "MapList" && len(texts) != 1:
		l := make([]any, len(texts))
		for i, t := range texts {
			if json.Unmarshal([]byte(t), &l[i]) != nil {
				return nil, fault.New(fault.Invalid, "item %d is no JSON", i+1)
			}
		}
		raw = l
	default:
		raw = texts[0]
	}
	v, err := Convert(raw, p.Type)
	if err != nil {
		return nil, err
	}
	if v == "" && p.Default == "" {
		return v, nil
	}
	return v, p.check(v)
}

func badParameter(name, format string, args ...any) error {
	return fault.Invalidf("Parameters."+name, format, args...).With("InvalidAutomationExecutionParametersException")
}
