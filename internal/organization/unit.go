package organization

import (
	"context"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// Unit is an organizational unit.
type Unit struct {
	ID, Name string
	// Parent is the id of the root or unit it stands in.
	Parent string
}

// maxDepth is how many units may stand below each other.
const maxDepth = 5

// CreateUnit adds a unit under the root or a unit; its name is unique there.
func (d *Directory) CreateUnit(ctx context.Context, parent, name string, tagged map[string]string) (Unit, error) {
	if err := checkTags(tagged); err != nil {
		return Unit{}, err
	}
	seed := d.ids.NewID()
	var u Unit
	err := d.write(ctx, func(tx Tx, o Organization) error {
		above, err := d.parent(tx, o, parent)
		if err != nil {
			return err
		}
		if len(above) > maxDepth {
			return constraint("OU_DEPTH_LIMIT_EXCEEDED", "Organizational units may be nested five deep.")
		}
		u = Unit{ID: "ou-" + strings.TrimPrefix(o.RootID, "r-") + "-" + shorten(seed, 8), Name: name, Parent: parent}
		err = units.Insert(tx, d.management, "", u.ID, parent+"/"+name, u)
		if fault.KindOf(err) == fault.Exists {
			return fault.Duplicate(units.Noun, name).With("DuplicateOrganizationalUnitException")
		}
		if err != nil {
			return err
		}
		return putTags(tx, d.management, u.ID, tagged, nil)
	})
	return u, err
}

// Unit reads one unit.
func (d *Directory) Unit(ctx context.Context, id string) (Unit, error) {
	var u Unit
	err := d.read(ctx, func(tx Tx, _ Organization) error {
		doc, err := units.Get(tx, d.management, "", id)
		u = doc.Value
		return coded(err, "OrganizationalUnitNotFoundException")
	})
	return u, err
}

// Children are the units and accounts directly under a root or unit.
func (d *Directory) Children(ctx context.Context, parent string) ([]Unit, []Account, error) {
	var below []Unit
	var members []Account
	err := d.read(ctx, func(tx Tx, o Organization) error {
		if _, err := d.parent(tx, o, parent); err != nil {
			return err
		}
		list, err := all(tx, units, d.management)
		if err != nil {
			return err
		}
		below = nil
		for _, u := range list {
			if u.Value.Parent == parent {
				below = append(below, u.Value)
			}
		}
		members, err = d.members(tx, parent)
		return err
	})
	return below, members, err
}

// Parent is the id of the root or unit directly above an account or unit.
func (d *Directory) Parent(ctx context.Context, child string) (string, error) {
	var parent string
	err := d.read(ctx, func(tx Tx, _ Organization) (err error) {
		parent, err = d.above(tx, child)
		return err
	})
	return parent, err
}

func (d *Directory) above(tx Tx, child string) (string, error) {
	if strings.HasPrefix(child, "ou-") {
		u, err := units.Get(tx, d.management, "", child)
		return u.Value.Parent, coded(err, "ChildNotFoundException")
	}
	a, err := accounts.Get(tx, d.management, "", child)
	return a.Value.Parent, coded(err, "ChildNotFoundException")
}

// parent checks that an id names the root or a unit and returns the way up from it: itself first, the root last.
func (d *Directory) parent(tx Tx, o Organization, id string) ([]string, error) {
	way := []string{id}
	for id != o.RootID {
		u, err := units.Get(tx, d.management, "", id)
		if err != nil {
			return nil, coded(err, "ParentNotFoundException")
		}
		id = u.Value.Parent
		way = append(way, id)
	}
	return way, nil
}

// Path is how AWS writes the place of an account or unit: organization, root, units and itself.
func (d *Directory) Path(ctx context.Context, child string) (string, error) {
	var path string
	err := d.read(ctx, func(tx Tx, o Organization) error {
		above, err := d.above(tx, child)
		if err != nil {
			return err
		}
		way, err := d.parent(tx, o, above)
		if err != nil {
			return err
		}
		path = child + "/"
		for _, id := range way {
			path = id + "/" + path
		}
		path = o.ID + "/" + path
		return nil
	})
	return path, err
}
