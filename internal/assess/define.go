package assess

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Definitions are the custom frameworks and controls of an installation.
type Definitions struct {
	Frameworks []Framework
	Controls   []Control
}

// Definitions gives everything custom, whoever owns it, each kind by id.
func (s *Service) Definitions(ctx context.Context) (Definitions, error) {
	return read(ctx, s, func(tx Tx) (d Definitions, err error) {
		if d.Frameworks, err = customFrameworks(tx, ""); err != nil {
			return d, err
		}
		d.Controls, err = s.customControls(tx, "")
		return d, err
	})
}

// Wanted are definitions as somebody declares them. Names identify them within their owners.
type Wanted struct {
	Controls   []WantedControl
	Frameworks []WantedFramework
	// Prune removes what was declared before and is no longer, of the owners that are named here. What was made by the
	// API stays.
	Prune bool
	// Try only tells what would change.
	Try bool
}

// WantedControl is a control as it shall be.
type WantedControl struct {
	Owner string
	ControlInput
}

// WantedFramework is a framework as it shall be.
type WantedFramework struct {
	Owner, Name, Description, ComplianceType string

	Sets []WantedSet
	Tags map[string]string
}

// WantedSet is a control set whose controls are referred to.
type WantedSet struct {
	Name     string
	Controls []ControlRef
}

// ControlRef is a control by its id, or by the name that its owner gave it.
type ControlRef struct{ ID, Owner, Name string }

// What became of a definition.
const (
	Created   = "created"
	Changed   = "changed"
	Unchanged = "unchanged"
	Removed   = "removed"
)

// Defined is what became of one definition. Before is nil of what was created, After of what was removed; either the
// controls or the frameworks are set.
type Defined struct {
	Action                          string
	ControlBefore, ControlAfter     *Control
	FrameworkBefore, FrameworkAfter *Framework
}

// Outcome is what Define did, or would do.
type Outcome struct {
	Defined []Defined
	// Controls are the custom controls before and after, by id: those that frameworks of Defined name.
	Controls map[string]Control
}

// Define makes the installation's custom definitions those that are wanted, all of them or, when one cannot be, none.
// It is idempotent: what is already as it shall be is not written. The quotas of the API do not bind it, and what it
// made does not count towards them. Assessments keep the definitions they began with, but what is pruned leaves them
// as a deleted control does.
func (s *Service) Define(ctx context.Context, by Caller, w Wanted) (Outcome, error) {
	if err := s.checkWanted(&w); err != nil {
		return Outcome{}, err
	}
	n := len(w.Controls) + len(w.Frameworks)
	for _, f := range w.Frameworks {
		n += len(f.Sets)
	}
	ids := s.newIDs(n)
	run := func(tx Tx) (Outcome, error) {
		d := definer{s: s, tx: tx, by: by, wanted: &w, ids: ids, out: Outcome{Controls: map[string]Control{}}}
		return d.run()
	}
	if w.Try {
		return read(ctx, s, run)
	}
	return write(ctx, s, run)
}

func (s *Service) checkWanted(w *Wanted) error {
	seen := map[[2]string]bool{}
	once := func(noun, owner, name string) error {
		k := [2]string{noun, ownName(owner, name)}
		if seen[k] {
			return fault.Invalidf("name", "The %s %q is defined twice; names are unique within an owner, whatever their case.", noun, name)
		}
		seen[k] = true
		if !arn.ValidAccount(owner) {
			return fault.Invalidf("owner", "The owner %q of the %s %q is not twelve digits.", owner, noun, name)
		}
		return nil
	}
	for i := range w.Controls {
		k := &w.Controls[i]
		if err := once("control", k.Owner, k.Name); err != nil {
			return err
		}
		if err := CheckDefinition(&k.ControlInput); err != nil {
			return about("control", k.Name, err)
		}
		s.giveIDs(k.Sources)
	}
	for i := range w.Frameworks {
		if err := once("framework", w.Frameworks[i].Owner, w.Frameworks[i].Name); err != nil {
			return err
		}
	}
	return nil
}

// about names the definition that a fault is about.
func about(noun, name string, err error) error {
	if f, ok := err.(*fault.Error); ok {
		g := *f
		g.Message = noun + " " + strings.TrimSpace(name) + ": " + f.Message
		return &g
	}
	return err
}

// definer is one run of Define inside its transaction.
type definer struct {
	s      *Service
	tx     Tx
	by     Caller
	wanted *Wanted
	ids    []string
	out    Outcome

	controls   map[string]docs.Doc[Control] // by owner and name
	frameworks map[string]docs.Doc[Framework]
}

func (d *definer) id() string {
	id := d.ids[0]
	d.ids = d.ids[1:]
	return id
}

func (d *definer) run() (Outcome, error) {
	ks, err := controls.All(d.tx, arn.Everything())
	if err != nil {
		return d.out, err
	}
	fs, err := frameworks.All(d.tx, arn.Everything())
	if err != nil {
		return d.out, err
	}
	d.controls, d.frameworks = map[string]docs.Doc[Control]{}, map[string]docs.Doc[Framework]{}
	for _, k := range ks {
		d.controls[ownName(k.Value.Owner, k.Value.Name)] = k
		d.out.Controls[k.ID] = k.Value
	}
	for _, f := range fs {
		d.frameworks[ownName(f.Value.Owner, f.Value.Name)] = f
	}
	for i := range d.wanted.Controls {
		if err := d.control(&d.wanted.Controls[i]); err != nil {
			return d.out, about("control", d.wanted.Controls[i].Name, err)
		}
	}
	for i := range d.wanted.Frameworks {
		if err := d.framework(&d.wanted.Frameworks[i]); err != nil {
			return d.out, about("framework", d.wanted.Frameworks[i].Name, err)
		}
	}
	if d.wanted.Prune {
		err = d.prune()
	}
	return d.out, err
}

func (d *definer) control(w *WantedControl) error {
	key := ownName(w.Owner, w.Name)
	by := Caller{Account: w.Owner, Principal: d.by.Principal}
	old, known := d.controls[key]
	v := Control{ID: d.id(), Type: Custom, Owner: w.Owner, CreatedBy: d.by.Principal, Created: d.tx.Now()}
	if known {
		v = old.Value
	}
	input := w.ControlInput
	input.Sources = keepSourceIDs(old.Value.Sources, input.Sources)
	v.set(input, by, d.tx.Now())
	v.Tags, v.Declared = input.Tags, true
	did := Defined{Action: Created, ControlAfter: &v}
	switch {
	case !known:
		d.controls[key] = docs.Doc[Control]{Record: docs.Record{Key: docs.Key{Kind: controls.Kind, ID: v.ID}, Name: key}, Value: v}
		if err := d.save(func() error { return controls.Insert(d.tx, "", "", v.ID, key, v) }); err != nil {
			return err
		}
	case v.same(&old.Value) && old.Value.Declared:
		did = Defined{Action: Unchanged, ControlBefore: &old.Value, ControlAfter: &old.Value}
	default:
		before := old.Value
		did.Action, did.ControlBefore = Changed, &before
		if v.same(&before) { // made by the API and declared from now on
			did.Action, v.Updated, v.UpdatedBy = Unchanged, before.Updated, before.UpdatedBy
		}
		old.Value, old.Name = v, key
		d.controls[key] = old
		if err := d.save(func() error { return controls.Update(d.tx, old) }); err != nil {
			return err
		}
	}
	d.out.Controls[v.ID] = v
	d.out.Defined = append(d.out.Defined, did)
	return nil
}

// save writes unless the run is only a try.
func (d *definer) save(write func() error) error {
	if d.wanted.Try {
		return nil
	}
	return write()
}

// keepSourceIDs gives sources that stay what they were their ids again.
func keepSourceIDs(old, sources []catalog.Source) []catalog.Source {
	out := slices.Clone(sources)
	left := slices.Clone(old)
	for i := range out {
		for j, o := range left {
			if o.Type == out[i].Type && o.Keyword == out[i].Keyword && o.Name == out[i].Name {
				out[i].ID = o.ID
				left = slices.Delete(left, j, j+1)
				break
			}
		}
	}
	return out
}

// same tells whether two controls say the same.
func (c *Control) same(o *Control) bool {
	content := func(c *Control) any {
		sources := slices.Clone(c.Sources)
		for i := range sources {
			sources[i].ID = ""
		}
		return []any{
			c.Name, c.Description, c.TestingInformation, c.ActionPlanTitle, c.ActionPlanInstructions, sources,
		}
	}
	return reflect.DeepEqual(content(c), content(o)) && maps.Equal(c.Tags, o.Tags)
}

func (d *definer) framework(w *WantedFramework) error {
	input := FrameworkInput{Name: w.Name, Description: w.Description, ComplianceType: w.ComplianceType, Tags: w.Tags}
	ids := make([]string, 0, len(w.Sets))
	id := d.id()
	for _, set := range w.Sets {
		out := Set{Name: set.Name}
		for _, ref := range set.Controls {
			k, err := d.resolve(ref)
			if err != nil {
				return err
			}
			out.Controls = append(out.Controls, k)
		}
		input.Sets, ids = append(input.Sets, out), append(ids, d.id())
	}
	known := func(id string) error {
		_, standard := d.s.o.Library.Control(id)
		if _, custom := d.out.Controls[id]; !custom && !standard {
			return fault.Missing("control", id)
		}
		return nil
	}
	if err := CheckFramework(&input, known); err != nil {
		return err
	}
	return d.putFramework(w.Owner, input, id, ids)
}

func (d *definer) resolve(r ControlRef) (string, error) {
	if r.ID != "" {
		return r.ID, nil
	}
	k, ok := d.controls[ownName(r.Owner, r.Name)]
	if !ok {
		return "", fault.Invalidf("controlSets.controls", "There is no custom control %q of account %s, here or in what is applied.", r.Name, r.Owner)
	}
	return k.ID, nil
}

func (d *definer) putFramework(owner string, input FrameworkInput, id string, ids []string) error {
	key := ownName(owner, input.Name)
	old, known := d.frameworks[key]
	v := Framework{ID: id, Type: Custom, Owner: owner, CreatedBy: d.by.Principal, Created: d.tx.Now()}
	if known {
		v = old.Value
	}
	v.set(input, ids, d.by, d.tx.Now())
	v.Tags, v.Declared = input.Tags, true
	did := Defined{Action: Created, FrameworkAfter: &v}
	switch {
	case !known:
		d.frameworks[key] = docs.Doc[Framework]{Record: docs.Record{Key: docs.Key{Kind: frameworks.Kind, ID: v.ID}, Name: key}, Value: v}
		if err := d.save(func() error { return frameworks.Insert(d.tx, "", "", v.ID, key, v) }); err != nil {
			return err
		}
	case v.same(&old.Value) && old.Value.Declared:
		did = Defined{Action: Unchanged, FrameworkBefore: &old.Value, FrameworkAfter: &old.Value}
	default:
		before := old.Value
		did.Action, did.FrameworkBefore = Changed, &before
		if v.same(&before) {
			did.Action, v.Updated, v.UpdatedBy = Unchanged, before.Updated, before.UpdatedBy
		}
		old.Value, old.Name = v, key
		d.frameworks[key] = old
		if err := d.save(func() error { return frameworks.Update(d.tx, old) }); err != nil {
			return err
		}
	}
	d.out.Defined = append(d.out.Defined, did)
	return nil
}

// same tells whether two frameworks say the same.
func (f *Framework) same(o *Framework) bool {
	return f.Name == o.Name && f.Description == o.Description && f.ComplianceType == o.ComplianceType &&
		maps.Equal(f.Tags, o.Tags) && slices.EqualFunc(f.Sets, o.Sets, func(a, b Set) bool {
		return a.Name == b.Name && slices.Equal(a.Controls, b.Controls)
	})
}

// prune removes what the named owners declared before and do not declare now: frameworks first. A control that a wanted
// framework uses stays.
func (d *definer) prune() error {
	owners, keep := map[string]bool{}, map[string]bool{}
	for _, k := range d.wanted.Controls {
		owners[k.Owner], keep["c"+ownName(k.Owner, k.Name)] = true, true
	}
	for _, f := range d.wanted.Frameworks {
		owners[f.Owner], keep["f"+ownName(f.Owner, f.Name)] = true, true
	}
	used := map[string]bool{}
	for _, f := range d.wanted.Frameworks {
		for _, set := range d.frameworks[ownName(f.Owner, f.Name)].Value.Sets {
			for _, id := range set.Controls {
				used[id] = true
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(d.frameworks)) {
		v := d.frameworks[key].Value
		if !v.Declared || !owners[v.Owner] || keep["f"+key] {
			continue
		}
		if err := d.save(func() error { return frameworks.Delete(d.tx, "", "", v.ID) }); err != nil {
			return err
		}
		d.out.Defined = append(d.out.Defined, Defined{Action: Removed, FrameworkBefore: &v})
	}
	for _, key := range slices.Sorted(maps.Keys(d.controls)) {
		v := d.controls[key].Value
		if !v.Declared || !owners[v.Owner] || keep["c"+key] || used[v.ID] {
			continue
		}
		if err := d.save(func() error {
			return firstOf(removeFromFrameworks(d.tx, v.ID), removeFromAssessments(d.tx, v.ID), controls.Delete(d.tx, "", "", v.ID))
		}); err != nil {
			return err
		}
		d.out.Defined = append(d.out.Defined, Defined{Action: Removed, ControlBefore: &v})
	}
	return nil
}
