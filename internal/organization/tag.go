package organization

import (
	"context"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

const maxTags = 50

// Tag sets tags on an account, a unit or the root.
func (d *Directory) Tag(ctx context.Context, resource string, set map[string]string) error {
	if err := checkTags(set); err != nil {
		return err
	}
	return d.write(ctx, func(tx Tx, o Organization) error {
		if err := d.taggable(tx, o, resource); err != nil {
			return err
		}
		return putTags(tx, d.management, resource, set, nil)
	})
}

// Untag removes tags by key; keys that are not there do not matter.
func (d *Directory) Untag(ctx context.Context, resource string, keys []string) error {
	return d.write(ctx, func(tx Tx, o Organization) error {
		if err := d.taggable(tx, o, resource); err != nil {
			return err
		}
		return putTags(tx, d.management, resource, nil, keys)
	})
}

// Tags reads the tags of an account, a unit or the root.
func (d *Directory) Tags(ctx context.Context, resource string) (map[string]string, error) {
	var out map[string]string
	err := d.read(ctx, func(tx Tx, o Organization) error {
		if err := d.taggable(tx, o, resource); err != nil {
			return err
		}
		doc, err := tags.Get(tx, d.management, "", resource)
		out = doc.Value
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		return err
	})
	return out, err
}

func (d *Directory) taggable(tx Tx, o Organization, resource string) error {
	var err error
	if resource != o.RootID {
		_, err = d.above(tx, resource)
	}
	return coded(err, "TargetNotFoundException")
}

func checkTags(set map[string]string) error {
	for k := range set {
		if strings.HasPrefix(strings.ToLower(k), "aws:") {
			return &fault.Error{
				Kind: fault.Invalid, Field: "Tags", Code: "InvalidInputException", Err: Reason("INVALID_SYSTEM_TAGS_PARAMETER"),
				Message: "The tag key " + k + " is reserved: keys must not begin with aws:.",
			}
		}
	}
	return nil
}

// putTags merges and removes in one document a resource.
func putTags(tx Tx, management, resource string, set map[string]string, remove []string) error {
	if len(set) == 0 && len(remove) == 0 {
		return nil
	}
	doc, err := tags.Get(tx, management, "", resource)
	missing := fault.KindOf(err) == fault.NotFound
	if err != nil && !missing {
		return err
	}
	if doc.Value == nil {
		doc.Value = map[string]string{}
	}
	for k, v := range set {
		doc.Value[k] = v
	}
	for _, k := range remove {
		delete(doc.Value, k)
	}
	if len(doc.Value) > maxTags {
		return constraint("MAX_TAG_LIMIT_EXCEEDED", "A resource may have 50 tags.")
	}
	if missing {
		return tags.Insert(tx, management, "", resource, "", doc.Value)
	}
	return tags.Update(tx, doc)
}
