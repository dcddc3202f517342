package awswire

import (
	"context"
	"slices"
	"strings"
)

// Page cuts one page out of a list held in memory. The list is ordered by its unique keys, and a token remembers the
// last key given, so items that come or go between two pages neither repeat nor hide others. limit <= 0 takes size
// items. The token returned is nil on the last page.
func Page[T any](ctx context.Context, t *Tokens, op string, query any, token *string, limit *int64, size int,
	items []T, key func(*T) string,
) ([]T, *string, error) {
	var last string
	more, err := t.Open(ctx, op, Val(token), query, &last)
	if err != nil {
		return nil, nil, err
	}
	if n := Val(limit); n > 0 {
		size = int(n)
	}
	items = slices.Clone(items)
	slices.SortFunc(items, func(a, b T) int { return strings.Compare(key(&a), key(&b)) })
	if more {
		i, found := slices.BinarySearchFunc(items, last, func(item T, last string) int { return strings.Compare(key(&item), last) })
		if found {
			i++
		}
		items = items[i:]
	}
	if len(items) <= size {
		return items, nil, nil
	}
	items = items[:size:size]
	next, err := t.Seal(ctx, op, query, key(&items[size-1]))
	if err != nil {
		return nil, nil, err
	}
	return items, &next, nil
}
