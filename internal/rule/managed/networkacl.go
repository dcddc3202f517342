package managed

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func networkACLRules() []rule.Rule { return []rule.Rule{aclNoOpenSSHAndRDP(), aclUsed()} }

// aclFields are the entries of a network ACL.
type aclFields struct{ entries, egress, action, number, protocol, v4, v6, from, to *rule.Field }

func aclEntries() aclFields {
	const (
		at   = "configuration.entries"
		one  = "EC2 DescribeNetworkAcls gives an entry the one kind of range it has"
		both = "EC2 DescribeNetworkAcls leaves out the ports of an entry for every protocol or port"
	)
	return aclFields{
		entries: rule.Required(at), egress: rule.Required(at + "[].egress"), action: rule.Required(at + "[].ruleAction"),
		number: rule.Required(at + "[].ruleNumber"), protocol: rule.Required(at + "[].protocol"),
		v4: rule.Absent(at+"[].cidrBlock", "", one), v6: rule.Absent(at+"[].ipv6CidrBlock", "", one),
		from: rule.Absent(at+"[].portRange.from", -1, both), to: rule.Absent(at+"[].portRange.to", -1, both),
	}
}

func (f aclFields) fields() []*rule.Field {
	return []*rule.Field{f.entries, f.egress, f.action, f.number, f.protocol, f.v4, f.v6, f.from, f.to}
}

// aclEntry is one inbound entry that is about every address of a family.
type aclEntry struct {
	number   int64
	allow    bool
	protocol string // tcp, udp, or "" for both
	ports    ports
	v4, v6   bool
}

// toWorld lists the inbound entries about every IPv4 or IPv6 address, in the order in which they apply.
func (f aclFields) toWorld(c *rule.Context) (list []aclEntry) {
	for _, e := range c.Each(f.entries) {
		if e.Bool(f.egress) {
			continue
		}
		a := aclEntry{number: e.Int(f.number), allow: strings.EqualFold(e.Str(f.action), "allow"), ports: ports{e.Int(f.from), e.Int(f.to)}, v4: isWorld(e.Str(f.v4)), v6: isWorld(e.Str(f.v6))}
		switch strings.ToLower(e.Str(f.protocol)) {
		case "6", "tcp":
			a.protocol = "tcp"
		case "17", "udp":
			a.protocol = "udp"
		case "-1", "all":
		default:
			continue
		}
		if a.protocol == "" || a.ports.from < 0 || a.ports.to < 0 {
			a.ports = allPorts
		}
		if a.v4 || a.v6 {
			list = append(list, a)
		}
	}
	slices.SortStableFunc(list, func(a, b aclEntry) int { return cmp.Compare(a.number, b.number) })
	return list
}

// lets reports whether the first entry that fits lets in a family's every address.
func lets(list []aclEntry, protocol string, port int64, v6 bool) bool {
	for _, e := range list {
		if (e.protocol == "" || e.protocol == protocol) && e.ports.has(port) && (v6 && e.v6 || !v6 && e.v4) {
			return e.allow
		}
	}
	return false
}

// defaultACL says why an ACL nobody made is not judged.
const defaultACL = "It is the default network ACL of a VPC."

func aclNoOpenSSHAndRDP() rule.Rule {
	f, standard := aclEntries(), rule.Required("configuration.isDefault")
	return rule.Rule{
		Identifier: "NACL_NO_UNRESTRICTED_SSH_RDP",
		Severity:   rule.Medium,
		Rationale: "A network ACL stops what a security group let through by mistake. No inbound entry of the network ACL may allow every IPv4 (0.0.0.0/0) or IPv6 " +
			"(::/0) address to reach port 22 or 3389 by TCP or UDP, unless an entry of a lower number denies all of those addresses that port. ACLs of no subnet " +
			"are judged too; the default ACL of a VPC, which allows everything unless it was changed, is not.",
		Remediation: rule.Remediation{Hint: "Limit the source addresses of the entry, or deny the ports before it."},
		Fields:      append(f.fields(), standard),
		Check: func(c *rule.Context) rule.Result {
			if c.Bool(standard) {
				return c.Skip(defaultACL)
			}
			list := f.toWorld(c)
			for _, protocol := range []string{"tcp", "udp"} {
				for _, v6 := range []bool{false, true} {
					if lets(list, protocol, 22, v6) {
						return c.Fail("Port 22 is open to the world.")
					}
					if lets(list, protocol, 3389, v6) {
						return c.Fail("Port 3389 is open to the world.")
					}
				}
			}
			return c.Pass("Neither port 22 nor port 3389 is open to the world.")
		},
	}
}

func aclUsed() rule.Rule {
	associations, standard := rule.Required("configuration.associations"), rule.Required("configuration.isDefault")
	return rule.Rule{
		Identifier: "VPC_NETWORK_ACL_UNUSED_CHECK",
		Severity:   rule.Low,
		Rationale: "An ACL that guards nothing is taken for one that does. The network ACL must be associated with at least one subnet; the default ACL of a VPC, " +
			"which cannot be deleted, is not judged when it guards nothing.",
		Remediation: rule.Remediation{Hint: "Delete the network ACL, or associate it with the subnets it was made for."},
		Fields:      []*rule.Field{associations, standard},
		Check: func(c *rule.Context) rule.Result {
			if c.Len(associations) == 0 {
				if c.Bool(standard) {
					return c.Skip(defaultACL)
				}
				return c.Fail("The network ACL is associated with no subnet.")
			}
			return c.Pass("The network ACL is associated with a subnet.")
		},
	}
}
