package compliance

import (
	"context"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// Given is a verdict that a custom rule's function gives.
type Given struct {
	Type, ID   string // of the resource, or the account
	Verdict    string // AWS's name
	Annotation string
	// Ordering is the time of the event that led to it: an older verdict never replaces a newer one.
	Ordering time.Time
}

// PutEvaluations stores the verdicts that the function of a rule gives: of any resources, recorded or not, and of the
// account. NOT_APPLICABLE takes away the verdict on a resource that is not there. A rule that was changed since its
// function was asked takes none of them: failed are those, to be shown to the function.
//
// Faults: NoSuchConfigRuleException, InvalidParameterValueException; then nothing is stored.
func (p *Program) PutEvaluations(ctx context.Context, at Place, ruleID, revision string, list []Given) (failed []Given, err error) {
	err = p.store.Write(ctx, func(tx Tx) error {
		failed = nil
		d, err := rules.Get(tx, at.Account, at.Region, ruleID)
		if fault.KindOf(err) == fault.NotFound {
			return noRule(ruleID)
		}
		if err != nil {
			return err
		}
		in := newInstance(d.Value)
		for i := range list {
			if err := list[i].check(i, tx.Now()); err != nil {
				return err
			}
		}
		if in.revision != revision {
			failed = list
			return nil
		}
		if in.state, err = ruleState(tx, at, in.N); err != nil {
			return err
		}
		return give(tx, at, in, list)
	})
	return failed, err
}

// check refuses what is no verdict to give.
func (g *Given) check(i int, now time.Time) error {
	field := func(name string) string { return "Evaluations[" + strconv.Itoa(i) + "]." + name }
	switch v, ok := rule.ParseVerdict(g.Verdict); {
	case !ok || v == rule.InsufficientData:
		return badRule(field("ComplianceType"), "%q is no verdict to give; use COMPLIANT, NON_COMPLIANT or NOT_APPLICABLE.", g.Verdict)
	case g.Type == "" || g.ID == "" || len(g.ID) > 768:
		return badRule(field("ComplianceResourceId"), "Name the resource by its type and its id of at most 768 characters.")
	case utf8.RuneCountInString(g.Annotation) > rule.MaxAnnotation:
		return badRule(field("Annotation"), "The annotation has more than %d characters.", rule.MaxAnnotation)
	case g.Ordering.IsZero():
		return badRule(field("OrderingTimestamp"), "Say by OrderingTimestamp when the event was that led to the verdict.")
	case g.Ordering.After(now.Add(skew)):
		return badRule(field("OrderingTimestamp"), "The OrderingTimestamp %s is in the future.", g.Ordering.UTC().Format(time.RFC3339))
	}
	return nil
}

func give(tx Tx, at Place, in *instance, list []Given) error {
	types := in.state.Types
	outcomes := make([]outcome, 0, len(list))
	last := map[inventory.Key]int{} // of several verdicts on a resource the newest counts, of equals the last
	for i := range list {
		o, err := given(tx, at, in, &list[i])
		if err != nil {
			return err
		}
		types = union(types, []string{o.subject.Type})
		if n, twice := last[o.subject]; !twice {
			last[o.subject] = len(outcomes)
			outcomes = append(outcomes, o)
		} else if !o.ordering().Before(outcomes[n].ordering()) {
			outcomes[n] = o
		}
	}
	if len(types) > len(in.state.Types) {
		in.state.Types = types
		if err := tx.PutRuleState(in.state); err != nil {
			return err
		}
	}
	if len(outcomes) == 0 {
		return tx.CountVerdicts(at.Account, at.Region, in.N, Counts{}, tx.Now())
	}
	_, err := apply(tx, at.Account, []*instance{in}, outcomes)
	return err
}

// given is the outcome that a function's verdict makes.
func given(tx Tx, at Place, in *instance, g *Given) (outcome, error) {
	v, _ := rule.ParseVerdict(g.Verdict)
	o := outcome{
		in: in, result: rule.Result{Verdict: v, Reason: g.Annotation}, given: g.Ordering, at: tx.Now(),
		key: keyOf(in.revision, g.Ordering.UTC().Format(time.RFC3339Nano)),
	}
	if g.Type == rule.AccountType {
		o.item = rule.AccountSubject(at.Account, at.Region)
		o.subject = o.item.Key
		o.subject.ID = g.ID
		return o, nil
	}
	for _, region := range []string{at.Region, arn.Global} {
		o.subject = inventory.Key{Account: at.Account, Region: region, Type: g.Type, ID: g.ID}
		it, err := tx.Item(o.subject)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err == nil && !it.Present() {
			o.left = goneReason(it)
		}
		o.item = it
		return o, err
	}
	o.subject.Region = at.Region
	if v == rule.NotApplicable {
		o.left = "The rule does not apply to the resource."
	}
	return o, nil
}
