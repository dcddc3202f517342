package cloud

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/tickmark/tickmark/internal/cloud/wire"
)

// TestDocuments holds the calls that the built-in automation documents make in their stories against the table: each
// can be called, its inputs are the operation's, and what the story answers is spelled as the operation answers.
func TestDocuments(t *testing.T) {
	files, err := filepath.Glob("../automation/builtin/testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var stories []struct {
				Name  string
				Story []map[string]any
			}
			if err := yaml.Load(b, &stories); err != nil {
				t.Fatal(err)
			}
			for _, s := range stories {
				for i, step := range s.Story {
					for name, inputs := range step {
						service, api, ok := strings.Cut(name, ":")
						if !ok {
							continue
						}
						if err := storyCall(service, api, inputs, step["answer"]); err != nil {
							t.Errorf("%s, call %d, %s: %v", s.Name, i+1, name, err)
						}
					}
				}
			}
		})
	}
}

func storyCall(service, api string, inputs, answer any) error {
	found, err := lookup(service, api)
	if err != nil {
		return err
	}
	in, err := asJSON(inputs)
	if err != nil {
		return err
	}
	// A story shows what a document changes; it need not have all that the API requires.
	if _, err := wire.CheckPart("Inputs", found[0].Input, in); err != nil || answer == nil {
		return err
	}
	told, err := asJSON(answer)
	if err != nil {
		return err
	}
	checked, err := wire.CheckPart("answer", found[0].Output, told)
	if err != nil {
		return err
	}
	answered, err := asJSON(plain(checked))
	if err != nil {
		return err
	}
	if !within(told, answered) {
		return fmt.Errorf("the story answers %v; the API would spell it %v", told, answered)
	}
	return nil
}

// asJSON is what v is after a way through JSON.
func asJSON(v any) (tree any, err error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return decode(b)
}

// within tells whether all that the story tells is in the answer, under the same names.
func within(told, answered any) bool {
	switch t := told.(type) {
	case map[string]any:
		a, ok := answered.(map[string]any)
		for k, v := range t {
			ok = ok && within(v, a[k])
		}
		return ok
	case []any:
		a, ok := answered.([]any)
		ok = ok && len(a) == len(t)
		for i := range t {
			ok = ok && within(t[i], a[i])
		}
		return ok
	}
	return told == answered
}
