package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/durable"
)

// TileHeight is the height of C2SP tiles.
const TileHeight = 8

// TilePath is a tile's path in the C2SP tlog-tiles layout, which has no height in it.
func TilePath(t tlog.Tile) string {
	return strings.Replace(t.Path(), fmt.Sprintf("tile/%d/", TileHeight), "tile/", 1)
}

// PublishTiles writes a log as static files that any C2SP tlog-tiles client reads: the checkpoint and the tiles of hashes
// below dir. Tiles that are there are left as they are, for a tile never changes; the checkpoint is replaced last. What the
// leaves stand for is not published. It answers how many tiles were written.
func PublishTiles(ctx context.Context, s Store, account string, c Checkpoint, dir string) (written int, err error) {
	for _, t := range tlog.NewTiles(TileHeight, 0, c.Size) {
		path := filepath.Join(dir, filepath.FromSlash(TilePath(t)))
		if _, err := os.Stat(path); err == nil {
			continue
		} else if !errors.Is(err, fs.ErrNotExist) {
			return written, err
		}
		if err := ctx.Err(); err != nil {
			return written, err
		}
		var data []byte
		err := s.Read(ctx, func(tx Tx) (err error) {
			data, err = tlog.ReadTileData(t, Reader(tx, account))
			return err
		})
		if err != nil {
			return written, fmt.Errorf("tile %s of ledger %q: %w", TilePath(t), account, err)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return written, err
		}
		if err := durable.WriteFile(path, data, 0o644); err != nil {
			return written, err
		}
		written++
	}
	path := filepath.Join(dir, "checkpoint")
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, c.Note) {
		return written, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return written, err
	}
	return written, durable.WriteFile(path, c.Note, 0o644)
}
