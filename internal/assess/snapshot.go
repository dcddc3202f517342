package assess

import (
	"slices"

	"github.com/tickmark/tickmark/internal/catalog"
)

// Definition is a control as it was when the assessment was made.
type Definition struct {
	ID                     string           `json:"id"`
	Type                   string           `json:"type"`
	Name                   string           `json:"name"`
	Description            string           `json:"description,omitempty"`
	TestingInformation     string           `json:"testingInformation,omitempty"`
	ActionPlanTitle        string           `json:"actionPlanTitle,omitempty"`
	ActionPlanInstructions string           `json:"actionPlanInstructions,omitempty"`
	Sources                []catalog.Source `json:"sources,omitempty"`
}

// Automated reports whether any source collects by itself.
func (d *Definition) Automated() bool {
	return slices.ContainsFunc(d.Sources, func(s catalog.Source) bool { return s.Type != catalog.Manual })
}

// Snapshot are the definitions of an assessment's controls by id.
type Snapshot map[string]Definition

// snapshot copies the definitions of a framework's controls.
func (s *Service) snapshot(tx Tx, f *Framework) (Snapshot, error) {
	snap := Snapshot{}
	for _, set := range f.Sets {
		for _, id := range set.Controls {
			k, err := s.control(tx, id)
			if err != nil {
				return nil, err
			}
			snap[id] = Definition{
				ID: id, Type: k.Type, Name: k.Name, Description: k.Description, TestingInformation: k.TestingInformation,
				ActionPlanTitle: k.ActionPlanTitle, ActionPlanInstructions: k.ActionPlanInstructions, Sources: k.Sources,
			}
		}
	}
	return snap, nil
}
