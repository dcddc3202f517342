package compliance

import (
	"context"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rule"
)

// Sources is what an aggregator may read. Places that have not authorized it are not in it.
type Sources struct {
	// Scope holds the accounts and regions that were asked for; a place in it may still not be open.
	Scope arn.Scope
	open  map[string][]string // regions by account; "*" for all
	all   []SourceStatus
}

// SourceStatus tells whether a place can be aggregated.
type SourceStatus struct {
	Account, Region string // Region is "*" when all are aggregated and nothing is known there
	// Authorized tells whether it is read. Otherwise Error says what is missing.
	Authorized bool
	Error      string
}

// Sees reports whether a place is open to the aggregator. Global items of an open account are.
func (s *Sources) Sees(account, region string) bool {
	regions := s.open[account]
	return slices.Contains(regions, "*") || slices.Contains(regions, region) || region == arn.Global && len(regions) > 0
}

// Status tells for each source whether it is read, ordered by account and region.
func (s *Sources) Status() []SourceStatus { return s.all }

// Sources resolves an aggregator. Members are the accounts of its organization, for an organization source.
// Fault: NoSuchConfigurationAggregatorException.
func (p *Program) Sources(ctx context.Context, at Place, name string, members []string) (*Sources, error) {
	return read(ctx, p, func(tx Tx) (*Sources, error) {
		d, err := aggregators.ByName(tx, at.Account, at.Region, name)
		if fault.KindOf(err) == fault.NotFound {
			return nil, noAggregator(name)
		}
		if err != nil {
			return nil, err
		}
		a := d.Value
		s := &Sources{open: map[string][]string{}}
		if o := a.Organization; o != nil {
			s.Scope = arn.Scope{Accounts: members, Regions: o.Regions}
			for _, m := range members {
				s.openAll(m, o.Regions)
			}
			return s, nil
		}
		s.Scope = arn.Scope{Accounts: a.Accounts.IDs, Regions: a.Accounts.Regions}
		for _, id := range a.Accounts.IDs {
			if id == at.Account {
				s.openAll(id, a.Accounts.Regions)
				continue
			}
			if err := s.authorized(tx, id, a); err != nil {
				return nil, err
			}
		}
		return s, nil
	})
}

func (s *Sources) openAll(account string, regions []string) {
	if len(regions) == 0 {
		regions = []string{"*"}
	}
	s.open[account] = regions
	for _, r := range regions {
		s.all = append(s.all, SourceStatus{Account: account, Region: r, Authorized: true})
	}
}

// authorized opens the regions in which another account has let the aggregator in.
func (s *Sources) authorized(tx Tx, account string, a Aggregator) error {
	given, err := authorizations.All(tx, arn.Scope{Accounts: []string{account}, Regions: a.Accounts.Regions})
	if err != nil {
		return err
	}
	open := []string{}
	for _, g := range given {
		if (g.Value.To == Place{Account: a.Account, Region: a.Region}) {
			open = append(open, g.Region)
			s.all = append(s.all, SourceStatus{Account: account, Region: g.Region, Authorized: true})
		}
	}
	s.open[account] = open
	missing := a.Accounts.Regions
	if a.Accounts.AllRegions && len(open) == 0 {
		missing = []string{"*"}
	}
	for _, r := range missing {
		if !slices.Contains(open, r) {
			s.all = append(s.all, SourceStatus{Account: account, Region: r, Error: "Account " + account + " has not authorized account " + a.Account + " in " + a.Region + " to aggregate its data (put-aggregation-authorization)."})
		}
	}
	return nil
}

// AggregateRules summarises the rules of all sources.
func (p *Program) AggregateRules(ctx context.Context, s *Sources) ([]RuleCompliance, error) {
	return read(ctx, p, func(tx Tx) ([]RuleCompliance, error) {
		cs, err := complianceIn(tx, s.Scope)
		return slices.DeleteFunc(cs, func(c RuleCompliance) bool { return !s.Sees(c.Rule.Account, c.Rule.Region) }), err
	})
}

// AggregatePacks summarises the packs of all sources.
func (p *Program) AggregatePacks(ctx context.Context, s *Sources) ([]PackCompliance, error) {
	return read(ctx, p, func(tx Tx) ([]PackCompliance, error) {
		all, err := listPacks(tx, s.Scope, nil)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(v Pack) bool { return !s.Sees(v.Account, v.Region) })
		return summarise(tx, s.Scope, all)
	})
}

// AggregateDetails are the results of one rule of a source. Faults: NoSuchConfigRuleException, ValidationException
// (the place is not a source).
func (p *Program) AggregateDetails(ctx context.Context, s *Sources, from Place, name string, verdicts []rule.Verdict, page Page) (Listing[Result], error) {
	if !s.Sees(from.Account, from.Region) {
		return Listing[Result]{}, fault.Invalidf("AccountId", "Account %s in %s is not a source of the aggregator, or has not authorized it.", from.Account, from.Region).With("ValidationException")
	}
	return p.DetailsByRule(ctx, from, name, verdicts, page)
}

// The keys by which aggregates are grouped.
const (
	ByAccount = "ACCOUNT_ID"
	ByRegion  = "AWS_REGION"
)

// Group is the summary of one group of rules or packs.
type Group struct {
	Name string
	Summary
}

// Grouped gathers summaries by account, by region, or (key "") all into one group without a name.
func Grouped(key string, n int, at func(i int) (Place, rule.Verdict)) []Group {
	byName := map[string]*Group{}
	if key == "" {
		byName[""] = &Group{}
	}
	for i := range n {
		p, v := at(i)
		name := map[string]string{ByAccount: p.Account, ByRegion: p.Region}[key]
		if byName[name] == nil {
			byName[name] = &Group{Name: name}
		}
		byName[name].add(v)
	}
	out := make([]Group, 0, len(byName))
	for _, g := range byName {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b Group) int { return strings.Compare(a.Name, b.Name) })
	return out
}
