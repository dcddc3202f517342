// Package plan turns a statement's tree into a typed plan: names resolved, types checked, sub-queries made joins,
// conditions moved to the tables they are about. What runs is package exec's.
package plan
