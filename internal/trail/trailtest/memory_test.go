package trailtest_test

import (
	"testing"

	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

func TestMemory(t *testing.T) {
	trailtest.Contract(t, func(*testing.T) (trail.Store, func(*testing.T)) {
		return trailtest.NewMemory(), func(*testing.T) {}
	})
}
