package assess

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/ledger"
)

// calls answers the API keywords from recorded configuration, for every day of the pass on which one is due: an item
// for each resource in a new state, and one occurrence for those that are as they were.
func (p *pass) calls(ctx context.Context) error {
	all := days(p.from, p.to)
	gaps, err := p.gaps(ctx)
	if err != nil {
		return err
	}
	for i, day := range all {
		p.tell("API calls", i, len(all))
		for _, keyword := range slices.Sorted(maps.Keys(p.targets.calls)) {
			call, ok := catalog.FindCall(keyword)
			if !ok || call.Type == "" {
				continue
			}
			for _, frequency := range []string{catalog.Daily, catalog.Weekly, catalog.Monthly} {
				var due []*target
				for _, x := range p.targets.calls[keyword] {
					if x.source.Frequency == frequency && day >= x.Value.From && !p.done(x, day) {
						due = append(due, x)
					}
				}
				if len(due) == 0 || i > 0 && period(frequency, day) == period(frequency, all[i-1]) {
					continue
				}
				if err := p.call(ctx, call, frequency, day, due, gaps); err != nil {
					return err
				}
			}
		}
	}
	return p.flush(ctx)
}

// done reports whether a call was answered in the same week or month; only what is asked for anew is answered again.
func (p *pass) done(x *target, day string) bool {
	last := x.Value.Collected
	return !p.individuals && last != "" && period(x.source.Frequency, last) == period(x.source.Frequency, day)
}

// period names the day, week or month.
func period(frequency, day string) string {
	switch frequency {
	case catalog.Weekly: // the week's Monday
		d := startOf(day)
		return d.AddDate(0, 0, -(int(d.Weekday())+6)%7).Format(time.DateOnly)
	case catalog.Monthly:
		return day[:7] + "-01"
	}
	return day
}

// moment is when something is collected: the time of the fact, and now.
type moment struct {
	fact, now time.Time
	// in names the day, week or month.
	in string
}

// asking is one call on one day, with those it is due for.
type asking struct {
	catalog.Call
	moment
	due  []*target
	gaps map[string]string
	// groups are, of each target, the bodies that were recorded in an earlier period, by what was judged of them.
	groups []map[judged][]ledger.Hash
	// seen are the accounts of which something answers.
	seen map[string]bool
	day  string
}

// judged is what an assertion said, if there is one.
type judged struct {
	verdict ledger.Verdict
	logic   string
}

// call answers one call for one day.
func (p *pass) call(ctx context.Context, call catalog.Call, frequency, day string, due []*target, gaps map[string]string) error {
	now := p.Service.o.IDs.Now()
	q := &asking{
		Call: call, due: due, gaps: gaps, groups: make([]map[judged][]ledger.Hash, len(due)), seen: map[string]bool{}, day: day,
		moment: moment{startOf(day).AddDate(0, 0, 1).Add(-time.Microsecond), now, period(frequency, day)},
	}
	if day == p.today {
		q.fact = now
	}
	after := inventory.Key{}
	for {
		items, err := p.items(ctx, call.Type, day, q.fact, after)
		if err != nil {
			return err
		}
		if err := p.answers(ctx, q, items); err != nil {
			return err
		}
		if len(items) < batchSize {
			break
		}
		after = items[len(items)-1].Key
	}
	if err := p.unrecorded(ctx, q); err != nil {
		return err
	}
	if err := p.flush(ctx); err != nil { // the members' bodies must be there before their group
		return err
	}
	for i, x := range due {
		for _, k := range slices.SortedFunc(maps.Keys(q.groups[i]), compareJudged) {
			if err := p.add(ctx, p.unchangedCalls(q, x, k, q.groups[i][k])); err != nil {
				return err
			}
		}
	}
	return nil
}

func compareJudged(a, b judged) int {
	return slices.Compare([]string{a.logic, string(a.verdict)}, []string{b.logic, string(b.verdict)})
}

// unchangedCalls is the occurrence for the resources that are as they were, and judged as they were.
func (p *pass) unchangedCalls(q *asking, x *target, k judged, members []ledger.Hash) piece {
	made := p.produced("", "", callName(q.Call))
	made.Parameters = map[string]string{"answeredFrom": answeredFrom(q.Call), "meaning": "resources in the state they were recorded in before"}
	if x.Value.Grouped && q.day == x.Value.From {
		made.Parameters["meaning"] = "resources as they were recorded on the first day"
	}
	body := ledger.Body{Source: SourceAPI, Type: ConfigurationData, Service: q.Source, Event: q.Action, Reason: "Unchanged."}
	fact := []string{"calls", q.Keyword, q.in}
	if k != (judged{}) {
		body.Type, body.Verdict = ComplianceCheck, k.verdict
		body.Rule = &ledger.Rule{ID: "assertion on " + q.Keyword, Version: k.logic}
		fact = append(fact, k.logic, string(k.verdict))
	}
	return piece{
		fact: x.fact(fact...), note: x.note(),
		item: ledger.Item{Body: body, Produced: x.via(made), Occurrence: x.occurrence("", "", "calls", q.fact, q.now), Members: members},
	}
}

// items is a page of the resources of a type, as they are or as they were at the end of a past day.
func (p *pass) items(ctx context.Context, typ, day string, at time.Time, after inventory.Key) ([]*inventory.Item, error) {
	return read(ctx, p.Service, func(tx Tx) ([]*inventory.Item, error) {
		f := inventory.Filter{Types: []string{typ}}
		if day == p.today {
			return tx.Items(p.targets.accounts(), f, after, batchSize)
		}
		return tx.ItemsAsOf(p.targets.accounts(), f, inventory.AsOf{At: at}, after, batchSize)
	})
}

// answer is what one resource is for one target.
type answer struct {
	target int
	piece  piece
	judged judged
	hash   ledger.Hash
}

// answers turns a page of items into pieces, and puts aside those that were recorded in an earlier period.
func (p *pass) answers(ctx context.Context, q *asking, items []*inventory.Item) error {
	var all []answer
	for _, it := range items {
		if !answered(q.Call, it) {
			continue
		}
		q.seen[it.Account] = true
		made, plain := p.producedCall(q.Call, it, q.gaps), itemBody(q.Call, it)
		at := raw{plain.Raw, place("item", itemPlace{it.Key, it.Captured, it.StateID})}
		byText := map[string]ledger.Body{"": plain}
		for i, x := range q.due {
			if !x.scope[it.Account] {
				continue
			}
			raws, text := []raw{at}, x.source.Assertion
			if text != "" {
				by, err := p.assertion(ctx, text, q.Type)
				if err != nil {
					return err
				}
				if _, ok := byText[text]; !ok {
					if byText[text], err = by.judge(q.Keyword, subjectsApart(plain), it, q.moment); err != nil {
						return err
					}
				}
				raws = append(raws, by.text)
			}
			a, err := q.answer(i, x, byText[text], x.via(made), raws, it.Region)
			if err != nil {
				return err
			}
			all = append(all, a)
		}
	}
	return p.sort(ctx, q, all)
}

// subjectsApart is a body whose subjects may be changed.
func subjectsApart(b ledger.Body) ledger.Body {
	b.Subjects = slices.Clone(b.Subjects)
	return b
}

func (q *asking) answer(i int, x *target, b ledger.Body, made *ledger.Produced, raws []raw, region string) (answer, error) {
	h, err := b.Hash()
	a := answer{target: i, hash: h, piece: piece{
		fact: x.fact("call", q.Keyword, h.String()), note: x.note(), raws: raws,
		item: ledger.Item{Body: b, Produced: made, Occurrence: x.occurrence(b.Account, region, "calls", q.fact, q.now)},
	}}
	if b.Rule != nil {
		a.judged = judged{b.Verdict, b.Rule.Version}
	}
	return a, err
}

// sort adds what is new, and puts aside what was recorded in an earlier period. In a large estate all of the first day
// stands together, and what is there as a body only stands with what was there before.
func (p *pass) sort(ctx context.Context, q *asking, all []answer) error {
	before, err := p.before(ctx, q, all)
	if err != nil {
		return err
	}
	put := map[ledger.Hash]bool{}
	for i := range all {
		a := &all[i]
		x := q.due[a.target]
		switch was := before[i]; {
		case was.day != "" && period(x.source.Frequency, was.day) == q.in:
		case was.day != "" || was.body:
			q.aside(a)
		case x.Value.Grouped && q.day == x.Value.From:
			q.aside(a)
			if !put[a.hash] {
				put[a.hash] = true
				p.bodies = append(p.bodies, member{x.Value.Owner, a.piece.item.Body, a.piece.raws})
			}
		default:
			if err := p.add(ctx, a.piece); err != nil {
				return err
			}
		}
	}
	return p.flushBodies(ctx)
}

// known is how an answer was recorded before: under which day by itself, or as a body that stood with others.
type known struct {
	day  string
	body bool
}

func (p *pass) before(ctx context.Context, q *asking, all []answer) ([]known, error) {
	return read(ctx, p.Service, func(tx Tx) ([]known, error) {
		out, bodies := make([]known, len(all)), map[ledger.Hash]bool{}
		for i := range all {
			x := q.due[all[i].target].Value
			var err error
			if out[i].day, err = tx.FactDay(x.Owner, all[i].piece.fact); err != nil {
				return nil, err
			}
			if !x.Grouped || out[i].day != "" {
				continue
			}
			there, asked := bodies[all[i].hash]
			if !asked {
				_, err := tx.Object(x.Owner, ledger.KindBody, all[i].hash)
				if err != nil && fault.KindOf(err) != fault.NotFound {
					return nil, err
				}
				there = err == nil
				bodies[all[i].hash] = there
			}
			out[i].body = there
		}
		return out, nil
	})
}

// aside puts a body with those that stand together.
func (q *asking) aside(a *answer) {
	if q.groups[a.target] == nil {
		q.groups[a.target] = map[judged][]ledger.Hash{}
	}
	q.groups[a.target][a.judged] = append(q.groups[a.target][a.judged], a.hash)
}

// unrecorded tells of the accounts whose fact is not recorded that an assertion is about: they do not pass.
func (p *pass) unrecorded(ctx context.Context, q *asking) error {
	if !strings.HasPrefix(q.Type, inventory.FactPrefix) {
		return nil
	}
	var all []answer
	for i, x := range q.due {
		if x.source.Assertion == "" {
			continue
		}
		by, err := p.assertion(ctx, x.source.Assertion, q.Type)
		if err != nil {
			return err
		}
		for _, account := range slices.Sorted(maps.Keys(x.scope)) {
			if q.seen[account] {
				continue
			}
			made := p.produced(account, "", callName(q.Call))
			made.Complete, made.Gap = false, "There are no "+answeredFrom(q.Call)+"."
			a, err := q.answer(i, x, by.unrecorded(q.Call, account), x.via(made), []raw{by.text}, "")
			if err != nil {
				return err
			}
			all = append(all, a)
		}
	}
	return p.sort(ctx, q, all)
}

// answered reports whether the call's answer would name the item: some calls list only some of a type.
func answered(call catalog.Call, it *inventory.Item) bool {
	return call.Member == "" || it.Configuration().Get(call.Member).Str() == call.Value
}

func itemBody(call catalog.Call, it *inventory.Item) ledger.Body {
	h := ledger.Hash(it.Hash())
	b := ledger.Body{
		Source: SourceAPI, Type: ConfigurationData, Service: call.Source, Event: limited(call.Action, 100), Account: it.Account, Region: it.Region,
		Subjects: []ledger.Subject{{ARN: it.ARN, ID: it.ID, Type: it.Type}}, Raw: h, Attributes: map[string]string{},
	}
	if it.Name != "" {
		b.Attributes["resourceName"] = attribute(it.Name, h)
	}
	for k, v := range it.Configuration().Members {
		if len(b.Attributes) >= maxAttributes || len(k) > maxKey || !v.Exists() || hidden(k) || v.Len() > 0 {
			continue
		}
		if text := v.Str(); text != "" {
			b.Attributes[strings.Clone(k)] = attribute(strings.Clone(text), h)
		}
	}
	return b
}

func callName(call catalog.Call) string {
	prefix, _, _ := strings.Cut(call.Keyword, "_")
	return prefix + ":" + call.Action
}

func answeredFrom(call catalog.Call) string {
	text := "recorded configuration items of the type " + call.Type
	if call.Member != "" {
		text += " with the " + call.Member + " " + call.Value
	}
	return text
}

// producedCall says openly that no call was made: what a collector or an import has recorded answers it.
func (p *pass) producedCall(call catalog.Call, it *inventory.Item, gaps map[string]string) ledger.Produced {
	made := p.produced(it.Account, it.Region, callName(call))
	made.Parameters = map[string]string{"answeredFrom": answeredFrom(call), "captured": it.Captured.UTC().Format(time.RFC3339)}
	if call.Lacks != "" {
		made.Complete, made.Gap = false, "The record tells "+call.Lacks+"."
	}
	for _, what := range []string{callName(call), call.Type} {
		for _, region := range []string{it.Region, "global"} {
			if why, ok := gaps[it.Account+" "+region+" "+what]; ok {
				made.Complete, made.Gap = false, why
			}
		}
	}
	return made
}

// gaps are the notes of collectors about what they could not read, by account, region and what.
func (p *pass) gaps(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	if len(p.targets.calls) == 0 {
		return out, nil
	}
	after := inventory.Key{}
	for {
		items, err := read(ctx, p.Service, func(tx Tx) ([]*inventory.Item, error) {
			return tx.Items(p.targets.accounts(), inventory.Filter{Types: []string{inventory.GapType}}, after, batchSize)
		})
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			c := it.Configuration()
			out[it.Account+" "+it.Region+" "+c.Get("what").Str()] = c.Get("why").Str()
		}
		if len(items) < batchSize {
			return out, nil
		}
		after = items[len(items)-1].Key
	}
}

func invalidDay(s string) error {
	return fault.Invalidf("day", "%q is not a day; write it as 2006-01-02.", s)
}
