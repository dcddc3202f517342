package wire

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// Build makes the request of an operation from an input that Check returned. Tokens that make a repeated request safe
// are filled in by token where they were not given; in is changed by that.
func Build(op *models.Operation, in Object, token func() string) (*Request, error) {
	fillTokens(op.Input, in, token)
	r := &Request{Method: op.Method, Path: "/", Query: url.Values{}, Header: http.Header{}}
	var err error
	switch op.Service.Protocol {
	case "json":
		err = buildJSON(r, op, in)
	case "query", "ec2":
		err = buildQuery(r, op, in)
	case "rest-json", "rest-xml":
		err = buildREST(r, op, in)
	default:
		err = fmt.Errorf("%s: the protocol %s is not spoken", op.Service.Name, op.Service.Protocol)
	}
	if err != nil {
		return nil, err
	}
	r.HostPrefix, err = hostPrefix(op, in)
	return r, err
}

func fillTokens(m *models.Member, in Object, token func() string) {
	if m == nil {
		return
	}
	for _, member := range m.Members {
		if _, given := in[member.Name]; member.Token && !given {
			in[member.Name] = token()
		}
	}
}

func hostPrefix(op *models.Operation, in Object) (string, error) {
	if op.HostPrefix == "" {
		return "", nil
	}
	var wrong error
	prefix := holes.ReplaceAllStringFunc(op.HostPrefix, func(hole string) string {
		v, _ := in[hole[1:len(hole)-1]].(string)
		if !hostLabel.MatchString(v) {
			wrong = fmt.Errorf("%s: %q cannot be part of a host's name", hole, clip(v))
		}
		return v
	})
	return prefix, wrong
}

func base64Text(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
