package query

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/tree"
)

// group is one row of an aggregation.
type group struct {
	values []string // of GROUP BY as JSON; "" where the property is missing
	ranks  []rank   // of the values
	totals []total
}

// total gathers one aggregate.
type total struct {
	Field
	n    int64
	sum  float64
	best leaf
	at   rank
}

// groups gathers all groups and gives a page of them.
func (st *Statement) groups(tx inventory.Tx, r Request) (Page, error) {
	all, err := st.gather(tx, r)
	if err != nil {
		return Page{}, err
	}
	slices.SortFunc(all, st.compareGroups)
	begin := min(max(r.After.Offset, 0), len(all))
	rest := all[begin:]
	var page Page
	if len(rest) > r.Limit {
		rest = rest[:r.Limit]
		page.Next = &Cursor{Offset: begin + r.Limit}
	}
	s := st.groupShape()
	for _, g := range rest {
		page.Rows = append(page.Rows, st.groupRow(s, g))
	}
	return page, nil
}

func (st *Statement) gather(tx inventory.Tx, r Request) ([]*group, error) {
	byValues := map[string]*group{}
	if len(st.GroupBy) == 0 {
		byValues[""] = st.newGroup(nil, nil)
	}
	for d, err := range st.scan(tx, r, inventory.Key{}) {
		if err != nil {
			return nil, err
		}
		err = st.combinations(d, func(values []string, ranks []rank) error {
			key := strings.Join(values, "\x00")
			g := byValues[key]
			if g == nil {
				if len(byValues) == maxGroups {
					return invalid(st.GroupBy[0].At, "there are more than %d groups: narrow the condition, or group by a property with fewer values.", maxGroups)
				}
				g = st.newGroup(slices.Clone(values), slices.Clone(ranks))
				byValues[key] = g
			}
			for i := range g.totals {
				g.totals[i].add(d)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	out := make([]*group, 0, len(byValues))
	for _, g := range byValues {
		out = append(out, g)
	}
	return out, nil
}

// newGroup is a group with a total for each aggregate of the statement.
func (st *Statement) newGroup(values []string, ranks []rank) *group {
	g := &group{values: values, ranks: ranks}
	add := func(f Field) {
		if f.Func != "" && g.total(f.Name()) == nil {
			g.totals = append(g.totals, total{Field: f})
		}
	}
	for _, f := range st.Fields {
		add(f)
	}
	for _, o := range st.OrderBy {
		add(o.Field)
	}
	return g
}

func (g *group) total(name string) *total {
	for i := range g.totals {
		if g.totals[i].Name() == name {
			return &g.totals[i]
		}
	}
	return nil
}

// combinations calls add for each combination of the values that a resource has for GROUP BY.
func (st *Statement) combinations(d *document, add func(values []string, ranks []rank) error) error {
	values, ranks := make([][]string, len(st.GroupBy)), make([][]rank, len(st.GroupBy))
	product := 1
	for i, p := range st.GroupBy {
		kind := p.kind(d.it.Type)
		seen := map[string]bool{}
		d.each(p, func(l leaf) bool {
			if text := string(l.json()); !seen[text] {
				seen[text] = true
				values[i], ranks[i] = append(values[i], text), append(ranks[i], rankOf(l, kind))
			}
			return true
		})
		if len(values[i]) == 0 {
			values[i], ranks[i] = []string{""}, []rank{{Class: rankMissing}}
		}
		if product *= len(values[i]); product > maxInOneRow {
			return invalid(p.At, "one resource falls into more than %d groups: group by fewer properties of arrays.", maxInOneRow)
		}
	}
	v, k := make([]string, len(values)), make([]rank, len(values))
	for n := range product {
		for i := range values {
			v[i], k[i] = values[i][n%len(values[i])], ranks[i][n%len(values[i])]
			n /= len(values[i])
		}
		if err := add(v, k); err != nil {
			return err
		}
	}
	return nil
}

// add takes a resource into the total.
func (t *total) add(d *document) {
	if t.Path == nil {
		t.n++
		return
	}
	kind := t.Path.kind(d.it.Type)
	d.each(t.Path, func(l leaf) bool {
		switch t.Func {
		case Count: // resources, not values
			t.n++
			return false
		case Sum, Avg:
			if f, ok := l.number(kind); ok {
				t.n++
				t.sum += f
			}
		default:
			if r := rankOf(l, kind); t.n == 0 || (t.Func == Min) == (r.compare(t.at) < 0) && r != t.at {
				t.best, t.at = l, r
			}
			t.n++
		}
		return true
	})
}

// number is a leaf that can be added up: some numbers are kept as text.
func (l leaf) number(kind string) (float64, bool) {
	if l.kind == tree.Number || l.kind == tree.String && (kind == "integer" || kind == "float") {
		return parseNumber(l.text)
	}
	return 0, false
}

// json is the total's value; null when no resource had one.
func (t *total) json() string {
	v := t.sum
	switch {
	case t.Func == Count:
		return strconv.FormatInt(t.n, 10)
	case t.n == 0:
		return "null"
	case t.Func == Min || t.Func == Max:
		return string(t.best.json())
	case t.Func == Avg:
		v /= float64(t.n)
	}
	if math.IsInf(v, 0) {
		return "null"
	}
	b, _ := json.Marshal(v) // finite numbers always marshal
	return string(b)
}

// rank is the total's place in an order.
func (t *total) rank() rank {
	switch {
	case t.Func == Count:
		return rank{Class: rankNumber, Number: float64(t.n)}
	case t.n == 0:
		return rank{Class: rankMissing}
	case t.Func == Sum:
		return rank{Class: rankNumber, Number: t.sum}
	case t.Func == Avg:
		return rank{Class: rankNumber, Number: t.sum / float64(t.n)}
	}
	return t.at
}

// compareGroups orders by ORDER BY, then by the values of GROUP BY.
func (st *Statement) compareGroups(a, b *group) int {
	for _, o := range st.OrderBy {
		if c := st.groupRank(a, o.Field).directed(st.groupRank(b, o.Field), o.Descending); c != 0 {
			return c
		}
	}
	for i := range a.ranks {
		if c := a.ranks[i].compare(b.ranks[i]); c != 0 {
			return c
		}
	}
	return slices.Compare(a.values, b.values)
}

func (st *Statement) groupRank(g *group, f Field) rank {
	if f.Func != "" {
		return g.total(f.Name()).rank()
	}
	return g.ranks[slices.IndexFunc(st.GroupBy, func(p *Path) bool { return p.Name == f.Path.Name })]
}

// groupShape has the grouped properties that are selected, and the aggregates by their names.
func (st *Statement) groupShape() *shape {
	s := &shape{}
	for _, f := range st.Fields {
		if f.Func == "" {
			s.add(f.Path.Segments)
		} else {
			s.add([]string{f.Name()})
		}
	}
	return s
}

func (st *Statement) groupRow(s *shape, g *group) string {
	values := map[string]string{}
	for i, p := range st.GroupBy {
		values[strings.Join(p.Segments, ".")] = g.values[i]
	}
	for i := range g.totals {
		values[g.totals[i].Name()] = g.totals[i].json()
	}
	var b bytes.Buffer
	s.cells(&b, "", values)
	return b.String()
}
