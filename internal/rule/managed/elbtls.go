package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func elbTLSRules() []rule.Rule {
	return []rule.Rule{classicCustomPolicy(), classicPredefinedPolicy(), listenerEncrypted(), listenerPolicy(), targetProtocol(), targetHealthProtocol()}
}

// classicPolicies are the security policies of a classic load balancer's listeners.
type classicPolicies struct{ listeners, protocol, names, policies, name, typ, attributes, attribute, value *rule.Field }

func securityPolicies() classicPolicies {
	const (
		policies  = "supplementaryConfiguration.LoadBalancerPolicies"
		attribute = policies + "[].policyAttributeDescriptions"
	)
	l := classicListeners()
	return classicPolicies{
		listeners:  l.list,
		protocol:   l.protocol,
		names:      rule.Required("configuration.listenerDescriptions[].policyNames"),
		policies:   rule.Required(policies),
		name:       rule.Required(policies + "[].policyName"),
		typ:        rule.Required(policies + "[].policyTypeName"),
		attributes: rule.Required(attribute),
		attribute:  rule.Required(attribute + "[].attributeName"),
		value:      rule.Required(attribute + "[].attributeValue"),
	}
}

func (f classicPolicies) fields() []*rule.Field {
	return []*rule.Field{f.listeners, f.protocol, f.names, f.policies, f.name, f.typ, f.attributes, f.attribute, f.value}
}

// of finds the security policy of a listener.
func (f classicPolicies) of(c *rule.Context, l rule.Place) (rule.Place, bool) {
	for name := range l.Strings(f.names) {
		if p, ok := c.Among(f.policies, f.name, name); ok && p.Str(f.typ) == "SSLNegotiationPolicyType" {
			return p, true
		}
	}
	return rule.Place{}, false
}

// predefined is the name of the predefined policy that a policy follows; "" for a custom one.
func (f classicPolicies) predefined(policy rule.Place) string {
	for _, a := range policy.Each(f.attributes) {
		if a.Str(f.attribute) == "Reference-Security-Policy" {
			return a.Str(f.value)
		}
	}
	return ""
}

// check judges the policy of each HTTPS or SSL listener: fault says what is wrong with one, "" for nothing.
func (f classicPolicies) check(pass string, fault func(c *rule.Context, policy rule.Place) string) func(*rule.Context) rule.Result {
	return func(c *rule.Context) rule.Result {
		judged := false
		for _, l := range c.Each(f.listeners) {
			if !encryptedProtocol(l.Str(f.protocol)) {
				continue
			}
			judged = true
			p, ok := f.of(c, l)
			if !ok {
				return c.Unknown("The security policy of a listener is not recorded.")
			}
			if wrong := fault(c, p); wrong != "" {
				return c.Fail(wrong)
			}
		}
		if !judged {
			return c.Skip("The load balancer has no HTTPS or SSL listener.")
		}
		return c.Pass(pass)
	}
}

func classicCustomPolicy() rule.Rule {
	f := securityPolicies()
	return rule.Rule{
		Identifier: "ELB_CUSTOM_SECURITY_POLICY_SSL_CHECK",
		Params:     []rule.Param{{Name: "sslProtocolsAndCiphers", Type: rule.CSV, Required: true, Doc: "the protocols and ciphers that are allowed, as in Protocol-TLSv1.2"}},
		Severity:   rule.Medium,
		Rationale: "One old cipher that is still offered is enough for an attacker. Every HTTPS or SSL listener of the classic load balancer must have a custom security policy, with no protocol or " +
			"cipher on that is not in sslProtocolsAndCiphers; not all of those need be on. A load balancer without such listeners is not judged.",
		Remediation: rule.Remediation{Hint: "Give the listener a custom policy with the allowed protocols and ciphers only."},
		Fields:      f.fields(),
		Check: f.check("Every HTTPS or SSL listener has a custom policy with allowed protocols and ciphers.", func(c *rule.Context, policy rule.Place) string {
			if f.predefined(policy) != "" {
				return "A listener has a predefined security policy."
			}
			for _, a := range policy.Each(f.attributes) {
				name := a.Str(f.attribute)
				if a.Str(f.value) == "true" && name != "Server-Defined-Cipher-Order" && !slices.Contains(c.Params.List("sslProtocolsAndCiphers"), name) {
					return "A listener offers " + name + ", which is not allowed."
				}
			}
			return ""
		}),
	}
}

func classicPredefinedPolicy() rule.Rule {
	f := securityPolicies()
	return rule.Rule{
		Identifier: "ELB_PREDEFINED_SECURITY_POLICY_SSL_CHECK",
		Params:     []rule.Param{{Name: "predefinedPolicyName", Required: true, Doc: "the predefined policy that listeners must have"}},
		Severity:   rule.Medium,
		Rationale: "AWS keeps weak protocols and ciphers out of its newer predefined policies. Every HTTPS or SSL listener of the classic load balancer must have a security policy that refers to " +
			"predefinedPolicyName; custom policies fail. A load balancer without such listeners is not judged.",
		Remediation: rule.Remediation{Hint: "Give the listener the predefined security policy."},
		Fields:      f.fields(),
		Check: f.check("Every HTTPS or SSL listener has the predefined policy.", func(c *rule.Context, policy rule.Place) string {
			if f.predefined(policy) == c.Params.Str("predefinedPolicyName") {
				return ""
			}
			return "A listener has another security policy than " + c.Params.Str("predefinedPolicyName") + "."
		}),
	}
}

// tlsEnds reports whether a listener of the second generation takes the encryption off.
func tlsEnds(protocol string) bool { return protocol == "HTTPS" || protocol == "TLS" }

func listenerEncrypted() rule.Rule {
	balancer, protocol := rule.Required("configuration.LoadBalancerArn"), rule.Required("configuration.Protocol")
	return rule.Rule{
		Identifier: "ELBV2_LISTENER_ENCRYPTION_IN_TRANSIT",
		Severity:   rule.Medium,
		Rationale: "What clients send must not be read on the way. The protocol of the listener must be HTTPS or TLS; a listener for HTTP that only redirects fails, and so does one that hands on " +
			"TCP whatever it carries. Listeners of gateway load balancers have no protocol and are not judged.",
		Remediation: rule.Remediation{Hint: "Replace the listener by one with HTTPS or TLS."},
		Fields:      []*rule.Field{balancer, protocol},
		Check: func(c *rule.Context) rule.Result {
			if strings.Contains(c.Str(balancer), ":loadbalancer/gwy/") {
				return c.Skip("It is a listener of a gateway load balancer.")
			}
			if tlsEnds(c.Str(protocol)) {
				return c.Pass("The listener uses HTTPS or TLS.")
			}
			return c.Fail("The listener uses " + c.Str(protocol) + ".")
		},
	}
}

func listenerPolicy() rule.Rule {
	balancer := rule.Required("configuration.LoadBalancerArn")
	protocol := rule.Absent("configuration.Protocol", "", "a listener of a gateway load balancer has none")
	policy := rule.Absent("configuration.SslPolicy", "", "Elastic Load Balancing leaves it out for a listener without encryption")
	return rule.Rule{
		Identifier: "ELBV2_PREDEFINED_SECURITY_POLICY_SSL_CHECK",
		Params:     []rule.Param{{Name: "sslPolicies", Type: rule.CSV, Required: true, Doc: "the security policies that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "AWS keeps weak protocols and ciphers out of its newer security policies. A listener for HTTPS or TLS must have one of the security policies sslPolicies. Other listeners are " +
			"not judged.",
		Remediation: rule.Remediation{Hint: "Give the listener one of the security policies."},
		Fields:      []*rule.Field{balancer, protocol, policy},
		Check: func(c *rule.Context) rule.Result {
			c.Str(balancer) // an item without its configuration must not be left out
			if !tlsEnds(c.Str(protocol)) {
				return c.Skip("The listener uses neither HTTPS nor TLS.")
			}
			if slices.Contains(c.Params.List("sslPolicies"), c.Str(policy)) {
				return c.Pass("The security policy of the listener is allowed.")
			}
			return c.Fail("The listener has another security policy than allowed.")
		},
	}
}

// targetEncrypted completes a rule about a protocol by which a load balancer reaches its targets.
func targetEncrypted(r rule.Rule, path string, encrypted, skip []string) rule.Rule {
	typ := rule.Absent("configuration.TargetType", "instance", "instance is the default of CreateTargetGroup")
	main := rule.Required("configuration.Protocol")
	f := main
	if path != main.Path {
		f = rule.Required(path)
	}
	r.Fields = slices.Compact([]*rule.Field{typ, main, f})
	r.Check = func(c *rule.Context) rule.Result {
		if slices.Contains(skip, c.Str(typ)) {
			return c.Skip("Target groups of this type are not judged.")
		}
		if c.Str(main) == "GENEVE" {
			return c.Skip("It is a target group of a gateway load balancer.")
		}
		if slices.Contains(encrypted, c.Str(f)) {
			return c.Pass("The protocol is encrypted.")
		}
		return c.Fail("The protocol is " + c.Str(f) + ".")
	}
	return r
}

func targetProtocol() rule.Rule {
	return targetEncrypted(rule.Rule{
		Identifier: "ELBV2_TARGETGROUP_PROTOCOL_ENCRYPTED",
		Severity:   rule.Medium,
		Rationale: "Behind the load balancer too, what clients sent must not be read on the way. The protocol of the target group must be HTTPS, TLS or QUIC. Target groups for Lambda functions " +
			"and application load balancers, and those of gateway load balancers, are not judged.",
		Remediation: rule.Remediation{Hint: "Replace the target group by one with HTTPS or TLS."},
	}, "configuration.Protocol", []string{"HTTPS", "TLS", "QUIC"}, []string{"lambda", "alb"})
}

func targetHealthProtocol() rule.Rule {
	return targetEncrypted(rule.Rule{
		Identifier: "ELBV2_TARGETGROUP_HEALTHCHECK_PROTOCOL_ENCRYPTED",
		Severity:   rule.Medium,
		Rationale: "A target that still answers without encryption is kept open for its health checks alone. The protocol of the target group's health checks must be HTTPS. Target groups for " +
			"Lambda functions and those of gateway load balancers are not judged.",
		Remediation: rule.Remediation{Hint: "Let the health checks of the target group use HTTPS."},
	}, "configuration.HealthCheckProtocol", []string{"HTTPS"}, []string{"lambda"})
}
