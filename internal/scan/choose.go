package scan

import (
	"bytes"
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// Selection says which rules judge: exactly one of Pack, Framework and Rules; nothing means all rules.
type Selection struct {
	// Pack is the name of a published conformance pack, or of the file that Template was read from.
	Pack     string `json:"pack,omitempty"`
	Template []byte `json:"template,omitempty"`
	// Framework is the name of a standard framework.
	Framework string `json:"framework,omitempty"`
	// Rules are identifiers, dashed names or control ids of Security Hub; the one word all means every rule.
	Rules []string `json:"rules,omitempty"`
	// Parameters are those of the pack, or of a rule as IDENTIFIER.name.
	Parameters map[string]string `json:"parameters,omitempty"`
}

// All is the word for every rule.
const All = "all"

// Choice is the chosen rules, ready to judge.
type Choice struct {
	Title   string
	LeftOut []LeftOut
	Types   []string
	// EveryType tells that a rule judges resources of all types.
	EveryType bool

	trial *compliance.Trial
	// local makes the rules of one place, when their parameters depend on it.
	local func(Place) (*compliance.Trial, error)
	// controls are by identifier.
	controls map[string][]string
}

// Choose finds the rules of a selection. Faults name what is not known, with what is near to it.
func Choose(s Selection) (*Choice, error) {
	given := 0
	for _, is := range []bool{s.Pack != "", s.Framework != "", len(s.Rules) > 0} {
		if is {
			given++
		}
	}
	if given > 1 {
		return nil, fault.Invalidf("rules", "Choose the rules by one of --pack, --framework and --rules.")
	}
	c := &Choice{controls: map[string][]string{}}
	var err error
	switch {
	case s.Pack != "":
		err = c.pack(s)
	case s.Framework != "":
		err = c.framework(s)
	case len(s.Rules) == 0 || len(s.Rules) == 1 && strings.EqualFold(s.Rules[0], All):
		err = c.all(s)
	default:
		err = c.named(s)
	}
	if err != nil {
		return nil, err
	}
	c.Types, c.EveryType = c.trial.Types()
	return c, nil
}

// in are the rules of a place.
func (c *Choice) in(at Place) (*compliance.Trial, error) {
	if c.local == nil {
		return c.trial, nil
	}
	return c.local(at)
}

func (c *Choice) pack(s Selection) (err error) {
	c.Title = "conformance pack " + s.Pack
	text := s.Template
	if text == nil {
		if text, err = pack.Published(s.Pack); err != nil {
			return fault.New(fault.NotFound, "There is no published conformance pack %q, and no file of that name.%s", s.Pack, nearPack(s.Pack))
		}
	}
	t, err := pack.Parse(text)
	if err != nil {
		return err
	}
	prepare := func(at Place) (*compliance.Trial, error) {
		rules, err := compliance.PackRules(t, s.Parameters, at)
		if err != nil {
			return nil, err
		}
		return compliance.NewTrial(rules)
	}
	if bytes.Contains(text, []byte("AWS::AccountId")) || bytes.Contains(text, []byte("AWS::Region")) || bytes.Contains(text, []byte("AWS::Partition")) || bytes.Contains(text, []byte("AWS::URLSuffix")) {
		c.local = prepare
	}
	c.trial, err = prepare(Place{Account: "000000000000", Region: "us-east-1"})
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return fault.Invalidf(f.Field, "%s Parameters are given by --parameter NAME=VALUE.", f.Message)
	}
	return err
}

// nearPack names a published pack that has most of the words of a name.
func nearPack(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == ' ' || r == '_' || r == '.' })
	best, most := "", 0
	for _, p := range pack.Names() {
		n := 0
		for _, w := range words {
			if strings.Contains(strings.ToLower(p), w) {
				n++
			}
		}
		if n > most || n == most && n > 0 && len(p) < len(best) {
			best, most = p, n
		}
	}
	if best == "" {
		return ""
	}
	return " Did you mean " + best + "?"
}

// framework takes the rules that its controls name, directly or by a control of Security Hub.
func (c *Choice) framework(s Selection) error {
	f, ok := catalog.Standard().FrameworkNamed(s.Framework)
	if !ok {
		return fault.New(fault.NotFound, "There is no standard framework %q. 'tickmark frameworks list' lists them, with their versions.", s.Framework)
	}
	c.Title = "framework " + f.Name()
	given := map[string]string{} // parameters by rule
	for _, set := range f.Sets {
		for _, control := range set.Controls {
			for typ, keyword := range control.Mapped {
				for id, params := range rulesOf(typ, keyword) {
					if old, ok := given[id]; !ok || old == "" {
						given[id] = params
					}
					if !slices.Contains(c.controls[id], control.Requirement) {
						c.controls[id] = append(c.controls[id], control.Requirement)
					}
				}
			}
		}
	}
	if len(given) == 0 {
		return fault.New(fault.Invalid, "No rule is mapped to a control of the framework %s: there is nothing to scan for.", f.Name())
	}
	var rules []compliance.ConfigRule
	for _, id := range slices.Sorted(maps.Keys(given)) {
		rules = c.list(rules, id, given[id], s.Parameters)
	}
	return c.ready(rules, s.Parameters)
}

// rulesOf are the rules behind a keyword, with their parameters.
func rulesOf(typ catalog.SourceType, keyword string) map[string]string {
	switch typ {
	case catalog.Config:
		return map[string]string{compliance.Identifier(keyword): ""}
	case catalog.SecurityHub:
		out := map[string]string{}
		if control, ok := managed.FindControl(keyword); ok {
			for _, id := range control.Rules {
				out[compliance.Identifier(id)] = control.Parameters
			}
		}
		return out
	}
	return nil
}

func (c *Choice) all(s Selection) error {
	c.Title = "all rules"
	var rules []compliance.ConfigRule
	for _, e := range managed.Known() {
		if managed.Implemented(e.Identifier) {
			rules = c.list(rules, e.Identifier, "", s.Parameters)
		}
	}
	return c.ready(rules, s.Parameters)
}

// list adds a rule, or notes why it is left out: what stands in a list by itself must not fail for lack of a parameter.
func (c *Choice) list(rules []compliance.ConfigRule, id, params string, given map[string]string) []compliance.ConfigRule {
	r := managed.Lookup(id)
	switch {
	case r == nil:
		c.LeftOut = append(c.LeftOut, LeftOut{id, "The rule is not in the rule library: " + cmp.Or(managed.Missing(id), "its logic is not known") + "."})
		return rules
	case r.Trigger == rule.External:
		c.LeftOut = append(c.LeftOut, LeftOut{id, "Its verdict is given by a person or a tool outside."})
		return rules
	}
	text := withParameters(r.Identifier, params, given)
	if _, err := r.ParseParams(text); err != nil && params == "" && text == "" {
		c.LeftOut = append(c.LeftOut, LeftOut{r.Identifier, err.Error() + " Here: --parameter " + r.Identifier + ".NAME=VALUE."})
		return rules
	}
	return append(rules, managedRule(r.Identifier, text))
}

func (c *Choice) named(s Selection) error {
	c.Title = "rules " + strings.Join(s.Rules, ", ")
	if len(s.Rules) > 8 {
		c.Title = counted(len(s.Rules), "rule")
	}
	var rules []compliance.ConfigRule
	seen := map[string]bool{}
	add := func(id, params string) error {
		r := managed.Lookup(id)
		if r == nil {
			return fault.New(fault.Invalid, "The rule %s is not in the rule library: %s.", id, cmp.Or(managed.Missing(id), "its logic is not known"))
		}
		if !seen[r.Identifier] {
			seen[r.Identifier] = true
			rules = append(rules, managedRule(r.Identifier, withParameters(r.Identifier, params, s.Parameters)))
		}
		return nil
	}
	for _, name := range s.Rules {
		ids, params := []string{compliance.Identifier(name)}, ""
		if managed.Lookup(ids[0]) == nil {
			if control, ok := managed.FindControl(name); ok && len(control.Rules) > 0 {
				ids, params = control.Rules, control.Parameters
			} else if err := compliance.CheckIdentifier(name); err != nil {
				return err
			}
		}
		for _, id := range ids {
			if err := add(id, params); err != nil {
				return err
			}
		}
	}
	return c.ready(rules, s.Parameters)
}

// ready makes the rules of a list ready; a parameter for a rule that is not among them is a fault.
func (c *Choice) ready(rules []compliance.ConfigRule, given map[string]string) (err error) {
	for key := range given {
		id, _, ok := strings.Cut(key, ".")
		if i := strings.LastIndexByte(key, '.'); i > 0 {
			id = key[:i] // ids of controls have a dot themselves
		}
		if !ok || !slices.ContainsFunc(rules, func(r compliance.ConfigRule) bool { return strings.EqualFold(r.Identifier, id) }) {
			return fault.Invalidf("parameter", "The parameter %q belongs to no chosen rule: write IDENTIFIER.name=value.", key)
		}
	}
	c.trial, err = compliance.NewTrial(rules)
	return err
}

func managedRule(id, params string) compliance.ConfigRule {
	return compliance.ConfigRule{Name: id, Owner: compliance.OwnerAWS, Identifier: id, Parameters: params}
}
