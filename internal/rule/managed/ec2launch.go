package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func ec2LaunchRules() []rule.Rule {
	return []rule.Rule{
		templateVolumes("EC2_LAUNCH_TEMPLATES_EBS_VOLUME_ENCRYPTED"), templateVolumes("EC2_LAUNCHTEMPLATE_EBS_ENCRYPTED"), templateIMDSv2(), templateNoPublicIP(),
		spotFleetVolumes(), snapshotBlockPublicAccess(),
	}
}

// templateData is what a launch template says in its recorded version, the default one.
const templateData = "configuration.LaunchTemplateData"

const emptyList = "the item leaves out an empty list"

// deviceMappings are the disks of what is started, in a template or a specification.
type deviceMappings struct{ list, ebs, encrypted *rule.Field }

func deviceMappingsIn(path string) deviceMappings {
	path += ".BlockDeviceMappings"
	return deviceMappings{
		list:      rule.Absent(path, nil, emptyList),
		ebs:       rule.Absent(path+"[].Ebs", nil, "a disk of the instance itself, or one that is taken away, has none"),
		encrypted: rule.Absent(path+"[].Ebs.Encrypted", false, "EC2 takes encryption from the request, so what does not ask for it cannot count on it"),
	}
}

// plain reports whether one of the EBS volumes is not to be encrypted.
func (d deviceMappings) plain(p rule.Place) bool {
	for _, m := range p.Each(d.list) {
		if m.Text(d.ebs) != "" && !m.Bool(d.encrypted) {
			return true
		}
	}
	return false
}

// templateVolumes are two rules of AWS's that ask the same.
func templateVolumes(identifier string) rule.Rule {
	data, d := rule.Required(templateData), deviceMappingsIn(templateData)
	return rule.Rule{
		Identifier: identifier,
		Severity:   rule.Medium,
		Rationale: "Data on a volume that is not encrypted can be read by whoever gets at the disk or a copy of it. Every EBS volume that the default version of the launch template " +
			"names must be set to be encrypted (Encrypted is true); one that says nothing fails, since only the account's default could then encrypt it. A template without EBS volumes passes.",
		Remediation: rule.Remediation{Hint: "Make a version of the template with encrypted volumes the default one."},
		Fields:      []*rule.Field{data, d.list, d.ebs, d.encrypted},
		Check: func(c *rule.Context) rule.Result {
			if d.plain(c.Place) {
				return c.Fail("The launch template has an EBS volume that is not encrypted.")
			}
			return c.Pass("The launch template has no EBS volume that is not encrypted.")
		},
	}
}

func templateIMDSv2() rule.Rule {
	return requireTokens(rule.Rule{
		Identifier: "EC2_LAUNCH_TEMPLATE_IMDSV2_CHECK",
		Severity:   rule.Low,
		Rationale: "The first version of the metadata service hands a role's keys to whoever can make the instance fetch a URL. The default version of the launch template must require " +
			"tokens (HttpTokens is required); a template that says nothing fails.",
		Remediation: rule.Remediation{Hint: "Make a version of the template that requires tokens the default one."},
	}, rule.Required(templateData), rule.Absent(templateData+".MetadataOptions.HttpTokens", "optional", "a template without it leaves the choice to account and image"), "The launch template")
}

func templateNoPublicIP() rule.Rule {
	const interfaces = templateData + ".NetworkInterfaces"
	data, list := rule.Required(templateData), rule.Absent(interfaces, nil, emptyList)
	public := rule.Absent(interfaces+"[].AssociatePublicIpAddress", false, "a template without it leaves the choice to the subnet; only true fails AWS's rule")
	return rule.Rule{
		Identifier: "EC2_LAUNCH_TEMPLATE_PUBLIC_IP_DISABLED",
		Params:     []rule.Param{{Name: "exemptedLaunchTemplates", Type: rule.CSV, Doc: "ids of templates that may give public addresses"}},
		Severity:   rule.High,
		Rationale: "Instances should be reached through a load balancer or a gateway. No network interface in the default version of the launch template may have AssociatePublicIpAddress " +
			"true; where it is not set the subnet decides, which is not judged here. Templates in exemptedLaunchTemplates are not judged.",
		Remediation: rule.Remediation{Hint: "Make a version of the template without public addresses the default one."},
		Fields:      []*rule.Field{data, list, public},
		Check: func(c *rule.Context) rule.Result {
			if slices.Contains(c.Params.List("exemptedLaunchTemplates"), c.ID()) {
				return c.Skip("The launch template is excluded by the rule's parameters.")
			}
			for _, i := range c.Each(list) {
				if i.Bool(public) {
					return c.Fail("The launch template gives a network interface a public address.")
				}
			}
			return c.Pass("The launch template gives no network interface a public address.")
		},
	}
}

func spotFleetVolumes() rule.Rule {
	const request = "configuration.SpotFleetRequestConfigData"
	data := rule.Required(request)
	templates := rule.Absent(request+".LaunchTemplateConfigs", nil, emptyList)
	specs := rule.Absent(request+".LaunchSpecifications", nil, emptyList)
	d := deviceMappingsIn(request + ".LaunchSpecifications[]")
	return rule.Rule{
		Identifier: "EC2_SPOT_FLEET_REQUEST_CT_ENCRYPTION_AT_REST",
		Severity:   rule.Medium,
		Rationale: "Data on a volume that is not encrypted can be read by whoever gets at the disk or a copy of it. Every EBS volume that the launch specifications of the Spot Fleet " +
			"request name must be set to be encrypted (Encrypted is true); one that says nothing fails. Requests by launch templates are not judged.",
		Remediation: rule.Remediation{Hint: "Replace the request by one with encrypted volumes."},
		Fields:      []*rule.Field{data, templates, specs, d.list, d.ebs, d.encrypted},
		Check: func(c *rule.Context) rule.Result {
			c.Has(data)
			if c.Len(templates) > 0 {
				return c.Skip("The request uses launch templates.")
			}
			for _, s := range c.Each(specs) {
				if d.plain(s) {
					return c.Fail("The request has an EBS volume that is not encrypted.")
				}
			}
			return c.Pass("The request has no EBS volume that is not encrypted.")
		},
	}
}

func snapshotBlockPublicAccess() rule.Rule {
	state := rule.Required("configuration.State")
	return rule.Rule{
		Identifier: "EBS_SNAPSHOT_BLOCK_PUBLIC_ACCESS",
		Severity:   rule.High,
		Rationale: "A snapshot that cannot be made public is not made public by mistake. Public access to EBS snapshots must be blocked in the region for all of them (block-all-sharing); " +
			"blocking new sharing only leaves out snapshots that are public already.",
		Remediation: rule.Remediation{Hint: "Block all public sharing of snapshots in the region."},
		Fields:      []*rule.Field{state},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(state) == "block-all-sharing" {
				return c.Pass("Public access to all snapshots is blocked.")
			}
			return c.Fail("Public access to snapshots is not blocked for all of them.")
		},
	}
}
