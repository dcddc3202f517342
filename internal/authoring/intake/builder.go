package intake

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/catalog"
)

// maxControls is how many controls a list may have.
const maxControls = 20_000

// builder gathers controls into frameworks: within the limits of names and texts, each name once.
type builder struct {
	Options
	out    Result
	file   *authoring.File
	like   map[string]*catalog.Control // by requirement
	names  map[string]bool             // of controls, in lower case
	now    *authoring.Framework
	sets   map[string]int // of now
	notes  map[Note]bool
	likely int // controls that got the sources of like
}

func newBuilder(o Options) *builder {
	b := &builder{Options: o, file: &authoring.File{Format: authoring.Format}, names: map[string]bool{}, notes: map[Note]bool{}}
	b.out.Notes = []Note{}
	if o.Like != nil {
		b.like = map[string]*catalog.Control{}
		for _, s := range o.Like.Sets {
			for _, c := range s.Controls {
				b.like[requirement(c.Requirement)] = c
			}
		}
	}
	return b
}

// requirement is a requirement's id as ids are compared: case, blanks and the zeros of AC-02 do not matter.
func requirement(id string) string {
	var out strings.Builder
	digits := ""
	flush := func() {
		if digits != "" {
			out.WriteString(strings.TrimLeft(digits[:len(digits)-1], "0") + digits[len(digits)-1:])
			digits = ""
		}
	}
	for _, r := range strings.ToUpper(id) {
		if r >= '0' && r <= '9' {
			digits += string(r)
			continue
		}
		flush()
		if !unicode.IsSpace(r) {
			out.WriteRune(r)
		}
	}
	flush()
	return out.String()
}

func (b *builder) note(where, what, format string, args ...any) {
	n := Note{where, what, fmt.Sprintf(format, args...)}
	if !b.notes[n] {
		b.notes[n] = true
		b.out.Notes = append(b.out.Notes, n)
	}
}

// leave notes an entry that became no control.
func (b *builder) leave(where, what, format string, args ...any) {
	b.out.LeftOut++
	b.note(where, what, format, args...)
}

// framework begins a framework. The name that was asked for goes to the first.
func (b *builder) framework(where, name, description, typ string) {
	b.end()
	if b.Name != "" && len(b.file.Frameworks) == 0 {
		name = b.Name
	}
	b.now = &authoring.Framework{
		Name: b.name(where, name), Description: b.text(where, "description", description, 1000), ComplianceType: b.text(where, "compliance type", typ, 100),
	}
	b.sets = map[string]int{}
}

func (b *builder) end() {
	if b.now == nil {
		return
	}
	if len(b.now.ControlSets) > 0 {
		b.file.Frameworks = append(b.file.Frameworks, *b.now)
	} else {
		b.note(b.now.Name, "framework", "none of its controls could be taken; it is left out")
	}
	b.now = nil
}

// entry is a control of a list.
type entry struct {
	// where is its place in the list, id the requirement's id.
	where, set, id string
	authoring.Control
}

// control adds a control to its set and gives the name it got.
func (b *builder) control(e entry) (string, error) {
	if b.out.Taken++; b.out.Taken > maxControls {
		return "", fault(e.where, "", "the list has more than %d controls", maxControls)
	}
	k := e.Control
	k.Name = b.unique(e.where, b.name(e.where, k.Name))
	k.Description = b.text(e.where, "description", k.Description, 1000)
	k.TestingInformation = b.text(e.where, "testing information", k.TestingInformation, 1000)
	k.ActionPlanTitle = b.text(e.where, "action plan title", k.ActionPlanTitle, 300)
	k.ActionPlanInstructions = b.text(e.where, "action plan", k.ActionPlanInstructions, 1000)
	k.Sources = b.sources(e, k.Sources)
	if automated(k.Sources) {
		b.out.Automated++
	}
	if b.now == nil {
		b.file.Controls = append(b.file.Controls, k)
		return k.Name, nil
	}
	b.place(e.where, e.set, authoring.Entry{Control: k})
	return k.Name, nil
}

// standard adds a standard control, by its name, to a set.
func (b *builder) standard(where, set, name string) {
	b.out.Taken++
	b.out.Automated++
	b.place(where, set, authoring.Entry{Standard: name})
}

// place puts an entry into a set of the framework.
func (b *builder) place(where, set string, e authoring.Entry) {
	name := b.name(where, strings.ReplaceAll(set, "_", " "))
	i, ok := b.sets[name]
	if !ok {
		i = len(b.now.ControlSets)
		b.sets[name] = i
		b.now.ControlSets = append(b.now.ControlSets, authoring.ControlSet{Name: name})
	}
	b.now.ControlSets[i].Controls = append(b.now.ControlSets[i].Controls, e)
}

// sources are a control's sources: each once, those of the like framework with them, a manual one when there is none.
func (b *builder) sources(e entry, list []authoring.Source) []authoring.Source {
	if c, ok := b.like[requirement(e.id)]; ok && e.id != "" {
		for _, s := range c.Sources() {
			if s.Type != catalog.Manual {
				list = append(list, authoring.Source{Type: string(s.Type), Keyword: s.Keyword, Frequency: s.Frequency})
			}
		}
		b.likely++
	}
	var out []authoring.Source
	for _, s := range list {
		if !catalog.SourceType(s.Type).Known() {
			b.note(e.where, e.Name, "%q is no source type that is known; the source %s is left out", s.Type, strings.TrimSpace(s.Name+" "+s.Keyword))
			continue
		}
		if !slices.ContainsFunc(out, func(o authoring.Source) bool {
			return o.Type == s.Type && o.Keyword == s.Keyword && (s.Keyword != "" || o.Name == s.Name)
		}) {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		out = []authoring.Source{{Type: string(catalog.Manual)}}
	}
	return out
}

// name makes a text a name: on one line, no backslash, at most 300 characters.
func (b *builder) name(where, s string) string {
	s = strings.Join(strings.Fields(strings.ReplaceAll(clean(s), `\`, "/")), " ")
	if s == "" {
		s = "Unnamed"
	}
	return b.text(where, "name", s, 300)
}

func (b *builder) unique(where, name string) string {
	fresh := name
	for n := 2; b.names[strings.ToLower(fresh)]; n++ {
		suffix := fmt.Sprintf(" (%d)", n)
		fresh = cut(name, 300-len(suffix)) + suffix
	}
	if fresh != name {
		b.note(where, name, "the name is there already; this control is named %q", fresh)
	}
	b.names[strings.ToLower(fresh)] = true
	return fresh
}

// text cuts a text to what Audit Manager allows.
func (b *builder) text(where, what, s string, limit int) string {
	s = strings.TrimSpace(clean(s))
	if n := utf8.RuneCountInString(s); n > limit {
		b.note(where, what, "it has %d characters and is cut to %d", n, limit)
		return strings.TrimSpace(cut(s, limit-1)) + "…"
	}
	return s
}

func cut(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return string([]rune(s)[:runes])
}

// clean takes out what is no text: bytes that are no UTF-8, control characters but line ends and tabs.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\uFEFF':
			return -1
		}
		return r
	}, s)
}

// done is the result, checked as a file is.
func (b *builder) done() (*Result, error) {
	b.end()
	if b.out.Taken == 0 {
		why := "there are no controls in it"
		if len(b.out.Notes) > 0 {
			why += "; the first of what was left out: " + b.out.Notes[0].String()
		}
		return nil, fmt.Errorf("nothing could be taken from the list: %s", why)
	}
	if b.like != nil && b.likely == 0 {
		b.note(b.Like.Name(), "requirements", "no control of the list has the id of one of its requirements; it gave no sources")
	}
	b.out.File = b.file
	text, err := b.file.YAML()
	if err != nil {
		return nil, err
	}
	if _, problems := authoring.Read("the framework", text); len(problems) > 0 {
		return nil, problems
	}
	return &b.out, nil
}
