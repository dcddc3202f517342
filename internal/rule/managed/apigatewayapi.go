package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func apigatewayAPIRules() []rule.Rule {
	return []rule.Rule{
		apiEndpointType(), stageTracing(), stageAccessLogs(), v2StageAccessLogs(), v2StageMetrics(), routeAuthorization(), integrationTLS(), domainTLS(),
	}
}

func apiEndpointType() rule.Rule {
	types := rule.Required("configuration.endpointConfiguration.types")
	return rule.Rule{
		Identifier: "API_GW_ENDPOINT_TYPE_CHECK",
		Params: []rule.Param{{
			Name: "endpointConfigurationTypes", Type: rule.CSV, Required: true, Enum: []string{"REGIONAL", "PRIVATE", "EDGE"}, Doc: "the endpoint types that are allowed",
		}},
		Severity: rule.Medium,
		Rationale: "Where an API can be called from depends on its endpoint: at the edge, in a region, or from a VPC only. Every endpoint type of the REST API must be " +
			"one of endpointConfigurationTypes.",
		Remediation: rule.Remediation{Hint: "Change the endpoint type of the API."},
		Fields:      []*rule.Field{types},
		Check: func(c *rule.Context) rule.Result {
			if c.Len(types) == 0 {
				return c.Unknown("The API tells no endpoint type.")
			}
			for t := range c.Strings(types) {
				if !slices.Contains(c.Params.List("endpointConfigurationTypes"), t) {
					return c.Fail("The API has an endpoint of the type " + t + ".")
				}
			}
			return c.Pass("The API has an endpoint of an allowed type.")
		},
	}
}

func stageTracing() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "API_GW_XRAY_ENABLED",
		Severity:   rule.Low,
		Rationale: "A trace shows where a call spent its time and where it failed. X-Ray tracing of the stage of the REST API must be on (tracingEnabled); sampling rules are " +
			"not looked at.",
		Remediation: rule.Remediation{Hint: "Turn on X-Ray tracing of the stage.", Document: "AWSConfigRemediation-EnableAPIGatewayTracing"},
	}, rule.Required("configuration.tracingEnabled"), true, "X-Ray tracing is on.", "X-Ray tracing is off.")
}

// accessLogs completes a rule about the access logs of a stage.
func accessLogs(r rule.Rule) rule.Rule {
	name := rule.Required("configuration.stageName")
	destination := rule.Absent("configuration.accessLogSettings.destinationArn", "", "API Gateway leaves the settings out for a stage without access logs")
	r.Severity, r.Remediation = rule.Medium, rule.Remediation{Hint: "Set a log group or delivery stream as the destination of the stage's access logs."}
	r.Fields = []*rule.Field{name, destination}
	r.Check = func(c *rule.Context) rule.Result {
		c.Str(name) // an item without its configuration must not fail
		if !c.Has(destination) {
			return c.Fail("The stage has no access logs.")
		}
		return c.Pass("The stage has access logs.")
	}
	return r
}

func stageAccessLogs() rule.Rule {
	return accessLogs(rule.Rule{
		Identifier: "APIGATEWAY_STAGE_ACCESS_LOGS_ENABLED",
		Rationale: "Access logs tell who called an API and what was answered. The stage of the REST API must name a destination for its access logs; execution logs do " +
			"not count.",
	})
}

func v2StageAccessLogs() rule.Rule {
	return accessLogs(rule.Rule{
		Identifier: "API_GWV2_ACCESS_LOGS_ENABLED",
		Rationale:  "Access logs tell who called an API and what was answered. The stage of the HTTP or WebSocket API must name a destination for its access logs.",
	})
}

func v2StageMetrics() rule.Rule {
	name := rule.Required("configuration.stageName")
	detailed := rule.Absent("configuration.defaultRouteSettings.detailedMetricsEnabled", false, noSettings)
	return rule.Rule{
		Identifier: "API_GWV2_STAGE_DEFAULT_ROUTE_DETAILED_METRICS_ENABLED",
		Severity:   rule.Low,
		Rationale: "Figures of the whole API do not show which route is slow or fails. The default route settings of the stage must have detailed metrics on; the settings " +
			"of single routes are not looked at.",
		Remediation: rule.Remediation{Hint: "Turn on detailed metrics in the stage's default route settings."},
		Fields:      []*rule.Field{name, detailed},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not fail
			if c.Bool(detailed) {
				return c.Pass("Detailed metrics are on by default.")
			}
			return c.Fail("Detailed metrics are off by default.")
		},
	}
}

func routeAuthorization() rule.Rule {
	typ := rule.Required("configuration.AuthorizationType")
	return rule.Rule{
		Identifier: "API_GWV2_AUTHORIZATION_TYPE_CONFIGURED",
		Params: []rule.Param{{
			Name: "authorizationType", Enum: []string{"CUSTOM", "AWS_IAM", "JWT"}, Doc: "the authorization type routes must have",
		}},
		Severity: rule.Medium,
		Rationale: "A route without authorization answers everyone who finds it. The route of the HTTP or WebSocket API must have an authorization type other than NONE, the one " +
			"of authorizationType when that is given. All routes are judged, those of a WebSocket API beside $connect too.",
		Remediation: rule.Remediation{Hint: "Attach an authorizer to the route, or demand IAM authorization."},
		Fields:      []*rule.Field{typ},
		Check: func(c *rule.Context) rule.Result {
			t := c.Str(typ)
			if t == "" || t == "NONE" {
				return c.Fail("The route needs no authorization.")
			}
			if want := c.Params.Str("authorizationType"); want != "" && t != want {
				return c.Fail("The route's authorization is " + t + ", not " + want + ".")
			}
			return c.Pass("The route needs authorization.")
		},
	}
}

func integrationTLS() rule.Rule {
	connection := rule.Absent("configuration.ConnectionType", "INTERNET", "INTERNET is the default of API Gateway")
	api := rule.Required("configuration.ApiId")
	tls := rule.Absent("configuration.TlsConfig", nil, "API Gateway leaves it out for an integration that does not use HTTPS by a VPC link")
	return rule.Rule{
		Identifier: "APIGATEWAYV2_INTEGRATION_PRIVATE_HTTPS_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A private network is no reason to send calls in plain text. An integration by a VPC link must have a TLS configuration, with which API Gateway speaks HTTPS. " +
			"Integrations by the internet are not judged.",
		Remediation: rule.Remediation{Hint: "Set the server name to verify in the TLS configuration of the integration."},
		Fields:      []*rule.Field{api, connection, tls},
		Check: func(c *rule.Context) rule.Result {
			c.Str(api) // an item without its configuration must not be skipped
			if c.Str(connection) != "VPC_LINK" {
				return c.Skip("The integration is not private.")
			}
			if c.Text(tls) == "" {
				return c.Fail("The private integration does not use HTTPS.")
			}
			return c.Pass("The private integration uses HTTPS.")
		},
	}
}

func domainTLS() rule.Rule {
	policy := rule.Required("configuration.SecurityPolicy")
	return rule.Rule{
		Identifier: "APIGATEWAY_DOMAIN_NAME_TLS_CHECK",
		Params:     []rule.Param{{Name: "allowedSecurityPolicies", Type: rule.CSV, Doc: "the security policies that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "Old versions of TLS can be broken. The security policy of the API's domain name must not be TLS_1_0, and be one of allowedSecurityPolicies when that is " +
			"given, which may then allow TLS_1_0 too.",
		Remediation: rule.Remediation{Hint: "Set the security policy of the domain name to TLS_1_2 or later."},
		Fields:      []*rule.Field{policy},
		Check: func(c *rule.Context) rule.Result {
			p, list := c.Str(policy), c.Params.List("allowedSecurityPolicies")
			if !allowed(list, p) || len(list) == 0 && (p == "" || strings.EqualFold(p, "TLS_1_0")) {
				return c.Fail("The security policy " + p + " is not allowed.")
			}
			return c.Pass("The security policy is one that is allowed.")
		},
	}
}
