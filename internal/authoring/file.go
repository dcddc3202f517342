package authoring

// Format is the format member of every file.
const Format = "tickmark-frameworks/1"

// File is a set of definitions. A control is defined in the control set that names it first; one that is in no
// framework of the file stands in Controls.
type File struct {
	Format     string      `json:"format" yaml:"format"`
	Frameworks []Framework `json:"frameworks,omitempty" yaml:"frameworks,omitempty"`
	Controls   []Control   `json:"controls,omitempty" yaml:"controls,omitempty"`
}

// Framework is a custom framework.
type Framework struct {
	Name string `json:"name" yaml:"name"`
	// Owner is the account that owns the definition; empty for the account of whoever applies the file.
	Owner          string            `json:"owner,omitempty" yaml:"owner,omitempty"`
	Description    string            `json:"description,omitempty" yaml:"description,omitempty"`
	ComplianceType string            `json:"complianceType,omitempty" yaml:"complianceType,omitempty"`
	Tags           map[string]string `json:"tags,omitempty" yaml:"tags,omitempty"`
	ControlSets    []ControlSet      `json:"controlSets" yaml:"controlSets"`

	at Position
}

// ControlSet is a group of controls.
type ControlSet struct {
	Name     string  `json:"name" yaml:"name"`
	Controls []Entry `json:"controls" yaml:"controls"`

	at Position
}

// Entry is a control in a set: a standard one, a custom one that is defined elsewhere, or a definition.
type Entry struct {
	// Standard is a standard control, as NIST SP 800-53 r5 AC-2: the framework and the requirement.
	Standard string `json:"standard,omitempty" yaml:"standard,omitempty"`
	// Use is the name of a custom control, which Owner owns.
	Use string `json:"use,omitempty" yaml:"use,omitempty"`
	// Control is the definition when neither is given; of the others it has only the owner.
	Control `yaml:",inline"`
}

// defines tells whether the entry is a definition.
func (e *Entry) defines() bool { return e.Standard == "" && e.Use == "" }

// Control is a custom control.
type Control struct {
	Name                   string            `json:"name,omitempty" yaml:"name,omitempty"`
	Owner                  string            `json:"owner,omitempty" yaml:"owner,omitempty"`
	Description            string            `json:"description,omitempty" yaml:"description,omitempty"`
	TestingInformation     string            `json:"testingInformation,omitempty" yaml:"testingInformation,omitempty"`
	ActionPlanTitle        string            `json:"actionPlanTitle,omitempty" yaml:"actionPlanTitle,omitempty"`
	ActionPlanInstructions string            `json:"actionPlanInstructions,omitempty" yaml:"actionPlanInstructions,omitempty"`
	Tags                   map[string]string `json:"tags,omitempty" yaml:"tags,omitempty"`
	Sources                []Source          `json:"sources,omitempty" yaml:"sources,omitempty"`

	at Position
}

// Source maps a control to evidence. What is left out follows from the type.
type Source struct {
	Type            string `json:"type" yaml:"type"`
	Keyword         string `json:"keyword,omitempty" yaml:"keyword,omitempty"`
	Frequency       string `json:"frequency,omitempty" yaml:"frequency,omitempty"`
	Assertion       string `json:"assertion,omitempty" yaml:"assertion,omitempty"`
	Name            string `json:"name,omitempty" yaml:"name,omitempty"`
	Description     string `json:"description,omitempty" yaml:"description,omitempty"`
	KeywordInput    string `json:"keywordInput,omitempty" yaml:"keywordInput,omitempty"`
	Troubleshooting string `json:"troubleshooting,omitempty" yaml:"troubleshooting,omitempty"`

	at Position
}

// all calls yield for each control that the file defines.
func (f *File) all(yield func(*Control)) {
	for i := range f.Frameworks {
		for j := range f.Frameworks[i].ControlSets {
			set := &f.Frameworks[i].ControlSets[j]
			for k := range set.Controls {
				if e := &set.Controls[k]; e.defines() {
					yield(&e.Control)
				}
			}
		}
	}
	for i := range f.Controls {
		yield(&f.Controls[i])
	}
}

// Count is how many frameworks and controls the file defines.
func (f *File) Count() (frameworks, controls int) {
	f.all(func(*Control) { controls++ })
	return len(f.Frameworks), controls
}

// Join puts the definitions of several files into one.
func Join(files ...*File) *File {
	out := &File{Format: Format}
	for _, f := range files {
		out.Frameworks = append(out.Frameworks, f.Frameworks...)
		out.Controls = append(out.Controls, f.Controls...)
	}
	return out
}
