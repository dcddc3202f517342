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

// call answers one call for one day.
func (p *pass) call(ctx context.Context, call catalog.Call, frequency, day string, due []*target, gaps map[string]string) error {
	now := p.Service.o.IDs.Now()
	at := startOf(day).AddDate(0, 0, 1).Add(-time.Microsecond)
	if day == p.today {
		at = now
	}
	groups := make([][]ledger.Hash, len(due))
	after := inventory.Key{}
	for {
		items, err := p.items(ctx, call.Type, day, at, after)
		if err != nil {
			return err
		}
		if err := p.answers(ctx, call, period(frequency, day), at, now, items, due, gaps, groups); err != nil {
			return err
		}
		if len(items) < batchSize {
			break
		}
		after = items[len(items)-1].Key
	}
	if err := p.flush(ctx); err != nil { // the members' bodies must be there before their group
		return err
	}
	for i, x := range due {
		if len(groups[i]) == 0 {
			continue
		}
		made := p.produced("", "", callName(call))
		made.Parameters = map[string]string{"answeredFrom": answeredFrom(call), "meaning": "resources in the state they were recorded in before"}
		err := p.add(ctx, piece{
			fact: x.fact("calls", call.Keyword, period(frequency, day)),
			item: ledger.Item{
				Body:     ledger.Body{Source: SourceAPI, Type: ConfigurationData, Service: call.Source, Event: call.Action, Reason: "Unchanged."},
				Produced: x.via(made), Occurrence: x.occurrence("", "", "calls", at, now), Members: groups[i],
			},
			note: x.note(),
		})
		if err != nil {
			return err
		}
	}
	return nil
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

// answers turns a page of items into pieces, and puts aside those that were recorded in an earlier period.
func (p *pass) answers(ctx context.Context, call catalog.Call, in string, at, now time.Time, items []*inventory.Item, due []*target, gaps map[string]string, groups [][]ledger.Hash) error {
	for _, it := range items {
		if !answered(call, it) {
			continue
		}
		body := itemBody(call, it)
		h, err := body.Hash()
		if err != nil {
			return err
		}
		made := p.producedCall(call, it, gaps)
		for i, x := range due {
			if !x.scope[it.Account] {
				continue
			}
			fact := x.fact("call", call.Keyword, h.String())
			day, err := read(ctx, p.Service, func(tx Tx) (string, error) { return tx.FactDay(x.Value.Owner, fact) })
			if err != nil {
				return err
			}
			if day != "" {
				if period(x.source.Frequency, day) != in {
					groups[i] = append(groups[i], h)
				}
				continue
			}
			err = p.add(ctx, piece{
				fact: fact, note: x.note(),
				item: ledger.Item{Body: body, Produced: x.via(made), Occurrence: x.occurrence(it.Account, it.Region, "calls", at, now)},
				raws: []raw{{body.Raw, place("item", itemPlace{it.Key, it.Captured, it.StateID})}},
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
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
