package main

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

var kinds = map[string]string{
	"structure": "Structure", "list": "List", "map": "Map", "string": "String", "integer": "Integer", "long": "Long",
	"float": "Float", "double": "Double", "boolean": "Boolean", "timestamp": "Timestamp", "blob": "Blob",
}

func (s *shape) requires(member string) bool { return slices.Contains(s.Required, member) }

// check refuses what the runtime would not carry.
func (s *shape) check() error {
	if kinds[s.Type] == "" {
		return fmt.Errorf("type %q is not supported", s.Type)
	}
	if s.Flattened && s.Type != "list" && s.Type != "map" {
		return fmt.Errorf("a flattened %s is not supported", s.Type)
	}
	switch s.TimestampFormat {
	case "", "iso8601":
	default:
		return fmt.Errorf("timestampFormat %q is not supported", s.TimestampFormat)
	}
	for _, m := range s.Members {
		if _, err := location(m.shapeRef); err != nil {
			return fmt.Errorf("member %s: %w", m.name, err)
		}
	}
	return nil
}

func location(ref shapeRef) (string, error) {
	switch ref.Location {
	case "":
		return "", nil
	case "uri":
		return "InPath", nil
	case "querystring":
		return "InQuery", nil
	case "header":
		return "InHeader", nil
	case "statusCode":
		return "InStatus", nil
	}
	return "", fmt.Errorf("location %q is not supported", ref.Location)
}

func (g *generator) writeShapes(b *bytes.Buffer) error {
	if len(g.index) == 0 {
		return nil
	}
	b.WriteString("var shapes = [...]awswire.Shape{\n")
	for i, name := range g.reach {
		fmt.Fprintf(b, "%d: ", i)
		if err := g.writeShape(b, name, g.m.Shapes[name]); err != nil {
			return fmt.Errorf("shape %s: %w", name, err)
		}
	}
	for i, name := range g.empty {
		fmt.Fprintf(b, "%d: {Name: %q},\n", len(g.reach)+i, name)
	}
	b.WriteString("}\n")
	return nil
}

func (g *generator) writeShape(b *bytes.Buffer, name string, s *shape) error {
	kind := kinds[s.Type]
	if s.Document {
		kind = "Document"
	}
	fmt.Fprintf(b, "{Name: %q", name)
	if kind != "Structure" {
		fmt.Fprintf(b, ", Kind: awswire.%s", kind)
	}
	if err := writeConstraints(b, s); err != nil {
		return err
	}
	for _, part := range []struct {
		field string
		ref   *shapeRef
	}{{"Elem", s.Member}, {"Key", s.Key}, {"Elem", s.Value}} {
		if part.ref == nil {
			continue
		}
		fmt.Fprintf(b, ", %s: %d", part.field, g.index[part.ref.Shape])
		if part.ref.LocationName != "" {
			fmt.Fprintf(b, ", %sName: %q", part.field, part.ref.LocationName)
		}
	}
	if len(s.Enum) > 0 {
		writeEnum(b, s.Enum)
	}
	if len(s.Members) > 0 && !s.Document {
		b.WriteString(", Members: []awswire.Member{\n")
		for _, m := range s.Members {
			g.writeMember(b, s, m)
		}
		b.WriteString("}")
	}
	b.WriteString("},\n")
	return nil
}

func (g *generator) writeMember(b *bytes.Buffer, s *shape, m member) {
	fmt.Fprintf(b, "{Name: %q", m.name)
	if m.LocationName != "" && m.LocationName != m.name {
		fmt.Fprintf(b, ", Wire: %q", m.LocationName)
	}
	fmt.Fprintf(b, ", Shape: %d", g.index[m.Shape])
	in, _ := location(m.shapeRef) // checked when walked
	if s.Payload == m.name {
		in = "InPayload"
	}
	if in != "" {
		fmt.Fprintf(b, ", In: awswire.%s", in)
	}
	if s.requires(m.name) {
		b.WriteString(", Required: true")
	}
	b.WriteString("},\n")
}

func writeConstraints(b *bytes.Buffer, s *shape) error {
	var traits []string
	var limits strings.Builder
	for _, l := range []struct{ name, text string }{{"Min", s.Min.String()}, {"Max", s.Max.String()}} {
		if l.text == "" {
			continue
		}
		f, err := strconv.ParseFloat(l.text, 64)
		if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
			return fmt.Errorf("bound %s is not supported", l.text)
		}
		traits = append(traits, "awswire.Has"+l.name)
		fmt.Fprintf(&limits, ", %s: %d", l.name, int64(f))
	}
	for _, t := range []struct {
		name string
		set  bool
	}{{"Sensitive", s.Sensitive}, {"Union", s.Union}, {"Flattened", s.Flattened}, {"ISO8601", s.TimestampFormat == "iso8601"}} {
		if t.set {
			traits = append(traits, "awswire."+t.name)
		}
	}
	if len(traits) > 0 {
		fmt.Fprintf(b, ", Traits: %s", strings.Join(traits, " | "))
	}
	b.WriteString(limits.String())
	if s.Pattern == "" {
		return nil
	}
	text, err := goPattern(s.Pattern)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, ", Pattern: %s", quote(s.Pattern))
	if text != "" {
		fmt.Fprintf(b, ", Regexp: %s", quote(text))
	}
	return nil
}

func writeEnum(b *bytes.Buffer, values []string) {
	b.WriteString(", Enum: []string{")
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		if i > 0 && i%8 == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(b, "%q", v)
	}
	b.WriteString("}")
}

func quote(s string) string {
	if strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}
