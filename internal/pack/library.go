package pack

import (
	"embed"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

//go:embed library/*.yaml library/*.yml
var files embed.FS

// Names lists the published templates, sorted: their file names without extension.
func Names() []string {
	entries, _ := files.ReadDir("library") // an embedded folder that the build has made sure of
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = trim(e.Name())
	}
	return names
}

// Published is the text of a published template, found by its name in any case, with or without extension.
func Published(name string) ([]byte, error) {
	entries, err := files.ReadDir("library")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if strings.EqualFold(e.Name(), name) || strings.EqualFold(trim(e.Name()), name) {
			return files.ReadFile("library/" + e.Name())
		}
	}
	return nil, fault.Missing("published conformance pack", name).With("NoSuchConformancePackException")
}

func trim(file string) string { return strings.TrimSuffix(strings.TrimSuffix(file, ".yaml"), ".yml") }
