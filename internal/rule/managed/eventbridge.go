package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func eventbridgeRules() []rule.Rule {
	return []rule.Rule{endpointReplication(), busPolicy(), registryPolicy()}
}

func endpointReplication() rule.Rule {
	state := rule.Required("configuration.ReplicationConfig.State")
	return rule.Rule{
		Identifier: "GLOBAL_ENDPOINT_EVENT_REPLICATION_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Without replication a global endpoint cannot go back by itself to its first region after a failure. Event replication of the endpoint must be " +
			"ENABLED.",
		Remediation: rule.Remediation{Hint: "Turn on event replication of the global endpoint."},
		Fields:      []*rule.Field{state},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(state) == "ENABLED" {
				return c.Pass("Event replication is on.")
			}
			return c.Fail("Event replication is off.")
		},
	}
}

func busPolicy() rule.Rule {
	name := rule.Required("configuration.Name")
	policy := rule.Absent("configuration.Policy", nil, "EventBridge leaves it out for an event bus without a policy")
	return rule.Rule{
		Identifier: "CUSTOM_EVENTBUS_POLICY_ATTACHED",
		Severity:   rule.Low,
		Rationale: "A policy on the event bus itself says who may send to it, and shows it in one place. A custom event bus must have a resource policy; what it allows is not " +
			"looked at. The default event bus and those of partners are not judged.",
		Remediation: rule.Remediation{Hint: "Attach a resource policy to the event bus."},
		Fields:      []*rule.Field{name, policy},
		Check: func(c *rule.Context) rule.Result {
			if n := c.Str(name); n == "default" || strings.HasPrefix(n, "aws.partner/") {
				return c.Skip("It is not a custom event bus.")
			}
			if !c.Has(policy) {
				return c.Fail("The event bus has no resource policy.")
			}
			return c.Pass("The event bus has a resource policy.")
		},
	}
}

func registryPolicy() rule.Rule {
	const registryPolicy = "AWS::EventSchemas::RegistryPolicy"
	name, of := rule.Required("configuration.RegistryName"), rule.Required("configuration.RegistryName").Of(registryPolicy)
	return rule.Rule{
		Identifier: "CUSTOM_SCHEMA_REGISTRY_POLICY_ATTACHED",
		Severity:   rule.Low,
		Rationale: "A policy on the schema registry itself says who may read and change its schemas. A custom schema registry must have a resource policy (an item of the " +
			"type AWS::EventSchemas::RegistryPolicy); what it allows is not looked at. The registries of AWS (aws.events) and of discovered schemas are not judged.",
		Remediation: rule.Remediation{Hint: "Attach a resource policy to the schema registry."},
		Fields:      []*rule.Field{name, of},
		Uses:        []string{registryPolicy},
		Check: func(c *rule.Context) rule.Result {
			n := c.Str(name)
			if strings.HasPrefix(n, "aws.") || n == "discovered-schemas" {
				return c.Skip("It is not a custom schema registry.")
			}
			if len(c.Matching(of, n)) == 0 {
				return c.Fail("The schema registry has no resource policy.")
			}
			return c.Pass("The schema registry has a resource policy.")
		},
	}
}
