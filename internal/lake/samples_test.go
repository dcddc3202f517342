package lake

import (
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/selector"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// Every sample is a statement that the engine plans.
func TestSamplesArePlanned(t *testing.T) {
	const id = "019bc186-de00-7000-8000-000000000002"
	set, err := selector.Compile(usualSelectors, selector.Store)
	if err != nil {
		t.Fatal(err)
	}
	e := &Trino{Events: trailtest.NewMemory(), Clock: stamp.NewFixed(time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))}
	for _, s := range samples {
		p, err := e.Prepare(strings.ReplaceAll(s.SQL, "$EDS_ID", id), nil, func(name string) (*View, error) {
			if name != id {
				t.Errorf("%s: reads %q", s.Name, name)
			}
			return &View{Name: id, store: &DataStore{ID: id, Selectors: usualSelectors}, filter: set}, nil
		})
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		if err := p.Run(t.Context(), func([]*string) error { return nil }); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}
