package lake_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/lake"
)

// TestGenerateQuery: without a generator the operation says so; a generator is told the columns there are.
func TestGenerateQuery(t *testing.T) {
	f := open(t)
	d := f.create(lake.NewDataStore{Name: "one"})
	_, err := f.GenerateQuery(t.Context(), here, []string{d.ARN()}, "what happened")
	if e, ok := errors.AsType[*fault.Error](err); !ok || e.Code != "UnsupportedOperationException" {
		t.Errorf("without a generator: %v", err)
	}
	var asked lake.Question
	f.Generator = func(_ context.Context, q lake.Question) (string, error) {
		asked = q
		return "ids FROM " + q.Stores[0], nil
	}
	got, err := f.GenerateQuery(t.Context(), here, []string{d.ARN()}, "what happened")
	if err != nil || got != "ids FROM "+d.ID || asked.Prompt != "what happened" || asked.Dialect != "trino" || !slices.Contains(asked.Columns, "eventTime timestamp") {
		t.Errorf("%q, %v, asked %+v", got, err, asked)
	}
}
