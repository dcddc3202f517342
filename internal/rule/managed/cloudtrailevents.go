package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func cloudtrailEventsRules() []rule.Rule {
	return []rule.Rule{
		securityTrail(),
		allObjectEvents("CLOUDTRAIL_ALL_READ_S3_DATA_EVENT_CHECK", "read", "ReadOnly"), allObjectEvents("CLOUDTRAIL_ALL_WRITE_S3_DATA_EVENT_CHECK", "write", "WriteOnly"),
		storeMultiRegion(), storeEncrypted(),
	}
}

func securityTrail() rule.Rule {
	f, on, sel := fieldsOfTrail(trailType), cloudtrailService(), selectors()
	global := rule.Required("configuration.includeGlobalServiceEvents").Of(trailType)
	validation := rule.Required("configuration.logFileValidationEnabled").Of(trailType)
	key := rule.Absent("configuration.kmsKeyId", "", notDescribed).Of(trailType)
	return rule.Rule{
		Identifier: "CLOUDTRAIL_SECURITY_TRAIL_ENABLED",
		Subjects:   rule.Account,
		Severity:   rule.Medium,
		Rationale: "Half of a trail is no evidence. At least one trail of the account must be logging and have all of these: it is a multi-region trail, logs events of global services, validates " +
			"its log files, encrypts them with a KMS key, and logs all management events, reads and writes, without leaving out an event source. A trail without selectors of its own logs " +
			"all management events.",
		Remediation: rule.Remediation{Hint: "Bring a multi-region trail up to all of the requirements.", Document: "AWSConfigRemediation-CreateCloudTrailMultiRegionTrail"},
		Fields:      append([]*rule.Field{on.service, on.enabled, on.trails, f.name, f.multiRegion, global, validation, key, f.customSelectors}, sel.ofManagement()...),
		Uses:        []string{factService, trailType},
		Check: func(c *rule.Context) rule.Result {
			logging := on.logging(c)
			for _, trail := range c.AllRegions(trailType) {
				sound := trail.Bool(f.multiRegion) && trail.Bool(global) && trail.Bool(validation) && trail.Has(key)
				if !sound || !slices.Contains(logging, trail.Str(f.name)) {
					continue
				}
				if !trail.Bool(f.customSelectors) || sel.logsManagement(trail, "ALL") {
					return c.Pass("A trail meets all of the requirements.")
				}
			}
			return c.Fail("No logging trail meets all of the requirements.")
		},
	}
}

// allObjectEvents is a rule that a multi-region trail must log one kind of the data events of all buckets.
func allObjectEvents(identifier, what, kind string) rule.Rule {
	f, on, sel := fieldsOfTrail(trailType), cloudtrailService(), selectors()
	return rule.Rule{
		Identifier: identifier,
		Subjects:   rule.Account,
		Severity:   rule.Medium,
		Rationale: "Who did what with which object is seen in data events only. A multi-region trail that is logging must have a selector for all " + what + " data events of S3 objects in all " +
			"buckets, those of tomorrow too; a list of buckets does not do.",
		Remediation: rule.Remediation{Hint: "Add the data events of all S3 buckets to a multi-region trail."},
		Fields:      append([]*rule.Field{on.service, on.enabled, on.trails, f.name, f.multiRegion, f.customSelectors}, sel.ofObjects()...),
		Uses:        []string{factService, trailType},
		Check: func(c *rule.Context) rule.Result {
			logging := on.logging(c)
			for _, trail := range c.AllRegions(trailType) {
				if !trail.Bool(f.multiRegion) || !slices.Contains(logging, trail.Str(f.name)) || !trail.Bool(f.customSelectors) {
					continue
				}
				if slices.Contains(sel.objectPrefixes(trail, kind), "") {
					return c.Pass("A multi-region trail logs the events of all buckets.")
				}
			}
			return c.Fail("No multi-region trail logs the " + what + " events of all buckets.")
		},
	}
}

func storeMultiRegion() rule.Rule {
	return mustBe(rule.Rule{
		Identifier:  "CLOUDTRAIL_EVENT_DATA_STORE_MULTI_REGION",
		Severity:    rule.Medium,
		Rationale:   "Intruders work in the region nobody looks at. The event data store of CloudTrail Lake must take in the events of all regions (MultiRegionEnabled).",
		Remediation: rule.Remediation{Hint: "Let the event data store take in all regions."},
	}, rule.Required("configuration.MultiRegionEnabled"), true, "The event data store takes in all regions.", "The event data store takes in one region only.")
}

func storeEncrypted() rule.Rule {
	return mustHaveKey(rule.Rule{
		Identifier: "EVENT_DATA_STORE_CMK_ENCRYPTION_ENABLED",
		Params:     []rule.Param{keyParam("kmsKeyArns")},
		Severity:   rule.Medium,
		Rationale: "Events tell an intruder what an account looks like. The event data store of CloudTrail Lake must be encrypted with a KMS key, one of kmsKeyArns when that is given; the " +
			"encryption CloudTrail does by itself does not count.",
		Remediation: rule.Remediation{Hint: "Create an event data store with a KMS key; the key cannot be added later."},
	}, rule.Required("configuration.Name"), rule.Absent("configuration.KmsKeyId", "", "CloudTrail GetEventDataStore leaves it out for a store without a key of its own"),
		"kmsKeyArns", "The event data store")
}
