package config

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/query"
)

// queryPage is how many stored queries are listed when the request names no number.
const queryPage = 50

func (s *Service) putStoredQuery(ctx context.Context, in *api.PutStoredQueryRequest) (*api.PutStoredQueryResponse, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	q := in.StoredQuery
	if _, err := query.Parse(awswire.Val(q.Expression)); err != nil {
		return nil, fault.Invalidf("Expression", "The expression of the query cannot be stored: %v", err).With("ValidationException")
	}
	stored, err := s.program.PutStoredQuery(ctx, here(ctx), compliance.StoredQuery{
		Name: awswire.Val(q.QueryName), ID: awswire.Val(q.QueryId), ARN: awswire.Val(q.QueryArn),
		Description: awswire.Val(q.Description), Expression: awswire.Val(q.Expression),
	}, tags)
	if err != nil {
		return nil, err
	}
	return &api.PutStoredQueryResponse{QueryArn: new(stored.ARN)}, nil
}

func (s *Service) getStoredQuery(ctx context.Context, in *api.GetStoredQueryRequest) (*api.GetStoredQueryResponse, error) {
	q, err := s.program.StoredQuery(ctx, here(ctx), awswire.Val(in.QueryName))
	if err != nil {
		return nil, err
	}
	return &api.GetStoredQueryResponse{StoredQuery: &api.StoredQuery{
		QueryName: new(q.Name), QueryId: new(q.ID), QueryArn: new(q.ARN), Description: text(q.Description), Expression: new(q.Expression),
	}}, nil
}

func (s *Service) listStoredQueries(ctx context.Context, in *api.ListStoredQueriesRequest) (*api.ListStoredQueriesResponse, error) {
	all, err := s.program.StoredQueries(ctx, here(ctx))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListStoredQueries", in, in.NextToken, in.MaxResults, queryPage, all,
		func(q *compliance.StoredQuery) string { return q.Name })
	if err != nil {
		return nil, err
	}
	out := &api.ListStoredQueriesResponse{StoredQueryMetadata: []api.StoredQueryMetadata{}, NextToken: next}
	for _, q := range page {
		out.StoredQueryMetadata = append(out.StoredQueryMetadata, api.StoredQueryMetadata{
			QueryName: new(q.Name), QueryId: new(q.ID), QueryArn: new(q.ARN), Description: text(q.Description),
		})
	}
	return out, nil
}

func (s *Service) deleteStoredQuery(ctx context.Context, in *api.DeleteStoredQueryRequest) (*api.DeleteStoredQueryResponse, error) {
	return nil, s.program.DeleteStoredQuery(ctx, here(ctx), awswire.Val(in.QueryName))
}
