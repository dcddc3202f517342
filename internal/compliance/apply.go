package compliance

import (
	"encoding/hex"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// batch writes outcomes of one account in one transaction.
type batch struct {
	tx        Tx
	account   string
	rules     map[int64]*instance
	revisions map[int64]string
	records   map[inventory.Key]*Record
	changed   map[inventory.Key]bool

	counts       map[int64]*Counts
	at           time.Time
	failures     map[int64]*failures
	remove, add  []Dependent
	evaluations  map[string][]Evaluation // by region of the rule
	errors       map[int64]string
	outcomes     int // how many there are
	changedCount int64
	asks         []posed
}

// posed is a question to put with the batch.
type posed struct {
	at Place
	*Invocation
}

type failures struct{ add, remove []inventory.Key }

// apply writes outcomes: new verdicts and changes of verdicts. It reports how many there were. What has an equal key
// and verdict writes nothing but the rule's Evaluated; what is older than the stored verdict, or was judged by a
// revision of the rule that is no longer deployed, is dropped.
func apply(tx Tx, account string, instances []*instance, outcomes []outcome) (int64, error) {
	b := &batch{
		tx: tx, account: account, rules: map[int64]*instance{}, changed: map[inventory.Key]bool{}, counts: map[int64]*Counts{},
		outcomes: len(outcomes), failures: map[int64]*failures{}, evaluations: map[string][]Evaluation{}, errors: map[int64]string{}, records: map[inventory.Key]*Record{},
	}
	for _, in := range instances {
		b.rules[in.N] = in
	}
	var err error
	if b.revisions, err = tx.RuleRevisions(account); err != nil {
		return 0, err
	}
	if err := b.read(outcomes); err != nil {
		return 0, err
	}
	for i := range outcomes {
		b.one(&outcomes[i])
	}
	return b.changedCount, b.write()
}

func (b *batch) read(outcomes []outcome) error {
	keys := make([]inventory.Key, 0, len(outcomes))
	for i := range outcomes {
		if i == 0 || outcomes[i].subject != outcomes[i-1].subject {
			keys = append(keys, outcomes[i].subject)
		}
	}
	found, err := b.tx.Verdicts(b.account, keys)
	for k, r := range found {
		b.records[k] = &r
	}
	return err
}

func (b *batch) one(o *outcome) {
	r := b.records[o.subject]
	if o.in == nil {
		if r != nil {
			for i := range r.Entries {
				b.leave(o, &r.Entries[i])
			}
			r.Entries = nil
			b.changed[o.subject] = true
		}
		return
	}
	if b.revisions[o.in.N] != o.in.revision {
		return
	}
	if o.in.invokes() && o.given.IsZero() && o.result.Verdict == 0 && o.left == "" {
		b.invoke(o.in, o.ask)
		return
	}
	b.count(o.in.N)
	b.at = o.at
	if o.failed != nil {
		b.errors[o.in.N] = o.failed.Error()
	}
	if o.left != "" {
		if r != nil {
			if e := r.entry(o.in.N); e != nil {
				b.leave(o, e)
				r.Entries = slices.DeleteFunc(r.Entries, func(e Entry) bool { return e.N == o.in.N })
				b.changed[o.subject] = true
			}
		}
		return
	}
	b.put(o, r)
}

// put stores a verdict.
func (b *batch) put(o *outcome, r *Record) {
	if r == nil {
		r = &Record{Key: o.subject, Entries: make([]Entry, 0, 8)}
		b.records[o.subject] = r
	}
	e := r.entry(o.in.N)
	annotation := o.result.Annotation()
	switch {
	case e == nil:
		r.Entries = append(r.Entries, Entry{N: o.in.N})
		e = &r.Entries[len(r.Entries)-1]
	case !o.given.IsZero() && o.given.Before(e.Ordering), o.at.Before(e.At), e.Key == o.key && e.Verdict == o.result.Verdict && e.Annotation == annotation:
		return
	}
	old := e.Verdict
	if old != o.result.Verdict {
		e.Since = o.at
		b.move(o.in.N, o.subject, old, o.result.Verdict)
		b.evaluation(o, o.result.Verdict.String(), old.String(), annotation)
	}
	if !slices.Equal(e.Deps, o.deps) {
		b.depend(o.in.N, o.subject, e.Deps, o.deps)
	}
	e.Verdict, e.Annotation, e.Key, e.At, e.Ordering, e.Deps = o.result.Verdict, annotation, o.key, o.at, o.ordering(), o.deps
	b.changed[o.subject] = true
}

// leave takes a verdict away; the caller removes the entry.
func (b *batch) leave(o *outcome, e *Entry) {
	in := b.rules[e.N]
	if _, live := b.revisions[e.N]; !live || in == nil {
		return
	}
	b.move(e.N, o.subject, e.Verdict, 0)
	b.depend(e.N, o.subject, e.Deps, nil)
	if o.given.IsZero() {
		b.invoke(in, in.leftInvocation(o.subject, o.in != nil))
	}
	gone := *o
	gone.in = in
	b.at = o.at
	b.evaluation(&gone, "", e.Verdict.String(), o.left)
}

// invoke puts a question, if there is one.
func (b *batch) invoke(in *instance, v *Invocation) {
	if v != nil {
		b.asks = append(b.asks, posed{Place{Account: in.Account, Region: in.Region}, v})
	}
}

func (b *batch) count(n int64) *Counts {
	c := b.counts[n]
	if c == nil {
		c = &Counts{}
		b.counts[n] = c
	}
	return c
}

// move counts a subject from one verdict to another; 0 is none.
func (b *batch) move(n int64, subject inventory.Key, from, to rule.Verdict) {
	c := b.count(n)
	c.Add(from, -1)
	c.Add(to, 1)
	b.changedCount++
	f := b.failures[n]
	if f == nil {
		f = &failures{}
		b.failures[n] = f
	}
	switch {
	case to == rule.NonCompliant:
		f.add = append(f.add, subject)
	case from == rule.NonCompliant:
		f.remove = append(f.remove, subject)
	}
}

func (b *batch) depend(n int64, subject inventory.Key, old, now []Dep) {
	for _, d := range old {
		if !slices.Contains(now, d) {
			b.remove = append(b.remove, Dependent{d, n, subject})
		}
	}
	for _, d := range now {
		if !slices.Contains(old, d) {
			b.add = append(b.add, Dependent{d, n, subject})
		}
	}
}

func (b *batch) evaluation(o *outcome, verdict, previous, annotation string) {
	in := o.in
	e := Evaluation{
		RuleName: in.Name, RuleID: in.ID, Identifier: in.Identifier, Parameters: in.Parameters, ParametersHash: digest(in.Parameters),
		Subject: o.subject, Verdict: verdict, Previous: previous, Annotation: annotation,
		Ordering: o.ordering(), Recorded: o.at, Reads: o.reads, Clock: o.clock,
	}
	if in.def.logic != nil && in.broken == "" {
		e.Logic = in.def.logic.Version()
	}
	if it := o.item; it != nil && len(it.Raw()) > 0 {
		h := it.Hash()
		e.SubjectARN, e.SubjectName, e.StateID, e.Captured, e.Hash = it.ARN, it.Name, it.StateID, it.Captured, hex.EncodeToString(h[:])
	}
	list := b.evaluations[in.Region]
	if list == nil {
		list = make([]Evaluation, 0, b.outcomes)
	}
	b.evaluations[in.Region] = append(list, e)
}

func (b *batch) write() error {
	var records []Record
	for k := range b.changed {
		r := b.records[k]
		// Verdicts of rules that were deleted go when their record is written anyway.
		r.Entries = slices.DeleteFunc(r.Entries, func(e Entry) bool { _, live := b.revisions[e.N]; return !live })
		records = append(records, *r)
	}
	slices.SortFunc(records, func(a, b Record) int { return a.Key.Compare(b.Key) })
	if err := b.tx.PutVerdicts(b.account, records); err != nil {
		return err
	}
	if err := b.tx.ChangeDependents(b.account, b.remove, b.add); err != nil {
		return err
	}
	for region, evaluations := range b.evaluations {
		if err := b.tx.AppendEvaluations(b.account, region, evaluations); err != nil {
			return err
		}
	}
	for _, a := range b.asks {
		if err := invoke(b.tx, a.at, *a.Invocation); err != nil {
			return err
		}
	}
	for n, c := range b.counts {
		if err := b.writeRule(n, *c); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) writeRule(n int64, c Counts) error {
	in := b.rules[n]
	if f := b.failures[n]; f != nil {
		if err := b.tx.RemoveFailures(b.account, n, f.remove); err != nil {
			return err
		}
		if err := b.tx.AddFailures(b.account, n, f.add); err != nil {
			return err
		}
	}
	if err := b.tx.CountVerdicts(b.account, in.Region, n, c, b.at); err != nil {
		return err
	}
	why := b.errors[n]
	if why == "" {
		return nil
	}
	s, err := ruleState(b.tx, Place{Account: b.account, Region: in.Region}, n)
	if err != nil {
		return err
	}
	s.Failed, s.Error = b.at, why
	return b.tx.PutRuleState(s)
}
