package main

import (
	"bytes"
	"fmt"
)

var scalars = map[string]string{
	"string": "string", "integer": "int64", "long": "int64", "float": "float64", "double": "float64",
	"boolean": "bool", "timestamp": "time.Time",
}

// value is the Go type of a shape inside a list or map.
func (g *generator) value(name string) string {
	s := g.m.Shapes[name]
	switch {
	case s.Document:
		return "json.RawMessage"
	case s.Type == "structure":
		return g.types[name]
	case s.Type == "list":
		return "[]" + g.value(s.Member.Shape)
	case s.Type == "map":
		return "map[string]" + g.value(s.Value.Shape)
	case s.Type == "blob":
		return "[]byte"
	}
	return scalars[s.Type]
}

// field is the Go type of a structure's member: nil means absent.
func (g *generator) field(name string) string {
	s := g.m.Shapes[name]
	if !s.Document && (s.Type == "structure" || scalars[s.Type] != "") {
		return "*" + g.value(name)
	}
	return g.value(name)
}

func (g *generator) writeTypes(b *bytes.Buffer) error {
	for _, name := range g.reach {
		s := g.m.Shapes[name]
		if s.Type != "structure" || s.Document {
			continue
		}
		fmt.Fprintf(b, "type %s struct {\n", g.types[name])
		for _, m := range s.Members {
			fmt.Fprintf(b, "%s %s\n", upper(m.name), g.field(m.Shape))
		}
		b.WriteString("}\n\n")
	}
	for _, name := range g.empty {
		fmt.Fprintf(b, "type %s struct{}\n\n", g.types[name])
	}
	for _, name := range g.reach {
		s := g.m.Shapes[name]
		if len(s.Enum) == 0 {
			continue
		}
		fmt.Fprintf(b, "// The values of %s.\nconst (\n", name)
		for i, suffix := range enumNames(s.Enum) {
			fmt.Fprintf(b, "%s = %q\n", g.ident(upper(name)+suffix, "_"), s.Enum[i])
		}
		b.WriteString(")\n\n")
	}
	return nil
}
