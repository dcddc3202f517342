package assess

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/exception"
	"github.com/tickmark/tickmark/internal/fault"
)

// The states of an exception.
const (
	ExceptionActive  = "ACTIVE"
	ExceptionExpired = "EXPIRED"
)

// The decisions about exceptions.
const (
	DecisionPutException = "PutException"
	DecisionEndException = "EndException"
)

// MaxExceptions bounds the exceptions of an account.
const MaxExceptions = 10_000

// ExceptionInput asks for an exception. Evidence that fails and is covered by it counts as excepted, never as passed.
type ExceptionInput struct {
	// Account and Region are where the rule judges; empty means the caller's. The region * means every region in which
	// the account has the rule. Who calls makes sure that the caller may decide about the account.
	Account, Region string
	// Rule is the name of a Config rule, or the id of a control of Security Hub when SecurityHub is set.
	Rule        string
	SecurityHub bool
	// Type is the resource type as the rule's evidence shows it; Resource a glob over resource ids.
	Type, Resource string
	// Owner is who answers for it; empty means the caller.
	Owner, Reason string
	// Expires must be given: what nobody looks at again is no exception.
	Expires time.Time
}

// Exception is an exception as it is shown.
type Exception struct {
	ID string
	exception.Exception
	Status string
}

func shownException(e exception.Exception, now time.Time) Exception {
	out := Exception{ID: e.Key(), Exception: e, Status: ExceptionActive}
	if !e.Active(now) {
		out.Status = ExceptionExpired
	}
	return out
}

func (in *ExceptionInput) check(c Caller, now time.Time) error {
	in.Account, in.Region, in.Owner = cmp.Or(in.Account, c.Account), cmp.Or(in.Region, c.Region), cmp.Or(in.Owner, c.Principal)
	for _, s := range []string{in.Rule, in.Type, in.Resource, in.Owner, in.Reason} {
		if !utf8.ValidString(s) {
			return fault.Invalidf("exception", "An exception is written in UTF-8.")
		}
	}
	if err := firstOf(length("rule", in.Rule, 1, 256), length("resourceType", in.Type, 1, 256), length("resourceId", in.Resource, 1, 768),
		length("owner", in.Owner, 1, 2048), length("reason", in.Reason, 1, maxReason)); err != nil {
		return err
	}
	switch {
	case !arn.ValidAccount(in.Account):
		return fault.Invalidf("account", "%q is not the id of an account, which has twelve digits.", in.Account)
	case in.Expires.IsZero():
		return fault.Invalidf("expires", "An exception needs the time at which it ends.")
	case !in.Expires.After(now):
		return fault.Invalidf("expires", "The time %s has passed.", in.Expires.UTC().Format(time.RFC3339))
	case in.Region == "*" && in.SecurityHub:
		return fault.Invalidf("region", "An exception from a control of Security Hub needs its region.")
	}
	return nil
}

// rules are the places and ids of the rules that an exception is about.
func (in *ExceptionInput) rules(tx Tx) ([]exception.Exception, error) {
	e := exception.Exception{
		Account: in.Account, Region: in.Region, Rule: in.Rule, Type: in.Type, Resource: in.Resource, Owner: in.Owner, Reason: in.Reason, Expires: in.Expires.UTC(),
	}
	if in.SecurityHub {
		e.RuleID = exception.Control(in.Rule)
		return []exception.Exception{e}, nil
	}
	s := arn.Scope{Accounts: []string{in.Account}}
	if in.Region != "*" {
		s.Regions = []string{in.Region}
	}
	rules, err := compliance.RulesCalled(tx, s, in.Rule)
	var out []exception.Exception
	for _, r := range rules {
		e.Region, e.RuleID = r.Region, r.ID
		out = append(out, e)
	}
	if err == nil && len(out) == 0 {
		err = fault.Missing("config rule", in.Rule)
	}
	return out, err
}

// PutException makes an exception, or changes the one for the same rule and resources. It counts for evidence that is
// collected from now on. The decision is in the ledger and in the change log of every assessment with the account in scope.
func (s *Service) PutException(ctx context.Context, c Caller, in ExceptionInput) ([]Exception, error) {
	if err := in.check(c, s.o.IDs.Now()); err != nil {
		return nil, err
	}
	logID := s.o.IDs.NewID()
	return write(ctx, s, func(tx Tx) ([]Exception, error) {
		if err := deciding(tx, c); err != nil {
			return nil, err
		}
		es, err := in.rules(tx)
		if err != nil {
			return nil, err
		}
		all, err := exception.In(tx, arn.Scope{Accounts: []string{in.Account}})
		if err != nil {
			return nil, err
		}
		if len(all)+len(es) > MaxExceptions {
			return nil, quota("exceptions", MaxExceptions)
		}
		var out []Exception
		for i, e := range es {
			if err := putException(tx, c, &e, fmt.Sprintf("%s-%03d", logID, i)); err != nil {
				return nil, err
			}
			out = append(out, shownException(e, tx.Now()))
		}
		return out, nil
	})
}

// deciding fails unless the caller may decide about exceptions.
func deciding(tx Tx, c Caller) error {
	if err := registered(tx, c); err != nil {
		return err
	}
	if !c.Owner {
		return fault.New(fault.Denied, "%s is not an audit owner of account %s; only such decide about exceptions.", c.Principal, c.Account)
	}
	return nil
}

func putException(tx Tx, c Caller, e *exception.Exception, logID string) error {
	e.Created = tx.Now()
	old, err := exception.Get(tx, e.Account, e.Region, e.Key())
	switch {
	case fault.KindOf(err) == fault.NotFound:
	case err != nil:
		return err
	case old.Active(tx.Now()): // one that goes on; what had expired begins anew
		e.Created = old.Created
	}
	if err := exception.Put(tx, *e); err != nil {
		return err
	}
	return logException(tx, c, DecisionPutException, e, e.Reason, logID)
}

// EndException takes an exception away before its time, or one that has expired off the list.
func (s *Service) EndException(ctx context.Context, c Caller, account, region, id, reason string) error {
	if err := length("reason", reason, 1, maxReason); err != nil {
		return err
	}
	logID := s.o.IDs.NewID()
	_, err := write(ctx, s, func(tx Tx) (struct{}, error) {
		if err := deciding(tx, c); err != nil {
			return struct{}{}, err
		}
		e, err := exception.Get(tx, account, region, id)
		if fault.KindOf(err) == fault.NotFound {
			err = fault.Missing("exception", id)
		}
		if err != nil {
			return struct{}{}, err
		}
		if err := exception.Delete(tx, account, region, id); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, logException(tx, c, DecisionEndException, &e, reason, logID)
	})
	return err
}

// logException puts a decision about an exception into the ledger and the change logs.
func logException(tx Tx, c Caller, kind string, e *exception.Exception, reason, logID string) error {
	details := map[string]string{
		"exception": e.Key(), "account": e.Account, "region": e.Region, "rule": e.Rule, "resourceType": e.Type, "resourceId": e.Resource, "owner": e.Owner,
	}
	if !e.Expires.IsZero() {
		details["expires"] = e.Expires.UTC().Format(time.RFC3339)
	}
	d, err := decide(tx, c, Decision{Kind: kind, Reason: reason, Details: details})
	if err != nil {
		return err
	}
	all, err := visible(tx, c, Active)
	if err != nil {
		return err
	}
	for i := range all {
		if !all[i].InScope(e.Account) {
			continue
		}
		ch := Change{Object: ObjectAssessment, Name: all[i].Name, Action: ActionUpdate, By: c.Principal, Reason: reason, Decision: d.ID}
		if err := logIn(tx, &all[i], logID, ch); err != nil {
			return err
		}
	}
	return nil
}

// Exceptions are those of some accounts, which the caller of the method has made sure that c may see; the caller's own
// when none are named. The first to expire comes first.
func (s *Service) Exceptions(ctx context.Context, c Caller, accounts ...string) ([]Exception, error) {
	if len(accounts) == 0 {
		accounts = []string{c.Account}
	}
	return read(ctx, s, func(tx Tx) ([]Exception, error) {
		if err := firstOf(registered(tx, c), c.account()); err != nil {
			return nil, err
		}
		all, err := exception.In(tx, arn.Scope{Accounts: accounts})
		return shown(all, tx.Now()), err
	})
}

// ExceptionsEverywhere are those of an account, or of every account when it is empty. It checks no caller: it serves
// whoever may open the installation.
func (s *Service) ExceptionsEverywhere(ctx context.Context, account string) ([]Exception, error) {
	scope := arn.Everything()
	if account != "" {
		scope = arn.Scope{Accounts: []string{account}}
	}
	return read(ctx, s, func(tx Tx) ([]Exception, error) {
		all, err := exception.In(tx, scope)
		return shown(all, tx.Now()), err
	})
}

func shown(all []exception.Exception, now time.Time) []Exception {
	out := make([]Exception, len(all))
	for i, e := range all {
		out[i] = shownException(e, now)
	}
	slices.SortStableFunc(out, func(a, b Exception) int {
		if a.Expires.IsZero() != b.Expires.IsZero() { // what never ends comes last
			return cmp.Compare(b.Expires.Unix(), a.Expires.Unix())
		}
		return a.Expires.Compare(b.Expires)
	})
	return out
}

// AssessmentExceptions are those that bear on an assessment: from rules that its controls collect, in accounts of its
// scope.
func (s *Service) AssessmentExceptions(ctx context.Context, c Caller, id string) ([]Exception, error) {
	return read(ctx, s, func(tx Tx) ([]Exception, error) {
		d, err := assessment(tx, c, id)
		if err != nil {
			return nil, err
		}
		all, err := bearing(tx, &d.Value)
		return shown(all, tx.Now()), err
	})
}

// bearing are those of the given exceptions, and then of the stored ones, that bear on an assessment.
func bearing(tx Tx, a *Assessment, given ...exception.Exception) ([]exception.Exception, error) {
	snap, err := snapshots.Get(tx, a.Owner, "", a.ID)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, d := range snap.Value {
		for _, src := range d.Sources {
			switch src.Type {
			case catalog.Config:
				wanted[compliance.Identifier(src.Keyword)] = true
			case catalog.SecurityHub:
				wanted[exception.Control(src.Keyword)] = true
			}
		}
	}
	var accounts []string
	for _, x := range a.Accounts {
		accounts = append(accounts, x.ID)
	}
	all, err := exception.In(tx, arn.Scope{Accounts: accounts})
	if err != nil {
		return nil, err
	}
	var out []exception.Exception
	for _, e := range append(given, all...) {
		if !a.InScope(e.Account) {
			continue
		}
		keywords, err := keywordsOf(tx, &e)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(keywords, func(k string) bool { return wanted[k] }) {
			out = append(out, e)
		}
	}
	return out, nil
}

// keywordsOf are the keywords that mean the rule of an exception; those of its name alone when the rule is gone.
func keywordsOf(tx docs.Tx, e *exception.Exception) ([]string, error) {
	if e.RuleID == exception.Control(e.Rule) {
		return []string{e.RuleID}, nil
	}
	r, err := compliance.RuleWithID(tx, compliance.Place{Account: e.Account, Region: e.Region}, e.RuleID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	return ruleKeywords(r.Identifier, e.Rule), nil
}
