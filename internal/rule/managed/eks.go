package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func eksRules() []rule.Rule {
	return []rule.Rule{
		clusterLogsAll(), clusterLogsSome(), clusterNotOldest(), clusterSupported(), clusterEndpointPrivate(),
		clusterSecretsEncrypted("EKS_SECRETS_ENCRYPTED"), clusterSecretsEncrypted("EKS_CLUSTER_SECRETS_ENCRYPTED"),
	}
}

// controlPlaneLogs are the kinds of logs an EKS control plane writes.
var controlPlaneLogs = []string{"api", "audit", "authenticator", "controllerManager", "scheduler"}

// clusterLogs completes a rule about the logs of a control plane: at least one kind must be on, and all that are wanted.
func clusterLogs(r rule.Rule, wanted func(c *rule.Context) []string) rule.Rule {
	const at = "configuration.Logging.ClusterLogging.EnabledTypes"
	name := rule.Required("configuration.Name")
	list := rule.Absent(at, nil, "EKS leaves out the kinds of logs when none is on")
	kind := rule.Required(at + "[].Type")
	r.Severity = rule.Medium
	r.Remediation = rule.Remediation{Hint: "Turn on the logs of the cluster's control plane."}
	r.Fields = []*rule.Field{name, list, kind}
	r.Check = func(c *rule.Context) rule.Result {
		c.Str(name)
		var on []string
		for _, t := range c.Each(list) {
			on = append(on, t.Str(kind))
		}
		if len(on) == 0 {
			return c.Fail("No log of the control plane is on.")
		}
		for _, want := range wanted(c) {
			if !slices.Contains(on, want) {
				return c.Fail("The log " + want + " of the control plane is off.")
			}
		}
		return c.Pass("The logs of the control plane are on.")
	}
	return r
}

func clusterLogsAll() rule.Rule {
	return clusterLogs(rule.Rule{
		Identifier: "EKS_CLUSTER_LOGGING_ENABLED",
		Rationale: "What was done to a cluster is told by the logs of its control plane. All five kinds must be on: api, audit, authenticator, controllerManager and " +
			"scheduler.",
	}, func(*rule.Context) []string { return controlPlaneLogs })
}

func clusterLogsSome() rule.Rule {
	return clusterLogs(rule.Rule{
		Identifier: "EKS_CLUSTER_LOG_ENABLED",
		Params:     []rule.Param{{Name: "logTypes", Type: rule.CSV, Enum: controlPlaneLogs, Doc: "the kinds of logs that must be on"}},
		Rationale: "What was done to a cluster is told by the logs of its control plane. At least one kind of log must be on, and every kind of logTypes when that is " +
			"given.",
	}, func(c *rule.Context) []string { return c.Params.List("logTypes") })
}

// clusterVersion completes a rule that compares a cluster's version with the oldest that is supported: order is negative
// for an older cluster, 0 for one of that version.
func clusterVersion(r rule.Rule, bad func(order int) bool, pass, fail string) rule.Rule {
	version := rule.Required("configuration.Version")
	r.Params = []rule.Param{{Name: "oldestVersionSupported", Required: true, Doc: "the oldest version of Kubernetes that is supported, such as 1.31"}}
	r.Remediation = rule.Remediation{Hint: "Upgrade the cluster to a later version of Kubernetes."}
	r.Fields = []*rule.Field{version}
	r.Check = func(c *rule.Context) rule.Result {
		order, ok := compareVersions(c.Str(version), c.Params.Str("oldestVersionSupported"))
		if !ok {
			return c.Unknown("The version of the cluster, or the parameter oldestVersionSupported, is not of the form 1.31.")
		}
		if bad(order) {
			return c.Fail(fail)
		}
		return c.Pass(pass)
	}
	return r
}

func clusterNotOldest() rule.Rule {
	return clusterVersion(rule.Rule{
		Identifier: "EKS_CLUSTER_OLDEST_SUPPORTED_VERSION",
		Severity:   rule.Medium,
		Rationale: "The oldest version is the next that gets no fixes. The version of the cluster must not be oldestVersionSupported; whether it is older still is the question of " +
			"another rule.",
	}, func(order int) bool { return order == 0 }, "The cluster does not run the oldest supported version.", "The cluster runs the oldest supported version.")
}

func clusterSupported() rule.Rule {
	return clusterVersion(rule.Rule{
		Identifier: "EKS_CLUSTER_SUPPORTED_VERSION",
		Severity:   rule.High,
		Rationale: "A version without support gets no fixes for the holes that are found in it. The version of the cluster must be oldestVersionSupported or " +
			"later.",
	}, func(order int) bool { return order < 0 }, "The cluster runs a supported version.", "The cluster runs a version that is no longer supported.")
}

func clusterEndpointPrivate() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "EKS_ENDPOINT_NO_PUBLIC_ACCESS",
		Severity:   rule.High,
		Rationale: "An API server the internet can reach is a stolen token away from everyone. The public endpoint of the cluster must be off, also when it is limited to " +
			"ranges of addresses.",
		Remediation: rule.Remediation{Hint: "Turn on the private endpoint of the cluster and turn off the public one."},
	}, rule.Required("configuration.ResourcesVpcConfig.EndpointPublicAccess"), false, "The cluster has no public endpoint.", "The cluster has a public endpoint.")
}

func clusterSecretsEncrypted(identifier string) rule.Rule {
	const at = "configuration.EncryptionConfig"
	name := rule.Required("configuration.Name")
	list := rule.Absent(at, nil, "EKS DescribeCluster leaves it out for a cluster without a key")
	resources := rule.Absent(at+"[].Resources", nil, "EKS leaves out an empty list")
	key := rule.Absent(at+"[].Provider.KeyArn", "", "EKS leaves out what the encryption does not set")
	return rule.Rule{
		Identifier: identifier,
		Params:     []rule.Param{keyParam("kmsKeyArns")},
		Severity:   rule.Medium,
		Rationale: "Secrets of Kubernetes lie in its store for whoever gets at that. The cluster must have an encryption configuration with secrets among its resources, with a " +
			"key of kmsKeyArns when that is given. The encryption EKS does on its own account does not count.",
		Remediation: rule.Remediation{Hint: "Associate an encryption configuration with a KMS key with the cluster."},
		Fields:      []*rule.Field{name, list, resources, key},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name)
			for _, e := range c.Each(list) {
				for r := range e.Strings(resources) {
					if r != "secrets" {
						continue
					}
					if !oneOfKeys(e.Str(key), c.Params.List("kmsKeyArns")) {
						return c.Fail("The secrets are encrypted with another key than allowed.")
					}
					return c.Pass("The secrets are encrypted with a KMS key.")
				}
			}
			return c.Fail("The secrets are not encrypted with a KMS key.")
		},
	}
}
