package config

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

func (s *Service) putConfigurationAggregator(ctx context.Context, in *api.PutConfigurationAggregatorRequest) (*api.PutConfigurationAggregatorResponse, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	a := compliance.Aggregator{Name: awswire.Val(in.ConfigurationAggregatorName)}
	if len(in.AccountAggregationSources) > 1 {
		return nil, invalidParameter("AccountAggregationSources", "An aggregator has one account source: put all accounts into it.")
	}
	for _, src := range in.AccountAggregationSources {
		a.Accounts = &compliance.AccountSource{IDs: src.AccountIds, AllRegions: awswire.Val(src.AllAwsRegions), Regions: src.AwsRegions}
	}
	if src := in.OrganizationAggregationSource; src != nil {
		a.Organization = &compliance.OrganizationSource{RoleARN: awswire.Val(src.RoleArn), AllRegions: awswire.Val(src.AllAwsRegions), Regions: src.AwsRegions}
	}
	if f := in.AggregatorFilters; f != nil {
		if f.ResourceType != nil {
			a.FilterTypes = f.ResourceType.Value
		}
		if f.ServicePrincipal != nil {
			a.FilterPrincipals = f.ServicePrincipal.Value
		}
	}
	if err := a.Check(); err != nil {
		return nil, err // said before anything is about the organization
	}
	var members []string
	if a.Organization != nil {
		if members, err = s.members(ctx); err != nil {
			return nil, err
		}
		if err := s.aggregatable(ctx, members); err != nil {
			return nil, err
		}
	}
	stored, err := s.program.PutAggregator(ctx, here(ctx), a, members)
	if err != nil {
		return nil, err
	}
	return &api.PutConfigurationAggregatorResponse{ConfigurationAggregator: new(aggregator(stored))}, s.tagNew(ctx, stored.ARN, tags)
}

// aggregatable refuses an organization that shares bills only, to accounts that may know.
func (s *Service) aggregatable(ctx context.Context, members []string) error {
	if members == nil {
		return nil
	}
	o, err := s.org.Describe(ctx)
	if err == nil && o.FeatureSet != "ALL" {
		err = fault.New(fault.Conflict, "The organization %s has the features %s only; aggregating it needs all features (ALL).", o.ID, o.FeatureSet).With("OrganizationAllFeaturesNotEnabledException")
	}
	return err
}

// principals are the services for whose sake an account may be a delegated administrator of Config.
var principals = []string{"config.amazonaws.com", "config-multiaccountsetup.amazonaws.com"}

// members are the accounts of the organization; nil when the caller may not see them.
func (s *Service) members(ctx context.Context) ([]string, error) {
	account := here(ctx).Account
	allowed := account == s.org.Management()
	for _, p := range principals {
		if allowed {
			break
		}
		delegates, err := s.org.Delegates(ctx, p)
		if fault.KindOf(err) == fault.NotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for _, d := range delegates {
			allowed = allowed || d.Account == account
		}
	}
	if !allowed {
		return nil, nil
	}
	list, err := s.org.Accounts(ctx)
	if fault.KindOf(err) == fault.NotFound {
		return nil, fault.New(fault.Conflict, "The account %s has no organization: create one first.", account).With("NoAvailableOrganizationException")
	}
	members := []string{}
	for _, a := range list {
		members = append(members, a.ID)
	}
	return members, err
}

func aggregator(a compliance.Aggregator) api.ConfigurationAggregator {
	out := api.ConfigurationAggregator{
		ConfigurationAggregatorName: new(a.Name), ConfigurationAggregatorArn: new(a.ARN), CreationTime: moment(a.Created), LastUpdatedTime: moment(a.Updated),
		AccountAggregationSources: []api.AccountAggregationSource{},
	}
	if src := a.Accounts; src != nil {
		out.AccountAggregationSources = append(out.AccountAggregationSources, api.AccountAggregationSource{
			AccountIds: src.IDs, AllAwsRegions: new(src.AllRegions), AwsRegions: src.Regions,
		})
	}
	if src := a.Organization; src != nil {
		out.OrganizationAggregationSource = &api.OrganizationAggregationSource{RoleArn: new(src.RoleARN), AllAwsRegions: new(src.AllRegions), AwsRegions: src.Regions}
	}
	if len(a.FilterTypes)+len(a.FilterPrincipals) > 0 {
		out.AggregatorFilters = &api.AggregatorFilters{}
	}
	if len(a.FilterTypes) > 0 {
		out.AggregatorFilters.ResourceType = &api.AggregatorFilterResourceType{Type: new(api.AggregatorFilterTypeInclude), Value: a.FilterTypes}
	}
	if len(a.FilterPrincipals) > 0 {
		out.AggregatorFilters.ServicePrincipal = &api.AggregatorFilterServicePrincipal{Type: new(api.AggregatorFilterTypeInclude), Value: a.FilterPrincipals}
	}
	return out
}

func (s *Service) describeConfigurationAggregators(ctx context.Context, in *api.DescribeConfigurationAggregatorsRequest) (*api.DescribeConfigurationAggregatorsResponse, error) {
	list, err := s.program.Aggregators(ctx, here(ctx), in.ConfigurationAggregatorNames...)
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeConfigurationAggregators", in, in.NextToken, in.Limit, pageSize, list,
		func(a *compliance.Aggregator) string { return a.Name })
	if err != nil {
		return nil, err
	}
	out := &api.DescribeConfigurationAggregatorsResponse{ConfigurationAggregators: []api.ConfigurationAggregator{}, NextToken: next}
	for _, a := range page {
		out.ConfigurationAggregators = append(out.ConfigurationAggregators, aggregator(a))
	}
	return out, nil
}

func (s *Service) deleteConfigurationAggregator(ctx context.Context, in *api.DeleteConfigurationAggregatorRequest) (*api.DeleteConfigurationAggregatorOutput, error) {
	return nil, s.program.DeleteAggregator(ctx, here(ctx), awswire.Val(in.ConfigurationAggregatorName))
}

// sources is an aggregator with what it may read now.
type sources struct {
	*compliance.Sources
	aggregator compliance.Aggregator
}

func (s *Service) sources(ctx context.Context, name *string) (*sources, error) {
	list, err := s.program.Aggregators(ctx, here(ctx), awswire.Val(name))
	if err != nil {
		return nil, err
	}
	var members []string
	if list[0].Organization != nil {
		if members, err = s.members(ctx); err != nil {
			return nil, err
		}
	}
	open, err := s.program.Sources(ctx, here(ctx), list[0].Name, members)
	return &sources{open, list[0]}, err
}

// scope is where items may lie, the accounts' global ones included.
func (a *sources) scope() arn.Scope {
	scope := a.Scope
	if len(scope.Regions) > 0 {
		scope.Regions = append(slices.Clone(scope.Regions), arn.Global)
	}
	return scope
}

// takes reports whether the aggregator gathers resources of a type.
func (a *sources) takes(typ string) bool {
	return len(a.aggregator.FilterTypes) == 0 || slices.Contains(a.aggregator.FilterTypes, typ)
}

func (s *Service) describeConfigurationAggregatorSourcesStatus(ctx context.Context, in *api.DescribeConfigurationAggregatorSourcesStatusRequest) (*api.DescribeConfigurationAggregatorSourcesStatusResponse, error) {
	src, err := s.sources(ctx, in.ConfigurationAggregatorName)
	if err != nil {
		return nil, err
	}
	list, err := s.sourceStatus(ctx, src)
	if err != nil {
		return nil, err
	}
	if len(in.UpdateStatus) > 0 {
		list = keep(list, func(st *api.AggregatedSourceStatus) bool {
			return slices.Contains(in.UpdateStatus, *st.LastUpdateStatus)
		})
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeConfigurationAggregatorSourcesStatus", in, in.NextToken, in.Limit, pageSize, list,
		func(st *api.AggregatedSourceStatus) string { return *st.SourceId + " " + awswire.Val(st.AwsRegion) })
	return &api.DescribeConfigurationAggregatorSourcesStatusResponse{AggregatedSourceStatusList: append([]api.AggregatedSourceStatus{}, page...), NextToken: next}, err
}

// sourceStatus tells for each account and region how fresh its data is: it is read where it lies, so as of now. A
// source of all regions shows those in which something is known.
func (s *Service) sourceStatus(ctx context.Context, src *sources) ([]api.AggregatedSourceStatus, error) {
	var feeds []inventory.Feed
	err := s.items.Read(ctx, func(tx inventory.Tx) (err error) {
		feeds, err = tx.ItemFeeds(src.Scope)
		return err
	})
	var out []api.AggregatedSourceStatus
	for _, st := range src.Status() {
		row := api.AggregatedSourceStatus{
			SourceId: new(st.Account), SourceType: new(api.AggregatedSourceTypeAccount),
			LastUpdateStatus: new(api.AggregatedSourceStatusTypeSucceeded), LastUpdateTime: new(s.clock.Now()),
		}
		if !st.Authorized {
			row.LastUpdateStatus, row.LastErrorCode, row.LastErrorMessage = new(api.AggregatedSourceStatusTypeFailed), new("AccessDenied"), text(st.Error)
		}
		regions := []string{st.Region}
		if st.Region == "*" {
			regions = nil
			for _, f := range feeds {
				if f.Account == st.Account && f.Region != arn.Global {
					regions = append(regions, f.Region)
				}
			}
			if len(regions) == 0 || !st.Authorized { // what is known there is not for the aggregator
				regions = []string{""}
			}
		}
		for _, r := range regions {
			row.AwsRegion = text(r)
			out = append(out, row)
		}
	}
	return out, err
}
