package trino_test

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/trino"
)

//go:embed testdata/lake.sql
var lake string

// TestLake: what users of CloudTrail Lake write is read, and printed so that it is read alike.
func TestLake(t *testing.T) {
	statements := strings.SplitAfter(lake, ";\n")
	if len(statements) < 20 {
		t.Fatalf("%d statements", len(statements))
	}
	for _, s := range statements {
		if strings.TrimSpace(s) == "" {
			continue
		}
		q, err := trino.Parse(s)
		if err != nil {
			t.Errorf("%s\n%v", s, err)
			continue
		}
		roundTrip(t, q)
	}
}
