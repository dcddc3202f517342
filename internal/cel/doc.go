// Package cel judges configuration items by expressions in the Common Expression Language. An expression is compiled
// once, against declared variables, with the place of every mistake; what it may cost is bounded when it is compiled
// and when it runs.
//
// An expression sees one item under the names of the API form (resourceType, configuration, tags ...), the rule's
// parameters as parameters, and the time as now. It yields true (COMPLIANT), false (NON_COMPLIANT), or a string: the
// name of a verdict, and behind a colon why.
//
// # What is missing never passes
//
// Reading a member that is not there, or is null, ends the evaluation without a verdict, unless another side of the
// expression decides it (a false beside &&, a true beside ||). An author who means something by absence says so: with
// has(x.y), or with x.?y.orValue(z).
//
// # What is left out
//
// Beside the standard library there are json, lowerAscii and split, which never make more than they are given. The
// extensions that write longer strings than they read (format, replace, join) are left out.
package cel
