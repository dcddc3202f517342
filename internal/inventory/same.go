package inventory

import (
	"github.com/tickmark/tickmark/internal/tree"
)

// SameState reports whether two items describe their resource alike: both are gone, or configuration,
// supplementary configuration, tags and relationships are equal whatever their spelling. A recorder writes a new
// item only when this is false.
func SameState(a, b *Item) bool {
	return a.Present() == b.Present() && a.Deleted() == b.Deleted() &&
		equal(a.Configuration(), b.Configuration()) && sameSupplement(a, b) && sameTags(a, b) && sameEdges(a, b)
}

// SameItem reports whether two items are the same one, perhaps in the two spellings.
func SameItem(a, b *Item) bool {
	return a.Key == b.Key && a.Name == b.Name && a.ARN == b.ARN && a.Status == b.Status && a.StateID == b.StateID &&
		a.Captured.Equal(b.Captured) && SameState(a, b)
}

func sameSupplement(a, b *Item) bool {
	n := 0
	for k, v := range a.Supplementaries() {
		if v.Exists() {
			n++
			if !equal(v, b.Supplementary(k)) {
				return false
			}
		}
	}
	for _, v := range b.Supplementaries() {
		if v.Exists() {
			n--
		}
	}
	return n == 0
}

func sameTags(a, b *Item) bool {
	n := 0
	for k, v := range a.Tags() {
		n++
		if w, ok := b.Tag(k); !ok || v != w {
			return false
		}
	}
	for range b.Tags() {
		n--
	}
	return n == 0
}

// sameEdges compares the edges as a bag: their order says nothing.
func sameEdges(a, b *Item) bool {
	count := map[Relationship]int{}
	for r := range a.Relationships() {
		count[r]++
	}
	for r := range b.Relationships() {
		count[r]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// equal compares values; null and absent members are alike, and so are scalars written as text or not, because the
// API form writes "false" where the file form writes false.
func equal(a, b tree.Node) bool {
	if !a.Exists() || !b.Exists() {
		return a.Exists() == b.Exists()
	}
	switch {
	case a.Kind() == tree.Object && b.Kind() == tree.Object:
		n := 0
		for k, v := range a.Members {
			if v.Exists() {
				n++
				if !equal(v, b.Get(k)) {
					return false
				}
			}
		}
		for _, v := range b.Members {
			if v.Exists() {
				n--
			}
		}
		return n == 0
	case a.Kind() == tree.Array && b.Kind() == tree.Array:
		if a.Len() != b.Len() {
			return false
		}
		var bs []tree.Node
		for v := range b.Elements {
			bs = append(bs, v)
		}
		i := 0
		for v := range a.Elements {
			if !equal(v, bs[i]) {
				return false
			}
			i++
		}
		return true
	case a.Kind() == tree.Object || a.Kind() == tree.Array || b.Kind() == tree.Object || b.Kind() == tree.Array:
		return false
	}
	if a.Str() == b.Str() {
		return true
	}
	x, okx := a.Float()
	y, oky := b.Float()
	return okx && oky && a.Kind() == b.Kind() && x == y
}
