package organization

import (
	"context"

	"github.com/tickmark/tickmark/internal/fault"
)

// Organization is the organization itself with its root.
type Organization struct {
	// ID is like o-a1b2c3d4e5, RootID like r-a1b2.
	ID, RootID string
	// Email is the management account's.
	Email string
	// FeatureSet is ALL or CONSOLIDATED_BILLING.
	FeatureSet string
}

// organizationDoc is the document id of the one organization there is.
const organizationDoc = "organization"

// RootName is what AWS calls the root of every organization.
const RootName = "Root"

// Create makes the organization, with the management account as its first member.
func (d *Directory) Create(ctx context.Context, featureSet, email string) (Organization, error) {
	if featureSet == "" {
		featureSet = "ALL"
	}
	if email == "" {
		email = "root@" + d.management + ".invalid"
	}
	o := Organization{ID: d.newID("o-", 10), RootID: d.newID("r-", 4), Email: email, FeatureSet: featureSet}
	return o, d.store.Write(ctx, func(tx Tx) error {
		err := organizations.Insert(tx, d.management, "", organizationDoc, "", o)
		if fault.KindOf(err) == fault.Exists {
			return fault.New(fault.Exists, "The account %s has an organization already.", d.management).With("AlreadyInOrganizationException")
		}
		if err != nil {
			return err
		}
		return d.addAccount(tx, Account{ID: d.management, Name: "management", Email: email, Method: Invited, Parent: o.RootID})
	})
}

// Describe reads the organization.
func (d *Directory) Describe(ctx context.Context) (Organization, error) {
	var o Organization
	err := d.store.Read(ctx, func(tx Tx) (err error) {
		o, err = d.current(tx)
		return err
	})
	return o, err
}

// current is the organization, which everything but Create needs.
func (d *Directory) current(tx Tx) (Organization, error) {
	doc, err := organizations.Get(tx, d.management, "", organizationDoc)
	if fault.KindOf(err) == fault.NotFound {
		err = &fault.Error{
			Kind: fault.NotFound, Type: organizations.Noun, Code: "AWSOrganizationsNotInUseException",
			Message: "The account " + d.management + " has no organization: create one first.",
		}
	}
	return doc.Value, err
}

// read runs fn with the organization on a snapshot, write in a transaction.
func (d *Directory) read(ctx context.Context, fn func(Tx, Organization) error) error {
	return d.store.Read(ctx, func(tx Tx) error { return d.with(tx, fn) })
}

func (d *Directory) write(ctx context.Context, fn func(Tx, Organization) error) error {
	return d.store.Write(ctx, func(tx Tx) error { return d.with(tx, fn) })
}

func (d *Directory) with(tx Tx, fn func(Tx, Organization) error) error {
	o, err := d.current(tx)
	if err != nil {
		return err
	}
	return fn(tx, o)
}
