// Package aws is the library of collectors: how the resources of each type of AWS, and the facts of an account, are
// found, read and shaped as AWS Config shapes them. One file declares one type; index.go lists the files' variables;
// testdata has recorded answers and the golden items that come of them.
package aws

import (
	"slices"

	"github.com/tickmark/tickmark/internal/collect"
)

var byName = func() map[string]*collect.Type {
	m := make(map[string]*collect.Type, len(types))
	for _, t := range types {
		if m[t.Name] != nil {
			panic("collect/aws: " + t.Name + " is declared twice")
		}
		m[t.Name] = t
	}
	return m
}()

// Types are all types with a collector, sorted by name.
func Types() []*collect.Type {
	all := slices.Clone(types)
	slices.SortFunc(all, func(a, b *collect.Type) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return all
}

// Of is the collector of a type; nil when there is none.
func Of(name string) *collect.Type { return byName[name] }
