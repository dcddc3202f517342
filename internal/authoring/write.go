package authoring

import (
	"bytes"
	"encoding/json"

	"go.yaml.in/yaml/v4"
)

// YAML writes the file in its canonical form: members in a fixed order, nothing that follows from the rest.
func (f *File) YAML() ([]byte, error) { return toYAML(f) }

func toYAML(v any) ([]byte, error) {
	return yaml.Dump(v, yaml.WithIndent(2), yaml.WithLineWidth(-1))
}

// JSON writes the same in JSON.
func (f *File) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(f)
	return b.Bytes(), err
}
