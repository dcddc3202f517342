package report

import "time"

// ControlSet is a set of controls of the assessment.
type ControlSet struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Status   string    `json:"status,omitempty"`
	Controls []Control `json:"controls"`
}

// Control is a control of the assessment.
type Control struct {
	ID                     string `json:"id"`
	Name                   string `json:"name"`
	Description            string `json:"description,omitempty"`
	TestingInformation     string `json:"testingInformation,omitempty"`
	ActionPlanTitle        string `json:"actionPlanTitle,omitempty"`
	ActionPlanInstructions string `json:"actionPlanInstructions,omitempty"`
	Status                 string `json:"status,omitempty"`
	// Automated tells that evidence is collected every day, so that a day without any is worth stating.
	Automated bool      `json:"automated"`
	Mappings  []Mapping `json:"mappings,omitempty"`
	Comments  []Comment `json:"comments,omitempty"`
	Requests  []Request `json:"requests,omitempty"`
}

// Mapping is where the evidence of a control comes from.
type Mapping struct {
	Name string `json:"name"`
	// Source is the data source as evidence names it, such as "AWS Config".
	Source string `json:"source"`
	// Keyword is the rule, event, finding or call; empty for what people provide.
	Keyword   string `json:"keyword,omitempty"`
	Frequency string `json:"frequency,omitempty"`
}

// Comment is a remark somebody made on a control.
type Comment struct {
	Author string    `json:"author"`
	At     time.Time `json:"at"`
	Text   string    `json:"text"`
}

// Request is a request for evidence of a control.
type Request struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Text   string `json:"text,omitempty"`
	Status string `json:"status,omitempty"`
	// From asked, To is to answer, by the day Due.
	From     string    `json:"from,omitempty"`
	To       string    `json:"to,omitempty"`
	Due      string    `json:"due,omitempty"`
	Asked    time.Time `json:"asked,omitzero"`
	Answered time.Time `json:"answered,omitzero"`
	Answer   string    `json:"answer,omitempty"`
}

// Exception is a decision that findings of a rule about some resources are not acted upon. Evidence that it covered
// names it by its id.
type Exception struct {
	ID           string    `json:"id"`
	Rule         string    `json:"rule,omitempty"`
	Account      string    `json:"account,omitempty"`
	Region       string    `json:"region,omitempty"`
	ResourceType string    `json:"resourceType,omitempty"`
	Resources    string    `json:"resources,omitempty"`
	Owner        string    `json:"owner"`
	Reason       string    `json:"reason"`
	Created      time.Time `json:"created,omitzero"`
	Expires      time.Time `json:"expires,omitzero"`
}
