package collect

import (
	"errors"
	"maps"
)

// unread is what is not known of a resource whose describing call was denied.
var unread = []string{"configuration", "supplementaryConfiguration", "tags"}

// refused is the failure of a step's own call, if it was denied and the step can go on without it.
func refused(s *Step, err error) *Failure {
	if err == nil || s.Else == nil {
		return nil
	}
	if _, below := errors.AsType[*Failure](err); below {
		return nil
	}
	f, _ := failure(s.API, err).(*Failure)
	if f == nil || f.Kind != Denied {
		return nil
	}
	return f
}

// stub is an element of which only what the list said is known.
func (r *Reading) stub(s *Step, e *Element, f *Failure) *Element {
	known := r.inputs(nil, s.Else, e)
	o := maps.Clone(e.Object)
	maps.Copy(o, known)
	return &Element{Object: o, Parent: e.Parent, refused: f}
}
