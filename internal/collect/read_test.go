package collect_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/collect"
)

// TestOddAnswers: lists without elements end there, and an answer that a type cannot take is a failure of that reading,
// also where many are worked on at once.
func TestOddAnswers(t *testing.T) {
	batch := &collect.Batch{Member: "Ids", Path: "Id", Size: 10}
	for name, c := range map[string]struct {
		typ   collect.Type
		list  string
		fails string
	}{
		"nothing to ask for together": {collect.Type{ID: "{Id}", Find: []collect.Step{{API: "x:List", Each: "Items"}, {API: "x:Describe", Batch: batch, Each: "Items"}}}, `{"Items":[]}`, ""},
		"a shape that fails": {
			collect.Type{ID: "{Id}", Find: []collect.Step{{API: "x:List", Each: "Items"}}, Shape: func(r *collect.Resource) any { return r.At("Missing").(string) }},
			`{"Items":[{"Id":"1"},{"Id":"2"}]}`, "could not be understood",
		},
		"a step that fails": {
			collect.Type{ID: "{Id}", Find: []collect.Step{{API: "x:List", Each: "Items", Keep: func(e *collect.Element) bool { return e.At("Missing").(bool) }}}},
			`{"Items":[{"Id":"1"}]}`, "could not be understood",
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			r := collect.Reading{
				Caller: answers{"List": c.list}, Type: &c.typ, Place: collect.Place{Account: "111122223333", Region: "eu-west-1", Role: "role"},
				Emit: func(*collect.Resource) error { n++; return nil },
			}
			err := r.Run(t.Context())
			var f *collect.Failure
			if c.fails == "" && err != nil || c.fails != "" && (!errors.As(err, &f) || !strings.Contains(f.Why, c.fails)) || n > 0 {
				t.Errorf("%d resources, %v", n, err)
			}
		})
	}
}
