package managed_test

import (
	"testing"

	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// TestPackParameters: the library takes every rule of every published pack with the parameters the pack gives it.
func TestPackParameters(t *testing.T) {
	for _, name := range pack.Names() {
		body, err := pack.Published(name)
		if err != nil {
			t.Fatal(err)
		}
		template, err := pack.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		given := map[string]string{}
		for _, p := range template.Parameters {
			if p.Default == "" {
				continue
			}
			given[p.Name] = p.Default
		}
		resolved, err := template.Resolve(given, pack.Place{Account: "111122223333", Region: "us-east-1"})
		if err != nil {
			continue // a parameter that must be given
		}
		for _, d := range resolved.Rules {
			r := managed.Lookup(d.Identifier)
			if r == nil {
				continue
			}
			if _, err := r.ParseParams(d.Parameters); err != nil {
				t.Errorf("%s: %s with %s: %v", name, d.Identifier, d.Parameters, err)
			}
		}
	}
}
