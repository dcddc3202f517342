package eventbus

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/function"
)

// Target is where a rule sends events.
type Target struct {
	ID, ARN string
	// RoleARN is who asks the target; Automation documents need it.
	RoleARN string `json:",omitempty"`
	// At most one of these makes the input; without, it is the event.
	Input, InputPath string       `json:",omitempty"`
	Transformer      *Transformer `json:",omitempty"`
	Retry            *Retry       `json:",omitempty"`
}

// Retry is how long and how often a delivery is tried again.
type Retry struct {
	MaxAge      time.Duration
	MaxAttempts int
}

// The retries of a target that says nothing else.
const (
	maxAge      = 24 * time.Hour
	maxAttempts = 185
)

// The kinds of target.
const (
	toTopic      = "sns"
	toFunction   = "lambda"
	toAutomation = "ssm"
	toBus        = "events"
)

// kind tells what an ARN leads to, or what is wrong with it.
func (t *Target) kind(at Place) (string, error) {
	a, err := arn.Parse(t.ARN)
	if err != nil {
		return "", fault.Invalidf("Targets", "Parameter %s is not valid. Reason: Provided Arn is not in correct format.", t.ARN)
	}
	place, rest := at, ""
	ok := false
	switch a.Service {
	case toTopic:
		ok = a.Resource != "" && !strings.ContainsAny(a.Resource, ":/")
	case toFunction:
		_, err := function.ParseName(t.ARN)
		ok = err == nil
	case toAutomation:
		rest, ok = strings.CutPrefix(a.Resource, "automation-definition/")
		ok = ok && rest != "" && t.RoleARN != ""
		if rest != "" && t.RoleARN == "" {
			return "", fault.Invalidf("Targets", "RoleArn is required for target %s.", t.ARN)
		}
	case toBus:
		rest, ok = strings.CutPrefix(a.Resource, "event-bus/")
		ok = ok && busName.MatchString(rest)
		place.Region = a.Region
	}
	switch {
	case !ok:
		return "", fault.Invalidf("Targets", "Targets of the kind %s are not offered here: use an SNS topic, a Lambda function, an Automation document (arn:aws:ssm:...:automation-definition/NAME) or an event bus.", t.ARN)
	case a.Account != place.Account:
		return "", fault.Invalidf("Targets", "The target %s is of another account, which is not offered here.", t.ARN)
	case a.Region != place.Region:
		return "", fault.Invalidf("Targets", "The target %s is in another region than the rule.", t.ARN)
	}
	return a.Service, nil
}

// check refuses a target that nothing could be delivered to.
func (t *Target) check(at Place) error {
	if !ruleName.MatchString(t.ID) {
		return fault.Invalidf("Targets", "The id %q of a target must have 1 to 64 letters, digits, dots, hyphens and underscores.", t.ID)
	}
	if _, err := t.kind(at); err != nil {
		return err
	}
	given := 0
	for _, is := range []bool{t.Input != "", t.InputPath != "", t.Transformer != nil} {
		if is {
			given++
		}
	}
	switch {
	case given > 1:
		return fault.Invalidf("Targets", "Only one of Input, InputPath, or InputTransformer must be provided for target %s.", t.ID)
	case t.Input != "" && !json.Valid([]byte(t.Input)):
		return fault.Invalidf("Targets", "Input for target %s is not valid JSON text.", t.ID)
	}
	if t.InputPath != "" {
		if _, why := parsePath(t.InputPath); why != "" {
			return fault.Invalidf("Targets", "InputPath for target %s is invalid: %s.", t.ID, why)
		}
	}
	if t.Transformer != nil {
		return t.Transformer.check(t.ID)
	}
	return nil
}

// PutTargets adds targets to a rule, or changes those it has. Faults: Invalid, NotFound, Quota.
func (p *Program) PutTargets(ctx context.Context, at Place, bus, rule string, targets []Target) error {
	for i := range targets {
		if err := targets[i].check(at); err != nil {
			return err
		}
	}
	return p.change(ctx, func(tx Tx) error {
		d, err := ruleOf(tx, at, bus, rule)
		if err != nil {
			return err
		}
		r := &d.Value
		for _, t := range targets {
			i := slices.IndexFunc(r.Targets, func(o Target) bool { return o.ID == t.ID })
			if i >= 0 {
				r.Targets[i] = t
			} else {
				r.Targets = append(r.Targets, t)
			}
		}
		if len(r.Targets) > MaxTargets {
			return fault.New(fault.Quota, "The requested resource exceeds the maximum number allowed: a rule has at most %d targets.", MaxTargets)
		}
		return rules.Update(tx, d)
	})
}

// RemoveTargets takes targets from a rule and tells which it did not have. Fault: NotFound of the rule.
func (p *Program) RemoveTargets(ctx context.Context, at Place, bus, rule string, ids []string) (missing []string, err error) {
	err = p.change(ctx, func(tx Tx) error {
		missing = nil
		d, err := ruleOf(tx, at, bus, rule)
		if err != nil {
			return err
		}
		for _, id := range ids {
			n := len(d.Value.Targets)
			d.Value.Targets = slices.DeleteFunc(d.Value.Targets, func(t Target) bool { return t.ID == id })
			if len(d.Value.Targets) == n {
				missing = append(missing, id)
			}
		}
		return rules.Update(tx, d)
	})
	return missing, err
}

// RulesOfTarget are the names of the rules of a bus that have a target, sorted. Fault: NotFound of the bus.
func (p *Program) RulesOfTarget(ctx context.Context, at Place, bus, target string) ([]string, error) {
	all, err := p.Rules(ctx, at, bus, "")
	var out []string
	for _, r := range all {
		if slices.ContainsFunc(r.Targets, func(t Target) bool { return t.ARN == target }) {
			out = append(out, r.Name)
		}
	}
	return out, err
}

// Delivery is one input on its way to one target.
type Delivery struct {
	Place
	// Rule is its ARN, Event the event's id.
	Rule, Event string
	Target      Target
	Input       string
	// Expires is when it is given up; Next is when it may be tried, Attempts how often it was.
	Expires, Next time.Time
	Attempts      int    `json:",omitempty"`
	LastError     string `json:",omitempty"`
	// Hop tells that the event came from another bus.
	Hop bool `json:",omitempty"`
}

var (
	queue  = docs.Collection[Delivery]{Kind: "event-delivery", Noun: "delivery of an event"}
	failed = docs.Collection[Delivery]{Kind: "undelivered-event", Noun: "undelivered event"}
)
