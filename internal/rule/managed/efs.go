package managed

import "github.com/tickmark/tickmark/internal/rule"

func efsRules() []rule.Rule {
	encrypted := rule.Required("configuration.Encrypted")
	key := rule.Absent("configuration.KmsKeyId", "", "EFS DescribeFileSystems gives a key for encrypted file systems only")
	return []rule.Rule{{
		Identifier: "EFS_ENCRYPTED_CHECK",
		Params:     []rule.Param{{Name: "KmsKeyId", Doc: "id or ARN of the key the file system must be encrypted with"}},
		Severity:   rule.Medium,
		Rationale: "Whoever gets at the storage of a file system must not be able to read it. The file system must be encrypted at rest, with the key " +
			"KmsKeyId when that is given.",
		Remediation: rule.Remediation{Hint: "Create an encrypted file system and copy the files."},
		Fields:      []*rule.Field{encrypted, key},
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(encrypted) {
				return c.Fail("The file system is not encrypted.")
			}
			if want := c.Params.Str("KmsKeyId"); want != "" && !sameKey(c.Str(key), want) {
				return c.Fail("The file system is encrypted with another key than " + want + ".")
			}
			return c.Pass("The file system is encrypted.")
		},
	}}
}
