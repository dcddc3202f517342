package managed

import (
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/rule"
)

func ec2Rules() []rule.Rule {
	return []rule.Rule{
		encryptedVolumes(), volumeInUse(), ebsEncryptionByDefault(), snapshotsNotPublic(),
		instanceNoPublicIP(), instancesInVPC(), instanceManagedBySSM(), instanceProfileAttached(), instanceIMDSv2(), stoppedInstance(), ebsOptimized(),
	}
}

func encryptedVolumes() rule.Rule {
	encrypted := rule.Required("configuration.encrypted")
	kmsKey := rule.Absent("configuration.kmsKeyId", "", "EC2 DescribeVolumes gives a key for encrypted volumes only")
	state := rule.Required("configuration.state")
	return rule.Rule{
		Identifier: "ENCRYPTED_VOLUMES",
		Params:     []rule.Param{{Name: "kmsId", Doc: "id or ARN of the key the volume must be encrypted with"}},
		Severity:   rule.Medium,
		Rationale: "Data on a volume that is not encrypted can be read by whoever gets at the disk or a copy of it. " +
			"A volume that is attached (state in-use) must be encrypted, with the key kmsId when that is given. " +
			"Volumes that are not attached are not judged.",
		Remediation: rule.Remediation{Hint: "Copy the volume's snapshot with encryption and replace the volume by one made from the copy."},
		Fields:      []*rule.Field{encrypted, kmsKey, state},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(state) != "in-use" {
				return c.Skip("The volume is not attached to an instance.")
			}
			if !c.Bool(encrypted) {
				return c.Fail("The volume is not encrypted.")
			}
			if want := c.Params.Str("kmsId"); want != "" && !sameKey(c.Str(kmsKey), want) {
				return c.Fail("The volume is encrypted with another key than " + want + ".")
			}
			return c.Pass("The volume is encrypted.")
		},
	}
}

func volumeInUse() rule.Rule {
	attachments := rule.Required("configuration.attachments")
	onTermination := rule.Required("configuration.attachments[].deleteOnTermination")
	return rule.Rule{
		Identifier: "EC2_VOLUME_INUSE_CHECK",
		Params:     []rule.Param{{Name: "deleteOnTermination", Type: rule.Bool, Doc: "the volume must go with its instance"}},
		Severity:   rule.Low,
		Rationale: "A volume nobody uses costs money and keeps data nobody watches. A volume must be attached to an instance, and when " +
			"deleteOnTermination is true each attachment must be set to delete the volume with its instance.",
		Remediation: rule.Remediation{Hint: "Take a last snapshot and delete the volume.", Document: "AWSConfigRemediation-DeleteUnusedEBSVolume"},
		Fields:      []*rule.Field{attachments, onTermination},
		Check: func(c *rule.Context) rule.Result {
			if c.Len(attachments) == 0 {
				return c.Fail("The volume is not attached to an instance.")
			}
			if c.Params.Bool("deleteOnTermination") {
				for _, a := range c.Each(attachments) {
					if !a.Bool(onTermination) {
						return c.Fail("The volume stays when its instance is terminated.")
					}
				}
			}
			return c.Pass("The volume is attached to an instance.")
		},
	}
}

func ebsEncryptionByDefault() rule.Rule {
	byDefault := rule.Required("configuration.ebsEncryptionByDefault").Of(factEbsDefault)
	return rule.Rule{
		Identifier: "EC2_EBS_ENCRYPTION_BY_DEFAULT",
		Subjects:   rule.Account,
		Severity:   rule.Medium,
		Rationale: "What is encrypted by default cannot be forgotten. Encryption by default must be on for EBS in the account and " +
			"region, with any key.",
		Remediation: rule.Remediation{Hint: "Turn on EBS encryption by default in the region.", Document: "AWSConfigRemediation-EnableEbsEncryptionByDefault"},
		Fields:      []*rule.Field{byDefault},
		Uses:        []string{factEbsDefault},
		Check: func(c *rule.Context) rule.Result {
			if c.Fact(factEbsDefault).Bool(byDefault) {
				return c.Pass("EBS encryption by default is on.")
			}
			return c.Fail("EBS encryption by default is off.")
		},
	}
}

func snapshotsNotPublic() rule.Rule {
	public := rule.Required("configuration.snapshotIds").Of(factPublicSnapshots)
	return rule.Rule{
		Identifier: "EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK",
		Subjects:   rule.Account,
		Severity:   rule.Critical,
		Rationale: "A public snapshot gives a whole disk to every AWS account. No EBS snapshot that the account owns in the region may be " +
			"restorable by all.",
		Remediation: rule.Remediation{Hint: "Make the snapshot private."},
		Fields:      []*rule.Field{public},
		Uses:        []string{factPublicSnapshots},
		Check: func(c *rule.Context) rule.Result {
			for id := range c.Fact(factPublicSnapshots).Strings(public) {
				return c.Fail("The snapshot " + id + " is public.")
			}
			return c.Pass("No snapshot is public.")
		},
	}
}

// instanceState is where instances say whether they run.
func instanceState() *rule.Field { return rule.Required("configuration.state.name") }

func instanceNoPublicIP() rule.Rule {
	const noAddress = "EC2 DescribeInstances leaves it out where there is no public address"
	interfaces := rule.Required("configuration.networkInterfaces")
	public := rule.Absent("configuration.publicIpAddress", "", noAddress)
	ofInterface := rule.Absent("configuration.networkInterfaces[].association.publicIp", "", noAddress)
	return rule.Rule{
		Identifier: "EC2_INSTANCE_NO_PUBLIC_IP",
		Severity:   rule.High,
		Rationale: "An instance with a public address can be reached from the internet as soon as a security group lets it. Neither the " +
			"instance nor one of its network interfaces may have a public IPv4 address; IPv6 is not judged.",
		Remediation: rule.Remediation{Hint: "Move the instance into a subnet that gives no public addresses, behind a load balancer or NAT."},
		Fields:      []*rule.Field{interfaces, public, ofInterface},
		Check: func(c *rule.Context) rule.Result {
			if c.Has(public) {
				return c.Fail("The instance has a public IPv4 address.")
			}
			for _, i := range c.Each(interfaces) {
				if i.Has(ofInterface) {
					return c.Fail("A network interface of the instance has a public IPv4 address.")
				}
			}
			return c.Pass("The instance has no public IPv4 address.")
		},
	}
}

func instancesInVPC() rule.Rule {
	id := rule.Required("configuration.instanceId")
	vpc := rule.Absent("configuration.vpcId", "", "EC2 DescribeInstances leaves it out for an instance outside of every VPC")
	return rule.Rule{
		Identifier:  "INSTANCES_IN_VPC",
		Params:      []rule.Param{{Name: "vpcId", Doc: "the VPC the instance must be in"}},
		Severity:    rule.Medium,
		Rationale:   "Only inside of a VPC does an account rule its network. An instance must be in a VPC, and in vpcId when that is given.",
		Remediation: rule.Remediation{Hint: "Start the instance anew in a subnet of the VPC."},
		Fields:      []*rule.Field{id, vpc},
		Check: func(c *rule.Context) rule.Result {
			in := c.Str(vpc)
			if in == "" {
				return c.Fail("The instance is not in a VPC.")
			}
			if want := c.Params.Str("vpcId"); want != "" && in != want {
				return c.Fail("The instance is not in " + want + ".")
			}
			return c.Pass("The instance is in a VPC.")
		},
	}
}

func instanceManagedBySSM() rule.Rule {
	const inventory = "AWS::SSM::ManagedInstanceInventory"
	state := instanceState()
	status := rule.Absent("supplementaryConfiguration.instanceStatus", "Active", "the inventory item of a connected instance may come without a status").Of(inventory)
	return rule.Rule{
		Identifier: "EC2_INSTANCE_MANAGED_BY_SSM",
		Types:      []string{"AWS::EC2::Instance"},
		Severity:   rule.Medium,
		Rationale: "Only what Systems Manager knows is patched and inventoried by it. A running instance must have a managed instance " +
			"inventory of the same id whose status is Active. Instances that do not run are not judged.",
		Remediation: rule.Remediation{Hint: "Give the instance a profile for Systems Manager and start the agent.", Document: "AWS-AttachIAMToInstance"},
		Fields:      []*rule.Field{state, status},
		Uses:        []string{inventory},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(state) != "running" {
				return c.Skip("The instance does not run.")
			}
			managed, ok := c.Find(inventory, c.ID())
			if !ok {
				return c.Fail("The instance is not managed by Systems Manager.")
			}
			if managed.Str(status) != "Active" {
				return c.Fail("Systems Manager has lost the instance.")
			}
			return c.Pass("The instance is managed by Systems Manager.")
		},
	}
}

func instanceProfileAttached() rule.Rule {
	id := rule.Required("configuration.instanceId")
	profile := rule.Absent("configuration.iamInstanceProfile.arn", "", "EC2 DescribeInstances leaves it out for an instance without a profile")
	return rule.Rule{
		Identifier: "EC2_INSTANCE_PROFILE_ATTACHED",
		Params:     []rule.Param{{Name: "IamInstanceProfileArnList", Type: rule.CSV, Doc: "the profiles that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "Programs on an instance without a profile need stored keys. An instance must have an instance profile, one of " +
			"IamInstanceProfileArnList when that is given.",
		Remediation: rule.Remediation{Hint: "Attach an instance profile.", Document: "AWS-AttachIAMToInstance"},
		Fields:      []*rule.Field{id, profile},
		Check: func(c *rule.Context) rule.Result {
			arn := c.Str(profile)
			if arn == "" {
				return c.Fail("The instance has no instance profile.")
			}
			if allowed := c.Params.List("IamInstanceProfileArnList"); len(allowed) > 0 && !slices.Contains(allowed, arn) {
				return c.Fail("The instance has another profile than allowed.")
			}
			return c.Pass("The instance has an instance profile.")
		},
	}
}

func instanceIMDSv2() rule.Rule {
	tokens := rule.Required("configuration.metadataOptions.httpTokens")
	return rule.Rule{
		Identifier: "EC2_IMDSV2_CHECK",
		Severity:   rule.High,
		Rationale: "The first version of the metadata service hands a role's keys to whoever can make the instance fetch a URL. The " +
			"instance's metadata options must require tokens (httpTokens is required).",
		Remediation: rule.Remediation{Hint: "Set httpTokens to required.", Document: "AWSConfigRemediation-EnforceEC2InstanceIMDSv2"},
		Fields:      []*rule.Field{tokens},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(tokens) == "required" {
				return c.Pass("The metadata service requires tokens.")
			}
			return c.Fail("The metadata service does not require tokens.")
		},
	}
}

func stoppedInstance() rule.Rule {
	state := instanceState()
	reason := rule.Absent("configuration.stateTransitionReason", "", "EC2 DescribeInstances leaves it empty for an instance that was not stopped by a user")
	return rule.Rule{
		Identifier: "EC2_STOPPED_INSTANCE",
		Params:     []rule.Param{{Name: "AllowedDays", Type: rule.Int, Default: "30", Min: 1, Doc: "days an instance may be stopped"}},
		Severity:   rule.Medium,
		Rationale: "An instance that is stopped is not patched, and comes back as it was. It must not be stopped for longer than AllowedDays; " +
			"the time is that of the last state transition. Instances that are not stopped pass.",
		Remediation: rule.Remediation{Hint: "Terminate the instance.", Document: "AWS-TerminateEC2Instance"},
		Fields:      []*rule.Field{state, reason},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(state) != "stopped" {
				return c.Pass("The instance is not stopped.")
			}
			since, ok := transitionTime(c.Str(reason))
			if !ok {
				return c.Unknown("The instance does not tell since when it is stopped.")
			}
			if c.OlderThan(since, c.Params.Int("AllowedDays")) {
				return c.Fail("The instance is stopped since " + since.Format(time.DateOnly) + ".")
			}
			return c.Pass("The instance is not stopped for longer than allowed.")
		},
	}
}

// optionallyOptimized are the instance types for which EBS optimization is a choice, from the EC2 guide. All newer
// types have it always, all older ones never.
var optionallyOptimized = []string{
	"c1.xlarge", "c3.xlarge", "c3.2xlarge", "c3.4xlarge", "g2.2xlarge", "i2.xlarge", "i2.2xlarge", "i2.4xlarge", "m1.large", "m1.xlarge",
	"m2.2xlarge", "m2.4xlarge", "m3.xlarge", "m3.2xlarge", "r3.xlarge", "r3.2xlarge", "r3.4xlarge",
}

func ebsOptimized() rule.Rule {
	typ, optimized := rule.Required("configuration.instanceType"), rule.Required("configuration.ebsOptimized")
	return rule.Rule{
		Identifier: "EBS_OPTIMIZED_INSTANCE",
		Severity:   rule.Low,
		Rationale: "Traffic to volumes and other traffic must not slow each other down. An instance of a type for which EBS optimization is a choice must have it " +
			"(ebsOptimized is true), and any other instance that has it passes. Instances without it whose type has it always or never are not judged.",
		Remediation: rule.Remediation{Hint: "Stop the instance and turn on EBS optimization, or change its type."},
		Fields:      []*rule.Field{typ, optimized},
		Check: func(c *rule.Context) rule.Result {
			if c.Bool(optimized) {
				return c.Pass("The instance is EBS optimized.")
			}
			if !slices.Contains(optionallyOptimized, c.Str(typ)) {
				return c.Skip("EBS optimization is no choice for the type of the instance.")
			}
			return c.Fail("The instance is not EBS optimized.")
		},
	}
}
