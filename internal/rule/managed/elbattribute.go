package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func elbAttributeRules() []rule.Rule {
	return []rule.Rule{
		desyncMode("ALB_DESYNC_MODE_CHECK", "application", balancerAttributes(), "routing.http.desync_mitigation_mode"),
		desyncMode("CLB_DESYNC_MODE_CHECK", "classic", attributesIn("supplementaryConfiguration.LoadBalancerAttributes.additionalAttributes"), "elb.http.desyncmitigationmode"),
		dropInvalidHeaders(), networkCrossZone(), networkLogging(), balancerZones(), classicZones(),
		internalScheme("ALB_INTERNAL_SCHEME_CHECK", "application"), internalScheme("NLB_INTERNAL_SCHEME_CHECK", "network"), internalScheme("ELB_INTERNAL_SCHEME_CHECK", "classic"),
	}
}

// attributes are settings of a load balancer by key.
type attributes struct{ list, key, value *rule.Field }

func attributesIn(path string) attributes {
	return attributes{
		list:  rule.Required(path),
		key:   rule.Required(path + "[].key"),
		value: rule.Absent(path+"[].value", "", "an attribute that is not set has an empty value"),
	}
}

func balancerAttributes() attributes {
	return attributesIn("supplementaryConfiguration.LoadBalancerAttributes")
}

func (a attributes) get(c *rule.Context, key string) (value string, ok bool) {
	for _, e := range c.Each(a.list) {
		if e.Str(a.key) == key {
			return e.Str(a.value), true
		}
	}
	return "", false
}

// kindField tells the kind of a load balancer; those of the first generation have none.
func kindField(kind string) []*rule.Field {
	if kind == "classic" {
		return nil
	}
	return []*rule.Field{rule.Required("configuration.type")}
}

func isKind(c *rule.Context, field []*rule.Field, kind string) bool {
	return len(field) == 0 || c.Str(field[0]) == kind
}

// needAttribute completes a rule that load balancers of one kind must have an attribute with one of some values.
func needAttribute(r rule.Rule, kind string, a attributes, key string, values func(*rule.Context) []string, pass, fail string) rule.Rule {
	typ := kindField(kind)
	r.Fields = append([]*rule.Field{a.list, a.key, a.value}, typ...)
	r.Check = func(c *rule.Context) rule.Result {
		if !isKind(c, typ, kind) {
			return c.Skip("It is another kind of load balancer.")
		}
		value, ok := a.get(c, key)
		if !ok {
			return c.Unknown("The attributes of the load balancer do not hold " + key + ".")
		}
		if slices.Contains(values(c), value) {
			return c.Pass(pass)
		}
		return c.Fail(fail)
	}
	return r
}

func switchedOn(*rule.Context) []string { return []string{"true"} }

func desyncMode(identifier, kind string, a attributes, key string) rule.Rule {
	return needAttribute(rule.Rule{
		Identifier: identifier,
		Params:     []rule.Param{{Name: "desyncMode", Type: rule.CSV, Required: true, Enum: []string{"defensive", "strictest", "monitor"}, Doc: "the modes that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "A request that the load balancer reads in another way than the server behind it lets attackers smuggle in a second one. The desync mitigation mode of the " + kind +
			" load balancer must be one of desyncMode; load balancers of other kinds are not judged.",
		Remediation: rule.Remediation{Hint: "Set the desync mitigation mode of the load balancer."},
	}, kind, a, key, func(c *rule.Context) []string { return c.Params.List("desyncMode") },
		"The desync mitigation mode is allowed.", "The desync mitigation mode is another than allowed.")
}

func dropInvalidHeaders() rule.Rule {
	return needAttribute(rule.Rule{
		Identifier: "ALB_HTTP_DROP_INVALID_HEADER_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Headers with forbidden characters are a means of request smuggling. The application load balancer must drop them (routing.http.drop_invalid_header_fields.enabled is " +
			"true); load balancers of other kinds are not judged.",
		Remediation: rule.Remediation{Hint: "Let the load balancer drop invalid header fields.", Document: "AWSConfigRemediation-DropInvalidHeadersForALB"},
	}, "application", balancerAttributes(), "routing.http.drop_invalid_header_fields.enabled", switchedOn, "Invalid headers are dropped.", "Invalid headers are not dropped.")
}

func networkCrossZone() rule.Rule {
	return needAttribute(rule.Rule{
		Identifier: "NLB_CROSS_ZONE_LOAD_BALANCING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "With few targets left in one zone, clients sent there must still be served. Cross-zone load balancing of the network load balancer must be on; what a target group says " +
			"of its own is not looked at, and load balancers of other kinds are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on cross-zone load balancing.", Document: "AWSConfigRemediation-EnableNLBCrossZoneLoadBalancing"},
	}, "network", balancerAttributes(), "load_balancing.cross_zone.enabled", switchedOn, "Cross-zone load balancing is on.", "Cross-zone load balancing is off.")
}

func networkLogging() rule.Rule {
	return needAttribute(rule.Rule{
		Identifier: "NLB_LOGGING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Access logs show who called by TLS and what was answered. Access logs of the network load balancer must be on, to any bucket; load balancers of other kinds are not " +
			"judged.",
		Remediation: rule.Remediation{Hint: "Turn on access logs."},
	}, "network", balancerAttributes(), "access_logs.s3.enabled", switchedOn, "Access logs are on.", "Access logs are off.")
}

func balancerZones() rule.Rule {
	return spansZones(rule.Rule{
		Identifier: "ELBV2_MULTIPLE_AZ",
		Params:     []rule.Param{zonesParam("minAvailabilityZones", 2, 10)},
		Severity:   rule.Medium,
		Rationale: "A load balancer in one zone is gone with that zone. The application, network or gateway load balancer must be in at least minAvailabilityZones Availability Zones, two " +
			"unless the parameter says otherwise.",
		Remediation: rule.Remediation{Hint: "Add subnets of other Availability Zones to the load balancer."},
	}, rule.Required("configuration.availabilityZones"), "The load balancer")
}

func classicZones() rule.Rule {
	return spansZones(rule.Rule{
		Identifier: "CLB_MULTIPLE_AZ",
		Params:     []rule.Param{zonesParam("minAvailabilityZones", 1, 0)},
		Severity:   rule.Medium,
		Rationale: "A load balancer in one zone is gone with that zone. The classic load balancer must be in at least minAvailabilityZones Availability Zones, two unless the parameter says " +
			"otherwise.",
		Remediation: rule.Remediation{Hint: "Add Availability Zones or subnets to the load balancer."},
	}, rule.Required("configuration.availabilityZones"), "The load balancer")
}

func internalScheme(identifier, kind string) rule.Rule {
	typ, scheme := kindField(kind), rule.Required("configuration.scheme")
	return rule.Rule{
		Identifier: identifier,
		Severity:   rule.Medium,
		Rationale: "A load balancer that faces the internet opens what is behind it to everyone. The scheme of the " + kind + " load balancer must be internal; load balancers of other kinds " +
			"are not judged.",
		Remediation: rule.Remediation{Hint: "Replace the load balancer by an internal one: the scheme of one that exists cannot be changed."},
		Fields:      append([]*rule.Field{scheme}, typ...),
		Check: func(c *rule.Context) rule.Result {
			if !isKind(c, typ, kind) {
				return c.Skip("It is another kind of load balancer.")
			}
			if c.Str(scheme) == "internal" {
				return c.Pass("The load balancer is internal.")
			}
			return c.Fail("The load balancer faces the internet.")
		},
	}
}
