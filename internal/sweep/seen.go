package sweep

import (
	"bytes"
	"crypto/sha256"
	"slices"

	"github.com/tickmark/tickmark/internal/inventory"
)

// seen remembers which resources a list had, in 16 bytes each.
type seen struct {
	sums   [][16]byte
	sorted bool
}

func sumOf(k inventory.Key) [16]byte {
	sum := sha256.Sum256([]byte(k.Region + "\x00" + k.ID))
	return [16]byte(sum[:16])
}

func (s *seen) add(k inventory.Key) {
	s.sums, s.sorted = append(s.sums, sumOf(k)), false
}

func (s *seen) has(k inventory.Key) bool {
	compare := func(a, b [16]byte) int { return bytes.Compare(a[:], b[:]) }
	if !s.sorted {
		slices.SortFunc(s.sums, compare)
		s.sorted = true
	}
	_, found := slices.BinarySearchFunc(s.sums, sumOf(k), compare)
	return found
}
