package finder

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// maxRows is how many rows a block has at most.
const maxRows = 1 << 16

// block is rows by columns in memory.
type block struct {
	BlockInfo
	texts map[string]texts
	ints  map[string][]int64
}

// zone is what a block of occurrences may be left out by.
type zone struct {
	// From and To are the first and the last time, in milliseconds.
	From, To int64
	// Assessments are the assessments met.
	Assessments []string
}

// builder makes a block row by row.
type builder struct {
	block
	words map[string]map[string]uint32
}

func newBuilder(side Side, first int64) *builder {
	return &builder{block{BlockInfo: BlockInfo{Side: side, First: first}, texts: map[string]texts{}, ints: map[string][]int64{}}, map[string]map[string]uint32{}}
}

// text adds a row's value to a column.
func (b *builder) text(column, value string) {
	t, known := b.texts[column], b.words[column]
	if known == nil {
		known = map[string]uint32{}
		b.words[column] = known
	}
	n, ok := known[value]
	if !ok {
		n = uint32(len(t.words))
		known[value], t.words = n, append(t.words, value)
	}
	t.of = append(t.of, n)
	b.texts[column] = t
}

func (b *builder) int(column string, value int64) {
	b.ints[column] = append(b.ints[column], value)
}

// seal computes the zone and encodes the columns.
func (b *block) seal() (columns map[string][]byte, err error) {
	columns = map[string][]byte{}
	for name, t := range b.texts {
		columns[name] = encodeTexts(t)
	}
	for name, list := range b.ints {
		columns[name] = encodeInts(list)
	}
	if b.Side == Occurrences {
		z := zone{From: slices.Min(b.ints[oTime]), To: slices.Max(b.ints[oTime]), Assessments: slices.Sorted(slices.Values(b.texts[oAssessment].words))}
		b.Zone, err = json.Marshal(z)
	}
	return columns, err
}

// loadBlock reads a block with all columns of its side.
func loadBlock(tx Tx, account string, info BlockInfo) (*block, error) {
	b := &block{BlockInfo: info, texts: map[string]texts{}, ints: map[string][]int64{}}
	for _, name := range textColumns[info.Side] {
		packed, err := tx.FinderColumn(account, info.Side, info.First, name)
		if err != nil {
			return nil, err
		}
		if b.texts[name], err = decodeTexts(packed, int(info.Rows)); err != nil {
			return nil, err
		}
	}
	for _, name := range intColumns[info.Side] {
		packed, err := tx.FinderColumn(account, info.Side, info.First, name)
		if err != nil {
			return nil, err
		}
		if b.ints[name], err = decodeInts(packed); err != nil {
			return nil, err
		}
		if len(b.ints[name]) != int(info.Rows) {
			return nil, fmt.Errorf("%w: %d rows in place of %d", errDamaged, len(b.ints[name]), info.Rows)
		}
	}
	return b, nil
}

// join appends the rows of the block that follows.
func (b *block) join(next *block) {
	for name, t := range b.texts {
		known := make(map[string]uint32, len(t.words))
		for i, w := range t.words {
			known[w] = uint32(i)
		}
		to := make([]uint32, len(next.texts[name].words))
		for i, w := range next.texts[name].words {
			n, ok := known[w]
			if !ok {
				n = uint32(len(t.words))
				t.words = append(t.words, w)
			}
			to[i] = n
		}
		for _, c := range next.texts[name].of {
			t.of = append(t.of, to[c])
		}
		b.texts[name] = t
	}
	for _, name := range slices.Collect(maps.Keys(b.ints)) {
		b.ints[name] = append(b.ints[name], next.ints[name]...)
	}
	b.Rows += next.Rows
}
