package config

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// pageSize of listings is also the largest page.
const pageSize = 100

func (s *Service) listDiscoveredResources(ctx context.Context, in *api.ListDiscoveredResourcesRequest) (*api.ListDiscoveredResourcesResponse, error) {
	typ, name := awswire.Val(in.ResourceType), awswire.Val(in.ResourceName)
	if len(in.ResourceIds) > 0 && name != "" {
		return nil, fault.Invalidf("resourceName", "Give resource ids or a resource name, not both.")
	}
	f := inventory.Filter{Types: []string{typ}, Gone: awswire.Val(in.IncludeDeletedResources)}
	wanted := func(it *inventory.Item) bool {
		return it.Status != inventory.NotRecorded && (name == "" || it.Name == name) && (len(in.ResourceIds) == 0 || slices.Contains(in.ResourceIds, it.ID))
	}
	items, next, err := s.listItems(ctx, "ListDiscoveredResources", in, in.NextToken, in.Limit, seen(ctx), f, wanted)
	if err != nil {
		return nil, err
	}
	out := &api.ListDiscoveredResourcesResponse{ResourceIdentifiers: []api.ResourceIdentifier{}, NextToken: next}
	for _, it := range items {
		id := api.ResourceIdentifier{ResourceType: new(it.Type), ResourceId: new(it.ID), ResourceName: text(it.Name)}
		if it.Deleted() {
			id.ResourceDeletionTime = moment(it.Captured)
		}
		out.ResourceIdentifiers = append(out.ResourceIdentifiers, id)
	}
	return out, nil
}

// listItems cuts one page out of the current states in a scope.
func (s *Service) listItems(ctx context.Context, op string, in any, token *string, limit *int64, scope arn.Scope, f inventory.Filter,
	wanted func(*inventory.Item) bool,
) ([]*inventory.Item, *string, error) {
	size := pageSize
	if n := awswire.Val(limit); n > 0 {
		size = int(n)
	}
	var after inventory.Key
	if _, err := s.tokens.Open(ctx, op, awswire.Val(token), in, &after); err != nil {
		return nil, nil, err
	}
	var items []*inventory.Item
	more := false
	err := s.items.Read(ctx, func(tx inventory.Tx) error {
		items, more = nil, false
		from := after
		for {
			page, err := tx.Items(scope, f, from, size)
			if err != nil {
				return err
			}
			for _, it := range page {
				if from = it.Key; !wanted(it) {
					continue
				}
				if more = len(items) == size; more {
					return nil
				}
				items = append(items, it)
			}
			if len(page) < size {
				return nil
			}
		}
	})
	if err != nil || !more {
		return items, nil, err
	}
	next, err := s.tokens.Seal(ctx, op, in, items[size-1].Key)
	return items, &next, err
}

func (s *Service) getDiscoveredResourceCounts(ctx context.Context, in *api.GetDiscoveredResourceCountsRequest) (*api.GetDiscoveredResourceCountsResponse, error) {
	counts, err := s.counts(ctx, seen(ctx))
	if err != nil {
		return nil, err
	}
	out := &api.GetDiscoveredResourceCountsResponse{ResourceCounts: []api.ResourceCount{}, TotalDiscoveredResources: new(int64(0))}
	var list []group
	for _, g := range grouped(counts, func(c inventory.Count) string { return c.Type }) {
		if len(in.ResourceTypes) > 0 && !slices.Contains(in.ResourceTypes, g.name) {
			continue
		}
		*out.TotalDiscoveredResources += g.items
		list = append(list, g)
	}
	page, next, err := awswire.Page(ctx, s.tokens, "GetDiscoveredResourceCounts", in, in.NextToken, in.Limit, pageSize, list, (*group).order)
	if err != nil {
		return nil, err
	}
	out.NextToken = next
	for _, g := range page {
		out.ResourceCounts = append(out.ResourceCounts, api.ResourceCount{ResourceType: new(g.name), Count: new(g.items)})
	}
	return out, nil
}

// counts are the resources in a scope; the account facts are none.
func (s *Service) counts(ctx context.Context, scope arn.Scope) ([]inventory.Count, error) {
	var counts []inventory.Count
	err := s.items.Read(ctx, func(tx inventory.Tx) (err error) {
		counts, err = tx.ItemCounts(scope)
		return err
	})
	return slices.DeleteFunc(counts, func(c inventory.Count) bool { return strings.HasPrefix(c.Type, "Tickmark::") }), err
}

// group is how many resources have something in common.
type group struct {
	name  string
	items int64
}

// order lists the largest groups first.
func (g *group) order() string { return fmt.Sprintf("%019d %s", math.MaxInt64-g.items, g.name) }

func grouped(counts []inventory.Count, by func(inventory.Count) string) []group {
	at := map[string]int{}
	var out []group
	for _, c := range counts {
		i, ok := at[by(c)]
		if !ok {
			i = len(out)
			at[by(c)] = i
			out = append(out, group{name: by(c)})
		}
		out[i].items += c.Items
	}
	return out
}
