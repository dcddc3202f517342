package segment

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tickmark/tickmark/internal/trail"
)

// TestMergeable: rows of the segments of a day, and the rows of those that are merged.
func TestMergeable(t *testing.T) {
	for _, c := range []struct {
		rows []int
		want string
	}{
		{nil, "[]"},
		{[]int{300}, "[]"},
		{[]int{300, 300}, "[[300 300]]"},
		{[]int{32768, 32768, 32768}, "[[32768 32768]]"},
		{[]int{300, 4096}, "[]"}, // the big one would be written again for little
		{[]int{1024, 4096}, "[[1024 4096]]"},
		{[]int{256, 256, 256, 256, 256, 256, 256, 60000}, "[[256 256 256 256 256 256 256 60000]]"},
		{[]int{65536, 65536, 10}, "[]"},
		{[]int{40000, 40000, 40000}, "[]"},
		{[]int{30000, 30000, 40000, 300}, "[[300 30000 30000]]"},
		{slices.Repeat([]int{1}, 200), fmt.Sprint([][]int{slices.Repeat([]int{1}, 128), slices.Repeat([]int{1}, 72)})},
	} {
		var segments []trail.Segment
		for i, n := range c.rows {
			segments = append(segments, trail.Segment{ID: fmt.Sprint(i), Rows: n, Day: "2024-03-05"}, trail.Segment{ID: fmt.Sprint("other", i), Rows: n, Day: fmt.Sprint(i)})
		}
		var got [][]int
		for _, g := range mergeable(segments) {
			var rows []int
			for _, seg := range g {
				rows = append(rows, seg.Rows)
			}
			got = append(got, rows)
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%v: %v, want %s", c.rows, got, c.want)
		}
	}
	heavy := []trail.Segment{{ID: "a", Rows: 10, Bytes: mergeBytes}, {ID: "b", Rows: 10, Bytes: 1}}
	if got := mergeable(heavy); got != nil {
		t.Errorf("more than fits into memory is merged: %v", got)
	}
}
