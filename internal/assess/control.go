package assess

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// The types of controls and frameworks.
const (
	Standard = "Standard"
	Custom   = "Custom"
	Core     = "Core"
)

// Control is a control of the library, standard or custom.
type Control struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	// Owner is the account that made a custom control; the whole installation sees it, the owner alone edits.
	Owner                  string            `json:"owner,omitempty"`
	Name                   string            `json:"name"`
	Description            string            `json:"description,omitempty"`
	TestingInformation     string            `json:"testingInformation,omitempty"`
	ActionPlanTitle        string            `json:"actionPlanTitle,omitempty"`
	ActionPlanInstructions string            `json:"actionPlanInstructions,omitempty"`
	Sources                []catalog.Source  `json:"sources,omitempty"`
	Tags                   map[string]string `json:"tags,omitempty"`
	CreatedBy              string            `json:"createdBy,omitempty"`
	UpdatedBy              string            `json:"updatedBy,omitempty"`
	Created                time.Time         `json:"created"`
	Updated                time.Time         `json:"updated"`
	// Declared tells that the control comes from a file (Define).
	Declared bool `json:"declared,omitempty"`
}

// SourceTypes is the comma-separated list of the types of sources in use.
func (c *Control) SourceTypes() string { return catalog.SourceTypes(c.Sources) }

// Filed are the common controls under which the control belongs, the chief one first.
func (c *Control) Filed() []*catalog.Common {
	if k, ok := catalog.Catalog().Core(c.ID); ok && c.Type == Core {
		return k.Common
	}
	return catalog.Filed(c.Sources)
}

// Lint tells which mapping sources will collect nothing.
func (c *Control) Lint() []catalog.Problem { return catalog.Lint(c.Sources) }

var controls = docs.Collection[Control]{Kind: "control", Noun: "control"}

// Definitions belong to the whole installation: their documents have no account, and names are unique within the
// owner by carrying it.
func ownName(owner, name string) string { return owner + "/" + strings.ToLower(name) }

func (s *Service) standardControl(k *catalog.Control) Control {
	return Control{
		ID: k.ID, Type: Standard, Name: k.Name(), Description: k.Description(), Sources: k.Sources(),
		CreatedBy: "Tickmark", UpdatedBy: "Tickmark", Created: catalog.Released, Updated: catalog.Released,
	}
}

// coreControl shows a core control as a control of the library.
func coreControl(k *catalog.Core) Control {
	return Control{
		ID: k.ID, Type: Core, Name: k.Name, Description: k.Description, Sources: k.Sources(),
		CreatedBy: "Tickmark", UpdatedBy: "Tickmark", Created: catalog.Released, Updated: catalog.Released,
	}
}

// ControlInput is what a custom control is made of.
type ControlInput struct {
	Name, Description, TestingInformation, ActionPlanTitle, ActionPlanInstructions string

	Sources []catalog.Source
	Tags    map[string]string
	// KeepAssertions tells that the caller cannot name assertions, as AWS's API cannot: an update leaves them on the
	// sources whose id and keyword stay.
	KeepAssertions bool
}

// declaredSources is how many mapping sources a control from a file may have.
const declaredSources = 1000

// CheckDefinition checks a control that is declared, and fills in what its sources leave out but their ids.
func CheckDefinition(in *ControlInput) error { return checkControl(in, declaredSources) }

// checkControl is CheckDefinition for a control that the API makes.
func (s *Service) checkControl(in *ControlInput) error {
	err := checkControl(in, s.o.Limits.SourcesPerControl)
	s.giveIDs(in.Sources)
	return err
}

// giveIDs gives ids to the sources that have none.
func (s *Service) giveIDs(sources []catalog.Source) {
	for i := range sources {
		if sources[i].ID == "" {
			sources[i].ID = s.o.IDs.NewID()
		}
	}
}

func checkControl(in *ControlInput, sources int) error {
	if err := firstOf(named("name", in.Name, `\`), length("description", in.Description, 0, 1000),
		length("testingInformation", in.TestingInformation, 0, 1000), length("actionPlanTitle", in.ActionPlanTitle, 0, 300),
		length("actionPlanInstructions", in.ActionPlanInstructions, 0, 1000), checkTags(in.Tags)); err != nil {
		return err
	}
	if len(in.Sources) == 0 {
		return fault.Invalidf("controlMappingSources", "A control needs at least one mapping source.")
	}
	if len(in.Sources) > sources {
		return fault.Invalidf("controlMappingSources", "A control has at most %d mapping sources.", sources)
	}
	for i := range in.Sources {
		if err := checkSource(&in.Sources[i]); err != nil {
			return err
		}
	}
	return nil
}

// checkSource checks a mapping source and fills in what follows from its type. A keyword nobody knows is accepted,
// as AWS does; Lint tells of it.
func checkSource(m *catalog.Source) error {
	const f = "controlMappingSources"
	if !m.Type.Known() {
		return fault.Invalidf(f, "%q is no source type.", m.Type)
	}
	if err := firstOf(length(f+".sourceName", m.Name, 0, 100), length(f+".sourceDescription", m.Description, 0, 1000),
		length(f+".troubleshootingText", m.Troubleshooting, 0, 1000), length(f+".keywordValue", m.Keyword, 0, 100)); err != nil {
		return err
	}
	if want := m.Type.SetUpOption(); m.SetUpOption == "" {
		m.SetUpOption = want
	} else if m.SetUpOption != want {
		return fault.Invalidf(f+".sourceSetUpOption", "The source type %s goes with the set-up option %s.", m.Type, want)
	}
	if m.Name == "" {
		m.Name = strings.TrimSpace(string(m.Type) + " " + m.Keyword)
	}
	switch m.Type {
	case catalog.Manual:
		if m.KeywordInput == catalog.SelectFromList {
			return fault.Invalidf(f+".keywordInputType", "A manual source takes UPLOAD_FILE or INPUT_TEXT.")
		}
	default:
		if m.Keyword == "" {
			return fault.Invalidf(f+".sourceKeyword", "A source of the type %s needs a keyword.", m.Type)
		}
		if m.KeywordInput == "" {
			m.KeywordInput = catalog.SelectFromList
		}
	}
	switch {
	case m.Type == catalog.APICall && m.Frequency == "": // stays as it was given; assessments take it for daily
	case m.Type == catalog.APICall && !slices.Contains([]string{catalog.Daily, catalog.Weekly, catalog.Monthly}, m.Frequency):
		return fault.Invalidf(f+".sourceFrequency", "%q is no frequency; use DAILY, WEEKLY or MONTHLY.", m.Frequency)
	case m.Type != catalog.APICall && m.Frequency != "":
		return fault.Invalidf(f+".sourceFrequency", "Only API calls have a frequency; the source type is %s.", m.Type)
	}
	return checkAssertion(m)
}

// CreateControl makes a custom control.
func (s *Service) CreateControl(ctx context.Context, c Caller, in ControlInput) (Control, error) {
	if err := s.checkControl(&in); err != nil {
		return Control{}, err
	}
	id := s.o.IDs.NewID()
	return write(ctx, s, func(tx Tx) (Control, error) {
		if err := registered(tx, c); err != nil {
			return Control{}, err
		}
		mine, err := s.customControls(tx, c.Account)
		if err != nil {
			return Control{}, err
		}
		if counted(mine, func(k *Control) bool { return !k.Declared }) >= s.o.Limits.CustomControls {
			return Control{}, quota("custom controls", s.o.Limits.CustomControls)
		}
		v := Control{ID: id, Type: Custom, Owner: c.Account, CreatedBy: c.Principal, Created: tx.Now()}
		v.set(in, c, tx.Now())
		v.Tags = in.Tags
		return v, nameTaken(controls.Insert(tx, "", "", id, ownName(c.Account, in.Name), v), "control", in.Name)
	})
}

func (c *Control) set(in ControlInput, by Caller, now time.Time) {
	c.Name, c.Description, c.TestingInformation = in.Name, in.Description, in.TestingInformation
	c.ActionPlanTitle, c.ActionPlanInstructions, c.Sources = in.ActionPlanTitle, in.ActionPlanInstructions, in.Sources
	c.UpdatedBy, c.Updated = by.Principal, now
}

// nameTaken turns a collision of names into the mistake in the input that AWS makes of it.
func nameTaken(err error, noun, name string) error {
	if fault.KindOf(err) == fault.Exists {
		return fault.Invalidf("name", "There is a %s named %q already. Choose another name.", noun, name)
	}
	return err
}

// counted is how many of a list there are that count.
func counted[T any](list []T, counts func(*T) bool) (n int) {
	for i := range list {
		if counts(&list[i]) {
			n++
		}
	}
	return n
}

// GetControl is a control of the library.
func (s *Service) GetControl(ctx context.Context, c Caller, id string) (Control, error) {
	return read(ctx, s, func(tx Tx) (Control, error) {
		if err := registered(tx, c); err != nil {
			return Control{}, err
		}
		return s.control(tx, id)
	})
}

// UpdateControl replaces everything of a custom control but its tags. Assessments keep the definition they began with.
func (s *Service) UpdateControl(ctx context.Context, c Caller, id string, in ControlInput) (Control, error) {
	if err := s.checkControl(&in); err != nil {
		return Control{}, err
	}
	return write(ctx, s, func(tx Tx) (Control, error) {
		d, err := s.ownControl(tx, c, id)
		if err != nil {
			return Control{}, err
		}
		if in.KeepAssertions {
			in.Sources = slices.Clone(in.Sources) // the transaction may run again
			keepAssertions(in.Sources, d.Value.Sources)
		}
		d.Value.set(in, c, tx.Now())
		d.Name = ownName(c.Account, in.Name)
		return d.Value, nameTaken(controls.Update(tx, d), "control", in.Name)
	})
}

// ownControl is a custom control that the caller may edit.
func (s *Service) ownControl(tx Tx, c Caller, id string) (docs.Doc[Control], error) {
	if err := registered(tx, c); err != nil {
		return docs.Doc[Control]{}, err
	}
	if _, ok := s.o.Library.Control(id); ok {
		return docs.Doc[Control]{}, fault.Invalidf("controlId", "Control %s is a standard control; those cannot be changed or deleted. Make a custom copy.", id)
	}
	if _, ok := catalog.Catalog().Core(id); ok {
		return docs.Doc[Control]{}, fault.Invalidf("controlId", "Control %s is a core control; those cannot be changed or deleted. Name it as a source of a custom control.", id)
	}
	d, err := controls.Get(tx, "", "", id)
	if err == nil && d.Value.Owner != c.Account {
		err = fault.New(fault.Denied, "Control %s belongs to account %s, which alone may change it.", id, d.Value.Owner)
	}
	return d, err
}

// DeleteControl removes a custom control from the library, from every custom framework and from every assessment,
// where its collection stops and its evidence stays.
func (s *Service) DeleteControl(ctx context.Context, c Caller, id string) error {
	_, err := write(ctx, s, func(tx Tx) (struct{}, error) {
		if _, err := s.ownControl(tx, c, id); err != nil {
			return struct{}{}, err
		}
		if err := removeFromFrameworks(tx, id); err != nil {
			return struct{}{}, err
		}
		if err := removeFromAssessments(tx, id); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, controls.Delete(tx, "", "", id)
	})
	return err
}

// customControls are the custom controls, of one owner when it is given.
func (s *Service) customControls(tx Tx, owner string) ([]Control, error) {
	all, err := controls.All(tx, arn.Everything())
	if err != nil {
		return nil, err
	}
	var out []Control
	for _, d := range all {
		if owner == "" || d.Value.Owner == owner {
			out = append(out, d.Value)
		}
	}
	return out, nil
}

// ListControls lists the controls of a type, by id.
func (s *Service) ListControls(ctx context.Context, c Caller, typ string) ([]Control, error) {
	return read(ctx, s, func(tx Tx) ([]Control, error) {
		if err := registered(tx, c); err != nil {
			return nil, err
		}
		switch typ {
		case Custom:
			return s.customControls(tx, "")
		case Core:
			var out []Control
			for _, k := range catalog.Catalog().Cores() {
				out = append(out, coreControl(k))
			}
			return out, nil
		case Standard:
			var out []Control
			l := s.lookup(tx)
			for k := range s.o.Library.Controls {
				c, err := l.standard(k)
				if err != nil {
					return nil, err
				}
				out = append(out, c)
			}
			return out, nil
		}
		return nil, fault.Invalidf("controlType", "%q is no control type; use Standard, Custom or Core.", typ)
	})
}
