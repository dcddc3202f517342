package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

// descriptionKeys are the keys of the configuration that hold the description, where they are not called description.
var descriptionKeys = map[string]string{
	"AWS::CloudWatch::Alarm": "alarmDescription",
	"AWS::SageMaker::Image":  "ImageDescription",
}

// descriptionRules are the rules that want a description on every resource of a type: a row of the catalog makes a
// member.
func descriptionRules() []rule.Rule {
	var rules []rule.Rule
	for _, e := range Catalog() {
		if strings.HasSuffix(e.Identifier, "_DESCRIPTION") {
			rules = append(rules, described(e.Identifier, e.Types[0]))
		}
	}
	return rules
}

func descriptionKey(typ string) string {
	if key := descriptionKeys[typ]; key != "" {
		return key
	}
	return "description"
}

func described(identifier, typ string) rule.Rule {
	f := rule.Absent("configuration."+descriptionKey(typ), "", "AWS leaves it out of the answer when there is none")
	return rule.Rule{
		Identifier: identifier,
		Severity:   rule.Low,
		Rationale: "A description tells the next person what a resource is for, and whether it can be changed or deleted. Each " + typ +
			" must have one that is not empty.",
		Remediation: rule.Remediation{Hint: "Write a description."},
		Fields:      []*rule.Field{f},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(f) == "" {
				return c.Fail("There is no description.")
			}
			return c.Pass("There is a description.")
		},
	}
}
