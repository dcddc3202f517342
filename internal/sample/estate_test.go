package sample

import (
	"crypto/sha256"
	"encoding/json"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func digest(e Estate) (sum [32]byte, items int, types map[string]int, keys map[inventory.Key]int) {
	h := sha256.New()
	types, keys = map[string]int{}, map[inventory.Key]int{}
	for _, it := range e.Items() {
		h.Write(it.Raw())
		items++
		types[it.Type]++
		keys[it.Key]++
	}
	h.Sum(sum[:0])
	return
}

func TestDemoEstate(t *testing.T) {
	sum, items, types, keys := digest(Demo(now))
	if again, _, _, _ := digest(Demo(now)); again != sum {
		t.Error("the same options gave other bytes")
	}
	if items < 400 || len(types) < 40 {
		t.Errorf("%d items of %d types, want at least 400 of 40", items, len(types))
	}
	history := 0
	for _, n := range keys {
		history += n - 1
	}
	if history < 20 {
		t.Errorf("%d earlier states, want at least 20", history)
	}
	t.Logf("%d items, %d resources, %d types", items, len(keys), len(types))
}

func TestItemsAreWhole(t *testing.T) {
	e := Demo(now)
	for spec, it := range e.Items() {
		if v, ok := it.Tag(Tag); !ok || v != "true" {
			t.Errorf("%s is not marked as synthetic", it.Key)
		}
		if it.Captured.After(now) || !it.Created.Before(it.Captured) {
			t.Errorf("%s: captured %s, created %s", it.Key, it.Captured, it.Created)
		}
		if it.Key != spec.Key || it.Configuration().Len() == 0 {
			t.Errorf("%s: not as specified", it.Key)
		}
	}
}

// TestStacks: a larger estate holds the smaller one, and no resource stands in it twice.
func TestStacks(t *testing.T) {
	small, large := Demo(now), Demo(now)
	large.Stacks = 3
	_, _, _, few := digest(small)
	_, _, _, many := digest(large)
	for k := range few {
		if many[k] != few[k] {
			t.Errorf("%s: %d states in the small estate, %d in the large one", k, few[k], many[k])
		}
	}
	if len(many) < 5*len(few)/2 {
		t.Errorf("%d resources with three stacks, %d with one", len(many), len(few))
	}
}

func TestEarlyStop(t *testing.T) {
	n := 0
	for range Demo(now).Items() {
		if n++; n == 7 {
			break
		}
	}
	if n != 7 {
		t.Errorf("stopped after %d", n)
	}
}

// TestFindings: findings speak of resources of the estate, some of them change, and both outcomes occur.
func TestFindings(t *testing.T) {
	status, ids := map[string]int{}, map[string]int{}
	for raw := range Demo(now).Findings() {
		var f struct {
			ID         string `json:"Id"`
			Compliance struct{ Status string }
		}
		if err := json.Unmarshal(raw, &f); err != nil {
			t.Fatal(err)
		}
		status[f.Compliance.Status]++
		ids[f.ID]++
	}
	changed := 0
	for _, n := range ids {
		changed += n - 1
	}
	if status["PASSED"] == 0 || status["FAILED"] == 0 || changed == 0 {
		t.Errorf("findings %v, %d changed", status, changed)
	}
}
