package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

const noBrokerLog = "Amazon MQ leaves out a log that was not turned on"

func mqRules() []rule.Rule {
	all := []rule.Rule{
		brokerGeneralLog(), brokerNotPublic(), brokerLDAP(), brokerOnEFS(),
		brokerDeployment("MQ_ACTIVE_DEPLOYMENT_MODE", "ActiveMQ", "ACTIVE_STANDBY_MULTI_AZ", "an active and a standby instance in two zones"),
		brokerDeployment("MQ_RABBIT_DEPLOYMENT_MODE", "RabbitMQ", "CLUSTER_MULTI_AZ", "a cluster over several zones"),
		brokerVersion("ACTIVE_MQ_SUPPORTED_VERSION", "ActiveMQ"), brokerVersion("RABBIT_MQ_SUPPORTED_VERSION", "RabbitMQ"),
	}
	for _, id := range []string{"MQ_CLOUDWATCH_AUDIT_LOGGING_ENABLED", "MQ_CLOUDWATCH_AUDIT_LOG_ENABLED"} {
		all = append(all, brokerAuditLog(id))
	}
	for _, id := range []string{"MQ_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED", "MQ_AUTO_MINOR_VERSION_UPGRADE_ENABLED"} {
		all = append(all, brokerMinorUpgrades(id))
	}
	return all
}

// onlyBrokersOf makes a rule judge the brokers of one engine.
func onlyBrokersOf(engine string, r rule.Rule) rule.Rule {
	return onlyFor(rule.Required("configuration.EngineType"), []string{engine}, "The broker is not of "+engine+".", r)
}

func brokerAuditLog(id string) rule.Rule {
	return onlyBrokersOf("ActiveMQ", mustBe(rule.Rule{
		Identifier: id,
		Severity:   rule.Medium,
		Rationale: "The audit log of a broker says who managed it and how. An ActiveMQ broker must send its audit log to CloudWatch Logs (Logs.Audit). RabbitMQ " +
			"brokers, which have no audit log, are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on the audit log of the broker."},
	}, rule.Absent("configuration.Logs.Audit", false, noBrokerLog), true, "The audit log is on.", "The audit log is off."))
}

func brokerGeneralLog() rule.Rule {
	return having(rule.Required("configuration.EngineType"), mustBe(rule.Rule{
		Identifier: "MQ_BROKER_GENERAL_LOGGING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Without its log nobody can tell why a broker lost messages or who was refused. The broker, of either engine, must send its general log to " +
			"CloudWatch Logs (Logs.General); the audit log does not count.",
		Remediation: rule.Remediation{Hint: "Turn on the general log of the broker."},
	}, rule.Absent("configuration.Logs.General", false, noBrokerLog), true, "The general log is on.", "The general log is off."))
}

func brokerMinorUpgrades(id string) rule.Rule {
	return mustBe(rule.Rule{
		Identifier: id,
		Severity:   rule.Low,
		Rationale: "Minor versions are where an engine's holes are closed. AutoMinorVersionUpgrade of the broker must be true, whatever its engine and version; " +
			"upgrades happen in its maintenance window.",
		Remediation: rule.Remediation{Hint: "Turn on automatic minor version upgrades."},
	}, rule.Required("configuration.AutoMinorVersionUpgrade"), true, "Minor versions are installed by themselves.", "Minor versions are not installed by themselves.")
}

func brokerNotPublic() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "MQ_NO_PUBLIC_ACCESS",
		Severity:   rule.High,
		Rationale: "A broker the internet can reach is a password away from everyone. PubliclyAccessible of the broker must be false, whatever its security " +
			"groups let through.",
		Remediation: rule.Remediation{Hint: "Create the broker anew without public access."},
	}, rule.Required("configuration.PubliclyAccessible"), false, "The broker is not publicly accessible.", "The broker is publicly accessible.")
}

func brokerLDAP() rule.Rule {
	return onlyBrokersOf("ActiveMQ", mustBeOneOf(rule.Rule{
		Identifier: "MQ_ACTIVE_BROKER_LDAP_AUTHENTICATION",
		Severity:   rule.Medium,
		Rationale: "Users who live in the broker alone are forgotten when a person leaves. An ActiveMQ broker must authenticate its users by LDAP " +
			"(AuthenticationStrategy). Brokers of RabbitMQ are not judged.",
		Remediation: rule.Remediation{Hint: "Create the broker anew with LDAP authentication."},
	}, rule.Absent("configuration.AuthenticationStrategy", "SIMPLE", "Amazon MQ's default is SIMPLE"), []string{"LDAP"},
		"The broker authenticates by LDAP.", "The broker keeps its own users."))
}

func brokerDeployment(id, engine, mode, what string) rule.Rule {
	return onlyBrokersOf(engine, mustBeOneOf(rule.Rule{
		Identifier: id,
		Severity:   rule.Low,
		Rationale: "A single instance takes its queues down with its zone and in every maintenance window. A " + engine + " broker must be deployed as " +
			what + " (DeploymentMode " + mode + "). Brokers of other engines are not judged.",
		Remediation: rule.Remediation{Hint: "Create the broker anew with the deployment mode " + mode + "."},
	}, rule.Required("configuration.DeploymentMode"), []string{mode}, "The broker goes on when a zone fails.", "The broker does not go on when a zone fails."))
}

func brokerOnEFS() rule.Rule {
	engine, mode := rule.Required("configuration.EngineType"), rule.Required("configuration.DeploymentMode")
	instance, storage := rule.Required("configuration.HostInstanceType"), rule.Required("configuration.StorageType")
	return rule.Rule{
		Identifier: "MQ_ACTIVE_SINGLE_INSTANCE_BROKER_STORAGE_TYPE_EFS",
		Severity:   rule.Low,
		Rationale: "Messages on a block volume are in one zone; a file system keeps them in several. A single-instance ActiveMQ broker of an mq.m5 instance type " +
			"must have the storage type EFS. Other brokers, which have no choice, are not judged.",
		Remediation: rule.Remediation{Hint: "Create the broker anew with EFS storage."},
		Fields:      []*rule.Field{engine, mode, instance, storage},
		Check: func(c *rule.Context) rule.Result {
			if !strings.EqualFold(c.Str(engine), "ActiveMQ") || c.Str(mode) != "SINGLE_INSTANCE" || !strings.HasPrefix(c.Str(instance), "mq.m5.") {
				return c.Skip("The broker is not a single instance of ActiveMQ on mq.m5.")
			}
			if strings.EqualFold(c.Str(storage), "EFS") {
				return c.Pass("The broker keeps its messages in EFS.")
			}
			return c.Fail("The broker does not keep its messages in EFS.")
		},
	}
}

func brokerVersion(id, engine string) rule.Rule {
	version := rule.Required("configuration.EngineVersion")
	return onlyBrokersOf(engine, rule.Rule{
		Identifier: id,
		Params:     []rule.Param{{Name: "supportedEngineVersion", Required: true, Doc: "the oldest version that is allowed, such as 5.18.4"}},
		Severity:   rule.Medium,
		Rationale: "Old versions get no fixes any more. The engine version of a broker of " + engine + " must be supportedEngineVersion or newer. A version that " +
			"names no patch, which Amazon MQ keeps at the newest one, is compared without it. Brokers of other engines are not judged.",
		Remediation: rule.Remediation{Hint: "Upgrade the broker's engine."},
		Fields:      []*rule.Field{version},
		Check: func(c *rule.Context) rule.Result {
			order, ok := compareVersions(c.Str(version), c.Params.Str("supportedEngineVersion"))
			if !ok {
				return c.Unknown("The engine version and supportedEngineVersion are not both versions of dotted numbers.")
			}
			if order < 0 {
				return c.Fail("The engine version " + c.Str(version) + " is older than allowed.")
			}
			return c.Pass("The engine version is supported.")
		},
	})
}
