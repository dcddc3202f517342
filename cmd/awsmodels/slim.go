package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// slim writes the model with only the operations named and what they reach, a line for each operation and shape.
func (s *source) slim(operations []string) ([]byte, error) {
	protocol, err := s.protocol()
	if err != nil {
		return nil, err
	}
	m := s.Metadata
	out := models.Service{
		ID: m.ServiceID, Version: m.APIVersion, Protocol: protocol, EndpointPrefix: m.EndpointPrefix, SigningName: cmp.Or(m.SigningName, m.EndpointPrefix),
		TargetPrefix: m.TargetPrefix, JSONVersion: m.JSONVersion, QueryCompatible: m.AWSQueryCompatible != nil,
		Operations: map[string]*models.Operation{}, Shapes: map[string]*models.Shape{},
	}
	if protocol == "json" {
		out.JSONVersion = cmp.Or(out.JSONVersion, "1.0")
	}
	r := &reacher{s, out.Shapes}
	for _, name := range operations {
		o := s.Operations[name]
		if o == nil {
			return nil, fmt.Errorf("%s has no operation %s", s.name, name)
		}
		slim, err := r.operation(name, o)
		if err != nil {
			return nil, err
		}
		out.Operations[name] = slim
	}
	return write(&out)
}

type reacher struct {
	*source
	shapes map[string]*models.Shape
}

func (r *reacher) operation(name string, o *sourceOperation) (*models.Operation, error) {
	out := &models.Operation{
		Method: o.HTTP.Method, URI: o.HTTP.RequestURI, Input: r.ref(o.Input), Output: r.ref(o.Output),
		HostPrefix: o.Endpoint.HostPrefix, Checksum: o.HTTPChecksumRequired || o.HTTPChecksum.RequestChecksumRequired,
		Unsigned: o.AuthType == "none", UnsignedPayload: o.UnsignedPayload || o.AuthType == "v4-unsigned-body",
	}
	if o.Output != nil {
		out.ResultWrapper = o.Output.ResultWrapper
	}
	p, ok := r.pages[name]
	if !ok {
		p, ok = r.obviousPage(o)
	}
	if ok && len(p.Out) > 0 {
		for _, path := range slices.Concat(p.Out, p.Results, []string{p.More}) {
			if path != "" && !pathForm.MatchString(path) {
				return nil, fmt.Errorf("%s: paging of %s: the path %q is of an unknown form", r.name, name, path)
			}
		}
		out.Page = &models.Page{In: p.In, Out: p.Out, Results: p.Results, More: p.More, Limit: p.Limit}
	}
	return out, nil
}

// obviousPage is for listings that botocore has no paginator for: one member is given back as it was answered.
func (r *reacher) obviousPage(o *sourceOperation) (sourcePage, bool) {
	if o.Input == nil || o.Output == nil {
		return sourcePage{}, false
	}
	in, out := r.Shapes[o.Input.Shape], r.Shapes[o.Output.Shape]
	for _, name := range []string{"NextToken", "nextToken", "NextMarker", "Marker", "PageToken"} {
		from := name
		if name == "PageToken" {
			from = "NextPageToken"
		}
		if !in.has(name) || !out.has(from) {
			continue
		}
		p := sourcePage{In: oneOrMore{name}, Out: oneOrMore{from}}
		for _, m := range out.Members {
			if r.Shapes[m.Shape].Type == "list" {
				p.Results = append(p.Results, m.name)
			}
		}
		return p, true
	}
	return sourcePage{}, false
}

func (s *sourceShape) has(member string) bool {
	return slices.ContainsFunc(s.Members, func(m *sourceRef) bool { return m.name == member })
}

// pathForm are the JMESPath expressions that paging uses and the client reads.
var pathForm = regexp.MustCompile(`^\w+(\[-1\])?(\.\w+(\[-1\])?)*( \|\| \w+(\[-1\])?(\.\w+(\[-1\])?)*)*$`)

// ref adds what a use reaches. Shapes without a trait of their own are named by their type.
func (r *reacher) ref(ref *sourceRef) *models.Member {
	if ref == nil {
		return nil
	}
	m := &models.Member{
		Name: ref.name, ShapeName: ref.Shape, Location: ref.Location, LocationName: ref.LocationName, QueryName: ref.QueryName, Flattened: ref.Flattened,
		Streaming: ref.Streaming, Token: ref.Idempotency, HostLabel: ref.HostLabel, JSONValue: ref.JSONValue, XMLAttribute: ref.XMLAttribute,
		TimeFormat: ref.TimestampFormat, Namespace: xmlName(ref.XMLNamespace),
	}
	shape := r.Shapes[ref.Shape]
	if shape.plain() {
		m.ShapeName = shape.kind()
	} else {
		r.shape(ref.Shape, shape)
	}
	return m
}

func (s *sourceShape) kind() string {
	if s.Type == "character" {
		return "string"
	}
	return s.Type
}

func (s *sourceShape) plain() bool {
	switch s.Type {
	case "structure", "list", "map":
		return false
	}
	return s.LocationName == "" && s.TimestampFormat == "" && !s.Streaming && s.XMLNamespace == namespace{}
}

func (r *reacher) shape(name string, s *sourceShape) {
	if r.shapes[name] != nil {
		return
	}
	out := &models.Shape{
		Type: s.kind(), Required: s.Required, Payload: s.Payload, Flattened: s.Flattened, Union: s.Union, Document: s.Document, EventStream: s.EventStream,
		Streaming: s.Streaming, LocationName: s.LocationName, TimestampFormat: s.TimestampFormat, Namespace: xmlName(s.XMLNamespace),
	}
	r.shapes[name] = out
	for _, m := range s.Members {
		out.Members = append(out.Members, r.ref(m))
	}
	if s.Member != nil {
		out.Element = r.ref(s.Member)
	}
	if s.Value != nil {
		out.Key, out.Element = r.ref(s.Key), r.ref(s.Value)
	}
}

func xmlName(n namespace) *models.XMLName {
	if n == (namespace{}) {
		return nil
	}
	return &models.XMLName{Prefix: n.Prefix, URI: n.URI}
}

// write puts each operation and shape on a line of its own, so that a change of the list is a change of few lines.
func write(s *models.Service) ([]byte, error) {
	var out bytes.Buffer
	operations, shapes := s.Operations, s.Shapes
	s.Operations, s.Shapes = nil, nil
	head, err := encode(s)
	if err != nil {
		return nil, err
	}
	text := strings.TrimSuffix(head, `,"operations":null,"shapes":null}`)
	out.WriteString(text + ",\n\"operations\":{\n")
	if err := lines(&out, operations); err != nil {
		return nil, err
	}
	out.WriteString("},\n\"shapes\":{\n")
	if err := lines(&out, shapes); err != nil {
		return nil, err
	}
	out.WriteString("}}\n")
	return out.Bytes(), nil
}

func lines[V any](out *bytes.Buffer, m map[string]V) error {
	for i, name := range sorted(m) {
		text, err := encode(m[name])
		if err != nil {
			return err
		}
		if i > 0 {
			out.WriteString(",\n")
		}
		fmt.Fprintf(out, "%q:%s", name, text)
	}
	out.WriteByte('\n')
	return nil
}

func encode(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}
