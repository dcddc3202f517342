package authoring

import (
	"errors"
	"fmt"

	"github.com/tickmark/tickmark/internal/markup"
)

// Position is a place in a file; Line 0: it is not known.
type Position struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	if p.Column == 0 {
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Problem is a fault in a file, or a definition that will not do what it seems to promise.
type Problem struct {
	Position
	// Framework and Control name the definition, as far as it is known.
	Framework string `json:"framework,omitempty"`
	Control   string `json:"control,omitempty"`
	// Code is one of the codes below, or of the catalog's lint.
	Code    string `json:"code"`
	Message string `json:"message"`
	// Fatal tells that the file cannot be applied; else it can, and evidence will be missing.
	Fatal bool `json:"fatal,omitempty"`
}

// The codes of problems that a file itself has.
const (
	Unreadable  = "unreadable"
	WrongMember = "wrong-member"
	Invalid     = "invalid"
	Duplicate   = "duplicate-name"
	NoSuch      = "no-such-control"
)

func (p Problem) String() string {
	place := p.Position.String()
	if place != "" {
		place += ": "
	}
	if p.Control != "" {
		place += "control " + p.Control + ": "
	}
	return place + p.Message
}

// Problems are the faults of a file as one error.
type Problems []Problem

func (p Problems) Error() string {
	errs := make([]error, len(p))
	for i := range p {
		errs[i] = errors.New(p[i].String())
	}
	return errors.Join(errs...).Error()
}

// Fatal are the problems that keep a file from being applied.
func (p Problems) Fatal() (out Problems) {
	for _, x := range p {
		if x.Fatal {
			out = append(out, x)
		}
	}
	return out
}

func position(file string, n *markup.Node) Position { return Position{file, n.Line, n.Column} }
