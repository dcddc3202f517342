package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

// taggedRules are the rules that want tags on every resource of a type: a row of the catalog makes a member.
func taggedRules() []rule.Rule {
	var rules []rule.Rule
	for _, e := range Catalog() {
		if strings.HasSuffix(e.Identifier, "_TAGGED") && e.Identifier != computeResourcesTagged {
			rules = append(rules, tagged(e))
		}
	}
	return append(rules, computeTagged())
}

const (
	computeResourcesTagged = "BATCH_MANAGED_COMPUTE_ENV_COMPUTE_RESOURCES_TAGGED"

	taggedPass    = "The tags that must be there are there."
	taggedUnknown = "The item does not tell the resource's tags."
)

// tagLists are the keys of the configuration that hold the tags of types that do not call them tags.
var tagLists = map[string]string{
	"AWS::Backup::BackupPlan":    "BackupPlanTags",
	"AWS::Backup::BackupVault":   "BackupVaultTags",
	"AWS::Backup::ReportPlan":    "ReportPlanTags",
	"AWS::Cognito::UserPool":     "UserPoolTags",
	"AWS::EC2::NetworkInterface": "tagSet",
	"AWS::EFS::AccessPoint":      "AccessPointTags",
	"AWS::EFS::FileSystem":       "FileSystemTags",
	"AWS::Route53::HealthCheck":  "HealthCheckTags",
	"AWS::Route53::HostedZone":   "HostedZoneTags",
}

// tagSpecifications are the types whose configuration has tags for several kinds of resources, and their own kind.
var tagSpecifications = map[string]string{
	"AWS::EC2::CapacityReservation": "capacity-reservation",
	"AWS::EC2::ClientVpnEndpoint":   "client-vpn-endpoint",
	"AWS::EC2::EC2Fleet":            "fleet",
	"AWS::EC2::LaunchTemplate":      "launch-template",
}

// tagFields are the places of a type's tags: AWS Config writes them at the top of the item, in the configuration, or both.
type tagFields struct {
	top, list, key *rule.Field
	// The tags of specifications, where a type has these.
	specifications, resource *rule.Field
	own                      string
}

func tagFieldsOf(typ string) tagFields {
	f := tagFields{top: rule.Absent("tags", nil, "read together with the tags in the configuration; without both there is no verdict")}
	const untagged = "read together with the item's tags; AWS Config leaves out what is empty"
	if f.own = tagSpecifications[typ]; f.own != "" {
		const at = "configuration.TagSpecifications"
		f.specifications, f.resource = rule.Absent(at, nil, untagged), rule.Required(at+"[].ResourceType")
		f.list, f.key = rule.Absent(at+"[].Tags", nil, untagged), rule.Required(at+"[].Tags[].Key")
		return f
	}
	at := "configuration.tags"
	if name := tagLists[typ]; name != "" {
		at = "configuration." + name
	}
	f.list, f.key = rule.Absent(at, nil, untagged), rule.Required(at+"[].key")
	return f
}

func (f tagFields) fields() []*rule.Field {
	if f.own == "" {
		return []*rule.Field{f.top, f.list, f.key}
	}
	return []*rule.Field{f.top, f.specifications, f.resource, f.list, f.key}
}

// configured are the keys of the tags in the configuration; known is false when it has no place for tags.
func (f tagFields) configured(c *rule.Context) (keys []string, known bool) {
	if f.own == "" {
		return tagKeys(c.Place, f.list, f.key), c.Text(f.list) != ""
	}
	for _, s := range c.Each(f.specifications) {
		if s.Str(f.resource) == f.own {
			keys = append(keys, tagKeys(s, f.list, f.key)...)
		}
	}
	return keys, c.Text(f.specifications) != ""
}

// tagKeys are the keys of tags in a list of keys and values, or in an object.
func tagKeys(p rule.Place, list, key *rule.Field) []string {
	var keys []string
	for name, e := range p.Each(list) {
		if name == "" {
			name = e.Str(key)
		}
		keys = append(keys, name)
	}
	return keys
}

// tagged declares the rule of a row of the catalog.
func tagged(e Entry) rule.Rule {
	f, k := tagFieldsOf(e.Types[0]), taggedKinds[e.Identifier]
	what := k.what
	if what == "" {
		what = e.Types[0]
	}
	r := taggedRule(e.Identifier, "Each "+what+" must have a tag", k.rationale, f.fields())
	var kind *rule.Field
	if k.path != "" {
		kind = k.field()
		r.Fields = append(r.Fields, kind)
	}
	if k.param != "" {
		r.Params = append(r.Params, rule.Param{Name: k.param, Type: rule.Bool, Default: "false", Doc: k.paramDoc})
	}
	r.Check = func(c *rule.Context) rule.Result {
		if kind != nil && k.spares(c.Str(kind)) && (k.param == "" || !c.Params.Bool(k.param)) {
			return c.Skip(k.reason)
		}
		keys := slices.Collect(c.TagKeys(f.top))
		if res := judgeTags(c, keys); res.Verdict != rule.NonCompliant {
			return res
		}
		more, known := f.configured(c)
		if c.Text(f.top) == "" && !known {
			return c.Unknown(taggedUnknown)
		}
		return judgeTags(c, append(keys, more...))
	}
	return r
}

// taggedRule declares what all rules about tags have in common.
func taggedRule(identifier, must, except string, fields []*rule.Field) rule.Rule {
	return rule.Rule{
		Identifier: identifier,
		Params:     []rule.Param{{Name: "requiredKeyTags", Type: rule.CSV, Doc: "keys of tags that must all be there; upper and lower case count"}},
		Severity:   rule.Low,
		Rationale: "Tags tell whose a resource is, what it is for and who pays for it, and permissions can depend on them. " + must +
			", and every tag whose key requiredKeyTags names when that is given. The values do not matter. Tags whose keys start with aws: do not count." + except,
		Remediation: rule.Remediation{Hint: "Add the tags."},
		Fields:      fields,
	}
}

// judgeTags judges the keys of the tags a resource has.
func judgeTags(c *rule.Context, keys []string) rule.Result {
	keys = slices.DeleteFunc(slices.Clone(keys), ofAWSTags)
	wanted := c.Params.List("requiredKeyTags")
	switch {
	case slices.ContainsFunc(wanted, ofAWSTags):
		return c.Unknown("The parameter requiredKeyTags names a key that starts with aws:, which AWS does not allow.")
	case len(keys) == 0:
		return c.Fail("There are no tags.")
	}
	for _, w := range wanted {
		if !slices.Contains(keys, w) {
			return c.Fail("There is no tag " + w + ".")
		}
	}
	return c.Pass(taggedPass)
}

// ofAWSTags reports whether a key is of a tag that AWS itself sets.
func ofAWSTags(key string) bool { return strings.HasPrefix(key, "aws:") }

// computeTagged is about the tags that Batch gives to the instances it starts, not about those of the environment.
func computeTagged() rule.Rule {
	typ := rule.Required("configuration.Type")
	list := rule.Absent("configuration.ComputeResources.Tags", nil, "Batch DescribeComputeEnvironments leaves out an empty map")
	key := rule.Required("configuration.ComputeResources.Tags[].key")
	r := taggedRule(computeResourcesTagged, "The compute resources of a managed Batch compute environment must have a tag",
		" Unmanaged environments, whose instances Batch does not start, are not judged.", []*rule.Field{typ, list, key})
	r.Check = func(c *rule.Context) rule.Result {
		if !strings.EqualFold(c.Str(typ), "MANAGED") {
			return c.Skip("The compute environment is not managed.")
		}
		return judgeTags(c, tagKeys(c.Place, list, key))
	}
	return r
}
