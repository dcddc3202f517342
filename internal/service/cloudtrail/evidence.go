package cloudtrail

import (
	"context"
	"encoding/json"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/lake"
)

// sight is what the caller may see of the account's evidence, as the Lake keeps it with a query.
func (s *Service) sight(ctx context.Context) (json.RawMessage, error) {
	if s.Sight == nil {
		return nil, nil
	}
	v, err := s.Sight(ctx)
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

// whole reports whether the caller may do an operation for all that the account has, not for evidence alone.
func whole(ctx context.Context, operation string) bool {
	who := authz.CallerFrom(ctx)
	return authz.DecideWhole(who, "cloudtrail", operation, awswire.CallerFrom(ctx).Account) == nil
}

// mayKnow hides a query that showed more than the caller may see: queries on events from who has no grant for the whole
// account, queries on evidence from who sees less of it than the one who asked.
func (s *Service) mayKnow(ctx context.Context, operation string, q *lake.Query, err error) error {
	if err != nil {
		return err
	}
	some, only := s.Lake.Evident(q)
	if !only && !whole(ctx, operation) {
		return fault.Missing("query", q.ID).With("QueryIdNotFoundException")
	}
	if !some || s.Sight == nil {
		return nil
	}
	now, err := s.Sight(ctx)
	if err != nil {
		return err
	}
	var then finder.Sight
	if err := json.Unmarshal(q.Sight, &then); err != nil {
		return err
	}
	if !now.Covers(&then) {
		return fault.Missing("query", q.ID).With("QueryIdNotFoundException")
	}
	return nil
}

// known leaves out of a list the queries that the caller may not know.
func (s *Service) known(ctx context.Context, list []lake.Query) ([]lake.Query, error) {
	kept := list[:0]
	for i := range list {
		switch err := s.mayKnow(ctx, "ListQueries", &list[i], nil); {
		case err == nil:
			kept = append(kept, list[i])
		case fault.KindOf(err) != fault.NotFound:
			return nil, err
		}
	}
	return kept, nil
}
