// Package rule is the engine of compliance rules. A rule is a declaration (what it is called, when it runs, what it
// judges, which fields it reads and what their absence means) and one small check. A check sees its subject and
// other items only through a Context, so that what it read is known, and a field that is required but absent makes
// the verdict INSUFFICIENT_DATA whatever the check says. Evaluation is pure: the same subject, parameters, view and
// time give the same result. The rules themselves are in package managed.
package rule

import (
	"slices"
	"strings"
)

// Trigger tells when a rule runs.
type Trigger uint8

// The triggers.
const (
	Change   Trigger = iota + 1 // when a subject changes
	Periodic                    // on a schedule
	Hybrid                      // both
	External                    // when a person or a tool outside gives the verdict
)

var triggerNames = [...]string{"", "change", "periodic", "hybrid", "external"}

func (t Trigger) String() string { return triggerNames[t] }

// ParseTrigger reads a trigger's name.
func ParseTrigger(s string) (Trigger, bool) {
	i := slices.Index(triggerNames[:], s)
	return Trigger(max(i, 0)), i > 0
}

// OnChange reports whether a change of a subject runs the rule.
func (t Trigger) OnChange() bool { return t == Change || t == Hybrid }

// OnSchedule reports whether a schedule runs the rule.
func (t Trigger) OnSchedule() bool { return t == Periodic || t == Hybrid }

// Severity is how much a failure matters.
type Severity uint8

// The severities, as Security Hub names them.
const (
	Low Severity = iota + 1
	Medium
	High
	Critical
)

var severityNames = [...]string{"", "LOW", "MEDIUM", "HIGH", "CRITICAL"}

func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads a severity's name.
func ParseSeverity(s string) (Severity, bool) {
	i := slices.Index(severityNames[:], s)
	return Severity(max(i, 0)), i > 0
}

// Subjects tells what a rule judges.
type Subjects uint8

const (
	// EachItem judges every recorded item of the rule's types.
	EachItem Subjects = iota
	// Account judges the account in a region, once: the subject is AccountSubject's.
	Account
	// EveryType judges every recorded resource, whatever its type: a custom rule without types in its scope.
	EveryType
)

// AccountType is the resource type of an account as a subject.
const AccountType = "AWS::::Account"

// Remediation tells how a failure is put right.
type Remediation struct {
	Hint     string // one sentence for a person
	Document string // the Automation document that does it; "" when there is none
}

// Rule declares one rule.
type Rule struct {
	Identifier string   // AWS's SOURCE_IDENTIFIER, or a control id for our own
	Name       string   // the dashed name
	Aliases    []string // other identifiers of the same rule
	Trigger    Trigger
	Types      []string // what may be a subject; empty for an account rule
	Subjects   Subjects
	Params     []Param
	Severity   Severity
	// Rationale says why the rule matters and exactly what counts, in our words.
	Rationale   string
	Remediation Remediation
	// Fields are all fields the check reads, of the subject and of other items.
	Fields []*Field
	// Uses are the types of the other items and account facts the check reads.
	Uses []string
	// Logic is the version of the check; it goes up whenever a verdict could differ from before.
	Logic int
	// Source is a digest of the source text the check was built from.
	Source string
	// Check judges one subject.
	Check func(*Context) Result
}

// Judges reports whether items of a type are subjects of the rule.
func (r *Rule) Judges(typ string) bool {
	switch r.Subjects {
	case Account:
		return typ == AccountType
	case EveryType:
		return IsResource(typ)
	}
	return slices.Contains(r.Types, typ)
}

// Reads are the types of the items and account facts that an evaluation needs, those it judges included.
func (r *Rule) Reads() []string {
	var all []string
	if r.Subjects == EachItem {
		all = append(all, r.Types...)
	}
	all = append(all, r.Uses...)
	for _, f := range r.Fields {
		if f.Type != "" {
			all = append(all, f.Type)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// IsResource reports whether items of a type are resources: not facts of an account, nor verdicts.
func IsResource(typ string) bool {
	switch typ {
	case AccountType, "AWS::Config::ResourceCompliance", "AWS::Config::ConformancePackCompliance":
		return false
	}
	return !strings.HasPrefix(typ, "Tickmark::")
}

// Version names the logic that gave a verdict: identifier and logic version.
func (r *Rule) Version() string { return r.Identifier + "/" + itoa(r.Logic) }
