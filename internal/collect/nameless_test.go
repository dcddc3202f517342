package collect_test

import (
	"context"
	"errors"
	"testing"

	"github.com/tickmark/tickmark/internal/collect"
)

// once answers every listing with one page.
type once struct {
	collect.Caller
	page collect.Object
}

func (o once) Pages(_ context.Context, _ collect.Place, _ string, _ collect.Object, page func(collect.Object) error) error {
	return page(o.page)
}

// TestNameless: a resource without an id is no resource left out, but a list that cannot be relied on. One that Finish
// leaves out is left out.
func TestNameless(t *testing.T) {
	leave := func(r *collect.Resource) { r.Spec.ID = "" }
	for _, c := range []struct {
		name   string
		page   collect.Object
		finish func(*collect.Resource)
		fails  bool
	}{
		{"without an id", collect.Object{"Things": []any{collect.Object{"Id": "a"}, collect.Object{"Name": "b"}}}, nil, true},
		{"left out", collect.Object{"Things": []any{collect.Object{"Id": "a"}}}, leave, false},
		{"named by Finish", collect.Object{"Things": []any{collect.Object{"Name": "b"}}}, func(r *collect.Resource) { r.Spec.ID = "b" }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := collect.Reading{
				Caller: once{page: c.page}, Place: collect.Place{Account: "111122223333", Region: "eu-west-1"},
				Type: &collect.Type{Name: "AWS::X::Thing", Find: []collect.Step{{API: "x:ListThings", Each: "Things"}}, ID: "{Id}", Finish: c.finish},
				Emit: func(*collect.Resource) error { return nil },
			}
			err := r.Run(t.Context())
			if f, ok := errors.AsType[*collect.Failure](err); ok != c.fails || ok && f.API != "x:ListThings" {
				t.Errorf("ended with %v", err)
			}
		})
	}
}
