package authoring

import (
	"context"

	"github.com/tickmark/tickmark/internal/assess"
)

// Change is what became of one definition. Its JSON form is a promise to scripts.
type Change struct {
	// Kind is framework or control.
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	ID    string `json:"id"`
	Owner string `json:"owner"`
	// Action is created, changed, unchanged or removed.
	Action string `json:"action"`
	// Diff are the lines of a change: they begin with a minus, a plus or a blank.
	Diff []string `json:"diff,omitempty"`
}

// Definer makes definitions; assess.Service is one.
type Definer interface {
	Define(ctx context.Context, by assess.Caller, w assess.Wanted) (assess.Outcome, error)
}

// Options say how a file is applied.
type Options struct {
	// Owner owns the definitions that name no owner.
	Owner string
	// Prune removes what an earlier file declared and this one does not.
	Prune bool
	// Try changes nothing.
	Try bool
}

// Apply makes the definitions those of the file.
func Apply(ctx context.Context, to Definer, by assess.Caller, f *File, o Options) ([]Change, error) {
	if p := check(f); len(p) > 0 {
		return nil, p
	}
	w, err := f.Wanted(o.Owner)
	if err != nil {
		return nil, err
	}
	w.Prune, w.Try = o.Prune, o.Try
	out, err := to.Define(ctx, by, w)
	if err != nil {
		return nil, err
	}
	changes := make([]Change, len(out.Defined))
	for i := range out.Defined {
		if changes[i], err = change(&out.Defined[i], out.Controls); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

func change(d *assess.Defined, controls map[string]assess.Control) (Change, error) {
	if d.FrameworkBefore == nil && d.FrameworkAfter == nil {
		return controlChange(d)
	}
	f := d.FrameworkAfter
	if f == nil {
		f = d.FrameworkBefore
	}
	c := Change{Kind: "framework", Name: f.Name, ID: f.ID, Owner: f.Owner, Action: d.Action}
	if d.Action != assess.Changed {
		return c, nil
	}
	x := exporter{owner: f.Owner, controls: map[string]*assess.Control{}, written: map[string]bool{}}
	for id, k := range controls {
		x.controls[id], x.written[id] = &k, true // controls are named: their own changes stand by themselves
	}
	before, err := toYAML(x.framework(d.FrameworkBefore))
	if err != nil {
		return c, err
	}
	after, err := toYAML(x.framework(f))
	c.Diff = diff(string(before), string(after))
	return c, err
}

func controlChange(d *assess.Defined) (Change, error) {
	k := d.ControlAfter
	if k == nil {
		k = d.ControlBefore
	}
	c := Change{Kind: "control", Name: k.Name, ID: k.ID, Owner: k.Owner, Action: d.Action}
	if d.Action != assess.Changed {
		return c, nil
	}
	before, err := toYAML(controlOf(d.ControlBefore))
	if err != nil {
		return c, err
	}
	after, err := toYAML(controlOf(k))
	c.Diff = diff(string(before), string(after))
	return c, err
}
