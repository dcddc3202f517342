package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

// redshiftDefaultRules judge what a cluster has when nobody thought about it: names, logs, zones, open ports.
func redshiftDefaultRules() []rule.Rule {
	return []rule.Rule{
		redshiftAuditLog(),
		redshiftName(rule.Rule{
			Identifier: "REDSHIFT_DEFAULT_ADMIN_CHECK",
			Params:     []rule.Param{{Name: "validAdminUserNames", Type: rule.CSV, Doc: "the names of administrators that are allowed"}},
			Severity:   rule.Medium,
			Rationale: "A name everybody knows is half of a login. The administrator of the cluster must not be named awsuser, and must have one of the names of " +
				"validAdminUserNames when that is given.",
			Remediation: rule.Remediation{Hint: "Create the cluster anew with another administrator name."},
		}, rule.Required("configuration.masterUsername"), "awsuser", "administrator's name"),
		redshiftName(rule.Rule{
			Identifier: "REDSHIFT_DEFAULT_DB_NAME_CHECK",
			Params:     []rule.Param{{Name: "validDatabaseNames", Type: rule.CSV, Doc: "the database names that are allowed"}},
			Severity:   rule.Medium,
			Rationale: "A name everybody knows need not be found out. The first database of the cluster must not be named dev, and must have one of the names of " +
				"validDatabaseNames when that is given.",
			Remediation: rule.Remediation{Hint: "Create the cluster anew with another database name."},
		}, rule.Required("configuration.dBName"), "dev", "database name"),
		mustBeOneOf(rule.Rule{
			Identifier: "REDSHIFT_CLUSTER_MULTI_AZ_ENABLED",
			Severity:   rule.Medium,
			Rationale: "When a zone fails, a warehouse with nodes in a second zone goes on. The cluster must be a Multi-AZ one; relocation to another zone after a " +
				"failure does not count.",
			Remediation: rule.Remediation{Hint: "Make the cluster a Multi-AZ one."},
		}, rule.Required("configuration.multiAZ"), []string{"Enabled", "true"}, "The cluster is in more than one zone.", "The cluster is in one zone."),
		redshiftOpenPort(), redshiftSubnetZones(),
	}
}

func redshiftAuditLog() rule.Rule {
	on := rule.Required("supplementaryConfiguration.LoggingStatus.loggingEnabled")
	bucket := rule.Absent("supplementaryConfiguration.LoggingStatus.bucketName", "", "Redshift DescribeLoggingStatus gives it for logs in S3 only")
	return rule.Rule{
		Identifier: "REDSHIFT_AUDIT_LOGGING_ENABLED",
		Params:     []rule.Param{{Name: "bucketNames", Type: rule.CSV, Doc: "the buckets that logs may go to"}},
		Severity:   rule.Medium,
		Rationale: "The audit log says who connected to a warehouse and what was asked. Audit logging of the cluster must be on, to one of the buckets of " +
			"bucketNames when that is given; logs in CloudWatch Logs count only without that parameter.",
		Remediation: rule.Remediation{Hint: "Turn on audit logging of the cluster.", Document: "AWSConfigRemediation-EnableRedshiftClusterAuditLogging"},
		Fields:      []*rule.Field{on, bucket},
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(on) {
				return c.Fail("Audit logging is off.")
			}
			if !allowed(c.Params.List("bucketNames"), c.Str(bucket)) {
				return c.Fail("Audit logs go elsewhere than allowed.")
			}
			return c.Pass("Audit logging is on.")
		},
	}
}

// redshiftName completes a rule about a name that must not be the default one, and one of its parameter's names.
func redshiftName(r rule.Rule, name *rule.Field, standard, what string) rule.Rule {
	pass := "The " + what + " is not the default one."
	r.Fields = []*rule.Field{name}
	r.Check = func(c *rule.Context) rule.Result {
		got := c.Str(name)
		if strings.EqualFold(got, standard) {
			return c.Fail("The " + what + " is the default " + standard + ".")
		}
		if len(r.Params) > 0 && !allowed(c.Params.List(r.Params[0].Name), got) {
			return c.Fail("The " + what + " is not one of those allowed.")
		}
		return c.Pass(pass)
	}
	return r
}

func redshiftOpenPort() rule.Rule {
	const group = "AWS::EC2::SecurityGroup"
	in := inbound().of(group)
	port, groups := rule.Required("configuration.endpoint.port"), rule.Required("configuration.vpcSecurityGroups")
	id := rule.Required("configuration.vpcSecurityGroups[].vpcSecurityGroupId")
	return rule.Rule{
		Identifier: "REDSHIFT_UNRESTRICTED_PORT_ACCESS",
		Severity:   rule.High,
		Rationale: "A warehouse's port open to the internet lets everyone try passwords. No inbound rule of a VPC security group of the cluster may let every " +
			"IPv4 (0.0.0.0/0) or IPv6 (::/0) address reach the TCP port of the cluster's endpoint, alone, in a range, or by a rule for all protocols. " +
			"Whether the cluster has a public address does not matter.",
		Remediation: rule.Remediation{Hint: "Limit the source addresses of the security group's rules."},
		Fields:      append(in.fields(), port, groups, id),
		Uses:        []string{group},
		Check: func(c *rule.Context) rule.Result {
			number := c.Int(port)
			if c.Len(groups) == 0 {
				return c.Unknown("The cluster names no security group.")
			}
			for _, g := range c.Each(groups) {
				found, ok := c.Find(group, g.Str(id))
				if !ok {
					return c.Unknown("The security group " + g.Str(id) + " is not recorded.")
				}
				for protocol, p := range in.openIn(found) {
					if protocol == "tcp" && p.has(number) {
						return c.Fail("The security group " + found.ID() + " opens the cluster's port to the world.")
					}
				}
			}
			return c.Pass("The cluster's port is not open to the world.")
		},
	}
}

func redshiftSubnetZones() rule.Rule {
	subnets, zone := rule.Required("configuration.subnets"), rule.Required("configuration.subnets[].subnetAvailabilityZone.name")
	return rule.Rule{
		Identifier: "REDSHIFT_CLUSTER_SUBNET_GROUP_MULTI_AZ",
		Severity:   rule.Medium,
		Rationale: "A cluster can move away from a failed zone only to a subnet in another one. The subnet group must have subnets in at least two zones, " +
			"whether or not a cluster uses it.",
		Remediation: rule.Remediation{Hint: "Add a subnet of another zone to the subnet group."},
		Fields:      []*rule.Field{subnets, zone},
		Check: func(c *rule.Context) rule.Result {
			zones := map[string]bool{}
			for _, s := range c.Each(subnets) {
				zones[s.Str(zone)] = true
			}
			if len(zones) < 2 {
				return c.Fail("The subnets of the group are in one zone.")
			}
			return c.Pass("The subnets of the group are in several zones.")
		},
	}
}
