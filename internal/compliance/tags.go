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

// exists reports whether an ARN names a rule, pack, aggregator, authorization or recorder of the place.
func exists(tx Tx, at Place, resource string) (bool, error) {
	found := false
	look := func(a string) { found = found || a == resource }
	rs, err := rules.All(tx, own(at))
	for _, d := range rs {
		look(d.Value.ARN)
	}
	if err != nil || found {
		return found, err
	}
	ps, err := packs.All(tx, own(at))
	for _, d := range ps {
		look(d.Value.ARN)
	}
	if err != nil || found {
		return found, err
	}
	as, err := aggregators.All(tx, own(at))
	for _, d := range as {
		look(d.Value.ARN)
	}
	if err != nil || found {
		return found, err
	}
	gs, err := authorizations.All(tx, own(at))
	for _, d := range gs {
		look(d.Value.ARN)
	}
	if err != nil || found {
		return found, err
	}
	cs, err := recorders.All(tx, own(at))
	for _, d := range cs {
		look(d.Value.ARN)
	}
	return found, err
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
			return fault.New(fault.Quota, "The resource would have %d tags; %d are allowed.", len(d.Value), maxTags).With("TooManyTagsException")
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
