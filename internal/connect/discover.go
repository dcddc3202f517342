package connect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/fault"
)

// Found is what a connection reaches: whose credentials it has and which accounts.
type Found struct {
	Identity Identity  `json:"identity"`
	Accounts []Account `json:"accounts"`
}

// maxPages bounds listings: 100,000 accounts in pages of 20.
const maxPages = 5_000

// Discover finds the accounts of a connection. Those to be read have no status yet: a test gives it.
func Discover(ctx context.Context, cloud Cloud, c Connection) (Found, error) {
	var f Found
	var err error
	if f.Identity, err = cloud.Identity(ctx); err != nil {
		return f, identityFault(c, err)
	}
	d := discovery{cloud: cloud, c: c, home: f.Identity}
	switch {
	case c.Organization:
		f.Accounts, err = d.organization(ctx)
	case len(c.RoleARNs) > 0:
		for _, r := range c.RoleARNs {
			a, _ := arn.Parse(r) // checked
			f.Accounts = append(f.Accounts, Account{ID: a.Account, Role: r})
		}
	case len(c.Accounts) > 0:
		for _, id := range sorted(c.Accounts) {
			f.Accounts = append(f.Accounts, d.account(id))
		}
	default:
		f.Accounts = []Account{d.account(f.Identity.Account)}
	}
	slices.SortFunc(f.Accounts, func(a, b Account) int { return strings.Compare(a.ID, b.ID) })
	return f, err
}

type discovery struct {
	cloud Cloud
	c     Connection
	home  Identity
}

// account is one that is read with the connection's role.
func (d *discovery) account(id string) Account {
	a := Account{ID: id}
	if d.c.Role != "" {
		a.Role = arn.ARN{Partition: d.home.Partition(), Service: "iam", Account: id, Resource: "role/" + d.c.Role}.String()
	}
	return a
}

// organization lists the organization's accounts and says of each whether it is to be read.
func (d *discovery) organization(ctx context.Context) ([]Account, error) {
	management := ""
	if org, err := d.call(ctx, "organizations:DescribeOrganization", nil); err == nil {
		o, _ := org["Organization"].(map[string]any)
		management = text(o, "MasterAccountId")
	} else if code(err) == "AWSOrganizationsNotInUseException" {
		return nil, organizationFault(err, d.home)
	}
	var all []Account
	err := d.pages(ctx, "organizations:ListAccounts", nil, "Accounts", func(m map[string]any) {
		a := d.account(text(m, "Id"))
		a.Name = text(m, "Name")
		a.Management = a.ID == management
		if state := cmp.Or(text(m, "State"), text(m, "Status")); state != "ACTIVE" {
			a.Status, a.Note, a.Role = Inactive, "The account is "+state+".", ""
		}
		if arn.ValidAccount(a.ID) {
			all = append(all, a)
		}
	})
	if err != nil {
		return nil, organizationFault(err, d.home)
	}
	return all, d.choose(ctx, all)
}

// choose marks the accounts that the connection leaves out, and refuses accounts that are not there.
func (d *discovery) choose(ctx context.Context, all []Account) error {
	in, out, err := d.units(ctx)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for i := range all {
		a := &all[i]
		there[a.ID] = true
		named := len(d.c.Accounts) == 0 && len(d.c.Units) == 0 || slices.Contains(d.c.Accounts, a.ID) || in[a.ID]
		if a.Status == "" && (!named || slices.Contains(d.c.ExcludeAccounts, a.ID) || out[a.ID]) {
			a.Status, a.Note = Excluded, "Left out by the connection."
		}
	}
	for _, id := range d.c.Accounts {
		if !there[id] {
			return fault.Invalidf("accounts", "The account %s is not in the organization of %s. Take it out of --accounts.", id, d.home.ARN)
		}
	}
	return nil
}

// units are the accounts below the units to take and to leave out.
func (d *discovery) units(ctx context.Context) (in, out map[string]bool, err error) {
	in, out = map[string]bool{}, map[string]bool{}
	for _, u := range d.c.Units {
		if err := d.below(ctx, u, in, 0); err != nil {
			return nil, nil, unitFault(u, err)
		}
	}
	for _, u := range d.c.ExcludeUnits {
		if err := d.below(ctx, u, out, 0); err != nil {
			return nil, nil, unitFault(u, err)
		}
	}
	return in, out, nil
}

// maxDepth is more than the five levels that an organization may have.
const maxDepth = 8

// below adds the accounts of a unit and of all units in it.
func (d *discovery) below(ctx context.Context, unit string, into map[string]bool, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("the unit %s lies deeper than organizations go", unit)
	}
	in := map[string]any{"ParentId": unit}
	if err := d.pages(ctx, "organizations:ListAccountsForParent", in, "Accounts", func(m map[string]any) { into[text(m, "Id")] = true }); err != nil {
		return err
	}
	var units []string
	if err := d.pages(ctx, "organizations:ListOrganizationalUnitsForParent", in, "OrganizationalUnits", func(m map[string]any) { units = append(units, text(m, "Id")) }); err != nil {
		return err
	}
	for _, u := range units {
		if err := d.below(ctx, u, into, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// call makes a call with the connection's own credentials, where Organizations is called.
func (d *discovery) call(ctx context.Context, api string, in map[string]any) (map[string]any, error) {
	return d.cloud.Call(ctx, Place{Account: d.home.Account, Region: homeRegion(d.home.Partition(), "organizations")}, api, in)
}

// pages makes a call until there is no next page, and gives each element of a list to fn.
func (d *discovery) pages(ctx context.Context, api string, in map[string]any, list string, fn func(map[string]any)) error {
	ask := map[string]any{}
	for k, v := range in {
		ask[k] = v
	}
	for range maxPages {
		out, err := d.call(ctx, api, ask)
		if err != nil {
			return err
		}
		for _, m := range objects(out, list) {
			fn(m)
		}
		next := text(out, "NextToken")
		if next == "" {
			return nil
		}
		ask["NextToken"] = next
	}
	return fmt.Errorf("%s: there are more than %d pages", api, maxPages)
}

// text is a member that is a text; "" without one.
func text(m map[string]any, name string) string {
	s, _ := m[name].(string)
	return s
}

// objects are the elements of a member that is a list of objects.
func objects(m map[string]any, name string) []map[string]any {
	list, _ := m[name].([]any)
	var out []map[string]any
	for _, v := range list {
		if o, ok := v.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// code is the code of an error that AWS answered, "" for others.
func code(err error) string {
	if e, ok := errors.AsType[*automation.APIError](err); ok {
		return e.Code
	}
	return ""
}
