package ledger

import (
	"slices"

	"github.com/tickmark/tickmark/internal/fault"
)

// Verdict is what a source says about its subject. Empty means that the source judges nothing.
type Verdict string

// The verdicts.
const (
	Compliant        Verdict = "COMPLIANT"
	NonCompliant     Verdict = "NON_COMPLIANT"
	NotApplicable    Verdict = "NOT_APPLICABLE"
	InsufficientData Verdict = "INSUFFICIENT_DATA"
	NoVerdict        Verdict = ""
)

var verdicts = []Verdict{Compliant, NonCompliant, NotApplicable, InsufficientData, NoVerdict}

// Body is what was found, free of times and of assessments: equal findings are one body. Its JSON has its keys
// in order, so that the encoding is canonical; keep the fields sorted by their JSON names.
type Body struct {
	// Account and Region are where the subject lives.
	Account string `json:"account,omitempty"`
	// Actor is the ARN of who acted, for user activity.
	Actor string `json:"actor,omitempty"`
	// Attributes are what is shown of the raw object.
	Attributes map[string]string `json:"attributes,omitempty"`
	// Event is the call, event or rule by name.
	Event string `json:"event,omitempty"`
	// FileName is the name of an uploaded file, whose content is the raw object.
	FileName string `json:"fileName,omitempty"`
	// Inputs are hashes of the further raw objects that the verdict rests on.
	Inputs []Hash `json:"inputs,omitempty"`
	// Integrity says whether the source itself could be checked: digest-valid, digest-missing, digest-invalid.
	Integrity string `json:"integrity,omitempty"`
	// Raw is the SHA-256 of the raw object's bytes.
	Raw Hash `json:"raw,omitzero"`
	// Reason is the annotation of the verdict.
	Reason string `json:"reason,omitempty"`
	Region string `json:"region,omitempty"`
	Rule   *Rule  `json:"rule,omitempty"`
	// Service is the event source, such as ec2.amazonaws.com.
	Service string `json:"service,omitempty"`
	// Source is the data source as Audit Manager spells it: "AWS Config", "AWS CloudTrail", "Manual" ...
	Source string `json:"source"`
	// Subjects are the resources included.
	Subjects []Subject `json:"subjects,omitempty"`
	// Text is a manual text answer.
	Text string `json:"text,omitempty"`
	// Type is the kind of evidence as Audit Manager spells it: "Compliance check", "User activity" ...
	Type    string  `json:"type"`
	Verdict Verdict `json:"verdict,omitempty"`
}

// Rule says which logic judged.
type Rule struct {
	ID         string            `json:"id"`
	Parameters map[string]string `json:"parameters,omitempty"`
	// Version is the version of the rule's logic.
	Version string `json:"version,omitempty"`
}

// Subject is a resource that a finding is about.
type Subject struct {
	ARN     string  `json:"arn,omitempty"`
	ID      string  `json:"id,omitempty"`
	Type    string  `json:"type,omitempty"`
	Verdict Verdict `json:"verdict,omitempty"`
}

func (b *Body) validate() error {
	switch {
	case b.Source == "":
		return fault.Invalidf("source", "Evidence needs the data source it comes from.")
	case b.Type == "":
		return fault.Invalidf("type", "Evidence needs its type.")
	case !slices.Contains(verdicts, b.Verdict):
		return fault.Invalidf("verdict", "%q is no verdict; use COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE, INSUFFICIENT_DATA or none.", b.Verdict)
	case b.Rule != nil && b.Rule.ID == "":
		return fault.Invalidf("rule.id", "Evidence that names a rule needs the rule's id.")
	}
	return nil
}

// Encode is the canonical encoding of the body.
func (b Body) Encode() ([]byte, error) {
	if err := b.validate(); err != nil {
		return nil, err
	}
	return encode(b)
}

// DecodeBody reads a body's canonical encoding and refuses any other spelling of it.
func DecodeBody(data []byte) (Body, error) { return decode[Body]("evidence body", data) }

// BodyHash addresses a body's canonical encoding.
func BodyHash(encoded []byte) Hash { return tagged(bodyTag, encoded) }

// Hash addresses the body.
func (b Body) Hash() (Hash, error) {
	enc, err := b.Encode()
	return BodyHash(enc), err
}

// Produced says how an automated item came to be. It is kept apart from the body, so that a new version of the
// tool does not make new bodies.
type Produced struct {
	Account string `json:"account,omitempty"`
	// Call is the API call, or the step of the program, that gave the item.
	Call string `json:"call,omitempty"`
	// Caller is the ARN whose rights were used.
	Caller string `json:"caller,omitempty"`
	// Complete is false when something was left out, such as pages after an error; Gap says what.
	Complete bool   `json:"complete"`
	Gap      string `json:"gap,omitempty"`
	// Pages is how many answers were read.
	Pages      int               `json:"pages,omitempty"`
	Parameters map[string]string `json:"parameters,omitempty"`
	Region     string            `json:"region,omitempty"`
	// RuleSource is the SHA-256 of the source of the rule that judged.
	RuleSource Hash `json:"ruleSource,omitzero"`
	// Tool is the program and its version.
	Tool string `json:"tool,omitempty"`
}

// Encode is the canonical encoding.
func (p Produced) Encode() ([]byte, error) { return encode(p) }

// DecodeProduced reads a canonical encoding.
func DecodeProduced(data []byte) (Produced, error) { return decode[Produced]("produced record", data) }

// ProducedHash addresses a produced record's canonical encoding.
func ProducedHash(encoded []byte) Hash { return tagged(producedTag, encoded) }
