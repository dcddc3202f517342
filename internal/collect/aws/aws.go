// Package aws is the library of collectors: how the resources of each type of AWS, and the facts of an account, are
// found, read and shaped as AWS Config shapes them. One file declares one type; index.go lists the files' variables;
// testdata has recorded answers and the golden items that come of them.
//
// Known to differ from AWS Config: an edge stands at the end whose API tells it, so a VPC or a subnet has none to what it
// contains. What may be a secret is left out: user data, values of environments, stage variables, headers sent to origins,
// pre-shared keys. Resources that are shared with an account are recorded where they belong. A type's Note says the rest.
package aws

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/collect"
)

// declared are the types of the files, and those of the Cloud Control table that have no file of their own.
var declared = sync.OnceValue(func() map[string]*collect.Type {
	m := make(map[string]*collect.Type, len(types))
	for _, t := range types {
		if m[t.Name] != nil {
			panic("collect/aws: " + t.Name + " is declared twice")
		}
		m[t.Name] = t
	}
	for _, t := range cloudControl() {
		if m[t.Name] == nil {
			m[t.Name] = t
		}
	}
	return m
})

// Types are all types with a collector, sorted by name.
func Types() []*collect.Type {
	all := slices.Collect(maps.Values(declared()))
	slices.SortFunc(all, func(a, b *collect.Type) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Own are the types with a file of their own.
func Own() []*collect.Type { return slices.Clone(types) }

// Of is the collector of a type; nil when there is none.
func Of(name string) *collect.Type { return declared()[name] }
