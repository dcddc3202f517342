package trails

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Get reads a trail by its name or ARN. A name is that of a trail at home in the place; an ARN also finds trails of other
// regions, and of the organization.
// Faults: TrailNotFoundException, InvalidTrailNameException, CloudTrailARNInvalidException.
func (d *Directory) Get(ctx context.Context, at Place, name string) (Trail, error) {
	r, err := parse(at, name)
	if err != nil {
		return Trail{}, err
	}
	if err := d.maySee(ctx, at, r); err != nil {
		return Trail{}, err
	}
	var t Trail
	err = d.read(ctx, func(tx Tx) error {
		doc, err := find(tx, r, at.Account)
		t = doc.Value
		if err == nil && r.Account != at.Account && !t.Organization {
			err = r.missing(at.Account)
		}
		return err
	})
	return t, err
}

// maySee refuses trails of other accounts, but for those of the organization to its members.
func (d *Directory) maySee(ctx context.Context, at Place, r ref) error {
	if r.Account == at.Account {
		return nil
	}
	member, err := d.member(ctx, at.Account)
	if err == nil && (!member || r.Account != d.Organization.Management()) {
		err = r.missing(at.Account)
	}
	return err
}

func find(tx Tx, r ref, caller string) (docs.Doc[Trail], error) {
	doc, err := all.Get(tx, r.Account, r.Region, r.name)
	if fault.KindOf(err) == fault.NotFound {
		err = r.missing(caller)
	}
	return doc, err
}

// List gives the trails that are to be seen in a place, by ARN: those at home there and, with shadows, those of other
// regions and of the organization that take events there.
func (d *Directory) List(ctx context.Context, at Place, shadows bool) ([]Trail, error) {
	member, err := d.member(ctx, at.Account)
	if err != nil {
		return nil, err
	}
	accounts := []string{at.Account}
	if member && d.Organization.Management() != at.Account {
		accounts = append(accounts, d.Organization.Management())
	}
	list, err := d.of(ctx, arn.Scope{Accounts: accounts})
	return slices.DeleteFunc(list, func(t Trail) bool {
		switch {
		case t.Account == at.Account && t.HomeRegion == at.Region:
			return false
		case !shadows:
			return true
		}
		return !t.shows(at.Region) || t.Account != at.Account && !t.Organization
	}), err
}

// Home gives every trail of an account, whatever its region, and those of its organization.
func (d *Directory) Home(ctx context.Context, account string) ([]Trail, error) {
	member, err := d.member(ctx, account)
	if err != nil {
		return nil, err
	}
	list, err := d.of(ctx, arn.Scope{Accounts: []string{account}})
	if err != nil || !member || account == d.Organization.Management() {
		return list, err
	}
	shared, err := d.of(ctx, arn.Scope{Accounts: []string{d.Organization.Management()}})
	shared = slices.DeleteFunc(shared, func(t Trail) bool { return !t.Organization })
	return append(list, shared...), err
}

func (d *Directory) of(ctx context.Context, s arn.Scope) (out []Trail, err error) {
	err = d.read(ctx, func(tx Tx) error {
		out, err = list(tx, s)
		return err
	})
	return out, err
}

func list(tx Tx, s arn.Scope) (out []Trail, err error) {
	found, err := all.All(tx, s)
	for _, doc := range found {
		out = append(out, doc.Value)
	}
	slices.SortFunc(out, func(a, b Trail) int { return strings.Compare(a.ARN, b.ARN) })
	return out, err
}

// mayTag is Get for the tags of a trail, which have codes of their own.
func (d *Directory) mayTag(ctx context.Context, at Place, resourceARN string) error {
	t, err := d.Get(ctx, at, resourceARN)
	if fault.KindOf(err) == fault.NotFound {
		return fault.Missing("trail", resourceARN).With("ResourceNotFoundException")
	}
	if err == nil && t.Account != at.Account {
		if ok, err := d.administers(ctx, at.Account); err != nil || !ok {
			return cmp.Or(err, notMaster(at.Account))
		}
	}
	return err
}
