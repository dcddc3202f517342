package server

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/fault"
)

// EvidenceImport asks for files to become manual evidence of an assessment. Paths are absolute, and read by the process
// that holds the data directory: CSV manifests, folders laid out as CONTROL/FILE, or, with Control, files for that one.
type EvidenceImport struct {
	AssessmentQuery
	Paths      []string `json:"paths"`
	Control    string   `json:"control,omitempty"`
	ControlSet string   `json:"controlSet,omitempty"`
	// Effective is the day that the evidence speaks of; lines of a manifest may name their own.
	Effective string `json:"effectiveDate,omitempty"`
}

// EvidenceImported is what an import of evidence has done. Its JSON form is that of all imports.
type EvidenceImported struct {
	Items      int                `json:"items"`
	Duplicates int                `json:"duplicates"`
	Rejected   []EvidenceRejected `json:"rejected"`
	Bytes      int64              `json:"bytes"`
	Seconds    float64            `json:"seconds"`
}

// EvidenceRejected is what could not be imported, and why.
type EvidenceRejected struct {
	Source string `json:"source"`
	Reason string `json:"reason"`
}

// ImportEvidence reads files into an assessment. What is wrong is told line by line, and the rest goes on.
func (s *Server) ImportEvidence(ctx context.Context, q EvidenceImport) (EvidenceImported, error) {
	began, out := s.cfg.Clock.Now(), EvidenceImported{Rejected: []EvidenceRejected{}}
	a, c, err := s.found(ctx, q.AssessmentQuery)
	if err != nil {
		return out, err
	}
	if len(q.Paths) == 0 {
		return out, fault.Invalidf("paths", "No files are named. Give a manifest, a folder, or files and their control.")
	}
	for _, path := range q.Paths {
		if err := s.importPath(ctx, c, a.ID, q, path, &out); err != nil {
			return out, err
		}
	}
	out.Seconds = s.cfg.Clock.Now().Sub(began).Seconds()
	return out, nil
}

// importPath reads one path. Files are opened below their folder alone, whatever links lie in it.
func (s *Server) importPath(ctx context.Context, c assess.Caller, id string, q EvidenceImport, path string, out *EvidenceImported) error {
	info, err := os.Stat(path)
	if err != nil {
		return fault.Invalidf("paths", "%v", err)
	}
	folder := path
	if !info.IsDir() {
		folder = filepath.Dir(path)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fault.Invalidf("paths", "%v", err)
	}
	defer root.Close()
	items, err := evidenceItems(root, path, info.IsDir(), q)
	if err != nil {
		return err
	}
	r, err := s.audit.ImportBulk(ctx, c, id, items)
	out.Items, out.Duplicates, out.Bytes = out.Items+r.New, out.Duplicates+r.Known, out.Bytes+r.Bytes
	for _, f := range r.Failed {
		out.Rejected = append(out.Rejected, EvidenceRejected{f.Where, s.adminError(f.Err)})
	}
	return err
}

func evidenceItems(root *os.Root, path string, isDir bool, q EvidenceImport) ([]assess.BulkItem, error) {
	switch {
	case isDir && q.Control == "":
		return assess.ReadFolders(path, root.FS(), q.Effective)
	case isDir:
		return nil, fault.Invalidf("control", "%s is a folder, whose own folders name the controls; leave the control out, or name files.", path)
	case q.Control != "":
		return []assess.BulkItem{assess.FileItem(path, root.FS(), filepath.Base(path), q.Control, q.ControlSet, q.Effective)}, nil
	case !strings.EqualFold(filepath.Ext(path), ".csv"):
		return nil, fault.Invalidf("control", "%s is no CSV manifest and no folder; name the control that the file is evidence for.", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Invalidf("paths", "%v", err)
	}
	defer f.Close()
	items, err := assess.ReadManifest(path, f, root.FS())
	for i := range items {
		if items[i].Effective == "" {
			items[i].Effective = q.Effective
		}
	}
	return items, err
}
