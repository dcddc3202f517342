package cel

import (
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/interpreter"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/tree"
)

// Input is what an expression judges.
type Input struct {
	Item       *inventory.Item
	Parameters map[string]string
	// Now is asked only when the expression uses now.
	Now func() time.Time
}

// activation gives the variables of one evaluation their values, when they are asked for.
type activation struct {
	in     Input
	reader reader
}

func (a *activation) Parent() interpreter.Activation { return nil }

// ResolveName is a variable's value; one that the item does not have is not there.
func (a *activation) ResolveName(name string) (any, bool) {
	switch name {
	case "now":
		return types.Timestamp{Time: a.in.Now()}, true
	case "parameters":
		return types.NewStringStringMap(types.DefaultTypeAdapter, a.in.Parameters), true
	case "item":
		return members(a), true
	}
	return a.member(name)
}

// member is a member of the item.
func (a *activation) member(name string) (any, bool) {
	it := a.in.Item
	switch name {
	case "accountId":
		return types.String(it.Account), true
	case "awsRegion":
		return types.String(it.Region), true
	case "resourceType":
		return types.String(it.Type), true
	case "resourceId":
		return types.String(it.ID), true
	case "tags":
		if n := it.Field("tags"); n.Kind() == tree.Object {
			return object{n, &a.reader}, true
		}
		tags := map[string]string{}
		for k, v := range it.Tags() {
			tags[k] = v
		}
		return types.NewStringStringMap(types.DefaultTypeAdapter, tags), it.Field("tags").Exists()
	case "configuration":
		n := it.Configuration()
		return object{n, &a.reader}, n.Kind() == tree.Object
	case "supplementaryConfiguration":
		n := it.Field("supplementaryConfiguration")
		return supplement{object{n, &a.reader}, it}, n.Kind() == tree.Object
	case "configurationItemCaptureTime":
		return types.Timestamp{Time: it.Captured}, !it.Captured.IsZero()
	case "resourceCreationTime":
		return types.Timestamp{Time: it.Created}, !it.Created.IsZero()
	}
	n := it.Field(name)
	return a.reader.value(n), n.Exists()
}

// supplement is supplementaryConfiguration, whose members are opened where they are strings that hold JSON.
type supplement struct {
	object
	it *inventory.Item
}

func (s supplement) Find(key ref.Val) (ref.Val, bool) {
	k, ok := key.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(key), false
	}
	n := s.it.Supplementary(string(k))
	if !n.Exists() {
		return nil, false
	}
	return s.r.value(n), true
}

func (s supplement) Get(key ref.Val) ref.Val      { return get(s, key) }
func (s supplement) Equal(other ref.Val) ref.Val  { return equalMaps(s, other) }
func (s supplement) Contains(key ref.Val) ref.Val { return s.object.Contains(key) }

// members is the item as a map, so that has(item.resourceName) can be asked.
func members(a *activation) traits.Mapper {
	all := map[string]ref.Val{}
	for name := range a.in.Item.Members() {
		if v, ok := a.member(name); ok {
			if v, ok := v.(ref.Val); ok {
				all[name] = v
			}
		}
	}
	return types.NewDynamicMap(types.DefaultTypeAdapter, all)
}
