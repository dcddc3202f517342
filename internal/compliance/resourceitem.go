package compliance

import (
	"cmp"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// complianceOfItem is the configuration of a ResourceComplianceType item.
type complianceOfItem struct {
	Compliance string       `json:"complianceType"`
	TargetID   string       `json:"targetResourceId"`
	TargetType string       `json:"targetResourceType"`
	Rules      []ruleOfItem `json:"configRuleList"`
}

type ruleOfItem struct {
	ARN        string `json:"configRuleArn"`
	ID         string `json:"configRuleId"`
	Name       string `json:"configRuleName"`
	Compliance string `json:"complianceType"`
}

// told reports whether compliance items tell a verdict. AWS's rules cannot give INSUFFICIENT_DATA, and NOT_APPLICABLE
// takes a resource out of the results.
func told(v rule.Verdict) bool { return v == rule.Compliant || v == rule.NonCompliant }

// item is a record as the rules of the place see it; nil when none of them tells anything. Its capture is the last
// change of a verdict that still stands.
func (b *board) item(r *Record) (*inventory.Item, error) {
	var list []ruleOfItem
	var since time.Time
	for i := range r.Entries {
		e := &r.Entries[i]
		in := b.rules[e.N]
		if in == nil {
			continue
		}
		if e.Since.After(since) {
			since = e.Since
		}
		if told(e.Verdict) {
			list = append(list, ruleOfItem{in.ARN, in.ID, in.Name, e.Verdict.String()})
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	return b.build(r.Type, r.ID, list, inventory.OK, since, 0)
}

// build is the item of a resource with what rules say of it; a deletion without rules.
func (b *board) build(typ, id string, list []ruleOfItem, status inventory.Status, at time.Time, state int64) (*inventory.Item, error) {
	s := inventory.Spec{
		Key:    inventory.Key{Account: b.Account, Region: b.Region, Type: ResourceComplianceType, ID: typ + "/" + id},
		Status: status, Captured: at, StateID: state,
	}
	if len(list) > 0 {
		slices.SortFunc(list, func(a, b ruleOfItem) int { return cmp.Compare(a.Name, b.Name) })
		c := complianceOfItem{rule.Compliant.String(), id, typ, list}
		if slices.ContainsFunc(list, func(r ruleOfItem) bool { return r.Compliance == rule.NonCompliant.String() }) {
			c.Compliance = rule.NonCompliant.String()
		}
		s.Configuration = c
		s.Relationships = []inventory.Relationship{{Type: typ, ID: id, Label: "Is associated with "}}
	}
	it, err := inventory.Build(s)
	if err == nil {
		it.Recorded = at
	}
	return it, err
}
