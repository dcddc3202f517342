package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"github.com/tickmark/tickmark/internal/backup"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
)

// BackupRequest asks for a backup in a new file, whose path must be absolute.
type BackupRequest struct {
	Path       string   `json:"path"`
	Recipients []string `json:"recipients,omitempty"`
	// WithoutStore leaves out a state store in PostgreSQL, of which pg_dump makes the copy.
	WithoutStore bool `json:"withoutStore,omitempty"`
}

// Backup writes the data directory into one file while everything goes on.
func (s *Server) Backup(ctx context.Context, in BackupRequest) (out backup.Summary, err error) {
	if s.db.Dialect == store.Postgres && !in.WithoutStore {
		return out, fault.Invalidf("store", "The state is in PostgreSQL. Copy it with pg_dump first, then back up the rest with --without-store.")
	}
	if !s.backingUp.CompareAndSwap(false, true) {
		return out, fault.New(fault.Conflict, "Another backup is being written. Wait until it is done.")
	}
	defer s.backingUp.Store(false)
	defer s.events.Hold()()
	source := backup.Source{
		Dir: s.cfg.Data, Recipients: in.Recipients,
		Info: backup.Info{Tool: "tickmark " + Version, Created: s.cfg.Clock.Now().UTC(), Store: string(s.db.Dialect)},
	}
	if s.db.Dialect == store.SQLite {
		source.Snapshot = s.db.Snapshot
	}
	return writeBackup(ctx, in.Path, source)
}

// writeBackup has the whole file or none at its path.
func writeBackup(ctx context.Context, path string, source backup.Source) (out backup.Summary, err error) {
	if !filepath.IsAbs(path) {
		return out, fault.Invalidf("path", "The path of the backup must be absolute.")
	}
	if in, err := filepath.Rel(source.Dir, path); err == nil && filepath.IsLocal(in) {
		return out, fault.Invalidf("path", "%s is inside of the data directory. Write the backup somewhere else.", path)
	}
	if _, err := os.Lstat(path); err == nil {
		return out, fault.New(fault.Exists, "%s exists already. Give another name.", path)
	}
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return out, err
	}
	defer func() { _ = os.Remove(part) }() // renamed already when all went well
	out, err = backup.Write(ctx, f, source)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return out, err
	}
	return out, os.Rename(part, path)
}

// RestoreRequest asks for a backup to be read into a data directory.
type RestoreRequest struct {
	// From is the backup, Identity an age identity file when it is encrypted.
	From, Identity string
	// Replace moves an installation that is there aside; what it had published of its ledger is remembered.
	Replace bool
}

// Restored tells what a restore has done.
type Restored struct {
	backup.Summary
	// MovedTo is where the installation that was there is now.
	MovedTo string `json:"movedTo,omitempty"`
	// Behind are logs whose published checkpoints the backup does not hold: nothing is signed until that is dealt with.
	Behind []ledger.Lost `json:"behind,omitempty"`
}

// Restore reads a backup into the data directory of a configuration. Nobody may hold it.
func Restore(ctx context.Context, c Config, in RestoreRequest) (out Restored, err error) {
	if c, err = c.check(); err != nil {
		return out, err
	}
	var identity []byte
	if in.Identity != "" {
		if identity, err = os.ReadFile(in.Identity); err != nil {
			return out, fault.Invalidf("identity", "The identity cannot be read: %v.", err)
		}
	}
	f, err := os.Open(in.From)
	if err != nil {
		return out, fault.Invalidf("backup", "The backup cannot be read: %v.", err)
	}
	defer f.Close()
	if out.MovedTo, err = aside(c, in.Replace); err != nil {
		return out, err
	}
	if out.Summary, err = backup.Restore(ctx, f, c.Data, identity); err != nil {
		if out.MovedTo != "" { // what was there is there again
			err = errors.Join(err, os.Rename(out.MovedTo, c.Data))
		}
		return out, err
	}
	if out.MovedTo != "" {
		if err := ledger.MergeHeads(out.MovedTo, c.Data); err != nil {
			return out, err
		}
	}
	return out, nil
}

// aside moves an installation that is there out of the way, when that is wanted and nobody holds it.
func aside(c Config, replace bool) (to string, err error) {
	if _, err := os.Stat(c.Data); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if entries, err := os.ReadDir(c.Data); err == nil && len(entries) == 0 {
		return "", os.Remove(c.Data)
	}
	if !replace {
		return "", fault.New(fault.Exists, "%s is in use. Restore into another directory, or replace it with --replace; what is there is then moved aside.", c.Data)
	}
	held, err := lock(c.Data)
	if err != nil {
		return "", err
	}
	defer held.Close()
	to = fmt.Sprintf("%s.replaced-%s", c.Data, c.Clock.Now().UTC().Format("20060102T150405Z"))
	return to, os.Rename(c.Data, to)
}

func (s *Server) adminBackup(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/backup", func(w http.ResponseWriter, req *http.Request) {
		var in BackupRequest
		s.answer(w, req, &in, func() (any, error) { return s.Backup(req.Context(), in) })
	})
}

// Backup is Server.Backup over HTTP; the server writes the file.
func (r Remote) Backup(ctx context.Context, in BackupRequest) (out backup.Summary, err error) {
	return out, r.ask(ctx, "backup", in, &out)
}
