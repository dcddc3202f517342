package trail

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"unsafe"

	"github.com/tickmark/tickmark/internal/fault"
)

// Counted is a text and the number of events that have it.
type Counted struct {
	Text   string
	Events int
}

// Top counts the events that match by their text in a column and returns the n most frequent texts, of equal counts
// the alphabetically first; 0 returns all. Nothing is counted ahead: it reads that column of the events there are.
func Top(ctx context.Context, s Store, q BlockQuery, by Column, n int) ([]Counted, error) {
	if by == ColumnSeq || by == ColumnTime || by >= ColumnRaw {
		return nil, fault.Invalidf("by", "Events can only be counted by a column of texts.")
	}
	q.Columns, q.Parallel = []Column{by}, runtime.GOMAXPROCS(0)
	tallies := make([]tally, q.Parallel)
	err := s.Blocks(ctx, q, func(b *Block) error {
		tallies[b.Worker].add(b.Texts[by], b.Rows)
		return nil
	})
	if err != nil {
		return nil, err
	}
	total := map[string]int{}
	for i := range tallies {
		tallies[i].settle()
		for text, n := range tallies[i].total {
			total[text] += n
		}
	}
	out := make([]Counted, 0, len(total))
	for text, n := range total {
		out = append(out, Counted{text, n})
	}
	slices.SortFunc(out, func(a, b Counted) int { return cmp.Or(b.Events-a.Events, cmp.Compare(a.Text, b.Text)) })
	if n > 0 && len(out) > n {
		out = out[:n]
	}
	return out, nil
}

// tally counts by the number of the word as long as blocks share their words, and by the words themselves when they
// change.
type tally struct {
	words []string
	n     []int
	total map[string]int
}

func (t *tally) add(texts Texts, rows int) {
	if unsafe.SliceData(texts.Words) != unsafe.SliceData(t.words) || len(texts.Words) != len(t.words) {
		t.settle()
		t.words, t.n = texts.Words, slices.Grow(t.n[:0], len(texts.Words))[:len(texts.Words)]
		clear(t.n)
	}
	for _, w := range texts.Of {
		t.n[w]++
	}
	if texts.Of == nil {
		for i := range rows {
			t.n[i]++
		}
	}
}

// settle adds up what was counted by number.
func (t *tally) settle() {
	if t.total == nil {
		t.total = map[string]int{}
	}
	for i, n := range t.n {
		if n > 0 {
			t.total[t.words[i]] += n
		}
	}
	t.words, t.n = nil, t.n[:0]
}
