// Package trino reads SELECT statements of Trino's dialect, which CloudTrail Lake speaks, into a typed tree, and prints
// a tree as Trino reads it. No text of a statement ever reaches a database engine: what runs is the tree, or what is
// printed from it.
//
// Left out, and refused by name and place: everything but one SELECT (with WITH, VALUES and TABLE), WITH RECURSIVE,
// NATURAL JOIN, TABLESAMPLE, MATCH_RECOGNIZE, table functions, pattern recognition in windows, the JSON_TABLE,
// JSON_VALUE, JSON_QUERY, JSON_EXISTS, JSON_OBJECT and JSON_ARRAY forms, OVERLAPS and FOR VERSION/TIMESTAMP AS OF.
//
// A mistake is a fault InvalidQueryStatementException whose message begins with the place: "line 1:8: ...".
package trino

// MaxLength is how long a statement may be, in characters.
const MaxLength = 10_000

// The limits of a statement's form.
const (
	maxDepth = 150   // levels of nesting
	maxList  = 3_000 // members of one list
)
