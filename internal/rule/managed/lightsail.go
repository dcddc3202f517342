package managed

import "github.com/tickmark/tickmark/internal/rule"

func lightsailRules() []rule.Rule {
	return []rule.Rule{
		mustBe(rule.Rule{
			Identifier: "LIGHTSAIL_BUCKET_ALLOW_PUBLIC_OVERRIDES_DISABLED",
			Severity:   rule.Medium,
			Rationale: "When objects may override the bucket, each upload can make one of them public. AllowPublicOverrides in the access rules of the Lightsail bucket must be " +
				"false; whether the bucket as a whole is public is not judged.",
			Remediation: rule.Remediation{Hint: "Do not let single objects be made public."},
		}, rule.Required("configuration.AccessRules.AllowPublicOverrides"), false, "Objects cannot be made public one by one.", "Single objects can be made public."),
		mustBe(rule.Rule{
			Identifier: "LIGHTSAIL_BUCKET_OBJECT_VERSIONING_ENABLED",
			Severity:   rule.Low,
			Rationale: "What was overwritten or deleted can be had back only from an earlier version. ObjectVersioning of the Lightsail bucket must be true; it is " +
				"false where versioning was never on, and where it is suspended.",
			Remediation: rule.Remediation{Hint: "Turn on object versioning."},
		}, rule.Required("configuration.ObjectVersioning"), true, "Objects have versions.", "Objects have no versions."),
	}
}
