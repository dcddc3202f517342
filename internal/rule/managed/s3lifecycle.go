package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func s3LifecycleRules() []rule.Rule {
	return []rule.Rule{s3Lifecycle(), s3VersionLifecycle(), directoryLifecycle(), directoryLifecycleEnabled()}
}

// lifecycle are the lifecycle rules of a bucket.
type lifecycle struct{ list, status, prefix, filter, and, andPrefix, transitions, days, class, expiration *rule.Field }

func lifecycleRules() lifecycle {
	const (
		at     = "supplementaryConfiguration.BucketLifecycleConfiguration.rules"
		kind   = "a rule has the kind of filter that it has"
		unused = "S3 leaves out what a rule does not do; Config writes -1 or nothing"
	)
	return lifecycle{
		list:        rule.Absent(at, nil, "Config leaves it out for a bucket without lifecycle rules (S3 NoSuchLifecycleConfiguration)"),
		status:      rule.Required(at + "[].status"),
		prefix:      rule.Absent(at+"[].prefix", "", kind),
		filter:      rule.Absent(at+"[].filter.predicate.prefix", "", kind),
		and:         rule.Absent(at+"[].filter.predicate.operands", nil, kind),
		andPrefix:   rule.Absent(at+"[].filter.predicate.operands[].prefix", "", kind),
		transitions: rule.Absent(at+"[].transitions", nil, unused),
		days:        rule.Absent(at+"[].transitions[].days", -1, "S3 leaves it out for a transition at a date"),
		class:       rule.Required(at + "[].transitions[].storageClass"),
		expiration:  rule.Absent(at+"[].expirationInDays", -1, unused),
	}
}

func (l lifecycle) fields() []*rule.Field {
	return []*rule.Field{l.list, l.status, l.prefix, l.filter, l.and, l.andPrefix, l.transitions, l.days, l.class, l.expiration}
}

// fulfils reports whether an active rule does what the parameters ask for.
func (l lifecycle) fulfils(c *rule.Context, r rule.Place) bool {
	if r.Str(l.status) != "Enabled" {
		return false
	}
	if want := c.Params.Str("targetPrefix"); want != "" && !l.isFor(r, want) {
		return false
	}
	if c.Params.Has("targetExpirationDays") && r.Int(l.expiration) != c.Params.Int("targetExpirationDays") {
		return false
	}
	return l.transits(c, r)
}

func (l lifecycle) isFor(r rule.Place, prefix string) bool {
	if r.Str(l.prefix) == prefix || r.Str(l.filter) == prefix {
		return true
	}
	for _, o := range r.Each(l.and) {
		if o.Str(l.andPrefix) == prefix {
			return true
		}
	}
	return false
}

func (l lifecycle) transits(c *rule.Context, r rule.Place) bool {
	days, class := c.Params.Has("targetTransitionDays"), c.Params.Str("targetTransitionStorageClass")
	if !days && class == "" {
		return true
	}
	for _, t := range r.Each(l.transitions) {
		if (!days || t.Int(l.days) == c.Params.Int("targetTransitionDays")) && (class == "" || strings.EqualFold(t.Str(l.class), class)) {
			return true
		}
	}
	return false
}

// judgedBuckets is the parameter that lists the only buckets that are judged.
func judgedBuckets() rule.Param {
	return rule.Param{Name: "bucketNames", Type: rule.CSV, Doc: "names of the buckets that are judged; all when it is not given"}
}

const notJudged = "It is not one of the buckets that are judged."

func s3Lifecycle() rule.Rule {
	name, l := rule.Required("configuration.name"), lifecycleRules()
	return rule.Rule{
		Identifier: "S3_LIFECYCLE_POLICY_CHECK",
		Params: []rule.Param{
			{Name: "targetTransitionDays", Type: rule.Int, Min: 1, Max: 36500, Doc: "days after which objects must change their storage class, exactly"},
			{Name: "targetExpirationDays", Type: rule.Int, Min: 1, Max: 36500, Doc: "days after which objects must expire, exactly"},
			{Name: "targetTransitionStorageClass", Doc: "the storage class objects must change to, such as STANDARD_IA"},
			{Name: "targetPrefix", Doc: "the prefix that the rule must be for, exactly"},
			judgedBuckets(),
		},
		Severity: rule.Low,
		Rationale: "Objects nobody needs any more cost money and can still leak. The bucket must have a lifecycle rule that is Enabled; when parameters are given, one that does all of what " +
			"they say: for the prefix targetPrefix, with an expiration after targetExpirationDays, and with a transition after targetTransitionDays to targetTransitionStorageClass. When " +
			"bucketNames is given, other buckets are not judged.",
		Remediation: rule.Remediation{Hint: "Add a lifecycle rule to the bucket."},
		Fields:      append([]*rule.Field{name}, l.fields()...),
		Check: func(c *rule.Context) rule.Result {
			if !allowed(c.Params.List("bucketNames"), c.Str(name)) {
				return c.Skip(notJudged)
			}
			for _, r := range c.Each(l.list) {
				if l.fulfils(c, r) {
					return c.Pass("The bucket has an active lifecycle rule as required.")
				}
			}
			return c.Fail("The bucket has no active lifecycle rule as required.")
		},
	}
}

func s3VersionLifecycle() rule.Rule {
	name, l := rule.Required("configuration.name"), lifecycleRules()
	versioning := rule.Required("supplementaryConfiguration.BucketVersioningConfiguration.status")
	return rule.Rule{
		Identifier: "S3_VERSION_LIFECYCLE_POLICY_CHECK",
		Params:     []rule.Param{judgedBuckets()},
		Severity:   rule.Medium,
		Rationale: "With versioning, what is deleted stays for ever unless a rule removes it. A bucket with versioning Enabled must have a lifecycle rule that is Enabled; whether that is about " +
			"old versions is not looked at. Other buckets, and those not in bucketNames when that is given, are not judged.",
		Remediation: rule.Remediation{Hint: "Add a lifecycle rule to the bucket."},
		Fields:      []*rule.Field{name, l.list, l.status, versioning},
		Check: func(c *rule.Context) rule.Result {
			if !allowed(c.Params.List("bucketNames"), c.Str(name)) {
				return c.Skip(notJudged)
			}
			if c.Str(versioning) != "Enabled" {
				return c.Skip("Versioning is not on.")
			}
			for _, r := range c.Each(l.list) {
				if r.Str(l.status) == "Enabled" {
					return c.Pass("The bucket has an active lifecycle rule.")
				}
			}
			return c.Fail("The bucket has versioning, but no active lifecycle rule.")
		},
	}
}

// directoryRules completes a rule about the lifecycle rules of a directory bucket; param, if any, says after how many
// days objects must expire.
func directoryRules(r rule.Rule, param string) rule.Rule {
	const at = "configuration.LifecycleConfiguration.Rules"
	name := rule.Required("configuration.BucketName")
	list := rule.Absent(at, nil, "S3 leaves the configuration out for a bucket without lifecycle rules")
	status, expiration := rule.Required(at+"[].Status"), rule.Absent(at+"[].ExpirationInDays", 0, "S3 leaves it out of a rule that only ends uploads")
	r.Severity, r.Remediation = rule.Low, rule.Remediation{Hint: "Add a lifecycle rule to the directory bucket."}
	r.Fields = []*rule.Field{name, list, status, expiration}
	r.Check = func(c *rule.Context) rule.Result {
		c.Str(name) // an item without its configuration must not fail
		for _, l := range c.Each(list) {
			if l.Str(status) == "Enabled" && (param == "" || !c.Params.Has(param) || l.Int(expiration) == c.Params.Int(param)) {
				return c.Pass("The directory bucket has an active lifecycle rule as required.")
			}
		}
		return c.Fail("The directory bucket has no active lifecycle rule as required.")
	}
	return r
}

func directoryLifecycle() rule.Rule {
	const days = "targetExpirationDays"
	return directoryRules(rule.Rule{
		Identifier: "S3EXPRESS_DIR_BUCKET_LIFECYCLE_RULES_CHECK",
		Params:     []rule.Param{{Name: days, Type: rule.Int, Min: 1, Max: 2147483647, Doc: "days after which objects must expire, exactly"}},
		Rationale: "Objects nobody needs any more cost money and can still leak. The directory bucket must have a lifecycle rule that is Enabled; when targetExpirationDays is given, one with " +
			"an expiration after exactly as many days.",
	}, days)
}

func directoryLifecycleEnabled() rule.Rule {
	return directoryRules(rule.Rule{
		Identifier: "S3_DIRECTORY_BUCKET_LIFECYCLE_POLICY_RULE_CHECK",
		Rationale: "Objects nobody needs any more cost money and can still leak. The directory bucket must have a lifecycle rule that is Enabled, whatever it " +
			"does.",
	}, "")
}
