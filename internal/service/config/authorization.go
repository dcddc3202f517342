package config

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
)

func (s *Service) putAggregationAuthorization(ctx context.Context, in *api.PutAggregationAuthorizationRequest) (*api.PutAggregationAuthorizationResponse, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	a, err := s.program.Authorize(ctx, here(ctx), compliance.Place{Account: awswire.Val(in.AuthorizedAccountId), Region: awswire.Val(in.AuthorizedAwsRegion)})
	if err != nil {
		return nil, err
	}
	return &api.PutAggregationAuthorizationResponse{AggregationAuthorization: new(authorization(a))}, s.tagNew(ctx, a.ARN, tags)
}

func authorization(a compliance.Authorization) api.AggregationAuthorization {
	return api.AggregationAuthorization{
		AggregationAuthorizationArn: new(a.ARN), AuthorizedAccountId: new(a.To.Account), AuthorizedAwsRegion: new(a.To.Region), CreationTime: moment(a.Created),
	}
}

func (s *Service) deleteAggregationAuthorization(ctx context.Context, in *api.DeleteAggregationAuthorizationRequest) (*api.DeleteAggregationAuthorizationOutput, error) {
	return nil, s.program.Unauthorize(ctx, here(ctx), compliance.Place{Account: awswire.Val(in.AuthorizedAccountId), Region: awswire.Val(in.AuthorizedAwsRegion)})
}

func (s *Service) describeAggregationAuthorizations(ctx context.Context, in *api.DescribeAggregationAuthorizationsRequest) (*api.DescribeAggregationAuthorizationsResponse, error) {
	list, err := s.program.Authorizations(ctx, here(ctx))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeAggregationAuthorizations", in, in.NextToken, in.Limit, pageSize, list,
		func(a *compliance.Authorization) string { return a.To.Account + " " + a.To.Region })
	if err != nil {
		return nil, err
	}
	out := &api.DescribeAggregationAuthorizationsResponse{AggregationAuthorizations: []api.AggregationAuthorization{}, NextToken: next}
	for _, a := range page {
		out.AggregationAuthorizations = append(out.AggregationAuthorizations, authorization(a))
	}
	return out, nil
}

func (s *Service) describePendingAggregationRequests(ctx context.Context, in *api.DescribePendingAggregationRequestsRequest) (*api.DescribePendingAggregationRequestsResponse, error) {
	list, err := s.program.PendingRequests(ctx, here(ctx))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribePendingAggregationRequests", in, in.NextToken, in.Limit, 20, list,
		func(p *compliance.Place) string { return p.Account + " " + p.Region })
	if err != nil {
		return nil, err
	}
	out := &api.DescribePendingAggregationRequestsResponse{PendingAggregationRequests: []api.PendingAggregationRequest{}, NextToken: next}
	for _, p := range page {
		out.PendingAggregationRequests = append(out.PendingAggregationRequests, api.PendingAggregationRequest{RequesterAccountId: new(p.Account), RequesterAwsRegion: new(p.Region)})
	}
	return out, nil
}

func (s *Service) deletePendingAggregationRequest(ctx context.Context, in *api.DeletePendingAggregationRequestRequest) (*api.DeletePendingAggregationRequestOutput, error) {
	return nil, s.program.DeleteRequest(ctx, here(ctx), compliance.Place{Account: awswire.Val(in.RequesterAccountId), Region: awswire.Val(in.RequesterAwsRegion)})
}
