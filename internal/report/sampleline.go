package report

import (
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// SampleLine is a piece of a sample as it is handed to who tests it; its JSON form is a promise to scripts.
type SampleLine struct {
	Number     int       `json:"number"`
	EvidenceID string    `json:"evidenceId"`
	Member     int64     `json:"member,omitempty"`
	LeafIndex  int64     `json:"leafIndex"`
	ControlSet string    `json:"controlSet"`
	Control    string    `json:"control"`
	Day        string    `json:"day"`
	ObservedAt time.Time `json:"observedAt"`
	Source     string    `json:"source"`
	Event      string    `json:"event,omitempty"`
	Verdict    string    `json:"verdict,omitempty"`
	Class      string    `json:"class"`
	Account    string    `json:"accountId,omitempty"`
	Region     string    `json:"region,omitempty"`
	Resource   string    `json:"resource,omitempty"`
	// File is the item's in the bundle; LeftOut tells that the report holds the record alone.
	File    string `json:"file,omitempty"`
	LeftOut bool   `json:"leftOut,omitempty"`
	// Attributes are what is to be tested, without their results.
	Attributes []string `json:"attributes"`
}

// Lines are the drawn pieces; each is to be tested for the attributes, or for what its control says about testing when
// none are given.
func (s *Sample) Lines(attributes []string) []SampleLine {
	out := make([]SampleLine, 0, len(s.Drawn))
	for i, d := range s.Drawn {
		o := &d.Occurrence
		l := SampleLine{
			Number: i + 1, EvidenceID: d.ID, Member: d.Member, LeafIndex: d.LeafIndex, ControlSet: o.ControlSet, Control: o.Control, Day: o.Day, ObservedAt: o.ObservedAt,
			Source: o.Source, Event: d.Body.Event, Verdict: string(o.Verdict), Class: string(o.Class()), Account: o.Account, Region: o.Region, File: d.Path,
			LeftOut: !d.Selected, Attributes: attributes,
		}
		var names []string
		for _, r := range d.Body.Subjects {
			names = append(names, firstOf(r.ARN, r.ID))
		}
		l.Resource = strings.Join(names, " ")
		if d.Control != nil {
			l.Control = d.Control.Name
			if len(attributes) == 0 && d.Control.TestingInformation != "" {
				l.Attributes = []string{d.Control.TestingInformation}
			}
		}
		if len(l.Attributes) == 0 {
			l.Attributes = defaultAttributes
		}
		out = append(out, l)
	}
	return out
}

// defaultAttributes are tested of any piece of evidence.
var defaultAttributes = []string{
	"The raw object is of the resource named, in the account and region named",
	"The time lies in the period",
	"The verdict follows from the raw object",
	"The evidence is about what the control demands",
}

// FindControl finds the control that is named by its id or the beginning of its name.
func (m *Manifest) FindControl(set, name string) (*ManifestSet, *ManifestControl, error) {
	var s *ManifestSet
	var c *ManifestControl
	n := 0
	for i := range m.ControlSets {
		for k := range m.ControlSets[i].Controls {
			x := &m.ControlSets[i].Controls[k]
			if (set == "" || set == m.ControlSets[i].ID) && (x.ID == name || strings.HasPrefix(x.Name, name)) {
				s, c = &m.ControlSets[i], x
				n++
			}
		}
	}
	switch n {
	case 0:
		return nil, nil, fault.Missing("control", name)
	case 1:
		return s, c, nil
	}
	return nil, nil, fault.Invalidf("control", "The names of %d controls begin with %q. Name the control set, or the control by its id.", n, name)
}
