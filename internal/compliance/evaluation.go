package compliance

import (
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
)

// Evaluation is one change of a verdict, the first one included: what evidence is made of. Evaluations of an
// account and region are numbered without gaps and never change.
type Evaluation struct {
	Account, Region string // of the rule
	Seq             int64

	RuleName, RuleID, Identifier string
	// Logic is the identifier and version of the check; "" when the rule has none.
	Logic string
	// Parameters are the rule's parameters, ParametersHash a digest of them.
	Parameters     string `json:",omitempty"`
	ParametersHash string

	// Subject is zero where all verdicts of the rule end: it, or its results, were deleted.
	Subject     inventory.Key
	SubjectARN  string `json:",omitempty"`
	SubjectName string `json:",omitempty"`
	// StateID, Captured and Hash name the item that was judged; zero for an account.
	StateID  int64
	Captured time.Time `json:",omitzero"`
	Hash     string    `json:",omitempty"`

	// Verdict and Previous are AWS's names. Previous is "" for a first verdict. Verdict is "" when the subject has
	// left: it was deleted, or is no longer in the rule's scope; Annotation then says which.
	Verdict, Previous string
	Annotation        string
	// Ordering is the time of the event that led to the evaluation, Recorded when the verdict was written.
	Ordering, Recorded time.Time
	// Reads is what was read beside the subject.
	Reads []EvaluationRead `json:",omitempty"`
	// Clock says that the verdict depends on the time of the evaluation.
	Clock bool `json:",omitempty"`
}

// ends reports whether it is the end of all verdicts of its rule.
func (e *Evaluation) ends() bool { return e.Subject == inventory.Key{} }

// EvaluationRead is one thing a check read beside its subject.
type EvaluationRead struct {
	Kind, Type, Reach string
	Ref               string `json:",omitempty"`
	// Item, StateID and State (a SHA-256) name the item that was found. For listings and matches State is a digest
	// of all that was found.
	Item    inventory.Key `json:",omitzero"`
	StateID int64         `json:",omitempty"`
	State   string        `json:",omitempty"`
}
