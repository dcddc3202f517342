// Package insight finds unusual rates of API calls and of errors, as CloudTrail Insights does: calls of each API are
// counted by the minute, a minute's surroundings are held against the seven days before, and what is far above them
// becomes an Insights event when it starts and another when it ends.
//
// AWS does not publish its model; docs/insights.md describes ours with its parameters and what it was measured to find.
package insight
