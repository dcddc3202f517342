package config

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/query"
)

func (s *Service) registerQueries(r *awswire.Registry) {
	api.OnSelectResourceConfig(r, s.selectResourceConfig)
	api.OnSelectAggregateResourceConfig(r, s.selectAggregateResourceConfig)
	api.OnPutStoredQuery(r, s.putStoredQuery)
	api.OnGetStoredQuery(r, s.getStoredQuery)
	api.OnListStoredQueries(r, s.listStoredQueries)
	api.OnDeleteStoredQuery(r, s.deleteStoredQuery)
}

// The sizes of a page of results when the request names none.
const (
	rowPage   = 25
	groupPage = 500
)

func (s *Service) selectResourceConfig(ctx context.Context, in *api.SelectResourceConfigRequest) (*api.SelectResourceConfigResponse, error) {
	st, err := query.Parse(awswire.Val(in.Expression))
	if err != nil {
		return nil, err
	}
	r := query.Request{Scope: seen(ctx), Limit: int(awswire.Val(in.Limit))}
	rows, next, err := s.run(ctx, "SelectResourceConfig", in, in.NextToken, st, r)
	if err != nil {
		return nil, err
	}
	return &api.SelectResourceConfigResponse{QueryInfo: info(st), Results: rows, NextToken: next}, nil
}

func (s *Service) selectAggregateResourceConfig(ctx context.Context, in *api.SelectAggregateResourceConfigRequest) (*api.SelectAggregateResourceConfigResponse, error) {
	st, err := query.Parse(awswire.Val(in.Expression))
	if err != nil {
		return nil, err
	}
	src, err := s.sources(ctx, in.ConfigurationAggregatorName)
	if err != nil {
		return nil, err
	}
	limit := awswire.Val(in.Limit)
	if n := awswire.Val(in.MaxResults); limit != 0 && n != 0 && n != limit {
		return nil, fault.Invalidf("MaxResults", "Limit and MaxResults ask for different sizes of a page: give one of them.").With("InvalidLimitException")
	} else if n != 0 {
		limit = n
	}
	r := query.Request{Scope: src.scope(), Limit: int(limit), Sees: func(account, region, typ string) bool {
		return src.Sees(account, region) && src.takes(typ)
	}}
	rows, next, err := s.run(ctx, "SelectAggregateResourceConfig", in, in.NextToken, st, r)
	if err != nil {
		return nil, err
	}
	return &api.SelectAggregateResourceConfigResponse{QueryInfo: info(st), Results: rows, NextToken: next}, nil
}

func info(st *query.Statement) *api.QueryInfo {
	out := &api.QueryInfo{SelectFields: []api.FieldInfo{}}
	for _, c := range st.Columns() {
		out.SelectFields = append(out.SelectFields, api.FieldInfo{Name: new(c)})
	}
	return out
}

// run gives one page of a statement's results.
func (s *Service) run(ctx context.Context, op string, in any, token *string, st *query.Statement, r query.Request) ([]string, *string, error) {
	if r.Limit == 0 {
		if r.Limit = rowPage; st.Aggregates() {
			r.Limit = groupPage
		}
	}
	if _, err := s.tokens.Open(ctx, op, awswire.Val(token), in, &r.After); err != nil {
		return nil, nil, err
	}
	var page query.Page
	err := s.items.Read(ctx, func(tx inventory.Tx) (err error) {
		page, err = st.Run(tx, r)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	rows := append([]string{}, page.Rows...)
	if page.Next == nil {
		return rows, nil, nil
	}
	next, err := s.tokens.Seal(ctx, op, in, page.Next)
	return rows, &next, err
}
