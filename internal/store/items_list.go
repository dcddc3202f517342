package store

import (
	"database/sql"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// ItemFeeds implements inventory.Tx. There is a feed for each account and region that has items, so listings walk
// the feeds in their scope, and each of their queries stays inside one account and region.
func (tx *Tx) ItemFeeds(s arn.Scope) ([]inventory.Feed, error) {
	return tx.feedsFrom(s, inventory.Key{})
}

func (tx *Tx) feedsFrom(s arn.Scope, from inventory.Key) ([]inventory.Feed, error) {
	where, args := scoped(s, "account", "region")
	return collect(tx, func(r *sql.Rows) (inventory.Feed, error) {
		var f inventory.Feed
		err := r.Scan(&f.Account, &f.Region, &f.Last)
		return f, err
	}, "SELECT account, region, last FROM feeds WHERE "+where+" AND (account, region) >= (?,?) ORDER BY account, region",
		append(args, from.Account, from.Region)...)
}

// walk calls page for each account, region and wanted type in order, beginning behind a key, until the limit is
// reached; limit 0 means all. Page gets the type "" when all types are wanted.
func (tx *Tx) walk(s arn.Scope, f inventory.Filter, after inventory.Key, limit int,
	page func(feed inventory.Feed, typ string, after inventory.Key, limit int) ([]*inventory.Item, error),
) ([]*inventory.Item, error) {
	feeds, err := tx.feedsFrom(s, after)
	if err != nil {
		return nil, err
	}
	types := []string{""}
	if len(f.Types) > 0 {
		types = slices.Compact(slices.Sorted(slices.Values(f.Types)))
	}
	var out []*inventory.Item
	for _, feed := range feeds {
		begin := inventory.Key{}
		if feed.Account == after.Account && feed.Region == after.Region {
			begin = after
		}
		for _, typ := range types {
			if typ != "" && typ < begin.Type {
				continue
			}
			rest := 0
			if limit > 0 {
				if rest = limit - len(out); rest <= 0 {
					return out, nil
				}
			}
			from := begin
			if typ != "" && typ != begin.Type {
				from = inventory.Key{Type: typ}
			}
			items, err := page(feed, typ, from, rest)
			if err != nil {
				return nil, err
			}
			out = append(out, items...)
		}
	}
	return out, nil
}

// Items implements inventory.Tx.
func (tx *Tx) Items(s arn.Scope, f inventory.Filter, after inventory.Key, limit int) ([]*inventory.Item, error) {
	return tx.walk(s, f, after, limit, func(feed inventory.Feed, typ string, after inventory.Key, limit int) ([]*inventory.Item, error) {
		query, args := "SELECT recorded_at, hash, raw FROM resources WHERE account = ? AND region = ?", []any{feed.Account, feed.Region}
		query, args = behind(query, args, typ, after)
		if !f.Gone {
			query += " AND present = 1"
		}
		query += " ORDER BY type, id"
		if limit > 0 {
			query, args = query+" LIMIT ?", append(args, limit)
		}
		return collect(tx, func(r *sql.Rows) (*inventory.Item, error) { return restoreItem(r) }, query, args...)
	})
}

// behind narrows a query on resources to a type and to what follows a key.
func behind(query string, args []any, typ string, after inventory.Key) (string, []any) {
	if typ != "" {
		return query + " AND type = ? AND id > ?", append(args, typ, after.ID)
	}
	return query + " AND (type, id) > (?,?)", append(args, after.Type, after.ID)
}

// ItemByARN implements inventory.Tx.
func (tx *Tx) ItemByARN(s arn.Scope, name string) (*inventory.Item, error) {
	if name != "" && name == indexable(name) {
		items, err := tx.itemsWhere("arn = ? AND arn <> '' ORDER BY present DESC, account, region, type, id", name)
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			if s.Sees(it.Account, it.Region) {
				return it, nil
			}
		}
	}
	return nil, fault.Missing("resource", name)
}

func (tx *Tx) itemsWhere(where string, args ...any) ([]*inventory.Item, error) {
	return collect(tx, func(r *sql.Rows) (*inventory.Item, error) { return restoreItem(r) },
		"SELECT recorded_at, hash, raw FROM resources WHERE "+where, args...)
}

// ItemsNamed implements inventory.Tx.
func (tx *Tx) ItemsNamed(s arn.Scope, typ, name string) ([]*inventory.Item, error) {
	if name == "" || name != indexable(name) {
		return nil, nil
	}
	where, args := scoped(s, "account", "region")
	return tx.itemsWhere(where+" AND type = ? AND name = ? AND name <> '' AND present = 1 ORDER BY account, region, type, id", append(args, typ, name)...)
}

// ItemCounts implements inventory.Tx: all resources less those that are gone, both counted in an index.
func (tx *Tx) ItemCounts(s arn.Scope, types ...string) ([]inventory.Count, error) {
	where, args := scoped(s, "account", "region")
	if len(types) > 0 {
		where += " AND type IN (" + marks(len(types)) + ")"
		for _, t := range types {
			args = append(args, t)
		}
	}
	count := func(extra string) ([]inventory.Count, error) {
		return collect(tx, func(r *sql.Rows) (inventory.Count, error) {
			var c inventory.Count
			err := r.Scan(&c.Account, &c.Region, &c.Type, &c.Items)
			return c, err
		}, "SELECT account, region, type, COUNT(*) FROM resources WHERE "+where+extra+" GROUP BY account, region, type ORDER BY account, region, type", args...)
	}
	all, err := count("")
	if err != nil {
		return nil, err
	}
	gone, err := count(" AND present = 0")
	if err != nil {
		return nil, err
	}
	minus := map[inventory.Key]int64{}
	for _, c := range gone {
		minus[inventory.Key{Account: c.Account, Region: c.Region, Type: c.Type}] = c.Items
	}
	for i, c := range all {
		all[i].Items -= minus[inventory.Key{Account: c.Account, Region: c.Region, Type: c.Type}]
	}
	return slices.DeleteFunc(all, func(c inventory.Count) bool { return c.Items == 0 }), nil
}
