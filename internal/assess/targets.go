package assess

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// audience is an active assessment that evidence is collected for.
type audience struct {
	docs.Doc[Assessment]
	snapshot Snapshot
	scope    map[string]bool // the accounts
}

// target is one mapping source of one control of an assessment.
type target struct {
	*audience
	set, control string
	source       catalog.Source
	// hub is the control of Security Hub that the source means, where rules stand in for it.
	hub *managed.Control
}

// collecting reports whether the control still takes automated evidence.
func (a *Assessment) collecting(set, control string) bool {
	if a.Status != Active {
		return false
	}
	cs, err := a.Set(set)
	if err != nil {
		return false
	}
	k, err := cs.Control(control)
	return err == nil && k.Status != Inactive
}

// since is the first moment that evidence is collected for.
func (a *audience) since() time.Time { return startOf(a.Value.From) }

// firstDone is the moment up to which verdicts that stand are evidence of the first day.
func (a *audience) firstDone() time.Time {
	if a.Value.Grouped {
		return a.since().AddDate(0, 0, 1)
	}
	return a.since()
}

// covered reports whether a state of the beginning was there already when the assessment was made: then its first
// collection has dealt with it, and has taken only what still stood.
func (a *audience) covered(at, recorded time.Time) bool {
	return at.Before(a.firstDone()) && !recorded.After(a.Value.Created)
}

// occurrence begins an occurrence of the target.
func (t *target) occurrence(account, region, collector string, at time.Time, now time.Time) ledger.Occurrence {
	day := at.UTC().Format(time.DateOnly)
	return ledger.Occurrence{
		Owner: t.Value.Owner, Assessment: t.Value.ID, ControlSet: t.set, Control: t.control, Account: account, Region: region,
		Collector: collector, Day: day, ObservedAt: at, Backfilled: day < now.UTC().Format(time.DateOnly),
	}
}

// via completes the record of how a piece came to be by the common or core control that mapped it.
func (t *target) via(made ledger.Produced) *ledger.Produced {
	if t.source.Via != "" {
		made.Parameters = added(made.Parameters, "grouping", t.source.Via)
		made.Parameters["groupingName"] = catalog.GroupingName(t.source.Via)
	}
	return &made
}

func (t *target) note() SourceNote {
	return SourceNote{Control: t.control, Type: string(t.source.Type), Keyword: t.source.Keyword}
}

// fact names something that happened, for this control.
func (t *target) fact(parts ...string) [32]byte {
	return factOf(append([]string{t.Value.ID, t.set, t.control}, parts...)...)
}

// targets are mapping sources by what they wait for.
type targets struct {
	audiences []*audience
	rules     map[string][]*target
	hub       map[string][]*target
	events    map[string][]*target // by source and name
	calls     map[string][]*target
	// providers are where findings tell of a control, so that rules need not.
	providers providers
}

// eventKey is how targets of user activity are found.
func eventKey(source, name string) string { return source + " " + name }

func newTargets(as ...*audience) *targets {
	t := &targets{audiences: as, rules: map[string][]*target{}, hub: map[string][]*target{}, events: map[string][]*target{}, calls: map[string][]*target{}}
	for _, a := range as {
		for _, set := range a.Value.Sets {
			for _, k := range set.Controls {
				if !a.Value.collecting(set.ID, k.ID) {
					continue
				}
				for _, src := range a.snapshot[k.ID].Sources {
					t.add(&target{audience: a, set: set.ID, control: k.ID, source: src})
				}
			}
		}
	}
	return t
}

func (t *targets) add(x *target) {
	k := x.source.Keyword
	switch x.source.Type {
	case catalog.Config:
		k = compliance.Identifier(k) // the names met in the wild are accepted
		t.rules[k] = append(t.rules[k], x)
	case catalog.SecurityHub:
		t.hub[k] = append(t.hub[k], x)
		t.standIn(x)
	case catalog.APICall:
		t.calls[k] = append(t.calls[k], x)
	case catalog.CloudTrail:
		if source, name, ok := catalog.Event(k); ok {
			e := eventKey(source, name)
			t.events[e] = append(t.events[e], x)
		}
	}
}

// load reads every active assessment of a registered account. What it has read before and did not change is kept.
func (c *Collector) load(ctx context.Context) (*targets, error) {
	type found struct {
		active []*audience
		keep   map[string]*audience
	}
	v, err := read(ctx, c.Service, func(tx Tx) (found, error) {
		f := found{keep: map[string]*audience{}}
		all, err := tx.ListDocs(arn.Everything(), assessments.Kind, docs.Key{}, 0)
		if err != nil {
			return f, err
		}
		active := map[string]bool{}
		for _, r := range all {
			on, seen := active[r.Account]
			if !seen {
				on = registered(tx, Caller{Account: r.Account}) == nil
				active[r.Account] = on
			}
			if !on {
				continue
			}
			a, ok := c.known[r.ID]
			if !ok || a.Revision != r.Revision {
				if a, err = audienceOf(tx, r.Account, r.ID, a); err != nil {
					return f, err
				}
			}
			f.keep[r.ID] = a
			if a.Value.Status == Active {
				f.active = append(f.active, a)
			}
		}
		return f, nil
	})
	if err != nil {
		return nil, err
	}
	c.known = v.keep
	t := newTargets(v.active...)
	if len(t.hub) > 0 {
		t.providers, err = c.learn(ctx)
	}
	return t, err
}

// audienceOf reads one assessment; the snapshot never changes and is taken from an earlier reading.
func audienceOf(tx Tx, owner, id string, before *audience) (*audience, error) {
	d, err := assessments.Get(tx, owner, "", id)
	if err != nil {
		return nil, err
	}
	a := &audience{Doc: d, scope: map[string]bool{}}
	for _, x := range d.Value.Accounts {
		a.scope[x.ID] = true
	}
	if before != nil {
		a.snapshot = before.snapshot
		return a, nil
	}
	snap, err := snapshots.Get(tx, owner, "", id)
	a.snapshot = snap.Value
	return a, err
}

// accounts are all accounts in scope.
func (t *targets) accounts() arn.Scope {
	var s arn.Scope
	for _, a := range t.audiences {
		for _, x := range a.Value.Accounts {
			if !slices.Contains(s.Accounts, x.ID) {
				s.Accounts = append(s.Accounts, x.ID)
			}
		}
	}
	slices.Sort(s.Accounts)
	return s
}

// still drops pieces whose assessment or control has ended since the targets were read.
func (t *targets) still(tx Tx, pieces []piece) ([]piece, error) {
	now := map[string]*Assessment{}
	var out []piece
	for _, p := range pieces {
		o := &p.item.Occurrence
		a, ok := now[o.Assessment]
		if !ok {
			d, err := tx.GetDoc(docs.Key{Account: o.Owner, Kind: assessments.Kind, ID: o.Assessment})
			switch {
			case fault.KindOf(err) == fault.NotFound:
			case err != nil:
				return nil, err
			default:
				if a, err = t.current(tx, d); err != nil {
					return nil, err
				}
			}
			now[o.Assessment] = a
		}
		if a != nil && a.collecting(o.ControlSet, o.Control) {
			a.late(&p)
			out = append(out, p)
		}
	}
	return out, nil
}

// current decodes a document only when it is not the revision the targets were made from.
func (t *targets) current(tx Tx, r docs.Record) (*Assessment, error) {
	for _, a := range t.audiences {
		if a.ID == r.ID && a.Revision == r.Revision {
			return &a.Value, nil
		}
	}
	d, err := assessments.Get(tx, r.Account, "", r.ID)
	return &d.Value, err
}

// ruleKeywords are the keywords that mean a rule: its identifier, or Custom_ and its name. A rule of a conformance
// pack has the pack's suffix behind the name it was given there.
func ruleKeywords(identifier, name string) []string {
	out := []string{catalog.CustomPrefix + name}
	if identifier != "" {
		out = append(out, identifier)
	}
	if base, _, ok := strings.Cut(name, "-conformance-pack-"); ok {
		out = append(out, catalog.CustomPrefix+base)
	}
	return out
}
