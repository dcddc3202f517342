// Package wire speaks AWS's protocols from a client's side, driven by models: json 1.0 and 1.1, rest-json, rest-xml, query
// and ec2. Requests and answers are trees of map[string]any, []any, string, bool, int64, float64, time.Time and []byte,
// whose members are named as the model names them.
//
// What it promises:
//   - Check finds what is wrong with an input by its path, before a byte is sent; what it returns fits the model.
//   - Build makes the request that botocore makes: method, path, query, headers and body.
//   - Parse gives what botocore's parser gives, with times as time.Time in UTC and bytes as []byte. Members that the
//     model does not have are left out, as are those that were not answered.
//   - Failure finds code, message and request id in the errors of every protocol, and never fails itself.
//   - Whatever the bytes of an answer are, parsing ends with a tree or an error: it is bounded in depth.
//
// Left out: CBOR, event streams, checksums of answers, compression of requests.
package wire

import (
	"net/http"
	"net/url"
)

// Object is a structure or a map.
type Object = map[string]any

// Request is a request without a host.
type Request struct {
	Method string
	// Path is escaped; Query has what stands after it.
	Path   string
	Query  url.Values
	Header http.Header
	Body   []byte
	// HostPrefix goes before the service's host: "123456789012.".
	HostPrefix string
}

const maxDepth = 40 // of inputs; answers may be four times as deep
