package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func dmsRules() []rule.Rule {
	return []rule.Rule{
		mustBe(rule.Rule{
			Identifier: "DMS_REPLICATION_NOT_PUBLIC",
			Severity:   rule.Critical,
			Rationale: "A replication instance holds the way into the databases it copies. PubliclyAccessible of the instance must be false, whatever its subnets " +
				"and security groups let through.",
			Remediation: rule.Remediation{Hint: "Create the replication instance anew, not publicly accessible."},
		}, rule.Required("configuration.PubliclyAccessible"), false, "The replication instance is not public.", "The replication instance is public."),
		mustBe(rule.Rule{
			Identifier: "DMS_AUTO_MINOR_VERSION_UPGRADE_CHECK",
			Severity:   rule.Medium,
			Rationale: "Minor versions are where an engine's holes are closed. AutoMinorVersionUpgrade of the replication instance must be true; upgrades happen in " +
				"its maintenance window.",
			Remediation: rule.Remediation{Hint: "Turn on automatic minor version upgrades."},
		}, rule.Required("configuration.AutoMinorVersionUpgrade"), true, "Minor versions are installed by themselves.", "Minor versions are not installed by themselves."),
		mustBe(rule.Rule{
			Identifier: "DMS_REPLICATION_INSTANCE_MULTI_AZ_ENABLED",
			Severity:   rule.Medium,
			Rationale: "When a zone fails, a replication with a standby in another zone goes on where it was. MultiAZ of the replication instance must be true, " +
				"whether or not a task uses it.",
			Remediation: rule.Remediation{Hint: "Make the replication instance a Multi-AZ one."},
		}, rule.Required("configuration.MultiAZ"), true, "The replication instance has a standby in another zone.", "The replication instance has no standby in another zone."),
		dmsEndpointTLS(), dmsRedisTLS(), dmsMongoPassword(), dmsNeptuneIAM(),
		dmsTaskLogging("DMS_REPLICATION_TASK_TARGETDB_LOGGING", "target", "TARGET_APPLY", "TARGET_LOAD"),
		dmsTaskLogging("DMS_REPLICATION_TASK_SOURCEDB_LOGGING", "source", "SOURCE_CAPTURE", "SOURCE_UNLOAD"),
	}
}

// dmsEndpointsOf makes a rule judge the endpoints of one engine.
func dmsEndpointsOf(engine, what string, r rule.Rule) rule.Rule {
	return onlyFor(rule.Required("configuration.EngineName"), []string{engine}, "The endpoint is not one of "+what+".", r)
}

// dmsAlwaysTLS are the engines whose endpoints have no SSL mode: DMS reaches them by HTTPS or TLS always.
var dmsAlwaysTLS = []string{"dynamodb", "elasticsearch", "kinesis", "neptune", "opensearch", "redshift", "s3"}

func dmsEndpointTLS() rule.Rule {
	engine := rule.Required("configuration.EngineName")
	mode := rule.Absent("configuration.SslMode", "none", "the DMS API's default")
	kafka := rule.Absent("configuration.KafkaSettings.SecurityProtocol", "plaintext", "DMS DescribeEndpoints leaves it out for a connection without TLS")
	return rule.Rule{
		Identifier: "DMS_ENDPOINT_SSL_CONFIGURED",
		Severity:   rule.Medium,
		Rationale: "A migration carries a whole database over the network. SslMode of the endpoint must be require, verify-ca or verify-full; for an endpoint of " +
			"Kafka, its security protocol must be one with TLS. Endpoints of services DMS reaches encrypted always (DynamoDB, Kinesis, Neptune, " +
			"OpenSearch, Redshift, S3) and of Redis, which has a rule of its own, are not judged.",
		Remediation: rule.Remediation{Hint: "Set an SSL mode for the endpoint."},
		Fields:      []*rule.Field{engine, mode, kafka},
		Check: func(c *rule.Context) rule.Result {
			var encrypted bool
			switch name := c.Str(engine); {
			case slices.Contains(dmsAlwaysTLS, name):
				return c.Skip("DMS reaches endpoints of this engine encrypted always.")
			case name == "redis":
				return c.Skip("Endpoints of Redis have another setting.")
			case name == "kafka":
				encrypted = isOneOf(c.Str(kafka), []string{"ssl-encryption", "ssl-authentication", "sasl-ssl"})
			default:
				encrypted = isOneOf(c.Str(mode), []string{"require", "verify-ca", "verify-full"})
			}
			if encrypted {
				return c.Pass("The endpoint is reached encrypted.")
			}
			return c.Fail("The endpoint is reached without encryption.")
		},
	}
}

func dmsRedisTLS() rule.Rule {
	return dmsEndpointsOf("redis", "Redis", mustBeOneOf(rule.Rule{
		Identifier: "DMS_REDIS_TLS_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A migration carries a whole database over the network. SslSecurityProtocol of an endpoint of Redis must be ssl-encryption. Endpoints of " +
			"other engines are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on TLS in the endpoint's Redis settings."},
	}, rule.Required("configuration.RedisSettings.SslSecurityProtocol"), []string{"ssl-encryption"}, "The endpoint uses TLS.", "The endpoint does not use TLS."))
}

func dmsMongoPassword() rule.Rule {
	return dmsEndpointsOf("mongodb", "MongoDB", mustBeOneOf(rule.Rule{
		Identifier: "DMS_MONGO_DB_AUTHENTICATION_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A database that DMS may read without a password may be read by others too. AuthType of an endpoint of MongoDB must be password. Endpoints of " +
			"other engines are not judged.",
		Remediation: rule.Remediation{Hint: "Set up authentication by password in the endpoint's MongoDB settings."},
	}, rule.Required("configuration.MongoDbSettings.AuthType"), []string{"password"}, "DMS logs in with a password.", "DMS logs in without a password."))
}

func dmsNeptuneIAM() rule.Rule {
	return dmsEndpointsOf("neptune", "Neptune", mustBe(rule.Rule{
		Identifier: "DMS_NEPTUNE_IAM_AUTHORIZATION_ENABLED",
		Severity:   rule.Medium,
		Rationale: "With IAM, who may write to a graph is said where all other permissions are. IamAuthEnabled of an endpoint of Neptune must be true. Endpoints " +
			"of other engines are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on IAM authorization in the endpoint's Neptune settings."},
	}, rule.Absent("configuration.NeptuneSettings.IamAuthEnabled", false, "the DMS API's default"), true, "The endpoint uses IAM.", "The endpoint does not use IAM."))
}

func dmsTaskLogging(id, side, apply, load string) rule.Rule {
	const at = "configuration.ReplicationTaskSettings.Logging."
	on, list := rule.Required(at+"EnableLogging"), rule.Required(at+"LogComponents")
	name, severity := rule.Required(at+"LogComponents[].Id"), rule.Required(at+"LogComponents[].Severity")
	enough := []string{"LOGGER_SEVERITY_DEFAULT", "LOGGER_SEVERITY_DEBUG", "LOGGER_SEVERITY_DETAILED_DEBUG"}
	return rule.Rule{
		Identifier: id,
		Severity:   rule.Medium,
		Rationale: "The log of a replication task is the only account of what it read and wrote. Logging of the task must be on, and its components of the " +
			side + " database, " + apply + " and " + load + ", must log with severity LOGGER_SEVERITY_DEFAULT or finer; ERROR, WARNING and INFO say " +
			"less.",
		Remediation: rule.Remediation{Hint: "Turn on the task's logging with the default severity or finer."},
		Fields:      []*rule.Field{on, list, name, severity},
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(on) {
				return c.Fail("The task does not log.")
			}
			var logged []string
			for _, e := range c.Each(list) {
				if slices.Contains(enough, e.Str(severity)) {
					logged = append(logged, e.Str(name))
				}
			}
			for _, component := range []string{apply, load} {
				if !slices.Contains(logged, component) {
					return c.Fail("The component " + component + " does not log, or not finely enough.")
				}
			}
			return c.Pass("The task logs what it does to the database.")
		},
	}
}
