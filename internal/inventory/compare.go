package inventory

import (
	"iter"

	"github.com/tickmark/tickmark/internal/arn"
)

// Delta is how a resource differs between two moments: before or after is nil where it was not there.
type Delta struct {
	Key
	Kind          ChangeKind
	Before, After *Item
}

// Deltas yields the resources of the scope that differ between two moments, in the order of keys, behind a key. What
// came and went between them is not seen, nor what changed and changed back. Two pages of items are held at once.
func Deltas(tx Tx, s arn.Scope, types []string, from, to AsOf, after Key) iter.Seq2[Delta, error] {
	return func(yield func(Delta, error) bool) {
		old, stopOld := iter.Pull2(allAsOf(tx, s, Filter{Types: types}, from, after))
		defer stopOld()
		now, stopNow := iter.Pull2(allAsOf(tx, s, Filter{Types: types}, to, after))
		defer stopNow()
		a, errA, okA := old()
		b, errB, okB := now()
		for okA || okB {
			for _, err := range []error{errA, errB} {
				if err != nil {
					yield(Delta{}, err)
					return
				}
			}
			var d Delta
			switch {
			case !okB || okA && a.Key.Compare(b.Key) < 0:
				d = Delta{a.Key, Delete, a, nil}
			case !okA || a.Key.Compare(b.Key) > 0:
				d = Delta{b.Key, Create, nil, b}
			default:
				d = Delta{a.Key, Update, a, b}
			}
			if (d.Kind != Update || !alike(a, b)) && !yield(d, nil) {
				return
			}
			if d.Before != nil {
				a, errA, okA = old()
			}
			if d.After != nil {
				b, errB, okB = now()
			}
		}
	}
}

// DeltaOf compares one resource at two moments; false when it is the same, or was there at neither.
func DeltaOf(tx Tx, k Key, from, to AsOf) (Delta, bool, error) {
	d := Delta{Key: k, Kind: Update}
	var err error
	if d.Before, err = presentAt(tx, k, from); err != nil {
		return d, false, err
	}
	if d.After, err = presentAt(tx, k, to); err != nil {
		return d, false, err
	}
	switch {
	case d.Before == nil && d.After == nil:
		return d, false, nil
	case d.Before == nil:
		d.Kind = Create
	case d.After == nil:
		d.Kind = Delete
	default:
		return d, !alike(d.Before, d.After), nil
	}
	return d, true, nil
}

func alike(a, b *Item) bool { return a.Hash() == b.Hash() || SameState(a, b) }

// Difference is what changed, without secrets: a secret that changed leaves no property.
func (d Delta) Difference() (Difference, error) {
	before, err := shownOrNil(d.Before)
	if err != nil {
		return Difference{}, err
	}
	after, err := shownOrNil(d.After)
	if err != nil {
		return Difference{}, err
	}
	if after == nil {
		return Difference{map[string]Property{}, Delete}, nil
	}
	return Diff(before, after), nil
}

func shownOrNil(it *Item) (*Item, error) {
	if it == nil {
		return nil, nil
	}
	return Shown(it)
}
