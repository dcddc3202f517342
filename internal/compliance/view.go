package compliance

import (
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// The bounds of an accountView's memory.
const (
	maxRemembered = 20_000 // items found by reference
	maxIndexed    = 5_000  // items of a type for which a listing replaces single look-ups
	manyLookups   = 48     // look-ups of a type after which that is tried
)

// accountView is what checks may see of one account on one snapshot. Items are decoded once and kept for the round.
type accountView struct {
	tx      Tx
	account string
	regions []string // that have items, sorted
	lists   map[listKey]*list
	lacking map[listKey]string
	gaps    []gap
	found   map[refKey]*inventory.Item // nil: nothing is there
	lookups map[listKey]int
	from    map[string]*regionView
	states  map[inventory.Key]int64 // state ids of items found
	listed  int                     // items in lists, which were read and decoded
}

type listKey struct{ typ, region string } // region "*" for all

type refKey struct {
	listKey
	ref string
}

type list struct {
	items []*inventory.Item
	lacks string
}

func newAccountView(tx Tx, account string, feeds []inventory.Feed) *accountView {
	v := &accountView{tx: tx, account: account, lists: map[listKey]*list{}, lacking: map[listKey]string{}, found: map[refKey]*inventory.Item{}, lookups: map[listKey]int{}, from: map[string]*regionView{}, states: map[inventory.Key]int64{}}
	for _, f := range feeds {
		v.regions = append(v.regions, f.Region)
	}
	return v
}

// in is the account seen from a region.
func (v *accountView) in(region string) *regionView {
	rv := v.from[region]
	if rv == nil {
		rv = &regionView{account: v, region: region}
		rv.Index = rule.NewIndex(source{rv})
		v.from[region] = rv
	}
	return rv
}

// regionView is a rule.View. Listings and matches go through an index over whole types; a single look-up goes to the
// store until there are many of a type.
type regionView struct {
	*rule.Index
	account *accountView
	region  string
}

func (v *regionView) key(typ string, reach rule.Reach) listKey {
	if reach == rule.Everywhere {
		return listKey{typ, anywhere}
	}
	return listKey{typ, v.region}
}

// anywhere stands for every region of an account.
const anywhere = "*"

func (v *accountView) scope(k listKey) arn.Scope {
	if k.region == anywhere {
		return arn.Scope{Accounts: []string{v.account}}
	}
	return arn.In(v.account, k.region)
}

// source gives listings to the index; regionView.List is the index's own.
type source struct{ *regionView }

// List implements rule.Source.
func (s source) List(typ string, reach rule.Reach) ([]*inventory.Item, string, error) {
	l, err := s.account.list(s.key(typ, reach), 0)
	if err != nil {
		return nil, "", err
	}
	return l.items, l.lacks, nil
}

// list reads all present items of a type; nil when there are more than a limit that is not 0.
func (v *accountView) list(k listKey, limit int) (*list, error) {
	if l := v.lists[k]; l != nil {
		return l, nil
	}
	ask := limit
	if limit > 0 {
		ask++
	}
	items, err := v.tx.Items(v.scope(k), inventory.Filter{Types: []string{k.typ}}, inventory.Key{}, ask)
	if err != nil || limit > 0 && len(items) > limit {
		return nil, err
	}
	v.listed += len(items)
	l := &list{items: items}
	if l.lacks, err = v.lacks(k, len(items) > 0); err != nil {
		return nil, err
	}
	v.lists[k] = l
	return l, nil
}

// Lacks implements rule.View.
func (v *regionView) Lacks(typ string, reach rule.Reach) (string, error) {
	a, k := v.account, v.key(typ, reach)
	if l := a.lists[k]; l != nil {
		return l.lacks, nil
	}
	if lacks, ok := a.lacking[k]; ok {
		return lacks, nil
	}
	some, err := a.tx.Items(a.scope(k), inventory.Filter{Types: []string{typ}}, inventory.Key{}, 1)
	if err != nil {
		return "", err
	}
	lacks, err := a.lacks(k, len(some) > 0)
	if err != nil {
		return "", err
	}
	a.lacking[k] = lacks
	return lacks, nil
}

// Lookup implements rule.View.
func (v *regionView) Lookup(typ, ref string, reach rule.Reach) (*inventory.Item, error) {
	it, err := v.lookup(typ, ref, reach)
	if it != nil {
		if len(v.account.states) >= maxRemembered {
			clear(v.account.states)
		}
		v.account.states[it.Key] = it.StateID
	}
	return it, err
}

func (v *regionView) lookup(typ, ref string, reach rule.Reach) (*inventory.Item, error) {
	a, k := v.account, v.key(typ, reach)
	if a.lookups[k]++; a.lookups[k] == manyLookups {
		if _, err := a.list(k, maxIndexed); err != nil {
			return nil, err
		}
	}
	if a.lists[k] != nil {
		return v.Index.Lookup(typ, ref, reach)
	}
	rk := refKey{k, ref}
	if it, ok := a.found[rk]; ok {
		return it, nil
	}
	it, err := a.find(k, ref)
	if err != nil {
		return nil, err
	}
	if len(a.found) >= maxRemembered {
		clear(a.found)
	}
	a.found[rk] = it
	return it, nil
}

// find follows a reference in the store, with the precedence of rule.Index: ids and ARNs before names, and of
// several the last by key.
func (v *accountView) find(k listKey, ref string) (*inventory.Item, error) {
	s := v.scope(k)
	for _, region := range slices.Backward(v.regions) {
		if !s.Sees(v.account, region) {
			continue
		}
		it, err := v.tx.Item(inventory.Key{Account: v.account, Region: region, Type: k.typ, ID: ref})
		if err == nil && it.Present() {
			return it, nil
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
	}
	it, err := v.tx.ItemByARN(s, ref)
	if err == nil && it.Type == k.typ && it.Present() {
		return it, nil
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	named, err := v.tx.ItemsNamed(s, k.typ, ref)
	if err != nil || len(named) == 0 {
		return nil, err
	}
	return named[len(named)-1], nil
}

// stateID names the state in which an item was found.
func (v *accountView) stateID(k inventory.Key) (int64, error) {
	if id, ok := v.states[k]; ok {
		return id, nil
	}
	it, err := v.tx.Item(k)
	if err != nil {
		return 0, err
	}
	return it.StateID, nil
}
