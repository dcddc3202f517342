package assess

import (
	"slices"

	"github.com/tickmark/tickmark/internal/catalog"
)

// Definition is a control as it was when the assessment was made.
type Definition struct {
	ID                     string `json:"id"`
	Type                   string `json:"type"`
	Name                   string `json:"name"`
	Description            string `json:"description,omitempty"`
	TestingInformation     string `json:"testingInformation,omitempty"`
	ActionPlanTitle        string `json:"actionPlanTitle,omitempty"`
	ActionPlanInstructions string `json:"actionPlanInstructions,omitempty"`
	// Sources are the mapping sources; common and core controls are replaced by what they grouped then.
	Sources []catalog.Source `json:"sources,omitempty"`
	// Domain is the id in Control Catalog of the domain the control is filed under; "" before domains were noted.
	Domain string `json:"domain,omitempty"`
}

// domainOf is the domain a control belongs to: the one that its sources speak for, or in which its standard has it.
func (s *Service) domainOf(k *Control) string {
	if standard, ok := s.o.Library.Control(k.ID); ok {
		return domainID(standard.Domain())
	}
	return domainID(catalog.DomainOf(k.Sources))
}

func domainID(d *catalog.Domain) string {
	if d == nil {
		return catalog.Uncategorized
	}
	return d.ID
}

// domain is the control's domain; that of a definition which has none is told from its sources.
func (d *Definition) domain() string {
	if d.Domain != "" {
		return d.Domain
	}
	return domainID(catalog.DomainOf(d.Sources))
}

// Daily reports whether a source collects every day, so that a day without evidence is worth stating. Events and
// findings come when they come.
func (d *Definition) Daily() bool {
	return slices.ContainsFunc(d.Sources, func(s catalog.Source) bool {
		call, ok := catalog.FindCall(s.Keyword)
		return s.Type == catalog.Config || s.Type == catalog.APICall && s.Frequency == catalog.Daily && ok && call.Type != ""
	})
}

// Snapshot are the definitions of an assessment's controls by id.
type Snapshot map[string]Definition

// snapshot copies the definitions of a framework's controls.
func (s *Service) snapshot(tx Tx, f *Framework) (Snapshot, error) {
	snap := Snapshot{}
	l := s.lookup(tx)
	for _, set := range f.Sets {
		for _, id := range set.Controls {
			k, err := l.control(id)
			if err != nil {
				return nil, err
			}
			snap[id] = Definition{
				ID: id, Type: k.Type, Name: k.Name, Description: k.Description, TestingInformation: k.TestingInformation,
				ActionPlanTitle: k.ActionPlanTitle, ActionPlanInstructions: k.ActionPlanInstructions, Sources: scheduled(catalog.Expand(k.Sources)), Domain: s.domainOf(&k),
			}
		}
	}
	return snap, nil
}

// scheduled gives API calls without a frequency one.
func scheduled(list []catalog.Source) []catalog.Source {
	out := slices.Clone(list)
	for i := range out {
		if out[i].Type == catalog.APICall && out[i].Frequency == "" {
			out[i].Frequency = catalog.Daily
		}
	}
	return out
}
