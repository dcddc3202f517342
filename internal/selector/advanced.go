package selector

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/trail"
)

// Kind is what the selectors belong to; each kind has its own categories and fields.
type Kind uint8

// The kinds.
const (
	Trail Kind = iota
	Store
)

// Categories that no trail takes; the others are those of package trail.
const (
	ConfigurationItem = "ConfigurationItem"
	Evidence          = "Evidence"
	ActivityAuditLog  = "ActivityAuditLog"
)

// The limits of a trail and of a store.
const (
	// MaxValues is how many values all advanced selectors may have together.
	MaxValues = 500
	maxLength = 2048
	maxName   = 1000
)

// use tells what may be asked of a field.
type use uint8

const (
	anyOperator use = 1 << iota // else Equals alone
	oneValue                    // exactly one
	required
)

// allowed are the fields of each category, by kind.
var allowed = map[Kind]map[string]map[string]use{
	Trail: {
		trail.Management: {"eventCategory": oneValue, "readOnly": oneValue, "eventSource": anyOperator},
		trail.Data:       dataFields,
		trail.NetworkActivity: {
			"eventCategory": oneValue, "eventSource": oneValue | required, "eventName": anyOperator, "errorCode": oneValue,
			"vpcEndpointId": anyOperator, "userIdentity.arn": anyOperator,
		},
	},
	Store: {
		trail.Management: {
			"eventCategory": oneValue, "readOnly": oneValue, "eventSource": anyOperator, "eventName": anyOperator, "eventType": anyOperator,
			"sessionCredentialFromConsole": anyOperator, "userIdentity.arn": anyOperator,
		},
		trail.Data: dataFields,
		trail.NetworkActivity: {
			"eventCategory": oneValue, "eventSource": oneValue | required, "eventName": anyOperator, "errorCode": oneValue, "vpcEndpointId": anyOperator,
		},
		trail.Insight: {"eventCategory": oneValue}, ConfigurationItem: {"eventCategory": oneValue},
		Evidence: {"eventCategory": oneValue}, ActivityAuditLog: {"eventCategory": oneValue},
	},
}

var dataFields = map[string]use{
	"eventCategory": oneValue, "resources.type": oneValue | required, "readOnly": oneValue, "eventName": anyOperator,
	"eventSource": anyOperator, "eventType": anyOperator, "resources.ARN": anyOperator,
	"sessionCredentialFromConsole": anyOperator, "userIdentity.arn": anyOperator,
}

// alone are the categories of which a store takes nothing but one.
var alone = []string{trail.Insight, ConfigurationItem, Evidence, ActivityAuditLog}

// Compile checks advanced selectors and compiles them. Fault: InvalidEventSelectorsException.
func Compile(advanced []Advanced, kind Kind) (*Set, error) {
	if len(advanced) == 0 {
		return nil, invalid("Give at least one event selector.")
	}
	set, values := &Set{}, 0
	for i := range advanced {
		a := &advanced[i]
		c, n, err := a.compile(kind)
		if err != nil {
			return nil, err
		}
		if values += n; values > MaxValues {
			return nil, invalid("The advanced event selectors have more than %d values altogether: shorten the lists, or use StartsWith and EndsWith.", MaxValues)
		}
		if len(advanced) > 1 && slices.Contains(alone, c.category) {
			return nil, invalid("Events of the category %s are taken by themselves: leave the other selectors out.", c.category)
		}
		set.selectors = append(set.selectors, c)
	}
	return set, nil
}

func (a *Advanced) compile(kind Kind) (selector, int, error) {
	category, err := a.category(kind)
	if err != nil {
		return selector{}, 0, err
	}
	if len(a.Name) > maxName {
		return selector{}, 0, invalid("The name of a selector has at most %d characters.", maxName)
	}
	c, values, seen := selector{category: category}, 0, map[string]bool{}
	fields := allowed[kind][category]
	for i := range a.Fields {
		f := &a.Fields[i]
		u, known := fields[f.Field]
		if !known {
			return c, 0, invalid("The field %s cannot be used in a selector of %s events%s.", f.Field, category, ofTrails[kind])
		}
		if seen[f.Field] && u&anyOperator == 0 {
			return c, 0, invalid("The field %s is there twice in a selector.", f.Field)
		}
		seen[f.Field] = true
		n, err := f.check(u)
		if err == nil {
			err = f.checkValues(kind, category)
		}
		if err != nil {
			return c, 0, err
		}
		values += n
		c.add(f)
	}
	for name, u := range fields {
		if u&required != 0 && !seen[name] {
			return c, 0, invalid("A selector of %s events needs the field %s.", category, name)
		}
	}
	c.order()
	return c, values, nil
}

var ofTrails = map[Kind]string{Trail: " of a trail", Store: " of an event data store"}

// category is the one that the selector takes events of.
func (a *Advanced) category(kind Kind) (string, error) {
	for _, f := range a.Fields {
		if f.Field != "eventCategory" {
			continue
		}
		if len(f.Equals) != 1 || allowed[kind][f.Equals[0]] == nil {
			return "", invalid("eventCategory Equals one category%s, not %v.", ofTrails[kind], f.Equals)
		}
		return f.Equals[0], nil
	}
	return "", invalid("Each advanced event selector needs the field eventCategory.")
}

// check wants at least one operator, good values, and what the field's use allows; it counts the values.
func (f *Field) check(u use) (int, error) {
	n := 0
	for _, list := range f.lists() {
		n += len(list)
		for _, v := range list {
			if v == "" || len(v) > maxLength || strings.ContainsAny(v, "\r\n") {
				return 0, invalid("A value of the field %s has 1 to %d characters in one line.", f.Field, maxLength)
			}
		}
	}
	switch {
	case n == 0:
		return 0, invalid("The field %s needs an operator with values.", f.Field)
	case u&anyOperator == 0 && n != len(f.Equals):
		return 0, invalid("The field %s takes the operator Equals only.", f.Field)
	case u&oneValue != 0 && n != 1:
		return 0, invalid("The field %s takes one value: make a selector for each.", f.Field)
	}
	return n, nil
}

func (f *Field) lists() [][]string {
	return [][]string{f.Equals, f.StartsWith, f.EndsWith, f.NotEquals, f.NotStartsWith, f.NotEndsWith}
}
