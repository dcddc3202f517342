// Package automation reads SSM Automation documents (schema 0.3) and runs them: one step after another, each call
// made through a Caller, each state written down before and after. It knows no AWS SDK, no SQL and no HTTP.
//
// A document that parses can be run: its references lead to parameters and steps that exist, every step can be
// reached, no step leads back to itself, and what its actions need is there. What the house does not offer
// (aws:runCommand and other actions beside those of Offered, attachments, parameters of Parameter Store) is said where
// it is met: attachments and {{ ssm: }} references when the document is read, actions when their step is reached.
package automation

import (
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/markup"
)

// The bounds of a document.
const (
	MaxDocument   = 64 << 10 // bytes
	MaxSteps      = 100      // those inside loops included
	MaxParameters = 200
	MaxIterations = 100 // of a loop

	maxNodes = 50_000 // values of a document or of what a selector finds
)

// bounds keep hostile documents small.
var bounds = markup.Limits{Nodes: maxNodes, Depth: 40}

// invalid is a mistake in a document's text; line 0 is the whole document.
func invalid(line int, format string, args ...any) error {
	e := fault.Invalidf("Content", format, args...).With("InvalidDocumentContent")
	if line > 0 {
		e.Message = fault.Invalidf("", "line %d: ", line).Message + e.Message
	}
	return e
}
