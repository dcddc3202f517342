package compliance

import (
	"context"
	"maps"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

var tagSets = docs.Collection[map[string]string]{Kind: "config-tags", Noun: "resource"}

// maxTags of one resource.
const maxTags = 50

// tagged are the kinds of documents with an ARN that may have tags; package rollout keeps the last two.
var tagged = []docs.Collection[struct{ ARN string }]{
	{Kind: rules.Kind, Noun: rules.Noun},
	{Kind: packs.Kind, Noun: packs.Noun},
	{Kind: aggregators.Kind, Noun: aggregators.Noun},
	{Kind: authorizations.Kind, Noun: authorizations.Noun},
	{Kind: recorders.Kind, Noun: recorders.Noun},
	{Kind: linked.Kind, Noun: linked.Noun},
	{Kind: connectors.Kind, Noun: connectors.Noun},
	{Kind: storedQueries.Kind, Noun: storedQueries.Noun},
	{Kind: OrganizationRuleKind, Noun: "organization config rule"},
	{Kind: OrganizationPackKind, Noun: "organization conformance pack"},
}

// The kinds of the documents of package rollout.
const (
	OrganizationRuleKind = "config-organization-rule"
	OrganizationPackKind = "config-organization-pack"
)

func tooManyTags(n int) error {
	return fault.New(fault.Quota, "The resource would have %d tags; %d are allowed.", n, maxTags).With("TooManyTagsException")
}

// exists reports whether an ARN names something of the place that may have tags.
func exists(tx Tx, at Place, resource string) (bool, error) {
	for _, c := range tagged {
		list, err := c.All(tx, own(at))
		if err != nil {
			return false, err
		}
		for _, d := range list {
			if d.Value.ARN == resource {
				return true, nil
			}
		}
	}
	return false, nil
}

// Tag adds or replaces tags of a resource of the place, named by its ARN.
// Faults: ResourceNotFoundException, TooManyTagsException, ValidationException.
func (p *Program) Tag(ctx context.Context, at Place, resource string, add map[string]string) error {
	for k, v := range add {
		if k == "" || len(k) > 128 || len(v) > 256 {
			return fault.Invalidf("Tags", "A tag key has 1 to 128 characters and a value at most 256; %q does not.", k).With("ValidationException")
		}
	}
	return p.changeTags(ctx, at, resource, func(tags map[string]string) { maps.Copy(tags, add) })
}

// Untag removes tags of a resource by their keys. Fault: ResourceNotFoundException.
func (p *Program) Untag(ctx context.Context, at Place, resource string, keys []string) error {
	return p.changeTags(ctx, at, resource, func(tags map[string]string) {
		for _, k := range keys {
			delete(tags, k)
		}
	})
}

func (p *Program) changeTags(ctx context.Context, at Place, resource string, change func(map[string]string)) error {
	return p.store.Write(ctx, func(tx Tx) error {
		if err := mustExist(tx, at, resource); err != nil {
			return err
		}
		d, err := tagSets.Get(tx, at.Account, at.Region, resource)
		fresh := fault.KindOf(err) == fault.NotFound
		if err != nil && !fresh {
			return err
		}
		if d.Value == nil {
			d.Value = map[string]string{}
		}
		change(d.Value)
		if len(d.Value) > maxTags {
			return tooManyTags(len(d.Value))
		}
		if fresh {
			return tagSets.Insert(tx, at.Account, at.Region, resource, "", d.Value)
		}
		return tagSets.Update(tx, d)
	})
}

func mustExist(tx Tx, at Place, resource string) error {
	ok, err := exists(tx, at, resource)
	if err == nil && !ok {
		return fault.Missing("resource", resource).With("ResourceNotFoundException")
	}
	return err
}

// Tags are the tags of a resource of the place. Fault: ResourceNotFoundException.
func (p *Program) Tags(ctx context.Context, at Place, resource string) (map[string]string, error) {
	return read(ctx, p, func(tx Tx) (map[string]string, error) {
		if err := mustExist(tx, at, resource); err != nil {
			return nil, err
		}
		d, err := tagSets.Get(tx, at.Account, at.Region, resource)
		if fault.KindOf(err) == fault.NotFound {
			return map[string]string{}, nil
		}
		return d.Value, err
	})
}
