// Package backup writes a data directory into one file while it is in use, and reads it again. The file is a tar archive
// packed with zstd, encrypted for age recipients when any are given. It holds the ledger's signing key and the secrets of
// access keys, so it is written for its owner alone; whoever keeps it elsewhere should encrypt it. Reading checks every
// byte against the list of hashes at the end before anything is put in its place. Format: docs/format/backup.md.
//
// A state store in PostgreSQL is not part of it: pg_dump makes a copy that fits, taken before this one.
package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/tickmark/tickmark/internal/fault"
)

// The first and the last entry, and the snapshot of the state store.
const (
	infoName  = "backup.json"
	sumsName  = "backup.sums"
	StateName = "state.db"

	format = "tickmark backup v1"
)

// Info stands first in a backup.
type Info struct {
	Format  string    `json:"format"`
	Tool    string    `json:"tool"`
	Created time.Time `json:"created"`
	// Store tells where the state was: "sqlite" is in the backup, "postgres" is not.
	Store string `json:"store"`
}

// Source is what is backed up.
type Source struct {
	// Dir is the data directory.
	Dir  string
	Info Info
	// Snapshot writes a copy of the state store, which is in use, to a new file; nil leaves it out.
	Snapshot func(ctx context.Context, path string) error
	// Recipients are age public keys; without any the backup is not encrypted.
	Recipients []string
	// Progress is told the bytes read; it may be nil.
	Progress func(bytes int64)
}

// Summary is what was written or read.
type Summary struct {
	Info
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
}

// leftOut are files of a running process: its lock, its address, the state store itself, and what is half written.
func leftOut(name string) bool {
	return slices.Contains([]string{"lock", "server.json", StateName, StateName + "-wal", StateName + "-shm", StateName + "-journal"}, name) || strings.HasSuffix(name, ".tmp")
}

// Write writes a backup. The small files of the directory come first: the ledger's list of what was published must never
// be ahead of the state that follows. Then the snapshot of the state, then everything that it may name.
func Write(ctx context.Context, w io.Writer, s Source) (Summary, error) {
	out, err := seal(w, s.Recipients)
	if err != nil {
		return Summary{}, err
	}
	pack, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return Summary{}, err
	}
	s.Info.Format = format
	a := &archive{ctx: ctx, tar: tar.NewWriter(pack), source: s, sum: Summary{Info: s.Info}}
	if err := a.all(); err != nil {
		return a.sum, err
	}
	return a.sum, errors.Join(a.tar.Close(), pack.Close(), out.Close())
}

// seal encrypts for the recipients, if there are any.
func seal(w io.Writer, recipients []string) (io.WriteCloser, error) {
	if len(recipients) == 0 {
		return open{w}, nil
	}
	var to []age.Recipient
	for _, r := range recipients {
		x, err := age.ParseX25519Recipient(r)
		if err != nil {
			return nil, fault.Invalidf("recipient", "%q is no age public key; it begins with age1.", r)
		}
		to = append(to, x)
	}
	return age.Encrypt(w, to...)
}

type open struct{ io.Writer }

func (open) Close() error { return nil }

// archive is a backup being written.
type archive struct {
	ctx    context.Context
	tar    *tar.Writer
	source Source
	sum    Summary
	sums   strings.Builder
}

func (a *archive) all() error {
	info, err := json.MarshalIndent(a.source.Info, "", "  ")
	if err != nil {
		return err
	}
	if err := a.bytes(infoName, info); err != nil {
		return err
	}
	top, err := os.ReadDir(a.source.Dir)
	if err != nil {
		return err
	}
	for _, e := range top {
		if e.Type().IsRegular() && !leftOut(e.Name()) {
			if err := a.file(e.Name(), filepath.Join(a.source.Dir, e.Name())); err != nil {
				return err
			}
		}
	}
	if err := a.state(); err != nil {
		return err
	}
	for _, e := range top {
		if e.IsDir() {
			if err := a.folder(e.Name()); err != nil {
				return err
			}
		}
	}
	return a.bytes(sumsName, []byte(a.sums.String()))
}

// state takes the snapshot in a folder of its own inside of the data directory, where there is room for it.
func (a *archive) state() error {
	if a.source.Snapshot == nil {
		return nil
	}
	old, err := filepath.Glob(filepath.Join(a.source.Dir, "backup-*.tmp")) // of a backup that was killed
	for _, name := range old {
		err = errors.Join(err, os.RemoveAll(name))
	}
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(a.source.Dir, "backup-*.tmp")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, StateName)
	if err := a.source.Snapshot(a.ctx, path); err != nil {
		return fmt.Errorf("copy the state store: %w", err)
	}
	return a.file(StateName, path)
}

func (a *archive) folder(name string) error {
	return filepath.WalkDir(filepath.Join(a.source.Dir, name), func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed meanwhile: nothing of the state names it
		}
		if err != nil || !d.Type().IsRegular() || strings.HasSuffix(d.Name(), ".tmp") {
			if err == nil && d.IsDir() && strings.HasSuffix(d.Name(), ".tmp") {
				return fs.SkipDir
			}
			return err
		}
		rel, err := filepath.Rel(a.source.Dir, path)
		if err != nil {
			return err
		}
		if err = a.file(filepath.ToSlash(rel), path); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

// file copies a file as long as it is now: what is appended meanwhile belongs to a later state.
func (a *archive) file(name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return a.entry(name, info.Mode().Perm(), info.Size(), f)
}

func (a *archive) bytes(name string, content []byte) error {
	return a.entry(name, 0o600, int64(len(content)), strings.NewReader(string(content)))
}

func (a *archive) entry(name string, mode fs.FileMode, size int64, r io.Reader) error {
	if err := a.tar.WriteHeader(&tar.Header{Name: name, Mode: int64(mode & 0o700), Size: size, Format: tar.FormatPAX}); err != nil {
		return err
	}
	h := sha256.New()
	n, err := io.CopyN(io.MultiWriter(a.tar, h), reader{a.ctx, r}, size)
	if errors.Is(err, io.EOF) { // it was cut while being read: no state names such a file
		_, err = io.CopyN(io.MultiWriter(a.tar, h), zeros{}, size-n)
	}
	if err != nil {
		return fmt.Errorf("back up %s: %w", name, err)
	}
	if name != sumsName {
		a.sums.WriteString(line(h, name))
	}
	a.sum.Files++
	a.sum.Bytes += size
	if a.source.Progress != nil {
		a.source.Progress(a.sum.Bytes)
	}
	return nil
}

// line is one of the list of hashes, as sha256sum writes it.
func line(h hash.Hash, name string) string {
	return hex.EncodeToString(h.Sum(nil)) + "  " + name + "\n"
}

// reader ends with its context.
type reader struct {
	ctx context.Context
	io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
