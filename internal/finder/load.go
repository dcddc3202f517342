package finder

import (
	"fmt"

	"github.com/tickmark/tickmark/internal/ledger"
)

// words is a column of texts of a block; the scan's transaction reads it when it is not at hand.
func (s *scan) words(b *BlockInfo, column string) (texts, error) {
	k := cacheKey{s.account, b.Side, b.First, b.Rows, column}
	if v, ok := s.cache.get(k); ok {
		return v.(texts), nil
	}
	packed, err := s.packed(b, column)
	if err != nil {
		return texts{}, err
	}
	t, err := decodeTexts(packed, int(b.Rows))
	if err != nil {
		return t, fmt.Errorf("%s %d, %s: %w", b.Side, b.First, column, err)
	}
	size := int64(4*len(t.of) + 16*len(t.words))
	for _, w := range t.words {
		size += int64(len(w))
	}
	s.cache.put(k, t, size)
	return t, nil
}

// ints is a column of numbers of a block.
func (s *scan) ints(b *BlockInfo, column string) ([]int64, error) {
	k := cacheKey{s.account, b.Side, b.First, b.Rows, column}
	if v, ok := s.cache.get(k); ok {
		return v.([]int64), nil
	}
	packed, err := s.packed(b, column)
	if err != nil {
		return nil, err
	}
	list, err := decodeInts(packed)
	if err == nil && len(list) != int(b.Rows) {
		err = errDamaged
	}
	if err != nil {
		return nil, fmt.Errorf("%s %d, %s: %w", b.Side, b.First, column, err)
	}
	s.cache.put(k, list, int64(8*len(list)))
	return list, nil
}

func (s *scan) packed(b *BlockInfo, column string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	packed, err := s.tx.FinderColumn(s.account, b.Side, b.First, column)
	s.request.Statistics.Bytes.Add(int64(len(packed)))
	return packed, err
}

// setSide is the side of sets in the cache.
const setSide Side = "set"

// set is the resources of a set, in order.
func (s *scan) set(number int64) ([]uint32, error) {
	k := cacheKey{s.account, setSide, number, 0, ""}
	if v, ok := s.cache.get(k); ok {
		return v.([]uint32), nil
	}
	s.mu.Lock()
	packed, err := s.tx.FinderSet(s.account, number)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	s.request.Statistics.Bytes.Add(int64(len(packed)))
	list, err := decodeSet(packed)
	if err != nil {
		return nil, fmt.Errorf("set %d: %w", number, err)
	}
	s.cache.put(k, list, int64(4*len(list)))
	return list, nil
}

// body reads a body out of the ledger.
func (s *scan) body(h ledger.Hash) (ledger.Body, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ledger.ReadBody(s.tx, s.account, h)
}
