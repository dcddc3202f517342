package rule

import (
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/tree"
)

// presence is the outcome of looking for a field.
type presence uint8

const (
	found presence = iota
	absent
	unreadable // something on the way is not what it must be: nothing is known about the field
)

// find looks for a field from the top of an item. A container that is missing as a whole (the configuration, or
// all supplementary configuration) was not collected: that is unreadable, not absent.
func (f *Field) find(it *inventory.Item) (tree.Node, presence) {
	if it.Uncollected(f.Path) != "" {
		return tree.Node{}, unreadable
	}
	switch f.base {
	case inConfiguration:
		n := it.Configuration()
		if n.Kind() != tree.Object && len(f.steps) > 0 {
			return tree.Node{}, unreadable
		}
		return f.follow(n)
	case inSupplement:
		return f.supplement(it)
	}
	n := it.Field(f.attr)
	if !n.Exists() {
		return n, absent
	}
	return n, found
}

// each looks for a field everywhere in an item, in every element when it is a field of elements, and gives the worst
// outcome.
func (f *Field) each(it *inventory.Item, visit func(tree.Node)) presence {
	if f.base != inElement {
		n, s := f.find(it)
		if s == found {
			visit(n)
		}
		return s
	}
	worst := found
	element := func(e tree.Node) {
		n, s := f.follow(e)
		if s == found {
			visit(n)
		}
		worst = max(worst, s)
	}
	outer := f.list.each(it, func(list tree.Node) {
		switch list.Kind() {
		case tree.Array:
			list.Elements(func(e tree.Node) bool { element(e); return true })
		case tree.Object:
			list.Members(func(_ string, e tree.Node) bool { element(e); return true })
		default:
			worst = unreadable
		}
	})
	return max(worst, outer)
}

func (f *Field) supplement(it *inventory.Item) (tree.Node, presence) {
	if it.Field("supplementaryConfiguration").Kind() != tree.Object {
		return tree.Node{}, unreadable
	}
	n := it.Supplementary(f.steps[0].key)
	if n.Kind() == tree.Absent {
		n = it.Supplementary(f.steps[0].other)
	}
	return follow(n, f.steps[1:])
}

func (f *Field) follow(n tree.Node) (tree.Node, presence) { return follow(n, f.steps) }

// follow goes down from a node. A string on the way is opened when it holds JSON.
func follow(n tree.Node, steps []step) (tree.Node, presence) {
	for i := range steps {
		s := &steps[i]
		if n.Kind() == tree.String {
			if s.key == "value" { // enumerations are written both as "x" and as {"value": "x"}
				continue
			}
			opened, err := n.Embedded()
			if err != nil {
				return tree.Node{}, unreadable
			}
			n = opened
		}
		switch n.Kind() {
		case tree.Absent, tree.Null:
			return tree.Node{}, absent
		case tree.Object:
		default:
			return tree.Node{}, unreadable
		}
		m := n.Get(s.key)
		if m.Kind() == tree.Absent {
			m = n.Get(s.other)
		}
		n = m
	}
	if !n.Exists() {
		return tree.Node{}, absent
	}
	return n, found
}

// times a field may be written in: ISO 8601, the way Java prints dates, or epoch seconds or milliseconds.
var layouts = [...]string{time.RFC3339, "2006-01-02T15:04:05.999Z0700", "Jan 2, 2006 3:04:05 PM", "January 2, 2006 3:04:05 PM"}

func parseTime(n tree.Node) (time.Time, bool) {
	if n.Kind() == tree.String {
		for _, l := range layouts {
			if t, err := time.Parse(l, n.Str()); err == nil {
				return t.UTC(), true
			}
		}
	}
	f, ok := n.Float()
	if !ok || f < 0 || f > 1e14 {
		return time.Time{}, false
	}
	if f >= 1e11 { // milliseconds
		f /= 1e3
	}
	return time.UnixMicro(int64(f * 1e6)).UTC(), true
}
