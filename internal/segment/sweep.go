package segment

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/tickmark/tickmark/internal/trail"
)

// orphanAge is how old files without a manifest row must be before they are removed: younger ones may belong to an
// append that is about to commit.
const orphanAge = 24 * time.Hour

// Sweep removes files that a killed or failed append or merge left behind, and tells how many.
func (s *Store) Sweep(ctx context.Context) (int, error) {
	known := map[string]bool{}
	err := s.sql.Read(ctx, func(tx trail.Tx) error {
		segments, err := tx.Segments()
		for i := range segments {
			data, side := paths(s.root, &segments[i])
			known[data], known[side] = true, true
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, seg := range s.readers.leaving() {
		data, side := paths(s.root, &seg)
		known[data], known[side] = true, true
	}
	removed, limit := 0, s.clock.Now().Add(-orphanAge)
	err = filepath.WalkDir(s.root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || known[name] {
			return err
		}
		if ext := filepath.Ext(name); ext != ".parquet" && ext != ".idx" {
			return nil // not ours
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || info.ModTime().After(limit) {
			return err
		}
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		removed++
		return nil
	})
	return removed, err
}
