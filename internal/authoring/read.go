package authoring

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/markup"
)

// MaxBytes is how long a file may be.
const MaxBytes = 16 << 20

// limits keep a hostile file small: the largest export has some hundred thousand values.
var limits = markup.Limits{Nodes: 2_000_000, Depth: 32}

// Read reads a file in YAML or JSON; name stands in problems. All faults are told at once, each with its place; a file
// that has any is not to be used.
func Read(name string, body []byte) (*File, Problems) {
	if len(body) > MaxBytes {
		return nil, Problems{{Position: Position{File: name}, Code: Unreadable, Fatal: true, Message: fmt.Sprintf("the file has %d bytes; a file has at most %d", len(body), MaxBytes)}}
	}
	root, err := markup.Parse(body, "file", limits)
	if err != nil {
		p := Problem{Position: Position{File: name}, Code: Unreadable, Fatal: true, Message: err.Error()}
		var at *markup.Error
		if errors.As(err, &at) {
			p.Line, p.Message = at.Line, at.Message
		}
		return nil, Problems{p}
	}
	r := &reader{file: name}
	f := r.whole(root)
	if len(r.problems) == 0 {
		r.problems = check(f)
	}
	return f, r.problems
}

// reader turns nodes into definitions and notes what is wrong.
type reader struct {
	file     string
	problems Problems
}

func (r *reader) wrong(n *markup.Node, format string, args ...any) {
	r.problems = append(r.problems, Problem{Position: position(r.file, n), Code: WrongMember, Fatal: true, Message: fmt.Sprintf(format, args...)})
}

// members are those that a mapping may have, each with what takes its value.
type members map[string]func(*markup.Node)

// mapping reads a mapping; what is what faults call it. The members that must be there are named after.
func (r *reader) mapping(n *markup.Node, what string, m members, must ...string) {
	if n.Kind != markup.Map {
		r.wrong(n, "%s is %v; it must be a mapping with %s", what, n.Kind, few(must))
		return
	}
	there := map[string]bool{}
	for i, k := range n.Keys {
		take, ok := m[k.Text]
		if !ok {
			known := slices.Sorted(maps.Keys(m))
			r.wrong(k, "%s has no member %q%s", what, k.Text, catalog.DidYouMean(k.Text, known))
			continue
		}
		there[k.Text] = true
		take(n.Values[i])
	}
	for _, k := range must {
		if !there[k] {
			r.wrong(n, "%s needs the member %s", what, k)
		}
	}
}

func few(names []string) string {
	if len(names) == 0 {
		return "members"
	}
	return names[0]
}

func (r *reader) text(name string, into *string) func(*markup.Node) {
	return func(n *markup.Node) {
		switch {
		case n.Tag != "":
			r.wrong(n, "%s has the YAML tag %s; tags have no meaning here", name, n.Tag)
		case n.Kind == markup.List || n.Kind == markup.Map:
			r.wrong(n, "%s is %v; it must be a text", name, n.Kind)
		case n.Kind != markup.Null: // a number or a boolean is meant as it is written: names such as 1.10
			*into = n.Text
		}
	}
}

func (r *reader) list(name string, each func(*markup.Node)) func(*markup.Node) {
	return func(n *markup.Node) {
		if n.Kind != markup.List {
			if n.Kind != markup.Null {
				r.wrong(n, "%s is %v; it must be a list", name, n.Kind)
			}
			return
		}
		for _, v := range n.Values {
			each(v)
		}
	}
}

func (r *reader) tags(into *map[string]string) func(*markup.Node) {
	return func(n *markup.Node) {
		if n.Kind != markup.Map {
			r.wrong(n, "tags is %v; it must be a mapping of texts", n.Kind)
			return
		}
		*into = map[string]string{}
		for i, k := range n.Keys {
			var v string
			r.text("the tag "+k.Text, &v)(n.Values[i])
			(*into)[k.Text] = v
		}
	}
}

func (r *reader) whole(n *markup.Node) *File {
	f := &File{}
	r.mapping(n, "the file", members{
		"format": func(v *markup.Node) {
			r.text("format", &f.Format)(v)
			if f.Format != Format {
				r.wrong(v, "the format is %q; this program reads %s", f.Format, Format)
			}
		},
		"frameworks": r.list("frameworks", func(v *markup.Node) { f.Frameworks = append(f.Frameworks, r.framework(v)) }),
		"controls": r.list("controls", func(v *markup.Node) {
			k := Control{at: position(r.file, v)}
			r.mapping(v, "a control", r.control(&k), "name", "sources")
			f.Controls = append(f.Controls, k)
		}),
	}, "format")
	return f
}

func (r *reader) framework(n *markup.Node) Framework {
	f := Framework{at: position(r.file, n)}
	r.mapping(n, "a framework", members{
		"name": r.text("name", &f.Name), "owner": r.text("owner", &f.Owner), "description": r.text("description", &f.Description),
		"complianceType": r.text("complianceType", &f.ComplianceType), "tags": r.tags(&f.Tags),
		"controlSets": r.list("controlSets", func(v *markup.Node) { f.ControlSets = append(f.ControlSets, r.set(v)) }),
	}, "name", "controlSets")
	return f
}

func (r *reader) set(n *markup.Node) ControlSet {
	s := ControlSet{at: position(r.file, n)}
	r.mapping(n, "a control set", members{
		"name":     r.text("name", &s.Name),
		"controls": r.list("controls", func(v *markup.Node) { s.Controls = append(s.Controls, r.entry(v)) }),
	}, "name", "controls")
	return s
}

func (r *reader) entry(n *markup.Node) Entry {
	e := Entry{Control: Control{at: position(r.file, n)}}
	m := r.control(&e.Control)
	m["standard"], m["use"] = r.text("standard", &e.Standard), r.text("use", &e.Use)
	before := len(r.problems)
	r.mapping(n, "a control", m)
	if len(r.problems) > before {
		return e
	}
	has := func(k string) bool {
		return slices.ContainsFunc(n.Keys, func(x *markup.Node) bool { return x.Text == k })
	}
	switch {
	case e.Standard != "" && len(n.Keys) > 1:
		r.wrong(n, "a control that is standard has no other members; to change it define a control of your own")
	case e.Use != "" && (len(n.Keys) > 2 || len(n.Keys) == 2 && !has("owner")):
		r.wrong(n, "a control that is used by its name has no other members but owner")
	case e.defines() && !has("name"):
		r.wrong(n, "a control needs the member name, or standard, or use")
	case e.defines() && !has("sources"):
		r.wrong(n, "the control %q needs the member sources; to name a control that is defined elsewhere write use", e.Name)
	}
	return e
}

func (r *reader) control(k *Control) members {
	return members{
		"name": r.text("name", &k.Name), "owner": r.text("owner", &k.Owner), "description": r.text("description", &k.Description),
		"testingInformation": r.text("testingInformation", &k.TestingInformation), "actionPlanTitle": r.text("actionPlanTitle", &k.ActionPlanTitle),
		"actionPlanInstructions": r.text("actionPlanInstructions", &k.ActionPlanInstructions), "tags": r.tags(&k.Tags),
		"sources": r.list("sources", func(v *markup.Node) { k.Sources = append(k.Sources, r.source(v)) }),
	}
}

func (r *reader) source(n *markup.Node) Source {
	s := Source{at: position(r.file, n)}
	r.mapping(n, "a source", members{
		"type": r.text("type", &s.Type), "keyword": func(v *markup.Node) {
			s.at = position(r.file, v)
			r.text("keyword", &s.Keyword)(v)
		},
		"frequency": r.text("frequency", &s.Frequency), "assertion": r.text("assertion", &s.Assertion), "name": r.text("name", &s.Name), "description": r.text("description", &s.Description),
		"keywordInput": r.text("keywordInput", &s.KeywordInput), "troubleshooting": r.text("troubleshooting", &s.Troubleshooting),
	}, "type")
	return s
}
