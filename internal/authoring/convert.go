package authoring

import (
	"strings"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
)

// defaultName is the name of a source that was given none.
func defaultName(t catalog.SourceType, keyword string) string {
	return strings.TrimSpace(string(t) + " " + keyword)
}

// sourcesOf leaves out what follows from a source's type.
func sourcesOf(list []catalog.Source) []Source {
	out := make([]Source, len(list))
	for i, s := range list {
		out[i] = Source{
			Type: string(s.Type), Keyword: s.Keyword, Frequency: s.Frequency, Name: s.Name, Description: s.Description,
			KeywordInput: s.KeywordInput, Troubleshooting: s.Troubleshooting, Assertion: s.Assertion,
		}
		if s.Name == defaultName(s.Type, s.Keyword) {
			out[i].Name = ""
		}
		if s.Type != catalog.Manual && s.KeywordInput == catalog.SelectFromList {
			out[i].KeywordInput = ""
		}
	}
	return out
}

// source is the mapping source with nothing filled in.
func (s *Source) source() catalog.Source {
	return catalog.Source{
		Type: catalog.SourceType(s.Type), Keyword: s.Keyword, Frequency: s.Frequency, Name: s.Name, Description: s.Description,
		KeywordInput: s.KeywordInput, Troubleshooting: s.Troubleshooting, Assertion: s.Assertion,
	}
}

// input is the control as the audit takes it.
func (c *Control) input() assess.ControlInput {
	in := assess.ControlInput{
		Name: c.Name, Description: c.Description, TestingInformation: c.TestingInformation, ActionPlanTitle: c.ActionPlanTitle,
		ActionPlanInstructions: c.ActionPlanInstructions, Tags: c.Tags,
	}
	for i := range c.Sources {
		in.Sources = append(in.Sources, c.Sources[i].source())
	}
	return in
}

// controlOf is a control without its owner.
func controlOf(k *assess.Control) Control {
	return Control{
		Name: k.Name, Description: k.Description, TestingInformation: k.TestingInformation, ActionPlanTitle: k.ActionPlanTitle,
		ActionPlanInstructions: k.ActionPlanInstructions, Tags: k.Tags, Sources: sourcesOf(k.Sources),
	}
}

// Wanted are the file's definitions as the audit takes them; owner owns those that name no owner.
func (f *File) Wanted(owner string) (assess.Wanted, error) {
	var w assess.Wanted
	define := func(c *Control, owner string) {
		if c.Owner != "" {
			owner = c.Owner
		}
		w.Controls = append(w.Controls, assess.WantedControl{Owner: owner, ControlInput: c.input()})
	}
	for i := range f.Frameworks {
		fw := &f.Frameworks[i]
		out := assess.WantedFramework{Owner: fw.owner(owner), Name: fw.Name, Description: fw.Description, ComplianceType: fw.ComplianceType, Tags: fw.Tags}
		if _, standard := catalog.Standard().FrameworkNamed(fw.Name); standard {
			return w, invalid(fw.at, "the name %q is a standard framework's; give the copy another name", fw.Name)
		}
		for j := range fw.ControlSets {
			set := assess.WantedSet{Name: fw.ControlSets[j].Name}
			for k := range fw.ControlSets[j].Controls {
				e := &fw.ControlSets[j].Controls[k]
				if e.defines() {
					define(&e.Control, out.Owner)
				}
				ref, err := e.ref(out.Owner)
				if err != nil {
					return w, invalid(e.at, "%v", err)
				}
				set.Controls = append(set.Controls, ref)
			}
			out.Sets = append(out.Sets, set)
		}
		w.Frameworks = append(w.Frameworks, out)
	}
	for i := range f.Controls {
		define(&f.Controls[i], owner)
	}
	return w, nil
}

func invalid(at Position, format string, args ...any) error {
	return Problems{problem(at, Invalid, format, args...)}
}

func (f *Framework) owner(otherwise string) string {
	if f.Owner != "" {
		return f.Owner
	}
	return otherwise
}

// ref refers to the entry's control; owner owns it when the entry does not say who does.
func (e *Entry) ref(owner string) (assess.ControlRef, error) {
	if e.Standard != "" {
		c, err := findStandard(e.Standard)
		if err != nil {
			return assess.ControlRef{}, err
		}
		return assess.ControlRef{ID: c.ID}, nil
	}
	if e.Owner != "" {
		owner = e.Owner
	}
	name := e.Use
	if e.defines() {
		name = e.Name
	}
	return assess.ControlRef{Owner: owner, Name: name}, nil
}
