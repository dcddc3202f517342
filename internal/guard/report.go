package guard

import (
	"strings"

	"github.com/tickmark/tickmark/internal/tree"
)

// Report is what a file of rules says of a document.
type Report struct {
	Document string
	File     string
	Status   Status
	Rules    []RuleResult
}

// RuleResult is the outcome of one rule, with the checks that failed when they were asked for.
type RuleResult struct {
	Name    string
	Line    int
	Status  Status
	Message string
	Checks  []Check
}

// Check is a check that failed, or a block with such checks.
type Check struct {
	Kind      string // Clause, Unresolved, Block, Disjunction, Rule
	Context   string // the text of the rules
	Line      int    // in the rules
	Message   string // the rules' own
	Error     string
	Operator  string
	Not       bool
	From, To  *Reported
	Remaining string // the part of the query that was not found
	Checks    []Check
}

// Reported is a value as a report shows it.
type Reported struct {
	Path      string
	Line, Col int // in the document, from 1; 0 when unknown
	Value     string
}

// Status of each rule, names together: what tests expect.
func (p *Report) ByName() map[string][]Status {
	out := map[string][]Status{}
	for _, r := range p.Rules {
		out[r.Name] = append(out[r.Name], r.Status)
	}
	return out
}

func (r *run) report() *Report {
	p := &Report{Document: r.doc.Name, File: r.file.Name, Status: Skip, Rules: make([]RuleResult, 0, len(r.file.rules))}
	for i, def := range r.file.rules {
		s := r.status[i]
		if s == Fail || (s == Pass && p.Status == Skip) {
			p.Status = s
		}
		p.Rules = append(p.Rules, RuleResult{def.name, def.line, s, def.message, r.checks[i]})
	}
	return p
}

// note keeps a failing check when somebody asked why.
func (r *run) note(line int, c Check) {
	if r.trace != nil {
		c.Line = line
		*r.trace = append(*r.trace, c)
	}
}

// failed describes why one value does not pass a clause.
func (r *run) failed(c *clause, from result, to *Value) Check {
	check := Check{Kind: "Clause", Context: c.text, Message: c.message, Operator: c.op.text, Not: c.op.not || (c.negated && !c.op.binary)}
	check.From = r.reported(from.v)
	if from.miss != nil {
		check.Kind, check.Remaining = "Unresolved", from.miss.remaining()
		check.Error = r.absence(from)
		return check
	}
	if to != nil {
		check.To = r.reported(*to)
		check.Error = "Check was not compliant as property value " + check.From.String() + " is not " + c.op.text + " " + check.To.String() + "."
		return check
	}
	verb := "is"
	if check.Not == c.op.not && c.op.not {
		verb = "does not pass"
	}
	if verb == "is" {
		verb = "fails"
	}
	check.Error = "Check was not compliant as property value " + check.From.String() + " " + verb + ": " + c.op.text + "."
	return check
}

func (r *run) absence(x result) string {
	return "Check was not compliant as property [" + x.miss.remaining() + "] is missing: " + x.miss.reason + ". Value traversed to " + r.reported(x.v).String() + "."
}

func (r *run) reported(v Value) *Reported {
	p := &Reported{Value: v.JSON()}
	if n := v.origin(); n.Kind() != tree.Absent {
		p.Path = r.doc.path(n)
		p.Line, p.Col = r.doc.where(n)
	}
	return p
}

// String is the form of messages.
func (p *Reported) String() string {
	if p.Path == "" {
		return clip(p.Value, 200)
	}
	return clip(p.Value, 200) + " at " + p.Path
}

// Messages are the texts of the failing checks, in order and each once: the rules' own where they have one.
func (r *RuleResult) Messages() []string {
	var out []string
	seen := map[string]bool{}
	var visit func(checks []Check, own string)
	visit = func(checks []Check, own string) {
		for _, c := range checks {
			m := c.Message
			if m == "" {
				m = own
			}
			if len(c.Checks) > 0 {
				visit(c.Checks, m)
				continue
			}
			if m == "" {
				m = c.Error
			}
			if m = squeeze(m); m != "" && !seen[m] {
				seen[m] = true
				out = append(out, m)
			}
		}
	}
	visit(r.Checks, r.Message)
	return out
}

func contains(s, part string) bool { return strings.Contains(s, part) }
