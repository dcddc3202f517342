package finder

import (
	"context"
	"fmt"

	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// pairs are rows of the table under way: an occurrence and a resource of one block of resources.
type pairs struct{ occurrences, resources []uint32 }

// expand makes the rows of the table of a chunk of occurrences: one for each resource.
func (s *scan) expand(ctx context.Context, worker int, c *chunk) error {
	if !s.needsResources() {
		return s.count(worker, c)
	}
	open := map[int]*pairs{}
	for _, row := range c.rows {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := s.expandRow(worker, c, row, open); err != nil {
			return err
		}
	}
	for block := range s.resourceBlocks {
		if p := open[block]; p != nil && len(p.occurrences) > 0 {
			if err := s.flush(worker, c, block, p); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *scan) expandRow(worker int, c *chunk, row uint32, open map[int]*pairs) error {
	if number := c.sets[row]; number > 0 {
		list, err := s.set(number)
		if err != nil {
			return err
		}
		for len(list) > 0 {
			block := s.blockOf(int64(list[0]))
			if block < 0 {
				return errDamaged
			}
			info := &s.resourceBlocks[block]
			n := 0
			for n < len(list) && int64(list[n]) < info.First+info.Rows {
				n++
			}
			if n == 0 {
				return fmt.Errorf("%w: there is no resource %d", errDamaged, list[0])
			}
			if err := s.add(worker, c, row, block, list[:n], open); err != nil {
				return err
			}
			list = list[n:]
		}
		return nil
	}
	first := c.subjects[row]
	for i := range c.many[row] {
		block := s.blockOf(first + i)
		if block < 0 || first+i >= s.resourceBlocks[block].First+s.resourceBlocks[block].Rows {
			return fmt.Errorf("%w: there is no resource %d", errDamaged, first+i)
		}
		if err := s.add(worker, c, row, block, []uint32{uint32(first + i)}, open); err != nil {
			return err
		}
	}
	return nil
}

// add puts resources of one block beside an occurrence.
func (s *scan) add(worker int, c *chunk, row uint32, block int, numbers []uint32, open map[int]*pairs) error {
	pass, err := s.passes(block)
	if err != nil {
		return err
	}
	p := open[block]
	if p == nil {
		p = &pairs{}
		open[block] = p
	}
	first := uint32(s.resourceBlocks[block].First)
	for _, n := range numbers {
		if pass != nil && !pass[n-first] {
			continue
		}
		p.occurrences, p.resources = append(p.occurrences, row), append(p.resources, n-first)
		if len(p.occurrences) == portion {
			if err := s.flush(worker, c, block, p); err != nil {
				return err
			}
			*p = pairs{}
		}
	}
	return nil
}

// needsResources reports whether rows cannot be made of the occurrences alone.
func (s *scan) needsResources() bool {
	if len(s.resources) > 0 {
		return true
	}
	for i := range s.readings {
		switch s.readings[i].from {
		case fromSubject, fromCategory, fromRecord:
			return true
		}
	}
	return false
}

// count makes rows without their resources.
func (s *scan) count(worker int, c *chunk) error {
	p := pairs{}
	for _, row := range c.rows {
		for range c.many[row] {
			if p.occurrences = append(p.occurrences, row); len(p.occurrences) == portion {
				if err := s.flush(worker, c, -1, &p); err != nil {
					return err
				}
				p = pairs{}
			}
		}
	}
	if len(p.occurrences) == 0 {
		return nil
	}
	return s.flush(worker, c, -1, &p)
}

// flush gives a batch of rows; block is that of the resources, -1 when none is read.
func (s *scan) flush(worker int, c *chunk, block int, p *pairs) error {
	n := len(p.occurrences)
	columns := make([]*value.Vector, len(s.readings))
	for i := range s.readings {
		r := &s.readings[i]
		switch r.from {
		case fromOccurrence, fromTimes:
			columns[i] = c.vectors[i].Select(p.occurrences)
		case fromNames:
			t, err := s.named(&c.info, r.column, p.occurrences)
			if err != nil {
				return err
			}
			columns[i] = vectorOf(r.t, t)
		case fromSubject, fromCategory:
			v, err := s.resourceVector(block, r)
			if err != nil {
				return err
			}
			columns[i] = v.Select(p.resources)
		case fromFixed:
			columns[i] = value.Constant(r.t, fixed(r.column, s.account), n)
		case fromNothing:
			columns[i] = value.Constant(r.t, nil, n)
		}
	}
	return s.give(worker, plan.NewBatch(n, columns, func(i int, some []uint32) (*value.Vector, error) {
		return s.load(&s.readings[i], &c.info, block, p, some)
	}))
}

// resourceVector is a reading over all rows of a block of resources.
func (s *scan) resourceVector(block int, r *reading) (*value.Vector, error) {
	t, err := s.words(&s.resourceBlocks[block], r.column)
	if err != nil {
		return nil, err
	}
	if r.from == fromCategory {
		words := make([]string, len(t.words))
		for i, w := range t.words {
			words[i] = category(w)
		}
		t.words = words
	}
	return vectorOf(r.t, t), nil
}
