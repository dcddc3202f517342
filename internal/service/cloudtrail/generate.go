package cloudtrail

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
)

// generateQuery gives no alias: the statement is to be started as it is.
func (s *Service) generateQuery(ctx context.Context, in *api.GenerateQueryRequest) (*api.GenerateQueryResponse, error) {
	statement, err := s.Lake.GenerateQuery(ctx, lakePlace(ctx), in.EventDataStores, awswire.Val(in.Prompt))
	if err != nil {
		return nil, err
	}
	return &api.GenerateQueryResponse{QueryStatement: &statement}, nil
}
