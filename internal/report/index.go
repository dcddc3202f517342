package report

import (
	"crypto/sha256"
	"encoding/binary"
)

// index maps hashes to numbers in about 40 bytes a key, a fifth of what a Go map of names takes: a report has millions of
// files. Of a hash the first 16 bytes are kept, which nobody can make collide. The zero index is empty.
type index struct {
	slots []slot // a power of two of them
	n     int
}

type slot struct {
	hi, lo uint64
	// value is stored plus one; 0 is an empty slot.
	value int64
}

// nameKey is the key of a name.
func nameKey(name string) [32]byte { return sha256.Sum256([]byte(name)) }

func slotOf(k [32]byte) slot {
	return slot{hi: binary.LittleEndian.Uint64(k[:]), lo: binary.LittleEndian.Uint64(k[8:])}
}

// find is the slot of a key, or the empty one where it belongs.
func (x *index) find(k slot) *slot {
	mask := uint64(len(x.slots) - 1)
	for i := k.hi & mask; ; i = (i + 1) & mask {
		s := &x.slots[i]
		if s.value == 0 || s.hi == k.hi && s.lo == k.lo {
			return s
		}
	}
}

// get is the value of a key.
func (x *index) get(key [32]byte) (int64, bool) {
	if x.n == 0 {
		return 0, false
	}
	s := x.find(slotOf(key))
	return s.value - 1, s.value != 0
}

// has tells whether a key is there.
func (x *index) has(key [32]byte) bool {
	_, ok := x.get(key)
	return ok
}

// put adds a key; when it is there already, it stays with the value it has, which is answered.
func (x *index) put(key [32]byte, value int64) (old int64, added bool) {
	if 4*x.n >= 3*len(x.slots) {
		x.grow()
	}
	k := slotOf(key)
	s := x.find(k)
	if s.value != 0 {
		return s.value - 1, false
	}
	k.value = value + 1
	*s = k
	x.n++
	return value, true
}

func (x *index) grow() {
	old := x.slots
	x.slots = make([]slot, max(1024, 2*len(old)))
	for _, s := range old {
		if s.value != 0 {
			*x.find(s) = s
		}
	}
}

// set changes the value of a key that is there.
func (x *index) set(key [32]byte, value int64) { x.find(slotOf(key)).value = value + 1 }
