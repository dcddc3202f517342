package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/tickmark/tickmark/internal/durable"
	"github.com/tickmark/tickmark/internal/fault"
)

// Running tells how to reach the server that holds a data directory.
type Running struct {
	Address string `json:"address"`
	PID     int    `json:"pid"`
	// Token lets commands of the same user administer the server; the file is readable by its owner only.
	Token string `json:"token"`
}

// lock holds the data directory until the process ends, whatever ends it.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		_ = f.Close()
		return nil, Held(dir)
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	return f, nil
}

// Held is the fault of a data directory that another process holds.
func Held(dir string) error {
	by := "another tickmark process"
	if r, err := FindRunning(dir); err == nil && r.Address != "" {
		by = fmt.Sprintf("the server with pid %d on %s", r.PID, r.Address)
	}
	return fault.New(fault.Unavailable, "The data directory %s is held by %s. Stop it first, or give another --data.", dir, by)
}

// Exists tells whether a directory holds an installation, or is that of a server whose state is kept elsewhere.
func Exists(dir string) bool {
	for _, name := range []string{"account", "server.json", "state.db"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}

// FindRunning reads who serves a data directory; NotFound when nobody has said so.
func FindRunning(dir string) (Running, error) {
	var r Running
	b, err := os.ReadFile(filepath.Join(dir, "server.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return r, fault.Missing("running server of", dir)
	}
	if err == nil {
		err = json.Unmarshal(b, &r)
	}
	return r, err
}

// announce writes server.json whole or not at all.
func announce(dir string, r Running) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return durable.WriteFile(filepath.Join(dir, "server.json"), append(b, '\n'), 0o600)
}
