package authz

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// AccessRole is the role of every account that principals of the management account with Admin may assume.
const AccessRole = "TickmarkAccess"

// Bootstrap makes sure that the management account has root with a key, and its access role, and returns root's
// credentials: on the first start new ones, later the oldest enabled key's. Doing it again after a crash gives the
// same credentials.
func (d *Directory) Bootstrap(ctx context.Context, account string) (Credentials, error) {
	if !arn.ValidAccount(account) {
		return Credentials{}, fault.Invalidf("account", "%q is not an account id: give twelve digits.", account)
	}
	fresh := newCredentials(d.ids, keyPrefix, account)
	out := fresh
	err := d.store.Write(ctx, func(tx Tx) error {
		out = fresh
		root := Principal{Kind: Root, Name: "root", Grants: []Grant{{Policy: Admin, Account: "*"}}}
		err := principals.Insert(tx, account, "", account, uniqueName(Root, "root"), root)
		if err != nil && fault.KindOf(err) != fault.Exists {
			return err
		}
		if err := EnsureAccessRole(tx, account, account); err != nil {
			return err
		}
		own, err := keysOf(tx, account, account)
		if err != nil {
			return err
		}
		for _, k := range own {
			if !k.Value.Disabled {
				out = Credentials{AccessKeyID: k.ID, Secret: k.Value.Secret}
				return nil
			}
		}
		if len(own) > 0 { // an administrator switched them all off
			return fault.New(fault.Denied, "Every access key of root is disabled: enable one with tickmark key.")
		}
		return keys.Insert(tx, account, "", fresh.AccessKeyID, "", Key{Principal: account, Secret: fresh.Secret})
	})
	if err != nil {
		return Credentials{}, err
	}
	return out, nil
}

// EnsureAccessRole gives an account its access role when it has none; in the transaction that adds the account.
func EnsureAccessRole(tx Tx, account, management string) error {
	return EnsureRole(tx, account, AccessRole, management)
}

// EnsureRole gives an account a role with every right in it that the management account may assume, unless a role of
// that name is there.
func EnsureRole(tx Tx, account, name, management string) error {
	if !namePattern.MatchString(name) {
		return fault.Invalidf("RoleName", "%q is not a name: use 1 to 64 letters, digits and _+=,.@-.", name)
	}
	err := principals.Insert(tx, account, "", principalID(Role, account, name), uniqueName(Role, name), Principal{
		Kind: Role, Name: name, Grants: []Grant{{Policy: Admin, Account: account}}, Trust: []string{management},
	})
	if fault.KindOf(err) == fault.Exists {
		return nil
	}
	return err
}
