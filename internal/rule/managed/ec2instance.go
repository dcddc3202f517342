package managed

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func ec2InstanceRules() []rule.Rule {
	return []rule.Rule{
		approvedImageID(), approvedImageTag(), allowedImage(), instanceTenancy(), instanceType(), detailedMonitoring(), singleInterface(), noKeyPair(), noParavirtual(), tokenHopLimit(),
	}
}

// notRunning says why rules about running instances do not judge one.
const notRunning = "The instance does not run."

func approvedImageID() rule.Rule {
	state, image := instanceState(), rule.Required("configuration.imageId")
	return rule.Rule{
		Identifier: "APPROVED_AMIS_BY_ID",
		Params:     []rule.Param{{Name: "amiIds", Type: rule.CSV, Required: true, Doc: "the images that are approved"}},
		Severity:   rule.Medium,
		Rationale: "An image of unknown origin brings software nobody chose. A running instance must have been started from one of the images amiIds. Instances that do not " +
			"run are not judged.",
		Remediation: rule.Remediation{Hint: "Start the instance anew from an approved image."},
		Fields:      []*rule.Field{state, image},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(state) != "running" {
				return c.Skip(notRunning)
			}
			if slices.Contains(c.Params.List("amiIds"), c.Str(image)) {
				return c.Pass("The image of the instance is approved.")
			}
			return c.Fail("The image " + c.Str(image) + " is not approved.")
		},
	}
}

func approvedImageTag() rule.Rule {
	const tags = "supplementaryConfiguration.ImageTags"
	state, list := instanceState(), rule.Required(tags)
	key := rule.Required(tags + "[].Key")
	value := rule.Absent(tags+"[].Value", "", "EC2 DescribeImages gives a tag without a value an empty one")
	return rule.Rule{
		Identifier: "APPROVED_AMIS_BY_TAG",
		Params: []rule.Param{{
			Name: "amisByTagKeyAndValue", Type: rule.CSV, Default: "tag-key:tag-value,other-tag-key", Doc: "tags of approved images: key:value, or a key with any value",
		}},
		Severity: rule.Medium,
		Rationale: "An image of unknown origin brings software nobody chose. The image of a running instance must have at least one of the tags amisByTagKeyAndValue, each a key " +
			"with a value or a key alone. Instances that do not run are not judged; when the image is gone its tags are not known.",
		Remediation: rule.Remediation{Hint: "Start the instance anew from an approved image, or tag the image once it is approved."},
		Fields:      []*rule.Field{state, list, key, value},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(state) != "running" {
				return c.Skip(notRunning)
			}
			approved := c.Params.List("amisByTagKeyAndValue")
			for _, t := range c.Each(list) {
				k := t.Str(key)
				if slices.Contains(approved, k) || slices.Contains(approved, k+":"+t.Str(value)) {
					return c.Pass("The image of the instance has a tag of approved images.")
				}
			}
			return c.Fail("The image of the instance has no tag of approved images.")
		},
	}
}

func allowedImage() rule.Rule {
	const factAllowedImages = "Tickmark::Account::AllowedImages"
	state, images := instanceState(), rule.Required("configuration.state").Of(factAllowedImages)
	allowedByEC2 := rule.Required("supplementaryConfiguration.ImageMetadata.imageAllowed")
	states := []string{"pending", "running", "shutting-down", "terminated", "stopping", "stopped"}
	return rule.Rule{
		Identifier: "EC2_INSTANCE_LAUNCHED_WITH_ALLOWED_AMI",
		Params:     []rule.Param{{Name: "InstanceStateNameList", Type: rule.CSV, Default: "running,stopped", Enum: states, Doc: "states of instances that are judged"}},
		Severity:   rule.Medium,
		Rationale: "The criteria for allowed images keep out images of unknown origin, but instances from before stay. While the criteria are enabled or audited in the region, the image of " +
			"an instance in one of the states InstanceStateNameList (running and stopped, unless the parameter says otherwise) must meet them, as EC2 tells for each instance. " +
			"Where the criteria are disabled nothing is judged.",
		Remediation: rule.Remediation{Hint: "Start the instance anew from an image that meets the criteria, or extend the criteria."},
		Fields:      []*rule.Field{state, images, allowedByEC2},
		Uses:        []string{factAllowedImages},
		Check: func(c *rule.Context) rule.Result {
			if !slices.Contains(c.Params.List("InstanceStateNameList"), c.Str(state)) {
				return c.Skip("Instances in this state are not judged.")
			}
			if c.Fact(factAllowedImages).Str(images) == "disabled" {
				return c.Skip("The region has no criteria for allowed images.")
			}
			if c.Bool(allowedByEC2) {
				return c.Pass("The image of the instance meets the criteria.")
			}
			return c.Fail("The image of the instance does not meet the criteria.")
		},
	}
}

func instanceTenancy() rule.Rule {
	tenancy, image := rule.Required("configuration.placement.tenancy"), rule.Required("configuration.imageId")
	host := rule.Absent("configuration.placement.hostId", "", "EC2 DescribeInstances leaves it out for an instance on no Dedicated Host")
	return rule.Rule{
		Identifier: "DESIRED_INSTANCE_TENANCY",
		Params: []rule.Param{
			{Name: "tenancy", Type: rule.CSV, Required: true, Enum: []string{"DEDICATED", "HOST", "DEFAULT"}, Doc: "the tenancies an instance may have; a published pack gives two"},
			{Name: "imageId", Type: rule.CSV, Doc: "judge instances from these images only"},
			{Name: "hostId", Type: rule.CSV, Doc: "the Dedicated Hosts that are allowed"},
		},
		Severity: rule.Low,
		Rationale: "Licences and contracts may demand hardware that is not shared. The instance must have the given tenancy (one of them when there are several), and be on one of the hosts hostId when that is given. " +
			"When imageId is given, instances from other images are not judged.",
		Remediation: rule.Remediation{Hint: "Stop the instance and change its placement, or start it anew."},
		Fields:      []*rule.Field{tenancy, image, host},
		Check: func(c *rule.Context) rule.Result {
			if !allowed(c.Params.List("imageId"), c.Str(image)) {
				return c.Skip("Instances from this image are not judged.")
			}
			if !slices.Contains(c.Params.List("tenancy"), strings.ToUpper(c.Str(tenancy))) {
				return c.Fail("The instance has the tenancy " + c.Str(tenancy) + ".")
			}
			if !allowed(c.Params.List("hostId"), c.Str(host)) {
				return c.Fail("The instance is not on one of the hosts that are allowed.")
			}
			return c.Pass("The instance has the desired tenancy.")
		},
	}
}

func instanceType() rule.Rule {
	typ := rule.Required("configuration.instanceType")
	return rule.Rule{
		Identifier:  "DESIRED_INSTANCE_TYPE",
		Params:      []rule.Param{{Name: "instanceType", Type: rule.CSV, Required: true, Doc: "the types that are allowed"}},
		Severity:    rule.Low,
		Rationale:   "Types outside of those agreed upon cost more than planned, or lack what the software needs. The type of the instance must be one of instanceType.",
		Remediation: rule.Remediation{Hint: "Stop the instance and change its type."},
		Fields:      []*rule.Field{typ},
		Check: func(c *rule.Context) rule.Result {
			if slices.Contains(c.Params.List("instanceType"), c.Str(typ)) {
				return c.Pass("The type of the instance is allowed.")
			}
			return c.Fail("The type " + c.Str(typ) + " is not allowed.")
		},
	}
}

func detailedMonitoring() rule.Rule {
	state := rule.Required("configuration.monitoring.state")
	return rule.Rule{
		Identifier: "EC2_INSTANCE_DETAILED_MONITORING_ENABLED",
		Severity:   rule.Low,
		Rationale: "With values of five minutes only, an alarm comes late. Detailed monitoring of the instance must be enabled (monitoring.state is enabled), whether or not it " +
			"runs.",
		Remediation: rule.Remediation{Hint: "Turn on detailed monitoring for the instance."},
		Fields:      []*rule.Field{state},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(state) == "enabled" {
				return c.Pass("Detailed monitoring is on.")
			}
			return c.Fail("Detailed monitoring is off.")
		},
	}
}

func singleInterface() rule.Rule {
	list := rule.Required("configuration.networkInterfaces")
	id := rule.Required("configuration.networkInterfaces[].networkInterfaceId")
	return rule.Rule{
		Identifier: "EC2_INSTANCE_MULTIPLE_ENI_CHECK",
		Params:     []rule.Param{{Name: "NetworkInterfaceIds", Type: rule.CSV, Doc: "network interfaces that may be additional ones"}},
		Severity:   rule.Low,
		Rationale: "An instance in two networks can join what was kept apart. The instance must not have more than one network interface, elastic fabric adapters included. " +
			"Interfaces named in NetworkInterfaceIds are not counted.",
		Remediation: rule.Remediation{Hint: "Detach the additional network interface."},
		Fields:      []*rule.Field{list, id},
		Check: func(c *rule.Context) rule.Result {
			counted := 0
			for _, i := range c.Each(list) {
				if !slices.Contains(c.Params.List("NetworkInterfaceIds"), i.Str(id)) {
					counted++
				}
			}
			if counted > 1 {
				return c.Fail("The instance has " + strconv.Itoa(counted) + " network interfaces.")
			}
			return c.Pass("The instance has no additional network interface.")
		},
	}
}

func noKeyPair() rule.Rule {
	state := instanceState()
	key := rule.Absent("configuration.keyName", "", "EC2 DescribeInstances leaves it out for an instance without a key pair")
	return rule.Rule{
		Identifier: "EC2_NO_AMAZON_KEY_PAIR",
		Severity:   rule.Medium,
		Rationale: "A key pair opens an instance to whoever got hold of the private key, and no log tells who that was. A running instance must have been started without a key " +
			"pair. Instances that do not run are not judged.",
		Remediation: rule.Remediation{Hint: "Start the instance anew without a key pair, and use Session Manager."},
		Fields:      []*rule.Field{state, key},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(state) != "running" {
				return c.Skip(notRunning)
			}
			if c.Has(key) {
				return c.Fail("The instance has the key pair " + c.Str(key) + ".")
			}
			return c.Pass("The instance has no key pair.")
		},
	}
}

func noParavirtual() rule.Rule {
	typ := rule.Required("configuration.virtualizationType")
	return rule.Rule{
		Identifier: "EC2_PARAVIRTUAL_INSTANCE_CHECK",
		Severity:   rule.Medium,
		Rationale: "Paravirtual images run on types of earlier generations only, without their successors' speed and protection. The virtualization type of the instance must not be " +
			"paravirtual.",
		Remediation: rule.Remediation{Hint: "Move to an image for hardware virtualization and a type of a current generation."},
		Fields:      []*rule.Field{typ},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(typ) == "paravirtual" {
				return c.Fail("The instance is paravirtual.")
			}
			return c.Pass("The instance is not paravirtual.")
		},
	}
}

func tokenHopLimit() rule.Rule {
	hops := rule.Required("configuration.metadataOptions.httpPutResponseHopLimit")
	return rule.Rule{
		Identifier: "EC2_TOKEN_HOP_LIMIT_CHECK",
		Params:     []rule.Param{{Name: "tokenHopLimit", Type: rule.Int, Default: "1", Min: 1, Max: 64, Doc: "the greatest hop limit that is allowed"}},
		Severity:   rule.Medium,
		Rationale: "A token of the metadata service that travels further than the instance can be used by containers and proxies behind it. httpPutResponseHopLimit of the instance must " +
			"not be greater than tokenHopLimit, which is 1 unless it is given.",
		Remediation: rule.Remediation{Hint: "Lower the hop limit in the instance's metadata options."},
		Fields:      []*rule.Field{hops},
		Check: func(c *rule.Context) rule.Result {
			if c.Int(hops) > c.Params.Int("tokenHopLimit") {
				return c.Fail("The hop limit of the metadata service is greater than allowed.")
			}
			return c.Pass("The hop limit of the metadata service is allowed.")
		},
	}
}
