package pattern

import (
	"strings"

	"github.com/tickmark/tickmark/internal/tree"
)

// Matches tells whether an event, which is an object, has everything the pattern wants.
func (p *Pattern) Matches(event tree.Node) bool {
	for _, f := range p.anyOf {
		if f.object(place{at: event}) {
			return true
		}
	}
	return false
}

// place is a value of an event. One whose rest is not empty stands for an object with this single member: so names with
// dots are taken apart.
type place struct {
	at   tree.Node
	rest string
}

// object tells whether the fields below are found in one object.
func (f *field) object(o place) bool {
	for _, c := range f.below {
		var few [2]place
		if !c.fits(o.named(c.name, few[:0])) {
			return false
		}
	}
	return true
}

// named appends what an object has under a name, alone or before a dot.
func (o place) named(name string, to []place) []place {
	if o.rest != "" {
		return cut(o.rest, name, o.at, to)
	}
	o.at.Members(func(key string, v tree.Node) bool {
		to = cut(key, name, v, to)
		return true
	})
	return to
}

func cut(key, name string, v tree.Node, to []place) []place {
	switch {
	case key == name:
		return append(to, place{at: v})
	case len(key) > len(name) && key[len(name)] == '.' && strings.HasPrefix(key, name):
		if rest := key[len(name)+1:]; rest != "" {
			return append(to, place{at: v, rest: rest})
		}
	}
	return to
}

// fits tells whether what stands in the places of a field is what the pattern wants.
func (f *field) fits(places []place) bool {
	if f.wanted() && !f.value(places) {
		return false
	}
	if len(f.below) == 0 {
		return true
	}
	seen, found := false, false
	for _, p := range places {
		p.objects(func(o place) bool {
			seen = true
			found = f.object(o)
			return found == f.mustMiss // one is enough, but what must miss must miss everywhere
		})
		if seen && found != f.mustMiss {
			return found
		}
	}
	if !seen {
		return f.belowMayMiss()
	}
	return found
}

func (f *field) belowMayMiss() bool {
	for _, c := range f.below {
		if !c.mayMiss {
			return false
		}
	}
	return true
}

// value tells whether one of a field's values passes one of its tests.
func (f *field) value(places []place) bool {
	seen, found := false, false
	for _, p := range places {
		if p.rest != "" {
			continue
		}
		leaves(p.at, func(v tree.Node) bool {
			seen = true
			for _, t := range f.tests {
				if found = t(v); found {
					return false
				}
			}
			return true
		})
		if found {
			return true
		}
	}
	return !seen && f.orAbsent
}

// leaves calls yield with a value, or with those of an array and of the arrays in it; objects are no values. It tells
// whether to go on.
func leaves(n tree.Node, yield func(tree.Node) bool) bool {
	switch n.Kind() {
	case tree.Object, tree.Absent:
		return true
	case tree.Array:
		goOn := true
		n.Elements(func(e tree.Node) bool {
			goOn = leaves(e, yield)
			return goOn
		})
		return goOn
	}
	return yield(n)
}

// objects calls yield with an object, or with those of an array and of the arrays in it. It tells whether to go on.
func (p place) objects(yield func(place) bool) bool {
	switch {
	case p.rest != "" || p.at.Kind() == tree.Object:
		return yield(p)
	case p.at.Kind() != tree.Array:
		return true
	}
	goOn := true
	p.at.Elements(func(e tree.Node) bool {
		goOn = place{at: e}.objects(yield)
		return goOn
	})
	return goOn
}
