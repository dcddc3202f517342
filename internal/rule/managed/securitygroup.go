package managed

import (
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func securityGroupRules() []rule.Rule {
	return []rule.Rule{
		incomingSSHDisabled(), restrictedIncomingTraffic(), openOnlyToAuthorizedPorts(), portRestriction(), defaultGroupClosed(),
		groupAttached("EC2_SECURITY_GROUP_ATTACHED_TO_ENI"), groupAttached("EC2_SECURITY_GROUP_ATTACHED_TO_ENI_PERIODIC"),
	}
}

func incomingSSHDisabled() rule.Rule {
	in := inbound()
	return rule.Rule{
		Identifier: "INCOMING_SSH_DISABLED",
		Severity:   rule.High,
		Rationale: "An SSH server open to the internet is under attack within minutes. No inbound rule of the security group may let " +
			"every IPv4 (0.0.0.0/0) or IPv6 (::/0) address reach TCP port 22, alone, in a range, or by a rule for all protocols. " +
			"Groups that are attached to nothing are judged too.",
		Remediation: rule.Remediation{Hint: "Limit the source addresses of the rule, or use Session Manager.", Document: "AWS-DisablePublicAccessForSecurityGroup"},
		Fields:      in.fields(),
		Check: func(c *rule.Context) rule.Result {
			for protocol, p := range in.openToWorld(c) {
				if protocol == "tcp" && p.has(22) {
					return c.Fail("TCP port 22 is open to the world.")
				}
			}
			return c.Pass("TCP port 22 is not open to the world.")
		},
	}
}

func restrictedIncomingTraffic() rule.Rule {
	in := inbound()
	defaults := []string{"20", "21", "3389", "3306", "4333"}
	var params []rule.Param
	for i, port := range defaults {
		params = append(params, rule.Param{Name: "blockedPort" + strconv.Itoa(i+1), Type: rule.Int, Default: port, Max: 65535, Doc: "TCP port that must not be open"})
	}
	params = append(params, rule.Param{Name: "blockedPorts", Doc: "more such TCP ports and ranges, separated by commas"})
	return rule.Rule{
		Identifier: "RESTRICTED_INCOMING_TRAFFIC",
		Params:     params,
		Severity:   rule.High,
		Rationale: "Services for administration and databases belong behind a gate. No inbound rule of the security group may let every " +
			"IPv4 or IPv6 address reach one of the blocked TCP ports (20, 21, 3389, 3306 and 4333 unless the parameters say otherwise). " +
			"Groups that are attached to nothing are judged too.",
		Remediation: rule.Remediation{Hint: "Limit the source addresses of the rule.", Document: "AWSConfigRemediation-RemoveUnrestrictedSourceIngressRules"},
		Fields:      in.fields(),
		Check: func(c *rule.Context) rule.Result {
			blocked, bad := parsePorts(c.Params.Str("blockedPorts"))
			if bad != "" {
				return c.Unknown("The parameter blockedPorts holds " + bad + ", which is not a port or a range.")
			}
			for protocol, p := range in.openToWorld(c) {
				if protocol != "tcp" {
					continue
				}
				for _, d := range params[:len(defaults)] {
					if port := c.Params.Int(d.Name); p.has(port) {
						return c.Fail("TCP port " + strconv.FormatInt(port, 10) + " is open to the world.")
					}
				}
				for _, b := range blocked {
					if b.from <= p.to && p.from <= b.to {
						return c.Fail("TCP port " + b.String() + " is open to the world.")
					}
				}
			}
			return c.Pass("No blocked port is open to the world.")
		},
	}
}

func openOnlyToAuthorizedPorts() rule.Rule {
	in := inbound()
	return rule.Rule{
		Identifier: "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS",
		Params: []rule.Param{
			{Name: "authorizedTcpPorts", Doc: "TCP ports and ranges that may be open to the world, separated by commas"},
			{Name: "authorizedUdpPorts", Doc: "the same for UDP"},
		},
		Severity: rule.High,
		Rationale: "What is open to the world should be open on purpose. Each inbound rule of the security group that lets in every " +
			"IPv4 or IPv6 address must open authorized TCP or UDP ports only; without parameters none is authorized. " +
			"A rule for all protocols opens all ports. Protocols without ports, such as ICMP, are not judged.",
		Remediation: rule.Remediation{Hint: "Limit the rule's source addresses or its ports.", Document: "AWSConfigRemediation-RemoveUnrestrictedSourceIngressRules"},
		Fields:      in.fields(),
		Check: func(c *rule.Context) rule.Result {
			allowed := map[string][]ports{}
			for protocol, param := range map[string]string{"tcp": "authorizedTcpPorts", "udp": "authorizedUdpPorts"} {
				list, bad := parsePorts(c.Params.Str(param))
				if bad != "" {
					return c.Unknown("The parameter " + param + " holds " + bad + ", which is not a port or a range.")
				}
				allowed[protocol] = list
			}
			for protocol, p := range in.openToWorld(c) {
				if !p.covered(allowed[protocol]) {
					return c.Fail("The " + protocol + " ports " + p.String() + " are open to the world and not all authorized.")
				}
			}
			return c.Pass("Only authorized ports are open to the world.")
		},
	}
}

func portRestriction() rule.Rule {
	in, owner := inbound(), rule.Required("configuration.ownerId")
	return rule.Rule{
		Identifier: "VPC_SG_PORT_RESTRICTION_CHECK",
		Params: []rule.Param{
			{Name: "restrictPorts", Default: "22,3389", Doc: "ports and ranges that must not be open, separated by commas"},
			{Name: "protocolType", Default: "ALL", Enum: []string{"TCP", "UDP", "ALL"}, Doc: "the protocol whose ports are judged"},
			{Name: "excludeExternalSecurityGroups", Type: rule.Bool, Default: "true", Doc: "do not judge groups of other accounts"},
			{Name: "ipType", Default: "ALL", Enum: []string{"IPv4", "IPv6", "ALL"}, Doc: "the family of addresses that is judged"},
		},
		Severity: rule.High,
		Rationale: "Ports for administration that are open to the internet are under attack within minutes. No inbound rule of the security group may let every address of the families ipType " +
			"(0.0.0.0/0, ::/0) reach one of restrictPorts (22 and 3389 unless the parameter says otherwise) by the protocols protocolType; a rule for all protocols opens all ports of each. " +
			"Groups that are shared by another account are judged only when excludeExternalSecurityGroups is false.",
		Remediation: rule.Remediation{Hint: "Limit the source addresses of the rule, or use Session Manager.", Document: "AWS-DisablePublicAccessForSecurityGroup"},
		Fields:      append(in.fields(), owner),
		Check: func(c *rule.Context) rule.Result {
			if c.Params.Bool("excludeExternalSecurityGroups") && c.Str(owner) != c.Account() {
				return c.Skip(foreignGroup)
			}
			restricted, bad := parsePorts(c.Params.Str("restrictPorts"))
			if bad != "" {
				return c.Unknown("The parameter restrictPorts holds " + bad + ", which is not a port or a range.")
			}
			family, judged := c.Params.Str("ipType"), c.Params.Str("protocolType")
			for protocol, p := range in.openTo(c.Place, family != "IPv6", family != "IPv4") {
				if judged != "ALL" && !strings.EqualFold(judged, protocol) {
					continue
				}
				for _, r := range restricted {
					if r.from <= p.to && p.from <= r.to {
						return c.Fail("The " + protocol + " port " + r.String() + " is open to the world.")
					}
				}
			}
			return c.Pass("No restricted port is open to the world.")
		},
	}
}

// foreignGroup says why a security group that another account shares is not judged.
const foreignGroup = "The security group belongs to another account."

// groupAttached are two rules of AWS's that ask the same, on changes and on a schedule.
func groupAttached(identifier string) rule.Rule {
	const networkInterface = "AWS::EC2::NetworkInterface"
	name, owner := rule.Required("configuration.groupName"), rule.Required("configuration.ownerId")
	group := rule.Required("configuration.groups[].groupId").Of(networkInterface)
	return rule.Rule{
		Identifier: identifier,
		Severity:   rule.Medium,
		Rationale: "A group that guards nothing is taken for one that does, and is opened without a thought. The security group must be one of the groups of a network interface, of an " +
			"instance or of anything else. Default groups, which cannot be deleted, and groups of another account are not judged.",
		Remediation: rule.Remediation{Hint: "Delete the security group, or attach it to what it was made for.", Document: "AWSConfigRemediation-DeleteUnusedSecurityGroup"},
		Fields:      []*rule.Field{name, owner, group},
		Uses:        []string{networkInterface},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(name) == "default" {
				return c.Skip("It is the default security group of a VPC.")
			}
			if c.Str(owner) != c.Account() {
				return c.Skip(foreignGroup)
			}
			if len(c.Matching(group, c.ID())) == 0 {
				return c.Fail("The security group is attached to no network interface.")
			}
			return c.Pass("The security group is attached to a network interface.")
		},
	}
}

func defaultGroupClosed() rule.Rule {
	name := rule.Required("configuration.groupName")
	in := rule.Required("configuration.ipPermissions")
	out := rule.Required("configuration.ipPermissionsEgress")
	return rule.Rule{
		Identifier: "VPC_DEFAULT_SECURITY_GROUP_CLOSED",
		Severity:   rule.High,
		Rationale: "Whatever is started without a security group gets the default one. A VPC's group named default must have neither " +
			"inbound nor outbound rules. Other groups are not judged.",
		Remediation: rule.Remediation{Hint: "Move what uses the group to another one, and delete its rules.", Document: "AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules"},
		Fields:      []*rule.Field{name, in, out},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(name) != "default" {
				return c.Skip("It is not the default security group of a VPC.")
			}
			if c.Len(in) > 0 {
				return c.Fail("The default security group has inbound rules.")
			}
			if c.Len(out) > 0 {
				return c.Fail("The default security group has outbound rules.")
			}
			return c.Pass("The default security group has no rules.")
		},
	}
}
