package compliance

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/fault"
)

// Associate makes a recorder, named by its ARN, record more types: they are added to its list, or no longer excluded.
// Faults: NoSuchConfigurationRecorderException, ValidationException (the strategy has no list, or a type is recorded
// already), ConflictException (the recorder belongs to a service).
func (p *Program) Associate(ctx context.Context, at Place, resource string, types []string) (Recorder, error) {
	return p.changeTypes(ctx, at, resource, types, true)
}

// Disassociate makes a recorder record fewer types. Faults as those of Associate.
func (p *Program) Disassociate(ctx context.Context, at Place, resource string, types []string) (Recorder, error) {
	return p.changeTypes(ctx, at, resource, types, false)
}

func (p *Program) changeTypes(ctx context.Context, at Place, resource string, types []string, record bool) (Recorder, error) {
	var out Recorder
	err := p.write(ctx, func(tx Tx) error {
		d, err := recorders.Get(tx, at.Account, at.Region, recorderID)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err != nil || d.Value.ARN != resource {
			return notCustomers(tx, at, resource)
		}
		if err := d.Value.changeTypes(types, record); err != nil {
			return err
		}
		out = d.Value
		return recorders.Update(tx, d)
	})
	return out, err
}

// notCustomers is the fault for an ARN that is not of the customer's recorder.
func notCustomers(tx Tx, at Place, resource string) error {
	d, err := oneLinked(tx, at, resource, "")
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "The service %s sets the resource types of the recorder %s and does not use it here: change the customer managed recorder.", d.Value.Principal, d.Value.Name).With("ConflictException")
}

func (r *Recorder) changeTypes(types []string, record bool) error {
	bad := func(format string, args ...any) error {
		return fault.Invalidf("ResourceTypes", format, args...).With("ValidationException")
	}
	if r.Group.Strategy != InclusionTypes && r.Group.Strategy != ExclusionTypes {
		return bad("The recorder %s has the strategy %s and no list of resource types: put it with another strategy.", r.Name, r.Group.Strategy)
	}
	if len(types) == 0 {
		return bad("Name the resource types.")
	}
	list, add := &r.Group.Types, record
	if r.Group.Strategy == ExclusionTypes {
		list, add = &r.Group.Exclude, !record
	}
	changed := slices.Clone(*list)
	for _, t := range types {
		switch i := slices.Index(changed, t); {
		case !KnownType(t):
			return bad("%q is not a resource type that AWS Config records.", t)
		case add == (i >= 0):
			verb := map[bool]string{true: "recorded already", false: "not recorded anyway"}[record]
			return bad("%s is %s by the recorder %s, or named twice.", t, verb, r.Name)
		case add:
			changed = append(changed, t)
		default:
			changed = slices.Delete(changed, i, i+1)
		}
	}
	if len(changed) == 0 {
		return bad("Nothing would be left of the recorder's list: put it with another strategy, or stop it.")
	}
	*list = changed
	return r.Mode.agrees(r.Group)
}
