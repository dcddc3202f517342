package config

import (
	"context"
	"slices"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
)

func (s *Service) putConnector(ctx context.Context, in *api.PutConnectorRequest) (*api.PutConnectorResponse, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	azure := in.ConnectorConfiguration.Azure
	if azure == nil {
		return nil, fault.Invalidf("ConnectorConfiguration", "A connector needs the configuration of one provider: azure.").With("ValidationException")
	}
	c, err := s.program.PutConnector(ctx, here(ctx), compliance.Connector{Tenant: awswire.Val(azure.TenantIdentifier), Client: awswire.Val(azure.ClientIdentifier)})
	if err != nil {
		return nil, err
	}
	return &api.PutConnectorResponse{Arn: new(c.ARN)}, s.tagNew(ctx, c.ARN, tags)
}

func (s *Service) getConnector(ctx context.Context, in *api.GetConnectorRequest) (*api.GetConnectorResponse, error) {
	c, err := s.program.Connector(ctx, here(ctx), awswire.Val(in.Arn))
	if err != nil {
		return nil, err
	}
	return &api.GetConnectorResponse{Connector: &api.Connector{
		Arn: new(c.ARN), Name: new(c.Name), CreatedTime: moment(c.Created),
		ConnectorConfiguration: &api.ConnectorConfiguration{Azure: &api.AzureConnectorConfiguration{
			TenantIdentifier: new(c.Tenant), ClientIdentifier: new(c.Client),
		}},
	}}, nil
}

func (s *Service) listConnectors(ctx context.Context, in *api.ListConnectorsRequest) (*api.ListConnectorsResponse, error) {
	list, err := s.program.Connectors(ctx, here(ctx))
	if err != nil {
		return nil, err
	}
	for _, f := range in.Filters {
		if err := oneOf("filterValues", f.FilterValues, compliance.Azure); err != nil {
			return nil, err
		}
		if !slices.Contains(f.FilterValues, compliance.Azure) {
			list = nil // every connector is of this provider
		}
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListConnectors", in, in.NextToken, in.MaxResults, 100, list, func(c *compliance.Connector) string { return c.Name })
	if err != nil {
		return nil, err
	}
	out := &api.ListConnectorsResponse{ConnectorSummaries: []api.ConnectorSummary{}, NextToken: next}
	for _, c := range page {
		out.ConnectorSummaries = append(out.ConnectorSummaries, api.ConnectorSummary{
			Arn: new(c.ARN), Name: new(c.Name), Provider: new(compliance.Azure), TenantIdentifier: new(c.Tenant), CreatedTime: moment(c.Created),
		})
	}
	return out, nil
}

// oneOf refuses values of a filter that it cannot have.
func oneOf(field string, values []string, known ...string) error {
	for _, v := range values {
		if !slices.Contains(known, v) {
			return fault.Invalidf(field, "%q is no value of this filter; use one of %v.", v, known).With("ValidationException")
		}
	}
	return nil
}

func (s *Service) deleteConnector(ctx context.Context, in *api.DeleteConnectorRequest) (*api.DeleteConnectorOutput, error) {
	return nil, s.program.DeleteConnector(ctx, here(ctx), awswire.Val(in.Arn))
}
