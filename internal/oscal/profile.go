package oscal

import "encoding/json"

// Profile selects controls of catalogs and of other profiles, puts them into an order and changes them.
type Profile struct {
	UUID     string     `json:"uuid"`
	Metadata Metadata   `json:"metadata"`
	Imports  []Import   `json:"imports"`
	Merge    *Merge     `json:"merge"`
	Modify   *Modify    `json:"modify"`
	Back     BackMatter `json:"back-matter"`
}

// Import selects controls of one source.
type Import struct {
	Href string `json:"href"`
	Selection
}

// Selection names controls. With neither all nor controls to include all are meant.
type Selection struct {
	All     *json.RawMessage `json:"include-all"`
	Include []Choice         `json:"include-controls"`
	Exclude []Choice         `json:"exclude-controls"`
}

// Choice names controls by their ids or by patterns.
type Choice struct {
	Children string   `json:"with-child-controls"`
	IDs      []string `json:"with-ids"`
	Matching []struct {
		Pattern string `json:"pattern"`
	} `json:"matching"`
}

// Merge says what becomes of controls that are there twice, and of the structure.
type Merge struct {
	Combine *struct {
		Method string `json:"method"`
	} `json:"combine"`
	Flat   *json.RawMessage `json:"flat"`
	AsIs   bool             `json:"as-is"`
	Custom *Custom          `json:"custom"`
}

// Custom is a structure of its own.
type Custom struct {
	Groups []CustomGroup `json:"groups"`
	Insert []Insert      `json:"insert-controls"`
}

// CustomGroup is a group of such a structure.
type CustomGroup struct {
	ID     string        `json:"id"`
	Class  string        `json:"class"`
	Title  string        `json:"title"`
	Params []Param       `json:"params"`
	Props  []Prop        `json:"props"`
	Links  []Link        `json:"links"`
	Parts  []Part        `json:"parts"`
	Groups []CustomGroup `json:"groups"`
	Insert []Insert      `json:"insert-controls"`
}

// Insert puts selected controls into a place.
type Insert struct {
	Order string `json:"order"`
	Selection
}

// Modify changes what was selected.
type Modify struct {
	SetParameters []SetParameter `json:"set-parameters"`
	Alters        []Alter        `json:"alters"`
}

// SetParameter sets a parameter.
type SetParameter struct {
	ParamID     string       `json:"param-id"`
	Class       string       `json:"class"`
	Props       []Prop       `json:"props"`
	Links       []Link       `json:"links"`
	Label       string       `json:"label"`
	Usage       string       `json:"usage"`
	Constraints []Constraint `json:"constraints"`
	Guidelines  []Guideline  `json:"guidelines"`
	Values      []string     `json:"values"`
	Select      *Select      `json:"select"`
}

// Alter changes a control: first what is removed, then what is added.
type Alter struct {
	ControlID string   `json:"control-id"`
	Removes   []Remove `json:"removes"`
	Adds      []Add    `json:"adds"`
}

// Remove takes out what all of its members match.
type Remove struct {
	ByName     string `json:"by-name"`
	ByClass    string `json:"by-class"`
	ByID       string `json:"by-id"`
	ByItemName string `json:"by-item-name"`
	ByNS       string `json:"by-ns"`
}

// Add puts something in: into the control, or beside or into the part of an id.
type Add struct {
	Position string  `json:"position"`
	ByID     string  `json:"by-id"`
	Title    string  `json:"title"`
	Params   []Param `json:"params"`
	Props    []Prop  `json:"props"`
	Links    []Link  `json:"links"`
	Parts    []Part  `json:"parts"`
}
