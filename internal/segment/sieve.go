package segment

import (
	"math/bits"

	"github.com/tickmark/tickmark/internal/trail"
)

// sieve tells of most id hashes that no sealed event of an account has them, so that new events need not be searched for
// in every segment. It is a Bloom filter that looks at one cache line: 16 bits a key or more, of which it sets six; one
// key in some thousand that is not there passes.
type sieve struct {
	lines  [][8]uint64
	digits int // their number is two to the power of it
	keys   int
}

const keysPerLine = 512 / 16

// newSieve is an empty sieve with room for so many keys and for half as many later ones.
func newSieve(keys int) *sieve {
	n := max(keys+keys/2, 1<<12) / keysPerLine
	digits := bits.Len(uint(n))
	return &sieve{lines: make([][8]uint64, 1<<digits), digits: digits}
}

func (s *sieve) full() bool { return s.keys > len(s.lines)*keysPerLine }

// place is the line of a hash, and six numbers of 9 bits. Lines are in the order of hashes, as a segment's index and a
// batch are: so memory is walked through in one direction.
func (s *sieve) place(h uint64) (line *[8]uint64, numbers uint64) {
	return &s.lines[h>>(48-s.digits)], h * 0x9e3779b97f4a7c15 >> 10
}

func (s *sieve) add(h uint64) {
	line, b := s.place(h)
	for range 6 {
		line[b>>6&7] |= 1 << (b & 63)
		b >>= 9
	}
	s.keys++
}

// has is false when the hash was not added.
func (s *sieve) has(h uint64) bool {
	line, b := s.place(h)
	for range 6 {
		if line[b>>6&7]>>(b&63)&1 == 0 {
			return false
		}
		b >>= 9
	}
	return true
}

// addAll adds the hashes of a segment's index.
func (s *sieve) addAll(ids []uint64) {
	for _, v := range ids {
		s.add(v >> rowBits)
	}
}

// sieveOf is the sieve of an account, made when it is asked for first and when it has become too small. The caller
// holds appends.
func (s *Store) sieveOf(account string) (*sieve, error) {
	if v := s.sieves[account]; v != nil && !v.full() {
		return v, nil
	}
	var of []trail.Segment
	keys := 0
	for _, seg := range s.segments {
		if seg.Account == account {
			of = append(of, seg)
			keys += seg.Rows
		}
	}
	v := newSieve(keys)
	for _, seg := range of {
		ids, err := s.segmentIDs(seg)
		if err != nil {
			return nil, err
		}
		v.addAll(ids)
	}
	s.sieves[account] = v
	return v, nil
}
