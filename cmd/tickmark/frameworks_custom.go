package main

import (
	"context"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/server"
)

// customFrameworks are the custom definitions of the installation; none when there is no installation.
func (p *program) customFrameworks(ctx context.Context, c server.Config) (out server.CustomFrameworks, err error) {
	if c.Store == "" && !server.Exists(c.Data) {
		return out, nil
	}
	return out, p.with(ctx, c, func(in server.Installation) (err error) {
		out, err = in.CustomFrameworks(ctx)
		return err
	})
}

// named is the custom framework of a name, in any case, or of an id; nil when there is none.
func named(d assess.Definitions, name string) (found *assess.Framework, err error) {
	for i := range d.Frameworks {
		f := &d.Frameworks[i]
		switch {
		case f.ID == name:
			return f, nil
		case !strings.EqualFold(f.Name, name):
		case found != nil:
			return nil, fault.New(fault.Conflict, "Accounts %s and %s both have a framework %q: name it by its id, %s or %s.", found.Owner, f.Owner, name, found.ID, f.ID)
		default:
			found = f
		}
	}
	return found, nil
}

// ownRows are the controls of a custom framework.
func ownRows(f *assess.Framework, d assess.Definitions) []controlRow {
	custom := map[string]*assess.Control{}
	for i := range d.Controls {
		custom[d.Controls[i].ID] = &d.Controls[i]
	}
	rows := []controlRow{}
	for _, set := range f.Sets {
		for _, id := range set.Controls {
			if k, ok := custom[id]; ok {
				rows = append(rows, controlRow{ID: id, Title: k.Name, Set: set.Name, State: catalog.StateOf(k.Sources), Sources: k.Sources})
			} else if k, ok := catalog.Standard().Control(id); ok {
				rows = append(rows, controlRowOf(set.Name, k))
			}
		}
	}
	return rows
}

func customRows(d assess.Definitions) []frameworkRow {
	rows := make([]frameworkRow, len(d.Frameworks))
	for i := range d.Frameworks {
		f := &d.Frameworks[i]
		rows[i] = frameworkRow{ID: f.ID, Type: assess.Custom, Name: f.Name, Controls: f.ControlCount(), Sets: len(f.Sets)}
		for _, r := range ownRows(f, d) {
			rows[i].Add(r.State)
		}
	}
	slices.SortFunc(rows, func(a, b frameworkRow) int { return strings.Compare(a.Name, b.Name) })
	return rows
}
