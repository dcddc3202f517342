// Package plan turns a statement's tree into a typed plan: names resolved, types checked, sub-queries made joins,
// conditions moved to the tables they are about, columns nobody reads left out. What runs it is package exec.
//
// Text in a statement that is compared with a timestamp, a date or a boolean is read as one: CloudTrail Lake compares
// eventTime with text. A query's parameter is text that takes the type of what it is compared with.
//
// Refused by name: sub-queries that use columns around them other than in conditions that can become a join (such ones
// with LIMIT, set operations or UNNEST of those columns), sub-queries in JOIN ON, in window functions and in lambdas,
// DISTINCT and ORDER BY in aggregates over a window.
package plan
