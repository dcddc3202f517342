package managed

import "github.com/tickmark/tickmark/internal/rule"

const meshUnset = "App Mesh leaves out what a specification does not set"

func appmeshRules() []rule.Rule {
	const gateway, node = "virtual gateway", "virtual node"
	return []rule.Rule{
		meshEgress(), meshAddresses(), nodeBackendsTLS(), nodeOutliers(),
		nodeAddresses("APPMESH_VIRTUAL_NODE_CLOUD_MAP_IP_PREF_CHECK", "Cloud Map", "AWSCloudMap", "ServiceName"),
		nodeAddresses("APPMESH_VIRTUAL_NODE_DNS_IP_PREF_CHECK", "DNS", "DNS", "Hostname"),
		defaultsTLS("APPMESH_VIRTUAL_GATEWAY_BACKEND_DEFAULTS_TLS", gateway), defaultsTLS("APPMESH_VIRTUAL_NODE_BACKEND_DEFAULTS_TLS_ON", node),
		listenersChecked("APPMESH_VIRTUAL_GATEWAY_LISTENERS_HEALTH_CHECK_ENABLED", gateway), listenersChecked("APPMESH_VIRTUAL_NODE_LISTENERS_HEALTH_CHECK_ENABLED", node),
		accessLogged("APPMESH_VIRTUAL_GATEWAY_LOGGING_FILE_PATH_EXISTS", gateway), accessLogged("APPMESH_VIRTUAL_NODE_LOGGING_FILE_PATH_EXISTS", node),
	}
}

func meshARN() *rule.Field { return rule.Required("configuration.Arn") }

func meshEgress() rule.Rule {
	return mustSay(rule.Rule{
		Identifier: "APPMESH_MESH_DENY_TCP_FORWARDING",
		Severity:   rule.Medium,
		Rationale: "A mesh that forwards anything lets whoever broke into a service send data anywhere. The egress filter of the mesh must be DROP_ALL, which is the default, not " +
			"ALLOW_ALL.",
		Remediation: rule.Remediation{Hint: "Set the egress filter of the mesh to DROP_ALL."},
	}, meshARN(), rule.Absent("configuration.Spec.EgressFilter.Type", "DROP_ALL", "DROP_ALL is the default egress filter of a mesh"), []string{"DROP_ALL"},
		"Traffic to the outside is dropped.", "Traffic to the outside is forwarded.")
}

// addressPreference completes a rule about the IP versions that service discovery prefers.
func addressPreference(r rule.Rule, at string) rule.Rule {
	preference := rule.Absent(at+".IpPreference", "", meshUnset)
	r.Params = []rule.Param{{Name: "ipPreference", Required: true, Enum: []string{"IPv6_PREFERRED", "IPv4_PREFERRED", "IPv4_ONLY", "IPv6_ONLY"}, Doc: "the preference that is required"}}
	r.Severity = rule.Low
	r.Remediation = rule.Remediation{Hint: "Set the IP preference of the service discovery."}
	r.Fields = []*rule.Field{preference}
	r.Check = func(c *rule.Context) rule.Result {
		if c.Str(preference) == c.Params.Str("ipPreference") {
			return c.Pass("The IP preference is the required one.")
		}
		return c.Fail("The IP preference is not the required one.")
	}
	return r
}

func meshAddresses() rule.Rule {
	return having(meshARN(), addressPreference(rule.Rule{
		Identifier: "APPMESH_MESH_IP_PREF_CHECK",
		Rationale: "A service that is reached by another version of IP than planned is reached past the rules for the planned one. The IP preference of the mesh's service discovery must be " +
			"that of ipPreference; a mesh without one fails.",
	}, "configuration.Spec.ServiceDiscovery"))
}

// nodeAddresses judges the nodes whose service discovery is of one kind, which is told by a key that kind must have.
func nodeAddresses(identifier, what, kind, key string) rule.Rule {
	at := "configuration.Spec.ServiceDiscovery." + kind
	used := rule.Absent(at+"."+key, "", "only a node with that kind of service discovery has it")
	r := addressPreference(rule.Rule{
		Identifier: identifier,
		Rationale: "A service that is reached by another version of IP than planned is reached past the rules for the planned one. The IP preference of the node's discovery by " + what +
			" must be that of ipPreference; without one the node fails. Nodes with another kind of service discovery, or none, are not judged.",
	}, at)
	check := r.Check
	r.Fields = append(r.Fields, used)
	r.Check = func(c *rule.Context) rule.Result {
		if !c.Has(used) {
			return c.Skip("The node has another kind of service discovery, or none.")
		}
		return check(c)
	}
	return having(meshARN(), r)
}

// clientTLS are the fields of a client policy: whether it is about TLS at all, and whether that is enforced.
type clientTLS struct{ set, enforced *rule.Field }

func newClientTLS(at string) clientTLS {
	return clientTLS{rule.Absent(at+".Tls", nil, meshUnset), rule.Absent(at+".Tls.Enforce", true, "a TLS policy is enforced unless it says not to be")}
}

func (t clientTLS) on(p rule.Place) bool { return p.Has(t.set) && p.Bool(t.enforced) }

func defaultsTLS(identifier, what string) rule.Rule {
	tls := newClientTLS("configuration.Spec.BackendDefaults.ClientPolicy")
	return having(meshARN(), rule.Rule{
		Identifier: identifier,
		Severity:   rule.Medium,
		Rationale: "What goes through a mesh in the clear can be read and changed on its way. The backend defaults of the " + what + " must have a TLS client policy that is enforced (Enforce is " +
			"not false). Which ports the policy is for does not count.",
		Remediation: rule.Remediation{Hint: "Enforce a TLS client policy in the backend defaults of the " + what + "."},
		Fields:      []*rule.Field{tls.set, tls.enforced},
		Check: func(c *rule.Context) rule.Result {
			if tls.on(c.Place) {
				return c.Pass("TLS to backends is enforced.")
			}
			return c.Fail("TLS to backends is not enforced.")
		},
	})
}

func nodeBackendsTLS() rule.Rule {
	const at = "configuration.Spec.Backends"
	defaults := newClientTLS("configuration.Spec.BackendDefaults.ClientPolicy")
	list := rule.Absent(at, nil, meshUnset)
	own := newClientTLS(at + "[].VirtualService.ClientPolicy")
	return having(meshARN(), rule.Rule{
		Identifier: "APPMESH_VIRTUAL_NODE_SERVICE_BACKENDS_TLS_ENFORCED",
		Severity:   rule.Medium,
		Rationale: "What goes through a mesh in the clear can be read and changed on its way. Every service backend of the virtual node must have a TLS client policy that is enforced; one " +
			"without a policy of its own has that of the backend defaults. A node without backends passes.",
		Remediation: rule.Remediation{Hint: "Enforce a TLS client policy for each backend, or in the backend defaults."},
		Fields:      []*rule.Field{defaults.set, defaults.enforced, list, own.set, own.enforced},
		Check: func(c *rule.Context) rule.Result {
			for _, b := range c.Each(list) {
				on := own.on(b)
				if !b.Has(own.set) {
					on = defaults.on(c.Place)
				}
				if !on {
					return c.Fail("TLS to a backend is not enforced.")
				}
			}
			return c.Pass("TLS to every backend is enforced.")
		},
	})
}

// everyListener completes a rule about something that each listener must have.
func everyListener(r rule.Rule, key, pass, fail string) rule.Rule {
	const at = "configuration.Spec.Listeners"
	list := rule.Absent(at, nil, meshUnset)
	has := rule.Absent(at+"[]."+key, nil, meshUnset)
	r.Fields = []*rule.Field{list, has}
	r.Check = func(c *rule.Context) rule.Result {
		for _, l := range c.Each(list) {
			if !l.Has(has) {
				return c.Fail(fail)
			}
		}
		return c.Pass(pass)
	}
	return having(meshARN(), r)
}

func listenersChecked(identifier, what string) rule.Rule {
	return everyListener(rule.Rule{
		Identifier: identifier,
		Severity:   rule.Low,
		Rationale: "Without a health check, requests go on to what is long dead. Every listener of the " + what + " must have a health check; a " + what + " without listeners " +
			"passes.",
		Remediation: rule.Remediation{Hint: "Add a health check to each listener of the " + what + "."},
	}, "HealthCheck", "Every listener has a health check.", "A listener has no health check.")
}

func nodeOutliers() rule.Rule {
	return everyListener(rule.Rule{
		Identifier: "APPMESH_VIRTUAL_NODE_LISTENERS_OUTLIER_DETECT_ENABLED",
		Severity:   rule.Low,
		Rationale: "A host that answers with errors only should get no more requests for a while. Every listener of the virtual node must have outlier detection; a node without listeners " +
			"passes.",
		Remediation: rule.Remediation{Hint: "Add outlier detection to each listener of the node."},
	}, "OutlierDetection", "Every listener has outlier detection.", "A listener has no outlier detection.")
}

func accessLogged(identifier, what string) rule.Rule {
	return mustHave(rule.Rule{
		Identifier: identifier,
		Severity:   rule.Low,
		Rationale: "Who called a service is told by the access log of its proxy only. The " + what + " must name a file, which may be /dev/stdout, for its access " +
			"log.",
		Remediation: rule.Remediation{Hint: "Give the " + what + " a path for its access log."},
	}, meshARN(), rule.Absent("configuration.Spec.Logging.AccessLog.File.Path", "", meshUnset), "The access log is written.", "No access log is written.")
}
