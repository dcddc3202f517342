package main

import (
	"bytes"
	"fmt"
	"strings"
)

func (g *generator) writeService(b *bytes.Buffer) error {
	md := g.m.Metadata
	signing := md.SigningName
	if signing == "" {
		signing = md.EndpointPrefix
	}
	protocol, ok := map[string]string{"json": "JSON", "rest-json": "RestJSON", "query": "Query"}[md.Protocol]
	if !ok {
		return fmt.Errorf("protocol %q is not supported", md.Protocol)
	}
	fmt.Fprintf(b, "// Service is the description of the service.\nvar Service = &awswire.Service{\n")
	fmt.Fprintf(b, "Name: %q,\nSigningName: %q,\nProtocol: awswire.%s,\nAPIVersion: %q,\n", g.name, signing, protocol, md.APIVersion)
	if md.Protocol == "json" {
		fmt.Fprintf(b, "JSONVersion: %q,\nTargetPrefix: %q,\n", md.JSONVersion, md.TargetPrefix)
	}
	if md.XMLNamespace != "" {
		fmt.Fprintf(b, "XMLNamespace: %q,\n", md.XMLNamespace)
	}
	shapes := "nil"
	if len(g.index) > 0 {
		shapes = "shapes[:]"
	}
	fmt.Fprintf(b, "MessageMember: %q,\nOperations: operations[:],\nErrors: errors[:],\nShapes: %s,\n}\n\n", g.messageMember(), shapes)
	if err := g.writeOperations(b); err != nil {
		return err
	}
	g.writeErrors(b)
	return nil
}

// messageMember is the name most of the model's errors give their text; CloudTrail's name none and the service
// answers with a capital.
func (g *generator) messageMember() string {
	if g.name == "cloudtrail" {
		return "Message"
	}
	capital := 0
	for _, name := range g.errors {
		for _, m := range g.m.Shapes[name].Members {
			switch m.name {
			case "Message":
				capital++
			case "message":
				capital--
			}
		}
	}
	if capital > 0 {
		return "Message"
	}
	return "message"
}

func (g *generator) writeOperations(b *bytes.Buffer) error {
	place := map[string]int{}
	for i, name := range g.errors {
		place[name] = i
	}
	fmt.Fprintf(b, "var operations = [...]awswire.Operation{\n")
	for _, op := range g.ops {
		fmt.Fprintf(b, "{Name: %q, Method: %q, URI: %q", op.Name, op.HTTP.Method, op.HTTP.RequestURI)
		if op.HTTP.ResponseCode != 0 && op.HTTP.ResponseCode != 200 {
			fmt.Fprintf(b, ", Status: %d", op.HTTP.ResponseCode)
		}
		fmt.Fprintf(b, ", Input: %d, Output: %d", g.operand(op, op.Input, "Input"), g.operand(op, op.Output, "Output"))
		if g.m.Metadata.Protocol == "query" && op.Output != nil {
			if op.Output.ResultWrapper == "" {
				return fmt.Errorf("operation %s: an output without resultWrapper", op.Name)
			}
			fmt.Fprintf(b, ", Result: %q", op.Output.ResultWrapper)
		}
		if op.AuthType == "none" {
			b.WriteString(", Unsigned: true")
		}
		if len(op.Errors) > 0 {
			var list []string
			for _, e := range op.Errors {
				i, ok := place[e.Shape]
				if !ok {
					return fmt.Errorf("operation %s: error %s is not an exception", op.Name, e.Shape)
				}
				list = append(list, fmt.Sprint(i))
			}
			fmt.Fprintf(b, ", Errors: []int32{%s}", strings.Join(list, ", "))
		}
		b.WriteString("},\n")
	}
	b.WriteString("}\n\n")
	return nil
}

// operand is the shape index of an operation's input or output; -1 when its shapes are not written.
func (g *generator) operand(op *operation, ref *shapeRef, suffix string) int32 {
	if !g.served[op.Name] {
		return -1
	}
	if ref == nil {
		return g.index[op.Name+suffix]
	}
	return g.index[ref.Shape]
}

func (g *generator) writeErrors(b *bytes.Buffer) {
	fmt.Fprintf(b, "var errors = [...]awswire.ErrorShape{\n")
	for _, name := range g.errors {
		s := g.m.Shapes[name]
		status := s.Error.HTTPStatusCode
		if status == 0 {
			status = 400
			if s.Fault {
				status = 500
			}
		}
		fmt.Fprintf(b, "{Name: %q, ", upper(name))
		if s.Error.Code != "" && s.Error.Code != name {
			fmt.Fprintf(b, "Code: %q, ", s.Error.Code)
		}
		fmt.Fprintf(b, "Status: %d", status)
		if len(s.Members) > 0 {
			b.WriteString(", Members: []awswire.ErrorMember{")
			for i, m := range s.Members {
				if i > 0 {
					b.WriteString(", ")
				}
				fmt.Fprintf(b, "{Name: %q", m.name)
				if m.Location == "header" {
					fmt.Fprintf(b, ", Header: %q", m.LocationName)
				}
				if s.requires(m.name) {
					b.WriteString(", Required: true")
				}
				if values := g.m.Shapes[m.Shape].Enum; len(values) > 0 {
					writeEnum(b, values)
				}
				b.WriteString("}")
			}
			b.WriteString("}")
		}
		b.WriteString("},\n")
	}
	b.WriteString("}\n")
}

func (g *generator) writeHandlers(b *bytes.Buffer) error {
	for _, op := range g.ops {
		if !g.served[op.Name] {
			continue
		}
		in, out := op.Name+"Input", op.Name+"Output"
		if op.Input != nil {
			in = op.Input.Shape
		}
		if op.Output != nil {
			out = op.Output.Shape
		}
		fmt.Fprintf(b, "// On%s registers the handler of %s.\n", op.Name, op.Name)
		fmt.Fprintf(b, "func On%s(r *awswire.Registry, h func(context.Context, *%s) (*%s, error)) {\n", op.Name, g.types[in], g.types[out])
		fmt.Fprintf(b, "awswire.Handle(r, Service, %q, h)\n}\n\n", op.Name)
	}
	return nil
}
