package automation_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
)

// TestScript: the function's payload and answer, what it prints, its failures and limits, and that it sees nothing of ours.
func TestScript(t *testing.T) {
	python, err := automation.FindPython()
	if err != nil {
		t.Skip(err)
	}
	t.Setenv("AWS_SECRET_ACCESS_KEY", "ours")
	h := newHouse(t, nil)
	h.options.Scripts = python
	h.runner = automation.NewRunner(h.options)
	h.document("doc", `
parameters: {Ids: {type: StringList}}
mainSteps:
- name: count
  action: aws:executeScript
  inputs:
    Runtime: python3.11
    Handler: count
    InputPayload: {ids: "{{ Ids }}"}
    Script: |
      import os
      print("counting {{ of_course }}")
      def count(events, context):
          return {"n": len(events["ids"]), "env": os.environ.get("AWS_SECRET_ACCESS_KEY")}
  outputs: [{Name: n, Selector: $.Payload.n, Type: Integer}]
outputs: [count.n, count.Payload]
`)
	e := h.want(h.start(automation.Start{Parameters: map[string][]string{"Ids": {"a", "b"}}}), "Success count=Success")
	if e.Outputs["count.n"][0] != "2" || e.Outputs["count.Payload"][0] != `{"env":null,"n":2}` {
		t.Errorf("outputs = %v", e.Outputs)
	}
	for script, want := range map[string]string{
		"def f(e, c): raise ValueError('why')":                   "ValueError: why",
		"def g(e, c): return 1":                                  "no function f",
		"def f(e, c): return 'x' * 200000":                       "more than",
		"def f(e, c): return 'x' * (1 << 30)":                    "MemoryError",
		"import time\ndef f(e, c):\n  while True: time.sleep(1)": "context deadline exceeded",
	} {
		limit := time.Minute // a busy machine takes seconds to start Python
		if strings.Contains(want, "deadline") {
			limit = 3 * time.Second
		}
		_, err := python.Run(t.Context(), automation.Script{Handler: "f", Text: script, Payload: []byte("{}"), Timeout: limit})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", script, err, want)
		}
	}
	h.options.Scripts = nil
	h.runner = automation.NewRunner(h.options)
	if e := h.want(h.start(automation.Start{Parameters: map[string][]string{"Ids": {"a"}}}), "Failed count=Failed"); !strings.Contains(e.Failure, "not enabled") {
		t.Errorf("failure = %q", e.Failure)
	}
}
