package assess

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Text is the official wording of one requirement, as somebody who has a licence of the standard brings it.
type Text struct {
	Name               string `json:"name,omitempty"`
	Description        string `json:"description,omitempty"`
	TestingInformation string `json:"testingInformation,omitempty"`
}

// Texts are the official wording of a standard framework by requirement. They belong to the whole installation and are
// laid over our own neutral titles wherever the library is shown and in assessments made from then on. They are never
// exported.
type Texts struct {
	Requirements map[string]Text `json:"requirements"`
	UpdatedBy    string          `json:"updatedBy,omitempty"`
	Updated      time.Time       `json:"updated"`
}

var texts = docs.Collection[Texts]{Kind: "framework-texts", Noun: "official texts"}

// The limits of official texts. AWS's own fields end at 1000 characters; some standards' paragraphs do not.
const (
	maxOfficial = 10_000
	maxTexts    = 20_000
)

// TextRow is one text of a file: of which requirement of which framework, by name or id.
type TextRow struct {
	Framework   string `json:"framework"`
	Requirement string `json:"requirement"`
	Text
	// Line is where the file has it.
	Line int `json:"line,omitempty"`
}

// TextChange tells what became of the texts of a framework.
type TextChange struct {
	ID        string    `json:"id"`
	Framework string    `json:"framework"`
	Action    string    `json:"action"`
	Texts     int       `json:"texts"`
	Controls  int       `json:"controls"`
	UpdatedBy string    `json:"updatedBy,omitempty"`
	Updated   time.Time `json:"updated,omitzero"`
}

// SetTexts makes the official texts of every framework that the rows name those of the rows. With try nothing is
// written. Assessments that exist keep the wording they began with.
func (s *Service) SetTexts(ctx context.Context, by string, rows []TextRow, try bool) ([]TextChange, error) {
	wanted, err := s.sortTexts(rows)
	if err != nil {
		return nil, err
	}
	return write(ctx, s, func(tx Tx) ([]TextChange, error) {
		var out []TextChange
		for _, f := range s.o.Library.Frameworks() {
			list, ok := wanted[f.ID]
			if !ok {
				continue
			}
			action, err := putTexts(tx, f.ID, Texts{list, by, tx.Now()}, try)
			if err != nil {
				return nil, err
			}
			out = append(out, TextChange{ID: f.ID, Framework: f.Name(), Action: action, Texts: len(list), Controls: f.Len()})
		}
		return out, nil
	})
}

func putTexts(tx Tx, id string, t Texts, try bool) (string, error) {
	d, err := texts.Get(tx, "", "", id)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		if try {
			return Created, nil
		}
		return Created, texts.Insert(tx, "", "", id, "", t)
	case err != nil:
		return "", err
	case equalTexts(d.Value.Requirements, t.Requirements):
		return Unchanged, nil
	case try:
		return Changed, nil
	}
	d.Value = t
	return Changed, texts.Update(tx, d)
}

func equalTexts(a, b map[string]Text) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

// sortTexts checks rows and groups them by framework. All faults are told at once.
func (s *Service) sortTexts(rows []TextRow) (map[string]map[string]Text, error) {
	if len(rows) == 0 || len(rows) > maxTexts {
		return nil, fault.Invalidf("texts", "There are %d texts; give 1 to %d.", len(rows), maxTexts)
	}
	out := map[string]map[string]Text{}
	var wrong []string
	known := map[string]*requirements{}
	for _, r := range rows {
		k, err := s.requirement(known, r)
		if err == nil {
			err = checkText(k, r.Text)
		}
		if err == nil {
			list := out[k.Framework.ID]
			if list == nil {
				list = map[string]Text{}
				out[k.Framework.ID] = list
			}
			if _, again := list[k.Requirement]; again {
				err = fmt.Errorf("%s of %s has a text already", k.Requirement, k.Framework.Name())
			}
			list[k.Requirement] = r.Text
		}
		if err != nil {
			wrong = append(wrong, atLine(r)+err.Error())
		}
	}
	if n := len(wrong); n > 0 {
		const shown = 20
		if n > shown {
			wrong = append(wrong[:shown], fmt.Sprintf("and %d more", n-shown))
		}
		return nil, fault.Invalidf("texts", "%s", strings.Join(wrong, "\n"))
	}
	return out, nil
}

func atLine(r TextRow) string {
	if r.Line == 0 {
		return ""
	}
	return fmt.Sprintf("line %d: ", r.Line)
}

// requirements are the controls of a framework by the id of the requirement.
type requirements struct {
	*catalog.Framework
	by map[string]*catalog.Control
}

// requirement finds the control that a row is about.
func (s *Service) requirement(known map[string]*requirements, r TextRow) (*catalog.Control, error) {
	f, ok := known[r.Framework]
	if !ok {
		found, there := s.o.Library.FrameworkNamed(r.Framework)
		if !there {
			if found, there = s.o.Library.Framework(r.Framework); !there {
				return nil, fmt.Errorf("there is no standard framework %q", r.Framework)
			}
		}
		f = &requirements{found, map[string]*catalog.Control{}}
		for _, set := range found.Sets {
			for _, c := range set.Controls {
				f.by[c.Requirement] = c
			}
		}
		known[r.Framework] = f
	}
	k, ok := f.by[r.Requirement]
	if !ok {
		return nil, fmt.Errorf("%s has no requirement %q", f.Name(), r.Requirement)
	}
	return k, nil
}

func checkText(k *catalog.Control, t Text) error {
	if t == (Text{}) {
		return fmt.Errorf("%s of %s: give a name, a description or testing information", k.Requirement, k.Framework.Name())
	}
	err := firstOf(length("description", t.Description, 0, maxOfficial), length("testingInformation", t.TestingInformation, 0, maxOfficial))
	if err == nil && t.Name != "" {
		err = named("name", officialName(k, t.Name), `\`)
	}
	if err != nil {
		return fmt.Errorf("%s of %s: %w", k.Requirement, k.Framework.Name(), err)
	}
	return nil
}

// OfficialTexts tells which standard frameworks have official texts. The texts themselves are not told.
func (s *Service) OfficialTexts(ctx context.Context) ([]TextChange, error) {
	return read(ctx, s, func(tx Tx) ([]TextChange, error) {
		all, err := texts.All(tx, arn.Everything())
		if err != nil {
			return nil, err
		}
		out := []TextChange{}
		for _, d := range all {
			c := TextChange{ID: d.ID, Framework: d.ID, Texts: len(d.Value.Requirements), UpdatedBy: d.Value.UpdatedBy, Updated: d.Value.Updated}
			if f, ok := s.o.Library.Framework(d.ID); ok { // else of a framework that a later version no longer has
				c.Framework, c.Controls = f.Name(), f.Len()
			}
			out = append(out, c)
		}
		slices.SortFunc(out, func(a, b TextChange) int { return cmp.Compare(a.Framework, b.Framework) })
		return out, nil
	})
}

// RemoveTexts takes the official texts of a framework away; ours show again.
func (s *Service) RemoveTexts(ctx context.Context, framework string) (TextChange, error) {
	out := TextChange{ID: framework, Framework: framework, Action: Removed}
	if f, ok := s.o.Library.FrameworkNamed(framework); ok {
		out.ID, out.Framework, out.Controls = f.ID, f.Name(), f.Len()
	}
	_, err := write(ctx, s, func(tx Tx) (struct{}, error) { return struct{}{}, texts.Delete(tx, "", "", out.ID) })
	if fault.KindOf(err) == fault.NotFound {
		err = fault.New(fault.NotFound, "There are no official texts of %q.", framework)
	}
	return out, err
}

// StandardNames are the names of standard controls, in their order: the official ones where there are such.
func (s *Service) StandardNames(ctx context.Context, list []*catalog.Control) ([]string, error) {
	return read(ctx, s, func(tx Tx) ([]string, error) {
		l := s.lookup(tx)
		out := make([]string, len(list))
		for i, k := range list {
			t, err := l.text(k)
			if err != nil {
				return nil, err
			}
			if out[i] = k.Name(); t.Name != "" {
				out[i] = officialName(k, t.Name)
			}
		}
		return out, nil
	})
}
