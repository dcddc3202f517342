package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func emrRules() []rule.Rule { return []rule.Rule{masterNoPublicIP()} }

func masterNoPublicIP() rule.Rule {
	const instance = "AWS::EC2::Instance"
	const noAddress = "EC2 DescribeInstances leaves it out where there is none"
	state := rule.Required("configuration.Status.State")
	master := rule.Required("configuration.MasterPublicDnsName")
	private := rule.Absent("configuration.privateDnsName", "", noAddress).Of(instance)
	public := rule.Absent("configuration.publicIpAddress", "", noAddress).Of(instance)
	return rule.Rule{
		Identifier: "EMR_MASTER_NO_PUBLIC_IP",
		Types:      []string{"AWS::EMR::Cluster"},
		Severity:   rule.High,
		Rationale: "The master node of a cluster runs consoles that ask for no password. It must not have a public IPv4 address: the cluster's master DNS " +
			"name must not be a public one, and the instance of that private name must have no public address. Only clusters that are RUNNING or WAITING are " +
			"judged.",
		Remediation: rule.Remediation{Hint: "Start the cluster anew in a private subnet."},
		Fields:      []*rule.Field{state, master, private, public},
		Uses:        []string{instance},
		Check: func(c *rule.Context) rule.Result {
			if s := c.Str(state); s != "RUNNING" && s != "WAITING" {
				return c.Skip("The cluster is neither running nor waiting.")
			}
			name := c.Str(master)
			if strings.HasPrefix(name, "ec2-") { // the form of public names; private ones start with ip-
				return c.Fail("The master node has a public DNS name.")
			}
			nodes := c.Matching(private, name)
			if len(nodes) == 0 {
				return c.Unknown("The instance of the master node is not recorded.")
			}
			for _, n := range nodes {
				if n.Has(public) {
					return c.Fail("The master node has a public IPv4 address.")
				}
			}
			return c.Pass("The master node has no public IPv4 address.")
		},
	}
}
