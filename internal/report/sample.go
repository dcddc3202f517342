package report

import (
	"bytes"
	"container/heap"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// maxSample bounds a sample.
const maxSample = 10_000

// SampleSpec says what is drawn from which population. Empty members leave the population whole.
type SampleSpec struct {
	Size int `json:"size"`
	// Seed makes the choice: the same seed over the same population draws the same pieces, by whomever.
	Seed       string `json:"seed"`
	ControlSet string `json:"controlSet,omitempty"`
	Control    string `json:"control,omitempty"`
	// From and To are days, both included.
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
	Source string `json:"source,omitempty"`
	// Class is compliant, nonCompliant, inconclusive or excepted.
	Class string `json:"class,omitempty"`
	// Before is the size of the log: records that came later are no part of the population; 0 takes all.
	Before int64 `json:"before,omitempty"`
}

// Check tells what is wrong with a specification.
func (s *SampleSpec) Check() error {
	for _, d := range []string{s.From, s.To} {
		if d != "" && nextDay(d) == "" {
			return fault.Invalidf("from", "%q is not a day; write it as 2006-01-02.", d)
		}
	}
	classes := []string{"", string(ledger.ClassCompliant), string(ledger.ClassNonCompliant), string(ledger.ClassInconclusive), string(ledger.ClassExcepted)}
	switch {
	case s.Size < 1 || s.Size > maxSample:
		return fault.Invalidf("size", "The size %d is out of range: it must be from 1 to %d.", s.Size, maxSample)
	case s.Seed == "" || len(s.Seed) > 200:
		return fault.Invalidf("seed", "A sample needs a seed of at most 200 characters, so that it can be drawn again.")
	case !slices.Contains(classes, s.Class):
		return fault.Invalidf("class", "%q is no class of evidence; use compliant, nonCompliant, inconclusive or excepted.", s.Class)
	}
	return nil
}

func (s *SampleSpec) covers(t *Told) bool {
	o := &t.Occurrence
	return (s.ControlSet == "" || s.ControlSet == o.ControlSet) && (s.Control == "" || s.Control == o.Control) && (s.From == "" || o.Day >= s.From) &&
		(s.To == "" || o.Day <= s.To) && (s.Source == "" || s.Source == o.Source) && (s.Class == "" || s.Class == string(o.Class())) &&
		(s.Before == 0 || t.LeafIndex < s.Before)
}

// Sample is what was drawn.
type Sample struct {
	SampleSpec
	// Population counts the pieces of evidence to choose from, Records the leaves behind them.
	Population int64   `json:"population"`
	Records    int64   `json:"records"`
	Drawn      []Drawn `json:"-"`
	// Hash is the SHA-256 over the ids and members drawn, in their order: what was recorded can be compared with it.
	Hash string `json:"hash"`
}

// Drawn is a piece of a sample. Member is the place of the subject among those of a record that stands for many, in the
// order of its list, from 1; 0 for a record that stands for itself.
type Drawn struct {
	Told
	Member int64
	key    [32]byte
}

// Draw chooses by hash: each piece's key is SHA-256 of the seed, its id and its member, and the smallest keys are drawn. So
// the choice does not depend on the order of the population, nobody can steer it but by the seed, and whoever has a
// report can repeat it.
func Draw(ctx context.Context, spec SampleSpec, population iter.Seq2[Told, error]) (Sample, error) {
	out := Sample{SampleSpec: spec}
	if err := spec.Check(); err != nil {
		return out, err
	}
	var h drawHeap
	for t, err := range population {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return out, err
		}
		if !spec.covers(&t) {
			continue
		}
		out.Records++
		out.Population += t.Occurrence.Weight()
		for i := range t.Occurrence.Weight() {
			d := Drawn{Told: t}
			if t.Occurrence.Members != nil {
				d.Member = i + 1
			}
			d.key = sha256.Sum256(fmt.Appendf(nil, "tickmark sample v1\n%s\n%s\n%d\n", spec.Seed, t.ID, d.Member))
			if len(h) < spec.Size {
				heap.Push(&h, d)
			} else if bytes.Compare(d.key[:], h[0].key[:]) < 0 {
				h[0] = d
				heap.Fix(&h, 0)
			}
		}
	}
	slices.SortFunc(h, func(a, b Drawn) int { return bytes.Compare(a.key[:], b.key[:]) })
	out.Drawn = h
	sum := sha256.New()
	for _, d := range h {
		fmt.Fprintf(sum, "%s %d\n", d.ID, d.Member)
	}
	out.Hash = hex.EncodeToString(sum.Sum(nil))
	return out, nil
}

// drawHeap has the largest key first.
type drawHeap []Drawn

func (h drawHeap) Len() int           { return len(h) }
func (h drawHeap) Less(i, j int) bool { return bytes.Compare(h[i].key[:], h[j].key[:]) > 0 }
func (h drawHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *drawHeap) Push(x any)        { *h = append(*h, x.(Drawn)) }
func (h *drawHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
