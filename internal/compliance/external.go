package compliance

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rule"
)

// External is a verdict on a process check, given by a person or a tool outside.
type External struct {
	Verdict    string // AWS's name
	Annotation string `json:",omitempty"`
	// Ordering is when the process was evaluated: an older one never replaces a newer one.
	Ordering time.Time
}

// version tells one verdict from another; "" without one.
func (e *External) version() string {
	if e == nil {
		return ""
	}
	return "\x00" + e.Verdict + "\x00" + e.Annotation + "\x00" + e.Ordering.UTC().Format(time.RFC3339Nano)
}

func (e *External) result() rule.Result {
	v, _ := rule.ParseVerdict(e.Verdict)
	return rule.Result{Verdict: v, Reason: e.Annotation}
}

// skew is how far a clock outside may be ahead.
const skew = 15 * time.Minute

func (e *External) check(now time.Time) error {
	switch v, ok := rule.ParseVerdict(e.Verdict); {
	case !ok || v == rule.InsufficientData:
		return badRule("ComplianceType", "%q is no verdict to give; use COMPLIANT, NON_COMPLIANT or NOT_APPLICABLE.", e.Verdict)
	case utf8.RuneCountInString(e.Annotation) > rule.MaxAnnotation:
		return badRule("Annotation", "The annotation has more than %d characters.", rule.MaxAnnotation)
	case e.Ordering.IsZero():
		return badRule("OrderingTimestamp", "Say by OrderingTimestamp when the process was evaluated.")
	case e.Ordering.After(now.Add(skew)):
		return badRule("OrderingTimestamp", "The OrderingTimestamp %s is in the future.", e.Ordering.UTC().Format(time.RFC3339))
	}
	return nil
}

// PutExternal gives the verdict on a process check for the account itself, also on one of a conformance pack. One that
// is older than the verdict there is changes nothing.
//
// Faults: NoSuchConfigRuleException (no such rule, or it is no process check), InvalidParameterValueException.
func (p *Program) PutExternal(ctx context.Context, at Place, name string, e External) error {
	return p.write(ctx, func(tx Tx) error {
		d, err := oneRule(tx, at, name)
		if err != nil {
			return err
		}
		if in := newInstance(d.Value); in.Owner != OwnerAWS || in.def.trigger() != rule.External {
			return fault.New(fault.NotFound, "The rule %q is no process check: its verdicts come from the rule library.", name).With("NoSuchConfigRuleException")
		}
		if err := e.check(tx.Now()); err != nil {
			return err
		}
		if old := d.Value.External; old != nil && e.Ordering.Before(old.Ordering) {
			return nil
		}
		d.Value.External = &e
		return updateRule(tx, at, d)
	})
}
