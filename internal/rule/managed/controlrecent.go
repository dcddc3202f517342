package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

// controlRecentRules are controls whose managed rules are newer than managed-rules.tsv: those are aliases here.
func controlRecentRules() []rule.Rule {
	return []rule.Rule{
		agentNetwork("BedrockAgentCore.1", "bedrockagentcore-runtime-private-network-required", "AWS::BedrockAgentCore::Runtime", "runtime"),
		agentNetwork("BedrockAgentCore.5", "bedrockagentcore-browsercustom-network-mode-not-public", "AWS::BedrockAgentCore::BrowserCustom", "custom browser"),
		agentKey("BedrockAgentCore.3", "bedrock-agentcore-memory-encryption-enabled", "AWS::BedrockAgentCore::Memory", "EncryptionKeyArn", "memory"),
		agentKey("BedrockAgentCore.4", "bedrockagentcore-gateway-encryption-enabled", "AWS::BedrockAgentCore::Gateway", "KmsKeyArn", "gateway"),
		agentGatewayAuthorizes(), agentBrowserRecords(), tunnelsIKEv2(), nodegroupVersion(), offlineStoreEncrypted(), onlineStoreEncrypted(),
		primaryFromVPC(), containersFromVPC(),
		control(jobTrafficEncrypted("SageMaker.13", "model quality"), "sagemaker-model-quality-job-encrypt-in-transit", rule.Change, jobDefinitions["ModelQuality"]),
	}
}

// newer completes the rule of a control that has a managed rule of a known name.
func newer(r rule.Rule, name, typ string) rule.Rule {
	r.Aliases = []string{strings.ToUpper(strings.ReplaceAll(name, "-", "_"))}
	return control(r, name, rule.Change, typ)
}

const agentDefaults = "Bedrock AgentCore leaves out what was not set"

func agentNetwork(id, name, typ, what string) rule.Rule {
	return newer(mustSay(rule.Rule{
		Identifier: id,
		Severity:   rule.High,
		Rationale: "An agent that talks to the internet directly can be reached from there and can carry data there. The network mode of the " + what + " must be VPC; PUBLIC " +
			"fails.",
		Remediation: rule.Remediation{Hint: "Give the " + what + " the network mode VPC, with subnets and security groups."},
	}, nil, rule.Required("configuration.NetworkConfiguration.NetworkMode"), []string{"VPC"}, "The network mode is VPC.", "The network mode is not VPC."), name, typ)
}

func agentKey(id, name, typ, key, what string) rule.Rule {
	return newer(mustHave(rule.Rule{
		Identifier: id,
		Severity:   rule.Medium,
		Rationale: "Only a key of one's own can be taken away. The " + what + " must name a KMS key (" + key + "); the encryption Bedrock AgentCore does by itself does " +
			"not count.",
		Remediation: rule.Remediation{Hint: "Give the " + what + " a customer managed KMS key."},
	}, rule.Required("configuration.Name"), rule.Absent("configuration."+key, "", agentDefaults), "It is encrypted with a KMS key.", "It is not encrypted with a KMS key."),
		name, typ)
}

func agentGatewayAuthorizes() rule.Rule {
	authorizer := rule.Required("configuration.AuthorizerType")
	return newer(rule.Rule{
		Identifier:  "BedrockAgentCore.2",
		Severity:    rule.High,
		Rationale:   "A gateway without an authorizer lets everyone use the tools behind it. The gateway must have an authorizer for inbound requests: its AuthorizerType must not be NONE.",
		Remediation: rule.Remediation{Hint: "Set up inbound authorization of the gateway."},
		Fields:      []*rule.Field{authorizer},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(authorizer) == "NONE" {
				return c.Fail("The gateway has no authorizer.")
			}
			return c.Pass("The gateway has an authorizer.")
		},
	}, "bedrockagentcore-gateway-authorizer-enabled", "AWS::BedrockAgentCore::Gateway")
}

func agentBrowserRecords() rule.Rule {
	name := rule.Required("configuration.Name")
	on := rule.Absent("configuration.RecordingConfig.Enabled", false, agentDefaults)
	bucket := rule.Absent("configuration.RecordingConfig.S3Location.Bucket", "", agentDefaults)
	return newer(rule.Rule{
		Identifier:  "BedrockAgentCore.6",
		Severity:    rule.Medium,
		Rationale:   "What an agent did in a browser is known only from a recording. The custom browser must record its sessions, to a bucket of S3.",
		Remediation: rule.Remediation{Hint: "Create the browser anew with session recording."},
		Fields:      []*rule.Field{name, on, bucket},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration does not fail
			if c.Bool(on) && c.Has(bucket) {
				return c.Pass("Sessions are recorded.")
			}
			return c.Fail("Sessions are not recorded.")
		},
	}, "bedrockagentcore-browsercustom-recording-enabled", "AWS::BedrockAgentCore::BrowserCustom")
}

func tunnelsIKEv2() rule.Rule {
	const tunnels = "configuration.options.tunnelOptions"
	list := rule.Required(tunnels)
	versions := rule.Absent(tunnels+"[].ikeVersions", nil, "EC2 DescribeVpnConnections leaves it out for a tunnel that takes all versions")
	version := rule.Required(tunnels + "[].ikeVersions[].value")
	return newer(rule.Rule{
		Identifier: "EC2.183",
		Severity:   rule.Medium,
		Rationale: "IKEv1 has weaknesses that IKEv2 does not have. Each tunnel of the site-to-site VPN connection must be limited to IKEv2; one whose versions are not set takes both and " +
			"fails.",
		Remediation: rule.Remediation{Hint: "Limit both tunnels to IKEv2."},
		Fields:      []*rule.Field{list, versions, version},
		Check: func(c *rule.Context) rule.Result {
			for _, t := range c.Each(list) {
				if t.Len(versions) == 0 {
					return c.Fail("A tunnel takes all versions of IKE.")
				}
				for _, v := range t.Each(versions) {
					if v.Str(version) != "ikev2" {
						return c.Fail("A tunnel takes IKEv1.")
					}
				}
			}
			return c.Pass("The tunnels take IKEv2 only.")
		},
	}, "ec2-vpn-connection-ike-version-check", "AWS::EC2::VPNConnection")
}

func nodegroupVersion() rule.Rule {
	version := rule.Required("configuration.Version")
	return control(rule.Rule{
		Identifier:  "EKS.9",
		Params:      []rule.Param{{Name: "oldestVersionSupported", Required: true, Doc: "the oldest version of Kubernetes that has support"}},
		Severity:    rule.High,
		Rationale:   "A version without support gets no fixes for the holes that are found in it. The version of the node group must be oldestVersionSupported or later.",
		Remediation: rule.Remediation{Hint: "Update the node group to a supported version."},
		Fields:      []*rule.Field{version},
		Check: func(c *rule.Context) rule.Result {
			if versionOrder(c.Str(version), c.Params.Str("oldestVersionSupported")) < 0 {
				return c.Fail("The node group runs a version that is no longer supported.")
			}
			return c.Pass("The node group runs a supported version.")
		},
	}, "eks-node-group-supported-version", rule.Change, "AWS::EKS::Nodegroup")
}

const storeDefaults = "SageMaker DescribeFeatureGroup leaves out what was not set"

func offlineStoreEncrypted() rule.Rule {
	name := rule.Required("configuration.FeatureGroupName")
	store := rule.Absent("configuration.OfflineStoreConfig.S3StorageConfig.S3Uri", "", "a feature group has an offline store only when it was asked for")
	key := rule.Absent("configuration.OfflineStoreConfig.S3StorageConfig.KmsKeyId", "", storeDefaults)
	return newer(rule.Rule{
		Identifier: "SageMaker.17",
		Severity:   rule.Medium,
		Rationale: "Features are drawn from what customers do. The S3 storage of the feature group's offline store must name a KMS key. Feature groups without an offline store are not " +
			"judged.",
		Remediation: rule.Remediation{Hint: "Create the feature group anew with a KMS key for its offline store."},
		Fields:      []*rule.Field{name, store, key},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration tells nothing
			if !c.Has(store) {
				return c.Skip("The feature group has no offline store.")
			}
			if c.Has(key) {
				return c.Pass("The offline store is encrypted with a KMS key.")
			}
			return c.Fail("The offline store is not encrypted with a KMS key.")
		},
	}, "sagemaker-featuregroup-encryption-at-rest", "AWS::SageMaker::FeatureGroup")
}

func onlineStoreEncrypted() rule.Rule {
	name := rule.Required("configuration.FeatureGroupName")
	on := rule.Absent("configuration.OnlineStoreConfig.EnableOnlineStore", false, "a feature group has an online store only when it was asked for")
	kind := rule.Absent("configuration.OnlineStoreConfig.StorageType", "Standard", "the SageMaker API's default")
	key := rule.Absent("configuration.OnlineStoreConfig.SecurityConfig.KmsKeyId", "", storeDefaults)
	return newer(rule.Rule{
		Identifier: "SageMaker.18",
		Severity:   rule.Medium,
		Rationale: "Features are drawn from what customers do. The feature group's online store must name a KMS key. Feature groups without an online store, or with one in memory, are not " +
			"judged.",
		Remediation: rule.Remediation{Hint: "Create the feature group anew with a KMS key for its online store."},
		Fields:      []*rule.Field{name, on, kind, key},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration tells nothing
			if !c.Bool(on) || c.Str(kind) != "Standard" {
				return c.Skip("The feature group has no online store with standard storage.")
			}
			if c.Has(key) {
				return c.Pass("The online store is encrypted with a KMS key.")
			}
			return c.Fail("The online store is not encrypted with a KMS key.")
		},
	}, "sagemaker-featuregroup-online-store-encryption", "AWS::SageMaker::FeatureGroup")
}

const (
	registryRationale = "An image from a registry that everyone can push to may be anyone's. "
	registryHint      = "Use images of a private registry that is reached through the VPC."
	platformRegistry  = "SageMaker takes the image from a registry it reaches itself unless the model says otherwise"
)

func primaryFromVPC() rule.Rule {
	name := rule.Required("configuration.ModelName")
	container := rule.Absent("configuration.PrimaryContainer", nil, "a model has one container or several")
	mode := rule.Absent("configuration.PrimaryContainer.ImageConfig.RepositoryAccessMode", "Platform", platformRegistry)
	return newer(rule.Rule{
		Identifier: "SageMaker.16",
		Severity:   rule.Medium,
		Rationale: registryRationale + "The image of the model's primary container must come from a private registry in a VPC (RepositoryAccessMode Vpc). Models of several containers are not " +
			"judged.",
		Remediation: rule.Remediation{Hint: registryHint},
		Fields:      []*rule.Field{name, container, mode},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration tells nothing
			if !c.Has(container) {
				return c.Skip("The model has no primary container.")
			}
			if c.Str(mode) == "Vpc" {
				return c.Pass("The image comes from a private registry in a VPC.")
			}
			return c.Fail("The image does not come from a private registry in a VPC.")
		},
	}, "sagemaker-model-private-registry-required", "AWS::SageMaker::Model")
}

func containersFromVPC() rule.Rule {
	name := rule.Required("configuration.ModelName")
	containers := rule.Absent("configuration.Containers", nil, "a model has one container or several")
	mode := rule.Absent("configuration.Containers[].ImageConfig.RepositoryAccessMode", "Platform", platformRegistry)
	return newer(rule.Rule{
		Identifier: "SageMaker.19",
		Severity:   rule.Medium,
		Rationale: registryRationale + "The image of every container of an inference pipeline must come from a private registry in a VPC (RepositoryAccessMode Vpc). Models of one primary " +
			"container are not judged.",
		Remediation: rule.Remediation{Hint: registryHint},
		Fields:      []*rule.Field{name, containers, mode},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration tells nothing
			if c.Len(containers) == 0 {
				return c.Skip("The model is no pipeline of containers.")
			}
			for _, e := range c.Each(containers) {
				if e.Str(mode) != "Vpc" {
					return c.Fail("The image of a container does not come from a private registry in a VPC.")
				}
			}
			return c.Pass("The images come from a private registry in a VPC.")
		},
	}, "sagemaker-model-multicontainer-private-registry", "AWS::SageMaker::Model")
}
