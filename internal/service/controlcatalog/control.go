package controlcatalog

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/controlcatalog"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/catalog/controls"
)

// provider is the one cloud whose resources are governed.
const provider = "AWS"

func (s *Service) listControls(ctx context.Context, in *api.ListControlsRequest) (*api.ListControlsResponse, error) {
	list, next, err := page(ctx, s, "ListControls", in, in.NextToken, in.MaxResults, pageSize, controls.All(), matches(in.Filter), func(c *controls.Control) api.ControlSummary {
		out := api.ControlSummary{
			Arn: ref(ctx, catalog.KindControl, c.ID), Name: &c.Name, Description: &c.Description, Aliases: c.Aliases,
			Behavior: new(api.ControlBehaviorDetective), CreateTime: &catalog.Released, GovernedProviders: []string{provider},
			GovernedResources: c.Resources, ParameterRequirementSummary: new(parameterSummary(c)), Severity: severity(c),
		}
		if c.Type != "" {
			out.Implementation = &api.ImplementationSummary{Type: &c.Type, Identifier: &c.Identifier}
		}
		return out
	})
	return &api.ListControlsResponse{Controls: list, NextToken: next}, err
}

// matches reads the filter: what is given must all hold.
func matches(f *api.ControlFilter) func(*controls.Control) bool {
	if f == nil {
		return all
	}
	var types, identifiers []string
	if f.Implementations != nil {
		types, identifiers = f.Implementations.Types, f.Implementations.Identifiers
	}
	return func(c *controls.Control) bool {
		return (len(f.GovernedProviders) == 0 || slices.Contains(f.GovernedProviders, provider)) &&
			(len(types) == 0 || slices.Contains(types, c.Type)) && (len(identifiers) == 0 || slices.Contains(identifiers, c.Identifier))
	}
}

func (s *Service) getControl(ctx context.Context, in *api.GetControlRequest) (*api.GetControlResponse, error) {
	c, ok := controls.Find(awswire.Val(in.ControlArn))
	if !ok {
		return nil, awswire.Errorf("ResourceNotFoundException", "There is no control %s in the catalog. ListControls gives the ARNs of all.", awswire.Val(in.ControlArn))
	}
	out := &api.GetControlResponse{
		Arn: ref(ctx, catalog.KindControl, c.ID), Name: &c.Name, Description: &c.Description, Aliases: c.Aliases,
		Behavior: new(api.ControlBehaviorDetective), CreateTime: &catalog.Released, GovernedProviders: []string{provider},
		GovernedResources: c.Resources, ParameterRequirementSummary: new(parameterSummary(c)), Severity: severity(c),
		RegionConfiguration: &api.RegionConfiguration{Scope: new(api.ControlScopeGlobal)},
	}
	if !c.Global() {
		out.RegionConfiguration = &api.RegionConfiguration{
			Scope: new(api.ControlScopeRegional), DeployableRegions: controls.Regions(arn.Partition(awswire.CallerFrom(ctx).Region)),
		}
	}
	if c.Type != "" {
		out.Implementation = &api.ImplementationDetails{Type: &c.Type, Identifier: &c.Identifier}
	}
	for _, p := range c.Params {
		requirement := api.ControlParameterRequirementOptional
		if p.Required {
			requirement = api.ControlParameterRequirementRequired
		}
		out.Parameters = append(out.Parameters, api.ControlParameter{Name: new(p.Name), Requirement: &requirement})
	}
	return out, nil
}

// parameterSummary tells whether a control cannot do, or can do, without parameters.
func parameterSummary(c *controls.Control) string {
	switch {
	case len(c.Params) == 0:
		return api.ParameterRequirementSummaryNone
	case slices.ContainsFunc(c.Params, func(p controls.Param) bool { return p.Required }):
		return api.ParameterRequirementSummaryRequired
	}
	return api.ParameterRequirementSummaryOptional
}

func severity(c *controls.Control) *string {
	if c.Severity == "" {
		return nil
	}
	return &c.Severity
}
