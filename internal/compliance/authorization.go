package compliance

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Authorization lets the aggregators of another account and region read what its own place has.
type Authorization struct {
	ARN string
	// To is the account and region that may aggregate.
	To      Place
	Created time.Time
}

var authorizations = docs.Collection[Authorization]{Kind: "config-authorization", Noun: "aggregation authorization"}

func authorizationID(to Place) string { return to.Account + "/" + to.Region }

func checkAuthorized(to Place) error {
	if !arn.ValidAccount(to.Account) {
		return badAggregator("AuthorizedAccountId", "%q is not an account id of twelve digits.", to.Account)
	}
	if to.Region == "" || len(to.Region) > 64 {
		return badAggregator("AuthorizedAwsRegion", "Name the region that may aggregate.")
	}
	return nil
}

// Authorize lets the aggregators of another place read this one. Fault: InvalidParameterValueException.
func (p *Program) Authorize(ctx context.Context, at, to Place) (Authorization, error) {
	if err := checkAuthorized(to); err != nil {
		return Authorization{}, err
	}
	a := Authorization{ARN: arn.New("config", at.Region, at.Account, "aggregation-authorization/"+authorizationID(to)), To: to}
	return a, p.write(ctx, func(tx Tx) error {
		old, err := authorizations.Get(tx, at.Account, at.Region, authorizationID(to))
		if err == nil {
			a = old.Value
			return nil
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
		a.Created = tx.Now()
		return authorizations.Insert(tx, at.Account, at.Region, authorizationID(to), "", a)
	})
}

// Unauthorize takes an authorization back; one that is not there is in order. Fault: InvalidParameterValueException.
func (p *Program) Unauthorize(ctx context.Context, at, to Place) error {
	if err := checkAuthorized(to); err != nil {
		return err
	}
	return p.write(ctx, func(tx Tx) error {
		err := authorizations.Delete(tx, at.Account, at.Region, authorizationID(to))
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		return err
	})
}

// Authorizations are the authorizations that a place has given.
func (p *Program) Authorizations(ctx context.Context, at Place) ([]Authorization, error) {
	return read(ctx, p, func(tx Tx) ([]Authorization, error) {
		all, err := authorizations.All(tx, own(at))
		out := make([]Authorization, len(all))
		for i, d := range all {
			out[i] = d.Value
		}
		return out, err
	})
}

// refusal is a requester's pending request for aggregation that its source has deleted.
type refusal struct{ At time.Time }

var refusals = docs.Collection[refusal]{Kind: "config-aggregation-refusal", Noun: "deleted aggregation request"}

// DeleteRequest makes a pending request of another place disappear until its aggregator is put again; one that is not
// there is in order. Fault: InvalidParameterValueException.
func (p *Program) DeleteRequest(ctx context.Context, at, from Place) error {
	if !arn.ValidAccount(from.Account) {
		return badAggregator("RequesterAccountId", "%q is not an account id of twelve digits.", from.Account)
	}
	if from.Region == "" || len(from.Region) > 64 {
		return badAggregator("RequesterAwsRegion", "Name the region that asks.")
	}
	return p.write(ctx, func(tx Tx) error {
		all, err := pending(tx, at)
		if err != nil || !slices.Contains(all, from) {
			return err
		}
		d, err := refusals.Get(tx, at.Account, at.Region, authorizationID(from))
		if fault.KindOf(err) == fault.NotFound {
			return refusals.Insert(tx, at.Account, at.Region, authorizationID(from), "", refusal{tx.Now()})
		}
		if err != nil {
			return err
		}
		d.Value.At = tx.Now()
		return refusals.Update(tx, d)
	})
}

// PendingRequests are the places whose aggregators name this account and have no authorization here.
func (p *Program) PendingRequests(ctx context.Context, at Place) ([]Place, error) {
	return read(ctx, p, func(tx Tx) ([]Place, error) { return pending(tx, at) })
}

func pending(tx Tx, at Place) ([]Place, error) {
	all, err := aggregators.All(tx, arn.Everything()) // a source is told who asks for it
	if err != nil {
		return nil, err
	}
	given, err := authorizations.All(tx, own(at))
	if err != nil {
		return nil, err
	}
	refused, err := refusals.All(tx, own(at))
	if err != nil {
		return nil, err
	}
	since := map[string]time.Time{}
	for _, d := range refused {
		since[d.ID] = d.Value.At
	}
	var out []Place
	for _, d := range all {
		a := d.Value
		from := Place{Account: a.Account, Region: a.Region}
		if a.Accounts == nil || a.Account == at.Account || !slices.Contains(a.Accounts.IDs, at.Account) || !a.Accounts.AllRegions && !slices.Contains(a.Accounts.Regions, at.Region) {
			continue
		}
		if at, ok := since[authorizationID(from)]; ok && !a.Updated.After(at) {
			continue
		}
		if slices.Contains(out, from) || slices.ContainsFunc(given, func(g docs.Doc[Authorization]) bool { return g.Value.To == from }) {
			continue
		}
		out = append(out, from)
	}
	return out, nil
}
