package oscal

// Catalog is a catalog of controls, as published or as a profile resolves to one.
type Catalog struct {
	UUID     string     `json:"uuid"`
	Metadata Metadata   `json:"metadata"`
	Params   []Param    `json:"params,omitempty"`
	Controls []Control  `json:"controls,omitempty"`
	Groups   []Group    `json:"groups,omitempty"`
	Back     BackMatter `json:"back-matter,omitzero"`
}

// Metadata are the parts of a document's metadata that tell what it is.
type Metadata struct {
	Title        string `json:"title"`
	LastModified string `json:"last-modified"`
	Version      string `json:"version"`
	OSCALVersion string `json:"oscal-version"`
}

// Group is a group of controls.
type Group struct {
	ID       string    `json:"id,omitempty"`
	Class    string    `json:"class,omitempty"`
	Title    string    `json:"title"`
	Params   []Param   `json:"params,omitempty"`
	Props    []Prop    `json:"props,omitempty"`
	Links    []Link    `json:"links,omitempty"`
	Parts    []Part    `json:"parts,omitempty"`
	Groups   []Group   `json:"groups,omitempty"`
	Controls []Control `json:"controls,omitempty"`
}

// Control is a control; its Controls are enhancements.
type Control struct {
	ID       string    `json:"id"`
	Class    string    `json:"class,omitempty"`
	Title    string    `json:"title"`
	Params   []Param   `json:"params,omitempty"`
	Props    []Prop    `json:"props,omitempty"`
	Links    []Link    `json:"links,omitempty"`
	Parts    []Part    `json:"parts,omitempty"`
	Controls []Control `json:"controls,omitempty"`

	// Shell tells that the control was not selected: it is there for the controls in it.
	Shell bool `json:"-"`
}

// Param is a parameter of controls.
type Param struct {
	ID          string       `json:"id"`
	Class       string       `json:"class,omitempty"`
	Props       []Prop       `json:"props,omitempty"`
	Links       []Link       `json:"links,omitempty"`
	Label       string       `json:"label,omitempty"`
	Usage       string       `json:"usage,omitempty"`
	Constraints []Constraint `json:"constraints,omitempty"`
	Guidelines  []Guideline  `json:"guidelines,omitempty"`
	Values      []string     `json:"values,omitempty"`
	Select      *Select      `json:"select,omitempty"`
}

// Constraint limits the values of a parameter.
type Constraint struct {
	Description string `json:"description,omitempty"`
}

// Guideline tells how to choose a parameter's value.
type Guideline struct {
	Prose string `json:"prose"`
}

// Select is a choice among values.
type Select struct {
	HowMany string   `json:"how-many,omitempty"`
	Choice  []string `json:"choice,omitempty"`
}

// Prop is a property.
type Prop struct {
	Name  string `json:"name"`
	NS    string `json:"ns,omitempty"`
	Value string `json:"value"`
	Class string `json:"class,omitempty"`
}

// Link is a reference.
type Link struct {
	Href string `json:"href"`
	Rel  string `json:"rel,omitempty"`
	Text string `json:"text,omitempty"`
}

// Part is a piece of a control's text.
type Part struct {
	ID    string `json:"id,omitempty"`
	Name  string `json:"name"`
	NS    string `json:"ns,omitempty"`
	Class string `json:"class,omitempty"`
	Title string `json:"title,omitempty"`
	Props []Prop `json:"props,omitempty"`
	Prose string `json:"prose,omitempty"`
	Parts []Part `json:"parts,omitempty"`
	Links []Link `json:"links,omitempty"`
}

// BackMatter holds what a document refers to.
type BackMatter struct {
	Resources []Resource `json:"resources,omitempty"`
}

// Resource is something that is referred to.
type Resource struct {
	UUID   string  `json:"uuid"`
	Title  string  `json:"title,omitempty"`
	RLinks []RLink `json:"rlinks,omitempty"`
}

// RLink is a place of a resource.
type RLink struct {
	Href      string `json:"href"`
	MediaType string `json:"media-type,omitempty"`
}

// Walk calls yield for each control that was selected, enhancements too, with the groups that it is in.
func (c *Catalog) Walk(yield func(groups []*Group, k *Control)) {
	var controls func(in []*Group, list []Control)
	controls = func(in []*Group, list []Control) {
		for i := range list {
			if !list[i].Shell {
				yield(in, &list[i])
			}
			controls(in, list[i].Controls)
		}
	}
	var groups func(in []*Group, list []Group)
	groups = func(in []*Group, list []Group) {
		for i := range list {
			below := append(in[:len(in):len(in)], &list[i])
			controls(below, list[i].Controls)
			groups(below, list[i].Groups)
		}
	}
	controls(nil, c.Controls)
	groups(nil, c.Groups)
}
