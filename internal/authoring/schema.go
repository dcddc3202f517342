package authoring

import _ "embed"

// Schema is the JSON Schema of files.
//
//go:embed schema.json
var Schema []byte
