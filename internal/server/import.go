package server

import (
	"context"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/trail"
)

// Imports are the kinds of input that Import takes.
var Imports = []string{"config", "cloudtrail", "findings"}

// ImportProgress tells how far an import has come.
type ImportProgress struct {
	Bytes int64 `json:"bytes"`
	Total int64 `json:"total"`
	Items int64 `json:"items"`
}

// Import reads files and trees of files into the installation. The result is one of the importers' own, whose JSON
// form is a promise to scripts.
func (s *Server) Import(ctx context.Context, kind string, paths []string, progress func(ImportProgress)) (any, error) {
	if progress == nil {
		progress = func(ImportProgress) {}
	}
	if len(paths) == 0 {
		return nil, fault.Invalidf("paths", "No files are named. Give at least one file or directory.")
	}
	switch kind {
	case "config":
		im := inventory.Importer{Store: s.items, Clock: s.cfg.Clock, Progress: func(p inventory.Progress) {
			progress(ImportProgress{p.Bytes, p.Total, p.Items})
		}}
		r, err := im.Paths(ctx, paths...)
		s.changed()
		return r, err
	case "cloudtrail":
		im := trail.Importer{Store: s.events, Clock: s.cfg.Clock, Progress: func(p trail.Progress) {
			progress(ImportProgress{p.BytesDone, p.Bytes, int64(p.Records)})
		}}
		r, err := im.Files(ctx, paths...)
		s.wakeCollector()
		return r, err
	case "findings":
		im := finding.Importer{Hub: s.findings, Clock: s.cfg.Clock, Progress: func(done, all int) {
			progress(ImportProgress{Bytes: int64(done), Total: int64(all)})
		}}
		r, err := im.Files(ctx, paths...)
		s.wakeCollector()
		return r, err
	}
	return nil, fault.Invalidf("kind", "%q is not a kind of input: it must be one of %v.", kind, Imports)
}
