package wire

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// Error is an error that a service answered.
type Error struct {
	Status                   int
	Code, Message, RequestID string
	Header                   http.Header
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s (status %d, request %s)", e.Code, e.Message, e.Status, e.RequestID)
}

// ErrorCode, ErrorMessage, ErrorFault and HTTPStatusCode are what the SDK decides about retries by.
func (e *Error) ErrorCode() string { return e.Code }

// ErrorMessage is the service's own.
func (e *Error) ErrorMessage() string { return e.Message }

// ErrorFault tells whose fault it is.
func (e *Error) ErrorFault() smithy.ErrorFault {
	if e.Status >= 500 {
		return smithy.FaultServer
	}
	return smithy.FaultClient
}

// HTTPStatusCode is that of the answer.
func (e *Error) HTTPStatusCode() int { return e.Status }

var _ smithy.APIError = (*Error)(nil)

// Failure reads an answer that is an error.
func Failure(op *models.Operation, status int, h http.Header, body []byte) *Error {
	e := &Error{Status: status, Header: h, RequestID: requestID(h)}
	switch op.Service.Protocol {
	case "json", "rest-json":
		e.fromJSON(h, body)
	default:
		e.fromXML(body)
	}
	if op.Service.QueryCompatible {
		if code, _, _ := strings.Cut(h.Get("X-Amzn-Query-Error"), ";"); code != "" {
			e.Code = code
		}
	}
	if e.Code == "" { // HEAD has no body, and proxies have their own
		e.Code = strings.ReplaceAll(http.StatusText(status), " ", "")
	}
	if e.Code == "" {
		e.Code = "UnknownError"
	}
	if e.Message == "" {
		e.Message = "the service answered with status " + strings.TrimSpace(fmt.Sprint(status, " ", http.StatusText(status)))
	}
	return e
}

func requestID(h http.Header) string {
	for _, name := range []string{"X-Amzn-Requestid", "X-Amz-Request-Id", "X-Amz-Requestid"} {
		if id := h.Get(name); id != "" {
			return id
		}
	}
	return ""
}

func (e *Error) fromJSON(h http.Header, body []byte) {
	var told map[string]json.RawMessage
	_ = json.Unmarshal(body, &told)
	e.Code = bare(h.Get("X-Amzn-Errortype"))
	for _, key := range []string{"__type", "code", "Code"} {
		if e.Code == "" {
			e.Code = bare(jsonText(told[key]))
		}
	}
	for _, key := range []string{"message", "Message", "errorMessage", "error_message"} {
		if e.Message == "" {
			e.Message = jsonText(told[key])
		}
	}
}

func jsonText(b json.RawMessage) string {
	var s string
	if json.Unmarshal(b, &s) != nil && len(b) > 0 && b[0] != '{' && b[0] != '[' {
		s = string(b)
	}
	return s
}

// bare is the code in "namespace#Code:http://address".
func bare(s string) string {
	s, _, _ = strings.Cut(s, ":")
	if i := strings.LastIndexByte(s, '#'); i >= 0 {
		s = s[i+1:]
	}
	return strings.TrimSpace(s)
}

// fromXML takes the first Code, Message and RequestId, wherever they are: protocols wrap them differently.
func (e *Error) fromXML(body []byte) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	var at string
	var text []byte
	for {
		t, err := d.RawToken()
		if err != nil {
			return
		}
		switch t := t.(type) {
		case xml.StartElement:
			at, text = t.Name.Local, nil
		case xml.CharData:
			text = append(text, t...)
		case xml.EndElement:
			if t.Name.Local == at {
				e.take(at, strings.TrimSpace(string(text)))
			}
			at = ""
		}
	}
}

func (e *Error) take(name, text string) {
	switch {
	case name == "Code" && e.Code == "":
		e.Code = text
	case name == "Message" && e.Message == "", name == "message" && e.Message == "":
		e.Message = text
	case (name == "RequestId" || name == "RequestID") && e.RequestID == "":
		e.RequestID = text
	}
}
