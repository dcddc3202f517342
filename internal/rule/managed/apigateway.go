package managed

import "github.com/tickmark/tickmark/internal/rule"

const (
	restStage = "AWS::ApiGateway::Stage"
	v2Stage   = "AWS::ApiGatewayV2::Stage"
	v2API     = "AWS::ApiGatewayV2::Api"
)

func apigatewayRules() []rule.Rule {
	return []rule.Rule{stageLogging(), stageCache(), stageCertificate(), stageWAF()}
}

// allMethods is the key of the settings of all methods of a stage that have none of their own.
const allMethods = "*/*"

const noSettings = "API Gateway leaves out settings that were never changed"

func stageLogging() rule.Rule {
	settings := rule.Required("configuration.methodSettings").Of(restStage)
	level := rule.Absent("configuration.methodSettings[].loggingLevel", "OFF", "OFF is the default of API Gateway").Of(restStage)
	name := rule.Required("configuration.stageName").Of(v2Stage)
	byDefault := rule.Absent("configuration.defaultRouteSettings.loggingLevel", "OFF", noSettings).Of(v2Stage)
	routes := rule.Absent("configuration.routeSettings", nil, noSettings).Of(v2Stage)
	ofRoute := rule.Absent("configuration.routeSettings[].loggingLevel", "OFF", noSettings).Of(v2Stage)
	protocol := rule.Required("configuration.protocolType").Of(v2API)
	return rule.Rule{
		Identifier: "API_GW_EXECUTION_LOGGING_ENABLED",
		Params:     []rule.Param{{Name: "loggingLevel", Type: rule.CSV, Default: "ERROR,INFO", Doc: "the levels that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "Without execution logs nobody can tell why a call failed or what it did. The settings for all methods (*/*) of a stage and those of " +
			"single methods must have a logging level of loggingLevel; for a WebSocket API the default route settings and those of single routes. " +
			"Stages of HTTP APIs, which have no execution logs, are not judged.",
		Remediation: rule.Remediation{Hint: "Set the logging level of the stage to ERROR or INFO."},
		Fields:      []*rule.Field{settings, level, name, byDefault, routes, ofRoute, protocol},
		Uses:        []string{v2API},
		Check: func(c *rule.Context) rule.Result {
			ok := func(l string) bool { return allowed(c.Params.List("loggingLevel"), l) }
			const pass = "Execution logging is on for all methods."
			if c.Type() == restStage {
				if everyMethod(c, settings, func(m rule.Place) bool { return ok(m.Str(level)) }) {
					return c.Pass(pass)
				}
				return c.Fail("Execution logging is not on for all methods.")
			}
			logged := ok(c.Str(byDefault))
			for _, r := range c.Each(routes) {
				logged = logged && ok(r.Str(ofRoute))
			}
			if logged {
				return c.Pass(pass)
			}
			for _, api := range c.Related(v2API) {
				if api.Str(protocol) == "HTTP" {
					return c.Skip("HTTP APIs have no execution logs.")
				}
			}
			return c.Fail("Execution logging is not on for all routes.")
		},
	}
}

// everyMethod reports whether the settings for all methods, and those of single methods, fulfil a condition.
func everyMethod(c *rule.Context, settings *rule.Field, holds func(rule.Place) bool) bool {
	forAll := false
	for key, m := range c.Each(settings) {
		if !holds(m) {
			return false
		}
		forAll = forAll || key == allMethods
	}
	return forAll
}

func stageCache() rule.Rule {
	cluster := rule.Required("configuration.cacheClusterEnabled")
	settings := rule.Required("configuration.methodSettings")
	caching := rule.Absent("configuration.methodSettings[].cachingEnabled", false, noSettings)
	encrypted := rule.Absent("configuration.methodSettings[].cacheDataEncrypted", false, noSettings)
	return rule.Rule{
		Identifier: "API_GW_CACHE_ENABLED_AND_ENCRYPTED",
		Severity:   rule.Medium,
		Rationale: "A cache keeps answers that were meant for one caller. The stage must have a cache cluster, and the settings for all methods (*/*) and " +
			"those of single methods must have caching on and its data encrypted. A stage without a cache fails.",
		Remediation: rule.Remediation{Hint: "Turn on the stage's cache for all methods, and its encryption."},
		Fields:      []*rule.Field{cluster, settings, caching, encrypted},
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(cluster) {
				return c.Fail("The stage has no cache.")
			}
			if !everyMethod(c, settings, func(m rule.Place) bool { return m.Bool(caching) }) {
				return c.Fail("Caching is not on for all methods.")
			}
			if !everyMethod(c, settings, func(m rule.Place) bool { return m.Bool(encrypted) }) {
				return c.Fail("The cache is not encrypted for all methods.")
			}
			return c.Pass("The cache is on and encrypted for all methods.")
		},
	}
}

func stageCertificate() rule.Rule {
	name := rule.Required("configuration.stageName")
	certificate := rule.Absent("configuration.clientCertificateId", "", "API Gateway leaves it out for a stage without a client certificate")
	return rule.Rule{
		Identifier: "API_GW_SSL_ENABLED",
		Params:     []rule.Param{{Name: "CertificateIDs", Type: rule.CSV, Doc: "ids of the client certificates that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "A back end must be able to tell API Gateway from everyone else who calls it. The stage must have a client certificate, one of " +
			"CertificateIDs when that is given.",
		Remediation: rule.Remediation{Hint: "Generate a client certificate, let the back end trust it, and give it to the stage."},
		Fields:      []*rule.Field{name, certificate},
		Check: func(c *rule.Context) rule.Result {
			if !c.Has(certificate) {
				return c.Fail("The stage has no client certificate.")
			}
			if !allowed(c.Params.List("CertificateIDs"), c.Str(certificate)) {
				return c.Fail("The stage has another client certificate than allowed.")
			}
			return c.Pass("The stage has a client certificate.")
		},
	}
}

func stageWAF() rule.Rule {
	name := rule.Required("configuration.stageName")
	acl := rule.Absent("configuration.webAclArn", "", "API Gateway leaves it out for a stage without a web ACL")
	return rule.Rule{
		Identifier: "API_GW_ASSOCIATED_WITH_WAF",
		Params:     []rule.Param{{Name: "WebAclArns", Type: rule.CSV, Doc: "ARNs of the web ACLs that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "A web ACL stops common attacks before they reach an API. The stage must be associated with a web ACL of any version of AWS WAF, " +
			"one of WebAclArns when that is given.",
		Remediation: rule.Remediation{Hint: "Associate the stage with a web ACL."},
		Fields:      []*rule.Field{name, acl},
		Check: func(c *rule.Context) rule.Result {
			if !c.Has(acl) {
				return c.Fail("The stage is not associated with a web ACL.")
			}
			if !allowed(c.Params.List("WebAclArns"), c.Str(acl)) {
				return c.Fail("The stage is associated with another web ACL than allowed.")
			}
			return c.Pass("The stage is associated with a web ACL.")
		},
	}
}
