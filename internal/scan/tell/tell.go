// Package tell writes the result of a scan for people and other tools: JSON, CSV, HTML, OCSF, ASFF, OSCAL, SARIF and JUnit.
//
// What it promises: evaluations are streamed, so that memory does not grow with them. What is excepted, missing or not
// applicable is told as that, never as passed. Names from the estate are data: HTML and XML are escaped, and cells of CSV
// start no formula. Ids follow from the rule and the subject alone, so that a second scan updates what the first has told.
package tell

import (
	"bufio"
	"io"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/scan"
)

var formats = map[string]func(io.Writer, *scan.Report) error{
	"json": writeJSON, "csv": writeCSV, "html": writeHTML, "ocsf": writeOCSF, "asff": writeASFF, "oscal": writeOSCAL, "sarif": writeSARIF, "junit": writeJUnit,
}

// Formats are what Write knows.
func Formats() []string {
	return []string{"json", "csv", "html", "ocsf", "asff", "oscal", "sarif", "junit"}
}

// Write writes a report in a format.
func Write(w io.Writer, format string, r *scan.Report) error {
	f := formats[format]
	if f == nil {
		return fault.Invalidf("output", "%q is no format of a scan.", format)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if err := f(out, r); err != nil {
		return err
	}
	return out.Flush()
}
