package managed

import "github.com/tickmark/tickmark/internal/rule"

func apprunnerRules() []rule.Rule {
	return []rule.Rule{serviceInVPC(), serviceAddresses(), serviceUnhealthy(), serviceNotPublic(), serviceObserved()}
}

func serviceARN() *rule.Field { return rule.Required("configuration.ServiceArn") }

func serviceInVPC() rule.Rule {
	return mustSay(rule.Rule{
		Identifier: "APPRUNNER_SERVICE_IN_VPC",
		Severity:   rule.Medium,
		Rationale: "Only by a VPC does an account rule what a service can reach. Outgoing traffic of the App Runner service must go through a VPC connector: its egress type must be " +
			"VPC, not DEFAULT.",
		Remediation: rule.Remediation{Hint: "Give the service a VPC connector."},
	}, serviceARN(), rule.Absent("configuration.NetworkConfiguration.EgressConfiguration.EgressType", "DEFAULT", "DEFAULT is the egress type of a service that names none"), []string{"VPC"},
		"Outgoing traffic goes through a VPC.", "Outgoing traffic does not go through a VPC.")
}

func serviceAddresses() rule.Rule {
	kind := rule.Absent("configuration.NetworkConfiguration.IpAddressType", "IPV4", "IPV4 is the default address type of a service")
	return having(serviceARN(), rule.Rule{
		Identifier: "APPRUNNER_SERVICE_IP_ADDRESS_TYPE_CHECK",
		Params:     []rule.Param{{Name: "ipAddressType", Required: true, Enum: []string{"IPV4", "DUAL_STACK"}, Doc: "the address type that is required"}},
		Severity:   rule.Low,
		Rationale: "A service that is reached by another version of IP than planned is reached past the rules for the planned one. The address type of the App Runner service's incoming traffic must be " +
			"that of ipAddressType.",
		Remediation: rule.Remediation{Hint: "Change the address type of the service's incoming traffic."},
		Fields:      []*rule.Field{kind},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(kind) == c.Params.Str("ipAddressType") {
				return c.Pass("The address type is the required one.")
			}
			return c.Fail("The address type is not the required one.")
		},
	})
}

func serviceUnhealthy() rule.Rule {
	threshold := rule.Absent("configuration.HealthCheckConfiguration.UnhealthyThreshold", 5, "5 is the default threshold of a health check")
	return having(serviceARN(), rule.Rule{
		Identifier: "APPRUNNER_SERVICE_MAX_UNHEALTHY_THRESHOLD",
		Params:     []rule.Param{{Name: "maxUnhealthyThreshold", Type: rule.Int, Required: true, Min: 1, Max: 20, Doc: "the failed checks after which a service must count as unhealthy, at most"}},
		Severity:   rule.Low,
		Rationale: "Until a service counts as unhealthy, requests go on to it. The unhealthy threshold of the App Runner service's health check must be at most maxUnhealthyThreshold; not set, " +
			"it is 5.",
		Remediation: rule.Remediation{Hint: "Lower the unhealthy threshold of the service's health check."},
		Fields:      []*rule.Field{threshold},
		Check: func(c *rule.Context) rule.Result {
			if c.Int(threshold) > c.Params.Int("maxUnhealthyThreshold") {
				return c.Fail("The unhealthy threshold is higher than allowed.")
			}
			return c.Pass("The unhealthy threshold is not higher than allowed.")
		},
	})
}

func serviceNotPublic() rule.Rule {
	return having(serviceARN(), mustBe(rule.Rule{
		Identifier: "APPRUNNER_SERVICE_NO_PUBLIC_ACCESS",
		Severity:   rule.High,
		Rationale: "What the internet can reach is tried by everyone. Incoming traffic of the App Runner service must not be public: IsPubliclyAccessible must be false; not set, it is " +
			"true.",
		Remediation: rule.Remediation{Hint: "Make the service private and reach it by a VPC endpoint."},
	}, rule.Absent("configuration.NetworkConfiguration.IngressConfiguration.IsPubliclyAccessible", true, "a service is public unless it says not to be"), false,
		"The service is not public.", "The service is public."))
}

func serviceObserved() rule.Rule {
	return having(serviceARN(), mustBe(rule.Rule{
		Identifier: "APPRUNNER_SERVICE_OBSERVABILITY_ENABLED",
		Severity:   rule.Low,
		Rationale: "A trace shows where a request spent its time and where it failed. Observability of the App Runner service must be on " +
			"(ObservabilityEnabled).",
		Remediation: rule.Remediation{Hint: "Turn on observability of the service with a configuration for tracing."},
	}, rule.Absent("configuration.ObservabilityConfiguration.ObservabilityEnabled", false, "observability is off unless it was turned on"), true,
		"Observability is on.", "Observability is off."))
}
