// Package blob keeps large immutable bytes by their content: evidence files, report bundles. A blob that Put has
// answered is on disk; the row that names it is written afterwards, so a crash in between leaves an orphan that
// Sweep removes, never a row without its bytes.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/tickmark/tickmark/internal/durable"
	"github.com/tickmark/tickmark/internal/fault"
)

// Dir is a directory of blobs, each in a file named by the SHA-256 of its bytes.
type Dir struct{ root string }

// Open makes the directory when it is not there.
func Open(root string) (*Dir, error) {
	d := &Dir{root}
	if err := os.MkdirAll(filepath.Join(root, "tmp"), 0o700); err != nil {
		return nil, err
	}
	return d, nil
}

// Ref names a stored blob.
type Ref struct {
	// SHA256 is the lower-case hexadecimal hash of the bytes.
	SHA256 string
	Size   int64
}

// Put stores everything r gives, at most limit bytes, and returns its hash; bytes already stored are kept once.
func (d *Dir) Put(ctx context.Context, r io.Reader, limit int64) (Ref, error) {
	f, err := os.CreateTemp(filepath.Join(d.root, "tmp"), "put-")
	if err != nil {
		return Ref{}, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, h), &contextReader{ctx, io.LimitReader(r, limit+1)})
	if err != nil {
		return Ref{}, fmt.Errorf("store a blob: %w", err)
	}
	if n > limit {
		return Ref{}, fault.New(fault.Invalid, "The content is larger than the limit of %d bytes.", limit)
	}
	ref := Ref{hex.EncodeToString(h.Sum(nil)), n}
	if err := f.Sync(); err != nil {
		return Ref{}, fmt.Errorf("store a blob: %w", err)
	}
	return ref, d.place(f.Name(), ref.SHA256)
}

// place moves a finished file to its name and makes the name durable.
func (d *Dir) place(from, hash string) error {
	to := d.path(hash)
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	dir := filepath.Dir(to)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	for _, p := range []string{dir, d.root} {
		if err := durable.SyncDir(p); err != nil {
			return err
		}
	}
	return nil
}

func (d *Dir) path(hash string) string { return filepath.Join(d.root, hash[:2], hash) }

// Open reads a blob.
func (d *Dir) Open(_ context.Context, hash string) (*os.File, error) {
	if !valid(hash) {
		return nil, fault.Missing("blob", hash)
	}
	f, err := os.Open(d.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Missing("blob", hash)
	}
	return f, err
}

func valid(hash string) bool {
	b, err := hex.DecodeString(hash)
	return err == nil && len(b) == sha256.Size && hex.EncodeToString(b) == hash
}

// Sweep removes unfinished files and blobs that used does not know, when they are older than age.
func (d *Dir) Sweep(now time.Time, age time.Duration, used func(hash string) (bool, error)) (removed int, err error) {
	err = filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil || now.Sub(info.ModTime()) < age {
			return err
		}
		if valid(e.Name()) {
			if keep, err := used(e.Name()); err != nil || keep {
				return err
			}
		}
		removed++
		return os.Remove(path)
	})
	return removed, err
}

type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
