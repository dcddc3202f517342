package config

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// historyPage is how many items a page of history has when the request does not say.
const historyPage = 10

// place in a history: the item given last.
type place struct {
	Captured int64 `json:"c"`
	StateID  int64 `json:"s"`
}

func (s *Service) getResourceConfigHistory(ctx context.Context, in *api.GetResourceConfigHistoryRequest) (*api.GetResourceConfigHistoryResponse, error) {
	q := inventory.History{From: awswire.Val(in.EarlierTime), To: awswire.Val(in.LaterTime), Forward: awswire.Val(in.ChronologicalOrder) == "Forward"}
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Before(q.From) {
		return nil, fault.Invalidf("laterTime", "The later time %s lies before the earlier time %s.",
			q.To.Format(time.RFC3339), q.From.Format(time.RFC3339)).With("InvalidTimeRangeException")
	}
	limit := historyPage
	if n := awswire.Val(in.Limit); n > 0 {
		limit = int(n)
	}
	q.Limit = limit + 1
	var last place
	more, err := s.tokens.Open(ctx, "GetResourceConfigHistory", awswire.Val(in.NextToken), in, &last)
	if err != nil {
		return nil, err
	}
	if more {
		q.After = &inventory.Version{Item: &inventory.Item{Captured: time.UnixMicro(last.Captured).UTC(), StateID: last.StateID}}
	}
	var versions []inventory.Version
	err = s.items.Read(ctx, func(tx inventory.Tx) error {
		it, err := find(ctx, tx, awswire.Val(in.ResourceType), awswire.Val(in.ResourceId))
		if err != nil {
			return err
		}
		versions, err = tx.ItemHistory(it.Key, q)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &api.GetResourceConfigHistoryResponse{ConfigurationItems: []api.ConfigurationItem{}}
	if len(versions) > limit {
		versions = versions[:limit]
		v := versions[limit-1]
		next, err := s.tokens.Seal(ctx, "GetResourceConfigHistory", in, place{v.Captured.UnixMicro(), v.StateID})
		if err != nil {
			return nil, err
		}
		out.NextToken = &next
	}
	for _, v := range versions {
		item, err := fullItem(v.Item)
		if err != nil {
			return nil, err
		}
		out.ConfigurationItems = append(out.ConfigurationItems, item)
	}
	return out, nil
}

// find is the current state of a resource of the caller's account: in the caller's region, else among the global ones.
func find(ctx context.Context, tx inventory.Tx, typ, id string) (*inventory.Item, error) {
	c := awswire.CallerFrom(ctx)
	it, err := tx.Item(inventory.Key{Account: c.Account, Region: c.Region, Type: typ, ID: id})
	if fault.KindOf(err) == fault.NotFound {
		it, err = tx.Item(inventory.Key{Account: c.Account, Region: arn.Global, Type: typ, ID: id})
	}
	if fault.KindOf(err) == fault.NotFound {
		err = &fault.Error{
			Kind: fault.NotFound, Type: "resource", ID: id, Code: "ResourceNotDiscoveredException",
			Message: "Resource " + id + " of resourceType:" + typ + " is unknown or has not been discovered",
		}
	}
	return it, err
}
