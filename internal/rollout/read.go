package rollout

import (
	"context"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

func own(at Place) arn.Scope {
	return arn.Scope{Accounts: []string{at.Account}, Regions: []string{at.Region}}
}

// List gives the rollouts of a kind that an administrator has put in a place, by name; without names all of them.
// Faults: the kind's NoSuch...Exception, OrganizationAccessDeniedException.
func (p *Program) List(ctx context.Context, at Place, k *Kind, names ...string) ([]Rollout, error) {
	if err := p.may(ctx, at.Account); err != nil {
		return nil, err
	}
	var out []Rollout
	err := p.store.Read(ctx, func(tx Tx) error {
		out = nil
		for _, n := range slices.Compact(slices.Sorted(slices.Values(names))) {
			d, err := k.one(tx, at, n)
			if err != nil {
				return err
			}
			out = append(out, d.Value)
		}
		if len(names) > 0 {
			return nil
		}
		all, err := k.rollouts.All(tx, own(at))
		for _, d := range all {
			out = append(out, d.Value)
		}
		slices.SortFunc(out, func(a, b Rollout) int { return strings.Compare(a.Name, b.Name) })
		return err
	})
	return out, err
}

// Members tells how far a rollout is in each account, in the order of their ids.
// Faults: the kind's NoSuch...Exception, OrganizationAccessDeniedException.
func (p *Program) Members(ctx context.Context, at Place, k *Kind, name string) ([]Member, error) {
	if err := p.may(ctx, at.Account); err != nil {
		return nil, err
	}
	var out []Member
	err := p.store.Read(ctx, func(tx Tx) error {
		out = nil
		d, err := k.one(tx, at, name)
		if err != nil {
			return err
		}
		all, err := k.members(&d.Value).All(tx, own(at))
		for _, m := range all {
			out = append(out, m.Value)
		}
		return err
	})
	slices.SortFunc(out, func(a, b Member) int { return strings.Compare(a.Account, b.Account) })
	return out, err
}

// may refuses accounts that do not administer rollouts: all but the management account and the delegated
// administrators. Fault: OrganizationAccessDeniedException.
func (p *Program) may(ctx context.Context, account string) error {
	delegates, err := p.org.Delegates(ctx, Owner)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err == nil && account == p.org.Management() {
		return nil
	}
	for _, d := range delegates {
		if d.Account == account {
			return nil
		}
	}
	return fault.New(fault.Denied, "The account %s does not administer organization rules and packs: call with the management account, or with a delegated administrator of %s.", account, Owner).With("OrganizationAccessDeniedException")
}

// mayPut is may for what rolls out: there must be an organization with all features. It enables the service's access
// to the organization.
func (p *Program) mayPut(ctx context.Context, account string) error {
	o, err := p.org.Describe(ctx)
	if fault.KindOf(err) == fault.NotFound && account == p.org.Management() {
		return fault.New(fault.Conflict, "The account %s has no organization: create one first.", account).With("NoAvailableOrganizationException")
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err := p.may(ctx, account); err != nil {
		return err
	}
	if o.FeatureSet != "ALL" {
		return fault.New(fault.Conflict, "The organization %s has the features %s only; rolling out needs all features (ALL).", o.ID, o.FeatureSet).With("OrganizationAllFeaturesNotEnabledException")
	}
	if account != p.org.Management() {
		return nil
	}
	return p.org.Trust(ctx, Owner)
}
