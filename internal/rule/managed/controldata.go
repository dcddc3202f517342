package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

// controlDataRules are controls about databases, search domains, buckets, queues and streams.
func controlDataRules() []rule.Rule {
	return append(controlSearchRules(), auroraCopiesTags(), instanceCopiesTags(), rdsPort(),
		rdsEvents("RDS.19", "rds-cluster-event-notifications-configured", "db-cluster", "maintenance", "failure"),
		rdsEvents("RDS.20", "rds-instance-event-notifications-configured", "db-instance", "maintenance", "configuration change", "failure"),
		rdsEvents("RDS.21", "rds-pg-event-notifications-configured", "db-parameter-group", "configuration change"),
		rdsEvents("RDS.22", "rds-sg-event-notifications-configured", "db-security-group", "configuration change", "failure"),
		multiRegionAccessPointBlocked(), queueEncrypted(), connectorEncrypted())
}

// control fills in what the catalog would tell of a control's rule.
func control(r rule.Rule, name string, trigger rule.Trigger, types ...string) rule.Rule {
	r.Name, r.Trigger, r.Types = name, trigger, types
	return r
}

func auroraCopiesTags() rule.Rule {
	return control(ofEngines(mustBe(rule.Rule{
		Identifier: "RDS.16",
		Severity:   rule.Low,
		Rationale: "Access and cost follow tags, and a snapshot without them escapes both. copyTagsToSnapshot of the Aurora cluster must be true. Clusters of other engines are not " +
			"judged.",
		Remediation: rule.Remediation{Hint: "Let the cluster copy its tags to snapshots."},
	}, rule.Required("configuration.copyTagsToSnapshot"), true, "Snapshots get the tags of the cluster.", "Snapshots do not get the tags of the cluster."),
		"aurora", "aurora-mysql", "aurora-postgresql"), "rds-cluster-copy-tags-to-snapshots-enabled", rule.Change, "AWS::RDS::DBCluster")
}

func instanceCopiesTags() rule.Rule {
	cluster := clusterOfInstance()
	copies := rule.Required("configuration.copyTagsToSnapshot")
	return control(rule.Rule{
		Identifier: "RDS.17",
		Severity:   rule.Low,
		Rationale: "Access and cost follow tags, and a snapshot without them escapes both. copyTagsToSnapshot of the DB instance must be true. Instances of a cluster are not judged: their " +
			"snapshots are the cluster's.",
		Remediation: rule.Remediation{Hint: "Let the instance copy its tags to snapshots."},
		Fields:      []*rule.Field{cluster, copies},
		Check: func(c *rule.Context) rule.Result {
			if c.Has(cluster) {
				return c.Skip(ofCluster)
			}
			if c.Bool(copies) {
				return c.Pass("Snapshots get the tags of the instance.")
			}
			return c.Fail("Snapshots do not get the tags of the instance.")
		},
	}, "rds-instance-copy-tags-to-snapshots-enabled", rule.Change, "AWS::RDS::DBInstance")
}

// rdsPort is the control RDS.23.
func rdsPort() rule.Rule {
	cluster := clusterOfInstance()
	engine, port := rule.Required("configuration.engine"), rule.Required("configuration.endpoint.port")
	ports := map[string]int64{"mysql": 3306, "mariadb": 3306, "postgres": 5432, "oracle": 1521, "sqlserver": 1433, "db2": 50000}
	return control(rule.Rule{
		Identifier: "RDS.23",
		Severity:   rule.Low,
		Rationale: "Scanners try the well-known ports first. The port of the DB instance's endpoint must not be the default of its engine: 3306 for MySQL and MariaDB, 5432 for PostgreSQL, 1521 for " +
			"Oracle, 1433 for SQL Server, 50000 for Db2. Instances of a cluster are not judged.",
		Remediation: rule.Remediation{Hint: "Change the instance's port."},
		Fields:      []*rule.Field{cluster, engine, port},
		Check: func(c *rule.Context) rule.Result {
			if c.Has(cluster) {
				return c.Skip(ofCluster)
			}
			kind, _, _ := strings.Cut(strings.TrimPrefix(c.Str(engine), "custom-"), "-")
			usual, known := ports[kind]
			if !known {
				return c.Unknown("The default port of the engine " + c.Str(engine) + " is not known.")
			}
			if c.Int(port) == usual {
				return c.Fail("The instance uses its engine's default port.")
			}
			return c.Pass("The instance does not use its engine's default port.")
		},
	}, "rds-no-default-ports", rule.Change, "AWS::RDS::DBInstance")
}

// rdsEvents is a control that event subscriptions for a kind of source take in certain categories.
func rdsEvents(identifier, name, source string, categories ...string) rule.Rule {
	arn := rule.Required("configuration.eventSubscriptionArn")
	enabled := rule.Required("configuration.enabled")
	typ := rule.Absent("configuration.sourceType", "", "RDS leaves it out for a subscription to sources of all types")
	have := rule.Absent("configuration.eventCategoriesList", nil, "RDS leaves out an empty list, which means all categories")
	return control(rule.Rule{
		Identifier: identifier,
		Severity:   rule.Low,
		Rationale: "Trouble that nobody is told of lasts longer. An event subscription for sources of the type " + source + ", or of all types, must be enabled and take in the categories " +
			strings.Join(categories, ", ") + "; one without a list of categories takes in all. Subscriptions for other types of sources are not judged, and an account without any passes.",
		Remediation: rule.Remediation{Hint: "Enable the subscription, and add the categories it lacks."},
		Fields:      []*rule.Field{arn, enabled, typ, have},
		Check: func(c *rule.Context) rule.Result {
			if t := c.Str(typ); t != "" && t != source {
				return c.Skip("The subscription is for sources of another type.")
			}
			if !c.Bool(enabled) {
				return c.Fail("The subscription is not enabled.")
			}
			list := slices.Collect(c.Strings(have))
			for _, category := range categories {
				if len(list) > 0 && !slices.Contains(list, category) {
					return c.Fail("The subscription lacks the category " + category + ".")
				}
			}
			return c.Pass("The subscription takes in the critical categories.")
		},
	}, name, rule.Change, "AWS::RDS::EventSubscription")
}

func multiRegionAccessPointBlocked() rule.Rule {
	var blocks []*rule.Field
	for _, name := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
		blocks = append(blocks, rule.Required("configuration.PublicAccessBlockConfiguration."+name))
	}
	return control(rule.Rule{
		Identifier: "S3.24",
		Severity:   rule.High,
		Rationale: "A multi-region access point is one more way to the buckets behind it, and its settings cannot be changed later. All four settings of its public access block must be on, " +
			"whatever those of the buckets are.",
		Remediation: rule.Remediation{Hint: "Create the multi-region access point anew with all settings on."},
		Fields:      blocks,
		Check: func(c *rule.Context) rule.Result {
			for _, b := range blocks {
				if !c.Bool(b) {
					return c.Fail("The public access block is not on as a whole.")
				}
			}
			return c.Pass("The public access block is on as a whole.")
		},
	}, "s3-mrap-public-access-blocked", rule.Change, "AWS::S3::MultiRegionAccessPoint")
}

func queueEncrypted() rule.Rule {
	name := queueName()
	key := rule.Absent("configuration.KmsMasterKeyId", "", "SQS GetQueueAttributes leaves it out for a queue without a KMS key")
	own := rule.Absent("configuration.SqsManagedSseEnabled", nil, "read together with the key; without both there is no verdict")
	return control(rule.Rule{
		Identifier: "SQS.1",
		Severity:   rule.Medium,
		Rationale: "Messages wait in a queue until they are read. The queue must be encrypted at rest, with a KMS key (KmsMasterKeyId) or with keys that SQS manages " +
			"(SqsManagedSseEnabled).",
		Remediation: rule.Remediation{Hint: "Turn on server-side encryption of the queue."},
		Fields:      []*rule.Field{name, key, own},
		Check: func(c *rule.Context) rule.Result {
			switch {
			case c.Has(key):
				return c.Pass("The queue is encrypted with a KMS key.")
			case c.Str(own) == "true":
				return c.Pass("The queue is encrypted with keys of SQS.")
			case c.Str(own) == "" || c.Str(name) == "":
				return c.Unknown("The item does not tell whether the queue is encrypted.")
			}
			return c.Fail("The queue is not encrypted.")
		},
	}, "sqs-queue-encrypted", rule.Change, "AWS::SQS::Queue")
}

func connectorEncrypted() rule.Rule {
	return control(mustSay(rule.Rule{
		Identifier:  "MSK.3",
		Severity:    rule.Medium,
		Rationale:   "What a connector carries can be read on the way. The encryption in transit between the MSK Connect connector and its Kafka cluster must be TLS; PLAINTEXT fails.",
		Remediation: rule.Remediation{Hint: "Create the connector anew with encryption in transit."},
	}, nil, rule.Required("configuration.KafkaClusterEncryptionInTransit.EncryptionType"), []string{"TLS"}, "The connector talks to the cluster encrypted.",
		"The connector talks to the cluster in plain text."), "msk-connect-connector-encrypted", rule.Change, "AWS::KafkaConnect::Connector")
}
