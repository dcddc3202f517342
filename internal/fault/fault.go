// Package fault is the vocabulary of errors that domain code returns for something a user or an operator can
// act on. An error without a fault is internal: it is logged, and its text is never shown to a client.
package fault

import (
	"errors"
	"fmt"
)

// Kind classifies a fault; adapters map it to their protocol's code.
type Kind uint8

// The kinds.
const (
	Internal Kind = iota
	Invalid
	NotFound
	Exists
	Conflict
	Denied
	Throttled
	Quota
	Unavailable
)

var kindNames = [...]string{"internal", "invalid", "not found", "exists", "conflict", "denied", "throttled", "quota", "unavailable"}

func (k Kind) String() string { return kindNames[k] }

// Error is one fault.
type Error struct {
	Kind Kind
	// Type and ID name the resource concerned, e.g. "assessment" and its id; may be empty.
	Type, ID string
	// Field names the input at fault, in the caller's spelling; may be empty.
	Field string
	// Code is the AWS error code where the kind alone does not tell it; may be empty.
	Code string
	// Message is a whole sentence for the user that names the thing and the remedy.
	Message string
	// Err is the cause, for the log.
	Err error
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Message + ": " + e.Err.Error()
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Err }

// With returns the fault with an AWS error code set.
func (e *Error) With(code string) *Error {
	e.Code = code
	return e
}

// Invalidf is a mistake in the input named by field.
func Invalidf(field, format string, args ...any) *Error {
	return &Error{Kind: Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Missing is a resource that does not exist in the caller's scope.
func Missing(typ, id string) *Error {
	return &Error{Kind: NotFound, Type: typ, ID: id, Message: fmt.Sprintf("There is no %s %q.", typ, id)}
}

// Duplicate is a resource that exists already.
func Duplicate(typ, id string) *Error {
	return &Error{Kind: Exists, Type: typ, ID: id, Message: fmt.Sprintf("The %s %q exists already.", typ, id)}
}

// New is a fault of any kind.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// KindOf tells the kind of the first fault in err's chain; Internal when there is none.
func KindOf(err error) Kind {
	var f *Error
	if errors.As(err, &f) {
		return f.Kind
	}
	return Internal
}
