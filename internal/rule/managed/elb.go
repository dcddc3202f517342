package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

const (
	classicBalancer = "AWS::ElasticLoadBalancing::LoadBalancer"
	loadBalancer    = "AWS::ElasticLoadBalancingV2::LoadBalancer"
	listener        = "AWS::ElasticLoadBalancingV2::Listener"
)

func elbRules() []rule.Rule {
	return []rule.Rule{
		balancerLogging(), classicTLSListeners(), classicACMCertificate(), classicCrossZone(), albRedirectsToHTTPS(), albWAF(), balancerACMCertificate(), balancerDeletionProtection(),
	}
}

// onlyALB says of a load balancer of the second generation that it is no application load balancer.
const onlyALB = "It is not an application load balancer."

func balancerLogging() rule.Rule {
	on := rule.Required("supplementaryConfiguration.LoadBalancerAttributes.accessLog.enabled").Of(classicBalancer)
	bucket := rule.Absent("supplementaryConfiguration.LoadBalancerAttributes.accessLog.s3BucketName", "", "Elastic Load Balancing gives it only when access logs are on").Of(classicBalancer)
	typ := rule.Required("configuration.type").Of(loadBalancer)
	list := rule.Required("supplementaryConfiguration.LoadBalancerAttributes").Of(loadBalancer)
	key := rule.Required("supplementaryConfiguration.LoadBalancerAttributes[].key").Of(loadBalancer)
	value := rule.Absent("supplementaryConfiguration.LoadBalancerAttributes[].value", "", "an attribute that is not set has an empty value").Of(loadBalancer)
	return rule.Rule{
		Identifier: "ELB_LOGGING_ENABLED",
		Params:     []rule.Param{{Name: "s3BucketNames", Type: rule.CSV, Doc: "the buckets that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "Access logs show who called and what was answered. Access logs of a classic or application load balancer must be on, and go to one " +
			"of s3BucketNames when that is given. Network and gateway load balancers are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on access logs.", Document: "AWSConfigRemediation-EnableLoggingForALBAndCLB"},
		Fields:      []*rule.Field{on, bucket, typ, list, key, value},
		Check: func(c *rule.Context) rule.Result {
			enabled, to := false, ""
			if c.Type() == classicBalancer {
				enabled, to = c.Bool(on), c.Str(bucket)
			} else {
				if c.Str(typ) != "application" {
					return c.Skip(onlyALB)
				}
				for _, a := range c.Each(list) {
					switch a.Str(key) {
					case "access_logs.s3.enabled":
						enabled = a.Str(value) == "true"
					case "access_logs.s3.bucket":
						to = a.Str(value)
					}
				}
			}
			if !enabled {
				return c.Fail("Access logs are off.")
			}
			if !allowed(c.Params.List("s3BucketNames"), to) {
				return c.Fail("Access logs go to another bucket than allowed.")
			}
			return c.Pass("Access logs are on.")
		},
	}
}

// listenerFields are the listeners of a classic load balancer.
type listenerFields struct{ list, protocol, certificate *rule.Field }

func classicListeners() listenerFields {
	return listenerFields{
		list:        rule.Required("configuration.listenerDescriptions"),
		protocol:    rule.Required("configuration.listenerDescriptions[].listener.protocol"),
		certificate: rule.Absent("configuration.listenerDescriptions[].listener.sslcertificateId", "", "Elastic Load Balancing leaves it out for a listener without a certificate"),
	}
}

func encryptedProtocol(p string) bool {
	return slices.Contains([]string{"HTTPS", "SSL"}, strings.ToUpper(p))
}

func classicTLSListeners() rule.Rule {
	f := classicListeners()
	return rule.Rule{
		Identifier: "ELB_TLS_HTTPS_LISTENERS_ONLY",
		Severity:   rule.Medium,
		Rationale: "What clients send must not be read on the way. Every listener of the classic load balancer must use HTTPS or SSL on the side of " +
			"its clients. A load balancer without listeners is not judged.",
		Remediation: rule.Remediation{Hint: "Replace the listener by one with HTTPS or SSL."},
		Fields:      []*rule.Field{f.list, f.protocol},
		Check: func(c *rule.Context) rule.Result {
			if c.Len(f.list) == 0 {
				return c.Skip("The load balancer has no listeners.")
			}
			for _, l := range c.Each(f.list) {
				if !encryptedProtocol(l.Str(f.protocol)) {
					return c.Fail("A listener uses " + l.Str(f.protocol) + ".")
				}
			}
			return c.Pass("Every listener uses HTTPS or SSL.")
		},
	}
}

func classicACMCertificate() rule.Rule {
	f := classicListeners()
	return rule.Rule{
		Identifier: "ELB_ACM_CERTIFICATE_REQUIRED",
		Severity:   rule.Medium,
		Rationale: "Certificate Manager renews the certificates it provides, so that none runs out unseen. Every HTTPS or SSL listener of the classic " +
			"load balancer must use a certificate of Certificate Manager, provided or imported. A load balancer without such listeners is not judged.",
		Remediation: rule.Remediation{Hint: "Request a certificate in Certificate Manager and give it to the listener."},
		Fields:      []*rule.Field{f.list, f.protocol, f.certificate},
		Check: func(c *rule.Context) rule.Result {
			judged := false
			for _, l := range c.Each(f.list) {
				if !encryptedProtocol(l.Str(f.protocol)) {
					continue
				}
				judged = true
				if !ofCertificateManager(l.Str(f.certificate)) {
					return c.Fail("A listener's certificate is not of Certificate Manager.")
				}
			}
			if !judged {
				return c.Skip("The load balancer has no HTTPS or SSL listener.")
			}
			return c.Pass("The listeners' certificates are of Certificate Manager.")
		},
	}
}

// ofCertificateManager reports whether a certificate's ARN is one of Certificate Manager.
func ofCertificateManager(certificate string) bool {
	part := strings.SplitN(certificate, ":", 4)
	return len(part) == 4 && part[2] == "acm"
}

func classicCrossZone() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "ELB_CROSS_ZONE_LOAD_BALANCING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "With few instances left in one zone, clients sent there must still be served. Cross-zone load balancing of the classic load " +
			"balancer must be on.",
		Remediation: rule.Remediation{Hint: "Turn on cross-zone load balancing.", Document: "AWSConfigRemediation-EnableCLBCrossZoneLoadBalancing"},
	}, rule.Required("supplementaryConfiguration.LoadBalancerAttributes.crossZoneLoadBalancing.enabled"), true,
		"Cross-zone load balancing is on.", "Cross-zone load balancing is off.")
}

func albRedirectsToHTTPS() rule.Rule {
	arn, typ := rule.Required("configuration.loadBalancerArn"), rule.Required("configuration.type")
	of := rule.Required("configuration.LoadBalancerArn").Of(listener)
	protocol := rule.Required("configuration.Protocol").Of(listener)
	actions := rule.Required("configuration.DefaultActions").Of(listener)
	action := rule.Required("configuration.DefaultActions[].Type").Of(listener)
	target := rule.Absent("configuration.DefaultActions[].RedirectConfig.Protocol", "#{protocol}", "#{protocol}, the listener's own, is the default of a redirection").Of(listener)
	return rule.Rule{
		Identifier: "ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK",
		Severity:   rule.Medium,
		Rationale: "Who comes by HTTP must be sent to HTTPS before anything is said. Each HTTP listener of the application load balancer must " +
			"redirect to HTTPS by default; rules with conditions are not looked at. Load balancers of other types are not judged, and one without an HTTP " +
			"listener passes.",
		Remediation: rule.Remediation{Hint: "Make the default action of the HTTP listener a redirection to HTTPS."},
		Fields:      []*rule.Field{arn, typ, of, protocol, actions, action, target},
		Uses:        []string{listener},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(typ) != "application" {
				return c.Skip(onlyALB)
			}
			for _, l := range c.Matching(of, c.Str(arn)) {
				if l.Str(protocol) != "HTTP" {
					continue
				}
				redirects := false
				for _, a := range l.Each(actions) {
					redirects = redirects || a.Str(action) == "redirect" && strings.EqualFold(a.Str(target), "HTTPS")
				}
				if !redirects {
					return c.Fail("An HTTP listener does not redirect to HTTPS.")
				}
			}
			return c.Pass("No HTTP listener serves without redirecting to HTTPS.")
		},
	}
}

func albWAF() rule.Rule {
	const webACL = "AWS::WAFv2::WebACL"
	typ := rule.Required("configuration.type")
	return rule.Rule{
		Identifier: "ALB_WAF_ENABLED",
		Params:     []rule.Param{{Name: "wafWebAclIds", Type: rule.CSV, Doc: "ids or ARNs of the web ACLs that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "A web ACL stops common attacks before they reach an application. The application load balancer must be associated with a web ACL, one " +
			"of wafWebAclIds when that is given: AWS Config records that as a relationship of the web ACL or of the load balancer. Load balancers of " +
			"other types are not judged; WAF Classic, which AWS ended in 2025, does not count.",
		Remediation: rule.Remediation{Hint: "Associate the load balancer with a web ACL."},
		Fields:      []*rule.Field{typ},
		Uses:        []string{webACL},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(typ) != "application" {
				return c.Skip(onlyALB)
			}
			acls, want := c.Linked(webACL), c.Params.List("wafWebAclIds")
			for _, acl := range acls {
				if len(want) == 0 || slices.ContainsFunc(want, func(w string) bool { return acl == w || strings.HasSuffix(acl, "/"+w) }) {
					return c.Pass("The load balancer is associated with a web ACL.")
				}
			}
			if len(acls) > 0 {
				return c.Fail("The load balancer is associated with another web ACL than allowed.")
			}
			return c.Fail("The load balancer is not associated with a web ACL.")
		},
	}
}

func balancerACMCertificate() rule.Rule {
	arn, typ := rule.Required("configuration.loadBalancerArn"), rule.Required("configuration.type")
	of := rule.Required("configuration.LoadBalancerArn").Of(listener)
	certificates := rule.Absent("configuration.Certificates", nil, "Elastic Load Balancing leaves it out for a listener without a certificate").Of(listener)
	certificate := rule.Required("configuration.Certificates[].CertificateArn").Of(listener)
	return rule.Rule{
		Identifier: "ELBV2_ACM_CERTIFICATE_REQUIRED",
		Params:     []rule.Param{{Name: "AcmCertificatesAllowed", Type: rule.CSV, Doc: "ARNs of the certificates that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "Certificate Manager renews the certificates it provides, so that none runs out unseen. Every listener of an application or network load balancer must " +
			"have a certificate, and only ones of Certificate Manager, of AcmCertificatesAllowed when that is given: a listener for plain HTTP or TCP fails, even one " +
			"that only redirects. Gateway load balancers, and load balancers without listeners, are not judged.",
		Remediation: rule.Remediation{Hint: "Request a certificate in Certificate Manager, give it to the listener, and delete listeners without TLS."},
		Fields:      []*rule.Field{arn, typ, of, certificates, certificate},
		Uses:        []string{listener},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(typ) == "gateway" {
				return c.Skip("It is a gateway load balancer.")
			}
			listeners := c.Matching(of, c.Str(arn))
			if len(listeners) == 0 {
				return c.Skip("The load balancer has no listeners.")
			}
			for _, l := range listeners {
				if l.Len(certificates) == 0 {
					return c.Fail("A listener has no certificate.")
				}
				for _, cert := range l.Each(certificates) {
					id := cert.Str(certificate)
					if !ofCertificateManager(id) {
						return c.Fail("A listener's certificate is not of Certificate Manager.")
					}
					if !allowed(c.Params.List("AcmCertificatesAllowed"), id) {
						return c.Fail("A listener's certificate is not one that is allowed.")
					}
				}
			}
			return c.Pass("The listeners' certificates are of Certificate Manager.")
		},
	}
}

func balancerDeletionProtection() rule.Rule {
	list := rule.Required("supplementaryConfiguration.LoadBalancerAttributes")
	key := rule.Required("supplementaryConfiguration.LoadBalancerAttributes[].key")
	value := rule.Absent("supplementaryConfiguration.LoadBalancerAttributes[].value", "", "an attribute that is not set has an empty value")
	return rule.Rule{
		Identifier: "ELB_DELETION_PROTECTION_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A load balancer that is deleted by mistake takes its address with it. Deletion protection of the application, network or gateway load balancer must be on; " +
			"classic load balancers have none and are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on deletion protection.", Document: "AWSConfigRemediation-EnableELBDeletionProtection"},
		Fields:      []*rule.Field{list, key, value},
		Check: func(c *rule.Context) rule.Result {
			for _, a := range c.Each(list) {
				if a.Str(key) == "deletion_protection.enabled" {
					if a.Str(value) == "true" {
						return c.Pass("Deletion protection is on.")
					}
					return c.Fail("Deletion protection is off.")
				}
			}
			return c.Unknown("The attributes of the load balancer do not tell its deletion protection.")
		},
	}
}
