package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

const (
	clusterParameterGroup  = "AWS::RDS::DBClusterParameterGroup"
	instanceParameterGroup = "AWS::RDS::DBParameterGroup"
)

func rdsParameterRules() []rule.Rule {
	return []rule.Rule{mysqlTLS(), postgresTLS(), mariadbTLS(), sqlserverTLS(), auroraAuditWritten(), proxyTLS()}
}

// groupFields are the parameters in a parameter group (docs/rules/beyond-config.md).
type groupFields struct{ all, name, of *rule.Field }

func parametersOf(typ string) groupFields {
	const at = "supplementaryConfiguration.Parameters"
	return groupFields{
		all:  rule.Required(at).Of(typ),
		name: rule.Required(at + "[].parameterName").Of(typ),
		of:   rule.Absent(at+"[].parameterValue", "", "RDS leaves out a value that is not set").Of(typ),
	}
}

// value is a parameter's value in a group; ok is false when it is not recorded.
func (f groupFields) value(c *rule.Context, group, parameter string) (value string, ok bool) {
	g, ok := c.Find(f.all.Type, group)
	if !ok {
		return "", false
	}
	p, ok := g.Among(f.all, f.name, parameter)
	if !ok {
		return "", false
	}
	return p.Str(f.of), true
}

// clusterFields lead from a cluster to its parameter group.
type clusterFields struct {
	groupFields
	group, members, status *rule.Field
}

func clusterParameters() clusterFields {
	const members = "configuration.dbclusterMembers"
	return clusterFields{
		parametersOf(clusterParameterGroup), rule.Required("configuration.dbclusterParameterGroup"),
		rule.Required(members), rule.Required(members + "[].dbclusterParameterGroupStatus"),
	}
}

func (f clusterFields) fields() []*rule.Field {
	return []*rule.Field{f.all, f.name, f.of, f.group, f.members, f.status}
}

// inSync reports whether every instance of the cluster has taken over the parameter group.
func (f clusterFields) inSync(c *rule.Context) bool {
	for _, m := range c.Each(f.members) {
		if m.Str(f.status) != "in-sync" {
			return false
		}
	}
	return true
}

const (
	outOfSync   = "An instance has not taken over the parameter group."
	notRecorded = "The parameter is not recorded."
)

// isOn reports whether a parameter's value is one of those that engines read as on.
func isOn(value string) bool { return value == "1" || strings.EqualFold(value, "on") }

func auroraAuditWritten() rule.Rule {
	f := clusterParameters()
	return ofEngines(rule.Rule{
		Identifier: "AURORA_MYSQL_CLUSTER_AUDIT_LOGGING",
		Severity:   rule.Medium,
		Rationale: "An audit log shows who asked a database for what. In the parameter group of the Aurora MySQL cluster server_audit_logging must be on and server_audit_events must name events, and " +
			"every instance of the cluster must have taken over the group (in-sync). Whether the log is exported is judged by RDS_AURORA_MYSQL_AUDIT_LOGGING_ENABLED.",
		Remediation: rule.Remediation{Hint: "Set server_audit_logging to 1 and server_audit_events to the events to log, in a parameter group of your own."},
		Fields:      f.fields(),
		Uses:        []string{clusterParameterGroup},
		Check: func(c *rule.Context) rule.Result {
			if !f.inSync(c) {
				return c.Fail(outOfSync)
			}
			on, known := f.value(c, c.Str(f.group), "server_audit_logging")
			if !known {
				return c.Unknown(notRecorded)
			}
			if !isOn(on) {
				return c.Fail("Audit logging is off.")
			}
			events, known := f.value(c, c.Str(f.group), "server_audit_events")
			if !known {
				return c.Unknown(notRecorded)
			}
			if events == "" {
				return c.Fail("Audit logging is on, but logs no events.")
			}
			return c.Pass("Audit logging is on.")
		},
	}, "aurora", "aurora-mysql")
}

// requiresTLS is refusesPlain for the instances of some engines.
func requiresTLS(r rule.Rule, parameter string, engines ...string) rule.Rule {
	return ofEngines(refusesPlain(r, parameter), engines...)
}

// refusesPlain completes a rule about the parameter by which instances refuse connections without TLS.
func refusesPlain(r rule.Rule, parameter string) rule.Rule {
	const at = "configuration.dBParameterGroups"
	groups, group, status := rule.Required(at), rule.Required(at+"[].dBParameterGroupName"), rule.Required(at+"[].parameterApplyStatus")
	cluster := clusterOfInstance()
	f := parametersOf(instanceParameterGroup)
	r.Severity = rule.Medium
	r.Remediation = rule.Remediation{Hint: "Set " + parameter + " to 1 in a parameter group of your own and reboot the instance."}
	r.Fields = append(slices.Clip(r.Fields), groups, group, status, cluster, f.all, f.name, f.of)
	r.Uses = []string{instanceParameterGroup}
	r.Check = func(c *rule.Context) rule.Result {
		if c.Has(cluster) {
			return c.Skip(ofCluster)
		}
		if c.Len(groups) == 0 {
			return c.Unknown("The instance names no parameter group.")
		}
		for _, g := range c.Each(groups) {
			if g.Str(status) != "in-sync" {
				return c.Fail("The instance has not taken over its parameter group.")
			}
			value, known := f.value(c, g.Str(group), parameter)
			if !known {
				return c.Unknown(notRecorded)
			}
			if !isOn(value) {
				return c.Fail("The parameter " + parameter + " is not on.")
			}
		}
		return c.Pass("Connections without TLS are refused.")
	}
	return r
}

func mysqlTLS() rule.Rule {
	return requiresTLS(rule.Rule{
		Identifier: "RDS_MYSQL_INSTANCE_ENCRYPTED_IN_TRANSIT",
		Rationale: "Queries and their answers cross the network. The parameter require_secure_transport must be on in the parameter group of the MySQL instance, and the instance must have taken over " +
			"the group (in-sync). Instances of a cluster are not judged.",
	}, "require_secure_transport", "mysql")
}

func postgresTLS() rule.Rule {
	return requiresTLS(rule.Rule{
		Identifier: "RDS_POSTGRES_INSTANCE_ENCRYPTED_IN_TRANSIT",
		Rationale: "Queries and their answers cross the network. The parameter rds.force_ssl must be on in the parameter group of the PostgreSQL instance, and the instance must have taken over the " +
			"group (in-sync). Instances of a cluster are not judged.",
	}, "rds.force_ssl", "postgres")
}

func mariadbTLS() rule.Rule {
	version := rule.Required("configuration.engineVersion")
	r := refusesPlain(rule.Rule{
		Identifier: "RDS_MARIADB_INSTANCE_ENCRYPTED_IN_TRANSIT",
		Rationale: "Queries and their answers cross the network. The parameter require_secure_transport must be on in the parameter group of the MariaDB instance, and the instance must have taken " +
			"over the group (in-sync). Versions before 10.5, which lack the parameter, are not judged.",
		Fields: []*rule.Field{version},
		Logic:  2,
	}, "require_secure_transport")
	check := r.Check
	r.Check = func(c *rule.Context) rule.Result {
		if versionOrder(c.Str(version), "10.5") < 0 {
			return c.Skip("The version has no parameter to require TLS.")
		}
		return check(c)
	}
	return ofEngines(r, "mariadb")
}

// sqlserverEngines are the editions of SQL Server.
var sqlserverEngines = []string{"sqlserver-ee", "sqlserver-se", "sqlserver-ex", "sqlserver-web", "sqlserver-dev-ee"}

func sqlserverTLS() rule.Rule {
	return requiresTLS(rule.Rule{
		Identifier: "RDS_SQLSERVER_ENCRYPTED_IN_TRANSIT",
		Rationale: "Queries and their answers cross the network. The parameter rds.force_ssl must be on in the parameter group of the SQL Server instance, and the instance must have taken over the " +
			"group (in-sync).",
	}, "rds.force_ssl", sqlserverEngines...)
}

func proxyTLS() rule.Rule {
	return mustBe(rule.Rule{
		Identifier:  "RDS_PROXY_TLS_ENCRYPTION",
		Severity:    rule.Medium,
		Rationale:   "A proxy that allows connections without TLS undoes what the database behind it requires. RequireTLS of the DB proxy must be true.",
		Remediation: rule.Remediation{Hint: "Require TLS for connections to the proxy."},
	}, rule.Required("configuration.RequireTLS"), true, "The proxy requires TLS.", "The proxy allows connections without TLS.")
}
