package organization

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// Delegation is a member account that administers services for the organization.
type Delegation struct {
	Account string
	// Services maps a service principal to the time since which it is delegated.
	Services map[string]time.Time
}

// Since is the time of the first delegation.
func (g Delegation) Since() time.Time {
	var first time.Time
	for _, t := range g.Services {
		if first.IsZero() || t.Before(first) {
			first = t
		}
	}
	return first
}

// RegisterDelegate makes a member account administrator of a service.
func (d *Directory) RegisterDelegate(ctx context.Context, account, service string) error {
	if err := checkService(service); err != nil {
		return err
	}
	if account == d.management {
		return constraint("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR", "The management account administers every service already: name a member account.")
	}
	return d.write(ctx, func(tx Tx, _ Organization) error {
		if _, err := accounts.Get(tx, d.management, "", account); err != nil {
			return coded(err, "AccountNotFoundException")
		}
		doc, err := delegations.Get(tx, d.management, "", account)
		if fault.KindOf(err) == fault.NotFound {
			return delegations.Insert(tx, d.management, "", account, "", Delegation{account, map[string]time.Time{service: tx.Now()}})
		}
		if err != nil {
			return err
		}
		if _, there := doc.Value.Services[service]; there {
			return fault.New(fault.Exists, "The account %s is a delegated administrator of %s already.", account, service).With("AccountAlreadyRegisteredException")
		}
		doc.Value.Services[service] = tx.Now()
		return delegations.Update(tx, doc)
	})
}

// DeregisterDelegate takes a service from a delegated administrator.
func (d *Directory) DeregisterDelegate(ctx context.Context, account, service string) error {
	return d.write(ctx, func(tx Tx, _ Organization) error {
		doc, err := delegations.Get(tx, d.management, "", account)
		if _, there := doc.Value.Services[service]; fault.KindOf(err) == fault.NotFound || err == nil && !there {
			return fault.New(fault.NotFound, "The account %s is not a delegated administrator of %s.", account, service).With("AccountNotRegisteredException")
		}
		if err != nil {
			return err
		}
		delete(doc.Value.Services, service)
		if len(doc.Value.Services) == 0 {
			return delegations.Delete(tx, d.management, "", account)
		}
		return delegations.Update(tx, doc)
	})
}

// Delegates lists the delegated administrators of a service, or of any when it is empty.
func (d *Directory) Delegates(ctx context.Context, service string) ([]Delegation, error) {
	var out []Delegation
	err := d.read(ctx, func(tx Tx, _ Organization) error {
		list, err := all(tx, delegations, d.management)
		out = nil
		for _, g := range list {
			if _, there := g.Value.Services[service]; there || service == "" {
				out = append(out, g.Value)
			}
		}
		return err
	})
	return out, err
}

// Trusted is a service that may act in every account of the organization.
type Trusted struct {
	Service string
	Since   time.Time
}

// Trust enables a service's access to the organization; once more changes nothing.
func (d *Directory) Trust(ctx context.Context, service string) error {
	if err := checkService(service); err != nil {
		return err
	}
	return d.write(ctx, func(tx Tx, _ Organization) error {
		err := trusts.Insert(tx, d.management, "", service, "", tx.Now())
		if fault.KindOf(err) == fault.Exists {
			return nil
		}
		return err
	})
}

// Distrust disables a service's access, unless it has delegated administrators.
func (d *Directory) Distrust(ctx context.Context, service string) error {
	return d.write(ctx, func(tx Tx, _ Organization) error {
		list, err := all(tx, delegations, d.management)
		if err != nil {
			return err
		}
		for _, g := range list {
			if _, there := g.Value.Services[service]; there {
				return constraint("DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE", "The account "+g.Value.Account+" is a delegated administrator of "+service+": deregister it first.")
			}
		}
		err = trusts.Delete(tx, d.management, "", service)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		return err
	})
}

// TrustedServices lists the services with access, by name.
func (d *Directory) TrustedServices(ctx context.Context) ([]Trusted, error) {
	var out []Trusted
	err := d.read(ctx, func(tx Tx, _ Organization) error {
		list, err := all(tx, trusts, d.management)
		out = nil
		for _, t := range list {
			out = append(out, Trusted{t.ID, t.Value})
		}
		slices.SortFunc(out, func(a, b Trusted) int { return strings.Compare(a.Service, b.Service) })
		return err
	})
	return out, err
}

// checkService wants a service principal like config.amazonaws.com.
func checkService(service string) error {
	if !strings.HasSuffix(service, ".amazonaws.com") && !strings.HasSuffix(service, ".amazonaws.com.cn") {
		return &fault.Error{
			Kind: fault.Invalid, Field: "ServicePrincipal", Code: "InvalidInputException", Err: Reason("UNRECOGNIZED_SERVICE_PRINCIPAL"),
			Message: "You specified an unrecognized service principal: give one like config.amazonaws.com.",
		}
	}
	return nil
}
