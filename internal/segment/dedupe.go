package segment

import (
	"bytes"
	"context"
	"fmt"
	"math/bits"
	"slices"
	"sort"

	"github.com/tickmark/tickmark/internal/trail"
)

// newcomer is an event of a batch with the hash of its id.
type newcomer struct {
	hash  uint64
	place int // in the batch
	event *trail.Event
	twin  bool
}

// dedupe tells the new events of a batch, in their order, from those whose key is taken.
func (s *Store) dedupe(ctx context.Context, events []trail.Event) (fresh []*trail.Event, twins []twin, err error) {
	accounts := map[string][]newcomer{}
	for i := range events {
		e := &events[i]
		accounts[e.Account] = append(accounts[e.Account], newcomer{hash(e.ID), i, e, false})
	}
	taken := make(map[*trail.Event]bool)
	note := func(t twin) {
		taken[t.event] = true
		twins = append(twins, t)
	}
	for account, batch := range accounts {
		slices.SortFunc(batch, func(a, b newcomer) int {
			switch {
			case a.hash < b.hash:
				return -1
			case a.hash > b.hash:
				return 1
			}
			return a.place - b.place
		})
		withinBatch(batch, note)
		if err := s.againstHot(ctx, account, batch, note); err != nil {
			return nil, nil, err
		}
		batch, err := s.suspects(account, batch)
		if err != nil {
			return nil, nil, err
		}
		if len(batch) == 0 {
			continue
		}
		f := filterOf(batch)
		for _, seg := range s.segments {
			if seg.Account != account {
				continue
			}
			if err := s.againstSegment(seg, batch, f, note); err != nil {
				return nil, nil, err
			}
		}
	}
	fresh = make([]*trail.Event, 0, len(events)-len(twins))
	for i := range events {
		if !taken[&events[i]] {
			fresh = append(fresh, &events[i])
		}
	}
	return fresh, twins, nil
}

// suspects are those of a batch that may be sealed already, in their order. They take the place of the batch.
func (s *Store) suspects(account string, batch []newcomer) ([]newcomer, error) {
	v, err := s.sieveOf(account)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(batch, func(n newcomer) bool { return n.twin || !v.has(n.hash) }), nil
}

// withinBatch finds events that come twice in a batch sorted by hash; the first one stays.
func withinBatch(batch []newcomer, note func(twin)) {
	for i := range batch {
		for j := i - 1; j >= 0 && batch[j].hash == batch[i].hash; j-- {
			if !batch[j].twin && batch[j].event.ID == batch[i].event.ID {
				batch[i].twin = true
				note(twinOf(batch[i].event, batch[j].event.Raw))
				break
			}
		}
	}
}

func (s *Store) againstHot(ctx context.Context, account string, batch []newcomer, note func(twin)) error {
	hot := s.hot[account]
	if len(hot) == 0 {
		return nil
	}
	return s.sql.Read(ctx, func(tx trail.Tx) error {
		for i := range batch {
			n := &batch[i]
			if _, maybe := hot[n.hash]; n.twin || !maybe {
				continue
			}
			stored, found, err := tx.HotEvent(account, n.event.ID)
			if err != nil {
				return err
			}
			if found {
				n.twin = true
				note(twinOf(n.event, stored.Raw))
			}
		}
		return nil
	})
}

// againstSegment compares a batch sorted by hash with one segment of the same account.
func (s *Store) againstSegment(seg trail.Segment, batch []newcomer, f filter, note func(twin)) error {
	ids, err := s.segmentIDs(seg)
	if err != nil {
		return err
	}
	found := common(ids, batch, f)
	if len(found) == 0 {
		return nil
	}
	stored, err := s.files.get(seg)
	if err != nil {
		return err
	}
	slices.SortFunc(found, func(a, b match) int { return a.row - b.row })
	var rows []int
	for _, m := range found {
		if len(rows) == 0 || rows[len(rows)-1] != m.row {
			rows = append(rows, m.row)
		}
	}
	return stored.byPage(rows, func(p int, rows []int) error {
		return stored.texts(p, rows, func(row int, raw []byte) error {
			for ; len(found) > 0 && found[0].row == row; found = found[1:] { // equal hashes share a row
				if err := found[0].of.compare(stored, row, raw, note); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// compare settles whether the stored row is the newcomer's twin.
func (n *newcomer) compare(f *file, row int, raw []byte, note func(twin)) error {
	if n.twin {
		return nil
	}
	if !bytes.Equal(raw, n.event.Raw) {
		stored, err := trail.Decode(raw)
		if err != nil {
			return fmt.Errorf("%s: row %d: %w", f.name, row, err)
		}
		if stored.ID != n.event.ID {
			return nil // different ids, equal hashes
		}
	}
	n.twin = true
	note(twinOf(n.event, raw))
	return nil
}

// segmentIDs are the id hashes of a segment; they stay in memory once they were needed.
func (s *Store) segmentIDs(seg trail.Segment) ([]uint64, error) {
	if ids, ok := s.ids[seg.ID]; ok {
		return ids, nil
	}
	_, side := paths(s.root, &seg)
	ix, err := readIndex(side, seg.Rows)
	if err != nil {
		return nil, err
	}
	s.ids[seg.ID] = slices.Clone(ix.ids)
	return s.ids[seg.ID], nil
}

// match is a row of a segment that may hold the same event.
type match struct {
	row int
	of  *newcomer
}

// common pairs the newcomers with the rows whose id has the same hash. Both sides are sorted; few newcomers are
// searched for, many are streamed past through the filter.
func common(ids []uint64, batch []newcomer, f filter) []match {
	var out []match
	if len(batch)*128 < len(ids) {
		for i := range batch {
			for _, row := range rowsOfID(ids, batch[i].hash) {
				out = append(out, match{row, &batch[i]})
			}
		}
		return out
	}
	for _, v := range ids {
		h := v >> rowBits
		if !f.has(h) {
			continue
		}
		i := sort.Search(len(batch), func(i int) bool { return batch[i].hash >= h })
		for ; i < len(batch) && batch[i].hash == h; i++ {
			out = append(out, match{int(v & (maxRows - 1)), &batch[i]})
		}
	}
	return out
}

// filter tells quickly that a hash is not in a batch.
type filter struct {
	bits []uint64
	mask uint64
}

func filterOf(batch []newcomer) filter {
	n := 1 << bits.Len(uint(max(len(batch)/2, 1))) // 32 to 64 bits an event
	f := filter{make([]uint64, n), uint64(n)*64 - 1}
	for i := range batch {
		h := batch[i].hash & f.mask
		f.bits[h/64] |= 1 << (h % 64)
	}
	return f
}

func (f filter) has(h uint64) bool {
	h &= f.mask
	return f.bits[h/64]&(1<<(h%64)) != 0
}
