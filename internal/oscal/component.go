package oscal

import (
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/report"
)

type component struct {
	UUID            string           `json:"uuid"`
	Type            string           `json:"type"`
	Title           string           `json:"title"`
	Description     string           `json:"description"`
	Props           []property       `json:"props,omitempty"`
	Implementations []implementation `json:"control-implementations"`
}

type implementation struct {
	UUID         string        `json:"uuid"`
	Source       string        `json:"source"`
	Description  string        `json:"description"`
	Requirements []implemented `json:"implemented-requirements"`
}

type implemented struct {
	UUID        string     `json:"uuid"`
	ControlID   string     `json:"control-id"`
	Description string     `json:"description"`
	Props       []property `json:"props,omitempty"`
}

// Components writes the checks behind a report as a component definition: one component for each rule, finding, call, event
// or kind of manual evidence, with the controls it gives evidence for.
func Components(w io.Writer, m *report.Manifest) error {
	ids, framework := controlIDs(m), stableID("framework", m.Assessment.Framework.ID, m.Assessment.Framework.Name)
	all := map[string]*component{}
	for _, set := range m.ControlSets {
		for _, c := range set.Controls {
			for _, x := range c.Mappings {
				k := all[x.Source+"\x00"+x.Keyword]
				if k == nil {
					k = componentOf(m, x, framework)
					all[x.Source+"\x00"+x.Keyword] = k
				}
				k.require(m, ids[c.Folder], c)
			}
		}
	}
	if len(all) == 0 {
		return fault.Invalidf("bundle", "No control of the report names a data source, so there is no component to define. Reports written by older versions do not name them.")
	}
	s := newStream(w)
	s.open("", "{")
	s.open("component-definition", "{")
	s.put("uuid", stableID("component-definition", m.Assessment.ID))
	s.put("metadata", aboutReport(m, "Checks", ""))
	s.open("components", "[")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s.put("", all[name])
	}
	s.close("]")
	s.put("back-matter", backMatter{[]resource{{UUID: framework, Title: said(m.Assessment.Framework.Name, m.Assessment.Name), Description: "The framework of the assessment."}}})
	s.close("}")
	s.close("}")
	return s.end()
}

func componentOf(m *report.Manifest, x report.Mapping, framework string) *component {
	k := &component{
		UUID: stableID("component", m.Assessment.ID, x.Source, x.Keyword), Type: "validation", Title: said(strings.TrimSpace(x.Source + " " + x.Keyword)),
		Description: "Collects evidence from " + said(x.Source) + ".", Props: props("source", x.Source, "keyword", x.Keyword, "frequency", x.Frequency),
	}
	if x.Keyword == "" {
		k.Type, k.Title, k.Description = "process-procedure", said(x.Source)+" evidence", "Evidence that people provide."
	} else {
		// As trestle's rules are named, so that its tools find them.
		k.Props = append(k.Props, property{Name: "Rule_Id", NS: namespace, Value: said(x.Keyword), Class: "scc_rule_id"})
	}
	k.Implementations = []implementation{{
		UUID: stableID("implementation", m.Assessment.ID, x.Source, x.Keyword), Source: "#" + framework, Description: said(m.Assessment.Framework.Name, m.Assessment.Name),
	}}
	return k
}

func (k *component) require(m *report.Manifest, id string, c report.ManifestControl) {
	reqs := &k.Implementations[0].Requirements
	if slices.ContainsFunc(*reqs, func(r implemented) bool { return r.ControlID == id }) {
		return
	}
	*reqs = append(*reqs, implemented{
		UUID: stableID("requirement", m.Assessment.ID, k.UUID, id), ControlID: id, Description: said(c.Description, c.Name), Props: props("control", c.ID, "control-name", c.Name),
	})
}
