package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func dynamodbRules() []rule.Rule {
	return []rule.Rule{tablePITR(), tableEncrypted(), tableEncryptedKMS(), tableDeletionProtection(), tableAutoScaling()}
}

func tablePITR() rule.Rule {
	status := rule.Required("supplementaryConfiguration.ContinuousBackupsDescription.pointInTimeRecoveryDescription.pointInTimeRecoveryStatus")
	return rule.Rule{
		Identifier: "DYNAMODB_PITR_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A mistaken write must be undone to the second before it. Point-in-time recovery of the table must be ENABLED; backups on demand do " +
			"not count.",
		Remediation: rule.Remediation{Hint: "Turn on point-in-time recovery.", Document: "AWSConfigRemediation-EnablePITRForDynamoDbTable"},
		Fields:      []*rule.Field{status},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(status) == "ENABLED" {
				return c.Pass("Point-in-time recovery is on.")
			}
			return c.Fail("Point-in-time recovery is off.")
		},
	}
}

const ownedByAWS = "DynamoDB DescribeTable leaves it out for a table that is encrypted with a key AWS owns"

// encryptedStatus are the states of a table that a KMS key encrypts.
var encryptedStatus = []string{"ENABLED", "ENABLING", "UPDATING"}

func tableEncrypted() rule.Rule {
	name := rule.Required("configuration.tableName")
	status := rule.Absent("configuration.ssedescription.status", "", ownedByAWS)
	return rule.Rule{
		Identifier: "DYNAMODB_TABLE_ENCRYPTION_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A key in the account leaves a trace of every use. The encryption of the table at rest with a KMS key must be on or just " +
			"being turned on or changed (the status is ENABLED, ENABLING or UPDATING); what DynamoDB encrypts by default, with a key that AWS owns, " +
			"has no status and does not count.",
		Remediation: rule.Remediation{Hint: "Choose a KMS key for the table.", Document: "AWSConfigRemediation-EnableEncryptionOnDynamoDbTable"},
		Fields:      []*rule.Field{name, status},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not fail
			if slices.Contains(encryptedStatus, c.Str(status)) {
				return c.Pass("The table is encrypted with a KMS key.")
			}
			return c.Fail("The table is not encrypted with a KMS key.")
		},
	}
}

func tableDeletionProtection() rule.Rule {
	return mustBe(rule.Rule{
		Identifier:  "DYNAMODB_TABLE_DELETION_PROTECTION_ENABLED",
		Severity:    rule.Medium,
		Rationale:   "A table must not be gone after one wrong call. deletionProtectionEnabled of the table must be true.",
		Remediation: rule.Remediation{Hint: "Turn on deletion protection of the table."},
	}, rule.Required("configuration.deletionProtectionEnabled"), true, "The table is protected from deletion.", "The table is not protected from deletion.")
}

func tableEncryptedKMS() rule.Rule {
	name := rule.Required("configuration.tableName")
	status := rule.Absent("configuration.ssedescription.status", "", ownedByAWS)
	key := rule.Absent("configuration.ssedescription.kmsmasterKeyArn", "", ownedByAWS)
	return rule.Rule{
		Identifier: "DYNAMODB_TABLE_ENCRYPTED_KMS",
		Params:     []rule.Param{keyParam("kmsKeyArns")},
		Severity:   rule.Medium,
		Rationale: "Who may use a key decides who may read a table, and every use leaves a trace. The table must be encrypted with a KMS key in the " +
			"account, AWS managed or not, one of kmsKeyArns when that is given; a key that AWS owns does not count.",
		Remediation: rule.Remediation{Hint: "Choose a KMS key for the table.", Document: "AWSConfigRemediation-EnableEncryptionOnDynamoDbTable"},
		Fields:      []*rule.Field{name, status, key},
		Check: func(c *rule.Context) rule.Result {
			if !slices.Contains(encryptedStatus, c.Str(status)) {
				return c.Fail("The table is not encrypted with a KMS key.")
			}
			if !oneOfKeys(c.Str(key), c.Params.List("kmsKeyArns")) {
				return c.Fail("The table is encrypted with another key than allowed.")
			}
			return c.Pass("The table is encrypted with a KMS key.")
		},
	}
}

// scalingFields are the targets Application Auto Scaling has for a table and its indexes (docs/rules/beyond-config.md).
type scalingFields struct{ all, targets, resource, dimension, low, high, goal *rule.Field }

func scaling() scalingFields {
	const (
		at     = "supplementaryConfiguration.AutoScaling"
		beyond = "Config does not record it, only Tickmark's collector does"
	)
	return scalingFields{
		all:       rule.Absent(at, nil, beyond),
		targets:   rule.Absent(at+".scalableTargets", nil, beyond),
		resource:  rule.Required(at + ".scalableTargets[].resourceId"),
		dimension: rule.Required(at + ".scalableTargets[].scalableDimension"),
		low:       rule.Required(at + ".scalableTargets[].minCapacity"),
		high:      rule.Required(at + ".scalableTargets[].maxCapacity"),
		goal:      rule.Absent(at+".scalableTargets[].targetValue", nil, "a target without a target tracking policy has none"),
	}
}

// scaled reports whether a table or index is scaled in one dimension (Read or Write) as the parameters require.
func (f scalingFields) scaled(c *rule.Context, resource, dimension string) bool {
	for _, t := range c.Each(f.targets) {
		if t.Str(f.resource) != resource || !strings.HasSuffix(t.Str(f.dimension), ":"+dimension+"CapacityUnits") || !t.Has(f.goal) {
			continue
		}
		lowest, highest, goal := "minProvisioned"+dimension+"Capacity", "maxProvisioned"+dimension+"Capacity", "target"+dimension+"Utilization"
		return t.Int(f.low) >= c.Params.Int(lowest) &&
			(!c.Params.Has(highest) || t.Int(f.high) <= c.Params.Int(highest)) &&
			(!c.Params.Has(goal) || t.Float(f.goal) == c.Params.Float(goal))
	}
	return false
}

func tableAutoScaling() rule.Rule {
	name := rule.Required("configuration.tableName")
	billing := rule.Absent("configuration.billingModeSummary.billingMode", "PROVISIONED", "DynamoDB DescribeTable leaves it out for a table that never was on demand")
	indexes := rule.Absent("configuration.globalSecondaryIndexes", nil, "DynamoDB DescribeTable leaves it out for a table without one")
	index := rule.Required("configuration.globalSecondaryIndexes[].indexName")
	f := scaling()
	r := rule.Rule{
		Identifier: "DYNAMODB_AUTOSCALING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A table that cannot grow with its load refuses it. The table must be on demand, or provisioned with a target tracking policy of " +
			"Application Auto Scaling for reads and writes, of the table and of each global secondary index. When parameters are given, the minimum must not be " +
			"below, the maximum not above, and the target utilization equal to them.",
		Remediation: rule.Remediation{Hint: "Make the table on demand, or turn on auto scaling."},
		Fields:      []*rule.Field{name, billing, indexes, index, f.all, f.targets, f.resource, f.dimension, f.low, f.high, f.goal},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(billing) == "PAY_PER_REQUEST" {
				return c.Pass("The table is on demand.")
			}
			if c.Text(f.all) == "" {
				return c.Unknown("The auto scaling of the table is not recorded.")
			}
			resources := []string{"table/" + c.Str(name)}
			for _, i := range c.Each(indexes) {
				resources = append(resources, resources[0]+"/index/"+i.Str(index))
			}
			for _, res := range resources {
				for _, dimension := range []string{"Read", "Write"} {
					if !f.scaled(c, res, dimension) {
						return c.Fail("The " + strings.ToLower(dimension) + " capacity of " + res + " is not scaled as required.")
					}
				}
			}
			return c.Pass("Auto scaling is on as required.")
		},
	}
	for _, d := range []string{"Read", "Write"} {
		r.Params = append(r.Params,
			rule.Param{Name: "minProvisioned" + d + "Capacity", Type: rule.Int, Min: 1, Doc: "the lowest minimum that is allowed"},
			rule.Param{Name: "maxProvisioned" + d + "Capacity", Type: rule.Int, Min: 1, Doc: "the highest maximum that is allowed"},
			rule.Param{Name: "target" + d + "Utilization", Type: rule.Double, Min: 20, Max: 90, Doc: "the target utilization in percent"})
	}
	return r
}
