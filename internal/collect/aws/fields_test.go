package aws_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/collect/collecttest"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// unread are fields that rules read and no collected item has: type -> path -> why.
var unread = map[string]map[string]string{
	"AWS::Batch::ComputeEnvironment": {
		"configuration.ComputeResources.Tags[].key": "the tags are an object, whose keys rules take",
		"configuration.tags[].key":                  "the tags are an object, whose keys rules take",
	},
	"AWS::Batch::JobQueue":         {"configuration.tags[].key": "the tags are an object, whose keys rules take"},
	"AWS::Batch::SchedulingPolicy": {"configuration.tags[].key": "the tags are an object, whose keys rules take"},
	"AWS::SecretsManager::Secret": {
		"configuration.KmsKeyId":                              "AWS Config spells it KMSKeyId; rules read both",
		"configuration.RotationRules.ScheduleExpression":      "AWS Config spells it RotationScheduleExpression; rules read both",
		"configuration.RotationRules.AutomaticallyAfterHours": "the API does not have it: a rotation after hours is a schedule's expression",
	},
	"AWS::ElasticBeanstalk::Environment": {
		"configuration.optionSettings[].namespace":  "items have the options by namespace and name, as AWS Config does",
		"configuration.optionSettings[].optionName": "items have the options by namespace and name, as AWS Config does",
		"configuration.optionSettings[].value":      "items have the options by namespace and name, as AWS Config does",
	},
}

// TestFields: what the rules read of a type is in at least one golden item of its records. A field that no collector
// reads would be missing for ever, or mean something by its absence that is not so.
func TestFields(t *testing.T) {
	wanted := fieldsByType()
	for _, typ := range aws.Own() {
		items := goldenItems(t, recordName(typ.Name))
		for _, path := range slices.Sorted(maps.Keys(wanted[typ.Name])) {
			there := slices.ContainsFunc(items, func(it any) bool { return holds(it, steps(path)) })
			why, excused := unread[typ.Name][path]
			switch {
			case !there && !excused:
				t.Errorf("%s: no golden item has %s, which %s reads", typ.Name, path, wanted[typ.Name][path])
			case there && excused:
				t.Errorf("%s: %s is collected, though unread says: %s", typ.Name, path, why)
			}
		}
	}
}

func recordName(typ string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(typ, "AWS::"), "Tickmark::"), "::", "-"))
}

// fieldsByType are the paths that rules read: type -> path -> one of the rules.
func fieldsByType() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, r := range managed.All() {
		for _, f := range r.Fields {
			// Rules about tags read those of the configuration beside the item's own, wherever a type might have them.
			if f.Path != "tags" && strings.Contains(f.Because, "the item's tags") || strings.HasSuffix(strings.ToLower(f.Path), "tags[].key") {
				continue
			}
			types := r.Types
			if f.Type != "" {
				types = []string{f.Type}
			}
			for _, typ := range types {
				if all[typ] == nil {
					all[typ] = map[string]string{}
				}
				all[typ][f.Path] = r.Identifier
			}
		}
	}
	return all
}

func goldenItems(t *testing.T, name string) []any {
	files, _ := filepath.Glob(filepath.Join("testdata", name, "*.json"))
	if len(files) == 0 {
		files = []string{filepath.Join("testdata", name+".json")}
	}
	var all []any
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var rec collecttest.Record
		if err := json.Unmarshal(raw, &rec); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, it := range rec.Items {
			var v any
			_ = json.Unmarshal(it, &v)
			all = append(all, v)
		}
	}
	return all
}

// steps are the keys of a field's path; "[]" is a step of its own.
func steps(path string) []string {
	return strings.Split(strings.ReplaceAll(path, "[]", ".[]"), ".")
}

// holds reports whether something that is not null lies at a path. Keys match with their first letter in either case, and
// documents that are kept as text are gone into, as rules do.
func holds(v any, path []string) bool {
	if len(path) == 0 {
		return v != nil
	}
	if s, ok := v.(string); ok {
		var doc any
		_ = json.Unmarshal([]byte(s), &doc)
		v = doc
	}
	key, rest := path[0], path[1:]
	within := func(e any) bool { return holds(e, rest) }
	switch o := v.(type) {
	case []any:
		return key == "[]" && slices.ContainsFunc(o, within)
	case map[string]any:
		if key == "[]" {
			return slices.ContainsFunc(slices.Collect(maps.Values(o)), within)
		}
		for k, e := range o {
			if sameButFirst(k, key) && within(e) {
				return true
			}
		}
	}
	return false
}

func sameButFirst(a, b string) bool {
	return a != "" && b != "" && a[1:] == b[1:] && unicode.ToLower(rune(a[0])) == unicode.ToLower(rune(b[0]))
}
