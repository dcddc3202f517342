package wire

import (
	"net/http"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// Parse reads the answer of an operation that succeeded.
func Parse(op *models.Operation, status int, h http.Header, body []byte) (Object, error) {
	if op.Output == nil {
		return Object{}, nil
	}
	switch op.Service.Protocol {
	case "json":
		return parseJSON(op.Output, body)
	case "query", "ec2":
		return parseQuery(op, body)
	}
	out, err := parseREST(op, status, h, body)
	return out, err
}

// StreamMember is the member of the output that is the body itself, to be read by the caller; nil when there is none.
func StreamMember(op *models.Operation) *models.Member {
	if op.Output == nil || op.Output.Payload == "" {
		return nil
	}
	if m := op.Output.Member(op.Output.Payload); m != nil && m.Stream() {
		return m
	}
	return nil
}
