package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func cloudfrontRules() []rule.Rule {
	return []rule.Rule{
		distributionLogging(), distributionWAF(), distributionCertificate(), distributionRoot(), distributionTLS(), distributionTLSListed(), distributionSNI(),
		viewersUseHTTPS(), viewersSign(),
	}
}

// inDistribution is where AWS Config writes the settings of a distribution.
const inDistribution = "configuration.distributionConfig."

const emptyItems = "CloudFront leaves out the items of an empty list"

func distributionLogging() rule.Rule {
	on := rule.Required(inDistribution + "logging.enabled")
	bucket := rule.Absent(inDistribution+"logging.bucket", "", "CloudFront names a bucket only when logging is on")
	return rule.Rule{
		Identifier: "CLOUDFRONT_ACCESSLOGS_ENABLED",
		Params:     []rule.Param{{Name: "S3BucketName", Doc: "name of the bucket logs must go to"}},
		Severity:   rule.Medium,
		Rationale: "Access logs tell who asked for what, from where. Standard logging (legacy) of the distribution must be on, to the bucket S3BucketName when " +
			"that is given. Real-time logs and standard logging to CloudWatch Logs, which are set elsewhere, do not count.",
		Remediation: rule.Remediation{Hint: "Turn on standard logging of the distribution.", Document: "AWSConfigRemediation-EnableCloudFrontAccessLogs"},
		Fields:      []*rule.Field{on, bucket},
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(on) {
				return c.Fail("Access logs are off.")
			}
			if want := c.Params.Str("S3BucketName"); want != "" && bucketOfDomain(c.Str(bucket)) != want {
				return c.Fail("Access logs go to another bucket than " + want + ".")
			}
			return c.Pass("Access logs are on.")
		},
	}
}

// bucketOfDomain is the bucket that a domain name of S3 names, such as logs.s3.eu-west-1.amazonaws.com; "" for other
// domain names.
func bucketOfDomain(domain string) string {
	if !strings.HasSuffix(domain, ".amazonaws.com") && !strings.HasSuffix(domain, ".amazonaws.com.cn") {
		return ""
	}
	i := max(strings.LastIndex(domain, ".s3."), strings.LastIndex(domain, ".s3-"))
	return domain[:max(i, 0)]
}

func distributionWAF() rule.Rule {
	acl := rule.Required(inDistribution + "webACLId")
	return rule.Rule{
		Identifier: "CLOUDFRONT_ASSOCIATED_WITH_WAF",
		Params:     []rule.Param{{Name: "wafWebAclIds", Type: rule.CSV, Doc: "ids (WAF Classic) or ARNs of the web ACLs that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "A web ACL stops common attacks at the edge. The distribution must be associated with a web ACL of any version of AWS WAF, one of " +
			"wafWebAclIds when that is given.",
		Remediation: rule.Remediation{Hint: "Associate the distribution with a web ACL."},
		Fields:      []*rule.Field{acl},
		Check: func(c *rule.Context) rule.Result {
			id := c.Str(acl)
			if id == "" {
				return c.Fail("The distribution is not associated with a web ACL.")
			}
			if !allowed(c.Params.List("wafWebAclIds"), id) {
				return c.Fail("The distribution is associated with another web ACL than allowed.")
			}
			return c.Pass("The distribution is associated with a web ACL.")
		},
	}
}

// defaultCertificate tells whether viewers are shown the certificate of *.cloudfront.net.
func defaultCertificate() *rule.Field {
	return rule.Required(inDistribution + "viewerCertificate.cloudFrontDefaultCertificate")
}

func distributionCertificate() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "CLOUDFRONT_CUSTOM_SSL_CERTIFICATE",
		Severity:   rule.Low,
		Rationale: "Viewers should see the owner's name, and only with a certificate of one's own can the TLS version be chosen. The distribution must not use " +
			"the default certificate of CloudFront.",
		Remediation: rule.Remediation{Hint: "Request a certificate in Certificate Manager in us-east-1 and give it to the distribution."},
	}, defaultCertificate(), false, "The distribution has a certificate of its own.", "The distribution uses the default certificate of CloudFront.")
}

func distributionRoot() rule.Rule {
	root := rule.Required(inDistribution + "defaultRootObject")
	return rule.Rule{
		Identifier: "CLOUDFRONT_DEFAULT_ROOT_OBJECT_CONFIGURED",
		Severity:   rule.High,
		Rationale: "Who asks for the root of a distribution may otherwise get the list of what is in the origin. The distribution must have a default root " +
			"object; whether the origin has that object is not looked at.",
		Remediation: rule.Remediation{Hint: "Set a default root object.", Document: "AWSConfigRemediation-EnableCloudFrontDefaultRootObject"},
		Fields:      []*rule.Field{root},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(root) == "" {
				return c.Fail("The distribution has no default root object.")
			}
			return c.Pass("The distribution has a default root object.")
		},
	}
}

// securityPolicy names the TLS versions and ciphers viewers may use.
func securityPolicy() *rule.Field {
	return rule.Required(inDistribution + "viewerCertificate.minimumProtocolVersion")
}

func distributionTLS() rule.Rule {
	minimum := securityPolicy()
	return rule.Rule{
		Identifier: "CLOUDFRONT_SECURITY_POLICY_CHECK",
		Severity:   rule.Medium,
		Rationale: "Old versions of TLS can be broken. The security policy of the distribution must be one of TLSv1.2 or TLSv1.3, TLSv1.2_2018 or later. With the " +
			"default certificate of CloudFront the policy is TLSv1, and fails.",
		Remediation: rule.Remediation{Hint: "Set the security policy to TLSv1.2_2021 or later."},
		Fields:      []*rule.Field{minimum},
		Check: func(c *rule.Context) rule.Result {
			if p := c.Str(minimum); !strings.HasPrefix(p, "TLSv1.2_") && !strings.HasPrefix(p, "TLSv1.3_") {
				return c.Fail("The security policy is " + p + ".")
			}
			return c.Pass("The security policy demands TLS 1.2 or later.")
		},
	}
}

func distributionTLSListed() rule.Rule {
	minimum := securityPolicy()
	return rule.Rule{
		Identifier: "CLOUDFRONT_SSL_POLICY_CHECK",
		Params:     []rule.Param{{Name: "securityPolicies", Type: rule.CSV, Required: true, Doc: "the security policies that are allowed, such as TLSv1.2_2021"}},
		Severity:   rule.Medium,
		Rationale: "Which TLS versions and ciphers viewers may use should be decided once, for all distributions. The security policy of the distribution must be " +
			"one of securityPolicies.",
		Remediation: rule.Remediation{Hint: "Set the security policy to one that is allowed."},
		Fields:      []*rule.Field{minimum},
		Check: func(c *rule.Context) rule.Result {
			if p := c.Str(minimum); !slices.Contains(c.Params.List("securityPolicies"), p) {
				return c.Fail("The security policy is " + p + ", which is not allowed.")
			}
			return c.Pass("The security policy is one that is allowed.")
		},
	}
}

func distributionSNI() rule.Rule {
	byDefault, method := defaultCertificate(), rule.Required(inDistribution+"viewerCertificate.sslSupportMethod")
	return rule.Rule{
		Identifier: "CLOUDFRONT_SNI_ENABLED",
		Severity:   rule.Low,
		Rationale: "Addresses of its own for one certificate cost much, and only clients of long ago need them. A distribution with a certificate of its own must serve it " +
			"by SNI (sni-only). Distributions with the default certificate of CloudFront are not judged.",
		Remediation: rule.Remediation{Hint: "Serve HTTPS by SNI instead of dedicated IP addresses."},
		Fields:      []*rule.Field{byDefault, method},
		Check: func(c *rule.Context) rule.Result {
			if c.Bool(byDefault) {
				return c.Skip("The distribution uses the default certificate of CloudFront.")
			}
			if c.Str(method) != "sni-only" {
				return c.Fail("The certificate is served by dedicated IP addresses.")
			}
			return c.Pass("The certificate is served by SNI.")
		},
	}
}

// everyBehavior are a field of the default cache behavior, the list of the others, and the same field in each.
func everyBehavior(path string) (byDefault, others, ofOther *rule.Field) {
	return rule.Required(inDistribution + "defaultCacheBehavior." + path), rule.Absent(inDistribution+"cacheBehaviors.items", nil, emptyItems),
		rule.Required(inDistribution + "cacheBehaviors.items[]." + path)
}

func viewersUseHTTPS() rule.Rule {
	byDefault, others, ofOther := everyBehavior("viewerProtocolPolicy")
	return rule.Rule{
		Identifier: "CLOUDFRONT_VIEWER_POLICY_HTTPS",
		Severity:   rule.Medium,
		Rationale: "What travels without TLS can be read and changed on the way. No cache behavior of the distribution, the default one and every other, may let " +
			"viewers use plain HTTP (allow-all); redirecting them to HTTPS is enough.",
		Remediation: rule.Remediation{Hint: "Set the viewer protocol policy to redirect-to-https or https-only.", Document: "AWSConfigRemediation-EnableCloudFrontViewerPolicyHTTPS"},
		Fields:      []*rule.Field{byDefault, others, ofOther},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(byDefault) == "allow-all" {
				return c.Fail("The default cache behavior allows plain HTTP.")
			}
			for _, b := range c.Each(others) {
				if b.Str(ofOther) == "allow-all" {
					return c.Fail("A cache behavior allows plain HTTP.")
				}
			}
			return c.Pass("Every cache behavior demands HTTPS.")
		},
	}
}

func viewersSign() rule.Rule {
	groups, others, groupsOfOther := everyBehavior("trustedKeyGroups.enabled")
	signers, _, signersOfOther := everyBehavior("trustedSigners.enabled")
	return rule.Rule{
		Identifier: "CLOUDFRONT_DISTRIBUTION_KEY_GROUP_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Private content should be asked for with signed URLs or cookies, by keys that are managed without the root user. Every cache behavior of the " +
			"distribution must have trusted key groups and no trusted signers; one without either fails too.",
		Remediation: rule.Remediation{Hint: "Create a key group, make it a trusted one of every cache behavior, and remove trusted signers."},
		Fields:      []*rule.Field{groups, others, groupsOfOther, signers, signersOfOther},
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(groups) || c.Bool(signers) {
				return c.Fail("The default cache behavior does not use trusted key groups only.")
			}
			for _, b := range c.Each(others) {
				if !b.Bool(groupsOfOther) || b.Bool(signersOfOther) {
					return c.Fail("A cache behavior does not use trusted key groups only.")
				}
			}
			return c.Pass("Every cache behavior uses trusted key groups only.")
		},
	}
}
