// Package guard is an engine of the Guard policy language: rules are read once, with the place of every mistake, into a
// compiled form that judges documents straight on their compact tree; verdicts come first, and what explains a failure
// is built only when a rule has failed.
//
// # What it does
//
// Statuses, scopes, queries, comparisons and functions are those of version 3.1, which guard-2.x.x of AWS Config means;
// Dialect switches on what later versions do otherwise. Every input has a limit: the size and nesting of rules, the
// length and the written-out size of regular expressions, the values that one evaluation looks at.
//
// # Where it differs
//
//   - Regular expressions are RE2: look-ahead, look-behind, back-references and atomic groups are refused when the rules
//     are read, with their place, because the time they take cannot be bounded. \d, \w, \s and \b know ASCII only.
//   - References to rules that do not exist, and calls with a wrong number of arguments, are errors of the file, also
//     where they would never be reached.
//   - Numbers with a point may be negative. A filter behind an index, a filter or this is an ordinary filter.
//   - Rules that refer to themselves, and variables that are defined by themselves, end the evaluation with an error.
//   - A YAML document is one document; not a number and infinities are strings.
package guard
