package remediate

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/exception"
	"github.com/tickmark/tickmark/internal/fault"
)

// Key names a resource to the Config API.
type Key struct{ Type, ID string }

// Failed is resources that a request could not do, and why.
type Failed struct {
	Keys    []Key
	Message string
}

// Exception is a resource that is not remediated automatically.
type Exception struct {
	Key
	Rule, Message string
	Expires       time.Time
}

func invalid(field, format string, args ...any) error {
	return fault.Invalidf(field, format, args...).With("InvalidParameterValueException")
}

// ruleFor finds a rule that the account itself may decide about.
func ruleFor(tx Tx, at Place, name string) (compliance.ConfigRule, error) {
	r, err := compliance.RuleNamed(tx, at, name)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return r, invalid("ConfigRuleName", "There is no config rule %q.", name)
	case err == nil && r.CreatedBy != "":
		return r, fault.New(fault.Denied, "The rule %q belongs to %s: exceptions are not for rules of a service.", name, r.CreatedBy).With("InsufficientPermissionsException")
	}
	return r, err
}

// PutExceptions keeps resources from being remediated automatically, those that fail the rule now.
// Faults: InvalidParameterValueException, InsufficientPermissionsException.
func (p *Program) PutExceptions(ctx context.Context, at Place, rule, by string, keys []Key, message string, expires time.Time) ([]Failed, error) {
	var failed []Failed
	err := p.write(ctx, func(tx Tx) error {
		failed = nil
		if !expires.IsZero() && !expires.After(tx.Now()) {
			return invalid("ExpirationTime", "ExpirationTime %s has passed.", expires.UTC().Format(time.RFC3339))
		}
		r, err := ruleFor(tx, at, rule)
		if err != nil {
			return err
		}
		var wrong []Key
		for _, k := range keys {
			if k.Type == "" || k.ID == "" {
				return invalid("ResourceKeys", "A resource is named by its ResourceType and its ResourceId.")
			}
			_, failing, err := compliance.Failing(tx, r, k.Type, k.ID)
			if err != nil {
				return err
			}
			if !failing {
				wrong = append(wrong, k)
				continue
			}
			e := exceptionOf(r, k, by, message)
			e.Created, e.Expires = tx.Now(), expires
			if err := exception.Put(tx, e); err != nil {
				return err
			}
		}
		if len(wrong) > 0 {
			failed = []Failed{{wrong, "The resource is not NON_COMPLIANT with the rule: exceptions are for resources that are."}}
		}
		return nil
	})
	return failed, err
}

func exceptionOf(r compliance.ConfigRule, k Key, by, message string) exception.Exception {
	return exception.Exception{
		Account: r.Account, Region: r.Region, Rule: r.Name, RuleID: r.ID, Type: k.Type, Resource: exception.Exact(k.ID), Owner: by, Reason: message,
	}
}

// Exceptions are the exceptions of a rule that count now, by resource; of some resources when any are named.
// Fault: InvalidParameterValueException.
func (p *Program) Exceptions(ctx context.Context, at Place, rule string, keys []Key) ([]Exception, error) {
	return read(ctx, p, func(tx Tx) ([]Exception, error) {
		r, err := compliance.RuleNamed(tx, at, rule)
		if fault.KindOf(err) == fault.NotFound {
			return nil, invalid("ConfigRuleName", "There is no config rule %q.", rule)
		}
		if err != nil {
			return nil, err
		}
		all, err := exception.OfRule(tx, at.Account, at.Region, r.ID, tx.Now())
		var out []Exception
		for _, e := range all {
			id, exact := e.ID()
			k := Key{e.Type, id}
			if !exact {
				k.ID = e.Resource
			}
			if len(keys) == 0 || slices.ContainsFunc(keys, func(k Key) bool { return e.Covers(k.Type, k.ID) }) {
				out = append(out, Exception{Key: k, Rule: r.Name, Message: e.Reason, Expires: e.Expires})
			}
		}
		slices.SortFunc(out, func(a, b Exception) int { return a.compare(b.Key) })
		return out, err
	})
}

func (k Key) compare(o Key) int {
	if c := strings.Compare(k.Type, o.Type); c != 0 {
		return c
	}
	return strings.Compare(k.ID, o.ID)
}

// DeleteExceptions lets resources be remediated again. Faults: NoSuchRemediationExceptionException, when none of them
// has an exception.
func (p *Program) DeleteExceptions(ctx context.Context, at Place, rule string, keys []Key) ([]Failed, error) {
	var failed []Failed
	err := p.write(ctx, func(tx Tx) error {
		failed = nil
		r, err := compliance.RuleNamed(tx, at, rule)
		if fault.KindOf(err) == fault.NotFound {
			return noException(rule)
		}
		if err != nil {
			return err
		}
		var missing []Key
		for _, k := range keys {
			err := exception.Remove(tx, exceptionOf(r, k, "", ""), tx.Now())
			if fault.KindOf(err) == fault.NotFound {
				missing = append(missing, k)
			} else if err != nil {
				return err
			}
		}
		switch len(missing) {
		case 0:
			return nil
		case len(keys):
			return noException(rule)
		}
		failed = []Failed{{missing, "The resource has no remediation exception for the rule."}}
		return nil
	})
	return failed, err
}

func noException(rule string) error {
	return fault.New(fault.NotFound, "The rule %q has no remediation exception for these resources.", rule).With("NoSuchRemediationExceptionException")
}
