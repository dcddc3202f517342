package compliance

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// The types of items that tell compliance.
const (
	ResourceComplianceType = "AWS::Config::ResourceCompliance"
	PackComplianceType     = "AWS::Config::ConformancePackCompliance"
)

// ItemsOf is the inventory together with the compliance of resources: one item of ResourceComplianceType for each
// resource that a rule of a place finds compliant or not, named `<type>/<id>`, in the region of the rules. None of
// these items is stored. Current ones are made of the verdict records, past ones of the sequence of verdict changes,
// and a place whose recorder leaves the type out has none. Items of the type that were imported stand beside them; of
// the same resource the place's own verdicts count.
//
// Listings do not have deleted ones, and there is no listing of a past moment: Item, ItemHistory and ItemAsOf tell them.
func ItemsOf(tx Tx) inventory.Tx {
	return &itemView{Tx: tx, boards: map[Place]*board{}, places: map[string][]Place{}}
}

type itemView struct {
	Tx
	boards map[Place]*board
	places map[string][]Place // by scope
}

// board is a place with its rules by number; without any where nothing is told.
type board struct {
	Place
	rules map[int64]*ConfigRule
}

func (v *itemView) board(at Place) (*board, error) {
	if b := v.boards[at]; b != nil {
		return b, nil
	}
	b := &board{Place: at, rules: map[int64]*ConfigRule{}}
	recorded, err := records(v.Tx, at, ResourceComplianceType)
	if err != nil {
		return nil, err
	}
	if recorded {
		all, err := rules.All(v.Tx, own(at))
		if err != nil {
			return nil, err
		}
		for _, d := range all {
			b.rules[d.Value.N] = &d.Value
		}
	}
	v.boards[at] = b
	return b, nil
}

// records reports whether a place records a type. One without a recorder does: nothing forbids it.
func records(tx Tx, at Place, typ string) (bool, error) {
	d, err := recorders.Get(tx, at.Account, at.Region, recorderID)
	if fault.KindOf(err) == fault.NotFound {
		return true, nil
	}
	return err == nil && d.Value.Records(typ), err
}

// in are the places of a scope where rules have given verdicts, in order.
func (v *itemView) in(s arn.Scope) ([]Place, error) {
	name := fmt.Sprint(s)
	if known, ok := v.places[name]; ok {
		return known, nil
	}
	var out []Place
	if !s.Installation && len(s.Accounts) == 1 && len(s.Regions) > 0 {
		for _, r := range union(s.Regions, nil) {
			out = append(out, Place{Account: s.Accounts[0], Region: r})
		}
	} else {
		feeds, err := v.Tx.EvaluationFeeds(s)
		if err != nil {
			return nil, err
		}
		for _, f := range feeds {
			out = append(out, Place{Account: f.Account, Region: f.Region})
		}
	}
	out = slices.DeleteFunc(out, func(p Place) bool { return p.Region == arn.Global })
	v.places[name] = out
	return out, nil
}

func asked(types []string) bool {
	return len(types) == 0 || slices.Contains(types, ResourceComplianceType)
}

// Items implements inventory.Tx.
func (v *itemView) Items(s arn.Scope, f inventory.Filter, after inventory.Key, limit int) ([]*inventory.Item, error) {
	stored, err := v.Tx.Items(s, f, after, limit)
	if err != nil || !asked(f.Types) {
		return stored, err
	}
	var end *inventory.Key // what lies behind it is not on this page
	if limit > 0 && len(stored) == limit {
		end = &stored[limit-1].Key
	}
	made, err := v.made(s, after, end, limit)
	if err != nil || len(made) == 0 {
		return stored, err
	}
	all := slices.Concat(made, stored)
	slices.SortStableFunc(all, func(a, b *inventory.Item) int { return a.Compare(b.Key) })
	all = slices.CompactFunc(all, func(a, b *inventory.Item) bool { return a.Key == b.Key })
	if limit > 0 {
		all = all[:min(limit, len(all))]
	}
	return all, nil
}

// made are the compliance items of a scope behind a key, up to an end.
func (v *itemView) made(s arn.Scope, after inventory.Key, end *inventory.Key, limit int) ([]*inventory.Item, error) {
	places, err := v.in(s)
	if err != nil {
		return nil, err
	}
	var out []*inventory.Item
	for _, p := range places {
		first := inventory.Key{Account: p.Account, Region: p.Region, Type: ResourceComplianceType}
		if end != nil && first.Compare(*end) > 0 || limit > 0 && len(out) >= limit {
			break
		}
		behind := ""
		switch c := compareTypes(after, first); {
		case c > 0:
			continue
		case c == 0:
			behind = after.ID
		}
		b, err := v.board(p)
		if err != nil {
			return nil, err
		}
		page, err := b.page(v.Tx, behind, max(0, limit-len(out)))
		if err != nil {
			return nil, err
		}
		out = append(out, page...)
	}
	return out, nil
}

// compareTypes compares keys but for their ids.
func compareTypes(a, b inventory.Key) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Type, b.Type))
}

// page are the first items behind an id; limit 0 means all. Rules of a region judge its resources and global ones.
func (b *board) page(tx Tx, behind string, limit int) ([]*inventory.Item, error) {
	if len(b.rules) == 0 {
		return nil, nil
	}
	var out []*inventory.Item
	for _, region := range []string{b.Region, arn.Global} {
		part, err := b.walk(tx, region, behind, limit)
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	slices.SortFunc(out, func(x, y *inventory.Item) int { return x.Compare(y.Key) })
	if limit > 0 {
		out = out[:min(limit, len(out))]
	}
	return out, nil
}

func (b *board) walk(tx Tx, region, behind string, limit int) ([]*inventory.Item, error) {
	s := arn.Scope{Accounts: []string{b.Account}, Regions: []string{region}}
	typ, id, _ := strings.Cut(behind, "/")
	after := inventory.Key{Account: b.Account, Region: region, Type: typ, ID: id}
	var out []*inventory.Item
	for {
		step := batchSize
		if limit > 0 {
			step = min(batchSize, limit)
		}
		records, err := tx.VerdictPage(s, nil, after, step)
		if err != nil {
			return nil, err
		}
		for i := range records {
			after = records[i].Key
			it, err := b.item(&records[i])
			if err != nil {
				return nil, err
			}
			if it != nil {
				if out = append(out, it); limit > 0 && len(out) == limit {
					return out, nil
				}
			}
		}
		if len(records) < step {
			return out, nil
		}
	}
}

// Item implements inventory.Tx.
func (v *itemView) Item(k inventory.Key) (*inventory.Item, error) {
	stored, err := v.Tx.Item(k)
	if k.Type != ResourceComplianceType || err != nil && fault.KindOf(err) != fault.NotFound {
		return stored, err
	}
	now, berr := v.current(k)
	if berr != nil || now != nil {
		return now, berr
	}
	if err == nil {
		return stored, nil
	}
	past, perr := v.past(k)
	if perr != nil {
		return nil, perr
	}
	if n := len(past); n > 0 && past[n-1].Deleted() {
		return past[n-1], nil
	}
	return nil, err
}

// current is the item of a key as the verdicts are; nil when there is none.
func (v *itemView) current(k inventory.Key) (*inventory.Item, error) {
	b, err := v.board(Place{Account: k.Account, Region: k.Region})
	if err != nil || len(b.rules) == 0 {
		return nil, err
	}
	typ, id, _ := strings.Cut(k.ID, "/")
	keys := []inventory.Key{{Account: k.Account, Region: k.Region, Type: typ, ID: id}, {Account: k.Account, Region: arn.Global, Type: typ, ID: id}}
	found, err := v.Tx.Verdicts(k.Account, keys)
	for _, at := range keys {
		if r, ok := found[at]; ok && err == nil {
			if it, err := b.item(&r); it != nil || err != nil {
				return it, err
			}
		}
	}
	return nil, err
}

// ItemCounts implements inventory.Tx. The number of regional resources comes from the roll-ups beside the records,
// which still count verdicts of a rule that is just being deleted.
func (v *itemView) ItemCounts(s arn.Scope, types ...string) ([]inventory.Count, error) {
	counts, err := v.Tx.ItemCounts(s, types...)
	if err != nil || !asked(types) {
		return counts, err
	}
	places, err := v.in(s)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		n, err := v.count(p)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			counts = append(counts, inventory.Count{Account: p.Account, Region: p.Region, Type: ResourceComplianceType, Items: n})
		}
	}
	slices.SortStableFunc(counts, func(a, b inventory.Count) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Type, b.Type))
	})
	return counts, nil
}

func (v *itemView) count(p Place) (int64, error) {
	b, err := v.board(p)
	if err != nil || len(b.rules) == 0 {
		return 0, err
	}
	rollups, err := v.Tx.Rollups(own(p))
	if err != nil {
		return 0, err
	}
	var n int64
	for _, r := range rollups {
		if told(r.Rollup) {
			n += r.Subjects
		}
	}
	global, err := b.walk(v.Tx, arn.Global, "", 0)
	return n + int64(len(global)), err
}
