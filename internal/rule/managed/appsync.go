package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

const apiCache = "AWS::AppSync::ApiCache"

func appsyncRules() []rule.Rule {
	return []rule.Rule{
		graphQLLogging(), graphQLWAF(), graphQLAuthorization(), graphQLTracing(), graphQLCacheEncrypted(),
		cacheMustBe("APPSYNC_CACHE_CT_ENCRYPTION_AT_REST", "AtRestEncryptionEnabled", "at rest"),
		cacheMustBe("APPSYNC_CACHE_CT_ENCRYPTION_IN_TRANSIT", "TransitEncryptionEnabled", "in transit"),
	}
}

func graphQLLogging() rule.Rule {
	id := rule.Required("configuration.ApiId")
	level := rule.Absent("configuration.LogConfig.FieldLogLevel", "NONE", "AppSync leaves LogConfig out for an API without logs")
	return rule.Rule{
		Identifier: "APPSYNC_LOGGING_ENABLED",
		Params:     []rule.Param{{Name: "fieldLoggingLevel", Type: rule.CSV, Default: "ERROR,ALL", Doc: "the levels that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "Without logs of its resolvers nobody can tell what a GraphQL request did. The API must log fields to CloudWatch Logs at one of the levels of " +
			"fieldLoggingLevel, which are ERROR and ALL unless given otherwise.",
		Remediation: rule.Remediation{Hint: "Turn on logging of the API and set the field resolver log level to ERROR or ALL."},
		Fields:      []*rule.Field{id, level},
		Check: func(c *rule.Context) rule.Result {
			c.Str(id) // an item without its configuration must not fail
			if l := c.Str(level); l == "NONE" || !slices.Contains(c.Params.List("fieldLoggingLevel"), l) {
				return c.Fail("The level of field logs is " + l + ".")
			}
			return c.Pass("The API logs fields at an allowed level.")
		},
	}
}

func graphQLWAF() rule.Rule {
	acl := rule.Required("configuration.WafWebAclArn")
	return rule.Rule{
		Identifier: "APPSYNC_ASSOCIATED_WITH_WAF",
		Params:     []rule.Param{{Name: "wafWebAclARNs", Type: rule.CSV, Doc: "ARNs of the web ACLs that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "A web ACL stops common attacks before they reach an API. The GraphQL API must be associated with a web ACL, one of wafWebAclARNs when that is " +
			"given.",
		Remediation: rule.Remediation{Hint: "Associate the API with a web ACL."},
		Fields:      []*rule.Field{acl},
		Check: func(c *rule.Context) rule.Result {
			if !c.Has(acl) {
				return c.Fail("The API is not associated with a web ACL.")
			}
			if !allowed(c.Params.List("wafWebAclARNs"), c.Str(acl)) {
				return c.Fail("The API is associated with another web ACL than allowed.")
			}
			return c.Pass("The API is associated with a web ACL.")
		},
	}
}

func graphQLAuthorization() rule.Rule {
	first := rule.Required("configuration.AuthenticationType")
	more := rule.Absent("configuration.AdditionalAuthenticationProviders", nil, "AppSync leaves out an empty list")
	typ := rule.Required("configuration.AdditionalAuthenticationProviders[].AuthenticationType")
	return rule.Rule{
		Identifier: "APPSYNC_AUTHORIZATION_CHECK",
		Params: []rule.Param{{
			Name: "AllowedAuthorizationTypes", Type: rule.CSV, Default: "AWS_LAMBDA,AWS_IAM,OPENID_CONNECT,AMAZON_COGNITO_USER_POOLS",
			Enum: []string{"API_KEY", "AWS_LAMBDA", "AWS_IAM", "OPENID_CONNECT", "AMAZON_COGNITO_USER_POOLS"}, Doc: "the authorization types that are allowed",
		}},
		Severity: rule.High,
		Rationale: "An API key in an application is a password all its users know. The authorization type of the GraphQL API and those it has in addition must be among " +
			"AllowedAuthorizationTypes; unless given otherwise that is every type but API_KEY.",
		Remediation: rule.Remediation{Hint: "Remove the authorization type that is not allowed from the API."},
		Fields:      []*rule.Field{first, more, typ},
		Check: func(c *rule.Context) rule.Result {
			list := c.Params.List("AllowedAuthorizationTypes")
			if !slices.Contains(list, c.Str(first)) {
				return c.Fail("The API's authorization type " + c.Str(first) + " is not allowed.")
			}
			for _, p := range c.Each(more) {
				if !slices.Contains(list, p.Str(typ)) {
					return c.Fail("The API's additional authorization type " + p.Str(typ) + " is not allowed.")
				}
			}
			return c.Pass("The API's authorization types are allowed.")
		},
	}
}

func graphQLTracing() rule.Rule {
	id := rule.Required("configuration.ApiId")
	on := rule.Absent("configuration.XrayEnabled", false, "tracing is off by default in AppSync")
	return rule.Rule{
		Identifier: "APPSYNC_GRAPHQL_API_XRAY_ENABLED",
		Severity:   rule.Low,
		Rationale: "A trace shows where a request spent its time and where it failed. X-Ray tracing of the GraphQL API must be on (XrayEnabled); sampling rules are not " +
			"looked at.",
		Remediation: rule.Remediation{Hint: "Turn on X-Ray tracing of the API."},
		Fields:      []*rule.Field{id, on},
		Check: func(c *rule.Context) rule.Result {
			c.Str(id) // an item without its configuration must not fail
			if c.Bool(on) {
				return c.Pass("X-Ray tracing is on.")
			}
			return c.Fail("X-Ray tracing is off.")
		},
	}
}

const noCacheEncryption = "AppSync leaves it out for a cache that was created without it"

func graphQLCacheEncrypted() rule.Rule {
	id := rule.Required("configuration.ApiId")
	api := rule.Required("configuration.ApiId").Of(apiCache)
	encrypted := rule.Absent("configuration.AtRestEncryptionEnabled", false, noCacheEncryption).Of(apiCache)
	return rule.Rule{
		Identifier: "APPSYNC_CACHE_ENCRYPTION_AT_REST",
		Severity:   rule.Medium,
		Rationale: "A cache keeps answers that were meant for one caller. The cache of the GraphQL API must be encrypted at rest. APIs without a cache are not " +
			"judged.",
		Remediation: rule.Remediation{Hint: "Delete the cache and create it with encryption at rest; that cannot be changed later."},
		Fields:      []*rule.Field{id, api, encrypted},
		Uses:        []string{apiCache},
		Check: func(c *rule.Context) rule.Result {
			caches := c.Matching(api, c.Str(id))
			if len(caches) == 0 {
				return c.Skip("The API has no cache.")
			}
			for _, cache := range caches {
				if !cache.Bool(encrypted) {
					return c.Fail("The cache is not encrypted at rest.")
				}
			}
			return c.Pass("The cache is encrypted at rest.")
		},
	}
}

func cacheMustBe(identifier, key, when string) rule.Rule {
	api, encrypted := rule.Required("configuration.ApiId"), rule.Absent("configuration."+key, false, noCacheEncryption)
	pass, fail := "The cache is encrypted "+when+".", "The cache is not encrypted "+when+"."
	return rule.Rule{
		Identifier: identifier,
		Severity:   rule.Medium,
		Rationale: "A cache keeps answers that were meant for one caller. The cache of the GraphQL API must be encrypted " + when + " (" + key + "), which is decided when it " +
			"is created.",
		Remediation: rule.Remediation{Hint: "Delete the cache and create it with encryption " + when + "; that cannot be changed later."},
		Fields:      []*rule.Field{api, encrypted},
		Check: func(c *rule.Context) rule.Result {
			c.Str(api) // an item without its configuration must not fail
			if c.Bool(encrypted) {
				return c.Pass(pass)
			}
			return c.Fail(fail)
		},
	}
}
