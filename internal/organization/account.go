package organization

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/fault"
)

// How an account came into the organization.
const (
	Created = "CREATED"
	Invited = "INVITED"
)

// Account is one member of the organization; the management account is one of them. All are active: closing accounts
// is not kept here.
type Account struct {
	ID, Name, Email string
	// Method is Created or Invited.
	Method string
	Joined time.Time
	// Parent is the id of the root or unit it stands in.
	Parent string
}

// Creation is a request for a new account and its outcome. It is settled at once.
type Creation struct {
	ID, Name string
	// Account is the new account's id; empty when FailureReason says why there is none.
	Account, FailureReason string
	Requested, Completed   time.Time
}

// CreateAccount adds a new account with an id that no account has. An email in use is reported in the creation's
// failure reason, as AWS does. roleName, when not empty, is a second access role beside the usual one.
func (d *Directory) CreateAccount(ctx context.Context, name, email, roleName string, tagged map[string]string) (Creation, error) {
	if err := checkTags(tagged); err != nil {
		return Creation{}, err
	}
	id := d.newID("car-", 32)
	var free [8]string
	for i := range free {
		sum := sha256.Sum256([]byte(d.ids.NewID()))
		free[i] = fmt.Sprintf("%012d", 1e11+binary.BigEndian.Uint64(sum[:8])%9e11)
	}
	var c Creation
	err := d.write(ctx, func(tx Tx, o Organization) error {
		c = Creation{ID: id, Name: name, Requested: tx.Now(), Completed: tx.Now()}
		taken, err := emailTaken(tx, d.management, email)
		if err != nil {
			return err
		}
		if taken {
			c.FailureReason = "EMAIL_ALREADY_EXISTS"
			return creations.Insert(tx, d.management, "", id, "", c)
		}
		if c.Account, err = firstFree(tx, d.management, free[:]); err != nil {
			return err
		}
		a := Account{ID: c.Account, Name: name, Email: email, Method: Created, Parent: o.RootID}
		if err := d.addAccount(tx, a); err != nil {
			return err
		}
		if roleName != "" {
			if err := authz.EnsureRole(tx, a.ID, roleName, d.management); err != nil {
				return err
			}
		}
		if err := putTags(tx, d.management, a.ID, tagged, nil); err != nil {
			return err
		}
		return creations.Insert(tx, d.management, "", id, "", c)
	})
	return c, err
}

func emailTaken(tx Tx, management, email string) (bool, error) {
	_, err := accounts.ByName(tx, management, "", email)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

func firstFree(tx Tx, management string, candidates []string) (string, error) {
	for _, id := range candidates {
		if _, err := accounts.Get(tx, management, "", id); fault.KindOf(err) == fault.NotFound {
			return id, nil
		}
	}
	return "", fault.New(fault.Unavailable, "No free account id was found: try again.")
}

// CreationStatus reads the outcome of CreateAccount.
func (d *Directory) CreationStatus(ctx context.Context, id string) (Creation, error) {
	var c Creation
	err := d.read(ctx, func(tx Tx, _ Organization) error {
		doc, err := creations.Get(tx, d.management, "", id)
		c = doc.Value
		return coded(err, "CreateAccountStatusNotFoundException")
	})
	return c, err
}

// Join adds an account whose id is given: one that exists in the cloud or in a recording. Parent "" is the root. An
// account that is a member already stays as it is.
func (d *Directory) Join(ctx context.Context, a Account) error {
	if !arn.ValidAccount(a.ID) {
		return fault.Invalidf("account", "%q is not an account id: give twelve digits.", a.ID)
	}
	return d.write(ctx, func(tx Tx, o Organization) error {
		if a.Parent == "" {
			a.Parent = o.RootID
		} else if _, err := d.parent(tx, o, a.Parent); err != nil {
			return err
		}
		if a.Email == "" {
			a.Email = "root@" + a.ID + ".invalid"
		}
		if a.Name == "" {
			a.Name = a.ID
		}
		if _, err := accounts.Get(tx, d.management, "", a.ID); fault.KindOf(err) != fault.NotFound {
			return err
		}
		a.Method = Invited
		return d.addAccount(tx, a)
	})
}

// addAccount stores a member and the role by which the management account reaches it.
func (d *Directory) addAccount(tx Tx, a Account) error {
	a.Joined = tx.Now()
	if err := accounts.Insert(tx, d.management, "", a.ID, a.Email, a); err != nil {
		return err
	}
	return authz.EnsureAccessRole(tx, a.ID, d.management)
}

// Leave takes a member account out of the organization with its tags. The management account stays, and so does a
// delegated administrator until it is deregistered. As in AWS the account keeps its roles, so that whoever it trusts
// still reaches it until they are changed there.
func (d *Directory) Leave(ctx context.Context, account string) error {
	if account == d.management {
		return fault.New(fault.Conflict, "The management account cannot leave its organization.").With("MasterCannotLeaveOrganizationException")
	}
	return d.write(ctx, func(tx Tx, _ Organization) error {
		if _, err := accounts.Get(tx, d.management, "", account); err != nil {
			return coded(err, "AccountNotFoundException")
		}
		if _, err := delegations.Get(tx, d.management, "", account); fault.KindOf(err) != fault.NotFound {
			if err != nil {
				return err
			}
			return constraint("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG", "The account "+account+" is a delegated administrator: deregister it first.")
		}
		if err := tags.Delete(tx, d.management, "", account); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		return accounts.Delete(tx, d.management, "", account)
	})
}

// Accounts lists every member in the order of ids.
func (d *Directory) Accounts(ctx context.Context) ([]Account, error) {
	var out []Account
	err := d.read(ctx, func(tx Tx, _ Organization) (err error) {
		out, err = d.members(tx, "")
		return err
	})
	return out, err
}

// members reads the accounts under a parent, or all of them when it is empty.
func (d *Directory) members(tx Tx, parent string) ([]Account, error) {
	list, err := all(tx, accounts, d.management)
	var out []Account
	for _, a := range list {
		if parent == "" || a.Value.Parent == parent {
			out = append(out, a.Value)
		}
	}
	return out, err
}

// Account reads one member.
func (d *Directory) Account(ctx context.Context, id string) (Account, error) {
	var a Account
	err := d.read(ctx, func(tx Tx, _ Organization) error {
		doc, err := accounts.Get(tx, d.management, "", id)
		a = doc.Value
		return coded(err, "AccountNotFoundException")
	})
	return a, err
}

// Move puts an account from one parent under another.
func (d *Directory) Move(ctx context.Context, account, from, to string) error {
	return d.write(ctx, func(tx Tx, o Organization) error {
		doc, err := accounts.Get(tx, d.management, "", account)
		if err != nil {
			return coded(err, "AccountNotFoundException")
		}
		if doc.Value.Parent == to {
			return &fault.Error{
				Kind: fault.Exists, Type: accounts.Noun, ID: account, Code: "DuplicateAccountException",
				Message: fmt.Sprintf("The account %s is in %s already.", account, to),
			}
		}
		if doc.Value.Parent != from {
			return fault.New(fault.NotFound, "The account %s is not in %s: name the parent it has now.", account, from).With("SourceParentNotFoundException")
		}
		if _, err := d.parent(tx, o, to); err != nil {
			return coded(err, "DestinationParentNotFoundException")
		}
		doc.Value.Parent = to
		return accounts.Update(tx, doc)
	})
}

// coded gives a NotFound fault the operation's own AWS code.
func coded(err error, code string) error {
	if f, ok := err.(*fault.Error); ok && f.Kind == fault.NotFound {
		return f.With(code)
	}
	return err
}
