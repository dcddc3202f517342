package managed

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func emrRules() []rule.Rule {
	return []rule.Rule{
		masterNoPublicIP(), kerberosEnabled(),
		securityConfigurationEncrypts("EMR_SECURITY_CONFIGURATION_ENCRYPTION_REST", "EnableAtRestEncryption", "at rest",
			"The disks of a cluster and what it keeps in S3 must not be readable to whoever gets at them."),
		securityConfigurationEncrypts("EMR_SECURITY_CONFIGURATION_ENCRYPTION_TRANSIT", "EnableInTransitEncryption", "in transit",
			"The nodes of a cluster send each other the data they work on."),
	}
}

func securityConfigurationEncrypts(id, option, when, why string) rule.Rule {
	const at = "configuration.SecurityConfiguration"
	return having(rule.Required(at), mustBe(rule.Rule{
		Identifier: id,
		Severity:   rule.Medium,
		Rationale: why + " The security configuration must turn on encryption " + when + " (" + option + " of its EncryptionConfiguration), whether or not " +
			"a cluster uses it.",
		Remediation: rule.Remediation{Hint: "Create a security configuration with encryption " + when + ", and start clusters with it."},
	}, rule.Absent(at+".EncryptionConfiguration."+option, false, "a security configuration holds only what was set in it"), true,
		"Encryption "+when+" is on.", "Encryption "+when+" is off."))
}

func masterNoPublicIP() rule.Rule {
	const instance = "AWS::EC2::Instance"
	const noAddress = "EC2 DescribeInstances leaves it out where there is none"
	state := rule.Required("configuration.Status.State")
	master := rule.Required("configuration.MasterPublicDnsName")
	private := rule.Absent("configuration.privateDnsName", "", noAddress).Of(instance)
	public := rule.Absent("configuration.publicIpAddress", "", noAddress).Of(instance)
	return rule.Rule{
		Identifier: "EMR_MASTER_NO_PUBLIC_IP",
		Types:      []string{"AWS::EMR::Cluster"},
		Severity:   rule.High,
		Rationale: "The master node of a cluster runs consoles that ask for no password. It must not have a public IPv4 address: the cluster's master DNS name " +
			"must not be a public one, and the instance of that private name must have no public address. Only clusters that are RUNNING or WAITING are " +
			"judged.",
		Remediation: rule.Remediation{Hint: "Start the cluster anew in a private subnet."},
		Fields:      []*rule.Field{state, master, private, public},
		Uses:        []string{instance},
		Check: func(c *rule.Context) rule.Result {
			if s := c.Str(state); s != "RUNNING" && s != "WAITING" {
				return c.Skip("The cluster is neither running nor waiting.")
			}
			name := c.Str(master)
			if strings.HasPrefix(name, "ec2-") { // the form of public names; private ones start with ip-
				return c.Fail("The master node has a public DNS name.")
			}
			nodes := c.Matching(private, name)
			if len(nodes) == 0 {
				return c.Unknown("The instance of the master node is not recorded.")
			}
			for _, n := range nodes {
				if n.Has(public) {
					return c.Fail("The master node has a public IPv4 address.")
				}
			}
			return c.Pass("The master node has no public IPv4 address.")
		},
	}
}

func kerberosEnabled() rule.Rule {
	const (
		security = "AWS::EMR::SecurityConfiguration"
		at       = "configuration.SecurityConfiguration"
		kerberos = at + ".AuthenticationConfiguration.KerberosConfiguration"
		unset    = "a security configuration holds only what was set in it"
	)
	state := rule.Required("configuration.Status.State")
	name := rule.Absent("configuration.SecurityConfiguration", "", "EMR DescribeCluster leaves it out for a cluster without one")
	document := rule.Required(at).Of(security)
	on := rule.Absent(kerberos, nil, unset).Of(security)
	within := func(path string) *rule.Field { return rule.Absent(kerberos+"."+path, "", unset).Of(security) }
	const own, trust, external = "ClusterDedicatedKdcConfiguration.", "ClusterDedicatedKdcConfiguration.CrossRealmTrustConfiguration.", "ExternalKdcConfiguration."
	settings := []struct {
		param string
		typ   rule.ParamType
		at    [2]*rule.Field
	}{
		{"TicketLifetimeInHours", rule.Int, [2]*rule.Field{within(own + "TicketLifetimeInHours"), within(external + "TicketLifetimeInHours")}},
		{"Realm", rule.String, [2]*rule.Field{within(trust + "Realm"), within(external + "AdIntegrationConfiguration.AdRealm")}},
		{"Domain", rule.String, [2]*rule.Field{within(trust + "Domain"), within(external + "AdIntegrationConfiguration.AdDomain")}},
		{"AdminServer", rule.String, [2]*rule.Field{within(trust + "AdminServer"), within(external + "AdminServer")}},
		{"KdcServer", rule.String, [2]*rule.Field{within(trust + "KdcServer"), within(external + "KdcServer")}},
	}
	r := rule.Rule{
		Identifier: "EMR_KERBEROS_ENABLED",
		Types:      []string{"AWS::EMR::Cluster"},
		Severity:   rule.Medium,
		Rationale: "Without Kerberos, whoever reaches a node of a cluster is who he says he is. The cluster must have a security configuration with Kerberos, " +
			"and its ticket lifetime and the realm, domain and servers of the trust or the external KDC must be those of the parameters, where given. " +
			"Clusters that are ending or have ended are not judged.",
		Remediation: rule.Remediation{Hint: "Start the cluster anew with a security configuration that has Kerberos."},
		Fields:      []*rule.Field{state, name, document, on},
		Uses:        []string{security},
		Check: func(c *rule.Context) rule.Result {
			if slices.Contains([]string{"TERMINATING", "TERMINATED", "TERMINATED_WITH_ERRORS"}, c.Str(state)) {
				return c.Skip("The cluster has ended.")
			}
			if !c.Has(name) {
				return c.Fail("The cluster has no security configuration.")
			}
			found, ok := c.Find(security, c.Str(name))
			if !ok {
				return c.Unknown("The security configuration " + c.Str(name) + " is not recorded.")
			}
			if found.Text(document) == "" || !found.Has(on) {
				return c.Fail("The security configuration of the cluster has no Kerberos.")
			}
			for _, s := range settings {
				want := ""
				if s.typ == rule.String {
					want = c.Params.Str(s.param)
				} else if c.Params.Has(s.param) {
					want = strconv.FormatInt(c.Params.Int(s.param), 10)
				}
				if want != "" && cmp.Or(found.Str(s.at[0]), found.Str(s.at[1])) != want {
					return c.Fail("The " + s.param + " of Kerberos is not the required one.")
				}
			}
			return c.Pass("The cluster uses Kerberos.")
		},
	}
	for _, s := range settings {
		r.Params = append(r.Params, rule.Param{Name: s.param, Type: s.typ, Doc: "what Kerberos must have as " + s.param})
		r.Fields = append(r.Fields, s.at[0], s.at[1])
	}
	return r
}
