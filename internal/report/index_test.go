package report

import (
	"fmt"
	"testing"
)

// TestIndex: keys are found with their first value, however far the index has grown.
func TestIndex(t *testing.T) {
	var x index
	if _, ok := x.get(nameKey("1")); ok {
		t.Error("the empty index has a key")
	}
	const n = 50_000
	for i := range n {
		if _, added := x.put(nameKey(fmt.Sprint(i)), int64(i)); !added {
			t.Fatalf("key %d was there before", i)
		}
	}
	for i := range n {
		if v, ok := x.get(nameKey(fmt.Sprint(i))); !ok || v != int64(i) {
			t.Fatalf("key %d: %d, %v", i, v, ok)
		}
	}
	if v, added := x.put(nameKey("7"), 8); added || v != 7 {
		t.Errorf("again: %d, %v", v, added)
	}
	if x.has(nameKey("none")) {
		t.Error("a key that was not put")
	}
}
