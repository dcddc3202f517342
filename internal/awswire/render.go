package awswire

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
)

// render writes an error in the service's shape.
func (s *Service) render(e *Error, requestID string) *answer {
	a := &answer{status: s.status(e), header: map[string][]string{}, code: e.Code}
	shape := s.lookup(e.Code)
	if shape != nil {
		a.code = shape.code()
	}
	a.contentType = s.contentType()
	switch s.Protocol {
	case Query:
		a.body = s.errorXML(e, a, requestID)
		return a
	case RestXML:
		a.body = objectErrorXML(e, a, requestID)
		return a
	}
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
	case RestXML:
		return "application/xml"
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

// objectErrorXML is an error as S3 writes it.
func objectErrorXML(e *Error, a *answer, requestID string) []byte {
	var w bytes.Buffer
	w.WriteString(xml.Header + "<Error><Code>")
	escape(&w, a.code)
	w.WriteString("</Code><Message>")
	escape(&w, e.Message)
	fmt.Fprintf(&w, "</Message><RequestId>%s</RequestId></Error>", requestID)
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
