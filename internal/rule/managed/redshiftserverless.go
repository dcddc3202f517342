package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func redshiftServerlessRules() []rule.Rule {
	return []rule.Rule{
		redshiftName(rule.Rule{
			Identifier: "REDSHIFT_SERVERLESS_DEFAULT_ADMIN_CHECK",
			Severity:   rule.Medium,
			Rationale: "A name everybody knows is half of a login. The administrator of the namespace must not be named admin, which is the name it gets when none " +
				"is given.",
			Remediation: rule.Remediation{Hint: "Create the namespace anew with another administrator name."},
		}, rule.Required("configuration.AdminUsername"), "admin", "administrator's name"),
		redshiftName(rule.Rule{
			Identifier: "REDSHIFT_SERVERLESS_DEFAULT_DB_NAME_CHECK",
			Severity:   rule.Medium,
			Rationale: "A name everybody knows need not be found out. The first database of the namespace must not be named dev, which is the name it gets when none " +
				"is given.",
			Remediation: rule.Remediation{Hint: "Create the namespace anew with another database name."},
		}, rule.Required("configuration.DbName"), "dev", "database name"),
		namespaceKey(), namespaceLogs(), workgroupRequiresTLS(),
		mustBe(rule.Rule{
			Identifier: "REDSHIFT_SERVERLESS_WORKGROUP_NO_PUBLIC_ACCESS",
			Severity:   rule.High,
			Rationale: "A warehouse the internet can reach is a password away from everyone. PubliclyAccessible of the workgroup must be false, whatever its subnets " +
				"and security groups let through.",
			Remediation: rule.Remediation{Hint: "Make the workgroup not publicly accessible."},
		}, rule.Required("configuration.PubliclyAccessible"), false, "The workgroup is not publicly accessible.", "The workgroup is publicly accessible."),
		mustBe(rule.Rule{
			Identifier: "REDSHIFT_SERVERLESS_WORKGROUP_ROUTES_WITHIN_VPC",
			Severity:   rule.High,
			Rationale: "What a warehouse loads and unloads should go where flow logs and endpoint policies see it. Enhanced VPC routing of the workgroup must be on, " +
				"so that COPY and UNLOAD stay in the VPC.",
			Remediation: rule.Remediation{Hint: "Turn on enhanced VPC routing."},
		}, rule.Required("configuration.EnhancedVpcRouting"), true, "Enhanced VPC routing is on.", "Enhanced VPC routing is off."),
	}
}

func namespaceKey() rule.Rule {
	key := rule.Required("configuration.KmsKeyId")
	return rule.Rule{
		Identifier: "REDSHIFT_SERVERLESS_NAMESPACE_CMK_ENCRYPTION",
		Params:     []rule.Param{keyParam("kmsKeyArns")},
		Severity:   rule.Medium,
		Rationale: "Who may use a key decides who may read a warehouse, and every use of one's own key leaves a trace. The namespace must be encrypted with a " +
			"customer's KMS key, one of kmsKeyArns when that is given; the key AWS owns does not count.",
		Remediation: rule.Remediation{Hint: "Encrypt the namespace with a KMS key of your own."},
		Fields:      []*rule.Field{key},
		Check: func(c *rule.Context) rule.Result {
			got := c.Str(key)
			if got == "" || got == "AWS_OWNED_KMS_KEY" {
				return c.Fail("The namespace is encrypted with a key that AWS owns.")
			}
			if !oneOfKeys(got, c.Params.List("kmsKeyArns")) {
				return c.Fail("The namespace is encrypted with another key than allowed.")
			}
			return c.Pass("The namespace is encrypted with a customer's key.")
		},
	}
}

func namespaceLogs() rule.Rule {
	name := rule.Required("configuration.NamespaceName")
	exports := rule.Absent("configuration.LogExports", nil, "Redshift Serverless GetNamespace leaves out an empty list")
	return having(name, rule.Rule{
		Identifier: "REDSHIFT_SERVERLESS_PUBLISH_LOGS_TO_CLOUDWATCH",
		Params: []rule.Param{{
			Name: "logType", Type: rule.CSV, Default: "connectionlog,userlog", Enum: []string{"connectionlog", "userlog"},
			Doc: "the logs that must be published",
		}},
		Severity: rule.Medium,
		Rationale: "These logs say who connected to a warehouse and whose rights changed. The namespace must publish to CloudWatch Logs every log that logType " +
			"names (connection log and user log unless it says otherwise).",
		Remediation: rule.Remediation{Hint: "Turn on the export of the namespace's logs."},
		Fields:      []*rule.Field{exports},
		Check: func(c *rule.Context) rule.Result {
			have := slices.Collect(c.Strings(exports))
			for _, want := range c.Params.List("logType") {
				if !isOneOf(want, have) {
					return c.Fail("The namespace does not publish its " + want + ".")
				}
			}
			return c.Pass("The namespace publishes the logs that are required.")
		},
	})
}

func workgroupRequiresTLS() rule.Rule {
	const at = "configuration.ConfigParameters"
	list, key := rule.Required(at), rule.Required(at+"[].ParameterKey")
	value := rule.Required(at + "[].ParameterValue")
	return rule.Rule{
		Identifier: "REDSHIFT_SERVERLESS_WORKGROUP_ENCRYPTED_IN_TRANSIT",
		Severity:   rule.Medium,
		Rationale: "Queries and their answers cross the network. The configuration parameter require_ssl of the workgroup must be true; a workgroup whose " +
			"parameters do not name it is not decided.",
		Remediation: rule.Remediation{Hint: "Set require_ssl to true in the workgroup's configuration parameters."},
		Fields:      []*rule.Field{list, key, value},
		Check: func(c *rule.Context) rule.Result {
			for _, p := range c.Each(list) {
				if p.Str(key) != "require_ssl" {
					continue
				}
				if isOneOf(p.Str(value), []string{"true"}) {
					return c.Pass("The workgroup requires TLS.")
				}
				return c.Fail("The workgroup does not require TLS.")
			}
			return c.Unknown("The parameter require_ssl of the workgroup is not recorded.")
		},
	}
}
