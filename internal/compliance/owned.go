package compliance

import (
	"context"
	"encoding/json"

	"github.com/tickmark/tickmark/internal/fault"
)

// A service of the house, such as the one that deploys for the organization, may own rules and packs in a place. Only
// under its name can they be changed and deleted; everybody may read and start them.

// PutOwnedRule is PutRule for a rule that a service owns. One that is there already and equal is left alone, with its
// verdicts.
func (p *Program) PutOwnedRule(ctx context.Context, at Place, owner string, r ConfigRule) (RuleView, error) {
	return p.putRule(ctx, at, owner, r)
}

// DeleteOwnedRule is DeleteRule for a rule that a service owns.
func (p *Program) DeleteOwnedRule(ctx context.Context, at Place, owner, name string) error {
	return p.deleteRule(ctx, at, owner, name)
}

// DeleteOwnedPack is DeletePack for a pack that a service owns; DeployPack takes the owner in its input.
func (p *Program) DeleteOwnedPack(ctx context.Context, at Place, owner, name string) error {
	return p.deletePack(ctx, at, owner, name)
}

// Checked is the rule as PutRule would take it wherever it is put: with the real identifier.
// Fault: InvalidParameterValueException.
func (r ConfigRule) Checked() (ConfigRule, error) {
	_, err := r.check()
	return r, err
}

// Check reads the template as DeployPack would in a place and tells how many rules it has there.
// Faults: InvalidParameterValueException, ConformancePackTemplateValidationException.
func (in PackInput) Check(at Place) (rules int, text []byte, err error) {
	text, _, err = in.template()
	if err != nil {
		return 0, nil, err
	}
	resolved, err := resolveTemplate(text, in.Inputs, at)
	if err != nil {
		return 0, nil, err
	}
	for _, from := range resolved.Rules {
		r := packedRule(from)
		if _, err := r.check(); err != nil {
			return 0, nil, inTemplate(from, err)
		}
	}
	return len(resolved.Rules), text, nil
}

// same reports whether a rule says what the deployed one of its name says.
func (r ConfigRule) same(old ConfigRule) bool {
	r.Account, r.Region, r.ID, r.ARN, r.N, r.External = old.Account, old.Region, old.ID, old.ARN, old.N, old.External
	a, _ := json.Marshal(r) // plain structs of strings
	b, _ := json.Marshal(old)
	return string(a) == string(b)
}

// ownedRule refuses to change a rule under a name that does not own it.
func ownedRule(r ConfigRule) error {
	if r.Pack != "" {
		return fault.New(fault.Conflict, "The rule %q belongs to the conformance pack %q. Change or delete the pack instead.", r.Name, r.Pack).With("ResourceInUseException")
	}
	if r.CreatedBy == "" {
		return fault.New(fault.Conflict, "The account has a rule named %q of its own. Delete it first.", r.Name).With("ResourceInUseException")
	}
	return fault.New(fault.Denied, "An AWS service owns ServiceLinkedConfigRule. You do not have permissions to take action on this rule: %q belongs to %s, and is changed where that deploys it.", r.Name, r.CreatedBy).With("AccessDeniedException")
}

func ownedPack(v Pack) error {
	if v.CreatedBy == "" {
		return fault.New(fault.Conflict, "The account has a conformance pack named %q of its own. Delete it first.", v.Name).With("ResourceInUseException")
	}
	return fault.New(fault.Denied, "An AWS service owns ServiceLinkedConformancePack. You do not have permissions to take action on this conformance pack: %q belongs to %s, and is changed where that deploys it.", v.Name, v.CreatedBy).With("AccessDeniedException")
}
