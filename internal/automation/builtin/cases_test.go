package builtin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/automation/builtin"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// story is one case of testdata/DOCUMENT.yaml: what is asked, each call in its order with its inputs and what the
// cloud answers, and how it ends. A call is written as "service:Api: {inputs}" beside answer: or error:.
type story struct {
	Name string
	// Parameters may leave AutomationAssumeRole out.
	Parameters map[string]any
	Story      []map[string]any
	// Status is Success when it is not given; Failure is a part of the execution's failure.
	Status, Failure string
	// Outputs are some of the execution's.
	Outputs map[string][]string
}

const role = "arn:aws:iam::111122223333:role/remediation"

var here = automation.Place{Account: "111122223333", Region: "eu-west-1"}

// scripted answers the calls of one story, and wants no others.
type scripted struct {
	t     *testing.T
	story story
	at    int
	role  string
	// id is the execution's; stories call it EXECUTION.
	id string
}

func (s *scripted) Call(_ context.Context, c automation.Call) (json.RawMessage, error) {
	name := c.Service + ":" + c.API
	if s.at >= len(s.story.Story) {
		s.t.Errorf("call %d is %s %s; no more are wanted", s.at+1, name, c.Inputs)
		return nil, fmt.Errorf("no more calls are wanted")
	}
	want := s.story.Story[s.at]
	s.at++
	c.Inputs = json.RawMessage(strings.ReplaceAll(string(c.Inputs), s.id, "EXECUTION"))
	inputs, ok := want[name]
	if !ok {
		s.t.Errorf("call %d is %s %s; wanted is %v", s.at, name, c.Inputs, slices.Sorted(maps.Keys(want)))
		return nil, fmt.Errorf("another call is wanted")
	}
	if have, w := plain(s.t, c.Inputs), plain(s.t, inputs); !reflect.DeepEqual(have, w) && !(w == nil && len(have.(map[string]any)) == 0) {
		t, _ := json.Marshal(inputs)
		s.t.Errorf("call %d %s\n has %s\nwant %s", s.at, name, c.Inputs, t)
	}
	if c.Role != s.role || c.Account != here.Account || c.Region != here.Region {
		s.t.Errorf("call %d %s goes to %s %s as %q", s.at, name, c.Account, c.Region, c.Role)
	}
	if code, ok := want["error"].(string); ok {
		return nil, &automation.APIError{Service: c.Service, API: c.API, Code: code, Message: "so the story tells"}
	}
	if want["answer"] == nil {
		return json.RawMessage("{}"), nil
	}
	return json.Marshal(want["answer"])
}

// plain is a value as JSON reads it.
func plain(t *testing.T, v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestStories runs every document through its stories with the real runner.
func TestStories(t *testing.T) {
	env := storetest.Open(t)
	kept := store.For(env.DB, func(tx *store.Tx) docs.Tx { return tx })
	library := automation.NewLibrary(kept, env.Clock, automation.Published{
		Lookup: func(name string) ([]byte, bool) { d, ok := builtin.Lookup(name); return d.Content, ok },
		Names:  func() []string { return nil },
	})
	python, err := automation.FindPython()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range builtin.All() {
		t.Run(d.Name, func(t *testing.T) {
			stories := read(t, d.Name)
			if len(stories) == 0 {
				t.Fatal("it has no stories")
			}
			ends := map[string]bool{}
			for _, s := range stories {
				ends[s.Status] = true
				t.Run(s.Name, func(t *testing.T) {
					c := &scripted{t: t, story: s}
					given := parameters(t, s, d.Parsed)
					if r := given["AutomationAssumeRole"]; r != nil {
						c.role = r[0]
					}
					r := automation.NewRunner(automation.Options{Store: kept, Library: library, Clock: env.Clock, Caller: c, Scripts: python})
					id, err := r.Start(t.Context(), automation.Start{Place: here, Document: d.Name, Parameters: given})
					if err != nil {
						t.Fatal(err)
					}
					c.id = id
					var e automation.Execution
					for range 2000 {
						if err := r.Settle(t.Context()); err != nil {
							t.Fatal(err)
						}
						if e, _, err = r.Execution(t.Context(), here, id); err != nil {
							t.Fatal(err)
						}
						if automation.Ended(e.Status) {
							break
						}
						env.Clock.Advance(5 * time.Second)
					}
					if e.Status != s.Status || !strings.Contains(e.Failure, s.Failure) {
						t.Errorf("it ends with %s %q, wanted is %s %q", e.Status, e.Failure, s.Status, s.Failure)
					}
					if c.at != len(s.Story) {
						t.Errorf("it made %d of the %d calls", c.at, len(s.Story))
					}
					for name, want := range s.Outputs {
						if !slices.Equal(e.Outputs[name], want) {
							t.Errorf("output %s is %q, wanted is %q", name, e.Outputs[name], want)
						}
					}
				})
			}
			if !ends[automation.Success] || !ends[automation.Failed] && !ends[automation.TimedOut] {
				t.Error("it needs a story of success and one of failure")
			}
		})
	}
}

func read(t *testing.T, name string) []story {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	var out []story
	if err := yaml.Load(b, &out, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	for i := range out {
		if out[i].Status == "" {
			out[i].Status = automation.Success
		}
		for j, c := range out[i].Story {
			for k := range c {
				if k != "answer" && k != "error" && !strings.Contains(k, ":") {
					t.Fatalf("call %d of %q has %q", j+1, out[i].Name, k)
				}
			}
		}
	}
	return out
}

// parameters are those of the story as the API gives them.
func parameters(t *testing.T, s story, d *automation.Document) map[string][]string {
	out := map[string][]string{}
	if d.Parameter("AutomationAssumeRole") != nil {
		out["AutomationAssumeRole"] = []string{role}
	}
	for name, v := range s.Parameters {
		l, ok := v.([]any)
		if !ok {
			l = []any{v}
		}
		out[name] = []string{}
		for _, e := range l {
			text, ok := e.(string)
			if !ok {
				b, err := json.Marshal(e)
				if err != nil {
					t.Fatal(err)
				}
				text = string(b)
			}
			out[name] = append(out[name], text)
		}
	}
	return out
}
