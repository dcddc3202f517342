package assess

import (
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
)

// lookup finds controls in one transaction; the official texts of a framework are read once.
type lookup struct {
	s     *Service
	tx    Tx
	texts map[string]map[string]Text // by framework and requirement
}

func (s *Service) lookup(tx Tx) *lookup { return &lookup{s, tx, map[string]map[string]Text{}} }

// control finds a control of any type.
func (s *Service) control(tx Tx, id string) (Control, error) { return s.lookup(tx).control(id) }

func (l *lookup) control(id string) (Control, error) {
	if k, ok := l.s.o.Library.Control(id); ok {
		return l.standard(k)
	}
	if k, ok := catalog.Catalog().Core(id); ok {
		return coreControl(k), nil
	}
	d, err := controls.Get(l.tx, "", "", id)
	return d.Value, err
}

// standard is a standard control with the official texts, where the installation has them.
func (l *lookup) standard(k *catalog.Control) (Control, error) {
	c := l.s.standardControl(k)
	t, err := l.text(k)
	if err != nil {
		return c, err
	}
	if t.Name != "" {
		c.Name = officialName(k, t.Name)
	}
	if t.Description != "" {
		c.Description = t.Description
	}
	c.TestingInformation = t.TestingInformation
	return c, nil
}

func (l *lookup) text(k *catalog.Control) (Text, error) {
	f := k.Framework.ID
	list, known := l.texts[f]
	if !known {
		d, err := texts.Get(l.tx, "", "", f)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return Text{}, err
		}
		list = d.Value.Requirements
		l.texts[f] = list
	}
	return list[k.Requirement], nil
}

// officialName is the name of a standard control with the standard's own title; as ours, it is unique by framework and
// requirement.
func officialName(k *catalog.Control, title string) string {
	return k.Framework.Name() + " " + k.Requirement + ": " + title
}
