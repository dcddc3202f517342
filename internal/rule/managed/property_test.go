package managed

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/casefile"
)

// TestFieldProperties changes the items of every case, field by declared field. A subject without a required field
// never passes; a field whose absence has a meaning gives the same verdict when it is absent, null or has that
// value; each required field decides at least one case.
func TestFieldProperties(t *testing.T) {
	for _, r := range All() {
		t.Run(r.Identifier, func(t *testing.T) {
			decisive := map[*rule.Field]bool{}
			for _, c := range cases(t, r) {
				before := run(t, r, c, nil)
				for _, f := range r.Fields {
					fieldProperties(t, r, c, f, before, decisive)
				}
			}
			for _, f := range r.Fields {
				if f.Required && !decisive[f] {
					t.Errorf("removing the required field %s changes no case", f.Name())
				}
			}
		})
	}
}

func fieldProperties(t *testing.T, r *rule.Rule, c casefile.Case, f *rule.Field, before rule.Result, decisive map[*rule.Field]bool) {
	t.Helper()
	removed, touched := edit(t, r, c, f, func(m map[string]any, key string) { delete(m, key) })
	if !touched {
		return
	}
	null, _ := edit(t, r, c, f, func(m map[string]any, key string) { m[key] = nil })
	if null != removed {
		t.Errorf("%s: %s absent gives %v, null gives %v", c.Name, f.Name(), removed, null)
	}
	if f.Required {
		if removed.Verdict == rule.InsufficientData && before.Verdict != rule.InsufficientData {
			decisive[f] = true
		}
		ofSubject := f.Type == "" && !strings.Contains(f.Path, "[]")
		if removed.Verdict == rule.Compliant && (ofSubject || before.Verdict != rule.Compliant) ||
			removed.Verdict != rule.InsufficientData && removed.Verdict != before.Verdict {
			t.Errorf("%s: without the required field %s: %v, before %v", c.Name, f.Name(), removed, before)
		}
		return
	}
	if f.Means != nil {
		meant, _ := edit(t, r, c, f, func(m map[string]any, key string) { m[key] = f.Means })
		if meant.Verdict != removed.Verdict {
			t.Errorf("%s: %s absent gives %v, with the value it means %v", c.Name, f.Name(), removed, meant)
		}
	}
}

// TestUnknownFields adds fields no rule knows: no verdict may change.
func TestUnknownFields(t *testing.T) {
	for _, r := range All() {
		for _, c := range cases(t, r) {
			before := run(t, r, c, nil)
			after := run(t, r, c, func(_ *inventory.Item, m map[string]any) {
				if conf, ok := m["configuration"].(map[string]any); ok {
					addUnknown(conf)
				}
				if supp, ok := m["supplementaryConfiguration"].(map[string]any); ok {
					supp["tickmarkUnknown"] = map[string]any{"enabled": true}
				}
				m["tickmarkUnknown"] = "x"
			})
			if before != after {
				t.Errorf("%s: %s: an unknown field changes %v to %v", r.Identifier, c.Name, before, after)
			}
		}
	}
}

func addUnknown(m map[string]any) {
	for _, v := range m {
		if list, ok := v.([]any); ok {
			for _, e := range list {
				if o, ok := e.(map[string]any); ok {
					o["tickmarkUnknown"] = true
				}
			}
		}
	}
	m["tickmarkUnknown"] = []any{1, "a"}
}

// edit runs a case with a field changed wherever it stands; touched tells whether it stood anywhere.
func edit(t *testing.T, r *rule.Rule, c casefile.Case, f *rule.Field, change func(m map[string]any, key string)) (res rule.Result, touched bool) {
	t.Helper()
	res = run(t, r, c, func(it *inventory.Item, m map[string]any) {
		if f.Type != "" && it.Type != f.Type {
			return
		}
		if f.Type == "" && !r.Judges(it.Type) {
			return
		}
		if changeAt(m, strings.Split(strings.ReplaceAll(f.Path, "[]", ".[]"), "."), change) {
			touched = true
		}
	})
	return res, touched
}

// changeAt goes down a path, through lists, members of objects and documents in strings.
func changeAt(v any, path []string, change func(m map[string]any, key string)) (touched bool) {
	if path[0] == "[]" {
		if len(path) == 1 {
			return false // the element itself has no name
		}
		for _, e := range elements(v) {
			touched = changeAt(e, path[1:], change) || touched
		}
		return touched
	}
	m, ok := v.(map[string]any)
	if !ok {
		return false
	}
	key := path[0]
	if _, ok := m[key]; !ok {
		if key = string(key[0]^0x20) + key[1:]; m[key] == nil {
			return false
		}
	}
	if m[key] == nil {
		return false
	}
	if len(path) == 1 {
		change(m, key)
		return true
	}
	if text, ok := m[key].(string); ok {
		var inner any
		if json.Unmarshal([]byte(text), &inner) != nil {
			return false
		}
		touched = changeAt(inner, path[1:], change)
		b, _ := json.Marshal(inner)
		m[key] = string(b)
		return touched
	}
	return changeAt(m[key], path[1:], change)
}

func elements(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case map[string]any:
		return slices.Collect(maps.Values(v))
	}
	return nil
}

// run evaluates a case after changing its items.
func run(t *testing.T, r *rule.Rule, c casefile.Case, change func(it *inventory.Item, m map[string]any)) rule.Result {
	t.Helper()
	s, err := c.Setting(r)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	for i, it := range s.Estate.Items {
		if change == nil {
			break
		}
		d := json.NewDecoder(bytes.NewReader(it.Raw()))
		d.UseNumber()
		var m map[string]any
		if err := d.Decode(&m); err != nil {
			t.Fatal(err)
		}
		change(it, m)
		raw, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		changed, err := inventory.Decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		s.Estate.Items[i] = changed
		if it == s.Subject {
			s.Subject = changed
		}
	}
	res, _, err := rule.Evaluate(r, s.Params, s.Subject, rule.NewIndex(s.Estate), s.Now)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	return res
}
