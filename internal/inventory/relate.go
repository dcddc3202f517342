package inventory

import (
	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// Reaches reports whether an edge between two regions is plausible: edges name no region, so both ends lie in one
// region, or one of them is global.
func Reaches(a, b string) bool { return a == b || a == arn.Global || b == arn.Global }

// Target finds the resource to which an edge leads: in the region where the edge begins, then among the global ones,
// and in every region of the account for an edge that begins at a global resource. NotFound when it was never seen.
func Target(tx Tx, from Key, r Relationship) (*Item, error) {
	if r.ID != "" {
		for _, region := range []string{from.Region, arn.Global} {
			it, err := tx.Item(Key{from.Account, region, r.Type, r.ID})
			if fault.KindOf(err) != fault.NotFound || err == nil {
				return it, err
			}
		}
		if from.Region == arn.Global {
			return targetAnywhere(tx, from, r)
		}
		return nil, fault.Missing("resource", r.Type+" "+r.ID)
	}
	region := from.Region
	if region == arn.Global {
		region = ""
	}
	items, err := tx.ItemsNamed(arn.In(from.Account, region), r.Type, r.Name)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, fault.Missing("resource", r.Type+" "+r.Name)
	}
	return items[0], nil
}

func targetAnywhere(tx Tx, from Key, r Relationship) (*Item, error) {
	feeds, err := tx.ItemFeeds(arn.Scope{Accounts: []string{from.Account}})
	if err != nil {
		return nil, err
	}
	for _, f := range feeds {
		it, err := tx.Item(Key{f.Account, f.Region, r.Type, r.ID})
		if fault.KindOf(err) != fault.NotFound || err == nil {
			return it, err
		}
	}
	return nil, fault.Missing("resource", r.Type+" "+r.ID)
}
