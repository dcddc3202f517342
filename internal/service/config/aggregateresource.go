package config

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

func (s *Service) getAggregateDiscoveredResourceCounts(ctx context.Context, in *api.GetAggregateDiscoveredResourceCountsRequest) (*api.GetAggregateDiscoveredResourceCountsResponse, error) {
	src, err := s.sources(ctx, in.ConfigurationAggregatorName)
	if err != nil {
		return nil, err
	}
	counts, err := s.counts(ctx, src.scope())
	if err != nil {
		return nil, err
	}
	out := &api.GetAggregateDiscoveredResourceCountsResponse{GroupByKey: in.GroupByKey, TotalDiscoveredResources: new(int64(0))}
	counts = keep(counts, func(c *inventory.Count) bool {
		f := in.Filters
		return src.Sees(c.Account, c.Region) && src.takes(c.Type) &&
			(f == nil || is(f.AccountId, c.Account) && is(f.Region, c.Region) && is(f.ResourceType, c.Type))
	})
	for _, c := range counts {
		*out.TotalDiscoveredResources += c.Items
	}
	var groups []group
	switch awswire.Val(in.GroupByKey) {
	case "ACCOUNT_ID":
		groups = grouped(counts, func(c inventory.Count) string { return c.Account })
	case "AWS_REGION":
		groups = grouped(counts, func(c inventory.Count) string { return c.Region })
	case "RESOURCE_TYPE":
		groups = grouped(counts, func(c inventory.Count) string { return c.Type })
	}
	page, next, err := awswire.Page(ctx, s.tokens, "GetAggregateDiscoveredResourceCounts", in, in.NextToken, in.Limit, 1000, groups, (*group).order)
	if err != nil {
		return nil, err
	}
	out.NextToken, out.GroupedResourceCounts = next, []api.GroupedResourceCount{}
	for _, g := range page {
		out.GroupedResourceCounts = append(out.GroupedResourceCounts, api.GroupedResourceCount{GroupName: new(g.name), ResourceCount: new(g.items)})
	}
	return out, nil
}

func (s *Service) listAggregateDiscoveredResources(ctx context.Context, in *api.ListAggregateDiscoveredResourcesRequest) (*api.ListAggregateDiscoveredResourcesResponse, error) {
	src, err := s.sources(ctx, in.ConfigurationAggregatorName)
	if err != nil {
		return nil, err
	}
	wanted := func(it *inventory.Item) bool {
		f := in.Filters
		return src.Sees(it.Account, it.Region) && src.takes(it.Type) && (f == nil ||
			is(f.AccountId, it.Account) && is(f.Region, it.Region) && is(f.ResourceId, it.ID) && is(f.ResourceName, it.Name))
	}
	items, next, err := s.listItems(ctx, "ListAggregateDiscoveredResources", in, in.NextToken, in.Limit, src.scope(),
		inventory.Filter{Types: []string{awswire.Val(in.ResourceType)}}, wanted)
	if err != nil {
		return nil, err
	}
	out := &api.ListAggregateDiscoveredResourcesResponse{ResourceIdentifiers: []api.AggregateResourceIdentifier{}, NextToken: next}
	for _, it := range items {
		out.ResourceIdentifiers = append(out.ResourceIdentifiers, api.AggregateResourceIdentifier{
			SourceAccountId: new(it.Account), SourceRegion: new(it.Region), ResourceType: new(it.Type), ResourceId: new(it.ID), ResourceName: text(it.Name),
		})
	}
	return out, nil
}

// findIn is the current state of a resource of an aggregator's source; ResourceNotDiscoveredException when it has none.
func (a *sources) findIn(tx inventory.Tx, id api.AggregateResourceIdentifier) (*inventory.Item, error) {
	k := inventory.Key{Account: awswire.Val(id.SourceAccountId), Region: awswire.Val(id.SourceRegion), Type: awswire.Val(id.ResourceType), ID: awswire.Val(id.ResourceId)}
	for _, region := range []string{k.Region, arn.Global} {
		if !a.Sees(k.Account, k.Region) || !a.takes(k.Type) {
			break
		}
		k.Region = region
		it, err := tx.Item(k)
		if err == nil && it.Present() && is(id.ResourceName, it.Name) {
			return it, nil
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
	}
	return nil, &fault.Error{
		Kind: fault.NotFound, Type: "resource", ID: k.ID, Code: "ResourceNotDiscoveredException",
		Message: "Resource " + k.ID + " of resourceType:" + k.Type + " is unknown or has not been discovered",
	}
}

func (s *Service) getAggregateResourceConfig(ctx context.Context, in *api.GetAggregateResourceConfigRequest) (*api.GetAggregateResourceConfigResponse, error) {
	src, err := s.sources(ctx, in.ConfigurationAggregatorName)
	if err != nil {
		return nil, err
	}
	var it *inventory.Item
	err = s.items.Read(ctx, func(tx inventory.Tx) (err error) {
		it, err = src.findIn(tx, *in.ResourceIdentifier)
		return err
	})
	if err != nil {
		return nil, err
	}
	item, err := fullItem(it)
	return &api.GetAggregateResourceConfigResponse{ConfigurationItem: &item}, err
}

func (s *Service) batchGetAggregateResourceConfig(ctx context.Context, in *api.BatchGetAggregateResourceConfigRequest) (*api.BatchGetAggregateResourceConfigResponse, error) {
	src, err := s.sources(ctx, in.ConfigurationAggregatorName)
	if err != nil {
		return nil, err
	}
	out := &api.BatchGetAggregateResourceConfigResponse{}
	err = s.items.Read(ctx, func(tx inventory.Tx) error {
		out.BaseConfigurationItems, out.UnprocessedResourceIdentifiers = []api.BaseConfigurationItem{}, []api.AggregateResourceIdentifier{}
		for _, id := range in.ResourceIdentifiers {
			it, err := src.findIn(tx, id)
			if fault.KindOf(err) == fault.NotFound {
				out.UnprocessedResourceIdentifiers = append(out.UnprocessedResourceIdentifiers, id)
				continue
			}
			if err != nil {
				return err
			}
			item, err := baseItem(it)
			if err != nil {
				return err
			}
			out.BaseConfigurationItems = append(out.BaseConfigurationItems, item)
		}
		return nil
	})
	return out, err
}
