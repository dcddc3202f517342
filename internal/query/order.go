package query

import (
	"cmp"
	"encoding/hex"
	"strings"

	"github.com/tickmark/tickmark/internal/tree"
)

// The classes of a rank: numbers come before text, and what is missing comes last, whichever way is ordered.
const (
	rankNumber = iota
	rankText
	rankMissing
)

// rank is a value's place in an order; moments and addresses have theirs by what they mean.
type rank struct {
	Class  int     `json:"c"`
	Number float64 `json:"n,omitempty"`
	Text   string  `json:"t,omitempty"`
}

func (r rank) compare(o rank) int {
	return cmp.Or(cmp.Compare(r.Class, o.Class), cmp.Compare(r.Number, o.Number), strings.Compare(r.Text, o.Text))
}

// directed compares for one member of ORDER BY.
func (r rank) directed(o rank, descending bool) int {
	c := r.compare(o)
	if descending && r.Class != rankMissing && o.Class != rankMissing {
		return -c
	}
	return c
}

func rankOf(l leaf, kind string) rank {
	switch kind {
	case "date":
		if t, ok := timeOf(l); ok {
			return rank{Class: rankNumber, Number: float64(t.UnixMicro())}
		}
	case "ip", "cidr_block":
		if s, ok := spanOf(l.text); ok {
			first, last := s.first.As16(), s.last.As16()
			return rank{Class: rankText, Text: hex.EncodeToString(append(first[:], last[:]...))}
		}
	}
	if l.kind == tree.Number || l.kind == tree.String && (kind == "integer" || kind == "float") {
		if f, ok := parseNumber(l.text); ok {
			return rank{Class: rankNumber, Number: f}
		}
	}
	return rank{Class: rankText, Text: l.text}
}

// ranks are a resource's places in the statement's order: of several values the first in that order counts.
func (st *Statement) ranks(d *document) []rank {
	out := make([]rank, len(st.OrderBy))
	for i, o := range st.OrderBy {
		out[i] = rank{Class: rankMissing}
		kind := o.Path.kind(d.it.Type)
		d.each(o.Path, func(l leaf) bool {
			if r := rankOf(l, kind); r.directed(out[i], o.Descending) < 0 {
				out[i] = r
			}
			return true
		})
	}
	return out
}

// compareRanks orders rows by the statement's order.
func (st *Statement) compareRanks(a, b []rank) int {
	for i, o := range st.OrderBy {
		if c := a[i].directed(b[i], o.Descending); c != 0 {
			return c
		}
	}
	return 0
}
