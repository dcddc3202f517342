package assess

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Framework is a framework of the library, standard or custom.
type Framework struct {
	ID             string            `json:"id"`
	Type           string            `json:"type"`
	Owner          string            `json:"owner,omitempty"`
	Name           string            `json:"name"`
	Description    string            `json:"description,omitempty"`
	ComplianceType string            `json:"complianceType,omitempty"`
	Sets           []Set             `json:"controlSets"`
	Tags           map[string]string `json:"tags,omitempty"`
	CreatedBy      string            `json:"createdBy,omitempty"`
	UpdatedBy      string            `json:"updatedBy,omitempty"`
	Created        time.Time         `json:"created"`
	Updated        time.Time         `json:"updated"`
	// Declared tells that the framework comes from a file (Define).
	Declared bool `json:"declared,omitempty"`
}

// Set is a control set of a framework: the ids of its controls.
type Set struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Controls []string `json:"controls"`
}

// ControlCount is the number of controls in all sets.
func (f *Framework) ControlCount() int {
	n := 0
	for _, s := range f.Sets {
		n += len(s.Controls)
	}
	return n
}

var frameworks = docs.Collection[Framework]{Kind: "framework", Noun: "framework"}

func standardFramework(k *catalog.Framework) Framework {
	f := Framework{
		ID: k.ID, Type: Standard, Name: k.Name(), Description: k.Description(), ComplianceType: k.ComplianceType(),
		CreatedBy: "Tickmark", UpdatedBy: "Tickmark", Created: catalog.Released, Updated: catalog.Released,
	}
	for _, s := range k.Sets {
		set := Set{ID: s.ID, Name: s.Name}
		for _, c := range s.Controls {
			set.Controls = append(set.Controls, c.ID)
		}
		f.Sets = append(f.Sets, set)
	}
	return f
}

func (s *Service) framework(tx Tx, id string) (Framework, error) {
	if k, ok := s.o.Library.Framework(id); ok {
		return standardFramework(k), nil
	}
	d, err := frameworks.Get(tx, "", "", id)
	return d.Value, err
}

// FrameworkInput is what a custom framework is made of. Sets need no ids; on update a set keeps the id it is given, by
// its id or its name before, and else the one of the set of its name.
type FrameworkInput struct {
	Name, Description, ComplianceType string

	Sets []Set
	Tags map[string]string
}

func (s *Service) checkFramework(tx Tx, in *FrameworkInput) error {
	l := s.lookup(tx)
	return CheckFramework(in, func(id string) error {
		_, err := l.control(id)
		return err
	})
}

// CheckFramework checks a framework whose controls known finds.
func CheckFramework(in *FrameworkInput, known func(id string) error) error {
	if err := firstOf(named("name", in.Name, `\`), length("description", in.Description, 0, 1000),
		length("complianceType", in.ComplianceType, 0, 100), checkTags(in.Tags)); err != nil {
		return err
	}
	if len(in.Sets) == 0 {
		return fault.Invalidf("controlSets", "A framework needs at least one control set.")
	}
	names := map[string]bool{}
	for _, set := range in.Sets {
		if err := named("controlSets.name", set.Name, `\_`); err != nil {
			return err
		}
		if names[set.Name] {
			return fault.Invalidf("controlSets.name", "Two control sets are named %q; names are unique within a framework.", set.Name)
		}
		names[set.Name] = true
		if len(set.Controls) == 0 {
			return fault.Invalidf("controlSets.controls", "The control set %q needs at least one control.", set.Name)
		}
		for i, id := range set.Controls {
			if slices.Contains(set.Controls[:i], id) {
				return fault.Invalidf("controlSets.controls", "The control set %q names control %s twice.", set.Name, id)
			}
			if err := known(id); err != nil {
				return err
			}
		}
	}
	return nil
}

// CreateFramework makes a custom framework.
func (s *Service) CreateFramework(ctx context.Context, c Caller, in FrameworkInput) (Framework, error) {
	id := s.o.IDs.NewID()
	ids := s.newIDs(len(in.Sets))
	return write(ctx, s, func(tx Tx) (Framework, error) {
		if err := firstOf(registered(tx, c), s.checkFramework(tx, &in)); err != nil {
			return Framework{}, err
		}
		mine, err := customFrameworks(tx, c.Account)
		if err != nil {
			return Framework{}, err
		}
		if counted(mine, func(f *Framework) bool { return !f.Declared }) >= s.o.Limits.CustomFrameworks {
			return Framework{}, quota("custom frameworks", s.o.Limits.CustomFrameworks)
		}
		f := Framework{ID: id, Type: Custom, Owner: c.Account, CreatedBy: c.Principal, Created: tx.Now(), Tags: in.Tags}
		f.set(in, ids, c, tx.Now())
		return f, nameTaken(frameworks.Insert(tx, "", "", id, ownName(c.Account, in.Name), f), "framework", in.Name)
	})
}

// newIDs are taken before a transaction, which may run twice.
func (s *Service) newIDs(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = s.o.IDs.NewID()
	}
	return ids
}

func (f *Framework) set(in FrameworkInput, ids []string, by Caller, now time.Time) {
	old := map[string]string{} // ids by themselves and by name; what is taken is taken out
	for _, s := range f.Sets {
		old[s.Name] = s.ID
	}
	for _, s := range f.Sets {
		old[s.ID] = s.ID
	}
	take := func(key string) string {
		id := old[key]
		if id != "" {
			maps.DeleteFunc(old, func(_, v string) bool { return v == id })
		}
		return id
	}
	f.Name, f.Description, f.ComplianceType = in.Name, in.Description, in.ComplianceType
	f.Sets = slices.Clone(in.Sets)
	for i := range f.Sets {
		f.Sets[i].ID = take(in.Sets[i].ID)
	}
	for i := range f.Sets {
		if f.Sets[i].ID == "" {
			f.Sets[i].ID = cmp.Or(take(f.Sets[i].Name), ids[i])
		}
	}
	f.UpdatedBy, f.Updated = by.Principal, now
}

// GetFramework is a framework of the library.
func (s *Service) GetFramework(ctx context.Context, c Caller, id string) (Framework, error) {
	return read(ctx, s, func(tx Tx) (Framework, error) {
		if err := registered(tx, c); err != nil {
			return Framework{}, err
		}
		return s.framework(tx, id)
	})
}

// FrameworkControls are the controls of a framework by id, as GetAssessmentFramework shows them.
func (s *Service) FrameworkControls(ctx context.Context, f *Framework) (map[string]Control, error) {
	return read(ctx, s, func(tx Tx) (map[string]Control, error) {
		out := make(map[string]Control, f.ControlCount())
		l := s.lookup(tx)
		for _, set := range f.Sets {
			for _, id := range set.Controls {
				k, err := l.control(id)
				if err != nil {
					return nil, err
				}
				out[id] = k
			}
		}
		return out, nil
	})
}

// UpdateFramework replaces a custom framework's name, texts and sets.
func (s *Service) UpdateFramework(ctx context.Context, c Caller, id string, in FrameworkInput) (Framework, error) {
	ids := s.newIDs(len(in.Sets))
	return write(ctx, s, func(tx Tx) (Framework, error) {
		d, err := s.ownFramework(tx, c, id)
		if err != nil {
			return Framework{}, err
		}
		if err := s.checkFramework(tx, &in); err != nil {
			return Framework{}, err
		}
		d.Value.set(in, ids, c, tx.Now())
		d.Name = ownName(c.Account, in.Name)
		return d.Value, nameTaken(frameworks.Update(tx, d), "framework", in.Name)
	})
}

func (s *Service) ownFramework(tx Tx, c Caller, id string) (docs.Doc[Framework], error) {
	if err := registered(tx, c); err != nil {
		return docs.Doc[Framework]{}, err
	}
	if _, ok := s.o.Library.Framework(id); ok {
		return docs.Doc[Framework]{}, fault.Invalidf("frameworkId", "Framework %s is a standard framework; those cannot be changed or deleted. Make a custom copy.", id)
	}
	d, err := frameworks.Get(tx, "", "", id)
	if err == nil && d.Value.Owner != c.Account {
		err = fault.New(fault.Denied, "Framework %s belongs to account %s, which alone may change or share it.", id, d.Value.Owner)
	}
	return d, err
}

// DeleteFramework removes a custom framework; assessments made from it go on.
func (s *Service) DeleteFramework(ctx context.Context, c Caller, id string) error {
	_, err := write(ctx, s, func(tx Tx) (struct{}, error) {
		if _, err := s.ownFramework(tx, c, id); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, frameworks.Delete(tx, "", "", id)
	})
	return err
}

func customFrameworks(tx Tx, owner string) ([]Framework, error) {
	all, err := frameworks.All(tx, arn.Everything())
	if err != nil {
		return nil, err
	}
	var out []Framework
	for _, d := range all {
		if owner == "" || d.Value.Owner == owner {
			out = append(out, d.Value)
		}
	}
	return out, nil
}

// ListFrameworks lists the frameworks of a type.
func (s *Service) ListFrameworks(ctx context.Context, c Caller, typ string) ([]Framework, error) {
	return read(ctx, s, func(tx Tx) ([]Framework, error) {
		if err := registered(tx, c); err != nil {
			return nil, err
		}
		switch typ {
		case Custom:
			return customFrameworks(tx, "")
		case Standard:
			var out []Framework
			for _, k := range s.o.Library.Frameworks() {
				out = append(out, standardFramework(k))
			}
			return out, nil
		}
		return nil, fault.Invalidf("frameworkType", "%q is no framework type; use Standard or Custom.", typ)
	})
}

// removeFromFrameworks takes a deleted control out of every custom framework; a set that has none left goes too.
func removeFromFrameworks(tx Tx, control string) error {
	all, err := frameworks.All(tx, arn.Everything())
	if err != nil {
		return err
	}
	for _, d := range all {
		changed := false
		for i := range d.Value.Sets {
			set := &d.Value.Sets[i]
			if n := len(set.Controls); n > 0 {
				set.Controls = slices.DeleteFunc(set.Controls, func(id string) bool { return id == control })
				changed = changed || len(set.Controls) < n
			}
		}
		if !changed {
			continue
		}
		d.Value.Sets = slices.DeleteFunc(d.Value.Sets, func(s Set) bool { return len(s.Controls) == 0 })
		if err := frameworks.Update(tx, d); err != nil {
			return err
		}
	}
	return nil
}
