package compliance

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// unit is one subject with the rules to evaluate it by.
type unit struct {
	subject inventory.Key
	item    *inventory.Item // read when it is needed
	rules   []*instance
	gone    string // why the subject is no longer one for any rule; "" when it is there
	changed bool   // a change of the subject is the reason to look at it
}

func (u *unit) add(in *instance) {
	if !slices.Contains(u.rules, in) {
		u.rules = append(u.rules, in)
	}
}

// outcome is what came of one rule for one subject.
type outcome struct {
	in      *instance // nil: of every rule
	subject inventory.Key
	item    *inventory.Item
	// left says why the subject is no longer one; "" when result holds.
	left   string
	result rule.Result
	key    [8]byte
	deps   []Dep
	reads  []EvaluationRead
	clock  bool
	at     time.Time
	failed error
	given  time.Time   // the time of the event, of a verdict from outside
	ask    *Invocation // the question whose answer is the verdict
}

// ordering is the time of the event that led to the evaluation.
func (o *outcome) ordering() time.Time {
	if !o.given.IsZero() {
		return o.given
	}
	if o.in != nil && o.in.External != nil && o.left == "" {
		return o.in.External.Ordering
	}
	if o.item != nil && !o.item.Captured.IsZero() && o.in != nil && o.in.def.trigger().OnChange() {
		return o.item.Captured
	}
	return o.at
}

const (
	leftScope   = "The resource is no longer in the scope of the rule."
	onlyPlanned = "The rule judges only planned resources."
)

// evaluate judges units. A unit whose item has gone meanwhile is treated as gone.
func (r *round) evaluate(units []*unit) ([]outcome, error) {
	n := 0
	for _, u := range units {
		n += max(1, len(u.rules))
	}
	out := make([]outcome, 0, n)
	for _, u := range units {
		if err := r.load(u); err != nil {
			return nil, err
		}
		if u.gone != "" {
			out = append(out, outcome{subject: u.subject, left: u.gone, at: r.tx.Now()})
			continue
		}
		for _, in := range u.rules {
			o, err := r.judge(u, in)
			if err != nil {
				return nil, err
			}
			out = append(out, o)
		}
	}
	return out, nil
}

// load reads a unit's item.
func (r *round) load(u *unit) error {
	if u.item != nil || u.gone != "" {
		return nil
	}
	if u.subject.Type == rule.AccountType {
		u.item = rule.AccountSubject(u.subject.Account, u.subject.Region)
		return nil
	}
	it, err := r.tx.Item(u.subject)
	if err != nil {
		return err
	}
	u.item = it
	if !it.Present() {
		u.gone = goneReason(it)
	}
	return nil
}

func goneReason(it *inventory.Item) string {
	if it.Deleted() {
		return "The resource was deleted."
	}
	return "The resource is no longer recorded."
}

func (r *round) judge(u *unit, in *instance) (outcome, error) {
	o := outcome{in: in, subject: u.subject, item: u.item, at: r.tx.Now()}
	if in.invokes() && (u.subject.Type == rule.AccountType || !in.def.trigger().OnChange()) {
		// On a schedule the function itself says what it judges.
		if u.subject.Type == rule.AccountType {
			o.ask = in.invocation(u)
		}
		return o, nil
	}
	switch {
	case !in.detective():
		o.left = onlyPlanned
		return o, nil
	case !in.judges(u.item):
		o.left = leftScope
		return o, nil
	}
	if in.broken != "" {
		o.result = rule.Result{Verdict: rule.InsufficientData, Reason: in.broken}
		o.key = keyOf(in.revision, "")
		return o, nil
	}
	if in.invokes() {
		o.ask = in.invocation(u)
		return o, nil
	}
	res, reads, err := rule.Evaluate(in.def.logic, in.params, u.item, r.view.in(in.Region), r.tx.Now())
	if err != nil {
		o.failed = err
		r.d.e.log.Error("a rule could not be evaluated", "rule", in.Name, "subject", u.subject.String(), "error", err)
	}
	if in.Policy != nil && in.Policy.Debug {
		r.d.e.log.Info("policy evaluated", "account", in.Account, "rule", in.Name, "policy", in.def.logic.Version(), "subject", u.subject.String(), "verdict", res.Verdict.String(), "reason", res.Annotation())
	}
	if res.Withdrawn {
		o.left = res.Reason
		return o, nil
	}
	o.result, o.key, o.clock = res, keyOf(in.revision, reads.Hash()), reads.Clock
	o.deps = depsOf(reads.Reads, in.Region, res.Verdict == rule.InsufficientData)
	o.reads, err = r.readsOf(reads.Reads)
	return o, err
}

func keyOf(revision, reads string) [8]byte {
	sum := sha256.Sum256([]byte(revision + "\x00" + reads))
	return [8]byte(sum[:8])
}

// depsOf is what a change of must lead to a new evaluation. A reference that led nowhere rests on the whole type too
// when the verdict is INSUFFICIENT_DATA: the first item of a type shows that it is recorded. So does a match; it rests on
// the items it found, and on what could come into it.
func depsOf(reads []rule.Read, region string, insufficient bool) []Dep {
	var deps []Dep
	for _, r := range reads {
		reach := region
		if r.Reach == rule.Everywhere {
			reach = anywhere
		}
		switch r.Kind {
		case rule.ReadItem:
			deps = append(deps, Dep{r.Type, r.Key.ID, r.Key.Region})
			if r.Ref != r.Key.ID {
				deps = append(deps, Dep{r.Type, r.Ref, reach})
			}
		case rule.ReadAbsent:
			deps = append(deps, Dep{r.Type, r.Ref, reach})
			if insufficient {
				deps = append(deps, Dep{r.Type, "", reach})
			}
		case rule.ReadMatches:
			for _, k := range r.Matched {
				deps = append(deps, Dep{r.Type, k.ID, k.Region})
			}
			for _, ref := range r.Awaited {
				deps = append(deps, Dep{r.Type, ref, reach})
			}
			if insufficient {
				deps = append(deps, Dep{r.Type, "", reach})
			}
		default:
			deps = append(deps, Dep{r.Type, "", reach})
		}
	}
	slices.SortFunc(deps, func(a, b Dep) int {
		return strings.Compare(a.Type+"\x00"+a.Ref+"\x00"+a.Region, b.Type+"\x00"+b.Ref+"\x00"+b.Region)
	})
	return slices.Compact(deps)
}

// readsOf is the read set as evaluations keep it.
func (r *round) readsOf(reads []rule.Read) ([]EvaluationRead, error) {
	if len(reads) == 0 {
		return nil, nil
	}
	out := make([]EvaluationRead, len(reads))
	for i, rd := range reads {
		e := EvaluationRead{Kind: string(rd.Kind), Type: rd.Type, Reach: rd.Reach.String(), Ref: rd.Ref, State: rd.State}
		if rd.Kind == rule.ReadItem {
			e.Item, e.State = rd.Key, hex.EncodeToString([]byte(rd.State))
			var err error
			if e.StateID, err = r.view.stateID(rd.Key); err != nil {
				return nil, err
			}
		}
		out[i] = e
	}
	return out, nil
}
