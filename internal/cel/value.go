package cel

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/tickmark/tickmark/internal/tree"
)

// reader counts the members and elements that one evaluation walks past, which CEL's own cost does not know of.
type reader struct{ steps int }

var errSteps = errors.New("actual cost limit exceeded")

func (r *reader) walk(n int) ref.Val {
	if r.steps += n + 1; r.steps > maxSteps {
		return types.WrapErr(errSteps)
	}
	return nil
}

// value shows a node of a document as CEL sees it. Nothing is copied: maps and lists are read where they stand.
func (r *reader) value(n tree.Node) ref.Val {
	switch n.Kind() {
	case tree.Bool:
		b, _ := n.Bool()
		return types.Bool(b)
	case tree.Number:
		return number(n.Str())
	case tree.String:
		return types.String(n.Str())
	case tree.Array:
		return list{n, r}
	case tree.Object:
		return object{n, r}
	}
	return types.NullValue
}

// number is an int where the text is a whole number that fits into 64 bits, otherwise a double.
func number(s string) ref.Val {
	if !strings.ContainsAny(s, ".eE") {
		if i, err := strconv.ParseInt(s, 10, 64); err == nil {
			return types.Int(i)
		}
		if u, err := strconv.ParseUint(s, 10, 64); err == nil {
			return types.Uint(u)
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return types.NewErr("the number %s does not fit into 64 bits", s)
	}
	return types.Double(f)
}

// object is an object of a document. A member that is null is not there: AWS writes null and leaves out alike.
type object struct {
	n tree.Node
	r *reader
}

func (o object) Find(key ref.Val) (ref.Val, bool) {
	k, ok := key.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(key), false
	}
	if stop := o.r.walk(o.n.Len()); stop != nil {
		return stop, false
	}
	m := o.n.Get(string(k))
	if !m.Exists() {
		return nil, false
	}
	return o.r.value(m), true
}

func (o object) Get(key ref.Val) ref.Val { return get(o, key) }

func (o object) Contains(key ref.Val) ref.Val {
	v, found := o.Find(key)
	if v != nil && types.IsUnknownOrError(v) {
		return v
	}
	return types.Bool(found)
}

func (o object) Size() ref.Val { return types.Int(len(o.keys())) }

func (o object) Iterator() traits.Iterator { return &iterator{all: o.keys()} }

func (o object) keys() []ref.Val {
	keys := make([]ref.Val, 0, o.n.Len())
	for k, m := range o.n.Members {
		if m.Exists() {
			keys = append(keys, types.String(k))
		}
	}
	return keys
}

func (o object) Equal(other ref.Val) ref.Val                 { return equalMaps(o, other) }
func (o object) Type() ref.Type                              { return types.MapType }
func (o object) Value() any                                  { return o }
func (o object) ConvertToType(t ref.Type) ref.Val            { return convert(o, types.MapType, t) }
func (o object) ConvertToNative(t reflect.Type) (any, error) { return nil, noNative(t) }

// get is Find for an index expression.
func get(m traits.Mapper, key ref.Val) ref.Val {
	v, found := m.Find(key)
	if !found {
		return types.ValOrErr(v, "no such key: %v", key)
	}
	return v
}

// equalMaps compares a map of ours with any map.
func equalMaps(m traits.Mapper, other ref.Val) ref.Val {
	o, ok := other.(traits.Mapper)
	if !ok || m.Size() != o.Size() {
		return types.False
	}
	for it := m.Iterator(); it.HasNext() == types.True; {
		key := it.Next()
		a, _ := m.Find(key)
		b, found := o.Find(key)
		if !found || types.Equal(a, b) != types.True {
			return types.False
		}
	}
	return types.True
}

func convert(v ref.Val, own, want ref.Type) ref.Val {
	switch want {
	case own:
		return v
	case types.TypeType:
		return own.(*types.Type)
	}
	return types.NewErr("type conversion error from '%s' to '%s'", own, want)
}

func noNative(t reflect.Type) error { return fmt.Errorf("values of items are not given out as %v", t) }

// list is an array of a document.
type list struct {
	n tree.Node
	r *reader
}

func (l list) Get(index ref.Val) ref.Val {
	i, err := types.GetOrError(index)
	if err != nil {
		return types.WrapErr(err)
	}
	if i < 0 || i >= l.n.Len() {
		return types.NewErr("index out of bounds: %d", i)
	}
	if stop := l.r.walk(i); stop != nil {
		return stop
	}
	return l.r.value(l.n.Elem(i))
}

func (l list) Add(other ref.Val) ref.Val { return l.plain().Add(other) }

// Fold goes through the elements in order, without looking each up.
func (l list) Fold(f traits.Folder) {
	i := types.Int(0)
	for e := range l.n.Elements {
		if !f.FoldEntry(i, l.r.value(e)) {
			return
		}
		i++
	}
}

// Fold goes through the members in order, without looking each up.
func (o object) Fold(f traits.Folder) {
	for k, m := range o.n.Members {
		if m.Exists() && !f.FoldEntry(types.String(k), o.r.value(m)) {
			return
		}
	}
}

// plain is the list as the standard library has lists.
func (l list) plain() traits.Lister {
	return types.NewRefValList(types.DefaultTypeAdapter, l.elements())
}

func (l list) elements() []ref.Val {
	all := make([]ref.Val, 0, l.n.Len())
	for e := range l.n.Elements {
		all = append(all, l.r.value(e))
	}
	return all
}

func (l list) Contains(v ref.Val) ref.Val {
	if stop := l.r.walk(l.n.Len()); stop != nil {
		return stop
	}
	for e := range l.n.Elements {
		if types.Equal(l.r.value(e), v) == types.True {
			return types.True
		}
	}
	return types.False
}

func (l list) Size() ref.Val                               { return types.Int(l.n.Len()) }
func (l list) Iterator() traits.Iterator                   { return &iterator{all: l.elements()} }
func (l list) Equal(other ref.Val) ref.Val                 { return l.plain().Equal(other) }
func (l list) Type() ref.Type                              { return types.ListType }
func (l list) Value() any                                  { return l }
func (l list) ConvertToType(t ref.Type) ref.Val            { return convert(l, types.ListType, t) }
func (l list) ConvertToNative(t reflect.Type) (any, error) { return nil, noNative(t) }

// iterator walks over values that are known.
type iterator struct {
	all []ref.Val
	i   int
}

func (it *iterator) HasNext() ref.Val { return types.Bool(it.i < len(it.all)) }

func (it *iterator) Next() ref.Val {
	if it.i >= len(it.all) {
		return nil
	}
	it.i++
	return it.all[it.i-1]
}

func (it *iterator) Equal(ref.Val) ref.Val { return types.NewErr("iterators are not compared") }
func (it *iterator) Type() ref.Type        { return types.IteratorType }
func (it *iterator) Value() any            { return nil }
func (it *iterator) ConvertToType(ref.Type) ref.Val {
	return types.NewErr("iterators are not converted")
}

func (it *iterator) ConvertToNative(reflect.Type) (any, error) {
	return nil, errors.New("iterators are not converted")
}
