package managed

import (
	"cmp"
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func kmsRules() []rule.Rule {
	return []rule.Rule{keyNotScheduledForDeletion(), keyRotation(), keyNotPublic()}
}

// ofAWS says of a key that its owner has no say in it.
const ofAWS = "The key is managed by AWS."

func keyNotScheduledForDeletion() rule.Rule {
	manager, state := rule.Required("configuration.keyManager"), rule.Required("configuration.keyState")
	return rule.Rule{
		Identifier: "KMS_CMK_NOT_SCHEDULED_FOR_DELETION",
		Params:     []rule.Param{{Name: "kmsKeyIds", Type: rule.CSV, Doc: "judge only these keys, by id or ARN"}},
		Severity:   rule.Critical,
		Rationale: "With a key goes all that was encrypted with it. A customer managed key must not be scheduled for deletion (PendingDeletion, or " +
			"PendingReplicaDeletion of a multi-region key). Keys of AWS are not judged, nor keys outside of kmsKeyIds when that is given.",
		Remediation: rule.Remediation{Hint: "Cancel the deletion of the key.", Document: "AWSConfigRemediation-CancelKeyDeletion"},
		Fields:      []*rule.Field{manager, state},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(manager) == "AWS" {
				return c.Skip(ofAWS)
			}
			if only := c.Params.List("kmsKeyIds"); len(only) > 0 && !slices.ContainsFunc(only, func(k string) bool { return sameKey(c.ID(), k) }) {
				return c.Skip("The rule's parameters name other keys.")
			}
			if s := c.Str(state); s == "PendingDeletion" || s == "PendingReplicaDeletion" {
				return c.Fail("The key is scheduled for deletion.")
			}
			return c.Pass("The key is not scheduled for deletion.")
		},
	}
}

func keyRotation() rule.Rule {
	manager, state := rule.Required("configuration.keyManager"), rule.Required("configuration.keyState")
	origin := rule.Required("configuration.origin")
	const older = "items of before the field do not have it; keys of that time are symmetric"
	spec := rule.Absent("configuration.keySpec", "", older)
	oldSpec := rule.Absent("configuration.customerMasterKeySpec", "", older)
	rotated := rule.Required("supplementaryConfiguration.KeyRotationStatus")
	return rule.Rule{
		Identifier: "CMK_BACKING_KEY_ROTATION_ENABLED",
		Severity:   rule.Medium,
		Rationale: "The less is encrypted with one piece of key material, the less is lost with it. Automatic rotation of a customer managed key must be on, with any " +
			"period. Only what can be rotated is judged: enabled symmetric keys whose material KMS made. Keys of AWS, asymmetric and HMAC keys, imported " +
			"material and custom key stores are not.",
		Remediation: rule.Remediation{Hint: "Turn on automatic rotation of the key.", Document: "AWSConfigRemediation-EnableKeyRotation"},
		Fields:      []*rule.Field{manager, state, origin, spec, oldSpec, rotated},
		Check: func(c *rule.Context) rule.Result {
			switch {
			case c.Str(manager) == "AWS":
				return c.Skip(ofAWS)
			case c.Str(origin) != "AWS_KMS":
				return c.Skip("KMS did not make the key's material.")
			case cmp.Or(c.Str(spec), c.Str(oldSpec), "SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
				return c.Skip("The key is not a symmetric encryption key.")
			case c.Str(state) != "Enabled":
				return c.Skip("The key is not enabled.")
			case c.Bool(rotated):
				return c.Pass("Automatic rotation of the key is on.")
			}
			return c.Fail("Automatic rotation of the key is off.")
		},
	}
}

func keyNotPublic() rule.Rule {
	manager, text := rule.Required("configuration.keyManager"), rule.Required("supplementaryConfiguration.Policy")
	return rule.Rule{
		Identifier: "KMS_KEY_POLICY_NO_PUBLIC_ACCESS",
		Severity:   rule.Critical,
		Rationale: "A key that everyone may use protects nothing. The policy of a customer managed key must have no Allow statement for everyone without a condition that fixes accounts, " +
			"organizations, networks or callers (such as kms:CallerAccount). Keys of AWS are not judged.",
		Remediation: rule.Remediation{Hint: "Name the principals in the key policy, or add a condition on the account or organization."},
		Fields:      []*rule.Field{manager, text},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(manager) == "AWS" {
				return c.Skip(ofAWS)
			}
			if len(c.Policy(text).Public()) > 0 {
				return c.Fail("The key policy lets everyone in.")
			}
			return c.Pass("The key policy does not let everyone in.")
		},
	}
}
