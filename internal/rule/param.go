package rule

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/tree"
)

// ParamType is the type of a rule parameter.
type ParamType uint8

// The parameter types.
const (
	String ParamType = iota
	Int
	Bool
	Double
	CSV // strings separated by commas
	Map // key:value pairs separated by semicolons, or a JSON object
)

var paramTypeNames = [...]string{"string", "int", "bool", "double", "csv", "map"}

func (t ParamType) String() string { return paramTypeNames[t] }

// Param declares one parameter.
type Param struct {
	Name     string
	Type     ParamType
	Default  string // used when the parameter is not given; "" is no default
	Required bool
	Enum     []string // allowed values, of each element for CSV; empty allows all
	// Min and Max bound an int or double; no bounds when both are 0.
	Min, Max float64
	Doc      string
}

// Params are the checked values of a rule's parameters.
type Params struct {
	decl []Param
	vals []value
	// given is a verdict from outside; nil when there is none.
	given *Result
}

type value struct {
	set  bool
	s    string
	i    int64
	f    float64
	b    bool
	list []string
	m    map[string]string
}

// ParseParams checks a rule's input parameters: a JSON object of scalars, or "" for none. A key the rule does not
// have or a value of the wrong type is a fault that names it. An empty string counts as not given.
func (r *Rule) ParseParams(json string) (Params, error) { return ParseParams(r.Params, json) }

// ParseParams checks input parameters against declarations.
func ParseParams(decl []Param, json string) (Params, error) {
	p := Params{decl: decl, vals: make([]value, len(decl))}
	if strings.TrimSpace(json) != "" {
		if err := p.parse(json); err != nil {
			return Params{}, err
		}
	}
	for i, d := range decl {
		switch {
		case p.vals[i].set:
		case d.Default != "":
			if err := p.vals[i].read(d, d.Default); err != nil {
				return Params{}, err
			}
		case d.Required:
			return Params{}, fault.Invalidf(d.Name, "The rule parameter %q is required: give it in the input parameters.", d.Name)
		}
	}
	return p, nil
}

func (p *Params) parse(json string) error {
	doc, err := tree.ParseString(json)
	if err != nil {
		return fault.Invalidf("InputParameters", "The input parameters are not a JSON object: %v.", err)
	}
	if doc.Root().Kind() != tree.Object {
		return fault.Invalidf("InputParameters", "The input parameters are a JSON %v; give an object such as {\"name\": \"value\"}.", doc.Root().Kind())
	}
	for key, n := range doc.Root().Members {
		i := slices.IndexFunc(p.decl, func(d Param) bool { return d.Name == key })
		if i < 0 {
			return fault.Invalidf(key, "The rule has no parameter %q; it has %s.", key, names(p.decl))
		}
		if p.vals[i].set {
			return fault.Invalidf(key, "The rule parameter %q is given twice.", key)
		}
		text, err := scalar(p.decl[i], n)
		if err != nil {
			return err
		}
		if text == "" {
			continue
		}
		if err := p.vals[i].read(p.decl[i], text); err != nil {
			return err
		}
	}
	return nil
}

func names(decl []Param) string {
	if len(decl) == 0 {
		return "none"
	}
	all := make([]string, len(decl))
	for i, d := range decl {
		all[i] = d.Name
	}
	return strings.Join(all, ", ")
}

// scalar is a parameter's text; numbers and booleans may be written bare or as strings.
func scalar(d Param, n tree.Node) (string, error) {
	switch n.Kind() {
	case tree.Null:
		return "", nil
	case tree.String, tree.Number, tree.Bool:
		return strings.TrimSpace(n.Str()), nil
	case tree.Object:
		if d.Type == Map {
			return n.Raw(), nil
		}
	}
	return "", badType(d, "a JSON "+n.Kind().String())
}

func badType(d Param, got string) error {
	return fault.Invalidf(d.Name, "The rule parameter %q must be of type %s, not %s.", d.Name, d.Type, got)
}

func (v *value) read(d Param, s string) error {
	v.set, v.s = true, s
	var err error
	switch d.Type {
	case Int:
		if v.i, err = strconv.ParseInt(s, 10, 64); err != nil {
			return badType(d, strconv.Quote(s))
		}
		v.f = float64(v.i)
	case Double:
		if v.f, err = strconv.ParseFloat(s, 64); err != nil {
			return badType(d, strconv.Quote(s))
		}
	case Bool:
		switch strings.ToLower(s) {
		case "true":
			v.b = true
		case "false":
		default:
			return badType(d, strconv.Quote(s))
		}
	case CSV:
		v.list = Split(s)
	case Map:
		if v.m, err = pairs(d, s); err != nil {
			return err
		}
	}
	return v.allowed(d)
}

func (v *value) allowed(d Param) error {
	if (d.Type == Int || d.Type == Double) && (d.Min != 0 || d.Max != 0) && (v.f < d.Min || d.Max != 0 && v.f > d.Max) {
		if d.Max == 0 {
			return fault.Invalidf(d.Name, "The rule parameter %q must be at least %v, not %s.", d.Name, d.Min, v.s)
		}
		return fault.Invalidf(d.Name, "The rule parameter %q must be between %v and %v, not %s.", d.Name, d.Min, d.Max, v.s)
	}
	if len(d.Enum) == 0 {
		return nil
	}
	if d.Type != CSV {
		return d.oneOf(&v.s)
	}
	for i := range v.list {
		if err := d.oneOf(&v.list[i]); err != nil {
			return err
		}
	}
	return nil
}

// oneOf checks an enumeration; packs write its values in any case, and get the declared one.
func (d Param) oneOf(s *string) error {
	i := slices.IndexFunc(d.Enum, func(e string) bool { return strings.EqualFold(e, *s) })
	if i < 0 {
		return fault.Invalidf(d.Name, "The rule parameter %q must be one of %s, not %q.", d.Name, strings.Join(d.Enum, ", "), *s)
	}
	*s = d.Enum[i]
	return nil
}

// Split cuts a list separated by commas, dropping blanks, quotes around elements (a published pack has them) and empty
// elements.
func Split(s string) []string {
	var list []string
	for e := range strings.SplitSeq(s, ",") {
		if e = strings.Trim(e, "'\" \t\r\n"); e != "" {
			list = append(list, e)
		}
	}
	return list
}

// pairs reads `"a": "x,y"; b: z` or a JSON object of strings.
func pairs(d Param, s string) (map[string]string, error) {
	m := map[string]string{}
	if strings.HasPrefix(s, "{") {
		doc, err := tree.ParseString(s)
		if err != nil {
			return nil, badType(d, strconv.Quote(s))
		}
		for k, n := range doc.Root().Members {
			m[k] = n.Str()
		}
		return m, nil
	}
	for e := range strings.SplitSeq(s, ";") {
		if strings.TrimSpace(e) == "" {
			continue
		}
		k, v, ok := strings.Cut(e, ":")
		if !ok {
			return nil, badType(d, strconv.Quote(s))
		}
		m[strings.Trim(k, " \"")] = strings.Trim(v, " \"")
	}
	return m, nil
}

// get finds a value; asking for a parameter the rule does not declare is a mistake in the rule.
func (p Params) get(name string, types ...ParamType) *value {
	for i := range p.decl {
		if p.decl[i].Name == name {
			if !slices.Contains(types, p.decl[i].Type) {
				break
			}
			return &p.vals[i]
		}
	}
	panic("rule: no parameter " + name + " of the type it is read as")
}

// WithGiven is the parameters with a verdict that was given from outside, for a rule with the trigger External.
func (p Params) WithGiven(r Result) Params {
	p.given = &r
	return p
}

// Has reports whether a parameter was given or has a default.
func (p Params) Has(name string) bool {
	return p.get(name, String, Int, Bool, Double, CSV, Map).set
}

// Str is a string parameter, "" when it was not given.
func (p Params) Str(name string) string { return p.get(name, String).s }

// Int is a whole number parameter, 0 when it was not given.
func (p Params) Int(name string) int64 { return p.get(name, Int).i }

// Float is a number parameter, 0 when it was not given.
func (p Params) Float(name string) float64 { return p.get(name, Double, Int).f }

// Bool is a boolean parameter, false when it was not given.
func (p Params) Bool(name string) bool { return p.get(name, Bool).b }

// List is a parameter of comma-separated strings.
func (p Params) List(name string) []string { return p.get(name, CSV).list }

// Map is a parameter of key-value pairs.
func (p Params) Map(name string) map[string]string { return p.get(name, Map).m }

func itoa(n int) string { return strconv.Itoa(n) }
