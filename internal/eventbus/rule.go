package eventbus

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/eventbus/pattern"
	"github.com/tickmark/tickmark/internal/fault"
)

// The states of a rule.
const (
	Enabled  = "ENABLED"
	Disabled = "DISABLED"
	// EnabledForAll matches management events that only read, too.
	EnabledForAll = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
)

// Rule is one rule with its targets.
type Rule struct {
	Place
	Bus, Name   string
	Description string `json:",omitempty"`
	Pattern     string `json:",omitempty"`
	Schedule    string `json:",omitempty"`
	State       string
	RoleARN     string            `json:",omitempty"`
	Tags        map[string]string `json:",omitempty"`
	Targets     []Target          `json:",omitempty"`
	Created     time.Time
	// Since is when it began to see events as it does now.
	Since time.Time
	// Next is when its schedule is due.
	Next time.Time `json:",omitzero"`
}

// ARN is the rule's name in full.
func (r *Rule) ARN() string {
	name := r.Name
	if r.Bus != Default {
		name = r.Bus + "/" + name
	}
	return arn.New("events", r.Region, r.Account, "rule/"+name)
}

func (r *Rule) id() string { return r.Bus + "/" + r.Name }

var rules = docs.Collection[Rule]{Kind: "event-rule", Noun: "event rule"}

var ruleName = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,64}$`)

// rulesOf are the rules of a bus, by name.
func rulesOf(tx docs.Tx, at Place, bus string) ([]docs.Doc[Rule], error) {
	list, err := rules.All(tx, arn.In(at.Account, at.Region))
	return slices.DeleteFunc(list, func(d docs.Doc[Rule]) bool { return d.Value.Bus != bus }), err
}

// ruleOf reads a rule. Fault: NotFound, of the bus or of the rule.
func ruleOf(tx docs.Tx, at Place, bus, name string) (docs.Doc[Rule], error) {
	d, err := rules.Get(tx, at.Account, at.Region, bus+"/"+name)
	if fault.KindOf(err) == fault.NotFound {
		if _, err := busOf(tx, at, bus); err != nil {
			return d, err
		}
		err = &fault.Error{Kind: fault.NotFound, Type: "event rule", ID: name, Message: "Rule " + name + " does not exist on EventBus " + bus + "."}
	}
	return d, err
}

// check refuses a rule that cannot be.
func (r *Rule) check() error {
	switch {
	case !ruleName.MatchString(r.Name):
		return fault.Invalidf("Name", "The name of a rule has 1 to 64 letters, digits, dots, hyphens and underscores.")
	case r.Pattern == "" && r.Schedule == "":
		return fault.Invalidf("EventPattern", "Parameter(s) EventPattern or ScheduleExpression must be specified.")
	case r.Schedule != "" && r.Bus != Default:
		return fault.Invalidf("ScheduleExpression", "ScheduleExpression is supported only on the default event bus.")
	}
	if r.Pattern != "" {
		if _, err := pattern.Parse(r.Pattern); err != nil {
			return err
		}
	}
	if r.Schedule != "" {
		if _, err := parseSchedule(r.Schedule); err != nil {
			return err
		}
	}
	return checkTags(r.Tags)
}

// PutRule makes a rule, or gives one another content; its tags and targets stay. Faults: Invalid, NotFound, Quota.
func (p *Program) PutRule(ctx context.Context, r Rule) (Rule, error) {
	if r.State == "" {
		r.State = Enabled
	}
	if err := r.check(); err != nil {
		return r, err
	}
	if p.Verdicts != nil { // its place may have had no rules before
		if _, err := p.begin(ctx, compliance.Place(r.Place)); err != nil {
			return r, err
		}
	}
	err := p.change(ctx, func(tx Tx) error {
		if _, err := busOf(tx, r.Place, r.Bus); err != nil {
			return err
		}
		d, err := rules.Get(tx, r.Account, r.Region, r.id())
		if fault.KindOf(err) == fault.NotFound {
			return r.insert(tx)
		}
		if err != nil {
			return err
		}
		old := d.Value
		r.Tags, r.Targets, r.Created, r.Since, r.Next = old.Tags, old.Targets, old.Created, old.Since, old.Next
		if old.State == Disabled || old.Pattern != r.Pattern {
			r.Since = tx.Now()
		}
		if old.State == Disabled || old.Schedule != r.Schedule {
			r.plan(tx.Now())
		}
		d.Value = r
		return rules.Update(tx, d)
	})
	return r, err
}

func (r *Rule) insert(tx Tx) error {
	list, err := rulesOf(tx, r.Place, r.Bus)
	if err != nil {
		return err
	}
	if len(list) >= MaxRules {
		return fault.New(fault.Quota, "Event bus %s has %d rules already, which is the limit.", r.Bus, len(list))
	}
	r.Created, r.Since = tx.Now(), tx.Now()
	r.plan(tx.Now())
	return rules.Insert(tx, r.Account, r.Region, r.id(), "", *r)
}

// SetState enables or disables a rule. Fault: NotFound.
func (p *Program) SetState(ctx context.Context, at Place, bus, name, state string) error {
	return p.change(ctx, func(tx Tx) error {
		d, err := ruleOf(tx, at, bus, name)
		if err != nil {
			return err
		}
		if r := &d.Value; (r.State == Disabled) != (state == Disabled) {
			r.State, r.Since = state, tx.Now()
			r.plan(tx.Now())
		}
		return rules.Update(tx, d)
	})
}

// DeleteRule removes a rule without targets; one that is not there is gone already. Faults: NotFound of the bus, Invalid.
func (p *Program) DeleteRule(ctx context.Context, at Place, bus, name string) error {
	return p.change(ctx, func(tx Tx) error {
		d, err := ruleOf(tx, at, bus, name)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			_, err = busOf(tx, at, bus)
			return err
		case err != nil:
			return err
		case len(d.Value.Targets) > 0:
			return fault.Invalidf("Name", "Rule can't be deleted since it has targets.")
		}
		return rules.Delete(tx, at.Account, at.Region, d.ID)
	})
}

// Rule is one rule. Fault: NotFound.
func (p *Program) Rule(ctx context.Context, at Place, bus, name string) (Rule, error) {
	return read(ctx, p, func(tx Tx) (Rule, error) {
		d, err := ruleOf(tx, at, bus, name)
		return d.Value, err
	})
}

// Rules are those of a bus whose name begins so, by name. Fault: NotFound of the bus.
func (p *Program) Rules(ctx context.Context, at Place, bus, prefix string) ([]Rule, error) {
	return read(ctx, p, func(tx Tx) ([]Rule, error) {
		if _, err := busOf(tx, at, bus); err != nil {
			return nil, err
		}
		list, err := rulesOf(tx, at, bus)
		var out []Rule
		for _, d := range list {
			if strings.HasPrefix(d.Value.Name, prefix) {
				out = append(out, d.Value)
			}
		}
		slices.SortFunc(out, func(a, b Rule) int { return strings.Compare(a.Name, b.Name) })
		return out, err
	})
}
