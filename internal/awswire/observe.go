package awswire

import (
	"context"
	"reflect"
	"strings"
	"time"
)

// Call is one request for an operation that exists, after its answer is settled and before it is sent.
type Call struct {
	// Service is the service of the credential scope.
	Service, Operation string
	Caller             Caller
	RequestID          string
	Start              time.Time
	// Parameters and Response are the input and the output as JSON, their members spelt as CloudTrail spells them and
	// what is secret hidden; nil when there is none.
	Parameters, Response []byte
	// Code and Message are those of the error; empty when the operation succeeded.
	Code, Message string
}

// Hidden stands in a Call for what the model calls sensitive.
const Hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"

// secret are members that give power to who reads them, whatever the model says.
var secret = map[string]bool{"SessionToken": true, "SecretAccessKey": true, "ResultToken": true, "WebIdentityToken": true, "SAMLAssertion": true, "NextToken": true, "Token": true}

// content are members, by service, that carry what is not the call's own: messages and events, which are kept where they
// were sent, and addresses of webhooks, which open them.
var content = map[string]map[string]bool{
	"sns":             {"Endpoint": true, "Message": true, "MessageAttributes": true, "Subject": true},
	"events":          {"Detail": true},
	"cloudtrail-data": {"EventData": true},
}

// observe tells the operator's observer of an exchange whose answer is settled.
func (x *exchange) observe(start time.Time) {
	if x.r.cfg.Observe == nil || x.op == nil {
		return
	}
	c := Call{
		Service: x.b.SigningName, Operation: x.op.Name, Caller: CallerFrom(x.ctx), RequestID: x.id, Start: start,
		Parameters: x.told(x.op.Input, x.in), Response: x.told(x.op.Output, x.out),
	}
	if x.refused != nil {
		c.Code, c.Message = x.b.shownCode(x.refused), x.refused.Message
	}
	// The answer is owed even if its client has gone.
	x.r.cfg.Observe(context.WithoutCancel(x.ctx), c)
}

func (s *Service) shownCode(e *Error) string {
	if shape := s.lookup(e.Code); shape != nil {
		return shape.code()
	}
	return e.Code
}

// told is a structure as a Call shows it; nil when it was not reached or has no member.
func (x *exchange) told(shape int32, v reflect.Value) []byte {
	if shape < 0 || !v.IsValid() {
		return nil
	}
	out := x.b.appendTold(nil, shape, v)
	if len(out) <= len("{}") {
		return nil
	}
	return out
}

// appendTold writes a value of a shape with all its members, wherever they travel.
func (b *bound) appendTold(buf []byte, shape int32, v reflect.Value) []byte {
	s := &b.Shapes[shape]
	if s.is(Sensitive) {
		return appendQuoted(buf, Hidden)
	}
	switch s.Kind {
	case Structure:
		return b.appendToldMembers(buf, s, v)
	case List:
		buf = append(buf, '[')
		for i := range v.Len() {
			if i > 0 {
				buf = append(buf, ',')
			}
			buf = b.appendTold(buf, s.Elem, v.Index(i))
		}
		return append(buf, ']')
	case Map:
		buf = append(buf, '{')
		for i, key := range sortedKeys(v) {
			if i > 0 {
				buf = append(buf, ',')
			}
			buf = b.appendTold(append(appendQuoted(buf, key.String()), ':'), s.Elem, v.MapIndex(key))
		}
		return append(buf, '}')
	case Document:
		return appendQuoted(buf, string(v.Bytes()))
	case Timestamp:
		return appendQuoted(buf, formatISO(timeOf(v)))
	}
	return appendScalar(buf, s, v)
}

func (b *bound) appendToldMembers(buf []byte, s *Shape, v reflect.Value) []byte {
	buf = append(buf, '{')
	first := true
	for i := range s.Members {
		m := &s.Members[i]
		field := v.Field(i)
		if field.Kind() == reflect.Invalid || field.IsNil() {
			continue
		}
		if field.Kind() == reflect.Pointer {
			field = field.Elem()
		}
		if !first {
			buf = append(buf, ',')
		}
		first = false
		buf = append(appendQuoted(buf, strings.ToLower(m.Name[:1])+m.Name[1:]), ':')
		if name := strings.ToUpper(m.Name[:1]) + m.Name[1:]; secret[name] || content[b.SigningName][name] {
			buf = appendQuoted(buf, Hidden)
			continue
		}
		buf = b.appendTold(buf, m.Shape, field)
	}
	return append(buf, '}')
}
