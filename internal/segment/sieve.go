package segment

import (
	"math/bits"

	"github.com/tickmark/tickmark/internal/trail"
)

// sieve tells of most id hashes that no sealed event of an account has them, so that new events need not be searched for
// in every segment. It is a Bloom filter that looks at one cache line: 16 bits a key or more, of which it sets six; one
// key in some thousand that is not there passes.
type sieve struct {
	lines [][8]uint64
	keys  int
}

const keysPerLine = 512 / 16

// newSieve is an empty sieve with room for so many keys and for half as many later ones.
func newSieve(keys int) *sieve {
	n := max(keys+keys/2, 1<<12) / keysPerLine
	return &sieve{lines: make([][8]uint64, 1<<bits.Len(uint(n)))}
}

func (s *sieve) full() bool { return s.keys > len(s.lines)*keysPerLine }

// place is the line of a hash, and six numbers of 9 bits.
func (s *sieve) place(h uint64) (line *[8]uint64, bits uint64) {
	h *= 0x9e3779b97f4a7c15
	hi, lo := mul(h^h>>29, 0xbf58476d1ce4e5b9)
	return &s.lines[hi&uint64(len(s.lines)-1)], lo ^ hi>>32
}

func mul(a, b uint64) (hi, lo uint64) { return bits.Mul64(a, b) }

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
