package inventory

import (
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// Step is one state of a resource, with what changed from the one before it. Secrets are masked in the difference.
type Step struct {
	Version
	Difference
}

// Timeline is the history of a resource, the newest state first, as ItemHistory gives it.
func Timeline(tx Tx, k Key, q History) ([]Step, error) {
	q.Forward = false
	versions, err := tx.ItemHistory(k, q)
	if err != nil || len(versions) == 0 {
		return nil, err
	}
	asked := len(versions)
	before, err := tx.ItemHistory(k, History{After: &versions[asked-1], Limit: 1})
	if err != nil {
		return nil, err
	}
	var out []Step
	var older *Item
	for i, v := range slices.Backward(append(versions, before...)) {
		now, err := Shown(v.Item)
		if err != nil {
			return nil, err
		}
		if i < asked {
			out = append(out, Step{v, Diff(older, now)})
		}
		older = now
	}
	slices.Reverse(out)
	return out, nil
}

// Find gives the resources of a type in the scope that have the id, or, where none has, the name: in several accounts
// and regions there may be several.
func Find(tx Tx, s arn.Scope, typ, id string) ([]Key, error) {
	feeds, err := tx.ItemFeeds(s)
	if err != nil {
		return nil, err
	}
	var out []Key
	for _, f := range feeds {
		k := Key{f.Account, f.Region, typ, id}
		_, err := tx.Item(k)
		if err == nil {
			out = append(out, k)
		} else if fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	named, err := tx.ItemsNamed(s, typ, id)
	for _, it := range named {
		out = append(out, it.Key)
	}
	return out, err
}
