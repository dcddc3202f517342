package organizations

import (
	"context"
	"strings"

	api "github.com/tickmark/tickmark/internal/awsapi/organizations"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/organization"
)

func (s *Service) createUnit(ctx context.Context, in *api.CreateOrganizationalUnitRequest) (*api.CreateOrganizationalUnitResponse, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	u, err := s.org.CreateUnit(ctx, awswire.Val(in.ParentId), awswire.Val(in.Name), tags)
	if err != nil {
		return nil, err
	}
	out, err := s.unit(ctx, u)
	return &api.CreateOrganizationalUnitResponse{OrganizationalUnit: out}, err
}

func (s *Service) describeUnit(ctx context.Context, in *api.DescribeOrganizationalUnitRequest) (*api.DescribeOrganizationalUnitResponse, error) {
	u, err := s.org.Unit(ctx, awswire.Val(in.OrganizationalUnitId))
	if err != nil {
		return nil, err
	}
	out, err := s.unit(ctx, u)
	return &api.DescribeOrganizationalUnitResponse{OrganizationalUnit: out}, err
}

func (s *Service) listUnits(ctx context.Context, in *api.ListOrganizationalUnitsForParentRequest) (*api.ListOrganizationalUnitsForParentResponse, error) {
	list, _, err := s.org.Children(ctx, awswire.Val(in.ParentId))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListOrganizationalUnitsForParent", in, in.NextToken, in.MaxResults, pageSize, list,
		func(u *organization.Unit) string { return u.ID })
	if err != nil {
		return nil, err
	}
	out := &api.ListOrganizationalUnitsForParentResponse{OrganizationalUnits: []api.OrganizationalUnit{}, NextToken: next}
	for _, u := range page {
		unit, err := s.unit(ctx, u)
		if err != nil {
			return nil, err
		}
		out.OrganizationalUnits = append(out.OrganizationalUnits, *unit)
	}
	return out, nil
}

func (s *Service) listParents(ctx context.Context, in *api.ListParentsRequest) (*api.ListParentsResponse, error) {
	parent, err := s.org.Parent(ctx, awswire.Val(in.ChildId))
	if err != nil {
		return nil, err
	}
	kind := api.ParentTypeRoot
	if strings.HasPrefix(parent, "ou-") {
		kind = api.ParentTypeOrganizationalUnit
	}
	return &api.ListParentsResponse{Parents: []api.Parent{{Id: new(parent), Type: new(kind)}}}, nil
}

func (s *Service) listChildren(ctx context.Context, in *api.ListChildrenRequest) (*api.ListChildrenResponse, error) {
	units, accounts, err := s.org.Children(ctx, awswire.Val(in.ParentId))
	if err != nil {
		return nil, err
	}
	list := []api.Child{}
	if kind := awswire.Val(in.ChildType); kind == api.ChildTypeOrganizationalUnit {
		for _, u := range units {
			list = append(list, api.Child{Id: new(u.ID), Type: new(kind)})
		}
	} else {
		for _, a := range accounts {
			list = append(list, api.Child{Id: new(a.ID), Type: new(kind)})
		}
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListChildren", in, in.NextToken, in.MaxResults, pageSize, list,
		func(c *api.Child) string { return *c.Id })
	return &api.ListChildrenResponse{Children: page, NextToken: next}, err
}
