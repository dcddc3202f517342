package managed

import "github.com/tickmark/tickmark/internal/rule"

func appstreamRules() []rule.Rule {
	typ := rule.Required("configuration.FleetType")
	subnets := rule.Absent("configuration.VpcConfig.SubnetIds", nil, "AppStream DescribeFleets gives no VPC where there is none")
	return []rule.Rule{{
		Identifier: "APPSTREAM_FLEET_IN_VPC",
		Severity:   rule.Medium,
		Rationale: "In a VPC, security groups and routes decide what streaming instances reach. The AppStream fleet must have a VPC, that is a subnet in its " +
			"VpcConfig. Elastic fleets, which always have one, are not judged.",
		Remediation: rule.Remediation{Hint: "Stop the fleet and give it subnets of a VPC."},
		Fields:      []*rule.Field{typ, subnets},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(typ) == "ELASTIC" {
				return c.Skip("The fleet is an Elastic one.")
			}
			if c.Len(subnets) == 0 {
				return c.Fail("The fleet is not in a VPC.")
			}
			return c.Pass("The fleet is in a VPC.")
		},
	}}
}
