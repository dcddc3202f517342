package compliance

import (
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// batchSize is how many subjects are evaluated for one transaction, and how many changes or items are read at once.
const batchSize = 400

// followAll brings the account up to the ends of its change feeds. It reports whether it got there in time.
func (r *round) followAll() (bool, error) {
	t := newTriggers(r.rules.live)
	for _, f := range r.feeds {
		at, err := r.d.e.cursor(r.tx, f)
		if err != nil {
			return false, err
		}
		for at < f.Last {
			if r.late() {
				return false, r.ctx.Err()
			}
			if at, err = r.follow(t, f, at); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// triggers is which rules which changes concern.
type triggers struct {
	byType map[string][]*instance
	uses   map[string]bool // types that some rule reads beside its subject
	// fields are those of each such type that rules read: an item comes into matches by what it holds in them.
	fields map[string][]*rule.Field
}

// newTriggers takes the rules that follow changes: those whose first full evaluation has begun.
func newTriggers(instances []*instance) *triggers {
	t := &triggers{map[string][]*instance{}, map[string]bool{}, map[string][]*rule.Field{}}
	for _, in := range instances {
		if !in.state.Begun || in.broken != "" || !in.detective() {
			continue
		}
		for _, typ := range in.types() {
			t.byType[typ] = append(t.byType[typ], in)
		}
		for _, typ := range in.def.logic.Uses {
			t.uses[typ] = true
		}
		for _, f := range in.def.logic.Fields {
			t.read(f)
		}
	}
	return t
}

// read adds a field of another item, once for each path and meaning of its absence.
func (t *triggers) read(f *rule.Field) {
	same := func(g *rule.Field) bool { return g.Path == f.Path && g.Required == f.Required }
	if f.Type != "" && !slices.ContainsFunc(t.fields[f.Type], same) {
		t.fields[f.Type] = append(t.fields[f.Type], f)
	}
}

// judging are the rules that may judge an item of a type.
func (t *triggers) judging(typ string) []*instance {
	every := t.byType[everyType]
	if len(every) == 0 || !rule.IsResource(typ) {
		return t.byType[typ]
	}
	return slices.Concat(t.byType[typ], every)
}

func (t *triggers) none() bool { return len(t.byType) == 0 && len(t.uses) == 0 }

// follow evaluates what the next changes of a feed concern, and moves the cursor behind them.
func (r *round) follow(t *triggers, f inventory.Feed, at int64) (int64, error) {
	if t.none() {
		return f.Last, r.moveCursor(f, f.Last)
	}
	changes, err := r.tx.ItemChanges(f.Account, f.Region, at, batchSize)
	if err != nil {
		return at, err
	}
	if len(changes) == 0 {
		return f.Last, nil
	}
	units, err := r.concerned(t, changes)
	if err != nil {
		return at, err
	}
	for len(units) > batchSize {
		if err := r.commit(f.Region, units[:batchSize], nil); err != nil {
			return at, err
		}
		units = units[batchSize:]
	}
	at = changes[len(changes)-1].Seq
	if len(units) == 0 && !tellsOfGaps(changes) {
		return at, r.moveCursor(f, at)
	}
	r.d.e.cursors[feedKey(f)] = at
	return at, r.commit(f.Region, units, func(tx Tx) error {
		if tellsOfGaps(changes) {
			if err := askAnew(tx, r.rules.live, f.Region); err != nil {
				return err
			}
		}
		return tx.SetFeedCursor(feedReader, f.Account, f.Region, at)
	})
}

func feedKey(f inventory.Feed) inventory.Feed {
	return inventory.Feed{Account: f.Account, Region: f.Region}
}

func (r *round) moveCursor(f inventory.Feed, at int64) error {
	r.d.e.cursors[feedKey(f)] = at
	return r.w.submit(func(tx Tx) error { return tx.SetFeedCursor(feedReader, f.Account, f.Region, at) }, nil)
}

// concerned are the subjects that some changes concern: the items themselves, and what rests on them.
func (r *round) concerned(t *triggers, changes []inventory.Change) ([]*unit, error) {
	c := &concern{r: r, t: t, units: map[inventory.Key]*unit{}}
	seen := map[inventory.Key]bool{}
	for _, ch := range slices.Backward(changes) { // the current state counts, however often it changed
		if seen[ch.Key] {
			continue
		}
		seen[ch.Key] = true
		if err := c.change(ch); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(c.order, func(a, b *unit) int { return a.subject.Compare(b.subject) })
	return c.order, nil
}

// concern gathers units without counting a subject twice.
type concern struct {
	r     *round
	t     *triggers
	units map[inventory.Key]*unit
	order []*unit
}

func (c *concern) unit(k inventory.Key) *unit {
	u := c.units[k]
	if u == nil {
		u = &unit{subject: k}
		c.units[k] = u
		c.order = append(c.order, u)
	}
	return u
}

func (c *concern) change(ch inventory.Change) error {
	subjects, used := c.t.judging(ch.Type), c.t.uses[ch.Type]
	if len(subjects) == 0 && !used && ch.Kind != inventory.Delete {
		return nil
	}
	it, err := c.r.tx.Item(ch.Key)
	if err != nil {
		return err
	}
	if !it.Present() {
		c.unit(ch.Key).gone = goneReason(it)
	} else {
		for _, in := range subjects {
			if ch.Region == in.Region || ch.Region == arn.Global {
				u := c.unit(ch.Key)
				u.item, u.changed = it, true
				u.add(in)
			}
		}
	}
	if used {
		return c.dependents(it)
	}
	return nil
}

// dependents adds the verdicts that rest on an item.
func (c *concern) dependents(it *inventory.Item) error {
	refs := []string{"", it.ID}
	if it.ARN != "" {
		refs = append(refs, it.ARN)
	}
	if it.Name != "" {
		refs = append(refs, it.Name)
	}
	if it.Present() {
		for _, f := range c.t.fields[it.Type] {
			refs = append(refs, f.MatchRefs(it)...)
		}
	}
	found, err := c.r.tx.Dependents(it.Account, it.Type, refs, it.Region)
	if err != nil {
		return err
	}
	for _, d := range found {
		if in := c.r.instance(d.N); in != nil {
			c.unit(d.Subject).add(in)
		}
	}
	return nil
}

// commit evaluates units and hands the outcomes to the writer, together with what marks the work as done.
func (r *round) commit(region string, units []*unit, done func(Tx) error) error {
	outcomes, err := r.evaluate(units)
	if err != nil {
		return err
	}
	var changed int64
	account, instances := r.account, r.rules.live
	return r.w.submit(func(tx Tx) error {
		var err error
		if changed, err = apply(tx, account, instances, outcomes); err != nil {
			return err
		}
		if done != nil {
			return done(tx)
		}
		return nil
	}, func() {
		r.d.report(account, region, len(units), len(outcomes), changed)
		if slices.ContainsFunc(instances, (*instance).invokes) { // else there is nothing to ask, and nobody to wake
			r.d.e.p.ring()
		}
	})
}

// report tells the progress after a commit. Commits follow each other, so nothing is reported twice at once.
func (d *drain) report(account, region string, subjects, evaluations int, changed int64) {
	d.total.Account, d.total.Region = account, region
	d.total.Subjects += int64(subjects)
	d.total.Evaluations += int64(evaluations)
	d.total.Changed += changed
	if d.progress != nil {
		d.progress(d.total)
	}
}
