package compliance

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// PutRule deploys a managed rule or changes one, found by its name, or by its ID or ARN when the name is empty. Every
// subject in scope is evaluated soon. The identifier may be an alias or the dashed name in any case; the answer shows
// the real one. A rule that the library does not have yet deploys and reports INSUFFICIENT_DATA.
//
// Faults: InvalidParameterValueException, NoAvailableConfigurationRecorderException (change rule without recorder),
// MaxNumberOfConfigRulesExceededException, ResourceInUseException (the rule belongs to a conformance pack),
// AccessDeniedException (it belongs to the organization).
func (p *Program) PutRule(ctx context.Context, at Place, r ConfigRule) (RuleView, error) {
	return p.putRule(ctx, at, "", r)
}

func (p *Program) putRule(ctx context.Context, at Place, owner string, r ConfigRule) (RuleView, error) {
	id := p.shortID(6)
	var view RuleView
	err := p.write(ctx, func(tx Tx) error {
		r := r
		if r.Name == "" && r.ID+r.ARN != "" {
			old, err := findRule(tx, at, r.ID, r.ARN)
			if err != nil {
				return err
			}
			r.Name = old.Name
		}
		d, err := r.check()
		if err != nil {
			return err
		}
		if d.trigger().OnChange() {
			if err := needRecorder(tx, at); err != nil {
				return err
			}
		}
		old, err := rules.ByName(tx, at.Account, at.Region, r.Name)
		if err == nil && old.Value.CreatedBy != owner {
			return ownedRule(old.Value)
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		r.CreatedBy, r.Pack, r.PackRule, r.Controls, r.External = owner, "", "", nil, nil
		if owner != "" && err == nil && r.same(old.Value) {
			view, err = viewRule(tx, at, r.Name)
			return err
		}
		n, err := countRules(tx, at)
		if err != nil {
			return err
		}
		if r, err = deployRule(tx, at, r, id, n); err != nil {
			return err
		}
		view, err = viewRule(tx, at, r.Name)
		return err
	})
	return view, err
}

// oneRule is the rule of a place by its name. Fault: NoSuchConfigRuleException.
func oneRule(tx Tx, at Place, name string) (docs.Doc[ConfigRule], error) {
	d, err := rules.ByName(tx, at.Account, at.Region, name)
	if fault.KindOf(err) == fault.NotFound {
		return d, noRule(name)
	}
	return d, err
}

func findRule(tx Tx, at Place, id, ruleARN string) (ConfigRule, error) {
	if id == "" {
		_, id, _ = strings.Cut(ruleARN, ":config-rule/")
	}
	d, err := rules.Get(tx, at.Account, at.Region, id)
	if fault.KindOf(err) == fault.NotFound {
		return ConfigRule{}, noRule(id)
	}
	return d.Value, err
}

func countRules(tx Tx, at Place) (int, error) {
	n, err := tx.CountDocs(own(at), rules.Kind)
	return int(n), err
}

// deployRule writes a checked rule and has all of its subjects evaluated. The id is for a new one; there are n rules
// in the place already.
func deployRule(tx Tx, at Place, r ConfigRule, id string, n int) (ConfigRule, error) {
	r.Account, r.Region = at.Account, at.Region
	old, err := rules.ByName(tx, at.Account, at.Region, r.Name)
	if fault.KindOf(err) == fault.NotFound {
		return insertRule(tx, at, r, id, n)
	}
	if err != nil {
		return r, err
	}
	r.ID, r.ARN, r.N = old.Value.ID, old.Value.ARN, old.Value.N
	if r.Identifier == old.Value.Identifier {
		r.External = old.Value.External
	}
	old.Value = r
	return r, updateRule(tx, at, old)
}

// updateRule writes a rule that has changed and has all of its subjects evaluated.
func updateRule(tx Tx, at Place, d docs.Doc[ConfigRule]) error {
	s, err := ruleState(tx, at, d.Value.N)
	if err != nil {
		return err
	}
	in := newInstance(d.Value)
	if err := keepText(tx, at, in); err != nil {
		return err
	}
	if s.Revision != in.revision {
		s.Sweep = true
		s.Types = union(s.Types, in.types())
	}
	s.Revision, s.Requested, s.Due = in.revision, tx.Now(), due(in, tx.Now())
	if err := tx.PutRuleState(s); err != nil {
		return err
	}
	return rules.Update(tx, d)
}

func insertRule(tx Tx, at Place, r ConfigRule, id string, n int) (ConfigRule, error) {
	if n >= maxRules {
		return r, fault.New(fault.Quota, "There are %d config rules in %s, and an account may have no more. Delete some first.", n, at.Region).With("MaxNumberOfConfigRulesExceededException")
	}
	var err error
	if r.N, err = tx.NewRuleNumber(); err != nil {
		return r, err
	}
	r.ID = "config-rule-" + id
	r.ARN = arn.New("config", at.Region, at.Account, "config-rule/"+r.ID)
	in := newInstance(r)
	if err := keepText(tx, at, in); err != nil {
		return r, err
	}
	s := RuleState{
		Account: at.Account, Region: at.Region, RuleID: r.ID, N: r.N, Revision: in.revision, Requested: tx.Now(), Due: due(in, tx.Now()),
		RuleProgress: RuleProgress{Types: in.types(), Activated: tx.Now()},
	}
	if err := tx.PutRuleState(s); err != nil {
		return r, err
	}
	return r, rules.Insert(tx, at.Account, at.Region, r.ID, r.Name, r)
}

// due is the next scheduled run after a full evaluation was asked for.
func due(in *instance, now time.Time) time.Time {
	if f := in.frequency(); f > 0 {
		return now.Add(f)
	}
	return time.Time{}
}

func union(a, b []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
}

// ruleState is the state of one live instance.
func ruleState(tx Tx, at Place, n int64) (RuleState, error) {
	s, err := tx.RuleState(at.Account, at.Region, n)
	if err == nil && s.Deleted {
		err = fault.Missing("state of rule number", strconv.FormatInt(n, 10))
	}
	return s, err
}

// DeleteRule removes a rule with its results.
// Faults: NoSuchConfigRuleException, ResourceInUseException (the rule belongs to a conformance pack),
// AccessDeniedException (it belongs to the organization).
func (p *Program) DeleteRule(ctx context.Context, at Place, name string) error {
	return p.deleteRule(ctx, at, "", name)
}

func (p *Program) deleteRule(ctx context.Context, at Place, owner, name string) error {
	return p.write(ctx, func(tx Tx) error {
		d, err := oneRule(tx, at, name)
		switch {
		case err != nil:
			return err
		case d.Value.CreatedBy != owner:
			return ownedRule(d.Value)
		}
		if err := freeOfRemediation(tx, d.Value); err != nil {
			return err
		}
		return removeRule(tx, at, d.Value)
	})
}

// removeRule deletes a rule. Its verdicts no longer show from now on; the engine takes them out of the records.
func removeRule(tx Tx, at Place, r ConfigRule) error {
	if err := endVerdicts(tx, r, "The rule was deleted."); err != nil {
		return err
	}
	if err := retireState(tx, at, r.N); err != nil {
		return err
	}
	return rules.Delete(tx, at.Account, at.Region, r.ID)
}

func retireState(tx Tx, at Place, n int64) error {
	s, err := ruleState(tx, at, n)
	if err != nil {
		return err
	}
	s.Deleted, s.Requested, s.Due = true, time.Time{}, time.Time{}
	if err := tx.PutRuleState(s); err != nil {
		return err
	}
	return tx.ForgetRule(at.Account, n)
}

// DeleteResults removes a rule's results; they come back with its next evaluation, those of a process check with the
// next one from outside.
// Faults: NoSuchConfigRuleException, ResourceInUseException (the rule is being evaluated).
func (p *Program) DeleteResults(ctx context.Context, at Place, name string) error {
	return p.write(ctx, func(tx Tx) error {
		d, err := oneRule(tx, at, name)
		if err != nil {
			return err
		}
		s, err := ruleState(tx, at, d.Value.N)
		if err != nil {
			return err
		}
		if s.Busy() {
			return fault.New(fault.Conflict, "The rule %q is being evaluated. Delete its results when that is done.", name).With("ResourceInUseException")
		}
		if err := endVerdicts(tx, d.Value, "The results of the rule were deleted."); err != nil {
			return err
		}
		if err := retireState(tx, at, d.Value.N); err != nil {
			return err
		}
		if d.Value.N, err = tx.NewRuleNumber(); err != nil {
			return err
		}
		d.Value.External = nil
		fresh := RuleState{
			Account: s.Account, Region: s.Region, RuleID: s.RuleID, N: d.Value.N, Revision: newInstance(d.Value).revision, Due: s.Due,
			RuleProgress: RuleProgress{Types: s.Types, Begun: true, Activated: s.Activated},
		}
		if err := tx.PutRuleState(fresh); err != nil {
			return err
		}
		return rules.Update(tx, d)
	})
}

// StartEvaluation has all subjects of up to 25 rules evaluated again.
//
// Faults: NoSuchConfigRuleException, LimitExceededException (started within the last minute), ResourceInUseException
// (being evaluated), InvalidParameterValueException (no names, or too many).
func (p *Program) StartEvaluation(ctx context.Context, at Place, names []string) error {
	if len(names) == 0 || len(names) > 25 {
		return badRule("ConfigRuleNames", "Name 1 to 25 rules to evaluate, not %d.", len(names))
	}
	return p.write(ctx, func(tx Tx) error {
		for _, name := range names {
			d, err := oneRule(tx, at, name)
			if err != nil {
				return err
			}
			s, err := ruleState(tx, at, d.Value.N)
			if err != nil {
				return err
			}
			switch {
			case s.Busy():
				return fault.New(fault.Conflict, "The rule %q is being evaluated already.", name).With("ResourceInUseException")
			case !s.Started.IsZero() && tx.Now().Sub(s.Started) < time.Minute:
				return fault.New(fault.Throttled, "The evaluation of %q was started less than a minute ago; wait a moment.", name).With("LimitExceededException")
			}
			s.Requested, s.Started = tx.Now(), tx.Now()
			if err := tx.PutRuleState(s); err != nil {
				return err
			}
		}
		return nil
	})
}

// Rules are the rules of a place by name, ordered by name; without names all of them. Fault:
// NoSuchConfigRuleException.
func (p *Program) Rules(ctx context.Context, at Place, names ...string) ([]RuleView, error) {
	return read(ctx, p, func(tx Tx) ([]RuleView, error) { return viewRules(tx, at, names) })
}

// RulesIn are the rules of all places in a scope.
func (p *Program) RulesIn(ctx context.Context, s arn.Scope) ([]RuleView, error) {
	return read(ctx, p, func(tx Tx) ([]RuleView, error) { return viewAll(tx, s) })
}

func viewRules(tx Tx, at Place, names []string) ([]RuleView, error) {
	if len(names) == 0 {
		return viewAll(tx, own(at))
	}
	unique := slices.Compact(slices.Sorted(slices.Values(names)))
	views := make([]RuleView, len(unique))
	for i, name := range unique {
		var err error
		if views[i], err = viewRule(tx, at, name); err != nil {
			return nil, err
		}
	}
	return views, nil
}

func viewRule(tx Tx, at Place, name string) (RuleView, error) {
	d, err := oneRule(tx, at, name)
	if err != nil {
		return RuleView{}, err
	}
	st, err := tx.RuleState(at.Account, at.Region, d.Value.N)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return RuleView{}, err
	}
	return viewOf(d, st.Busy()), nil
}

func viewAll(tx Tx, s arn.Scope) ([]RuleView, error) {
	all, err := rules.All(tx, s)
	if err != nil {
		return nil, err
	}
	states, err := tx.RuleStates(s)
	if err != nil {
		return nil, err
	}
	evaluating := map[int64]bool{}
	for i := range states {
		evaluating[states[i].N] = states[i].Busy()
	}
	views := make([]RuleView, len(all))
	for i, d := range all {
		views[i] = viewOf(d, evaluating[d.Value.N])
	}
	slices.SortFunc(views, func(a, b RuleView) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Name, b.Name))
	})
	return views, nil
}

func viewOf(d docs.Doc[ConfigRule], evaluating bool) RuleView {
	in := newInstance(d.Value)
	v := RuleView{ConfigRule: d.Value, State: Active, Implemented: in.broken == "", Reason: in.broken, Trigger: in.def.trigger(), Types: in.def.types(), Created: d.Created, Updated: d.Updated}
	if evaluating {
		v.State = Evaluating
	}
	return v
}
