package insight

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

func TestPackedDays(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	day := MinuteOf(Minute(28_000_000).Time()).day()
	for range 200 {
		want := map[Minute]int{}
		var packed []byte
		for range r.IntN(6) {
			var add []Count
			for range r.IntN(40) {
				c := Count{day + Minute(r.IntN(1440)), 1 + r.IntN(1000)}
				add = append(add, c)
				want[c.Minute] += c.N
			}
			var err error
			if packed, err = Merge(packed, day, add); err != nil {
				t.Fatal(err)
			}
		}
		if packed == nil {
			continue
		}
		for _, step := range []Minute{1, 5, 60} {
			coarse, err := Coarsen(packed, day, step)
			if err != nil {
				t.Fatal(err)
			}
			sums := map[Minute]int{}
			for m, n := range want {
				sums[m-m%step] += n
			}
			counts, err := Unpack(coarse, day)
			if err != nil {
				t.Fatal(err)
			}
			got, last := map[Minute]int{}, Minute(-1)
			for _, c := range counts {
				if c.Minute <= last {
					t.Fatalf("minute %d after %d", c.Minute, last)
				}
				got[c.Minute], last = c.N, c.Minute
			}
			if !reflect.DeepEqual(got, sums) {
				t.Fatalf("in steps of %d: %v, want %v", step, got, sums)
			}
		}
	}
}

// FuzzUnpack: what is not a packed day is refused; what is packs to the same again.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte{1, 1, 5, 3, 9})
	f.Add([]byte{5, 1, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		const day = Minute(1440 * 100)
		d, err := unpack(b, day)
		if err != nil {
			return
		}
		again, err := unpack(d.pack(day), day)
		if err != nil || !reflect.DeepEqual(again, d) {
			t.Errorf("%v packed and unpacked is %v, %v", d, again, err)
		}
	})
}
