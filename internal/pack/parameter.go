package pack

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/fault"
)

// Parameter is one parameter of a template.
type Parameter struct {
	Name, Type, Description string
	// Default is used when no value is given; HasDefault tells an empty one from none.
	Default    string
	HasDefault bool
	// NoEcho values are not shown again.
	NoEcho bool

	line       int
	allowed    []string
	pattern    *regexp.Regexp
	constraint string
	minLength  int
	maxLength  int
	min, max   *float64
}

func (t *Template) parameter(name, v *node) error {
	p := Parameter{Name: name.text, Type: "String", line: name.line, maxLength: maxValue}
	if v.kind != mapping {
		return invalid(name.line, "parameter %s is %v; it must be a mapping with Type", p.Name, v.kind)
	}
	for i, k := range v.keys {
		if err := p.property(k, v.vals[i]); err != nil {
			return err
		}
	}
	switch p.Type {
	case "String", "Number", "CommaDelimitedList", "List<Number>":
	default:
		return invalid(p.line, "parameter %s has the type %q; types are String, Number, CommaDelimitedList and List<Number>", p.Name, p.Type)
	}
	if p.HasDefault {
		if why := p.refuse(p.Default); why != "" {
			return invalid(p.line, "the default of parameter %s %s", p.Name, why)
		}
	}
	t.Parameters = append(t.Parameters, p)
	return nil
}

func (p *Parameter) property(k, v *node) error {
	var err error
	switch k.text {
	case "Type":
		p.Type = v.text
	case "Description":
		p.Description = v.text
	case "Default":
		if v.kind != scalar {
			return invalid(k.line, "the default of parameter %s is %v; it must be text", p.Name, v.kind)
		}
		p.Default, p.HasDefault = v.text, true
	case "NoEcho":
		p.NoEcho = v.text == "true"
	case "AllowedValues":
		for _, e := range v.vals {
			p.allowed = append(p.allowed, e.text)
		}
	case "AllowedPattern":
		p.pattern, err = regexp.Compile(`\A(?:` + v.text + `)\z`)
	case "ConstraintDescription":
		p.constraint = v.text
	case "MinLength":
		p.minLength, err = strconv.Atoi(v.text)
	case "MaxLength":
		p.maxLength, err = strconv.Atoi(v.text)
	case "MinValue":
		p.min, err = bound(v.text)
	case "MaxValue":
		p.max, err = bound(v.text)
	default:
		return invalid(k.line, "parameter %s: %s is not a key of a parameter", p.Name, k.text)
	}
	if err != nil {
		return invalid(k.line, "parameter %s: %s %q cannot be read: %v", p.Name, k.text, v.text, err)
	}
	return nil
}

func bound(s string) (*float64, error) {
	f, err := strconv.ParseFloat(s, 64)
	return &f, err
}

// refuse says what is wrong with a value; "" when it is allowed.
func (p *Parameter) refuse(v string) string {
	switch {
	case p.allowed != nil && !slices.Contains(p.allowed, v):
		return "must be one of " + strings.Join(p.allowed, ", ")
	case p.pattern != nil && !p.pattern.MatchString(v):
		if p.constraint != "" {
			return "does not fit: " + p.constraint
		}
		return "does not match its AllowedPattern"
	case utf8.RuneCountInString(v) < p.minLength || utf8.RuneCountInString(v) > p.maxLength:
		return "must be " + strconv.Itoa(p.minLength) + " to " + strconv.Itoa(p.maxLength) + " characters long"
	case p.Type == "Number":
		return p.refuseNumber(v)
	case p.Type == "List<Number>":
		for _, e := range splitList(v) {
			if why := p.refuseNumber(e); why != "" {
				return why
			}
		}
	}
	return ""
}

func (p *Parameter) refuseNumber(v string) string {
	f, err := strconv.ParseFloat(v, 64)
	switch {
	case err != nil:
		return "must be a number"
	case p.min != nil && f < *p.min:
		return "must be at least " + strconv.FormatFloat(*p.min, 'f', -1, 64)
	case p.max != nil && f > *p.max:
		return "must be at most " + strconv.FormatFloat(*p.max, 'f', -1, 64)
	}
	return ""
}

// isList tells whether a reference to the parameter gives a list.
func (p *Parameter) isList() bool { return p.Type == "CommaDelimitedList" || p.Type == "List<Number>" }

func splitList(s string) []string {
	if s == "" {
		return nil
	}
	parts := strings.Split(s, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// values gives each parameter its value: the given one, else the default.
func (t *Template) values(given map[string]string) (map[string]string, error) {
	if len(given) > MaxParameters {
		return nil, fault.Invalidf("ConformancePackInputParameters", "%d input parameters are given; a conformance pack takes %d.", len(given), MaxParameters).With("InvalidParameterValueException")
	}
	values := make(map[string]string, len(t.Parameters))
	var missing []string
	for i := range t.Parameters {
		p := &t.Parameters[i]
		v, ok := given[p.Name]
		switch {
		case ok && (v == "" || utf8.RuneCountInString(v) > maxValue):
			return nil, fault.Invalidf(p.Name, "The value of the input parameter %s must be 1 to %d characters long.", p.Name, maxValue).With("InvalidParameterValueException")
		case ok:
			if why := p.refuse(v); why != "" {
				return nil, fault.Invalidf(p.Name, "The value of the input parameter %s %s.", p.Name, why).With(Code)
			}
			values[p.Name] = v
		case p.HasDefault:
			values[p.Name] = p.Default
		default:
			missing = append(missing, p.Name)
		}
	}
	for name := range given {
		if _, ok := values[name]; !ok && !slices.Contains(missing, name) {
			return nil, fault.Invalidf(name, "The template has no parameter %q; it has %s.", name, t.parameterNames()).With(Code)
		}
	}
	if missing != nil {
		return nil, fault.Invalidf(missing[0], "The template needs a value for %s, which has no default; give it as an input parameter.", strings.Join(missing, " and ")).With(Code)
	}
	return values, nil
}

func (t *Template) parameterNames() string {
	if len(t.Parameters) == 0 {
		return "none"
	}
	names := make([]string, len(t.Parameters))
	for i, p := range t.Parameters {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}
