package oscal

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
)

// Written is the version of OSCAL that documents are written in.
const Written = "1.1.3"

// namespace is of our own properties. space makes the ids of everything written, which follow from the report alone.
const namespace = "https://tickmark.dev/ns/oscal"

var space = uuid.MustParse("3f5c6b0e-8a3e-5b52-9d1c-5e1f8d2f7a64")

func stableID(parts ...string) string {
	return uuid.NewSHA1(space, []byte(strings.Join(parts, "\x00"))).String()
}

// stream writes a JSON document piece by piece: its lists may be longer than memory.
type stream struct {
	w   *bufio.Writer
	err error
	// comma tells that a member or element stands before.
	comma bool
}

func newStream(w io.Writer) *stream { return &stream{w: bufio.NewWriterSize(w, 1<<16)} }

func (s *stream) raw(text string) {
	if s.err == nil {
		_, s.err = s.w.WriteString(text)
	}
}

func (s *stream) name(name string) {
	if s.comma {
		s.raw(",\n")
	}
	s.comma = true
	if name != "" {
		s.raw(`"` + name + `": `)
	}
}

// open begins an object or list, as a member of a name or, without one, as an element.
func (s *stream) open(name, bracket string) {
	s.name(name)
	s.raw(bracket + "\n")
	s.comma = false
}

func (s *stream) close(bracket string) {
	s.raw("\n" + bracket)
	s.comma = true
}

// put writes a whole value.
func (s *stream) put(name string, v any) {
	b, err := json.Marshal(v)
	if err != nil && s.err == nil {
		s.err = err
	}
	s.name(name)
	s.raw(string(b))
}

func (s *stream) end() error {
	s.raw("\n")
	if s.err != nil {
		return s.err
	}
	return s.w.Flush()
}

// property is a statement of our own about something.
type property struct {
	Name  string `json:"name"`
	NS    string `json:"ns"`
	Value string `json:"value"`
	Class string `json:"class,omitempty"`
}

// props are the properties that have a value, given as names and values in turn.
func props(pairs ...string) []property {
	var out []property
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := oneLine(pairs[i+1]); v != "" {
			out = append(out, property{Name: pairs[i], NS: namespace, Value: v})
		}
	}
	return out
}

// oneLine is a text as OSCAL's strings want it: one line, nothing at its ends.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\ufffd"), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// said is a text that must not be empty.
func said(ss ...string) string {
	for _, s := range ss {
		if s = oneLine(s); s != "" {
			return s
		}
	}
	return "-"
}

type about struct {
	Title        string     `json:"title"`
	LastModified time.Time  `json:"last-modified"`
	Version      string     `json:"version"`
	OSCALVersion string     `json:"oscal-version"`
	Props        []property `json:"props,omitempty"`
	Remarks      string     `json:"remarks,omitempty"`
}

func aboutReport(m *report.Manifest, title, remarks string) about {
	return about{
		Title: said(title + ": " + m.Report.Name), LastModified: m.Created.UTC(), Version: m.Created.UTC().Format(time.RFC3339), OSCALVersion: Written, Remarks: remarks,
		Props: props("account", m.Account, "report-id", m.Report.ID, "assessment-id", m.Assessment.ID, "tool", m.Tool, "log-origin", m.Log.Origin,
			"log-root", m.Log.Root.String(), "key-id", m.Log.KeyID),
	}
}

type resource struct {
	UUID        string `json:"uuid"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

type backMatter struct {
	Resources []resource `json:"resources"`
}

// controlIDs are OSCAL's ids of a report's controls, by folder: the id a standard gives, as NIST spells it (AC-2(1) is
// ac-2.1), where the name begins with one; else one made of the control's own.
func controlIDs(m *report.Manifest) map[string]string {
	out, owner := map[string]string{}, map[string]string{}
	for _, set := range m.ControlSets {
		for _, c := range set.Controls {
			id := requirement(c.Name)
			if by, taken := owner[id]; id == "" || taken && by != c.ID {
				id = "control-" + token(c.ID)
			}
			owner[id] = c.ID
			out[c.Folder] = id
		}
	}
	return out
}

func requirement(name string) string {
	word, _, _ := strings.Cut(name, " ")
	word = strings.ToLower(strings.TrimRight(word, ":"))
	word = strings.ReplaceAll(strings.ReplaceAll(word, "(", "."), ")", "")
	if !strings.ContainsFunc(word, unicode.IsDigit) {
		return ""
	}
	if r := []rune(word)[0]; !unicode.IsLetter(r) {
		word = "req-" + word
	}
	if word != token(word) {
		return ""
	}
	return word
}

// token makes any text a token.
func token(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, s)
}

// observation is a piece of evidence.
type observation struct {
	UUID        string     `json:"uuid"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Props       []property `json:"props,omitempty"`
	Methods     []string   `json:"methods"`
	Types       []string   `json:"types"`
	Subjects    []subject  `json:"subjects,omitempty"`
	Evidence    []evidence `json:"relevant-evidence,omitempty"`
	Collected   time.Time  `json:"collected"`
}

type subject struct {
	UUID  string     `json:"subject-uuid"`
	Type  string     `json:"type"`
	Title string     `json:"title,omitempty"`
	Props []property `json:"props,omitempty"`
}

type evidence struct {
	Href        string `json:"href"`
	Description string `json:"description"`
}

func observationID(evidence string) string { return stableID("observation", evidence) }

func observe(t *report.Told) observation {
	o, b := t.Occurrence, t.Body
	rule, members := "", ""
	if b.Rule != nil {
		rule = b.Rule.ID
	}
	if o.Members != nil {
		members = jsonNumber(o.Members.Count)
	}
	out := observation{
		UUID: observationID(t.ID), Title: said(b.Event, b.Source), Description: said(b.Reason, b.Text, b.FileName, b.Type), Methods: []string{"EXAMINE"},
		Types: []string{"control-objective"}, Collected: o.CollectedAt.UTC(),
		Evidence: []evidence{{Href: hrefOf(t.Path), Description: "The record, its proof and its raw objects, in the report's bundle."}},
		Props: props("evidence-id", t.ID, "leaf-index", jsonNumber(t.LeafIndex), "class", string(o.Class()), "verdict", string(o.Verdict), "source", o.Source,
			"observed-at", o.ObservedAt.UTC().Format(time.RFC3339Nano), "day", o.Day, "account", o.Account, "region", o.Region, "rule", rule,
			"logic-version", o.LogicVersion, "exception", o.Exception, "resources", members),
	}
	if o.Verdict != ledger.NoVerdict {
		out.Methods = []string{"TEST"}
	}
	if o.Backfilled {
		out.Types = append(out.Types, "historic")
	}
	for _, s := range b.Subjects {
		name := s.ARN
		if name == "" {
			name = s.ID
		}
		out.Subjects = append(out.Subjects, subject{
			UUID: stableID("subject", b.Account, b.Region, s.Type, name), Type: "inventory-item", Title: said(name), Props: props("resource-type", s.Type),
		})
	}
	return out
}

func jsonNumber(n int64) string {
	b, _ := json.Marshal(n)
	return string(b)
}

// hrefOf is a relative reference to a path of the bundle.
func hrefOf(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = escapePath(p)
	}
	return "./" + strings.Join(parts, "/")
}

func escapePath(s string) string {
	var b strings.Builder
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		c := s[i]
		if c < 0x80 && (unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c)) || slices.Contains([]byte("._-~"), c)) {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}
