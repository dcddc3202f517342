package compliance

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/managed"
	"github.com/tickmark/tickmark/internal/tree"
)

// definition is what is known of a rule beside its instance. Without logic it can be deployed and gives
// INSUFFICIENT_DATA.
type definition struct {
	managed.Entry
	logic *rule.Rule // nil when the library does not have it yet
}

// define finds or makes the definition of an instance, and says why it cannot be evaluated; "" when it can.
func define(r ConfigRule) (d definition, broken string) {
	switch r.Owner {
	case OwnerLambda:
		return functionDefinition(r), ""
	case OwnerPolicy:
		return policyDefinition(r)
	}
	d, _ = lookup(r.Identifier)
	if d.logic == nil {
		broken = "The rule " + r.Identifier + " is not in the rule library yet."
	}
	return d, broken
}

// lookup finds a managed rule by identifier, alias or dashed name, in any case.
func lookup(name string) (definition, bool) {
	r := managed.Lookup(name)
	if e, ok := managed.Find(name); ok {
		if r == nil {
			r = managed.Lookup(e.Identifier)
		}
		return definition{e, r}, true
	}
	if e, ok := byAlias(name); ok {
		return definition{e, managed.Lookup(e.Identifier)}, true
	}
	if r != nil {
		return definition{managed.EntryOf(r), r}, true
	}
	return definition{}, false
}

// Identifier is the identifier of the managed rule that a name means; the name itself when it means none.
func Identifier(name string) string {
	if d, ok := lookup(name); ok {
		return d.Identifier
	}
	return name
}

func byAlias(name string) (managed.Entry, bool) {
	for _, e := range managed.Catalog() {
		if slices.ContainsFunc(e.Aliases, func(a string) bool { return strings.EqualFold(a, name) }) {
			return e, true
		}
	}
	return managed.Entry{}, false
}

// resolve finds the rule that an identifier means; one that nobody knows is refused with the nearest name.
func resolve(identifier string) (definition, error) {
	d, ok := lookup(identifier)
	if ok {
		return d, nil
	}
	hint := ""
	if near := nearest(identifier); near != "" {
		hint = " Did you mean " + near + "?"
	}
	return d, fault.Invalidf("SourceIdentifier", "%q is not the identifier of a managed rule.%s", identifier, hint).With("InvalidParameterValueException")
}

// nearest is the identifier that shares the most words with a name; "" when none shares half of them.
func nearest(name string) string {
	words := strings.FieldsFunc(strings.ToUpper(name), func(r rune) bool { return r == '_' || r == '-' || r == ' ' })
	best, most := "", len(words)/2
	for _, e := range managed.Known() {
		have, n := strings.Split(e.Identifier, "_"), 0
		for _, w := range words {
			if slices.Contains(have, w) {
				n++
			}
		}
		if n > most || n == most && best != "" && len(e.Identifier) < len(best) {
			best, most = e.Identifier, n
		}
	}
	return best
}

// trigger tells when the rule runs.
func (d *definition) trigger() rule.Trigger {
	if d.logic != nil {
		return d.logic.Trigger
	}
	return d.Trigger
}

// types are the resource types the rule judges; none for one that judges accounts.
func (d *definition) types() []string {
	switch {
	case d.logic == nil:
		return d.Types
	case d.logic.Subjects == rule.Account:
		return nil
	}
	return d.logic.Types
}

// checkParameters validates a rule's input parameters, against its logic or, without, against what AWS documents.
func (d *definition) checkParameters(text string) error {
	var err error
	if d.logic != nil {
		_, err = d.logic.ParseParams(text)
	} else {
		err = d.checkDocumented(text)
	}
	if f := (*fault.Error)(nil); asFault(err, &f) {
		return f.With("InvalidParameterValueException")
	}
	return err
}

func (d *definition) checkDocumented(text string) error {
	given := map[string]bool{}
	if strings.TrimSpace(text) != "" {
		doc, err := tree.ParseString(text)
		if err != nil || doc.Root().Kind() != tree.Object {
			return fault.Invalidf("InputParameters", "The input parameters are not a JSON object.")
		}
		for key, n := range doc.Root().Members {
			if !slices.ContainsFunc(d.Params, func(p managed.EntryParam) bool { return p.Name == key }) {
				return fault.Invalidf(key, "The rule %s has no parameter %q; it has %s.", d.Identifier, key, d.parameterNames())
			}
			given[key] = n.Str() != ""
		}
	}
	for _, p := range d.Params {
		if p.Required && p.Default == "" && !given[p.Name] {
			return fault.Invalidf(p.Name, "The rule %s needs the parameter %q.", d.Identifier, p.Name)
		}
	}
	return nil
}

func (d *definition) parameterNames() string {
	if len(d.Params) == 0 {
		return "none"
	}
	names := make([]string, len(d.Params))
	for i, p := range d.Params {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}
