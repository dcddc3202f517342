package authoring

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/oscal"
)

// Namespace is that of the properties and parts which only this program knows.
const Namespace = "https://tickmark.dev/ns/oscal"

// The names of these properties and parts, and of links. A source is a property whose class is its type and whose value
// is its keyword; API calls have their frequency in the name.
const (
	PropSource   = "source"
	PropStandard = "standard"
	PartPlan     = "action-plan"
	RelUse       = "use"
)

// oscalVersion is the version of OSCAL that is written.
const oscalVersion = "1.1.2"

// OSCAL writes the file as an OSCAL catalog: a group of each control set, in a group of its framework when there are
// several. Texts become parts and sources properties; of these the names, descriptions and hints are not carried, nor are
// tags and owners. A control that stands in a second set is linked there.
func (f *File) OSCAL(title string, modified time.Time) ([]byte, error) {
	text, err := f.YAML()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	w := catalogWriter{taken: map[string]bool{}, named: map[string]string{}}
	c := oscal.Catalog{
		UUID: uuid.NewSHA1(uuid.NameSpaceURL, append([]byte(Namespace+"#"), sum[:]...)).String(),
		Metadata: oscal.Metadata{
			Title: oneLine(title), LastModified: modified.UTC().Format(time.RFC3339), Version: hex.EncodeToString(sum[:6]), OSCALVersion: oscalVersion,
		},
	}
	for i := range f.Frameworks {
		fw := &f.Frameworks[i]
		groups := w.sets(fw)
		if len(f.Frameworks) > 1 {
			groups = []oscal.Group{{ID: w.id(fw.Name), Title: oneLine(fw.Name), Groups: groups}}
		}
		c.Groups = append(c.Groups, groups...)
	}
	for i := range f.Controls {
		c.Controls = append(c.Controls, w.control(&f.Controls[i]))
	}
	body, err := json.MarshalIndent(map[string]any{"catalog": c}, "", "  ")
	return append(body, '\n'), err
}

// catalogWriter gives ids that are unique.
type catalogWriter struct {
	taken map[string]bool
	named map[string]string // control by name -> id
}

func (w *catalogWriter) sets(fw *Framework) (out []oscal.Group) {
	for i := range fw.ControlSets {
		s := &fw.ControlSets[i]
		g := oscal.Group{ID: w.id(s.Name), Title: oneLine(s.Name)}
		for j := range s.Controls {
			e := &s.Controls[j]
			if id, ok := w.named[e.key()]; ok {
				g.Links = append(g.Links, oscal.Link{Href: "#" + id, Rel: RelUse})
				continue
			}
			switch {
			case e.Standard != "":
				g.Controls = append(g.Controls, w.standard(e.Standard))
			case e.Use != "": // of the installation: its definition is not here
				k := Control{Name: e.Use}
				g.Controls = append(g.Controls, w.control(&k))
			default:
				g.Controls = append(g.Controls, w.control(&e.Control))
			}
		}
		out = append(out, g)
	}
	return out
}

// key is what a control is known by in a catalog.
func (e *Entry) key() string {
	if e.Standard != "" {
		return "\x00" + e.Standard
	}
	return strings.ToLower(e.Use)
}

func (w *catalogWriter) standard(name string) oscal.Control {
	c, err := findStandard(name)
	if err != nil {
		return w.control(&Control{Name: name})
	}
	k := w.control(&Control{Name: c.Name(), Description: c.Description(), Sources: sourcesOf(c.Sources())})
	w.named["\x00"+name] = k.ID
	k.Props = append([]oscal.Prop{{Name: "label", Value: c.Requirement}, {Name: PropStandard, NS: Namespace, Value: standardName(c)}}, k.Props...)
	return k
}

func (w *catalogWriter) control(c *Control) oscal.Control {
	k := oscal.Control{ID: w.id(c.Name), Title: oneLine(c.Name)}
	w.named[strings.ToLower(c.Name)] = k.ID
	for _, s := range c.Sources {
		p := oscal.Prop{Name: PropSource, NS: Namespace, Class: s.Type, Value: s.Keyword}
		if s.Frequency != "" {
			p.Name += "-" + strings.ToLower(s.Frequency)
		}
		if s.Type == string(catalog.Manual) {
			p.Value = s.Type
		}
		k.Props = append(k.Props, p)
	}
	part := func(name, ns, title, prose string) {
		if strings.TrimSpace(title+prose) != "" {
			k.Parts = append(k.Parts, oscal.Part{ID: k.ID + "_" + strings.ReplaceAll(name, "-", "_"), Name: name, NS: ns, Title: oneLine(title), Prose: prose})
		}
	}
	part("statement", "", "", c.Description)
	part("assessment-objective", "", "", c.TestingInformation)
	part(PartPlan, Namespace, c.ActionPlanTitle, c.ActionPlanInstructions)
	return k
}

// id makes a token of a name: letters, digits, points, dashes and underscores, beginning with a letter.
func (w *catalogWriter) id(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case unicode.IsLetter(r) || unicode.IsNumber(r) && r < 0x80 || r == '.' || r == '_':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() > 60 {
			break
		}
	}
	id := strings.Trim(b.String(), "-.")
	if id == "" || !unicode.IsLetter([]rune(id)[0]) {
		id = "id-" + id
	}
	fresh := id
	for n := 2; w.taken[fresh]; n++ {
		fresh = fmt.Sprintf("%s-%d", id, n)
	}
	w.taken[fresh] = true
	return fresh
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
