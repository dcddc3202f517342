// Package models embeds the service model of Tickmark's own API, which clients load. The other models are read by the
// generator alone.
package models

import _ "embed"

// Tickmark is the model in botocore's format.
//
//go:embed tickmark.json
var Tickmark []byte

// TickmarkVersion is the model's API version.
const TickmarkVersion = "2026-11-23"
