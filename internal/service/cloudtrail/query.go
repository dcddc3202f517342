package cloudtrail

import (
	"context"
	"encoding/hex"
	"strconv"

	"github.com/tickmark/tickmark/internal/authz"
	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/lake"
)

// rowsPage is how many rows of results are given when the request names no number.
const rowsPage = 1000

func (s *Service) registerQueries(r *awswire.Registry) map[string]string {
	api.OnStartQuery(r, s.startQuery)
	api.OnDescribeQuery(r, s.describeQuery)
	api.OnGetQueryResults(r, s.getQueryResults)
	api.OnListQueries(r, s.listQueries)
	api.OnCancelQuery(r, s.cancelQuery)
	api.OnSearchSampleQueries(r, s.searchSampleQueries)
	api.OnGenerateQuery(r, s.generateQuery)
	return map[string]string{
		"GetQueryResults.MaxQueryResults": "InvalidMaxResultsException", "ListQueries.MaxResults": "InvalidMaxResultsException",
		"ListQueries.QueryStatus": "InvalidQueryStatusException", "StartQuery.QueryStatement": "InvalidQueryStatementException",
		"StartQuery.DeliveryS3Uri": "InvalidS3BucketNameException",
	}
}

func (s *Service) startQuery(ctx context.Context, in *api.StartQueryRequest) (*api.StartQueryResponse, error) {
	st := lake.Statement{
		Text: awswire.Val(in.QueryStatement), Parameters: in.QueryParameters, DeliverTo: awswire.Val(in.DeliveryS3Uri),
		Owner: awswire.Val(in.EventDataStoreOwnerAccountId),
	}
	switch {
	case in.QueryStatement == nil && in.QueryAlias == nil:
		return nil, awswire.Errorf("InvalidParameterException", "The request has neither QueryStatement nor QueryAlias. Give one of them.")
	case in.QueryStatement != nil && in.QueryAlias != nil:
		return nil, awswire.Errorf("InvalidParameterException", "The request has QueryStatement and QueryAlias. Give one of them.")
	case in.QueryAlias != nil:
		var err error
		if st, err = s.Lake.Aliased(ctx, lakePlace(ctx), *in.QueryAlias, st); err != nil {
			return nil, err
		}
	}
	if st.DeliverTo != "" { // who may read may not therefore write
		if err := authz.Decide(authz.CallerFrom(ctx), "s3", "PutObject", awswire.CallerFrom(ctx).Account, ""); err != nil {
			return nil, err
		}
	}
	st.Sight, st.Eventless = s.sight, !whole(ctx, "StartQuery")
	q, err := s.Lake.StartQuery(ctx, lakePlace(ctx), st)
	if err != nil {
		return nil, err
	}
	return &api.StartQueryResponse{QueryId: &q.ID, EventDataStoreOwnerAccountId: in.EventDataStoreOwnerAccountId}, nil
}

func (s *Service) describeQuery(ctx context.Context, in *api.DescribeQueryRequest) (*api.DescribeQueryResponse, error) {
	q, err := s.described(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeQueryResponse{
		QueryId: &q.ID, QueryString: &q.Statement, QueryStatus: &q.Status, ErrorMessage: text(q.Error),
		DeliveryS3Uri: text(q.DeliverTo), DeliveryStatus: text(q.Delivery), EventDataStoreOwnerAccountId: in.EventDataStoreOwnerAccountId,
		QueryStatistics: &api.QueryStatisticsForDescribeQuery{
			EventsMatched: &q.Matched, EventsScanned: &q.Scanned, BytesScanned: &q.Bytes, CreationTime: &q.Created,
		},
	}
	if !q.Started.IsZero() && !q.Ended.IsZero() {
		out.QueryStatistics.ExecutionTimeInMillis = new(q.Ended.Sub(q.Started).Milliseconds())
	}
	return out, nil
}

// described finds a query by its id or by the widget that asked for it.
func (s *Service) described(ctx context.Context, in *api.DescribeQueryRequest) (lake.Query, error) {
	switch {
	case in.QueryId != nil && in.QueryAlias == nil && in.RefreshId == nil:
		q, err := s.Lake.Query(ctx, lakePlace(ctx), awswire.Val(in.EventDataStore), *in.QueryId)
		return q, s.mayKnow(ctx, "DescribeQuery", &q, err)
	case in.QueryId == nil && in.QueryAlias != nil:
		q, err := s.Lake.QueryOf(ctx, lakePlace(ctx), *in.QueryAlias, awswire.Val(in.RefreshId))
		return q, s.mayKnow(ctx, "DescribeQuery", &q, err)
	}
	return lake.Query{}, awswire.Errorf("InvalidParameterException", "Give QueryId, or QueryAlias with or without RefreshId.")
}

func (s *Service) getQueryResults(ctx context.Context, in *api.GetQueryResultsRequest) (*api.GetQueryResultsResponse, error) {
	var at int64
	if _, err := s.Tokens.Open(ctx, "GetQueryResults", awswire.Val(in.NextToken), in, &at); err != nil {
		return nil, err
	}
	asked, err := s.Lake.Query(ctx, lakePlace(ctx), awswire.Val(in.EventDataStore), awswire.Val(in.QueryId))
	if err := s.mayKnow(ctx, "GetQueryResults", &asked, err); err != nil {
		return nil, err
	}
	limit := int(awswire.Val(in.MaxQueryResults))
	if limit == 0 {
		limit = rowsPage
	}
	page, err := s.Lake.Results(ctx, lakePlace(ctx), awswire.Val(in.EventDataStore), awswire.Val(in.QueryId), at, limit)
	if err != nil {
		return nil, err
	}
	out := &api.GetQueryResultsResponse{
		QueryStatus: &page.Status, ErrorMessage: text(page.Error), QueryResultRows: [][]map[string]string{},
		QueryStatistics: &api.QueryStatistics{ResultsCount: new(int64(len(page.Page))), TotalResultsCount: &page.Rows, BytesScanned: &page.Bytes},
	}
	for _, row := range page.Page {
		out.QueryResultRows = append(out.QueryResultRows, cells(page.Columns, row))
	}
	if page.Next != 0 {
		token, err := s.Tokens.Seal(ctx, "GetQueryResults", in, page.Next)
		if err != nil {
			return nil, err
		}
		out.NextToken = &token
	}
	return out, nil
}

// cells is a row as CloudTrail writes it: a map with one key for each column. NULL is the empty text.
func cells(columns []string, row []*string) []map[string]string {
	out := make([]map[string]string, len(row))
	for i, v := range row {
		out[i] = map[string]string{columns[i]: awswire.Val(v)}
	}
	return out
}

func (s *Service) listQueries(ctx context.Context, in *api.ListQueriesRequest) (*api.ListQueriesResponse, error) {
	w := lake.Wanted{Store: awswire.Val(in.EventDataStore), Status: awswire.Val(in.QueryStatus), From: awswire.Val(in.StartTime), To: awswire.Val(in.EndTime)}
	if in.StartTime != nil && in.EndTime != nil && w.From.After(w.To) {
		return nil, awswire.Errorf("InvalidDateRangeException", "StartTime is after EndTime. Exchange them.")
	}
	list, err := s.Lake.Queries(ctx, lakePlace(ctx), w)
	if err != nil {
		return nil, err
	}
	if list, err = s.known(ctx, list); err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.Tokens, "ListQueries", in, in.NextToken, in.MaxResults, lakePage, list, func(q *lake.Query) string { return inverted(q.ID) })
	if err != nil {
		return nil, err
	}
	out := &api.ListQueriesResponse{Queries: []api.Query{}, NextToken: next}
	for _, q := range page {
		out.Queries = append(out.Queries, api.Query{QueryId: &q.ID, QueryStatus: &q.Status, CreationTime: &q.Created})
	}
	return out, nil
}

// inverted turns the order of ids around: pages go by ascending keys, and the newest query comes first.
func inverted(id string) string {
	b := []byte(id)
	for i := range b {
		b[i] = ^b[i]
	}
	return hex.EncodeToString(b)
}

func (s *Service) cancelQuery(ctx context.Context, in *api.CancelQueryRequest) (*api.CancelQueryResponse, error) {
	asked, err := s.Lake.Query(ctx, lakePlace(ctx), awswire.Val(in.EventDataStore), awswire.Val(in.QueryId))
	if err := s.mayKnow(ctx, "CancelQuery", &asked, err); err != nil {
		return nil, err
	}
	q, err := s.Lake.CancelQuery(ctx, lakePlace(ctx), awswire.Val(in.EventDataStore), awswire.Val(in.QueryId))
	if err != nil {
		return nil, err
	}
	return &api.CancelQueryResponse{QueryId: &q.ID, QueryStatus: &q.Status, EventDataStoreOwnerAccountId: in.EventDataStoreOwnerAccountId}, nil
}

func (s *Service) searchSampleQueries(ctx context.Context, in *api.SearchSampleQueriesRequest) (*api.SearchSampleQueriesResponse, error) {
	found := lake.SearchSamples(awswire.Val(in.SearchPhrase))
	// Pages go by keys: the place in the order of relevance is one, as the samples do not change.
	place := map[string]string{}
	for i, f := range found {
		place[f.Name] = strconv.Itoa(1000 + i)
	}
	page, next, err := awswire.Page(ctx, s.Tokens, "SearchSampleQueries", in, in.NextToken, in.MaxResults, 50, found, func(f *lake.Found) string { return place[f.Name] })
	if err != nil {
		return nil, err
	}
	out := &api.SearchSampleQueriesResponse{SearchResults: []api.SearchSampleQueriesSearchResult{}, NextToken: next}
	for _, f := range page {
		out.SearchResults = append(out.SearchResults, api.SearchSampleQueriesSearchResult{Name: &f.Name, Description: &f.Description, SQL: &f.SQL, Relevance: new(f.Relevance)})
	}
	return out, nil
}
