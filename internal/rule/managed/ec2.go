package managed

import "github.com/tickmark/tickmark/internal/rule"

func ec2Rules() []rule.Rule {
	return []rule.Rule{encryptedVolumes()}
}

func encryptedVolumes() rule.Rule {
	encrypted := rule.Required("configuration.encrypted")
	kmsKey := rule.Absent("configuration.kmsKeyId", "", "EC2 DescribeVolumes gives a key for encrypted volumes only")
	state := rule.Required("configuration.state")
	return rule.Rule{
		Identifier: "ENCRYPTED_VOLUMES",
		Params:     []rule.Param{{Name: "kmsId", Doc: "id or ARN of the key the volume must be encrypted with"}},
		Severity:   rule.Medium,
		Rationale: "Data on a volume that is not encrypted can be read by whoever gets at the disk or a copy of it. " +
			"A volume that is attached (state in-use) must be encrypted, with the key kmsId when that is given. " +
			"Volumes that are not attached are not judged.",
		Remediation: rule.Remediation{Hint: "Copy the volume's snapshot with encryption and replace the volume by one made from the copy."},
		Fields:      []*rule.Field{encrypted, kmsKey, state},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(state) != "in-use" {
				return c.Skip("The volume is not attached to an instance.")
			}
			if !c.Bool(encrypted) {
				return c.Fail("The volume is not encrypted.")
			}
			if want := c.Params.Str("kmsId"); want != "" && !sameKey(c.Str(kmsKey), want) {
				return c.Fail("The volume is encrypted with another key than " + want + ".")
			}
			return c.Pass("The volume is encrypted.")
		},
	}
}
