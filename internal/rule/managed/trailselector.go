package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

// selectorFields are the event selectors of a trail, in the older and the advanced form; a trail has one of them.
type selectorFields struct {
	all                                                                     *rule.Field // without it nothing is known of either form
	basic, readWrite, management, excluded, resources, resourceType, values *rule.Field
	advanced, conditions, field, equals, startsWith, notEquals              *rule.Field
}

func selectors() selectorFields {
	const (
		at       = "supplementaryConfiguration.EventSelectors"
		basic    = at + ".eventSelectors"
		advanced = at + ".advancedEventSelectors"
		oneForm  = "CloudTrail GetEventSelectors answers with one of the two forms"
		empty    = "CloudTrail GetEventSelectors leaves out an empty list"
	)
	f := selectorFields{
		all:          rule.Required(at),
		basic:        rule.Absent(basic, nil, oneForm),
		readWrite:    rule.Absent(basic+"[].readWriteType", "All", "All is the default of CloudTrail PutEventSelectors"),
		management:   rule.Absent(basic+"[].includeManagementEvents", true, "true is the default of CloudTrail PutEventSelectors"),
		excluded:     rule.Absent(basic+"[].excludeManagementEventSources", nil, empty),
		resources:    rule.Absent(basic+"[].dataResources", nil, empty),
		resourceType: rule.Required(basic + "[].dataResources[].type"),
		values:       rule.Required(basic + "[].dataResources[].values"),
		advanced:     rule.Absent(advanced, nil, oneForm),
		conditions:   rule.Required(advanced + "[].fieldSelectors"),
		field:        rule.Required(advanced + "[].fieldSelectors[].field"),
		equals:       rule.Absent(advanced+"[].fieldSelectors[].equals", nil, empty),
		startsWith:   rule.Absent(advanced+"[].fieldSelectors[].startsWith", nil, empty),
		notEquals:    rule.Absent(advanced+"[].fieldSelectors[].notEquals", nil, empty),
	}
	for _, p := range []**rule.Field{
		&f.all, &f.basic, &f.readWrite, &f.management, &f.excluded, &f.resources, &f.resourceType, &f.values,
		&f.advanced, &f.conditions, &f.field, &f.equals, &f.startsWith, &f.notEquals,
	} {
		*p = (*p).Of(trailType)
	}
	return f
}

// ofManagement are the fields logsManagement reads.
func (f selectorFields) ofManagement() []*rule.Field {
	return []*rule.Field{f.all, f.basic, f.readWrite, f.management, f.excluded, f.advanced, f.conditions, f.field, f.equals, f.startsWith, f.notEquals}
}

// ofObjects are the fields objectPrefixes reads.
func (f selectorFields) ofObjects() []*rule.Field {
	return []*rule.Field{f.all, f.basic, f.readWrite, f.resources, f.resourceType, f.values, f.advanced, f.conditions, f.field, f.equals, f.startsWith, f.notEquals}
}

// logsManagement reports whether the selectors take in all management events of a kind.
func (f selectorFields) logsManagement(trail rule.Place, kind string) bool {
	if !trail.Has(f.all) {
		return false
	}
	for _, s := range trail.Each(f.basic) {
		if s.Bool(f.management) && strings.EqualFold(s.Str(f.readWrite), kind) && s.Len(f.excluded) == 0 {
			return true
		}
	}
	for _, s := range trail.Each(f.advanced) {
		sel := f.read(s)
		if sel.category == "Management" && sel.kind == strings.ToUpper(kind) && !sel.other {
			return true
		}
	}
	return false
}

// objectPrefixes gives the buckets whose objects' data events of a kind (All is read and write) the selectors take in;
// "" is all.
func (f selectorFields) objectPrefixes(trail rule.Place, kind string) []string {
	if !trail.Has(f.all) {
		return nil
	}
	var buckets []string
	for _, s := range trail.Each(f.basic) {
		if !covers(s.Str(f.readWrite), kind) {
			continue
		}
		for _, d := range s.Each(f.resources) {
			if d.Str(f.resourceType) != "AWS::S3::Object" {
				continue
			}
			for v := range d.Strings(f.values) {
				if b, ok := wholeBucket(v); ok {
					buckets = append(buckets, b)
				}
			}
		}
	}
	for _, s := range trail.Each(f.advanced) {
		sel := f.read(s)
		if sel.category != "Data" || sel.resourceType != "AWS::S3::Object" || !covers(sel.kind, kind) || sel.other {
			continue
		}
		if sel.prefixes == nil {
			buckets = append(buckets, "")
		}
		for _, v := range sel.prefixes {
			if b, ok := wholeBucket(v); ok {
				buckets = append(buckets, b)
			}
		}
	}
	return buckets
}

// covers reports whether a selector of one kind takes in all events of another.
func covers(have, want string) bool {
	return strings.EqualFold(have, "All") || strings.EqualFold(have, want)
}

// advancedSelector is what one advanced selector takes in.
type advancedSelector struct {
	category, resourceType string
	kind                   string // ALL, READONLY or WRITEONLY
	prefixes               []string
	other                  bool // it leaves out something by a further condition
}

func (f selectorFields) read(s rule.Place) advancedSelector {
	sel := advancedSelector{kind: "ALL"}
	for _, cond := range s.Each(f.conditions) {
		equal := slices.Collect(cond.Strings(f.equals))
		prefixes := slices.Collect(cond.Strings(f.startsWith))
		name := cond.Str(f.field)
		switch {
		case cond.Len(f.notEquals) > 0:
			sel.other = true
		case name == "eventCategory" && len(equal) == 1:
			sel.category = equal[0]
		case name == "resources.type" && len(equal) == 1:
			sel.resourceType = equal[0]
		case name == "readOnly" && len(equal) == 1:
			sel.kind = map[string]string{"true": "READONLY", "false": "WRITEONLY"}[equal[0]]
		case name == "resources.ARN" && len(prefixes) > 0 && len(equal) == 0:
			sel.prefixes = append(sel.prefixes, prefixes...)
		default:
			sel.other = true
		}
	}
	return sel
}

// wholeBucket reads the ARN prefix of objects: all of S3 ("" as the bucket) or one whole bucket.
func wholeBucket(prefix string) (bucket string, ok bool) {
	parts := strings.SplitN(prefix, ":", 6)
	if len(parts) < 3 || parts[2] != "s3" {
		return "", false
	}
	if len(parts) < 6 || parts[5] == "" {
		return "", true
	}
	return strings.CutSuffix(parts[5], "/")
}
