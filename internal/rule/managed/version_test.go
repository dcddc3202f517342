package managed

import (
	"cmp"
	"testing"
)

func TestVersionOrder(t *testing.T) {
	for _, list := range [][]string{ // each from old to new
		{"1.9", "1.10", "1.10.1", "2"},
		{"0.9", "0.09.1", "0.10"},
		{"5.7.mysql_aurora.2.11.6", "8.0.mysql_aurora.2.11.6", "8.0.mysql_aurora.3.04.0", "8.0.mysql_aurora.3.4.1"},
		{"1.0.2", "1.0.2a", "1.0.2k-fips", "1.0.3"},
		{"1.B", "1.B2", "1.a", "1.1"},
		{"", "a", "1"},
	} {
		for i := range list {
			for j := range list {
				if got, want := versionOrder(list[i], list[j]), cmp.Compare(i, j); got != want {
					t.Errorf("versionOrder(%q, %q) = %d, want %d", list[i], list[j], got, want)
				}
			}
		}
	}
	for _, same := range [][2]string{{"6", "6.0.0"}, {"1.02", "1.2"}, {"1-2_3", "1.2.3"}, {"", "0"}, {"..", ""}} {
		if versionOrder(same[0], same[1]) != 0 || versionOrder(same[1], same[0]) != 0 {
			t.Errorf("versions %q and %q differ", same[0], same[1])
		}
	}
}
