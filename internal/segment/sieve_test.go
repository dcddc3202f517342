package segment

import (
	"math/rand/v2"
	"testing"
)

// TestSieve: what was added passes, and little else.
func TestSieve(t *testing.T) {
	for _, n := range []int{0, 1, 5000, 200_000} {
		rnd := rand.New(rand.NewPCG(1, uint64(n)))
		s, keys := newSieve(n), make([]uint64, n)
		for i := range keys {
			keys[i] = rnd.Uint64() >> rowBits
			s.add(keys[i])
		}
		for _, k := range keys {
			if !s.has(k) {
				t.Fatalf("of %d, %x does not pass", n, k)
			}
		}
		passed := 0
		for range 100_000 {
			if s.has(rnd.Uint64() >> rowBits) {
				passed++
			}
		}
		if s.full() || passed > 400 {
			t.Errorf("of %d: %d of 100,000 strangers pass", n, passed)
		}
		t.Logf("of %d: %d of 100,000 strangers pass", n, passed)
	}
}
