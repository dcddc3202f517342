package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

// backedUp is a kind of resource that AWS Backup protects. The families of rules about backups each have a rule for
// many of them.
type backedUp struct {
	prefix, what string
	// Where only some items of the type are judged: what tells them, whether an item is left out by that, and why.
	field   *rule.Field
	exempts func(value string) bool
	why     string
	also    string // the sentence about that for the rationale
}

func aTable() backedUp         { return backedUp{prefix: "DYNAMODB", what: "table"} }
func aVolume() backedUp        { return backedUp{prefix: "EBS", what: "volume"} }
func anInstance() backedUp     { return backedUp{prefix: "EC2", what: "instance"} }
func aBucket() backedUp        { return backedUp{prefix: "S3", what: "bucket"} }
func aGatewayVolume() backedUp { return backedUp{prefix: "STORAGEGATEWAY", what: "volume"} }
func aVirtualMachine() backedUp {
	return backedUp{prefix: "VIRTUALMACHINE", what: "virtual machine"}
}

func aFileSystem(service string) backedUp { return backedUp{prefix: service, what: "file system"} }

func aClusterOfAurora() backedUp {
	return backedUp{
		"AURORA", "cluster", rule.Required("configuration.engine"),
		func(engine string) bool { return !strings.HasPrefix(engine, "aurora") }, "It is not a cluster of Aurora.",
		" Clusters of engines other than Aurora are not judged.",
	}
}

// aRunningInstance: controls on what was backed up leave out instances that are not running, as the AWS Backup guide says.
func aRunningInstance() backedUp {
	return backedUp{
		"EC2", "instance", rule.Required("configuration.state.name"),
		func(state string) bool { return state != "running" }, "The instance is not running.",
		" Instances that are not running are not judged.",
	}
}

// aDBInstance: AWS Backup backs up the cluster, never an instance of it.
func aDBInstance() backedUp {
	return backedUp{
		"RDS", "DB instance", clusterOfInstance(),
		func(cluster string) bool { return cluster != "" }, "The instance belongs to a cluster, which is backed up as a whole.",
		" Instances of a cluster are not judged.",
	}
}

// limit makes a rule judge only what belongs to the kind.
func (k backedUp) limit(r rule.Rule) rule.Rule {
	if k.field == nil {
		return r
	}
	check := r.Check
	r.Fields = append(r.Fields, k.field)
	r.Rationale += k.also
	r.Check = func(c *rule.Context) rule.Result {
		if k.exempts(c.Str(k.field)) {
			return c.Skip(k.why)
		}
		return check(c)
	}
	return r
}

// scopeParams are the parameters by which a rule about backups judges some resources only.
func scopeParams() []rule.Param {
	return []rule.Param{
		{Name: "resourceTags", Type: rule.Map, Doc: "judge only what has all these tags"},
		{Name: "resourceId", Doc: "judge only this one"},
	}
}

// outOfScope says why the parameters leave out the subject; "" when they do not.
func outOfScope(c *rule.Context, tags *rule.Field, what string) string {
	if id := c.Params.Str("resourceId"); id != "" && !c.Is(id) {
		return "The rule's parameters name another " + what + "."
	}
	for key, want := range c.Params.Map("resourceTags") {
		if v, ok := c.Tag(tags, key); !ok || v != want {
			return "The " + what + " does not have the tags of the rule's parameters."
		}
	}
	return ""
}
