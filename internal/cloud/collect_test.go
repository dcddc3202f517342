package cloud

import (
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/collect/aws"
)

// TestCollectors: all that declared types call can be called, and the members that they always give are the operations'.
func TestCollectors(t *testing.T) {
	check := func(typ, api string, in collect.Object) {
		if api == "" {
			return // a step of other steps, or an element made of none
		}
		service, operation, _ := strings.Cut(api, ":")
		found, err := lookup(service, operation)
		if err != nil {
			t.Errorf("%s: %v Add it to operations.txt (CONTRIBUTING.md).", typ, err)
			return
		}
		if _, err := wire.CheckPart("Inputs", found[0].Input, in); err != nil {
			t.Errorf("%s: %s: %v", typ, api, err)
		}
	}
	n := 0
	for _, typ := range aws.Types() {
		for _, s := range typ.Find {
			check(typ.Name, s.API, s.Input)
			n++
		}
		for _, d := range typ.Details {
			check(typ.Name, d.API, d.Input)
			n++
		}
	}
	for _, typ := range aws.Types() {
		for _, api := range typ.APIs() {
			check(typ.Name, api, nil)
		}
	}
	if n < 50 {
		t.Errorf("%d calls of declared types", n)
	}
}
