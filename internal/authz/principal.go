package authz

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"regexp"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Kind is what sort of principal it is, in the words of an ARN.
type Kind string

// The kinds of principals.
const (
	Root Kind = "root"
	User Kind = "user"
	Role Kind = "role"
)

// Principal is one identity of an account. Its id is the account id for root, and shaped as AWS's unique ids
// otherwise.
type Principal struct {
	Kind Kind
	// Name is "root" for root.
	Name   string
	Grants []Grant
	// Trust lists who may assume a role: account ids, or ARNs of users and roles.
	Trust []string `json:",omitempty"`
}

// Grant gives a policy in an account, or in every account ("*"), and perhaps only for some assessments.
type Grant struct {
	Policy  string
	Account string
	// Assessments limits the grant to these assessments; empty means no limit.
	Assessments []string `json:",omitempty"`
}

var namePattern = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)

// uniqueName is the document name: a user and a role may have the same name.
func uniqueName(kind Kind, name string) string { return string(kind) + "/" + name }

// principalID derives the id from what it names, so that it can be created in any transaction and is the same
// after an export and import.
func principalID(kind Kind, account, name string) string {
	prefix := "AIDA"
	switch kind {
	case Root:
		return account
	case Role:
		prefix = "AROA"
	}
	sum := sha256.Sum256([]byte(account + "/" + uniqueName(kind, name)))
	return prefix + base32.StdEncoding.EncodeToString(sum[:])[:17]
}

// CreateUser adds a user to an account.
func (d *Directory) CreateUser(ctx context.Context, account, name string, grants ...Grant) (string, error) {
	return d.create(ctx, account, Principal{Kind: User, Name: name, Grants: grants})
}

// CreateRole adds a role to an account; trust names who may assume it.
func (d *Directory) CreateRole(ctx context.Context, account, name string, trust []string, grants ...Grant) (string, error) {
	return d.create(ctx, account, Principal{Kind: Role, Name: name, Grants: grants, Trust: trust})
}

func (d *Directory) create(ctx context.Context, account string, p Principal) (string, error) {
	if !arn.ValidAccount(account) {
		return "", fault.Invalidf("account", "%q is not an account id: give twelve digits.", account)
	}
	if !namePattern.MatchString(p.Name) {
		return "", fault.Invalidf("name", "%q is not a name: use 1 to 64 letters, digits and _+=,.@-.", p.Name)
	}
	if err := checkGrants(p.Grants); err != nil {
		return "", err
	}
	id := principalID(p.Kind, account, p.Name)
	return id, d.store.Write(ctx, func(tx Tx) error {
		return principals.Insert(tx, account, "", id, uniqueName(p.Kind, p.Name), p)
	})
}

func checkGrants(grants []Grant) error {
	for _, g := range grants {
		if _, ok := policies[g.Policy]; !ok {
			return fault.Invalidf("policy", "There is no policy %q. The policies are %s.", g.Policy, strings.Join(PolicyNames(), ", "))
		}
		if g.Account != "*" && !arn.ValidAccount(g.Account) {
			return fault.Invalidf("account", "A grant needs an account of twelve digits or *, not %q.", g.Account)
		}
		if slices.Contains(g.Assessments, "") {
			return fault.Invalidf("assessments", "A grant's assessments must be assessment ids.")
		}
	}
	return nil
}

// Principal reads one principal.
func (d *Directory) Principal(ctx context.Context, account string, kind Kind, name string) (docs.Doc[Principal], error) {
	var out docs.Doc[Principal]
	err := d.store.Read(ctx, func(tx Tx) (err error) {
		out, err = principals.ByName(tx, account, "", uniqueName(kind, name))
		return err
	})
	return out, err
}

// List reads the principals of the accounts in the scope.
func (d *Directory) List(ctx context.Context, s arn.Scope) ([]docs.Doc[Principal], error) {
	var out []docs.Doc[Principal]
	s.Regions = nil // principals have none
	err := d.store.Read(ctx, func(tx Tx) (err error) {
		out, err = principals.All(tx, s)
		return err
	})
	return out, err
}

// SetGrants replaces a principal's grants. Sessions that run already are bound by the new ones at once. Root's
// grants cannot be changed: it would lock the installation.
func (d *Directory) SetGrants(ctx context.Context, account string, kind Kind, name string, grants ...Grant) error {
	if kind == Root {
		return fault.New(fault.Invalid, "The grants of root cannot be changed.")
	}
	if err := checkGrants(grants); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx Tx) error {
		p, err := principals.ByName(tx, account, "", uniqueName(kind, name))
		if err != nil {
			return err
		}
		p.Value.Grants = grants
		return principals.Update(tx, p)
	})
}

// Delete removes a user or a role with its keys and sessions: one of the same name made later starts afresh.
func (d *Directory) Delete(ctx context.Context, account string, kind Kind, name string) error {
	if kind == Root {
		return fault.New(fault.Invalid, "Root cannot be deleted.")
	}
	return d.store.Write(ctx, func(tx Tx) error {
		p, err := principals.ByName(tx, account, "", uniqueName(kind, name))
		if err != nil {
			return err
		}
		if err := deleteKeys(tx, account, p.ID); err != nil {
			return err
		}
		if err := deleteSessions(tx, account, func(s Session) bool { return s.Principal == p.ID }); err != nil {
			return err
		}
		return principals.Delete(tx, account, "", p.ID)
	})
}

func deleteKeys(tx Tx, account, principal string) error {
	own, err := keysOf(tx, account, principal)
	if err != nil {
		return err
	}
	for _, k := range own {
		if err := keys.Delete(tx, account, "", k.ID); err != nil {
			return err
		}
	}
	return nil
}
