package managed

import (
	"slices"
	"strconv"

	"github.com/tickmark/tickmark/internal/rule"
)

// accountSettingRules judge settings and limits of the account as a whole.
func accountSettingRules() []rule.Rule {
	return []rule.Rule{emrBlockPublicAccess(), securityContact(), dynamodbThroughput()}
}

func emrBlockPublicAccess() rule.Rule {
	const ranges = "configuration.details.permittedPublicSecurityGroupRuleRanges"
	service := serviceState().service
	blocked := rule.Required("configuration.details.blockPublicSecurityGroupRules").Of(factService)
	permitted := rule.Absent(ranges, nil, "EMR GetBlockPublicAccessConfiguration leaves out an empty list").Of(factService)
	from := rule.Required(ranges + "[].minRange").Of(factService)
	to := rule.Absent(ranges+"[].maxRange", 0, "EMR leaves out the end of a range that is one port").Of(factService)
	return rule.Rule{
		Identifier: "EMR_BLOCK_PUBLIC_ACCESS",
		Subjects:   rule.Account,
		Severity:   rule.Critical,
		Rationale: "A cluster whose security group lets in the world is found within hours. EMR's block of public access must be on in the account and region, and permit no port but 22: then " +
			"EMR starts no cluster with a security group that is open on another port.",
		Remediation: rule.Remediation{Hint: "Turn on block public access in EMR, with no exception but port 22."},
		Fields:      []*rule.Field{service, blocked, permitted, from, to},
		Uses:        []string{factService},
		Check: func(c *rule.Context) rule.Result {
			fact := c.Service(service, "emr")
			if !fact.Bool(blocked) {
				return c.Fail("EMR does not block public access.")
			}
			for _, r := range fact.Each(permitted) {
				p := ports{r.Int(from), r.Int(to)}
				if p.to == 0 {
					p.to = p.from
				}
				if p != (ports{22, 22}) {
					return c.Fail("EMR permits public access to the ports " + p.String() + ".")
				}
			}
			return c.Pass("EMR blocks public access.")
		},
	}
}

func securityContact() rule.Rule {
	types := rule.Required("configuration.types").Of(factAlternateContacts)
	return rule.Rule{
		Identifier: "SECURITY_ACCOUNT_INFORMATION_PROVIDED",
		Subjects:   rule.Account,
		Severity:   rule.Medium,
		Rationale: "When AWS sees that an account is abused it writes to the security contact, or else to an address nobody reads. The account must have an alternate contact for security; " +
			"those for billing and operations do not count.",
		Remediation: rule.Remediation{Hint: "Give the account an alternate contact for security."},
		Fields:      []*rule.Field{types},
		Uses:        []string{factAlternateContacts},
		Check: func(c *rule.Context) rule.Result {
			if slices.Contains(slices.Collect(c.Fact(factAlternateContacts).Strings(types)), "SECURITY") {
				return c.Pass("The account has a security contact.")
			}
			return c.Fail("The account has no security contact.")
		},
	}
}

func dynamodbThroughput() rule.Rule {
	const (
		table    = "AWS::DynamoDB::Table"
		indexes  = "configuration.globalSecondaryIndexes"
		read     = "provisionedThroughput.readCapacityUnits"
		write    = "provisionedThroughput.writeCapacityUnits"
		onDemand = "a table without provisioned capacity, such as one on demand, has none or 0 in DynamoDB DescribeTable"
	)
	service := serviceState().service
	name := rule.Required("configuration.tableName").Of(table)
	index := rule.Absent(indexes, nil, "DynamoDB DescribeTable leaves out an empty list").Of(table)
	kinds := []struct {
		param, what             string
		limit, ofTable, ofIndex *rule.Field
	}{
		{
			"accountRCUThresholdPercentage", "read", rule.Required("configuration.details.accountMaxReadCapacityUnits").Of(factService),
			rule.Absent("configuration."+read, 0, onDemand).Of(table), rule.Absent(indexes+"[]."+read, 0, onDemand).Of(table),
		},
		{
			"accountWCUThresholdPercentage", "write", rule.Required("configuration.details.accountMaxWriteCapacityUnits").Of(factService),
			rule.Absent("configuration."+write, 0, onDemand).Of(table), rule.Absent(indexes+"[]."+write, 0, onDemand).Of(table),
		},
	}
	r := rule.Rule{
		Identifier: "DYNAMODB_THROUGHPUT_LIMIT_CHECK",
		Subjects:   rule.Account,
		Severity:   rule.Medium,
		Rationale: "At the account's limit no table can be scaled up any more. The provisioned read capacity of all tables and global secondary indexes in the region must stay below the " +
			"given percentage of the account's limit, and so must the write capacity. Tables on demand take nothing of the limit.",
		Remediation: rule.Remediation{Hint: "Ask for a higher limit, or lower the capacity of tables."},
		Fields:      []*rule.Field{service, name, index},
		Uses:        []string{factService, table},
	}
	for _, k := range kinds {
		r.Params = append(r.Params, rule.Param{Name: k.param, Type: rule.Int, Default: "80", Min: 1, Max: 100, Doc: "per cent of the account's limit that must not be reached"})
		r.Fields = append(r.Fields, k.limit, k.ofTable, k.ofIndex)
	}
	r.Check = func(c *rule.Context) rule.Result {
		limits, tables := c.Service(service, "dynamodb"), c.All(table)
		for _, k := range kinds {
			var units int64
			for _, t := range tables {
				t.Str(name) // an item without its configuration counts as nothing otherwise
				units += t.Int(k.ofTable)
				for _, i := range t.Each(index) {
					units += i.Int(k.ofIndex)
				}
			}
			if units*100 >= limits.Int(k.limit)*c.Params.Int(k.param) {
				return c.Fail(strconv.FormatInt(units, 10) + " provisioned " + k.what + " capacity units have reached the threshold.")
			}
		}
		return c.Pass("Provisioned capacity is below the thresholds.")
	}
	return r
}
