package server

import (
	"cmp"
	"context"
	"io/fs"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
)

// Status tells what an installation is and what it takes. Its JSON form is a promise to scripts.
type Status struct {
	Version     string `json:"version"`
	Account     string `json:"accountId"`
	Assessments int    `json:"assessments"`
	// Connections are the ways to real accounts.
	Connections []ConnectionView `json:"connections"`
	// Capacity is what stands on disk, by kind, the largest first.
	Capacity []Capacity `json:"capacity"`
	Bytes    int64      `json:"bytes"`
}

// Capacity is the disk that one kind of data takes, indexes included.
type Capacity struct {
	Kind  string `json:"kind"`
	Bytes int64  `json:"bytes"`
}

// kinds are what tables hold, by the beginning of their names; the first that fits counts.
var kinds = [][2]string{
	{"ledger_", "ledger"},
	{"evidence_", "evidence"},
	{"finder_", "evidence"},
	{"evaluation_", "verdicts"},
	{"verdict", "verdicts"},
	{"rule_states", "verdicts"},
	{"pack_scores", "verdicts"},
	{"compliance_", "verdicts"},
	{"resources", "items"},
	{"item_", "items"},
	{"relations", "items"},
	{"changes", "items"},
	{"feed", "items"},
	{"event_", "events"},
	{"insight_", "events"},
	{"finding", "findings"},
	{"documents", "documents"},
}

func kindOf(table string) string {
	for _, k := range kinds {
		if strings.HasPrefix(table, k[0]) {
			return k[1]
		}
	}
	return "other"
}

// Status tells about the installation.
func (s *Server) Status(ctx context.Context, _ struct{}) (Status, error) {
	out := Status{Version: Version, Account: s.cfg.Account}
	all, err := s.audit.Everywhere(ctx)
	if err != nil {
		return out, err
	}
	out.Assessments = len(all)
	if out.Connections, err = s.Connections(ctx); err != nil {
		return out, err
	}
	tables, err := s.db.Sizes(ctx)
	if err != nil {
		return out, err
	}
	by := map[string]int64{}
	for table, n := range tables {
		by[kindOf(table)] += n
	}
	for folder, kind := range map[string]string{"blobs": "blobs", "events": "segments", "reports": "reports"} {
		by[kind] += folderSize(s.cfg.path(folder))
	}
	for _, k := range slices.Sorted(maps.Keys(by)) {
		if by[k] > 0 {
			out.Capacity, out.Bytes = append(out.Capacity, Capacity{k, by[k]}), out.Bytes+by[k]
		}
	}
	slices.SortStableFunc(out.Capacity, func(a, b Capacity) int { return cmp.Compare(b.Bytes, a.Bytes) })
	return out, nil
}

// folderSize is the sum of a folder's files; those that go while it looks count nothing.
func folderSize(dir string) (n int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil
	})
	return n
}

func (s *Server) adminStatus(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/status", func(w http.ResponseWriter, req *http.Request) {
		var q struct{}
		s.answer(w, req, &q, func() (any, error) { return s.Status(req.Context(), q) })
	})
}

// Status is Server.Status over HTTP.
func (r Remote) Status(ctx context.Context, q struct{}) (out Status, err error) {
	return out, r.ask(ctx, "status", q, &out)
}
