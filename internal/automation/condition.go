package automation

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// operators of a condition, by kind.
var operators = []string{
	"StringEquals", "EqualsIgnoreCase", "StartsWith", "EndsWith", "Contains",
	"NumericEquals", "NumericGreater", "NumericLesser", "NumericGreaterOrEquals", "NumericLesserOrEquals",
	"BooleanEquals",
}

const maxConditionDepth = 10

func checkBranch(s *Step, in *node) error {
	c := in.get("Choices")
	l, ok := c.list()
	if !ok || len(l) == 0 {
		return invalid(c.line, "the Choices of the step %s are %s; they are a list of at least one choice", s.Name, c.what())
	}
	for _, e := range l {
		if t, ok := e.get("NextStep").text(); !ok || t == "" {
			return invalid(e.line, "a choice of the step %s has no NextStep", s.Name)
		}
		if err := checkCondition(s, e, 0); err != nil {
			return err
		}
	}
	if d := in.get("Default"); d != nil {
		if t, ok := d.text(); !ok || t == "" {
			return invalid(d.line, "the Default of the step %s is %s; it is a step's name", s.Name, d.what())
		}
	}
	return nil
}

// checkCondition wants exactly one of And, Or, Not and an operator with its Variable.
func checkCondition(s *Step, n *node, depth int) error {
	if !n.isMap {
		return invalid(n.line, "a condition of the step %s is %s; it is a mapping", s.Name, n.what())
	}
	if depth > maxConditionDepth {
		return invalid(n.line, "the conditions of the step %s are nested more than %d levels deep", s.Name, maxConditionDepth)
	}
	found, variable := "", false
	for i, k := range n.keys {
		key := k.value.(string)
		switch {
		case key == "Variable":
			variable = true
			continue
		case key == "NextStep" && depth == 0:
			continue
		case key != "And" && key != "Or" && key != "Not" && !slices.Contains(operators, key):
			return invalid(k.line, "a condition of the step %s has %q; there are And, Or, Not, %s", s.Name, key, strings.Join(operators, ", "))
		case found != "":
			return invalid(k.line, "a condition of the step %s has both %s and %s; it has one, beside others in And or Or", s.Name, found, key)
		}
		found = key
		if err := checkOperand(s, key, n.vals[i], depth); err != nil {
			return err
		}
	}
	logical := found == "And" || found == "Or" || found == "Not"
	switch {
	case found == "":
		return invalid(n.line, "a condition of the step %s compares nothing", s.Name)
	case logical == variable:
		return invalid(n.line, "a condition of the step %s has an operator with its Variable, or And, Or or Not without one", s.Name)
	}
	return nil
}

func checkOperand(s *Step, key string, v *node, depth int) error {
	switch key {
	case "Not":
		return checkCondition(s, v, depth+1)
	case "And", "Or":
		l, ok := v.list()
		if !ok || len(l) == 0 {
			return invalid(v.line, "%s of the step %s is %s; it is a list of conditions", key, s.Name, v.what())
		}
		for _, e := range l {
			if err := checkCondition(s, e, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// holds evaluates a condition whose references have been resolved.
func holds(c map[string]any) (bool, error) {
	for key, v := range c {
		switch key {
		case "Variable", "NextStep":
		case "Not":
			m, _ := v.(map[string]any)
			ok, err := holds(m)
			return !ok, err
		case "And", "Or":
			l, _ := v.([]any)
			for _, e := range l {
				m, _ := e.(map[string]any)
				ok, err := holds(m)
				if err != nil || ok == (key == "Or") {
					return ok, err
				}
			}
			return key == "And", nil
		default:
			return compare(key, c["Variable"], v)
		}
	}
	return false, nil
}

// compare applies one operator. An output that its step did not give equals nothing.
func compare(op string, have, want any) (bool, error) {
	if have == nil {
		return false, nil
	}
	a, b := toText(single(have)), toText(want)
	switch op {
	case "StringEquals":
		return a == b, nil
	case "EqualsIgnoreCase":
		return strings.EqualFold(a, b), nil
	case "StartsWith":
		return strings.HasPrefix(a, b), nil
	case "EndsWith":
		return strings.HasSuffix(a, b), nil
	case "BooleanEquals":
		return strings.EqualFold(a, b), nil
	case "Contains":
		if l, ok := have.([]any); ok {
			return slices.ContainsFunc(l, func(e any) bool { return toText(e) == b }), nil
		}
		return strings.Contains(a, b), nil
	}
	x, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
	y, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
	if err1 != nil || err2 != nil {
		return false, fault.New(fault.Invalid, "%s compares numbers and was given %s and %s", op, shorten(a), shorten(b))
	}
	switch op {
	case "NumericEquals":
		return x == y, nil
	case "NumericGreater":
		return x > y, nil
	case "NumericLesser":
		return x < y, nil
	case "NumericGreaterOrEquals":
		return x >= y, nil
	case "NumericLesserOrEquals":
		return x <= y, nil
	}
	return false, fault.New(fault.Invalid, "there is no operator %s", op)
}
