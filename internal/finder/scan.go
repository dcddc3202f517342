package finder

import (
	"context"
	"errors"
	"sort"
	"sync"

	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// errEnough ends a scan that has given as many rows as are needed.
var errEnough = errors.New("enough rows")

// portion is how many rows of one table a worker takes at a time, and a batch has at most.
const portion = 1 << 15

// chunk is a worker's task: some rows of a block of occurrences.
type chunk struct {
	*occurrenceBlock
	rows []uint32
}

// occurrenceBlock is a block of occurrences with the columns that a scan needs.
type occurrenceBlock struct {
	info BlockInfo
	// vectors are those of readings of occurrences; nil for others.
	vectors              []*value.Vector
	subjects, sets, many []int64
}

// run reads blocks one after the other and lets workers make rows of them.
func (s *scan) run(ctx context.Context, tx Tx) error {
	s.tx, s.passing = tx, map[int][]bool{}
	infos, err := tx.FinderBlocks(s.account, Occurrences)
	if err != nil {
		return err
	}
	if s.resourceBlocks, err = tx.FinderBlocks(s.account, Subjects); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	tasks := make(chan chunk)
	var wg sync.WaitGroup
	for w := range max(1, s.request.Workers) {
		wg.Go(func() {
			for c := range tasks {
				if ctx.Err() != nil {
					continue
				}
				if err := s.expand(ctx, w, &c); err != nil {
					stop(err)
				}
			}
		})
	}
	for i := range infos {
		if err := s.feed(ctx, &infos[i], tasks); err != nil {
			stop(err)
			break
		}
	}
	close(tasks)
	wg.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, errEnough) {
		return err
	}
	return nil
}

// feed chooses the rows of a block and hands them out.
func (s *scan) feed(ctx context.Context, info *BlockInfo, tasks chan<- chunk) error {
	wanted, err := s.mayHave(info)
	if err != nil || !wanted {
		return err
	}
	rows, err := s.choose(info)
	if err != nil || len(rows) == 0 {
		return err
	}
	b, err := s.occurrenceBlock(info)
	if err != nil {
		return err
	}
	for len(rows) > 0 {
		n, sum := 0, int64(0)
		for n < len(rows) && sum < portion {
			sum += b.many[rows[n]]
			n++
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case tasks <- chunk{b, rows[:n]}:
		}
		rows = rows[n:]
	}
	return nil
}

// occurrenceBlock loads what is read of a block.
func (s *scan) occurrenceBlock(info *BlockInfo) (b *occurrenceBlock, err error) {
	b = &occurrenceBlock{info: *info, vectors: make([]*value.Vector, len(s.readings))}
	for i := range s.readings {
		if b.vectors[i], err = s.occurrenceVector(info, &s.readings[i]); err != nil {
			return nil, err
		}
	}
	if b.subjects, err = s.ints(info, oSubject); err != nil {
		return nil, err
	}
	if b.sets, err = s.ints(info, oSet); err != nil {
		return nil, err
	}
	b.many, err = s.ints(info, oRows)
	return b, err
}

// occurrenceVector is a reading over all rows of a block of occurrences; nil when it is not read there.
func (s *scan) occurrenceVector(info *BlockInfo, r *reading) (*value.Vector, error) {
	switch r.from {
	case fromOccurrence:
		t, err := s.words(info, r.column)
		return vectorOf(r.t, t), err
	case fromTimes:
		list, err := s.ints(info, r.column)
		return &value.Vector{Type: r.t, N: len(list), Ints: list}, err
	}
	return nil, nil
}

// vectorOf is a column of texts as a vector; the empty text is NULL.
func vectorOf(t *value.Type, of texts) *value.Vector {
	v := &value.Vector{Type: t, N: len(of.of), Of: of.of}
	for i, w := range of.words {
		if w == "" {
			if v.Nulls == nil {
				v.Nulls = make([]bool, len(of.words))
			}
			v.Nulls[i] = true
		}
	}
	if t.Kind != value.Boolean {
		v.Strs = of.words
		return v
	}
	v.Bools = make([]bool, len(of.words))
	for i, w := range of.words {
		v.Bools[i] = w == "true"
	}
	return v
}

// named makes names that follow from other columns, for some rows of a block.
func (s *scan) named(info *BlockInfo, which string, rows []uint32) (texts, error) {
	var from []texts
	for _, column := range needs(which) {
		t, err := s.words(info, column)
		if err != nil {
			return t, err
		}
		from = append(from, t)
	}
	out := texts{of: make([]uint32, len(rows))}
	known := map[[4]uint32]uint32{}
	of := make([]string, len(from))
	for at, row := range rows {
		var k [4]uint32
		for i := range from {
			k[i] = from[i].of[row]
		}
		n, ok := known[k]
		if !ok {
			for i := range from {
				of[i] = from[i].words[k[i]]
			}
			n = uint32(len(out.words))
			known[k], out.words = n, append(out.words, s.names.name(which, of))
		}
		out.of[at] = n
	}
	return out, nil
}

// choose are the rows of a block that are shown and pass the filters on occurrences.
func (s *scan) choose(info *BlockInfo) ([]uint32, error) {
	assessments, err := s.words(info, oAssessment)
	if err != nil {
		return nil, err
	}
	sets, err := s.words(info, oControlSet)
	if err != nil {
		return nil, err
	}
	many, err := s.ints(info, oRows)
	if err != nil {
		return nil, err
	}
	shown := map[[2]uint32]bool{}
	rows := make([]uint32, 0, info.Rows)
	for r := range int(info.Rows) {
		k := [2]uint32{assessments.of[r], sets.of[r]}
		ok, known := shown[k]
		if !known {
			ok = s.visible(assessments.words[k[0]], sets.words[k[1]])
			shown[k] = ok
		}
		if ok {
			rows = append(rows, uint32(r))
			s.request.Statistics.Scanned.Add(many[r])
		}
	}
	for i := range s.times {
		list, err := s.ints(info, oTime)
		if err != nil {
			return nil, err
		}
		rows = keep(rows, func(r uint32) bool { return holds(&s.times[i], list[r]) })
	}
	for i := range s.occurrences {
		if len(rows) == 0 {
			break
		}
		if rows, err = s.keepPassing(info, &s.occurrences[i], rows); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// keepPassing keeps the rows that pass a filter on occurrences.
func (s *scan) keepPassing(info *BlockInfo, f *filter, rows []uint32) ([]uint32, error) {
	var t texts
	var err error
	if f.from == fromNames {
		t, err = s.named(info, f.column, rows)
	} else {
		t, err = s.words(info, f.column)
	}
	if err != nil {
		return nil, err
	}
	pass := make([]bool, len(t.words))
	for i, w := range t.words {
		pass[i] = f.holds(w)
	}
	if f.from != fromNames {
		return keep(rows, func(r uint32) bool { return pass[t.of[r]] }), nil
	}
	kept := rows[:0]
	for i, r := range rows {
		if pass[t.of[i]] {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

func keep(rows []uint32, wanted func(uint32) bool) []uint32 {
	kept := rows[:0]
	for _, r := range rows {
		if wanted(r) {
			kept = append(kept, r)
		}
	}
	return kept
}

// passes tells which resources of a block pass the filters on resources; nil: all.
func (s *scan) passes(block int) ([]bool, error) {
	if len(s.resources) == 0 {
		return nil, nil
	}
	s.passMu.Lock()
	defer s.passMu.Unlock()
	if pass, ok := s.passing[block]; ok {
		return pass, nil
	}
	info := &s.resourceBlocks[block]
	pass := make([]bool, info.Rows)
	for i := range pass {
		pass[i] = true
	}
	for i := range s.resources {
		f := &s.resources[i]
		t, err := s.words(info, f.column)
		if err != nil {
			return nil, err
		}
		words := make([]bool, len(t.words))
		for i, w := range t.words {
			if f.from == fromCategory {
				w = category(w)
			}
			words[i] = f.holds(w)
		}
		for r := range pass {
			pass[r] = pass[r] && words[t.of[r]]
		}
	}
	s.passing[block] = pass
	return pass, nil
}

// blockOf is the place of the block of resources that has a number.
func (s *scan) blockOf(number int64) int {
	return sort.Search(len(s.resourceBlocks), func(i int) bool { return s.resourceBlocks[i].First > number }) - 1
}

// give hands a batch on, and ends the scan when there are enough rows.
func (s *scan) give(worker int, b *plan.Batch) error {
	if err := s.yield(worker, b); err != nil {
		return err
	}
	if s.request.Limit == 0 || !s.exact {
		return nil
	}
	s.limitMu.Lock()
	defer s.limitMu.Unlock()
	if s.yielded += int64(b.Rows); s.yielded >= s.request.Limit {
		return errEnough
	}
	return nil
}
