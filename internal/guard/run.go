package guard

import (
	"errors"
	"fmt"
)

// Status is the outcome of a rule, of a block or of a clause.
type Status uint8

// The outcomes.
const (
	Skip Status = iota + 1
	Pass
	Fail
)

func (s Status) String() string { return [...]string{"", "SKIP", "PASS", "FAIL"}[s] }

// Limits of one evaluation, against rules that multiply their own results.
const (
	maxSteps   = 50_000_000 // values looked at
	maxResults = 1_000_000  // of one query
	maxCalls   = 64         // rules inside rules
)

// Dialect switches on what versions after 3.1 do otherwise; the zero Dialect is 3.1, as guard-2.x.x means it.
type Dialect struct {
	NumbersMix    bool // whole numbers and such with a point compare by their value
	RangesInLists bool // `in` tries the ranges of a list
	SkipIsSkip    bool // a reference to a skipped rule is skipped
	WhenPerItem   bool // the `when` of a type block is asked of each resource
}

// Options of an evaluation.
type Options struct {
	Now     int64 // seconds since 1970: what now() answers
	Detail  bool  // tell why rules fail
	Dialect Dialect
}

// run is one evaluation of one file on one document.
type run struct {
	file     *File
	doc      *Document
	now      int64
	dialect  Dialect
	root     *scope
	status   []Status
	active   []bool
	captures map[string][]Value
	pool     [][]result
	steps    int
	calls    int
	err      error
	trace    *[]Check // where failing checks are noted; nil when nobody asks
	detail   bool
	checks   [][]Check // by rule
}

// Evaluate judges a document by every rule of the file. Verdicts come first; only when some rule fails and Detail is
// wanted, the rules run again and note why.
func (f *File) Evaluate(doc *Document, o Options) (*Report, error) {
	r := f.start(doc, o)
	if r.err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, r.err)
	}
	report := r.report()
	if !o.Detail || report.Status != Fail {
		return report, nil
	}
	why := f.prepare(doc, o)
	why.detail = true
	why.all()
	if why.err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, why.err)
	}
	return why.report(), nil
}

func (f *File) start(doc *Document, o Options) *run {
	r := f.prepare(doc, o)
	r.all()
	return r
}

func (f *File) prepare(doc *Document, o Options) *run {
	r := &run{file: f, doc: doc, now: o.Now, dialect: o.Dialect}
	r.status, r.active, r.checks = make([]Status, len(f.rules)), make([]bool, len(f.rules)), make([][]Check, len(f.rules))
	r.root = &scope{decls: &f.decls, ctx: doc.root()}
	return r
}

func (r *run) all() {
	for i := range r.file.rules {
		if r.rule(i); r.err != nil {
			return
		}
	}
}

// fail ends the evaluation with an error: the first one counts.
func (r *run) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

var errBudget = errors.New("the evaluation looked at more values than it may; are queries nested in each other?")

// tick counts work and tells whether to go on.
func (r *run) tick(n int) bool {
	if r.steps += n; r.steps > maxSteps && r.err == nil {
		r.err = errBudget
	}
	return r.err == nil
}

// rule is the status of a rule, evaluated once.
func (r *run) rule(i int) Status {
	if r.status[i] != 0 {
		return r.status[i]
	}
	def := r.file.rules[i]
	if r.active[i] || r.calls >= maxCalls {
		r.fail("rule %q (line %d) refers to itself", def.name, def.line)
		return Fail
	}
	r.active[i] = true
	r.calls++
	trace := r.trace
	r.trace = nil
	status := Skip
	if def.when == nil || def.when.eval(r, r.root, r.root.ctx) == Pass {
		if r.detail {
			r.trace = &r.checks[i]
		}
		status = def.body.eval(r, r.root, r.root.ctx)
	}
	r.trace = trace
	r.calls--
	r.active[i] = false
	r.status[i] = status
	return status
}

// named is the status of all rules of a name: the first that is not skipped.
func (r *run) named(name string) Status {
	for _, i := range r.file.byName[name] {
		if s := r.rule(i); s != Skip || r.err != nil {
			return s
		}
	}
	return Skip
}

// quiet evaluates conditions, whose failures are nobody's fault.
func (r *run) quiet(c *cnf, sc *scope, ctx Value) Status {
	trace := r.trace
	r.trace = nil
	status := c.eval(r, sc, ctx)
	r.trace = trace
	return status
}
