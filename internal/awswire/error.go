package awswire

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// Error is an answer in a service's error shape.
type Error struct {
	// Code is the error's code or the name of its shape in the model, e.g. "ResourceNotFoundException".
	Code    string
	Message string
	// Status is the HTTP status; 0 takes the model's.
	Status int
	// Fields are further members of the error's shape by their names in the model; others are left out.
	Fields map[string]any
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Errorf is an error with a code of the service's model.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// With returns the error with one more member set.
func (e *Error) With(member string, value any) *Error {
	if e.Fields == nil {
		e.Fields = map[string]any{}
	}
	e.Fields[member] = value
	return e
}

// lookup finds an error of the model by its code or its shape's name.
func (s *Service) lookup(code string) *ErrorShape {
	for i := range s.Errors {
		if e := &s.Errors[i]; e.code() == code || e.Name == code {
			return e
		}
	}
	return nil
}

// commonErrors are answers of all AWS services that no model lists.
var commonErrors = map[string]int{
	"AccessDenied": http.StatusForbidden, "AccessDeniedException": http.StatusForbidden,
	"AuthorizationHeaderMalformed":      http.StatusBadRequest,
	"AuthorizationQueryParametersError": http.StatusBadRequest,
	"EntityTooLarge":                    http.StatusBadRequest,
	"ExpiredToken":                      http.StatusForbidden, "ExpiredTokenException": http.StatusForbidden,
	"IncompleteSignature": http.StatusForbidden, "IncompleteSignatureException": http.StatusForbidden,
	"InternalFailure": http.StatusInternalServerError, "InternalServerException": http.StatusInternalServerError,
	"InvalidAccessKeyId": http.StatusForbidden, "InvalidClientTokenId": http.StatusForbidden,
	"InvalidSignatureException":  http.StatusForbidden,
	"MissingAuthenticationToken": http.StatusForbidden, "MissingAuthenticationTokenException": http.StatusForbidden,
	"NotImplemented":        http.StatusNotImplemented,
	"RequestEntityTooLarge": http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException": http.StatusRequestEntityTooLarge,
	"RequestExpired": http.StatusBadRequest, "RequestTimeTooSkewed": http.StatusForbidden,
	"ServiceUnavailable": http.StatusServiceUnavailable, "ServiceUnavailableException": http.StatusServiceUnavailable,
	"SignatureDoesNotMatch":     http.StatusForbidden,
	"Throttling":                http.StatusBadRequest,
	"ThrottlingException":       http.StatusBadRequest,
	"UnknownOperationException": http.StatusNotFound, "UnrecognizedClientException": http.StatusForbidden,
	"XAmzContentSHA256Mismatch": http.StatusBadRequest,
}

// status is the error's own, else the model's, else the usual one. awsJson1.1 services say 400 where others say 403.
func (s *Service) status(e *Error) int {
	if e.Status != 0 {
		return e.Status
	}
	if shape := s.lookup(e.Code); shape != nil {
		return shape.Status
	}
	status, known := commonErrors[e.Code]
	switch {
	case !known:
		return http.StatusBadRequest
	case s.Protocol == JSON && status == http.StatusForbidden:
		return http.StatusBadRequest
	}
	return status
}

// kindCodes are the codes a fault's kind may have, the first that the model knows is taken.
var kindCodes = map[fault.Kind][]string{
	fault.Invalid: {
		"ValidationException", "InvalidParameterValueException", "InvalidInputException",
		"InvalidParameterException", "InvalidParameter",
	},
	fault.NotFound:    {"NotFoundException", "ResourceNotFoundException"},
	fault.Exists:      {"ResourceConflictException", "ResourceAlreadyExistsException", "ConflictException"},
	fault.Conflict:    {"ConflictException", "ResourceConflictException", "ConcurrentModificationException", "ResourceInUseException"},
	fault.Denied:      {"AccessDeniedException", "AuthorizationError"},
	fault.Throttled:   {"ThrottlingException", "TooManyRequestsException", "ThrottledException", "Throttled"},
	fault.Quota:       {"ServiceQuotaExceededException", "LimitExceededException"},
	fault.Unavailable: {"ServiceUnavailableException", "ServiceUnavailable"},
}

// fromFault is the default way from a fault to an error: the fault's own code, else the first code of its kind that
// the model has. Faults of a kind for which the model has no code become a plain AWS code of that kind.
func (s *Service) fromFault(f *fault.Error) *Error {
	e := &Error{Code: f.Code, Message: f.Message}
	if e.Code == "" || (s.lookup(e.Code) == nil && commonErrors[e.Code] == 0) {
		e.Code = s.codeOf(f.Kind)
	}
	if shape := s.lookup(e.Code); shape != nil {
		for _, m := range shape.Members {
			switch strings.ToLower(m.Name) {
			case "resourceid":
				e.With(m.Name, f.ID)
			case "resourcetype":
				e.With(m.Name, f.Type)
			}
		}
	}
	if f.Field != "" {
		s.addFields(e, []violation{{path: f.Field, text: f.Message, rule: ruleUnion}})
	} else {
		s.addReason(e, "other")
	}
	return e
}

// spellToken gives a bad page token the code of the operation where that does not list InvalidNextTokenException as its
// neighbours do: its callers have no class for it.
func (s *Service) spellToken(e *Error, op *Operation) {
	if e.Code != "InvalidNextTokenException" || op == nil || s.lists(op, e.Code) {
		return
	}
	for _, code := range kindCodes[fault.Invalid] {
		if s.lists(op, code) {
			e.Code = code
			return
		}
	}
}

// lists says whether the model has an error for an operation.
func (s *Service) lists(op *Operation, code string) bool {
	return slices.ContainsFunc(op.Errors, func(i int32) bool { return s.Errors[i].code() == code || s.Errors[i].Name == code })
}

func (s *Service) codeOf(kind fault.Kind) string {
	codes := kindCodes[kind]
	for _, code := range codes {
		if s.lookup(code) != nil {
			return code
		}
	}
	switch kind {
	case fault.NotFound, fault.Exists, fault.Conflict: // a service without a word for it calls the input invalid
		return s.codeOf(fault.Invalid)
	}
	if s.Protocol == Query {
		return map[fault.Kind]string{
			fault.Denied: "AccessDenied", fault.Invalid: "ValidationError", fault.Throttled: "Throttling",
			fault.Quota: "LimitExceeded", fault.Unavailable: "ServiceUnavailable",
		}[kind]
	}
	return codes[0]
}

// internal is the answer to anything unknown: no detail leaves the server.
func (s *Service) internal() *Error {
	code := "InternalFailure"
	for _, c := range []string{
		"InternalServerException", "InternalServiceException", "InternalServerError", "InternalException",
		"ServiceException", "InternalErrorException",
	} {
		if e := s.lookup(c); e != nil && e.Status == http.StatusInternalServerError {
			code = e.code()
			break
		}
	}
	return &Error{
		Code: code, Status: http.StatusInternalServerError,
		Message: "The request could not be processed because of an internal failure. The server's log has the details under the request id.",
	}
}
