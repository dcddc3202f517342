package managed

import (
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/casefile"
)

// TestCases runs every rule's cases, and demands that they show each verdict the rule can give.
func TestCases(t *testing.T) {
	for _, r := range All() {
		t.Run(r.Identifier, func(t *testing.T) {
			want := map[string]bool{}
			for _, c := range cases(t, r) {
				if err := c.Test(r); err != nil {
					t.Error(err)
				}
				want[c.Want] = true
			}
			for _, v := range []rule.Verdict{rule.Compliant, rule.NonCompliant, rule.InsufficientData} {
				if !want[v.String()] {
					t.Errorf("no case wants %s", v)
				}
			}
			if !want[rule.NotApplicable.String()] && r.Subjects != rule.Account {
				t.Error("no case wants NOT_APPLICABLE: let it have one of a resource that is not judged, or is deleted")
			}
		})
	}
}

func cases(t *testing.T, r *rule.Rule) []casefile.Case {
	t.Helper()
	text, name, err := Cases(r)
	if err != nil {
		t.Fatalf("%s has no cases: %v", r.Identifier, err)
	}
	list, err := casefile.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return list
}

// TestCaseFiles finds files of rules that are not there, and templates that no rule uses.
func TestCaseFiles(t *testing.T) {
	files, err := fs.Glob(sources, "testdata/*/*")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, r := range All() {
		for _, c := range caseTemplates(r.Identifier) {
			used["testdata/family/"+c.file+".yaml"] = true
		}
	}
	for _, f := range files {
		if path.Dir(f) == "testdata/family" {
			if !used[f] {
				t.Errorf("%s is used by no rule", f)
			}
			continue
		}
		id := strings.TrimSuffix(path.Base(f), ".yaml")
		if r := Lookup(id); r == nil || r.Identifier != id {
			t.Errorf("%s belongs to no rule", f)
		}
	}
}
