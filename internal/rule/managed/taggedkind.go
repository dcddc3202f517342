package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

// taggedKind makes a rule about tags judge only some resources of its type: a field tells them apart.
type taggedKind struct {
	path     string
	absent   string                  // why the field may be absent, and then spares nothing; "" when it is required
	spares   func(value string) bool // reports whether resources with the value are not judged
	reason   string                  // why they are not
	what     string                  // the judged resources; "" for the type's name
	param    string                  // a switch that has the others judged too
	paramDoc string

	rationale string // the exception, as part of the rationale; it begins with a blank
	// Configurations for the cases: of a resource that is judged, and of one that is not.
	judged, spared string
}

func (k taggedKind) field() *rule.Field {
	if k.absent != "" {
		return rule.Absent(k.path, "", k.absent)
	}
	return rule.Required(k.path)
}

// taggedKinds are the members of the family that do not judge every resource of their type.
var taggedKinds = map[string]taggedKind{
	"ALB_TAGGED":          loadBalancers("Application Load Balancer", "application", "network"),
	"NLB_TAGGED":          loadBalancers("Network Load Balancer", "network", "gateway"),
	"GLB_TAGGED":          loadBalancers("Gateway Load Balancer", "gateway", "application"),
	"ALB_LISTENER_TAGGED": listeners("Application Load Balancer", "app", "net"),
	"NLB_LISTENER_TAGGED": listeners("Network Load Balancer", "net", "gwy"),
	"GLB_LISTENER_TAGGED": listeners("Gateway Load Balancer", "gwy", "app"),
	"APPCONFIG_DEPLOYMENT_STRATEGY_TAGGED": {
		path:      "configuration.Id",
		spares:    func(id string) bool { return strings.HasPrefix(id, "AppConfig.") },
		reason:    "AWS AppConfig made the deployment strategy.",
		param:     "includePredefinedSystemResources",
		paramDoc:  "judge the strategies that AWS AppConfig made too",
		rationale: " The strategies that AWS AppConfig made, whose ids start with AppConfig., are judged only when includePredefinedSystemResources is true.",
		judged:    "Id: abc1234",
		spared:    "Id: AppConfig.AllAtOnce",
	},
	"EC2_PREFIX_LIST_TAGGED": {
		path:      "configuration.OwnerId",
		spares:    func(owner string) bool { return owner == "AWS" },
		reason:    "The prefix list is managed by AWS.",
		rationale: " Prefix lists of AWS, which nobody else can tag, are not judged.",
		judged:    `OwnerId: "111122223333"`,
		spared:    "OwnerId: AWS",
	},
	"KMS_KEY_TAGGED": {
		path:      "configuration.keyManager",
		spares:    func(manager string) bool { return manager == "AWS" },
		reason:    ofAWS,
		rationale: " Keys of AWS, which nobody else can tag, are not judged.",
		judged:    "keyManager: CUSTOMER",
		spared:    "keyManager: AWS",
	},
	"ROUTE53_RESOLVER_FIREWALL_DOMAIN_LIST_TAGGED": {
		path:      "configuration.ManagedOwnerName",
		absent:    "Route 53 Resolver GetFirewallDomainList gives it for lists of others only",
		spares:    func(owner string) bool { return owner != "" },
		reason:    "The domain list is managed by AWS.",
		rationale: " Domain lists of AWS, which nobody else can tag, are not judged.",
		judged:    "Name: blocked",
		spared:    "ManagedOwnerName: Route 53 Resolver DNS Firewall",
	},
	"ROUTE53_RESOLVER_RESOLVER_RULE_TAGGED": {
		path:      "configuration.RuleType",
		spares:    func(typ string) bool { return typ == "RECURSIVE" },
		reason:    "Route 53 Resolver made the rule.",
		rationale: " RECURSIVE rules, which Route 53 Resolver makes itself and nobody else can tag, are not judged.",
		judged:    "RuleType: FORWARD",
		spared:    "RuleType: RECURSIVE",
	},
}

func loadBalancers(what, typ, other string) taggedKind {
	return taggedKind{
		path:      "configuration.type",
		spares:    func(t string) bool { return t != typ },
		reason:    "The load balancer is of another type.",
		what:      what,
		rationale: " Load balancers of other types are not judged.",
		judged:    "type: " + typ,
		spared:    "type: " + other,
	}
}

// listeners tells listeners apart by the ARN of their load balancer: arn:...:loadbalancer/app/NAME/ID.
func listeners(what, part, other string) taggedKind {
	const arn = `LoadBalancerArn: "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/`
	return taggedKind{
		path:      "configuration.LoadBalancerArn",
		spares:    func(arn string) bool { return !strings.Contains(arn, ":loadbalancer/"+part+"/") },
		reason:    "The load balancer of the listener is of another type.",
		what:      "listener of a " + what,
		rationale: " Listeners of load balancers of other types are not judged.",
		judged:    arn + part + `/web/50dc6c495c0c9188"`,
		spared:    arn + other + `/web/50dc6c495c0c9188"`,
	}
}
