// Package scan judges an estate once: rules are chosen (a conformance pack, a framework, single rules or all), what they
// need is collected, everything is judged, and the result is told in the languages of package scan/tell.
//
// What it promises: every verdict is the one that the deployed rule would give; what could not be read, judged or chosen
// is told as a gap or as left out, and never counts as passed. Memory does not grow with the estate: items lie in a store
// and verdicts in a spool on disk.
package scan

import (
	"iter"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/rule"
)

// Place is an account and a region.
type Place = compliance.Place

// Evaluation is the verdict of one rule on one subject. Its JSON form is a promise to scripts.
type Evaluation struct {
	// Rule is the identifier of the managed rule, or the name of one that is none; Name is its name in the pack, if there
	// is one.
	Rule string `json:"ruleIdentifier"`
	Name string `json:"ruleName,omitempty"`
	// Type and ID are those of the configuration item; an account has the type AWS::::Account and its own id.
	Type       string `json:"resourceType"`
	ID         string `json:"resourceId"`
	Compliance string `json:"complianceType"`
	Annotation string `json:"annotation"`
	Account    string `json:"accountId"`
	Region     string `json:"awsRegion"`
	Severity   string `json:"severity,omitempty"`
	Resource   string `json:"resourceName,omitempty"`
	ARN        string `json:"resourceArn,omitempty"`
	// Controls are the requirements that the pack or framework names for the rule.
	Controls []string `json:"controls,omitempty"`
	// Exception covers a failure; it is then counted apart.
	Exception *Excepted `json:"exception,omitempty"`
	// New tells that the baseline does not have the failure.
	New bool `json:"new,omitempty"`
}

// Excepted tells who decided that a failure is not acted upon.
type Excepted struct {
	Owner   string `json:"owner"`
	Reason  string `json:"reason"`
	Expires string `json:"expires,omitempty"`
}

// Failed reports whether the subject is not compliant and no exception covers it.
func (e *Evaluation) Failed() bool {
	return e.Compliance == rule.NonCompliant.String() && e.Exception == nil
}

// Gap is something that could not be read, and so not be judged.
type Gap struct {
	Account string `json:"accountId"`
	Region  string `json:"awsRegion"`
	What    string `json:"what"`
	Why     string `json:"why"`
}

// LeftOut is a rule that was chosen by a list and cannot be judged as it stands there.
type LeftOut struct {
	Rule string `json:"ruleIdentifier"`
	Why  string `json:"why"`
}

// Rule is what is told of a rule that judged.
type Rule struct {
	Identifier  string   `json:"ruleIdentifier"`
	Title       string   `json:"title"`
	Severity    string   `json:"severity,omitempty"`
	Rationale   string   `json:"rationale,omitempty"`
	Remediation string   `json:"remediation,omitempty"`
	Controls    []string `json:"controls,omitempty"`
}

// Counts are evaluations by what became of them; every evaluation is in exactly one of the first five.
type Counts struct {
	Compliant     int64 `json:"compliant"`
	NonCompliant  int64 `json:"nonCompliant"`
	Excepted      int64 `json:"excepted"`
	NotApplicable int64 `json:"notApplicable"`
	Insufficient  int64 `json:"insufficientData"`
	// New are the NonCompliant that the baseline does not have.
	New int64 `json:"new,omitempty"`
}

// Total is the number of evaluations.
func (c Counts) Total() int64 {
	return c.Compliant + c.NonCompliant + c.Excepted + c.NotApplicable + c.Insufficient
}

func (c *Counts) add(e *Evaluation) {
	switch {
	case e.Compliance == rule.NonCompliant.String() && e.Exception != nil:
		c.Excepted++
	case e.Compliance == rule.NonCompliant.String():
		c.NonCompliant++
		if e.New {
			c.New++
		}
	case e.Compliance == rule.Compliant.String():
		c.Compliant++
	case e.Compliance == rule.NotApplicable.String():
		c.NotApplicable++
	default:
		c.Insufficient++
	}
}

func (c *Counts) plus(o Counts) {
	c.Compliant += o.Compliant
	c.NonCompliant += o.NonCompliant
	c.Excepted += o.Excepted
	c.NotApplicable += o.NotApplicable
	c.Insufficient += o.Insufficient
	c.New += o.New
}

// Report is the result of a scan. Its evaluations lie on disk until it is closed.
type Report struct {
	Tool              string
	Choice            string
	Started, Finished time.Time
	// Incomplete says why the scan ended early; "" for a whole one.
	Incomplete string
	Places     []Place
	Items      int64
	Counts     Counts
	// Failing are the failures that the conditions of --fail-on ask for; without any, all.
	Failing    int64
	ByService  map[string]Counts
	BySeverity map[string]Counts
	Gaps       []Gap
	LeftOut    []LeftOut
	Rules      map[string]Rule
	Baseline   bool

	spool *spool
}

// Evaluations yields all evaluations: by account and region, in each the account first and then the resources by type
// and id. It may be called again and again.
func (r *Report) Evaluations() iter.Seq2[Evaluation, error] { return r.spool.all() }

// Close removes the evaluations from disk.
func (r *Report) Close() error { return r.spool.close() }

// The exit codes of a scan.
const (
	ExitClean        = 0
	ExitNonCompliant = 3
	ExitGaps         = 4
)

// Exit is the exit code: 3 when something fails (of what --fail-on asks for), 4 when nothing does but something is
// missing or nothing was judged, else 0. A scan that was broken off is never clean, whatever is allowed.
func (r *Report) Exit(allowGaps bool) int {
	switch {
	case r.Failing > 0:
		return ExitNonCompliant
	case r.Incomplete != "":
		return ExitGaps
	case allowGaps:
		return ExitClean
	case len(r.Gaps) > 0 || r.Counts.Insufficient > 0 || r.Counts.Total() == 0:
		return ExitGaps
	}
	return ExitClean
}
