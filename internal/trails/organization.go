package trails

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/organization"
)

// member reports whether an account is in the organization, if there is one.
func (d *Directory) member(ctx context.Context, account string) (bool, error) {
	if _, err := d.Organization.Describe(ctx); fault.KindOf(err) == fault.NotFound {
		return false, nil
	} else if err != nil {
		return false, err
	}
	_, err := d.Organization.Account(ctx, account)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

// administers reports whether an account may change organization trails: the management account, or a delegated
// administrator of CloudTrail.
func (d *Directory) administers(ctx context.Context, account string) (bool, error) {
	delegates, err := d.Organization.Delegates(ctx, Principal)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil && (account == d.Organization.Management() ||
		slices.ContainsFunc(delegates, func(g organization.Delegation) bool { return g.Account == account })), err
}

// mayOrganize refuses accounts that cannot make organization trails, now.
// Faults: OrganizationsNotInUseException, NotOrganizationMasterAccountException,
// OrganizationNotInAllFeaturesModeException, CloudTrailAccessNotEnabledException.
func (d *Directory) mayOrganize(ctx context.Context, account string) error {
	o, err := d.Organization.Describe(ctx)
	if fault.KindOf(err) == fault.NotFound {
		return fault.New(fault.Conflict, "There is no organization: create one before its trail.").With("OrganizationsNotInUseException")
	}
	if err != nil {
		return err
	}
	ok, err := d.administers(ctx, account)
	switch {
	case err != nil:
		return err
	case !ok:
		return notMaster(account)
	case o.FeatureSet != "ALL":
		return fault.New(fault.Conflict, "The organization %s has the features %s only; a trail of it needs all features (ALL).", o.ID, o.FeatureSet).With("OrganizationNotInAllFeaturesModeException")
	}
	trusted, err := d.Organization.TrustedServices(ctx)
	if err == nil && !slices.ContainsFunc(trusted, func(t organization.Trusted) bool { return t.Service == Principal }) {
		err = fault.New(fault.Conflict, "The organization does not trust CloudTrail: call EnableAWSServiceAccess of Organizations with %s.", Principal).With("CloudTrailAccessNotEnabledException")
	}
	return err
}

func notMaster(account string) error {
	return fault.New(fault.Denied, "The account %s does not administer the organization's trails: call with the management account or a delegated administrator of %s.", account, Principal).With("NotOrganizationMasterAccountException")
}

// own is the place in which a trail is kept: those of the organization belong to its management account.
func (d *Directory) own(at Place, organization bool) Place {
	if organization {
		at.Account = d.Organization.Management()
	}
	return at
}
