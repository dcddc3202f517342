package compliance

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// named reads the documents of a scope that have the given names, or all of them, ordered by name; a name that none
// has is the fault that missing makes of it.
func named[T any](tx Tx, c docs.Collection[T], s arn.Scope, names []string, name func(*T) string, missing func(string) *fault.Error) ([]T, error) {
	all, err := c.All(tx, s)
	if err != nil {
		return nil, err
	}
	var out []T
	for _, d := range all {
		if len(names) == 0 || slices.Contains(names, name(&d.Value)) {
			out = append(out, d.Value)
		}
	}
	for _, n := range names {
		if !slices.ContainsFunc(out, func(v T) bool { return name(&v) == n }) {
			return nil, missing(n)
		}
	}
	slices.SortStableFunc(out, func(a, b T) int { return strings.Compare(name(&a), name(&b)) })
	return out, nil
}
