package insight

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trail"
)

// Selection asks for the insights of one type from the events of one category.
type Selection struct {
	// Account's events are meant; of Region, or of all where it is empty.
	Account, Region string
	// Type is CallRate or ErrorRate; Category trail.Management or trail.Data.
	Type, Category string
}

func (s Selection) compare(o Selection) int {
	return Metric{s.Account, s.Region, s.Category, s.Type, "", ""}.Compare(Metric{o.Account, o.Region, o.Category, o.Type, "", ""})
}

func (s Selection) id() string { return s.Category + "-" + s.Type }

// selected remembers since when a selection is asked for.
type selected struct{ Since time.Time }

var selections = docs.Collection[selected]{Kind: "insight-selection", Noun: "selection of insights"}

// LookBack is how long before insights are asked for the judging begins.
const LookBack = day

// since is from which minute on each selection is judged.
type since map[Selection]Minute

// of is from which minute on a metric is judged; false when nobody asks for it.
func (s since) of(m Metric) (from Minute, asked bool) {
	for _, region := range []string{"", m.Region} {
		if at, ok := s[Selection{m.Account, region, m.Type(), m.Category}]; ok && (!asked || at < from) {
			from, asked = at, true
		}
	}
	return from, asked
}

// remember settles since when each of the selections is asked for, and forgets those that are no more.
func (w *Worker) remember(ctx context.Context, asked []Selection) (since, error) {
	out := since{}
	err := w.Store.Read(ctx, func(tx Tx) error {
		known, err := selections.All(tx, arn.Everything())
		for _, d := range known {
			for _, typ := range []string{CallRate, ErrorRate} {
				for _, category := range []string{trail.Management, trail.Data} {
					if s := (Selection{d.Account, d.Region, typ, category}); s.id() == d.ID {
						out[s] = MinuteOf(d.Value.Since) - LookBack
					}
				}
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	fresh := slices.DeleteFunc(slices.Clone(asked), func(s Selection) bool { _, ok := out[s]; return ok })
	var gone []Selection
	for s := range out {
		if !slices.Contains(asked, s) {
			gone = append(gone, s)
			delete(out, s)
		}
	}
	if len(fresh)+len(gone) == 0 {
		return out, nil
	}
	now := w.Clock.Now()
	for _, s := range fresh {
		out[s] = MinuteOf(now) - LookBack
	}
	return out, w.Store.Write(ctx, func(tx Tx) error {
		for _, s := range gone {
			if err := selections.Delete(tx, s.Account, s.Region, s.id()); err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
		}
		for _, s := range fresh {
			if err := selections.Insert(tx, s.Account, s.Region, s.id(), "", selected{now}); err != nil {
				return err
			}
		}
		return nil
	})
}
