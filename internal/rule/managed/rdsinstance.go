package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func rdsInstanceRules() []rule.Rule {
	return []rule.Rule{
		instanceAdmin(), instanceIAM(), dbSecurityGroups(), mariadbExported(), postgresExported(), sqlserverExported(), instanceNotInPublicSubnet(),
	}
}

// ofCluster says why an instance is not judged by itself.
const ofCluster = "The instance belongs to a cluster."

// clusterOfInstance is the cluster an instance belongs to, if any.
func clusterOfInstance() *rule.Field {
	return rule.Absent("configuration.dBClusterIdentifier", "", "RDS DescribeDBInstances gives it for instances of a cluster only")
}

// exceptOfClusters lets a rule judge only instances that belong to no cluster.
func exceptOfClusters(r rule.Rule) rule.Rule {
	cluster, check := clusterOfInstance(), r.Check
	r.Fields = append(r.Fields, cluster)
	r.Check = func(c *rule.Context) rule.Result {
		if c.Has(cluster) {
			return c.Skip(ofCluster)
		}
		return check(c)
	}
	return r
}

func instanceAdmin() rule.Rule {
	return exceptOfClusters(changedAdmin(rule.Rule{
		Identifier: "RDS_INSTANCE_DEFAULT_ADMIN_CHECK",
		Severity:   rule.Medium,
		Rationale: "Who guesses passwords guesses the well-known names first. The administrator (masterUsername) of the DB instance must be called neither admin nor postgres, and as one " +
			"of validAdminUserNames when that is given. Instances of clusters, whose administrator is the cluster's, and of Neptune and DocumentDB are not judged.",
		Remediation: rule.Remediation{Hint: "Create an instance with another administrator and move the data; the name cannot be changed."},
	}))
}

func instanceIAM() rule.Rule {
	status, on := rule.Required("configuration.dBInstanceStatus"), rule.Required("configuration.iAMDatabaseAuthenticationEnabled")
	judged := []string{"available", "backing-up", "storage-optimization", "storage-full"}
	return ofEngines(rule.Rule{
		Identifier: "RDS_INSTANCE_IAM_AUTHENTICATION_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A password of a database is shared and forgotten; a token of IAM is personal and lives for minutes. IAM authentication of the DB instance must be on. Only MySQL, " +
			"PostgreSQL and Aurora are judged, and only instances that are available, backing-up, storage-optimization or storage-full.",
		Remediation: rule.Remediation{Hint: "Turn on IAM database authentication."},
		Fields:      []*rule.Field{status, on},
		Check: func(c *rule.Context) rule.Result {
			if !slices.Contains(judged, c.Str(status)) {
				return c.Skip("The instance is not available.")
			}
			if c.Bool(on) {
				return c.Pass("IAM authentication is on.")
			}
			return c.Fail("IAM authentication is off.")
		},
	}, "mysql", "postgres", "aurora", "aurora-mysql", "aurora-postgresql")
}

func dbSecurityGroups() rule.Rule {
	name := rule.Required("configuration.dBSecurityGroupName")
	return rule.Rule{
		Identifier: "RDS_DB_SECURITY_GROUP_NOT_ALLOWED",
		Severity:   rule.Medium,
		Rationale: "DB security groups are left from the time before VPCs, and nobody looks for openings there. There must be no DB security group but the one called default, which every " +
			"account has.",
		Remediation: rule.Remediation{Hint: "Delete the DB security group and use security groups of the VPC."},
		Fields:      []*rule.Field{name},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(name) == "default" {
				return c.Pass("It is the default DB security group.")
			}
			return c.Fail("It is a DB security group beside the default one.")
		},
	}
}

func mariadbExported() rule.Rule {
	return ofEngines(mustExport(rule.Rule{
		Identifier: "MARIADB_PUBLISH_LOGS_TO_CLOUDWATCH_LOGS",
		Params:     []rule.Param{{Name: "logTypes", Type: rule.CSV, Default: "error,audit", Doc: "the logs that must be exported"}},
		Severity:   rule.Medium,
		Rationale: "The log of a database shows who read what, and must outlive it. The MariaDB instance must export every log of logTypes (error and audit) to CloudWatch " +
			"Logs.",
		Remediation: rule.Remediation{Hint: "Turn on the export of the logs; the audit log needs the option MARIADB_AUDIT_PLUGIN."},
	}, "logTypes"), "mariadb")
}

func postgresExported() rule.Rule {
	return ofEngines(mustExport(rule.Rule{
		Identifier:  "RDS_POSTGRESQL_LOGS_TO_CLOUDWATCH",
		Params:      []rule.Param{{Name: "logTypes", Type: rule.CSV, Default: "postgresql", Enum: []string{"postgresql", "upgrade"}, Doc: "the logs that must be exported"}},
		Severity:    rule.Medium,
		Rationale:   "The log of a database shows who read what, and must outlive it. The PostgreSQL instance must export every log of logTypes (postgresql) to CloudWatch Logs.",
		Remediation: rule.Remediation{Hint: "Turn on the export of the logs to CloudWatch Logs."},
	}, "logTypes"), "postgres")
}

func sqlserverExported() rule.Rule {
	return ofEngines(mustExport(rule.Rule{
		Identifier:  "RDS_SQL_SERVER_LOGS_TO_CLOUDWATCH",
		Params:      []rule.Param{{Name: "logTypes", Type: rule.CSV, Default: "agent,error", Enum: []string{"agent", "error"}, Doc: "the logs that must be exported"}},
		Severity:    rule.Medium,
		Rationale:   "The log of a database shows who came in, and must outlive it. The SQL Server instance must export every log of logTypes (agent and error) to CloudWatch Logs.",
		Remediation: rule.Remediation{Hint: "Turn on the export of the logs to CloudWatch Logs."},
	}, "logTypes"), sqlserverEngines...)
}

// routing are the fields of route tables that tell by which of them a subnet leads to the internet.
type routing struct{ vpc, associations, subnet, main, routes, gateway, v4, v6 *rule.Field }

const routeTable = "AWS::EC2::RouteTable"

func subnetRouting() routing {
	const (
		associations = "configuration.associations"
		routes       = "configuration.routes"
		other        = "EC2 DescribeRouteTables gives a route only the kind of destination and target it has"
	)
	return routing{
		vpc:          rule.Required("configuration.vpcId").Of(routeTable),
		associations: rule.Required(associations).Of(routeTable),
		subnet:       rule.Absent(associations+"[].subnetId", "", "EC2 DescribeRouteTables gives a main association and those of gateways none").Of(routeTable),
		main:         rule.Required(associations + "[].main").Of(routeTable),
		routes:       rule.Required(routes).Of(routeTable),
		gateway:      rule.Absent(routes+"[].gatewayId", "", other).Of(routeTable),
		v4:           rule.Absent(routes+"[].destinationCidrBlock", "", other).Of(routeTable),
		v6:           rule.Absent(routes+"[].destinationIpv6CidrBlock", "", other).Of(routeTable),
	}
}

func (f routing) fields() []*rule.Field {
	return []*rule.Field{f.vpc, f.associations, f.subnet, f.main, f.routes, f.gateway, f.v4, f.v6}
}

// table is the route table of a subnet: the one associated with it, else the main one of its VPC.
func (f routing) table(c *rule.Context, vpc, subnet string) (rule.Place, bool) {
	var found rule.Place
	ok := false
	for _, t := range c.Matching(f.vpc, vpc) {
		for _, a := range t.Each(f.associations) {
			if a.Str(f.subnet) == subnet {
				return t, true
			}
			if a.Bool(f.main) {
				found, ok = t, true
			}
		}
	}
	return found, ok
}

// public reports whether a route table has a default route to an internet gateway.
func (f routing) public(t rule.Place) bool {
	for _, r := range t.Each(f.routes) {
		if strings.HasPrefix(r.Str(f.gateway), "igw-") && (isWorld(r.Str(f.v4)) || isWorld(r.Str(f.v6))) {
			return true
		}
	}
	return false
}

func instanceNotInPublicSubnet() rule.Rule {
	const at = "configuration.dBSubnetGroup."
	vpc, subnets := rule.Required(at+"vpcId"), rule.Required(at+"subnets")
	id := rule.Required(at + "subnets[].subnetIdentifier")
	f := subnetRouting()
	return rule.Rule{
		Identifier: "RDS_INSTANCE_SUBNET_IGW_CHECK",
		Severity:   rule.High,
		Rationale: "A database in a public subnet is one switch away from the internet. No subnet of the DB instance's subnet group may have a default route (0.0.0.0/0 or ::/0) to an " +
			"internet gateway, in its own route table or, without one, in the main one of the VPC.",
		Remediation: rule.Remediation{Hint: "Move the instance to a subnet group of private subnets."},
		Fields:      append(f.fields(), vpc, subnets, id),
		Uses:        []string{routeTable},
		Logic:       2,
		Check: func(c *rule.Context) rule.Result {
			if c.Len(subnets) == 0 {
				return c.Unknown("The subnet group names no subnet.")
			}
			known := true
			for _, s := range c.Each(subnets) {
				t, ok := f.table(c, c.Str(vpc), s.Str(id))
				if ok && f.public(t) {
					return c.Fail("The subnet " + s.Str(id) + " has a default route to an internet gateway.")
				}
				known = known && ok
			}
			if !known {
				return c.Unknown("The route table of a subnet is not recorded.")
			}
			return c.Pass("No subnet has a default route to an internet gateway.")
		},
	}
}
