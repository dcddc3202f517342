package controlcatalog

import (
	"context"
	"slices"

	api "github.com/tickmark/tickmark/internal/awsapi/controlcatalog"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/catalog/controls"
)

func (s *Service) listControlMappings(ctx context.Context, in *api.ListControlMappingsRequest) (*api.ListControlMappingsResponse, error) {
	list, next, err := page(ctx, s, "ListControlMappings", in, in.NextToken, in.MaxResults, mappingPageSize, controls.Mappings(), mapped(in.Filter), func(m controls.Mapping) api.ControlMapping {
		return api.ControlMapping{ControlArn: ref(ctx, catalog.KindControl, m.Control.ID), MappingType: new(m.Type), Mapping: target(ctx, &m)}
	})
	return &api.ListControlMappingsResponse{ControlMappings: list, NextToken: next}, err
}

// target is the member of the union that the mapping's type has.
func target(ctx context.Context, m *controls.Mapping) *api.Mapping {
	switch m.Type {
	case controls.ToFramework:
		return &api.Mapping{Framework: &api.FrameworkMappingDetails{Name: new(m.Requirement.Framework.Name()), Item: new(m.Item())}}
	case controls.ToCommon:
		return &api.Mapping{CommonControl: &api.CommonControlMappingDetails{CommonControlArn: ref(ctx, catalog.KindCommon, m.Common.ID)}}
	}
	return &api.Mapping{RelatedControl: &api.RelatedControlMappingDetails{ControlArn: ref(ctx, catalog.KindControl, m.Related.ID), RelationType: &m.Relation}}
}

// mapped reads the filter: what is given must all hold.
func mapped(f *api.ControlMappingFilter) func(controls.Mapping) bool {
	if f == nil {
		return all
	}
	var from []*controls.Control
	for _, a := range f.ControlArns {
		if c, ok := controls.Find(a); ok {
			from = append(from, c)
		}
	}
	var to []*catalog.Common
	for _, a := range f.CommonControlArns {
		if c, ok := catalog.Catalog().Common(a); ok {
			to = append(to, c)
		}
	}
	return func(m controls.Mapping) bool {
		return (len(f.ControlArns) == 0 || slices.Contains(from, m.Control)) &&
			(len(f.CommonControlArns) == 0 || m.Common != nil && slices.Contains(to, m.Common)) &&
			(len(f.MappingTypes) == 0 || slices.Contains(f.MappingTypes, m.Type))
	}
}
