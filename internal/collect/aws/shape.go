package aws

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/collect"
)

// thousand asks EC2 for pages: lists of many resources time out without.
var thousand = object{"MaxResults": 1000}

// edit changes a configuration that was shaped already.
type edit func(r *collect.Resource, c object)

// then makes a shape and edits it.
func then(shape func(*collect.Resource) any, edits ...edit) func(*collect.Resource) any {
	return func(r *collect.Resource) any {
		v := shape(r)
		if c, ok := v.(object); ok {
			for _, e := range edits {
				e(r, c)
			}
		}
		return v
	}
}

// within shapes the part of an element that lies at a path.
func within(path string, shape func(*collect.Resource) any) func(*collect.Resource) any {
	return func(r *collect.Resource) any {
		part := *r
		o, _ := r.At(path).(object)
		part.Element = &collect.Element{Object: o, Parent: r.Element}
		return shape(&part)
	}
}

// lift puts the members of an object in place of the object.
func lift(name string) edit {
	return func(_ *collect.Resource, c object) {
		if o, ok := c[name].(object); ok {
			delete(c, name)
			for k, v := range o {
				c[k] = v
			}
		}
	}
}

// millis writes times as numbers of milliseconds, as AWS Config does for some types.
func millis(names ...string) edit {
	return times(func(t time.Time) any { return t.UnixMilli() }, names)
}

// spoken writes times like "Feb 21, 2022 6:36:56 PM", as AWS Config does for some types.
func spoken(names ...string) edit {
	return times(func(t time.Time) any { return t.UTC().Format("Jan 2, 2006 3:04:05 PM") }, names)
}

func times(write func(time.Time) any, names []string) edit {
	return func(_ *collect.Resource, c object) {
		for _, n := range names {
			if s, ok := c[n].(string); ok {
				if t, err := time.Parse(time.RFC3339, s); err == nil {
					c[n] = write(t)
				}
			}
		}
	}
}

// texts writes values as texts, as AWS Config does with the flags of some types.
func texts(names ...string) edit {
	return func(_ *collect.Resource, c object) {
		for _, n := range names {
			if v, ok := c[n]; ok {
				c[n] = fmt.Sprint(v)
			}
		}
	}
}

// tagList puts the item's tags into the configuration as a list of Key and Value, sorted, as CloudFormation's form has
// them; tags that could not be read are not there.
func tagList(name string) edit {
	return func(r *collect.Resource, c object) {
		if !untold(r, "tags") {
			c[name] = keyValues(r.Spec.Tags, "Key", "Value")
		}
	}
}

// untold reports whether a path of the item could not be read.
func untold(r *collect.Resource, path string) bool {
	marks, _ := r.Spec.Supplementary[collect.NotCollected].(map[string]string)
	return marks[path] != ""
}

// tagSpecifications are tags as the CloudFormation form of some types of EC2 has them.
func tagSpecifications(kind string) edit {
	return func(r *collect.Resource, c object) {
		c["TagSpecifications"] = []any{object{"ResourceType": kind, "Tags": keyValues(r.Spec.Tags, "Key", "Value")}}
	}
}

func keyValues(tags map[string]string, key, value string) []any {
	list := make([]any, 0, len(tags))
	for k, v := range tags {
		list = append(list, object{key: k, value: v})
	}
	slices.SortFunc(list, func(a, b any) int { return strings.Compare(a.(object)[key].(string), b.(object)[key].(string)) })
	return list
}

// not keeps elements whose text at a path is none of some values.
func not(path string, values ...string) func(*collect.Element) bool {
	return func(e *collect.Element) bool { return !slices.Contains(values, e.Text(path)) }
}

// only keeps elements whose text at a path is one of some values.
func only(path string, values ...string) func(*collect.Element) bool {
	return func(e *collect.Element) bool { return slices.Contains(values, e.Text(path)) }
}

// alone is the call that reads a single resource when that is all that was asked for; the elements of a list pass it by.
func alone(api, only, each string) collect.Step {
	return collect.Step{API: api, Only: only, Each: each, When: func(*collect.Element) bool { return false }}
}

// own leaves out resources of other accounts that are shared with this one: AWS Config records them where they belong.
func own(owner string) func(*collect.Resource) {
	return func(r *collect.Resource) {
		if id := r.Text(owner); id != "" && id != r.Account {
			r.Spec.ID = ""
		}
	}
}

// lastStep is what follows the last slash of an ARN.
func lastStep(of string) string { return of[strings.LastIndexByte(of, '/')+1:] }
