package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts call the real program, each time in a process of its own.
// makedigests writes what a trail has delivered, with a key of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tickmark": main, "makedigests": makeDigests})
}

// TestScripts runs testdata/script: what users type, with the outputs and exit codes they get.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
	})
}
