package guard

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Case is one test of rules: an input, and the statuses that rules should have on it.
type Case struct {
	Name   string
	Input  *Document
	Expect map[string]string
}

// Cases reads test data: a YAML or JSON list of {name, input, expectations: {rules: {NAME: PASS|FAIL|SKIP}}}.
func Cases(text string) ([]Case, error) {
	if len(text) > maxYAML {
		return nil, fmt.Errorf("the test data has %d bytes; at most %d are taken", len(text), maxYAML)
	}
	var raw []struct {
		Name         string    `yaml:"name"`
		Input        yaml.Node `yaml:"input"`
		Expectations struct {
			Rules map[string]string `yaml:"rules"`
		} `yaml:"expectations"`
	}
	if err := yaml.Unmarshal([]byte(text), &raw); err != nil {
		return nil, fmt.Errorf("test data is a list of {name, input, expectations: {rules: {NAME: PASS|FAIL|SKIP}}}: %w", err)
	}
	if len(raw) == 0 {
		return nil, errors.New("the test data holds no case")
	}
	cases := make([]Case, 0, len(raw))
	for i := range raw {
		r := &raw[i]
		if r.Input.Kind == 0 {
			return nil, fmt.Errorf("case %d (%s) has no input", i+1, r.Name)
		}
		doc, err := fromNode(r.Name, &r.Input)
		if err != nil {
			return nil, fmt.Errorf("case %d (%s): %w", i+1, r.Name, err)
		}
		for rule, want := range r.Expectations.Rules {
			if !strings.Contains(" PASS FAIL SKIP ", " "+want+" ") {
				return nil, fmt.Errorf("case %d (%s) expects %q of rule %s; there are PASS, FAIL and SKIP", i+1, r.Name, want, rule)
			}
		}
		cases = append(cases, Case{r.Name, doc, r.Expectations.Rules})
	}
	return cases, nil
}
