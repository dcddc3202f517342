package exec

import (
	"strings"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// coder gives equal values of one column the same small number: NULL has 0, the others 1, 2, 3 ... in the order they
// come.
type coder struct {
	t     *value.Type
	strs  map[string]uint32
	nums  map[uint64]uint32
	words *value.Builder
	bytes int64
	// The numbers of the dictionary met last.
	last      *value.Vector
	lastCodes []uint32
	key       []byte
}

// absent is the number of what was never met, where nothing may be added.
const absent = ^uint32(0)

func newCoder(t *value.Type) *coder {
	c := &coder{t: t, words: value.NewBuilder(t, 16)}
	c.words.Null()
	if t.Storage() == value.InInts || t.Storage() == value.InFloats || t.Storage() == value.InBools {
		c.nums = map[uint64]uint32{}
	} else {
		c.strs = map[string]uint32{}
	}
	return c
}

// codes are the numbers of a vector's rows; new values are added, or absent.
func (c *coder) codes(v *value.Vector, add bool) []uint32 {
	if v.Type.Kind == value.Unknown {
		return make([]uint32, v.N)
	}
	if v.Of == nil && !v.Const {
		out := make([]uint32, v.N)
		for i := range out {
			out[i] = c.entry(v, i, add)
		}
		return out
	}
	out := make([]uint32, v.N)
	if v.Const {
		k := c.entry(v, 0, add)
		for i := range out {
			out[i] = k
		}
		return out
	}
	words := c.dictionary(v, add)
	for i, w := range v.Of {
		k := words[w]
		if k == unknownCode {
			k = c.entry(v, int(w), add)
			words[w] = k
		}
		out[i] = k
	}
	return out
}

// unknownCode marks words whose number was not asked for yet.
const unknownCode = absent - 1

// dictionary are the numbers of a dictionary's words as far as they are known.
func (c *coder) dictionary(v *value.Vector, add bool) []uint32 {
	if add && c.last != nil && sameStorage(c.last, v) {
		return c.lastCodes
	}
	words := make([]uint32, v.Entries())
	for i := range words {
		words[i] = unknownCode
	}
	if add {
		c.last, c.lastCodes = v, words
	}
	return words
}

func (c *coder) entry(v *value.Vector, i int, add bool) uint32 {
	if v.NullAt(i) {
		return 0
	}
	switch v.Type.Storage() {
	case value.InStrs:
		return c.str(v.Strs[i], add)
	case value.InInts:
		return c.num(uint64(v.Ints[i]), func() value.Value { return v.Ints[i] }, add)
	case value.InFloats:
		return c.num(value.FloatKey(v.Floats[i]), func() value.Value { return v.Floats[i] }, add)
	case value.InBools:
		n := uint64(0)
		if v.Bools[i] {
			n = 1
		}
		return c.num(n, func() value.Value { return v.Bools[i] }, add)
	}
	c.key = value.AppendKey(c.key[:0], c.t, v.Values[i])
	if k, ok := c.strs[string(c.key)]; ok {
		return k
	}
	if !add {
		return absent
	}
	k := uint32(c.words.Len())
	c.strs[string(c.key)] = k
	c.words.Append(v.Values[i])
	c.bytes += int64(2*len(c.key)) + 96
	return k
}

func (c *coder) str(s string, add bool) uint32 {
	if k, ok := c.strs[s]; ok {
		return k
	}
	if !add {
		return absent
	}
	s = strings.Clone(s) // what it was cut from may be large
	k := uint32(c.words.Len())
	c.strs[s] = k
	c.words.Str(s)
	c.bytes += int64(len(s)) + 64
	return k
}

func (c *coder) num(n uint64, v func() value.Value, add bool) uint32 {
	if k, ok := c.nums[n]; ok {
		return k
	}
	if !add {
		return absent
	}
	k := uint32(c.words.Len())
	c.nums[n] = k
	c.words.Append(v())
	c.bytes += 40
	return k
}

// vector is the column of the values with these numbers.
func (c *coder) vector(codes []uint32) *value.Vector { return c.words.Vector().Dictionary(codes) }

// grouper gives rows that are equal in some columns the number of a group: 0, 1, 2 ... in the order they come. NULL
// equals NULL.
type grouper struct {
	coders []*coder
	// pairs has, for each column but the first, the number of (number of the columns before, number of this one).
	pairs []map[uint64]uint32
	// first has the group of a first column's number, plus 1; only with one column.
	first  []uint32
	groups [][]uint32 // by column, the number in it of each group
	n      int
}

func newGrouper(types []*value.Type) *grouper {
	g := &grouper{groups: make([][]uint32, len(types)), pairs: make([]map[uint64]uint32, len(types))}
	for i, t := range types {
		g.coders = append(g.coders, newCoder(t))
		if i > 0 {
			g.pairs[i] = map[uint64]uint32{}
		}
	}
	return g
}

// size is the memory held.
func (g *grouper) size() int64 {
	n := int64(g.n) * int64(8*len(g.coders)+8)
	for i, c := range g.coders {
		n += c.bytes
		n += int64(len(g.pairs[i])) * 28
	}
	return n
}

// add is the group of each row of the columns.
func (g *grouper) add(columns []*value.Vector, rows int) []uint32 {
	return g.find(columns, rows, true)
}

// find is the group of each row; absent for those that have none, when none may be added.
func (g *grouper) find(columns []*value.Vector, rows int, add bool) []uint32 {
	if len(columns) == 0 {
		if add && rows > 0 {
			g.n = 1
		}
		out := make([]uint32, rows)
		if g.n == 0 {
			for i := range out {
				out[i] = absent
			}
		}
		return out
	}
	codes := make([][]uint32, len(columns))
	for i, v := range columns {
		codes[i] = g.coders[i].codes(v, add)
	}
	if len(columns) == 1 {
		return g.findFirst(codes[0], add)
	}
	out := make([]uint32, rows)
	copy(out, codes[0])
	for i := 1; i < len(columns); i++ {
		g.step(out, codes, i, add)
	}
	return out
}

func (g *grouper) findFirst(codes []uint32, add bool) []uint32 {
	out := codes
	for i, k := range codes {
		if k == absent || int(k) < len(g.first) && g.first[k] > 0 {
			if k != absent {
				out[i] = g.first[k] - 1
			}
			continue
		}
		if !add {
			out[i] = absent
			continue
		}
		for int(k) >= len(g.first) {
			g.first = append(g.first, 0)
		}
		g.n++
		g.first[k] = uint32(g.n)
		g.groups[0] = append(g.groups[0], k)
		out[i] = uint32(g.n - 1)
	}
	return out
}

// step goes on from the numbers of the columns before to those with column i.
func (g *grouper) step(out []uint32, codes [][]uint32, i int, add bool) {
	pairs, column := g.pairs[i], codes[i]
	last := i == len(codes)-1
	lastKey, lastGroup := ^uint64(0), uint32(0)
	for r, before := range out {
		k := uint64(before)<<32 | uint64(column[r])
		if k == lastKey && before != absent {
			out[r] = lastGroup
			continue
		}
		n, ok := pairs[k]
		switch {
		case before == absent || column[r] == absent || !ok && !add:
			out[r] = absent
			continue
		case !ok:
			n = uint32(len(pairs))
			pairs[k] = n
			if last {
				g.append(codes, r)
			}
		}
		lastKey, lastGroup = k, n
		out[r] = n
	}
}

func (g *grouper) append(codes [][]uint32, row int) {
	for c := range codes {
		g.groups[c] = append(g.groups[c], codes[c][row])
	}
	g.n++
}

// columns are the values of groups from..to-1.
func (g *grouper) columns(from, to int) []*value.Vector {
	out := make([]*value.Vector, len(g.coders))
	for i, c := range g.coders {
		out[i] = c.vector(g.groups[i][from:to])
	}
	return out
}

// rowsOf is at most how many rows a batch has that is made of kept rows.
const batchRows = 4096

// chunks calls f with the bounds of batches of n rows.
func chunks(n int, f func(from, to int) error) error {
	for from := 0; from < n; from += batchRows {
		if err := f(from, min(n, from+batchRows)); err != nil {
			return err
		}
	}
	return nil
}
