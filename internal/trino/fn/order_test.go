package fn

import "testing"

// TestOrder: the overloads of a name have the same order in each run.
func TestOrder(t *testing.T) {
	for range 5 {
		again := register(families()...)
		for name, all := range registry {
			for i, f := range all {
				if got, want := again[name][i].Signature.String(), f.Signature.String(); got != want {
					t.Fatalf("%s comes after %s now and then", got, want)
				}
			}
		}
	}
}
