package awswire

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// render writes an error in the service's shape.
func (s *Service) render(e *Error, requestID string) *answer {
	a := &answer{status: s.status(e), header: map[string][]string{}, code: e.Code}
	shape := s.lookup(e.Code)
	if shape != nil {
		a.code = shape.code()
	}
	if s.Protocol == Query {
		a.contentType = "text/xml"
		a.body = s.errorXML(e, a, requestID)
		return a
	}
	a.contentType = s.contentType()
	a.header.Set("X-Amzn-Errortype", a.code)
	a.body = s.errorJSON(e, shape, a)
	return a
}

func (s *Service) contentType() string {
	switch s.Protocol {
	case JSON:
		return "application/x-amz-json-" + s.JSONVersion
	case RestJSON:
		return "application/json"
	}
	return "text/xml"
}

func (s *Service) errorXML(e *Error, a *answer, requestID string) []byte {
	fault := "Sender"
	if a.status >= 500 {
		fault = "Receiver"
	}
	var w bytes.Buffer
	fmt.Fprintf(&w, "<ErrorResponse xmlns=\"%s\"><Error><Type>%s</Type><Code>", s.XMLNamespace, fault)
	escape(&w, a.code)
	w.WriteString("</Code><Message>")
	escape(&w, e.Message)
	fmt.Fprintf(&w, "</Message></Error><RequestId>%s</RequestId></ErrorResponse>", requestID)
	return w.Bytes()
}

// errorJSON writes type, message and the members the shape has; a required text that the error lacks is empty.
func (s *Service) errorJSON(e *Error, shape *ErrorShape, a *answer) []byte {
	messageMember := s.MessageMember
	var members []ErrorMember
	if shape != nil {
		members = shape.Members
	}
	var rest []byte
	for _, m := range members {
		value, ok := e.Fields[m.Name]
		switch {
		case m.Name == "message" || m.Name == "Message":
			messageMember = m.Name
			continue
		case m.Header != "":
			if ok {
				a.header.Set(m.Header, fmt.Sprint(value))
			}
			continue
		case !ok && m.Required:
			value = ""
		case !ok:
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			continue
		}
		rest = append(append(appendQuoted(append(rest, ','), m.Name), ':'), text...)
	}
	buf := appendQuoted([]byte(`{"__type":`), a.code)
	buf = append(appendQuoted(append(buf, ','), messageMember), ':')
	buf = append(appendQuoted(buf, e.Message), rest...)
	return append(buf, '}')
}
