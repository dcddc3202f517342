package managed

import "github.com/tickmark/tickmark/internal/rule"

func vpnRules() []rule.Rule {
	return []rule.Rule{clientVPNLogging(), clientVPNAuthorization(), vpnTunnelLogging()}
}

func clientVPNLogging() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "EC2_CLIENT_VPN_CONNECTION_LOG_ENABLED",
		Severity:   rule.Low,
		Rationale: "Without connection logs nobody can tell afterwards who came in through the VPN. ConnectionLogOptions.Enabled of the Client VPN endpoint must be true, with any log " +
			"group.",
		Remediation: rule.Remediation{Hint: "Turn on connection logging for the endpoint."},
	}, rule.Required("configuration.ConnectionLogOptions.Enabled"), true, "Connections are logged.", "Connections are not logged.")
}

func clientVPNAuthorization() rule.Rule {
	const rules = "supplementaryConfiguration.AuthorizationRules"
	list := rule.Required(rules)
	all := rule.Absent(rules+"[].AccessAll", false, "AWS's rule fails only where it is there and true")
	return rule.Rule{
		Identifier: "EC2_CLIENT_VPN_NOT_AUTHORIZE_ALL",
		Severity:   rule.High,
		Rationale: "Who may use the VPN should reach only what the work needs. No authorization rule of the Client VPN endpoint may let in the clients of every group (AccessAll is true), " +
			"whatever the network it is for. An endpoint without rules passes.",
		Remediation: rule.Remediation{Hint: "Replace the authorization rule by rules for groups."},
		Fields:      []*rule.Field{list, all},
		Check: func(c *rule.Context) rule.Result {
			for _, r := range c.Each(list) {
				if r.Bool(all) {
					return c.Fail("An authorization rule lets in the clients of every group.")
				}
			}
			return c.Pass("No authorization rule lets in the clients of every group.")
		},
	}
}

func vpnTunnelLogging() rule.Rule {
	const tunnels = "configuration.options.tunnelOptions"
	list := rule.Required(tunnels)
	on := rule.Absent(tunnels+"[].logOptions.cloudWatchLogOptions.logEnabled", false, "EC2 DescribeVpnConnections leaves it out for a tunnel for which it was never set")
	return rule.Rule{
		Identifier: "EC2_VPN_CONNECTION_LOGGING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "The logs of a tunnel tell why it went down and who tried to build it. Both tunnels of the site-to-site VPN connection must be logged to CloudWatch Logs " +
			"(logEnabled is true).",
		Remediation: rule.Remediation{Hint: "Turn on tunnel activity logs for both tunnels."},
		Fields:      []*rule.Field{list, on},
		Check: func(c *rule.Context) rule.Result {
			logged := 0
			for _, t := range c.Each(list) {
				if t.Bool(on) {
					logged++
				}
			}
			if logged < 2 {
				return c.Fail("Not both tunnels are logged.")
			}
			return c.Pass("Both tunnels are logged.")
		},
	}
}
