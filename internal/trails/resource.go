package trails

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Kind is a kind of resource of CloudTrail, which ARNs name by its noun: trail, eventdatastore, channel, dashboard.
type Kind struct {
	Noun string
	// Find tells by a fault of its own code that there is no such resource that the place may change or see.
	Find func(ctx context.Context, at Place, resourceARN string) error
	// Policies: resources of this kind may have a policy.
	Policies bool
	// Invalid is the code for a broken ARN of this kind.
	Invalid string
}

// Resources are everything of CloudTrail that may have tags and policies, by kind.
type Resources struct {
	store Store
	kinds []Kind
}

// Register adds a kind. It is to be called before anything is served.
func (r *Resources) Register(k Kind) { r.kinds = append(r.kinds, k) }

// kindOf finds the kind of an ARN. Faults: CloudTrailARNInvalidException, ResourceTypeNotSupportedException.
func (r *Resources) kindOf(resource string) (Kind, error) {
	a, err := arn.Parse(resource)
	if err != nil || a.Service != "cloudtrail" || !arn.ValidAccount(a.Account) {
		return Kind{}, fault.Invalidf("ResourceId", "%q is not the ARN of a resource of CloudTrail.", short(resource)).With("CloudTrailARNInvalidException")
	}
	noun, _, _ := strings.Cut(a.Resource, "/")
	i := slices.IndexFunc(r.kinds, func(k Kind) bool { return k.Noun == noun })
	if i < 0 {
		return Kind{}, fault.Invalidf("ResourceId", "Resources like %s have no tags and no policies.", short(resource)).With("ResourceTypeNotSupportedException")
	}
	return r.kinds[i], nil
}

func (r *Resources) find(ctx context.Context, at Place, resource string) error {
	k, err := r.kindOf(resource)
	if err != nil {
		return err
	}
	return k.Find(ctx, at, resource)
}

// MaxTags is how many tags a resource may have.
const MaxTags = 50

// tagSets are the tags of resources, in the account and region of their ARNs.
var tagSets = docs.Collection[map[string]string]{Kind: "cloudtrail-tags", Noun: "resource"}

// Tag adds or replaces tags of a resource.
// Faults: TagsLimitExceededException, InvalidTagParameterException, and those of the kind.
func (r *Resources) Tag(ctx context.Context, at Place, resource string, add map[string]string) error {
	if err := CheckTags(add); err != nil {
		return err
	}
	if err := r.find(ctx, at, resource); err != nil {
		return err
	}
	return r.store.Write(ctx, func(tx Tx) error { return putTags(tx, resource, add) })
}

// Untag removes tags by their keys, and where a value is given, only when the tag has it.
func (r *Resources) Untag(ctx context.Context, at Place, resource string, tags map[string]string) error {
	if err := r.find(ctx, at, resource); err != nil {
		return err
	}
	return r.store.Write(ctx, func(tx Tx) error {
		return changeTags(tx, resource, func(have map[string]string) {
			for k, v := range tags {
				if v == "" || have[k] == v {
					delete(have, k)
				}
			}
		})
	})
}

// Tags are the tags of a resource.
func (r *Resources) Tags(ctx context.Context, at Place, resource string) (out map[string]string, err error) {
	if err := r.find(ctx, at, resource); err != nil {
		return nil, err
	}
	err = r.store.Read(ctx, func(tx Tx) error {
		doc, err := getTags(tx, resource)
		out = doc.Value
		return err
	})
	return out, err
}

// CheckTags refuses tags that no resource can have. Fault: InvalidTagParameterException.
func CheckTags(tags map[string]string) error {
	for k, v := range tags {
		if k == "" || len(k) > 128 || len(v) > 256 || strings.HasPrefix(strings.ToLower(k), "aws:") {
			return fault.Invalidf("TagsList", "The tag %q is not one: a key has 1 to 128 characters and does not begin with aws:, a value has at most 256.", short(k)).With("InvalidTagParameterException")
		}
	}
	return nil
}

// PutTags gives a new resource its tags, in the transaction that makes it. Fault: TagsLimitExceededException.
func PutTags(tx docs.Tx, resource string, tags map[string]string) error {
	return putTags(tx, resource, tags)
}

func putTags(tx docs.Tx, resource string, add map[string]string) error {
	if len(add) == 0 {
		return nil
	}
	return changeTags(tx, resource, func(have map[string]string) { maps.Copy(have, add) })
}

func getTags(tx docs.Tx, resource string) (docs.Doc[map[string]string], error) {
	a, err := arn.Parse(resource)
	if err != nil {
		return docs.Doc[map[string]string]{}, err
	}
	doc, err := tagSets.Get(tx, a.Account, a.Region, resource)
	if fault.KindOf(err) == fault.NotFound {
		err = nil
		doc.Account, doc.Region = a.Account, a.Region
	}
	if doc.Value == nil {
		doc.Value = map[string]string{}
	}
	return doc, err
}

func changeTags(tx docs.Tx, resource string, change func(map[string]string)) error {
	doc, err := getTags(tx, resource)
	if err != nil {
		return err
	}
	change(doc.Value)
	switch {
	case len(doc.Value) > MaxTags:
		return fault.New(fault.Quota, "The resource would have %d tags; %d are allowed.", len(doc.Value), MaxTags).With("TagsLimitExceededException")
	case doc.Revision == 0:
		return tagSets.Insert(tx, doc.Account, doc.Region, resource, "", doc.Value)
	}
	return tagSets.Update(tx, doc)
}

// Forget removes the tags and the policy of a resource, in the transaction that deletes it.
func Forget(tx docs.Tx, resource string) error {
	a, err := arn.Parse(resource)
	if err != nil {
		return err
	}
	for _, err := range []error{tagSets.Delete(tx, a.Account, a.Region, resource), policies.Delete(tx, a.Account, a.Region, resource)} {
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	return nil
}
