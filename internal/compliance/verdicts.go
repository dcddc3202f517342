package compliance

import (
	"context"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// VerdictsOf are all current verdicts of a rule instance, INSUFFICIENT_DATA included: what evidence of a day is made
// of. It is ordered by subject.
func VerdictsOf(tx Tx, r ConfigRule, page Page) (Listing[Result], error) {
	in := newInstance(r)
	var err error
	if in.state, err = ruleState(tx, Place{Account: r.Account, Region: r.Region}, r.N); err != nil {
		return Listing[Result]{}, err
	}
	return scan(tx, arn.In(r.Account, r.Region), in.judged(), page, func(rec *Record) (Result, bool) {
		if e := rec.entry(in.N); e != nil {
			return in.result(rec.Key, e), true
		}
		return Result{}, false
	})
}

// RulesNamed are the rule instances in a scope that a name means: their identifier (or an alias of it), their name,
// or their name in a conformance pack's template.
func RulesNamed(tx Tx, s arn.Scope, name string) ([]RuleView, error) {
	all, err := viewAll(tx, s)
	if err != nil {
		return nil, err
	}
	d, known := lookup(name)
	var out []RuleView
	for _, v := range all {
		if v.Name == name || v.PackRule == name && name != "" || known && strings.EqualFold(v.Identifier, d.Identifier) {
			out = append(out, v)
		}
	}
	return out, nil
}

// EachVerdict calls fn with every current verdict in a scope, page by page: of the rules that a name means, or of all
// when it is empty.
func (p *Program) EachVerdict(ctx context.Context, s arn.Scope, name string, fn func(Result) error) error {
	return p.store.Read(ctx, func(tx Tx) error {
		views, err := viewAll(tx, s)
		if name != "" {
			views, err = RulesNamed(tx, s, name)
		}
		if err != nil {
			return err
		}
		for _, v := range views {
			page := Page{Limit: batchSize}
			for {
				l, err := VerdictsOf(tx, v.ConfigRule, page)
				if err != nil {
					return err
				}
				for _, r := range l.Items {
					if err := fn(r); err != nil {
						return err
					}
				}
				if l.Next == nil {
					break
				}
				page.After = *l.Next
			}
		}
		return nil
	})
}

// EvaluationsSince are the verdict changes of a place after a number of its sequence.
func (p *Program) EvaluationsSince(ctx context.Context, at Place, after int64, limit int) ([]Evaluation, error) {
	return read(ctx, p, func(tx Tx) ([]Evaluation, error) {
		return tx.EvaluationsSince(at.Account, at.Region, after, limit)
	})
}

// endVerdicts notes in the sequence of verdict changes that none of a rule's verdicts stands any longer: one entry
// without a subject.
func endVerdicts(tx Tx, r ConfigRule, why string) error {
	s, err := ruleState(tx, Place{Account: r.Account, Region: r.Region}, r.N)
	if err != nil || s.Counts.Total() == 0 {
		return err
	}
	return tx.AppendEvaluations(r.Account, r.Region, []Evaluation{{
		RuleName: r.Name, RuleID: r.ID, Identifier: r.Identifier, Annotation: why, Ordering: tx.Now(), Recorded: tx.Now(),
	}})
}

// VerdictOf is the current verdict of a rule instance for one subject; ok is false when there is none.
func VerdictOf(tx Tx, r ConfigRule, subject inventory.Key) (v rule.Verdict, annotation string, ok bool, err error) {
	records, err := tx.Verdicts(subject.Account, []inventory.Key{subject})
	if err != nil {
		return 0, "", false, err
	}
	rec := records[subject]
	if e := rec.entry(r.N); e != nil && r.Account == subject.Account {
		return e.Verdict, e.Annotation, true, nil
	}
	return 0, "", false, nil
}
