package exec

import (
	"strings"

	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// store keeps rows. Texts are copied: what they were cut from may be large.
type store struct {
	columns []*keeper
	n       int
	held    held
}

func newStore(types []*value.Type, m *memory, what string) *store {
	s := &store{held: held{m: m, what: what}}
	for _, t := range types {
		s.columns = append(s.columns, newKeeper(t))
	}
	return s
}

// add keeps the rows of a batch.
func (s *store) add(columns []*value.Vector, rows int) error {
	total := int64(0)
	for i, c := range s.columns {
		c.add(columns[i])
		total += c.bytes
	}
	s.n += rows
	return s.held.now(total)
}

// vectors are all rows.
func (s *store) vectors() []*value.Vector {
	out := make([]*value.Vector, len(s.columns))
	for i, c := range s.columns {
		out[i] = c.vector(s.n)
	}
	return out
}

// keeper keeps a column: texts and whatever repeats as numbers of words, the rest flat.
type keeper struct {
	t     *value.Type
	words map[string]uint32
	b     *value.Builder
	of    []uint32
	coded bool
	bytes int64
	last  *value.Vector
	known []uint32
}

func newKeeper(t *value.Type) *keeper {
	k := &keeper{t: t, b: value.NewBuilder(t, 64), coded: t.Storage() == value.InStrs}
	if k.coded {
		k.words = map[string]uint32{}
		k.b.Null()
	}
	return k
}

func (k *keeper) add(v *value.Vector) {
	if !k.coded {
		for r := range v.N {
			x := v.Get(r)
			k.b.Append(x)
			k.bytes += 16 + boxed(x)
		}
		return
	}
	if v.Of == nil || !(k.last != nil && sameStorage(k.last, v)) {
		k.known = nil
		if v.Of != nil {
			k.last, k.known = v, make([]uint32, v.Entries())
		}
	}
	for r := range v.N {
		at := v.At(r)
		switch {
		case v.NullAt(at):
			k.of = append(k.of, 0)
		case v.Of == nil && !v.Const:
			k.of = append(k.of, k.fresh(v.Strs[at]))
		case k.known != nil && k.known[at] > 0:
			k.of = append(k.of, k.known[at])
		default:
			w := k.word(v.Strs[at])
			if k.known != nil {
				k.known[at] = w
			}
			k.of = append(k.of, w)
		}
	}
	k.bytes += int64(4 * v.N)
}

// word is the number of a text that is expected to come again.
func (k *keeper) word(s string) uint32 {
	if n, ok := k.words[s]; ok {
		return n
	}
	n := k.fresh(s)
	k.words[strings.Clone(s)] = n
	k.bytes += int64(len(s)) + 40
	return n
}

func (k *keeper) fresh(s string) uint32 {
	n := uint32(k.b.Len())
	k.b.Str(strings.Clone(s))
	k.bytes += int64(len(s)) + 24
	return n
}

func (k *keeper) vector(n int) *value.Vector {
	v := *k.b.Vector()
	if !k.coded {
		return &v
	}
	return v.Dictionary(k.of[:n:n])
}

// boxed is about how much memory a boxed value has.
func boxed(v value.Value) int64 {
	switch x := v.(type) {
	case string:
		return int64(len(x)) + 16
	case []value.Value:
		n := int64(24 + 16*len(x))
		for _, e := range x {
			n += boxed(e)
		}
		return n
	case *value.Map:
		return boxed(x.Keys) + boxed(x.Vals) + 48
	case value.Decimal:
		return 64
	case value.Zoned:
		return 32
	}
	return 8
}

func typesOf(symbols []*plan.Symbol) []*value.Type {
	out := make([]*value.Type, len(symbols))
	for i, s := range symbols {
		out[i] = s.Type
	}
	return out
}
