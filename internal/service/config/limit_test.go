package config_test

import (
	"encoding/json"
	"fmt"
	"testing"
)

// checks is a template of process checks, which need no recorder and evaluate nothing.
func checks(t *testing.T, n int) string {
	t.Helper()
	resources := map[string]any{}
	for i := range n {
		resources[fmt.Sprint("R", i)] = map[string]any{"Type": "AWS::Config::ConfigRule", "Properties": map[string]any{
			"ConfigRuleName": fmt.Sprint("r", i), "Source": map[string]any{"Owner": "AWS", "SourceIdentifier": "AWS_CONFIG_PROCESS_CHECK"},
		}}
	}
	text, err := json.Marshal(map[string]any{"Resources": resources})
	check(t, err)
	return string(text)
}

func (h *house) want(t *testing.T, op string, in any, status int, code string) {
	t.Helper()
	if got, c := h.call(t, op, in, nil); got != status || c != code {
		t.Errorf("%s answers %d %q, want %d %q", op, got, c, status, code)
	}
}

func putPack(name, template string) map[string]any {
	return map[string]any{"ConformancePackName": name, "TemplateBody": template}
}

// An account has 1,000 rules in a region; those of packs count. A pack that would bring more is refused whole.
func TestRuleLimit(t *testing.T) {
	h := open(t)
	rule := func(name string) map[string]any {
		return map[string]any{"ConfigRule": map[string]any{"ConfigRuleName": name, "Source": map[string]any{"Owner": "AWS", "SourceIdentifier": "AWS_CONFIG_PROCESS_CHECK"}}}
	}
	for i := range 8 {
		h.want(t, "PutConformancePack", putPack(fmt.Sprint("p", i), checks(t, 124)), 200, "")
	}
	for i := range 7 {
		h.want(t, "PutConfigRule", rule(fmt.Sprint("own", i)), 200, "")
	}
	h.want(t, "PutConformancePack", putPack("more", checks(t, 2)), 400, "InvalidParameterValueException")
	h.want(t, "PutConfigRule", rule("last"), 200, "")
	h.want(t, "PutConfigRule", rule("more"), 400, "MaxNumberOfConfigRulesExceededException")
	h.want(t, "PutConfigRule", rule("last"), 200, "") // a change is no new rule
	h.want(t, "DeleteConfigRule", map[string]any{"ConfigRuleName": "last"}, 200, "")
	h.want(t, "PutConfigRule", rule("more"), 200, "")
}

// An account has 50 conformance packs in a region.
func TestPackLimit(t *testing.T) {
	h := open(t)
	one := checks(t, 1)
	for i := range 50 {
		h.want(t, "PutConformancePack", putPack(fmt.Sprint("p", i), one), 200, "")
	}
	h.want(t, "PutConformancePack", putPack("more", one), 400, "MaxNumberOfConformancePacksExceededException")
	h.want(t, "PutConformancePack", putPack("p0", one), 200, "")
	h.want(t, "DeleteConformancePack", map[string]any{"ConformancePackName": "p0"}, 200, "")
	h.want(t, "PutConformancePack", putPack("more", one), 200, "")
}
