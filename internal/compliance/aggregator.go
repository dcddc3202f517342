package compliance

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Aggregator gathers the compliance of several accounts and regions for reading.
type Aggregator struct {
	Account, Region  string
	Name, ID, ARN    string
	Accounts         *AccountSource
	Organization     *OrganizationSource
	FilterTypes      []string `json:",omitempty"` // INCLUDE these resource types; empty for all
	FilterPrincipals []string `json:",omitempty"`
	Created, Updated time.Time
}

// AccountSource names accounts; all regions, or some.
type AccountSource struct {
	IDs        []string
	AllRegions bool
	Regions    []string
}

// OrganizationSource is every account of the aggregator's organization.
type OrganizationSource struct {
	RoleARN    string
	AllRegions bool
	Regions    []string
}

var aggregators = docs.Collection[Aggregator]{Kind: "config-aggregator", Noun: "configuration aggregator"}

const (
	maxAggregators        = 50
	maxAggregatorAccounts = 10_000
)

var aggregatorName = regexp.MustCompile(`^[\w-]{1,256}$`)

func noAggregator(name string) *fault.Error {
	return fault.Missing("configuration aggregator", name).With("NoSuchConfigurationAggregatorException")
}

func badAggregator(field, format string, args ...any) error {
	return fault.Invalidf(field, format, args...).With("InvalidParameterValueException")
}

// Check tells what is wrong with an aggregator in itself, whatever the organization it asks for.
// Faults: InvalidParameterValueException, InvalidRoleException.
func (a *Aggregator) Check() error {
	if !aggregatorName.MatchString(a.Name) {
		return badAggregator("ConfigurationAggregatorName", "%q is no name of an aggregator: letters, digits, hyphens and underscores, 256 at most.", a.Name)
	}
	if (a.Accounts == nil) == (a.Organization == nil) {
		return badAggregator("AccountAggregationSources", "An aggregator needs either account sources or an organization source.")
	}
	if o := a.Organization; o != nil {
		if r, err := arn.Parse(o.RoleARN); err != nil || r.Service != "iam" || !strings.HasPrefix(r.Resource, "role/") {
			return fault.Invalidf("RoleArn", "%q is not the ARN of an IAM role.", o.RoleARN).With("InvalidRoleException")
		}
		return checkRegions(o.AllRegions, o.Regions)
	}
	s := a.Accounts
	if len(s.IDs) == 0 || len(s.IDs) > maxAggregatorAccounts {
		return badAggregator("AccountIds", "An aggregator has 1 to %d accounts, not %d.", maxAggregatorAccounts, len(s.IDs))
	}
	for _, id := range s.IDs {
		if !arn.ValidAccount(id) {
			return badAggregator("AccountIds", "%q is not an account id of twelve digits.", id)
		}
	}
	s.IDs = union(s.IDs, nil)
	return checkRegions(s.AllRegions, s.Regions)
}

func checkRegions(all bool, regions []string) error {
	if all == (len(regions) > 0) {
		return badAggregator("AwsRegions", "Give either AllAwsRegions or a list of regions.")
	}
	return nil
}

// PutAggregator creates an aggregator or changes the one of that name. Members, which an organization source needs,
// are the accounts of the caller's organization; nil when the caller may not see them.
//
// Faults: InvalidParameterValueException, LimitExceededException, InvalidRoleException,
// OrganizationAccessDeniedException.
func (p *Program) PutAggregator(ctx context.Context, at Place, a Aggregator, members []string) (Aggregator, error) {
	if err := a.Check(); err != nil {
		return a, err
	}
	if a.Organization != nil && members == nil {
		return a, fault.New(fault.Denied, "Account %s may not see its organization: only the management account and delegated administrators can aggregate it.", at.Account).With("OrganizationAccessDeniedException")
	}
	id := p.shortID(8)
	err := p.write(ctx, func(tx Tx) error {
		old, err := aggregators.ByName(tx, at.Account, at.Region, a.Name)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		a.Account, a.Region, a.Created, a.Updated = at.Account, at.Region, tx.Now(), tx.Now()
		if err == nil {
			a.ID, a.ARN, a.Created = old.Value.ID, old.Value.ARN, old.Value.Created
			old.Value = a
			return aggregators.Update(tx, old)
		}
		all, err := aggregators.All(tx, own(at))
		if err != nil {
			return err
		}
		if len(all) >= maxAggregators {
			return fault.New(fault.Quota, "There are %d aggregators in %s, and an account may have no more.", len(all), at.Region).With("LimitExceededException")
		}
		a.ID = "config-aggregator-" + id
		a.ARN = arn.New("config", at.Region, at.Account, "config-aggregator/"+a.ID)
		return aggregators.Insert(tx, at.Account, at.Region, a.ID, a.Name, a)
	})
	return a, err
}

// Aggregators are the aggregators of a place by name, ordered by name; without names all of them.
// Fault: NoSuchConfigurationAggregatorException.
func (p *Program) Aggregators(ctx context.Context, at Place, names ...string) ([]Aggregator, error) {
	return read(ctx, p, func(tx Tx) ([]Aggregator, error) {
		return named(tx, aggregators, own(at), names, func(a *Aggregator) string { return a.Name }, noAggregator)
	})
}

// DeleteAggregator removes an aggregator. Fault: NoSuchConfigurationAggregatorException.
func (p *Program) DeleteAggregator(ctx context.Context, at Place, name string) error {
	return p.write(ctx, func(tx Tx) error {
		d, err := aggregators.ByName(tx, at.Account, at.Region, name)
		if fault.KindOf(err) == fault.NotFound {
			return noAggregator(name)
		}
		if err != nil {
			return err
		}
		return aggregators.Delete(tx, at.Account, at.Region, d.ID)
	})
}
