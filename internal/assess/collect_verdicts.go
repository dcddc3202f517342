package assess

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/ledger"
)

const configService = "config.amazonaws.com"

// followVerdicts records what the feeds of verdict changes have brought.
func (c *Collector) followVerdicts(ctx context.Context, t *targets) (bool, error) {
	scope := t.accounts()
	if len(scope.Accounts) == 0 || len(t.rules) == 0 {
		return false, nil
	}
	feeds, err := read(ctx, c.Service, func(tx Tx) ([]compliance.Feed, error) { return tx.EvaluationFeeds(scope) })
	if err != nil {
		return false, err
	}
	excepted, err := c.exceptions(ctx, scope)
	if err != nil {
		return false, err
	}
	worked := false
	for _, f := range feeds {
		at, err := c.cursor(ctx, verdictCursor(f))
		if err != nil {
			return worked, err
		}
		for at < f.Last {
			es, err := c.evaluations(ctx, f, at)
			if err != nil || len(es) == 0 {
				return worked, err
			}
			var pieces []piece
			now := c.Service.o.IDs.Now()
			for i := range es {
				if es[i].Verdict == "" {
					continue
				}
				wanted := slices.DeleteFunc(t.wanted(&es[i]), func(x *target) bool { return x.covered(judgedAt(&es[i]), es[i].Recorded) })
				if len(wanted) == 0 {
					continue
				}
				body, raws, err := verdictBody(&es[i])
				if err != nil {
					return worked, err
				}
				for _, x := range wanted {
					pieces = append(pieces, c.verdictPiece(x, &es[i], body, raws, excepted.verdict(&es[i]), now))
				}
			}
			to := es[len(es)-1].Seq
			if _, err := c.store(ctx, t, pieces, &move{verdictCursor(f), at, to}); err != nil {
				return worked, err
			}
			at, worked = to, true
		}
	}
	return worked, nil
}

func verdictCursor(f compliance.Feed) string { return "verdicts " + f.Account + " " + f.Region }

func (c *Collector) evaluations(ctx context.Context, f compliance.Feed, after int64) ([]compliance.Evaluation, error) {
	return read(ctx, c.Service, func(tx Tx) ([]compliance.Evaluation, error) {
		return tx.EvaluationsSince(f.Account, f.Region, after, pageSize)
	})
}

// wanted are the targets that an evaluation is evidence for. Service-linked rules are skipped, as Audit Manager does,
// because their service reports by itself.
func (t *targets) wanted(e *compliance.Evaluation) []*target {
	if strings.Contains(e.RuleID, "aws-service-rule/") {
		return nil
	}
	var out []*target
	for _, k := range ruleKeywords(e.Identifier, e.RuleName) {
		for _, x := range t.rules[k] {
			if t.takes(x, e) {
				out = append(out, x)
			}
		}
	}
	return out
}

// judgedAt is the time of the fact: when the state that was judged came about, or when it was judged where the
// verdict depends on that.
func judgedAt(e *compliance.Evaluation) time.Time {
	if e.Clock || e.Ordering.IsZero() {
		return e.Recorded
	}
	return e.Ordering
}

// verdictPiece is the evidence of one evaluation for one control. A verdict that stood already when the period began
// is evidence of its first day.
func (c *Collector) verdictPiece(x *target, e *compliance.Evaluation, body ledger.Body, raws []raw, by covering, now time.Time) piece {
	at, made := judgedAt(e), c.producedVerdict(e)
	if from := x.since(); at.Before(from) {
		made.Parameters = added(made.Parameters, "standingSince", at.UTC().Format(time.RFC3339))
		at = from
	}
	made.Parameters = x.standingIn(made.Parameters)
	o := x.occurrence(e.Subject.Account, e.Subject.Region, "config", at, now)
	o.Exception = by.on(o.Day, now)
	return piece{
		fact: x.fact("verdict", e.Account, e.Region, strconv.FormatInt(e.Seq, 10)),
		item: ledger.Item{Body: body, Produced: x.via(made), Occurrence: o},
		note: x.note(), raws: raws,
	}
}

func added(m map[string]string, k, v string) map[string]string {
	out := map[string]string{k: v}
	for a, b := range m {
		out[a] = b
	}
	return out
}

// standing is a verdict between two changes.
type standing struct {
	body ledger.Hash
	// first is the day it came about, last the day another one did; "" while it stands.
	first, last string
	// account and region are the subject's; parameters what its rule was given.
	account, region string
	parameters      string
	// excepted are the exceptions that cover the subject.
	excepted covering
}

// judgement is what the unchanged verdicts of a rule are put together by.
type judgement struct {
	keyword, name, logic string
	verdict              ledger.Verdict
}

func compareJudgements(a, b judgement) int {
	return slices.Compare([]string{a.keyword, a.name, a.logic, string(a.verdict)}, []string{b.keyword, b.name, b.logic, string(b.verdict)})
}

// verdicts goes through the feeds of the accounts in scope from their beginnings.
func (p *pass) verdicts(ctx context.Context) error {
	if len(p.targets.rules) == 0 {
		return nil
	}
	scope := p.targets.accounts()
	feeds, err := read(ctx, p.Service, func(tx Tx) ([]compliance.Feed, error) { return tx.EvaluationFeeds(scope) })
	if err != nil {
		return err
	}
	if p.excepted, err = p.exceptions(ctx, scope); err != nil {
		return err
	}
	found := map[judgement][]standing{}
	for i, f := range feeds {
		p.tell("verdicts", i, len(feeds))
		if !p.individuals { // only what was recorded one by one can stand in a group
			if f.Last, err = p.cursor(ctx, verdictCursor(f)); err != nil {
				return err
			}
		}
		if err := p.replay(ctx, f, found); err != nil {
			return err
		}
	}
	if err := p.flush(ctx); err != nil {
		return err
	}
	return p.unchanged(ctx, found)
}

// spell is a verdict of one subject while its feed is read: where it stands in what was found, and what waits until
// it is known to have stood when the period began; nil when nothing does.
type spell struct {
	at      []spot
	began   time.Time
	waiting func() []piece
	body    member
}

// member is a body that an occurrence for many will stand for.
type member struct {
	owner string
	body  ledger.Body
	raws  []raw
}

// spot is a place in the list of a judgement.
type spot struct {
	judgement
	i int
}

// replay reads one feed and gathers how long each verdict stood.
func (p *pass) replay(ctx context.Context, f compliance.Feed, found map[judgement][]standing) error {
	open := map[string]spell{}
	for at := int64(0); at < f.Last; {
		es, err := p.evaluations(ctx, f, at)
		if err != nil || len(es) == 0 {
			return err
		}
		for i := range es {
			e := &es[i]
			if at = e.Seq; at > f.Last {
				break
			}
			wanted := p.targets.wanted(e)
			if len(wanted) == 0 {
				continue
			}
			key := e.RuleID + "\x00" + e.Subject.String()
			if before, ok := open[key]; ok {
				if err := p.ended(ctx, before, judgedAt(e), found); err != nil {
					return err
				}
				delete(open, key)
			}
			if e.Verdict == "" {
				continue
			}
			if open[key], err = p.spell(ctx, e, wanted, found); err != nil {
				return err
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(open)) {
		if err := p.stood(ctx, open[key]); err != nil {
			return err
		}
	}
	return p.flushBodies(ctx)
}

// ended closes a spell that another verdict followed.
func (p *pass) ended(ctx context.Context, s spell, at time.Time, found map[judgement][]standing) error {
	for _, x := range s.at {
		found[x.judgement][x.i].last = at.UTC().Format(time.DateOnly)
	}
	a := p.targets.audiences[0]
	switch {
	case !at.Before(a.firstDone()):
		return p.stood(ctx, s)
	case !s.began.Before(a.since()): // it came and went on the first day
		return p.addAll(ctx, s.waiting)
	}
	return nil // it no longer stood when the period began
}

// stood takes a verdict that stood when the period began as evidence of the first day.
func (p *pass) stood(ctx context.Context, s spell) error {
	if !p.targets.audiences[0].Value.Grouped || s.waiting == nil {
		return p.addAll(ctx, s.waiting)
	}
	p.bodies = append(p.bodies, s.body)
	if len(p.bodies) < batchSize {
		return nil
	}
	return p.flushBodies(ctx)
}

// flushBodies stores what the occurrence of the first day will stand for.
func (p *pass) flushBodies(ctx context.Context) error {
	if len(p.bodies) == 0 {
		return nil
	}
	_, err := write(ctx, p.Service, func(tx Tx) (struct{}, error) {
		for _, m := range p.bodies {
			if _, err := ledger.PutBody(tx, m.owner, m.body); err != nil {
				return struct{}{}, err
			}
			for _, r := range m.raws {
				if err := tx.PutRawPlace(r.hash, r.RawPlace); err != nil {
					return struct{}{}, err
				}
			}
		}
		return struct{}{}, nil
	})
	p.bodies = p.bodies[:0]
	return err
}

// spell begins the time of a verdict.
func (p *pass) spell(ctx context.Context, e *compliance.Evaluation, wanted []*target, found map[judgement][]standing) (spell, error) {
	s, by := spell{began: judgedAt(e)}, p.excepted.verdict(e)
	body, raws, err := verdictBody(e)
	if err != nil {
		return s, err
	}
	h, err := body.Hash()
	if err != nil {
		return s, err
	}
	if p.individuals {
		now, a := p.Service.o.IDs.Now(), p.targets.audiences[0]
		copied := *e // the page it is of must not be held
		s.waiting = func() []piece {
			out := make([]piece, len(wanted))
			for i, x := range wanted {
				out[i] = p.verdictPiece(x, &copied, body, raws, by, now)
			}
			return out
		}
		s.body = member{a.Value.Owner, body, raws}
		if !s.began.Before(a.firstDone()) {
			if err := p.addAll(ctx, s.waiting); err != nil {
				return s, err
			}
			s.waiting = nil
		}
	}
	for _, k := range ruleKeywords(e.Identifier, e.RuleName) {
		if len(p.targets.rules[k]) == 0 {
			continue
		}
		j := judgement{k, body.Event, e.Logic, body.Verdict}
		s.at = append(s.at, spot{j, len(found[j])})
		found[j] = append(found[j], standing{body: h, first: s.began.UTC().Format(time.DateOnly), account: e.Subject.Account, region: e.Subject.Region, parameters: e.Parameters, excepted: by})
	}
	return s, nil
}

func (p *pass) addAll(ctx context.Context, pieces func() []piece) error {
	if pieces == nil {
		return nil
	}
	for _, x := range pieces() {
		if err := p.add(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

// unchanged records, for each day and control, the verdicts that stood all day in one occurrence.
func (p *pass) unchanged(ctx context.Context, found map[judgement][]standing) error {
	all := days(p.from, p.to)
	order := slices.SortedFunc(maps.Keys(found), compareJudgements)
	now := p.Service.o.IDs.Now()
	for n, day := range all {
		p.tell("unchanged verdicts", n, len(all))
		for _, j := range order {
			sets := map[string]map[string]*ledger.MemberSet{} // targets share what stands, but for the control they stand in for
			for _, x := range p.targets.rules[j.keyword] {
				first := day == x.Value.From
				if day < x.Value.From || first && !x.Value.Grouped {
					continue // the first day has them one by one
				}
				control := ""
				if x.hub != nil {
					control = x.hub.ID
				}
				if sets[control] == nil {
					sets[control] = p.stands(x, found[j], day, now)
				}
				for _, by := range slices.Sorted(maps.Keys(sets[control])) {
					if err := p.add(ctx, p.group(x, j, day, by, sets[control][by], now)); err != nil {
						return err
					}
				}
			}
		}
	}
	return p.flush(ctx)
}

// stands are the bodies of the verdicts that stood all day, by the exception that covers them.
func (p *pass) stands(x *target, stood []standing, day string, now time.Time) map[string]*ledger.MemberSet {
	first, members := day == x.Value.From, map[string][]ledger.Hash{}
	for i := range stood {
		s := &stood[i]
		stands := s.last == "" || s.last > day
		if stands && (s.first < day || first && s.first == day) && p.targets.counts(x, s) {
			by := s.excepted.on(day, now)
			members[by] = append(members[by], s.body)
		}
	}
	out := map[string]*ledger.MemberSet{}
	for by, m := range members {
		out[by] = ledger.NewMembers(m)
	}
	return out
}

func (p *pass) group(x *target, j judgement, day, exception string, members *ledger.MemberSet, now time.Time) piece {
	made := p.produced("", "", "unchanged verdicts of "+j.name)
	made.Parameters = map[string]string{"rule": j.name, "meaning": "verdicts that came about before this day and did not change on it"}
	at := startOf(day)
	if day == x.Value.From { // the first day of a large estate
		made.Parameters["meaning"] = "verdicts that stood at the end of the first day, or when it was collected"
		if at = at.AddDate(0, 0, 1).Add(-time.Microsecond); at.After(now) {
			at = now
		}
	}
	made.Parameters = x.standingIn(made.Parameters)
	fact := []string{"unchanged", j.keyword, j.name, j.logic, string(j.verdict), day}
	if exception != "" {
		fact = append(fact, exception)
	}
	o := x.occurrence("", "", "config", at, now)
	o.Exception = exception
	return piece{
		fact: x.fact(fact...),
		item: ledger.Item{
			Body: ledger.Body{
				Source: SourceConfig, Type: ComplianceCheck, Service: configService, Event: j.name, Verdict: j.verdict,
				Reason: "Unchanged.", Rule: &ledger.Rule{ID: j.name, Version: j.logic},
			},
			Produced: x.via(made), Occurrence: o, Set: members,
		},
		note: x.note(),
	}
}
