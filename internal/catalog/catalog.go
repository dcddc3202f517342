// Package catalog is the library that ships with the program: standard frameworks with their controls and the
// mapping of each control to what can prove it, the keywords those mappings may use, and a lint for mappings made
// by hand. Identifiers and mappings only, never a standard's wording; see data/SOURCES.md. Everything is
// read-only and safe for concurrent use.
package catalog

import "time"

// SourceType is where a mapping source takes its evidence from, as Audit Manager spells it.
type SourceType string

// The source types.
const (
	Config        SourceType = "AWS_Config"
	SecurityHub   SourceType = "AWS_Security_Hub"
	CloudTrail    SourceType = "AWS_Cloudtrail"
	APICall       SourceType = "AWS_API_Call"
	Manual        SourceType = "MANUAL"
	CommonControl SourceType = "Common_Control"
	CoreControl   SourceType = "Core_Control"
)

// Known reports whether t is one of the source types.
func (t SourceType) Known() bool {
	switch t {
	case Config, SecurityHub, CloudTrail, APICall, Manual, CommonControl, CoreControl:
		return true
	}
	return false
}

// Automated reports whether sources of the type collect by themselves. Common and core controls do not: what they group
// does, and stands in an assessment in their place.
func (t SourceType) Automated() bool {
	switch t {
	case Config, SecurityHub, CloudTrail, APICall:
		return true
	}
	return false
}

// The set-up options, and how keywords are entered.
const (
	SystemControls     = "System_Controls_Mapping"
	ProceduralControls = "Procedural_Controls_Mapping"

	SelectFromList = "SELECT_FROM_LIST"
	UploadFile     = "UPLOAD_FILE"
	InputText      = "INPUT_TEXT"
)

// Frequencies of API calls.
const (
	Daily   = "DAILY"
	Weekly  = "WEEKLY"
	Monthly = "MONTHLY"
)

// SetUpOption is the set-up option that goes with the source type.
func (t SourceType) SetUpOption() string {
	if t == Manual {
		return ProceduralControls
	}
	return SystemControls
}

// Source maps a control to evidence.
type Source struct {
	ID              string     `json:"id"`
	Name            string     `json:"name"`
	Description     string     `json:"description,omitempty"`
	SetUpOption     string     `json:"setUpOption"`
	Type            SourceType `json:"type"`
	KeywordInput    string     `json:"keywordInput,omitempty"`
	Keyword         string     `json:"keyword,omitempty"`
	Frequency       string     `json:"frequency,omitempty"`
	Troubleshooting string     `json:"troubleshooting,omitempty"`
	// Assertion is a CEL expression that judges each item an API call answers; empty: the evidence has no verdict. AWS's
	// API does not know it.
	Assertion string `json:"assertion,omitempty"`
	// Via is the ARN of the common or core control that the source came from, when an assessment began.
	Via string `json:"via,omitempty"`
}

// Control is one requirement of a framework.
type Control struct {
	// ID is a UUID that depends only on framework, version and the requirement's own id.
	ID string
	// Requirement is the id the standard gives it, such as AC-2.
	Requirement string
	// Framework is the framework the control belongs to.
	Framework *Framework

	title                   string
	config, hub, api, trail []string
	// assertions are what is asserted of API calls, by keyword.
	assertions map[string]string
}

// ControlSet is a group of controls within a framework.
type ControlSet struct {
	ID, Name string
	Controls []*Control
}

// Framework is one standard in one version.
type Framework struct {
	ID, Standard, Version string
	Sets                  []ControlSet
	controls              int
}

// Released is the creation time shown on everything that ships with the program.
var Released = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// Name is the standard's name with its version.
func (f *Framework) Name() string {
	if f.Version == "" {
		return f.Standard
	}
	return f.Standard + " " + f.Version
}

// ComplianceType is the standard's name.
func (f *Framework) ComplianceType() string { return f.Standard }

// Description says what the framework is and is not.
func (f *Framework) Description() string {
	return "Requirement ids of " + f.Name() + " with the rules, findings, API calls and user activity mapped to them. The standard's own text is not included."
}

// Len is the number of controls.
func (f *Framework) Len() int { return f.controls }

// Automated is the number of controls with at least one automated source.
func (f *Framework) Automated() int {
	n := 0
	for _, s := range f.Sets {
		for _, c := range s.Controls {
			if c.Automated() {
				n++
			}
		}
	}
	return n
}

// Title is a short neutral title of the project's own; where the standard is in the public domain, its own.
func (c *Control) Title() string { return c.title }

// Name is unique in the library: the framework, the requirement's id and its title.
func (c *Control) Name() string { return c.Framework.Name() + " " + c.Requirement + ": " + c.title }

// Description is the project's own neutral sentence about the control.
func (c *Control) Description() string {
	return "Requirement " + c.Requirement + " of " + c.Framework.Name() + ". Read the requirement in the standard itself."
}

// Automated reports whether anything but manual evidence is mapped to the control.
func (c *Control) Automated() bool {
	return len(c.config)+len(c.hub)+len(c.api)+len(c.trail) > 0
}
