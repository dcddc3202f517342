// Package traildata holds real CloudTrail records that other people published, unaltered, for the demonstration and
// the tests. SOURCES.md beside this file tells their origin and licences.
package traildata

import "embed"

// FS has the folders invictus (log files under their S3 keys), stratus (one file per attack technique) and otrf
// (JSON lines as a log shipper left them).
//
//go:embed invictus stratus otrf SOURCES.md
var FS embed.FS

// The folders of FS.
const (
	Invictus = "invictus"
	Stratus  = "stratus"
	OTRF     = "otrf"
)
