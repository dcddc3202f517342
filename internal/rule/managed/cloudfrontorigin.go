package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func cloudfrontOriginRules() []rule.Rule {
	return []rule.Rule{
		originTLSVersions(), originIdentity(), originAccessControl(), lambdaAccessControl(), originFailover(), originTraffic(), originBuckets(),
	}
}

const inOrigins = inDistribution + "origins.items"

// originFields are the origins of a distribution.
type originFields struct{ list, domain, s3, identity, control *rule.Field }

func distributionOrigins() originFields {
	const none = "CloudFront leaves it out, or writes an empty text, where there is none"
	return originFields{
		list:     rule.Required(inOrigins),
		domain:   rule.Required(inOrigins + "[].domainName"),
		s3:       rule.Absent(inOrigins+"[].s3OriginConfig", nil, "CloudFront gives it for origins that are S3 buckets, without those with a website endpoint, only"),
		identity: rule.Absent(inOrigins+"[].s3OriginConfig.originAccessIdentity", "", none),
		control:  rule.Absent(inOrigins+"[].originAccessControlId", "", none),
	}
}

// isBucket reports whether an origin is an S3 bucket.
func (f originFields) isBucket(o rule.Place) bool { return o.Text(f.s3) != "" }

func originTLSVersions() rule.Rule {
	list := rule.Required(inOrigins)
	protocols := rule.Absent(inOrigins+"[].customOriginConfig.originSslProtocols.items", nil, "CloudFront gives protocols for custom origins only")
	return rule.Rule{
		Identifier:  "CLOUDFRONT_NO_DEPRECATED_SSL_PROTOCOLS",
		Severity:    rule.Medium,
		Rationale:   "SSL 3 has been broken since 2014. No custom origin of the distribution may have SSLv3 among the protocols CloudFront uses to it.",
		Remediation: rule.Remediation{Hint: "Remove SSLv3 from the origin's protocols."},
		Fields:      []*rule.Field{list, protocols},
		Check: func(c *rule.Context) rule.Result {
			for _, o := range c.Each(list) {
				for p := range o.Strings(protocols) {
					if p == "SSLv3" {
						return c.Fail("CloudFront uses SSLv3 to an origin.")
					}
				}
			}
			return c.Pass("CloudFront uses SSLv3 to no origin.")
		},
	}
}

// everyOrigin completes a rule about some kind of origins, each of which must fulfil a condition.
func everyOrigin(r rule.Rule, f originFields, judged, good func(rule.Place) bool, kind, needs string) rule.Rule {
	pass, none := "Every origin that is "+kind+" has an "+needs+".", "No origin of the distribution is "+kind+"."
	r.Check = func(c *rule.Context) rule.Result {
		any := false
		for _, o := range c.Each(f.list) {
			if !judged(o) {
				continue
			}
			if !good(o) {
				return c.Fail("The origin " + o.Str(f.domain) + " has no " + needs + ".")
			}
			any = true
		}
		if !any {
			return c.Skip(none)
		}
		return c.Pass(pass)
	}
	return r
}

func originIdentity() rule.Rule {
	f := distributionOrigins()
	return everyOrigin(rule.Rule{
		Identifier: "CLOUDFRONT_ORIGIN_ACCESS_IDENTITY_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A bucket behind CloudFront should be open to CloudFront only. Every origin of the distribution that is an S3 bucket must have an origin access " +
			"identity. Origin access control, which has taken its place, does not count here: CLOUDFRONT_S3_ORIGIN_ACCESS_CONTROL_ENABLED asks for that. " +
			"Distributions without S3 origins are not judged; a bucket's website endpoint is no S3 origin.",
		Remediation: rule.Remediation{Hint: "Give the origin an origin access identity, or rather use origin access control and its rule.", Document: "AWSConfigRemediation-EnableCloudFrontOriginAccessIdentity"},
		Fields:      []*rule.Field{f.list, f.domain, f.s3, f.identity},
	}, f, f.isBucket, func(o rule.Place) bool { return o.Has(f.identity) }, "an S3 bucket", "origin access identity")
}

func originAccessControl() rule.Rule {
	f := distributionOrigins()
	return everyOrigin(rule.Rule{
		Identifier: "CLOUDFRONT_S3_ORIGIN_ACCESS_CONTROL_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A bucket behind CloudFront should be open to this distribution only. Every origin that is an S3 bucket must have an origin access control; an origin access " +
			"identity does not count. Distributions without S3 origins are not judged; a bucket's website endpoint is no S3 origin.",
		Remediation: rule.Remediation{Hint: "Create an origin access control, give it to the origin, and let the bucket policy allow the distribution."},
		Fields:      []*rule.Field{f.list, f.domain, f.s3, f.control},
	}, f, f.isBucket, func(o rule.Place) bool { return o.Has(f.control) }, "an S3 bucket", "origin access control")
}

func lambdaAccessControl() rule.Rule {
	f := distributionOrigins()
	return everyOrigin(rule.Rule{
		Identifier: "CLOUDFRONT_ORIGIN_LAMBDA_URL_OAC_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A function URL behind CloudFront should be open to this distribution only. Every origin that is a function URL (a domain name with .lambda-url.) must have an " +
			"origin access control. Distributions without such origins are not judged.",
		Remediation: rule.Remediation{Hint: "Create an origin access control of the type lambda, give it to the origin, and demand IAM authorization of the function URL."},
		Fields:      []*rule.Field{f.list, f.domain, f.control},
	}, f, func(o rule.Place) bool { return strings.Contains(o.Str(f.domain), ".lambda-url.") }, func(o rule.Place) bool { return o.Has(f.control) }, "a function URL", "origin access control")
}

func originFailover() rule.Rule {
	quantity := rule.Required(inDistribution + "originGroups.quantity")
	groups := rule.Absent(inDistribution+"originGroups.items", nil, emptyItems)
	members := rule.Required(inDistribution + "originGroups.items[].members.items")
	return rule.Rule{
		Identifier: "CLOUDFRONT_ORIGIN_FAILOVER_ENABLED",
		Severity:   rule.Low,
		Rationale: "When an origin fails, another should answer. The distribution must have an origin group with at least two origins. Which cache behaviors use the " +
			"group is not looked at.",
		Remediation: rule.Remediation{Hint: "Create an origin group with two origins.", Document: "AWSConfigRemediation-EnableCloudFrontOriginFailover"},
		Fields:      []*rule.Field{quantity, groups, members},
		Check: func(c *rule.Context) rule.Result {
			c.Int(quantity) // an item without its configuration must not fail
			for _, g := range c.Each(groups) {
				if g.Len(members) >= 2 {
					return c.Pass("The distribution has an origin group with two origins.")
				}
			}
			return c.Fail("The distribution has no origin group with two origins.")
		},
	}
}

func originTraffic() rule.Rule {
	byDefault, others, ofOther := everyBehavior("viewerProtocolPolicy")
	list := rule.Required(inOrigins)
	protocol := rule.Absent(inOrigins+"[].customOriginConfig.originProtocolPolicy", "", "CloudFront gives it for custom origins only")
	return rule.Rule{
		Identifier: "CLOUDFRONT_TRAFFIC_TO_ORIGIN_ENCRYPTED",
		Severity:   rule.Medium,
		Rationale: "TLS that ends at the edge protects half of the way. CloudFront must not speak to a custom origin by http-only, nor by match-viewer while any " +
			"cache behavior of the distribution, of that origin or another, lets viewers use plain HTTP (allow-all).",
		Remediation: rule.Remediation{Hint: "Set the origin's protocol policy to https-only."},
		Fields:      []*rule.Field{byDefault, others, ofOther, list, protocol},
		Check: func(c *rule.Context) rule.Result {
			plain := c.Str(byDefault) == "allow-all"
			for _, b := range c.Each(others) {
				plain = plain || b.Str(ofOther) == "allow-all"
			}
			for _, o := range c.Each(list) {
				switch o.Str(protocol) {
				case "http-only":
					return c.Fail("CloudFront speaks plain HTTP to an origin.")
				case "match-viewer":
					if plain {
						return c.Fail("CloudFront speaks plain HTTP to an origin when viewers do.")
					}
				}
			}
			return c.Pass("CloudFront speaks HTTPS to every custom origin.")
		},
	}
}

func originBuckets() rule.Rule {
	const buckets = "supplementaryConfiguration.OriginBuckets"
	f := distributionOrigins()
	known := rule.Absent(buckets, nil, "without it the inventory tells whether a bucket exists")
	name, exists := rule.Required(buckets+"[].name"), rule.Required(buckets+"[].exists")
	return rule.Rule{
		Identifier: "CLOUDFRONT_S3_ORIGIN_NON_EXISTENT_BUCKET",
		Severity:   rule.High,
		Rationale: "Who creates the bucket that a distribution still names gives answers in its owner's name. The bucket of every S3 origin must exist: in the account, or, as " +
			"S3 HeadBucket tells, in another. Distributions without S3 origins are not judged; a bucket's website endpoint is no S3 origin.",
		Remediation: rule.Remediation{Hint: "Remove the origin, or create the bucket before somebody else does."},
		Fields:      []*rule.Field{f.list, f.domain, f.s3, known, name, exists},
		Uses:        []string{s3Bucket},
		Check: func(c *rule.Context) rule.Result {
			judged, unknown := false, false
			for _, o := range c.Each(f.list) {
				if !f.isBucket(o) {
					continue
				}
				judged = true
				bucket := bucketOfDomain(o.Str(f.domain))
				if b, ok := c.Among(known, name, bucket); ok {
					if !b.Bool(exists) {
						return c.Fail("The bucket " + bucket + " of an origin does not exist.")
					}
					continue
				}
				if _, ok := c.FindAnywhere(s3Bucket, bucket); !ok {
					unknown = true
				}
			}
			if !judged {
				return c.Skip("No origin of the distribution is an S3 bucket.")
			}
			if unknown {
				return c.Unknown("The bucket of an origin is not recorded: it is another account's, or does not exist.")
			}
			return c.Pass("The bucket of every S3 origin exists.")
		},
	}
}
