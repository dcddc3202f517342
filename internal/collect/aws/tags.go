package aws

import (
	"maps"
	"slices"

	"github.com/tickmark/tickmark/internal/collect"
)

// supplementTags puts the item's tags in the supplementary configuration too, where AWS Config has them for databases and
// others: a list, [] for none. Tags that could not be read are not there.
func supplementTags(r *collect.Resource) {
	if untold(r, "tags") {
		return
	}
	tags := []any{}
	for _, k := range slices.Sorted(maps.Keys(r.Spec.Tags)) {
		tags = append(tags, object{"key": k, "value": r.Spec.Tags[k]})
	}
	r.Supplement("Tags", tags)
}

// all makes one Finish of several.
func all(steps ...func(*collect.Resource)) func(*collect.Resource) {
	return func(r *collect.Resource) {
		for _, s := range steps {
			s(r)
		}
	}
}

// tagsBy is the detail that reads tags by a call of their own: taken as the element's member Tags.
func tagsBy(api, member, path, take string, absent ...string) collect.Detail {
	return collect.Detail{API: api, From: map[string]string{member: path}, Take: take, Key: ".Tags", Absent: absent, Covers: []string{"tags", "configuration.tags"}}
}

// asListed is for a step whose list already names the resource: see Step.Else.
var asListed = map[string]string{}
