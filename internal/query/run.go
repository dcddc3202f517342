package query

import (
	"iter"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
)

// Request is what a statement is asked of.
type Request struct {
	Scope arn.Scope
	// Sees narrows the scope further, as an aggregator does; nil admits all of it.
	Sees func(account, region, typ string) bool
	// Limit of rows, at most 1,000.
	Limit int
	// After continues behind a page.
	After Cursor
}

// Cursor is where a page ended.
type Cursor struct {
	Key    inventory.Key
	Ranks  []rank `json:",omitempty"`
	Offset int    `json:",omitempty"`
}

// Page is a part of the answer. Rows are JSON objects.
type Page struct {
	Rows []string
	Next *Cursor // nil on the last page
}

// Run evaluates the statement over the items of the scope. It holds one page of items and of rows, or the groups.
func (st *Statement) Run(tx inventory.Tx, r Request) (Page, error) {
	r.Limit = max(1, min(r.Limit, maxPage))
	switch {
	case st.Aggregates():
		return st.groups(tx, r)
	case len(st.OrderBy) > 0:
		return st.sorted(tx, r)
	}
	return st.plain(tx, r)
}

// scanPage is how many items are held at once.
const scanPage = 500

// scan yields the resources that meet the condition, in the order of keys, behind a key.
func (st *Statement) scan(tx inventory.Tx, r Request, after inventory.Key) iter.Seq2[*document, error] {
	p := st.plan()
	scope, some := p.within(r.Scope)
	return func(yield func(*document, error) bool) {
		for some {
			items, err := st.items(tx, scope, p.types, after)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, it := range items {
				after = it.Key
				if d := newDocument(it); st.wants(d, p, r) && !yield(d, nil) {
					return
				}
			}
			some = len(items) == scanPage
		}
	}
}

func (st *Statement) items(tx inventory.Tx, s arn.Scope, types []string, after inventory.Key) ([]*inventory.Item, error) {
	f := inventory.Filter{Types: types}
	if at, ok := st.past(); ok {
		return tx.ItemsAsOf(s, f, at, after, scanPage)
	}
	return tx.Items(s, f, after, scanPage)
}

// own marks types that AWS does not have.
const own = "Tickmark::"

func (st *Statement) wants(d *document, p plan, r Request) bool {
	it := d.it
	if !it.Present() || strings.HasPrefix(it.Type, own) && !slices.Contains(p.types, it.Type) {
		return false
	}
	if r.Sees != nil && !r.Sees(it.Account, it.Region, it.Type) {
		return false
	}
	return st.Where == nil || st.Where.holds(d)
}

func (st *Statement) shape() *shape {
	s := &shape{}
	for _, f := range st.Fields {
		if f.Func == "" {
			s.add(f.Path.Segments)
		}
	}
	return s
}

// plain streams rows in the order of keys.
func (st *Statement) plain(tx inventory.Tx, r Request) (Page, error) {
	var page Page
	s := st.shape()
	var last inventory.Key
	for d, err := range st.scan(tx, r, r.After.Key) {
		if err != nil {
			return page, err
		}
		if len(page.Rows) == r.Limit {
			page.Next = &Cursor{Key: last}
			break
		}
		row, err := s.row(d)
		if err != nil {
			return page, err
		}
		page.Rows, last = append(page.Rows, row), d.it.Key
	}
	return page, nil
}

// place is a resource with its ranks.
type place struct {
	d     *document
	ranks []rank
}

func (st *Statement) comparePlaces(a, b place) int {
	if c := st.compareRanks(a.ranks, b.ranks); c != 0 {
		return c
	}
	return a.d.it.Compare(b.d.it.Key)
}

// sorted keeps the first rows behind the cursor, and one more that tells whether there are more.
func (st *Statement) sorted(tx inventory.Tx, r Request) (Page, error) {
	var page Page
	begin, more, err := st.begin(tx, r.After)
	if err != nil {
		return page, err
	}
	var best []place
	keep := func() {
		slices.SortFunc(best, st.comparePlaces)
		best = best[:min(len(best), r.Limit+1)]
	}
	for d, err := range st.scan(tx, r, inventory.Key{}) {
		if err != nil {
			return page, err
		}
		p := place{d, st.ranks(d)}
		if more && st.comparePlaces(p, begin) <= 0 {
			continue
		}
		d.parts, d.masked = nil, nil // made again for the few that are shown
		if best = append(best, p); len(best) > 2*r.Limit {
			keep()
		}
	}
	keep()
	s := st.shape()
	for i, p := range best {
		if i == r.Limit {
			page.Next = st.cursor(best[i-1])
			break
		}
		row, err := s.row(p.d)
		if err != nil {
			return page, err
		}
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// maxRanks is how many characters of ranks a cursor carries; longer ones are read again from the item.
const maxRanks = 200

func (st *Statement) cursor(p place) *Cursor {
	c := &Cursor{Key: p.d.it.Key, Ranks: p.ranks}
	n := 0
	for _, r := range p.ranks {
		n += len(r.Text) + 20
	}
	if n > maxRanks {
		c.Ranks = nil
	}
	return c
}

// begin is the place behind which a page begins; false for the first page.
func (st *Statement) begin(tx inventory.Tx, c Cursor) (place, bool, error) {
	if c.Key == (inventory.Key{}) {
		return place{}, false, nil
	}
	if len(c.Ranks) == len(st.OrderBy) {
		at := &inventory.Item{Key: c.Key}
		return place{newDocument(at), c.Ranks}, true, nil
	}
	var it *inventory.Item
	var err error
	if at, ok := st.past(); ok {
		it, err = tx.ItemAsOf(c.Key, at)
	} else {
		it, err = tx.Item(c.Key)
	}
	if err != nil {
		return place{}, false, err
	}
	d := newDocument(it)
	return place{d, st.ranks(d)}, true, nil
}
