package intake_test

import (
	"encoding/json"
	"regexp"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/authoring/intake"
)

// What is exported as an OSCAL catalog and read again says the same, but for what the catalog cannot carry.
func TestOSCALBack(t *testing.T) {
	const text = `format: tickmark-frameworks/1
frameworks:
- name: Baseline
  complianceType: OSCAL
  controlSets:
  - name: Access
    controls:
    - name: Second factor {{ x }}
      description: |-
        Nobody signs in
        with a password alone.
      testingInformation: Look.
      actionPlanTitle: Call
      actionPlanInstructions: Call ana.
      sources:
      - type: AWS_Config
        keyword: IAM_USER_MFA_ENABLED
      - type: AWS_API_Call
        keyword: iam_ListUsers
        frequency: WEEKLY
      - type: MANUAL
    - standard: NIST CSF v1.1 PR.AC-1
  - name: 人 1
    controls:
    - name: Trained
      sources:
      - type: MANUAL
    - use: Second factor {{ x }}
`
	f, problems := authoring.Read("f", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	body, err := f.OSCAL("Baseline", time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	valid(t, body)
	r, err := intake.Read(intake.OSCAL, []intake.Input{{Name: "catalog.json", Body: body}}, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	back, err := r.File.YAML()
	if err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`\{\{ x \}\}`).ReplaceAllString(text, "[assignment]") // what looks like a parameter is one
	if string(back) != want {
		t.Errorf("%s\nwant\n%s", back, want)
	}
}

var (
	token = regexp.MustCompile(`^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$`)
	uuid5 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	value = regexp.MustCompile(`^\S(.*\S)?$`)
)

// valid checks what NIST's schema demands of ids, values and members, and that ids are unique.
func valid(t *testing.T, body []byte) {
	t.Helper()
	var doc struct {
		Catalog map[string]any `json:"catalog"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	if id, _ := doc.Catalog["uuid"].(string); !uuid5.MatchString(id) {
		t.Errorf("the uuid is %q", id)
	}
	ids := map[string]bool{}
	var look func(member string, v any)
	look = func(member string, v any) {
		switch v := v.(type) {
		case []any:
			if len(v) == 0 {
				t.Errorf("%s is empty", member)
			}
			for _, x := range v {
				look(member, x)
			}
		case map[string]any:
			if id, ok := v["id"].(string); ok {
				if !token.MatchString(id) || ids[id] {
					t.Errorf("%s: the id %q is no token, or there twice", member, id)
				}
				ids[id] = true
			}
			for _, k := range map[string][]string{"groups": {"title"}, "controls": {"id", "title"}, "props": {"name", "value"}, "parts": {"name"}, "links": {"href"}, "metadata": {"title", "last-modified", "version", "oscal-version"}}[member] {
				if s, _ := v[k].(string); !value.MatchString(s) {
					t.Errorf("%s: %s is %q", member, k, s)
				}
			}
			for k, x := range v {
				look(k, x)
			}
		}
	}
	look("catalog", doc.Catalog)
}
