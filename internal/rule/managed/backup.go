package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/rule"
)

func backupRules() []rule.Rule {
	return []rule.Rule{
		inBackupPlan("DYNAMODB_IN_BACKUP_PLAN", "table"),
		inBackupPlan("EBS_IN_BACKUP_PLAN", "volume"),
		inBackupPlan("EFS_IN_BACKUP_PLAN", "file system"),
		inBackupPlan("RDS_IN_BACKUP_PLAN", "DB instance"),
	}
}

const backupSelection = "AWS::Backup::BackupSelection"

// inBackupPlan declares a rule that each resource of its types is assigned to a backup plan.
func inBackupPlan(identifier, what string) rule.Rule {
	a := assignment()
	return rule.Rule{
		Identifier: identifier,
		Severity:   rule.Medium,
		Rationale: "What no plan backs up is lost with its first accident. A selection of resources of a backup plan in the region must take in the " +
			what + ": its ARN must fit the selection's resources, its tags one of the selection's tags and all of its conditions, and it must not be among " +
			"the excluded resources; what a selection leaves out limits nothing. Backups the service itself takes do not count.",
		Remediation: rule.Remediation{Hint: "Assign the " + what + " to a backup plan."},
		Fields:      a.fields(),
		Uses:        []string{backupSelection},
		Check: func(c *rule.Context) rule.Result {
			for _, s := range c.All(backupSelection) {
				if a.takesIn(c, s) {
					return c.Pass("The resource is assigned to a backup plan.")
				}
			}
			return c.Fail("The " + what + " is not assigned to a backup plan.")
		},
	}
}

// assignmentFields are what decides whether a backup selection takes in a resource.
type assignmentFields struct {
	arn, tags                              *rule.Field // of the resource
	selection, resources, excluded         *rule.Field
	byTag, tagKey, tagValue                *rule.Field
	conditions, conditionKey, conditionVal [4]*rule.Field
}

// operators of a selection's conditions: all must hold.
var conditionOperators = [4]struct {
	name          string
	negated, like bool
}{{"StringEquals", false, false}, {"StringNotEquals", true, false}, {"StringLike", false, true}, {"StringNotLike", true, true}}

func assignment() assignmentFields {
	const (
		at    = "configuration.BackupSelection."
		empty = "AWS Backup leaves out what a selection does not have"
	)
	f := assignmentFields{
		arn:       rule.Required("ARN"),
		tags:      rule.Required("tags"),
		selection: rule.Required("configuration.BackupSelection").Of(backupSelection),
		resources: rule.Absent(at+"Resources", nil, empty).Of(backupSelection),
		excluded:  rule.Absent(at+"NotResources", nil, empty).Of(backupSelection),
		byTag:     rule.Absent(at+"ListOfTags", nil, empty).Of(backupSelection),
		tagKey:    rule.Required(at + "ListOfTags[].ConditionKey").Of(backupSelection),
		tagValue:  rule.Required(at + "ListOfTags[].ConditionValue").Of(backupSelection),
	}
	for i, o := range conditionOperators {
		list := at + "Conditions." + o.name
		f.conditions[i] = rule.Absent(list, nil, empty).Of(backupSelection)
		f.conditionKey[i] = rule.Required(list + "[].ConditionKey").Of(backupSelection)
		f.conditionVal[i] = rule.Required(list + "[].ConditionValue").Of(backupSelection)
	}
	return f
}

func (f assignmentFields) fields() []*rule.Field {
	all := []*rule.Field{f.arn, f.tags, f.selection, f.resources, f.excluded, f.byTag, f.tagKey, f.tagValue}
	for i := range conditionOperators {
		all = append(all, f.conditions[i], f.conditionKey[i], f.conditionVal[i])
	}
	return all
}

// takesIn reports whether a selection takes in the subject: resources are filtered first, then tags filter them
// further, as the AWS Backup guide says of assignments that have both.
func (f assignmentFields) takesIn(c *rule.Context, s rule.Place) bool {
	id := c.Str(f.arn)
	if s.Text(f.selection) == "" || s.Len(f.resources) > 0 && !f.named(s, f.resources, id) || s.Len(f.byTag) > 0 && !f.tagged(c, s) {
		return false
	}
	return !f.named(s, f.excluded, id) && f.conditioned(c, s)
}

func (f assignmentFields) named(s rule.Place, list *rule.Field, id string) bool {
	for pattern := range s.Strings(list) {
		if arn.Match(pattern, id) {
			return true
		}
	}
	return false
}

// tagged: any one of the selection's tags is enough.
func (f assignmentFields) tagged(c *rule.Context, s rule.Place) bool {
	for _, t := range s.Each(f.byTag) {
		if v, ok := c.Tag(f.tags, tagName(t.Str(f.tagKey))); ok && v == t.Str(f.tagValue) {
			return true
		}
	}
	return false
}

// conditioned: every condition must hold; a tag that is not there fulfils the negated ones.
func (f assignmentFields) conditioned(c *rule.Context, s rule.Place) bool {
	for i, o := range conditionOperators {
		for _, cond := range s.Each(f.conditions[i]) {
			v, ok := c.Tag(f.tags, tagName(cond.Str(f.conditionKey[i])))
			want := cond.Str(f.conditionVal[i])
			if holds := ok && (v == want || o.like && arn.Match(want, v)); holds == o.negated {
				return false
			}
		}
	}
	return true
}

// tagName cuts the tag's name out of a condition key such as aws:ResourceTag/stage.
func tagName(key string) string { return strings.TrimPrefix(key, "aws:ResourceTag/") }
