package assess_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain keeps the property tests short: each check opens a store. More: -rapid.checks=200.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "15"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
