package controlcatalog

import (
	"context"
	"slices"

	api "github.com/tickmark/tickmark/internal/awsapi/controlcatalog"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/catalog"
)

func (s *Service) listDomains(ctx context.Context, in *api.ListDomainsRequest) (*api.ListDomainsResponse, error) {
	list, next, err := page(ctx, s, "ListDomains", in, in.NextToken, in.MaxResults, pageSize, catalog.Catalog().Domains(), all, func(d *catalog.Domain) api.DomainSummary {
		return api.DomainSummary{
			Arn: ref(ctx, catalog.KindDomain, d.ID), Name: &d.Name, Description: &d.Description, CreateTime: &catalog.Released, LastUpdateTime: &catalog.Released,
		}
	})
	return &api.ListDomainsResponse{Domains: list, NextToken: next}, err
}

func (s *Service) listObjectives(ctx context.Context, in *api.ListObjectivesRequest) (*api.ListObjectivesResponse, error) {
	match := all[*catalog.Objective]
	if in.ObjectiveFilter != nil && len(in.ObjectiveFilter.Domains) > 0 {
		var domains []*catalog.Domain
		for _, d := range in.ObjectiveFilter.Domains {
			if d, ok := catalog.Catalog().Domain(awswire.Val(d.Arn)); ok {
				domains = append(domains, d)
			}
		}
		match = func(o *catalog.Objective) bool { return slices.Contains(domains, o.Domain) }
	}
	list, next, err := page(ctx, s, "ListObjectives", in, in.NextToken, in.MaxResults, pageSize, catalog.Catalog().Objectives(), match, func(o *catalog.Objective) api.ObjectiveSummary {
		return api.ObjectiveSummary{
			Arn: ref(ctx, catalog.KindObjective, o.ID), Name: &o.Name, Description: &o.Description, Domain: inDomain(ctx, o.Domain),
			CreateTime: &catalog.Released, LastUpdateTime: &catalog.Released,
		}
	})
	return &api.ListObjectivesResponse{Objectives: list, NextToken: next}, err
}

func inDomain(ctx context.Context, d *catalog.Domain) *api.AssociatedDomainSummary {
	return &api.AssociatedDomainSummary{Arn: ref(ctx, catalog.KindDomain, d.ID), Name: &d.Name}
}

func (s *Service) listCommonControls(ctx context.Context, in *api.ListCommonControlsRequest) (*api.ListCommonControlsResponse, error) {
	match := all[*catalog.Common]
	if in.CommonControlFilter != nil && len(in.CommonControlFilter.Objectives) > 0 {
		var objectives []*catalog.Objective
		for _, o := range in.CommonControlFilter.Objectives {
			if o, ok := catalog.Catalog().Objective(awswire.Val(o.Arn)); ok {
				objectives = append(objectives, o)
			}
		}
		match = func(c *catalog.Common) bool { return slices.Contains(objectives, c.Objective) }
	}
	list, next, err := page(ctx, s, "ListCommonControls", in, in.NextToken, in.MaxResults, pageSize, catalog.Catalog().Commons(), match, func(c *catalog.Common) api.CommonControlSummary {
		return api.CommonControlSummary{
			Arn: ref(ctx, catalog.KindCommon, c.ID), Name: &c.Name, Description: &c.Description, Domain: inDomain(ctx, c.Objective.Domain),
			Objective:  &api.AssociatedObjectiveSummary{Arn: ref(ctx, catalog.KindObjective, c.Objective.ID), Name: &c.Objective.Name},
			CreateTime: &catalog.Released, LastUpdateTime: &catalog.Released,
		}
	})
	return &api.ListCommonControlsResponse{CommonControls: list, NextToken: next}, err
}
