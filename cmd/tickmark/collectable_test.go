package main

import (
	"testing"

	"github.com/tickmark/tickmark/internal/rule/managed"
)

// TestCollectable: every rule that a published pack uses can be fed by collectors alone, and most others.
func TestCollectable(t *testing.T) {
	packed, all := 0, 0
	for _, e := range managed.Known() {
		row := rowOf(e)
		if row.Collectable == "yes" {
			all++
		}
		if e.PackUses == 0 {
			continue
		}
		packed++
		if row.Collectable != "yes" {
			t.Errorf("%s is used by published packs and is %s: %v", e.Identifier, row.Collectable, managed.Lookup(e.Identifier).Reads())
		}
	}
	if packed < 401 || all < 650 {
		t.Errorf("%d rules of packs, %d rules can be collected", packed, all)
	}
}
