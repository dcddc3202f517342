package assess_test

import (
	"errors"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/catalog"
)

// TestEventsAreToldInTheEnd: what cannot be told at once is told later, once, and not after a day.
func TestEventsAreToldInTheEnd(t *testing.T) {
	h := newHouse(t)
	f, _ := h.framework([]catalog.Source{{Type: catalog.Manual}})
	h.deaf = errors.New("the bus is away")
	a := h.assessment(f.ID)
	if len(h.told) != 0 {
		t.Fatalf("told %+v", h.told)
	}
	h.deaf = nil
	h.ok(h.Announce(ctx)) // whoever caused it may still be at it
	if len(h.told) != 0 {
		t.Errorf("told at once %+v", h.told)
	}
	h.env.Clock.Advance(time.Minute)
	h.build() // as after a restart
	h.ok(h.Announce(ctx))
	h.ok(h.Announce(ctx))
	if len(h.told) != 1 || h.told[0].Type != "Assessment Created" || h.told[0].Assessment != a.ID || h.told[0].ID == "" {
		t.Errorf("told %+v", h.told)
	}

	h.deaf = errors.New("the bus is away")
	h.ok(h.DeleteAssessment(ctx, owner, a.ID))
	h.env.Clock.Advance(time.Hour)
	if err := h.Announce(ctx); !errors.Is(err, h.deaf) {
		t.Errorf("announcing: %v", err)
	}
	h.env.Clock.Advance(25 * time.Hour)
	h.ok(h.Announce(ctx)) // given up
	h.deaf = nil
	h.ok(h.Announce(ctx))
	if len(h.told) != 1 {
		t.Errorf("told %+v", h.told)
	}
}
