package compliance

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/rule"
)

// Trial judges what is recorded by rules that are not deployed, with the engine's view and scopes. Nothing is stored.
// Unlike deployed rules, of which each region has its own, a trial judges a global resource once, from one region, and
// so an account by what its global facts say.
//
// Functions of custom rules are not asked: such a rule says INSUFFICIENT_DATA.
type Trial struct{ rules []*instance }

// NewTrial makes rules ready; their place is that of Run. The fault names what is wrong with one.
func NewTrial(rules []ConfigRule) (*Trial, error) {
	t := &Trial{rules: make([]*instance, len(rules))}
	for i := range rules {
		r := rules[i]
		if _, err := r.check(); err != nil {
			var f *fault.Error
			if asFault(err, &f) {
				return nil, fault.Invalidf(f.Field, "rule %s: %s", r.Name, f.Message)
			}
			return nil, err
		}
		t.rules[i] = newInstance(r)
		if t.rules[i].Owner == OwnerLambda {
			t.rules[i].broken = "The rule asks a Lambda function, which is asked only for deployed rules."
		}
	}
	return t, nil
}

// PackRules are the rules of a template in a place, with the parameters given and the defaults of the others.
func PackRules(t *pack.Template, given map[string]string, at Place) ([]ConfigRule, error) {
	resolved, err := t.Resolve(given, at)
	if err != nil {
		return nil, err
	}
	out := make([]ConfigRule, len(resolved.Rules))
	for i, pr := range resolved.Rules {
		out[i] = packedRule(pr)
		out[i].PackRule, out[i].Controls = pr.Name, pr.Controls
		if _, err := out[i].check(); err != nil {
			return nil, inTemplate(pr, err)
		}
	}
	return out, nil
}

// Types are the types of items and account facts that the rules judge and read; all is true when one judges every type.
func (t *Trial) Types() (types []string, all bool) {
	set := map[string]bool{}
	for _, in := range t.rules {
		if in.broken != "" {
			continue
		}
		for _, typ := range in.types() {
			if typ == everyType {
				all = true
			} else if typ != rule.AccountType {
				set[typ] = true
			}
		}
		for _, typ := range in.def.logic.Reads() {
			set[typ] = true
		}
	}
	return slices.Sorted(maps.Keys(set)), all
}

// Judged is what one rule says of one subject.
type Judged struct {
	Rule *ConfigRule
	// Logic is nil for a rule that cannot be evaluated.
	Logic   *rule.Rule
	Subject *inventory.Item
	// Region is that of the subject, "global" for an account that was judged by global facts alone.
	Region string
	rule.Result
	// Err is what went wrong in the evaluation, for the log.
	Err error
}

// Run judges an account in a region, and the items that are there. In the account's home region global items are judged,
// too. Order: the account first, then the items by key.
func (t *Trial) Run(ctx context.Context, tx Tx, at Place, home bool, now time.Time, yield func(Judged) error) error {
	feeds, err := tx.ItemFeeds(arn.Scope{Accounts: []string{at.Account}})
	if err != nil {
		return err
	}
	r := &trialRun{tx: tx, at: at, home: home, now: now, yield: yield, view: newAccountView(tx, at.Account, feeds).in(at.Region)}
	byType := map[string][]*instance{}
	for _, shared := range t.rules {
		in := *shared
		in.Account, in.Region = at.Account, at.Region
		types := in.types()
		for _, typ := range types {
			if typ != rule.AccountType {
				byType[typ] = append(byType[typ], &in)
			}
		}
		if in.perAccount() {
			if err := r.account(&in); err != nil {
				return err
			}
		}
	}
	return r.items(ctx, byType)
}

type trialRun struct {
	tx    Tx
	at    Place
	home  bool
	now   time.Time
	view  *regionView
	yield func(Judged) error
}

// account judges the account. What was found by global facts alone is told once, at home.
func (r *trialRun) account(in *instance) error {
	j := Judged{Rule: &in.ConfigRule, Logic: in.def.logic, Subject: rule.AccountSubject(r.at.Account, r.at.Region), Region: r.at.Region}
	if in.broken != "" {
		j.Logic, j.Result, j.Region = nil, rule.Result{Verdict: rule.InsufficientData, Reason: in.broken}, arn.Global
	} else {
		var reads rule.ReadSet
		j.Result, reads, j.Err = rule.Evaluate(in.def.logic, in.params, j.Subject, r.view, r.now)
		if globalOnly(reads) || in.def.logic.Trigger == rule.External {
			j.Region = arn.Global
		}
	}
	if j.Region == arn.Global && !r.home {
		return nil
	}
	return r.yield(j)
}

// items judges the items of the region page by page.
func (r *trialRun) items(ctx context.Context, byType map[string][]*instance) error {
	types := slices.Sorted(maps.Keys(byType))
	if len(types) == 0 {
		return nil
	}
	every := byType[everyType]
	filter := inventory.Filter{Types: filterTypes(types)}
	s := arn.Scope{Accounts: []string{r.at.Account}, Regions: []string{r.at.Region}}
	if r.home {
		s = scope(r.at)
	}
	for it, err := range inventory.All(r.tx, s, filter) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		for _, in := range byType[it.Type] {
			if err := r.item(in, it); err != nil {
				return err
			}
		}
		for _, in := range every {
			if err := r.item(in, it); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *trialRun) item(in *instance, it *inventory.Item) error {
	if !in.judges(it) {
		return nil
	}
	res, _, err := rule.Evaluate(in.def.logic, in.params, it, r.view, r.now)
	if res.Withdrawn {
		return nil
	}
	return r.yield(Judged{Rule: &in.ConfigRule, Logic: in.def.logic, Subject: it, Region: it.Region, Result: res, Err: err})
}

// globalOnly reports whether an evaluation read nothing of its region.
func globalOnly(reads rule.ReadSet) bool {
	for _, r := range reads.Reads {
		switch {
		case r.Kind == rule.ReadItem && r.Key.Region == arn.Global:
		case r.Kind == rule.ReadMatches && len(r.Matched) > 0 && !slices.ContainsFunc(r.Matched, func(k inventory.Key) bool { return k.Region != arn.Global }):
		case inventory.Global(r.Type):
		default:
			return false
		}
	}
	return len(reads.Reads) > 0
}

// CheckIdentifier refuses a name that is no managed rule's, with the nearest one.
func CheckIdentifier(name string) error {
	_, err := resolve(name)
	return err
}
