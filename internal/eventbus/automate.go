package eventbus

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/remediate"
)

// roleParameter is the parameter in which documents are told the role they run as.
const roleParameter = "AutomationAssumeRole"

// starts are the Automations that a target started within the last hour.
type starts struct{ Began []start }

type start struct {
	Delivery string
	At       time.Time
}

var startsOf = docs.Collection[starts]{Kind: "event-automation-starts", Noun: "automations started by events"}

// automate starts a document as the role of the target, in the way the account's remediation mode allows.
func (p *Program) automate(ctx context.Context, d docs.Doc[Delivery]) error {
	v := &d.Value
	if p.Runner == nil || p.Mode == nil {
		return fault.New(fault.Unavailable, "No Automation is offered here.")
	}
	mode, err := p.Mode(ctx, v.Account)
	if err != nil {
		return err
	}
	if mode == remediate.Off {
		return fault.New(fault.Denied, "Automation is off in account %s until tickmark remediation enable.", v.Account)
	}
	a, err := arn.Parse(v.Target.ARN)
	if err != nil {
		return err
	}
	s := automation.Start{
		Place: automation.Place(v.Place), DryRun: mode != remediate.On, By: v.Target.RoleARN, Token: d.ID,
		Cause: "event " + v.Event + " by " + v.Rule,
	}
	s.Document, s.Version, _ = strings.Cut(strings.TrimPrefix(a.Resource, "automation-definition/"), ":")
	if s.Parameters, err = parameters(v.Input); err != nil {
		return err
	}
	if err := p.asRole(ctx, &s, v.Target.RoleARN); err != nil {
		return err
	}
	if err := p.allow(ctx, d); err != nil {
		return err
	}
	_, err = p.Runner.Start(ctx, s)
	return err
}

// asRole tells a document that asks for it which role it runs as: without one it runs as who started it.
func (p *Program) asRole(ctx context.Context, s *automation.Start, role string) error {
	_, version, err := p.Library.Get(ctx, s.Place, s.Document, s.Version, "")
	if err != nil {
		return err
	}
	doc, err := automation.Parse([]byte(version.Content))
	if err != nil {
		return err
	}
	if doc.Parameter(roleParameter) != nil && len(s.Parameters[roleParameter]) == 0 {
		s.Parameters[roleParameter] = []string{role}
	}
	return nil
}

// parameters reads a target's input: an object of texts or lists of texts.
func parameters(input string) (map[string][]string, error) {
	var in map[string]json.RawMessage
	if err := json.Unmarshal([]byte(input), &in); err != nil {
		return nil, fault.Invalidf("Input", "The input of an Automation must be an object with a list of texts for each parameter.")
	}
	out := map[string][]string{}
	for name, raw := range in {
		var one any
		var many []any
		if json.Unmarshal(raw, &many) != nil {
			if err := json.Unmarshal(raw, &one); err != nil {
				return nil, err
			}
			many = []any{one}
		}
		for _, v := range many {
			text, ok := v.(string)
			if !ok {
				b, err := json.Marshal(v)
				if err != nil {
					return nil, err
				}
				text = string(b)
			}
			out[name] = append(out[name], text)
		}
	}
	return out, nil
}

// allow notes that a delivery starts a document, unless its target has started too many within the hour. A delivery that
// is noted already counts once.
func (p *Program) allow(ctx context.Context, d docs.Doc[Delivery]) error {
	return p.Store.Write(ctx, func(tx Tx) error {
		id := d.Value.Rule + "#" + d.Value.Target.ID
		s, err := startsOf.Get(tx, d.Account, d.Region, id)
		if err = gone(err); err != nil {
			return err
		}
		began := slices.DeleteFunc(s.Value.Began, func(b start) bool { return tx.Now().Sub(b.At) >= time.Hour })
		if slices.ContainsFunc(began, func(b start) bool { return b.Delivery == d.ID }) {
			return nil
		}
		if len(began) >= MaxRunsAnHour {
			return fault.New(fault.Conflict, "The target has started %d automations within an hour, which is the limit: look whether the rule sets itself off.", len(began))
		}
		s.Value.Began = append(began, start{d.ID, tx.Now()})
		if s.Revision == 0 {
			err = startsOf.Insert(tx, d.Account, d.Region, id, "", s.Value)
		} else {
			err = startsOf.Update(tx, s)
		}
		if err != nil {
			return fmt.Errorf("note a start: %w", err)
		}
		return nil
	})
}
