package managed

import (
	"time"

	"github.com/tickmark/tickmark/internal/rule"
)

// controlNetworkRules are controls about ways in, and about the root user.
func controlNetworkRules() []rule.Rule {
	const unset = "ECS gives tasks no public address unless it is told to"
	return []rule.Rule{
		vpcBlocked(), drains(), rootUnused(),
		noPublicTasks("ECS.2", "ecs-service-assign-public-ip-disabled", "AWS::ECS::Service", "ServiceArn",
			rule.Absent("configuration.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", "DISABLED", unset)),
		noPublicTasks("ECS.16", "ecs-taskset-assign-public-ip-disabled", "AWS::ECS::TaskSet", "Id",
			rule.Absent("configuration.NetworkConfiguration.AwsVpcConfiguration.AssignPublicIp", "DISABLED", unset)),
	}
}

func noPublicTasks(identifier, name, typ, id string, public *rule.Field) rule.Rule {
	return control(mustSay(rule.Rule{
		Identifier: identifier,
		Severity:   rule.High,
		Rationale: "A container with a public address can be reached by everyone whom its security group does not keep out. Tasks must not get public addresses (AssignPublicIp must not be ENABLED); " +
			"those in other network modes than awsvpc have none of their own and pass.",
		Remediation: rule.Remediation{Hint: "Turn off the assignment of public addresses, and reach the internet through a NAT gateway."},
	}, rule.Required("configuration."+id), public, []string{"DISABLED"}, "Tasks get no public address.", "Tasks get public addresses."), name, rule.Change, typ)
}

func vpcBlocked() rule.Rule {
	const bidirectional, ingress = "block-bidirectional", "block-ingress"
	mode := rule.Required("configuration.InternetGatewayBlockMode")
	return control(rule.Rule{
		Identifier: "EC2.172",
		Params: []rule.Param{{
			Name: "vpcBpaInternetGatewayBlockMode", Enum: []string{bidirectional, ingress}, Doc: "the mode it must be; either when it is not given",
		}},
		Severity: rule.Medium,
		Rationale: "One setting of the region keeps all its VPCs from the internet, whatever their routes are. VPC Block Public Access must block internet gateways in both directions or inwards; when " +
			"vpcBpaInternetGatewayBlockMode is given, in exactly that mode. Exclusions of single VPCs and subnets do not matter.",
		Remediation: rule.Remediation{Hint: "Turn on VPC Block Public Access in the region, after making exclusions for what must be reached."},
		Fields:      []*rule.Field{mode},
		Check: func(c *rule.Context) rule.Result {
			got, want := c.Str(mode), c.Params.Str("vpcBpaInternetGatewayBlockMode")
			if got != bidirectional && got != ingress {
				return c.Fail("Internet gateways are not blocked.")
			}
			if want != "" && got != want {
				return c.Fail("Internet gateways are blocked in another mode than required.")
			}
			return c.Pass("Internet gateways are blocked.")
		},
	}, "ec2-vpc-bpa-internet-gateway-blocked", rule.Change, "AWS::EC2::VPCBlockPublicAccessOptions")
}

func drains() rule.Rule {
	return control(mustBe(rule.Rule{
		Identifier: "ELB.7",
		Severity:   rule.Low,
		Rationale: "Without draining, requests are cut off when an instance is taken out. The Classic Load Balancer must have connection draining enabled; how long it waits does not " +
			"matter.",
		Remediation: rule.Remediation{Hint: "Enable connection draining."},
	}, rule.Required("supplementaryConfiguration.LoadBalancerAttributes.connectionDraining.enabled"), true, "Connection draining is enabled.", "Connection draining is not enabled."),
		"elb-connection-draining-enabled", rule.Change, "AWS::ElasticLoadBalancing::LoadBalancer")
}

// rootUnused is the control IAM.20, which AWS has retired in favour of an alarm: benchmarks still ask for it.
func rootUnused() rule.Rule {
	f := credentialFields()
	uses := append([]*rule.Field{f.passwordLastUsed}, f.keyLastUsed[:]...)
	r := control(rule.Rule{
		Identifier: "IAM.20",
		Subjects:   rule.Account,
		Params:     []rule.Param{{Name: "minDaysUnused", Type: rule.Int, Default: "90", Min: 1, Doc: "days for which the root user must not have been used"}},
		Severity:   rule.Low,
		Rationale: "Nobody can limit the root user, and what it does is done by no one in particular. According to the credential report neither its password nor any of its access keys " +
			"may have been used within minDaysUnused days.",
		Remediation: rule.Remediation{Hint: "Work with roles, and use the root user for nothing that a role can do."},
		Fields:      append([]*rule.Field{f.users, f.user}, uses...),
		Uses:        []string{factCredentialReport},
		Check: func(c *rule.Context) rule.Result {
			row, ok := c.Fact(factCredentialReport).Among(f.users, f.user, "<root_account>")
			if !ok {
				return c.Unknown("The root user is not in the credential report.")
			}
			for _, used := range uses {
				if at, ok := moment(row, used); ok && !c.OlderThan(at, c.Params.Int("minDaysUnused")) {
					return c.Fail("The root user was used on " + at.Format(time.DateOnly) + ".")
				}
			}
			return c.Pass("The root user was not used lately.")
		},
	}, "root-user-not-used", rule.Periodic)
	return r
}
