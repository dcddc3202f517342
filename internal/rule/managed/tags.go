package managed

import (
	"slices"
	"strconv"

	"github.com/tickmark/tickmark/internal/rule"
)

func tagsRules() []rule.Rule { return []rule.Rule{requiredTags()} }

// mostTags is how many tags the rule can demand.
const mostTags = 6

func requiredTags() rule.Rule {
	tags := rule.Required("tags")
	r := rule.Rule{
		Identifier: "REQUIRED_TAGS",
		Severity:   rule.Low,
		Rationale: "Nobody looks after what nobody owns. The resource must have every tag of the parameters tag1Key to tag6Key, CostCenter when tag1Key is not given, in that spelling; where " +
			"tag1Value to tag6Value list values, the tag must have one of those. The parameters of a value without a key do not count.",
		Remediation: rule.Remediation{Hint: "Give the resource the tags it lacks."},
		Fields:      []*rule.Field{tags},
		Check: func(c *rule.Context) rule.Result {
			for i := 1; i <= mostTags; i++ {
				key := c.Params.Str(tagParam(i, "Key"))
				if key == "" {
					continue
				}
				value, ok := c.Tag(tags, key)
				if !ok {
					return c.Fail("The tag " + key + " is not there.")
				}
				if values := c.Params.List(tagParam(i, "Value")); len(values) > 0 && !slices.Contains(values, value) {
					return c.Fail("The tag " + key + " has another value than allowed.")
				}
			}
			return c.Pass("The resource has every required tag.")
		},
	}
	for i := 1; i <= mostTags; i++ {
		key := rule.Param{Name: tagParam(i, "Key"), Doc: "key of a tag the resource must have"}
		if i == 1 {
			key.Default = "CostCenter"
		}
		r.Params = append(r.Params, key, rule.Param{Name: tagParam(i, "Value"), Type: rule.CSV, Doc: "values the tag may have"})
	}
	return r
}

func tagParam(i int, end string) string { return "tag" + strconv.Itoa(i) + end }
