package collect

import "strings"

// Element is what a step found: an object, and the element for which it was asked.
type Element struct {
	Object
	Parent *Element

	refused *Failure // why its step's call gave nothing
}

// self is the member that holds an element which is no object: a name, an ARN.
const self = "."

func element(v any, parent *Element) *Element {
	if o, ok := v.(Object); ok {
		return &Element{Object: o, Parent: parent}
	}
	return &Element{Object: Object{self: v}, Parent: parent}
}

// Text is a text at a path; "^." leads to the element above, "." is an element that is no object.
func (e *Element) Text(path string) string { return text(e.At(path)) }

// At is a value at a path.
func (e *Element) At(path string) any {
	for e != nil {
		rest, up := strings.CutPrefix(path, "^")
		if !up {
			break
		}
		e, path = e.Parent, strings.TrimPrefix(rest, ".")
		if path == "" {
			path = self
		}
	}
	if e == nil {
		return nil
	}
	if path == self {
		return e.Object[self]
	}
	return At(e.Object, path)
}

// Every gives all that lies at a path, as Every.
func (e *Element) Every(path string) []any {
	if strings.HasPrefix(path, "^") || path == self {
		if v := e.At(path); v != nil {
			return []any{v}
		}
		return nil
	}
	return Every(e.Object, path)
}

// lay puts the members of an answer over the element's own.
func (e *Element) lay(o Object) *Element {
	merged := make(Object, len(e.Object)+len(o))
	for k, v := range e.Object {
		merged[k] = v
	}
	for k, v := range o {
		merged[k] = v
	}
	return &Element{merged, e.Parent, e.refused}
}
