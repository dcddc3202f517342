package intake

import (
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/oscal"
)

// readOSCAL makes a framework of each catalog, and of each profile resolved: a set of each group, a control of each
// control and enhancement. What a control states is its description, its assessment objectives its testing information.
func readOSCAL(b *builder, inputs []Input) error {
	for _, in := range inputs {
		base := path.Base(strings.ReplaceAll(in.Name, `\`, "/"))
		c, warnings, err := oscal.Resolve(base, func(name string) ([]byte, error) {
			if name == base {
				return in.Body, nil
			}
			return readBeside(b.Beside, name)
		})
		if err != nil {
			return err
		}
		for _, w := range warnings {
			file, why, _ := strings.Cut(w, ": ")
			b.note(file, "profile", "%s", why)
		}
		title := c.Metadata.Title
		if title == "" {
			title = stem(in.Name)
		}
		b.framework(in.Name, title, "", "OSCAL")
		if err := b.catalog(in.Name, title, c); err != nil {
			return err
		}
	}
	return nil
}

func readBeside(beside fs.FS, name string) ([]byte, error) {
	if beside == nil {
		return nil, fs.ErrNotExist
	}
	f, err := beside.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, oscal.MaxBytes+1))
	if err == nil && len(body) > oscal.MaxBytes {
		err = fmt.Errorf("it has more than %d bytes", oscal.MaxBytes)
	}
	return body, err
}

func (b *builder) catalog(file, title string, c *oscal.Catalog) (err error) {
	prose := c.Prose()
	names := map[string]string{}
	c.Walk(func(groups []*oscal.Group, k *oscal.Control) {
		if err != nil {
			return
		}
		where, label := file+": control "+k.ID, labelOf(k)
		if withdrawn(k) {
			b.leave(where, label, "it is withdrawn")
			return
		}
		set := title
		if len(groups) > 0 {
			var names []string
			for _, g := range groups {
				names = append(names, g.Title)
			}
			set = strings.Join(names, ": ")
		}
		if standard := own(k, authoring.PropStandard); len(standard) > 0 {
			b.standard(where, set, standard[0].Value)
			return
		}
		out := authoring.Control{
			Name: strings.TrimSpace(label + " " + prose(k.Title)), Description: parts(prose, k.Parts, "statement", ""),
			TestingInformation: parts(prose, k.Parts, "assessment-objective", "objective"),
		}
		if sources := own(k, authoring.PropSource); len(sources) > 0 {
			out.Name, out.Sources = prose(k.Title), sourcesOf(sources)
		}
		for _, p := range k.Parts {
			if p.Name == authoring.PartPlan && p.NS == authoring.Namespace {
				out.ActionPlanTitle, out.ActionPlanInstructions = p.Title, p.Prose
			}
		}
		_, err = b.control(entry{where: where, set: set, id: label, Control: out})
		names[k.ID] = out.Name
	})
	if err != nil {
		return err
	}
	b.uses(file, c.Groups, names)
	return nil
}

// own are the properties that only this program writes, by the beginning of their names.
func own(k *oscal.Control, name string) (out []oscal.Prop) {
	for _, p := range k.Props {
		if p.NS == authoring.Namespace && strings.HasPrefix(p.Name, name) {
			out = append(out, p)
		}
	}
	return out
}

// sourcesOf reads sources as this program writes them.
func sourcesOf(props []oscal.Prop) (out []authoring.Source) {
	for _, p := range props {
		s := authoring.Source{Type: p.Class, Keyword: p.Value}
		if f, ok := strings.CutPrefix(p.Name, authoring.PropSource+"-"); ok {
			s.Frequency = strings.ToUpper(f)
		}
		if p.Class == string(catalog.Manual) {
			s.Keyword = ""
		}
		out = append(out, s)
	}
	return out
}

// uses puts controls into further sets, as this program links them.
func (b *builder) uses(file string, groups []oscal.Group, names map[string]string) {
	for i := range groups {
		for _, l := range groups[i].Links {
			if name := names[strings.TrimPrefix(l.Href, "#")]; l.Rel == authoring.RelUse && name != "" {
				b.place(file, groups[i].Title, authoring.Entry{Use: name})
			}
		}
		b.uses(file, groups[i].Groups, names)
	}
}

// labelOf is the id that people use: the label, else the id. Of several labels the one without a class is for people.
func labelOf(k *oscal.Control) string {
	label := ""
	for _, p := range k.Props {
		if p.Name == "label" && (label == "" || p.Class == "") {
			label = p.Value
		}
	}
	if label == "" {
		return k.ID
	}
	return label
}

func withdrawn(k *oscal.Control) bool {
	for _, p := range k.Props {
		if p.Name == "status" && strings.EqualFold(p.Value, "withdrawn") {
			return true
		}
	}
	return false
}

// parts are the texts of the parts of either name, items below them with their labels.
func parts(prose func(string) string, list []oscal.Part, name, other string) string {
	var b strings.Builder
	var write func(list []oscal.Part, depth int)
	write = func(list []oscal.Part, depth int) {
		for _, p := range list {
			label := ""
			for _, x := range p.Props {
				if x.Name == "label" {
					label = x.Value + " "
				}
			}
			if p.Prose != "" {
				b.WriteString(strings.Repeat("  ", depth) + label + strings.TrimSpace(prose(p.Prose)) + "\n")
			}
			write(p.Parts, min(depth+1, 5))
		}
	}
	for _, p := range list {
		if p.Name == name || other != "" && p.Name == other {
			write([]oscal.Part{p}, 0)
		}
	}
	return b.String()
}
