package collect

import (
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
)

// NotCollected is the key of the supplementary configuration that says which paths of an item could not be read, and
// why: {"supplementaryConfiguration.BucketPolicy": "s3:GetBucketPolicy: AccessDenied: ..."}. Rules read such a path as
// missing, never as "absent means".
const NotCollected = inventory.NotCollected

// Resource is one resource while its item is made.
type Resource struct {
	*Element
	Type    *Type
	Account string
	// Region is the region of the item; Call the region that is called for it.
	Region, Call string

	Spec inventory.Spec
	// Failed are the details that could not be read, so far.
	Failed []*Failure

	nameless bool // what was found has no id: Finish may give one, but leaves only what has one out
}

// Expand fills a template.
func (r *Resource) Expand(template string) string {
	return expand(template, func(path string) string {
		switch path {
		case "account":
			return r.Account
		case "region":
			if r.Region == arn.Global {
				return ""
			}
			return r.Region
		case "partition":
			return arn.Partition(r.Call)
		}
		return r.Text(path)
	})
}

// Supplement puts a key of the supplementary configuration; nil is left out.
func (r *Resource) Supplement(key string, v any) {
	if v == nil {
		return
	}
	if r.Spec.Supplementary == nil {
		r.Spec.Supplementary = map[string]any{}
	}
	r.Spec.Supplementary[key] = v
}

// Relate adds an edge; those without an end are left out.
func (r *Resource) Relate(label, typ, id, name string) {
	if id == "" && name == "" {
		return
	}
	edge := inventory.Relationship{ID: id, Name: name, Type: typ, Label: label}
	for _, e := range r.Spec.Relationships {
		if e == edge {
			return
		}
	}
	r.Spec.Relationships = append(r.Spec.Relationships, edge)
}

// Missing says that paths of the item could not be read.
func (r *Resource) Missing(f *Failure, paths ...string) {
	r.Failed = append(r.Failed, f)
	r.Untold(f.Why, paths...)
}

// Untold says that the API never tells paths of the item, and why: no failure, and yet nothing may be made of their
// absence.
func (r *Resource) Untold(why string, paths ...string) {
	marks, _ := r.Spec.Supplementary[NotCollected].(map[string]string)
	if marks == nil {
		marks = map[string]string{}
		r.Supplement(NotCollected, marks)
	}
	for _, p := range paths {
		marks[p] = why
	}
}

// identify gives the item its key and names, as far as the element has them by now.
func (r *Resource) identify() {
	t := r.Type
	r.Spec.Key = inventory.Key{Account: r.Account, Region: r.Region, Type: t.Name, ID: r.Expand(t.ID)}
	r.Spec.Name = r.Expand(t.Title)
	r.Spec.ARN = r.Expand(t.ARN)
	r.Spec.Zone = r.Expand(t.Zone)
}

// finish makes the item when all calls are done.
func (r *Resource) finish() {
	t := r.Type
	r.identify()
	r.nameless = r.Spec.ID == ""
	r.Spec.Created = moment(r.At(t.Created))
	if t.Tags != "" {
		r.Spec.Tags = tagsOf(r.At(t.Tags))
	}
	shape := t.Shape
	if shape == nil {
		shape = Describe
	}
	r.Spec.Configuration = shape(r)
	for _, edge := range t.Relations {
		r.relate(edge)
	}
	if t.Finish != nil {
		t.Finish(r)
	}
}

func (r *Resource) relate(edge Relation) {
	path := edge.ID + edge.Name
	for _, v := range r.Every(path) {
		s := text(v)
		if edge.Cut != "" {
			if i := strings.LastIndex(s, edge.Cut); i >= 0 {
				s = s[i+len(edge.Cut):]
			}
		}
		if edge.ID != "" {
			r.Relate(edge.Label, edge.Type, s, "")
		} else {
			r.Relate(edge.Label, edge.Type, "", s)
		}
	}
}

// moment reads a time in any form an API gives one.
func moment(v any) time.Time {
	switch t := v.(type) {
	case time.Time:
		return t
	case string:
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999-0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
			if when, err := time.Parse(layout, t); err == nil {
				return when
			}
		}
	case int64:
		return fromEpoch(float64(t))
	case float64:
		return fromEpoch(t)
	}
	return time.Time{}
}

// fromEpoch takes seconds, and milliseconds when the number is too large for seconds.
func fromEpoch(n float64) time.Time {
	if n > 1e11 {
		return time.UnixMilli(int64(n)).UTC()
	}
	return time.UnixMilli(int64(n * 1000)).UTC()
}

// tagsOf reads tags: lists of objects with a key and a value in any spelling, and plain objects.
func tagsOf(v any) map[string]string {
	tags := map[string]string{}
	switch t := v.(type) {
	case Object:
		for k, e := range t {
			tags[k] = text(e)
		}
	case []any:
		for _, e := range t {
			if o, ok := e.(Object); ok {
				if k := member(o, "key", "tagkey"); k != "" {
					tags[k] = member(o, "value", "tagvalue")
				}
			}
		}
	}
	return tags
}

func member(o Object, names ...string) string {
	for k, v := range o {
		for _, n := range names {
			if strings.EqualFold(k, n) {
				return text(v)
			}
		}
	}
	return ""
}
