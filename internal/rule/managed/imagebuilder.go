package managed

import "github.com/tickmark/tickmark/internal/rule"

func imagebuilderRules() []rule.Rule {
	arn := rule.Required("configuration.Arn")
	const at = "configuration.BlockDeviceMappings"
	mappings := rule.Absent(at, nil, "Image Builder GetImageRecipe gives nothing where the recipe has no mappings")
	ebs := rule.Absent(at+"[].Ebs", nil, "a mapping to an instance store, or to nothing, has no volume")
	encrypted := rule.Absent(at+"[].Ebs.Encrypted", false, "the recipe does not ask for encryption")
	return []rule.Rule{{
		Identifier: "IMAGEBUILDER_IMAGERECIPE_EBS_VOLUMES_ENCRYPTED",
		Severity:   rule.Medium,
		Rationale: "Instances take over the volumes of the image they start from. Every EBS volume in the block device mappings of the Image Builder recipe must be " +
			"encrypted by the recipe itself, and there must be one: what a recipe does not map is left to the parent image and the account.",
		Remediation: rule.Remediation{Hint: "Make a version of the recipe that maps every volume, with encryption."},
		Fields:      []*rule.Field{arn, mappings, ebs, encrypted},
		Check: func(c *rule.Context) rule.Result {
			c.Str(arn)
			volumes := 0
			for _, m := range c.Each(mappings) {
				if !m.Has(ebs) {
					continue
				}
				volumes++
				if !m.Bool(encrypted) {
					return c.Fail("The recipe has a volume that is not encrypted.")
				}
			}
			if volumes == 0 {
				return c.Fail("The recipe maps no volumes.")
			}
			return c.Pass("The recipe encrypts the volumes it maps.")
		},
	}}
}
