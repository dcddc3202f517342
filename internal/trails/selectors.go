package trails

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/selector"
)

// Select sets which events a trail takes, by basic or by advanced selectors: those of the other kind are gone.
// Faults: InvalidEventSelectorsException, and those of a change.
func (d *Directory) Select(ctx context.Context, at Place, name string, basic []selector.Basic, advanced []selector.Advanced) (Trail, error) {
	if len(basic) > 0 && len(advanced) > 0 {
		return Trail{}, fault.Invalidf("EventSelectors", "A trail has event selectors or advanced event selectors, not both.").With("InvalidEventSelectorsException")
	}
	if _, err := (&Trail{Basic: basic, Advanced: advanced}).Compile(); err != nil {
		return Trail{}, err
	}
	return d.change(ctx, at, name, func(_ Tx, t *Trail) error {
		t.Basic, t.Advanced = basic, advanced
		return nil
	})
}

// The types of insights, and the categories of events that they come from.
var (
	InsightTypes      = []string{"ApiCallRateInsight", "ApiErrorRateInsight"}
	insightCategories = []string{"Management", "Data"}
)

// SetInsights sets for what a trail gets Insights events; nothing turns them off. A selector without categories means
// management events. Faults: InvalidInsightSelectorsException, and those of a change.
func (d *Directory) SetInsights(ctx context.Context, at Place, name string, list []InsightSelector) (Trail, error) {
	list = slices.Clone(list)
	seen := map[string]bool{}
	for i := range list {
		s := &list[i]
		if !slices.Contains(InsightTypes, s.Type) || seen[s.Type] {
			return Trail{}, badInsight("An InsightType is ApiCallRateInsight or ApiErrorRateInsight, each once; %q is not.", short(s.Type))
		}
		seen[s.Type] = true
		if len(s.Categories) == 0 {
			s.Categories = insightCategories[:1]
		}
		for j, c := range s.Categories {
			if !slices.Contains(insightCategories, c) || slices.Contains(s.Categories[:j], c) {
				return Trail{}, badInsight("EventCategories are Management and Data, each once; %q is not.", short(c))
			}
		}
	}
	return d.change(ctx, at, name, func(_ Tx, t *Trail) error {
		t.Insights = list
		return nil
	})
}

func badInsight(format string, args ...any) error {
	return fault.Invalidf("InsightSelectors", format, args...).With("InvalidInsightSelectorsException")
}
