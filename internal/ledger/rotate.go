package ledger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/durable"
	"github.com/tickmark/tickmark/internal/fault"
)

// The order of a change of keys: the next key is written beside the old one, the statement signed by both is added to
// the list, the next key takes the old one's place. A crash before the statement leaves the old key in use, one behind
// it is completed at the next start.

// openChanges reads the list of changes and completes one that was cut short.
func openChanges(dir string) (KeyChanges, error) {
	data, err := os.ReadFile(filepath.Join(dir, changesFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	changes, err := ParseKeyChanges(data)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "%s is damaged: %v. Restore the file from a backup.", filepath.Join(dir, changesFile), err)
	}
	next := filepath.Join(dir, nextFile)
	key, err := readKey(next)
	if errors.Is(err, fs.ErrNotExist) {
		return changes, nil
	}
	if err != nil {
		return nil, err
	}
	k, err := newPair(key)
	if err != nil || len(changes) == 0 || changes[len(changes)-1].New != k.public.line {
		return changes, os.Remove(next) // its statement was never made
	}
	return changes, takeOver(dir)
}

// takeOver puts the next key in the place of the old one.
func takeOver(dir string) error {
	return durable.Rename(filepath.Join(dir, nextFile), filepath.Join(dir, keyFile))
}

// change makes a new key of a name follow the key in use, and is durable when it returns.
func (s *Signer) change(name, reason string, lost []Lost, at time.Time) (KeyChange, error) {
	if err := checkReason(reason); err != nil {
		return KeyChange{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key, err := newKey(name)
	if err != nil {
		return KeyChange{}, err
	}
	next, err := newPair(key)
	if err != nil {
		return KeyChange{}, err
	}
	c := KeyChange{Old: s.pair.public.line, New: next.public.line, At: at.UTC().Truncate(time.Second), Reason: strings.TrimSpace(reason), Lost: lost}
	if err := c.sign(s.pair.signer, next.signer); err != nil {
		return c, err
	}
	changes := append(s.changes[:len(s.changes):len(s.changes)], c)
	if s.dir != "" {
		if err := s.keep(key, next.public.line, changes); err != nil {
			return c, err
		}
	}
	s.pair, s.changes = next, changes
	return c, nil
}

func (s *Signer) keep(key, public string, changes KeyChanges) error {
	if err := durable.WriteFile(filepath.Join(s.dir, nextFile), []byte(key+"\n"), 0o600); err != nil {
		return err
	}
	if err := durable.WriteFile(filepath.Join(s.dir, changesFile), changes.Encode(), 0o644); err != nil {
		return err
	}
	if err := takeOver(s.dir); err != nil {
		return err
	}
	return writePublic(filepath.Join(s.dir, pubFile), public)
}

// Rotate puts a new key of the same name in use, with a statement signed by the old and the new one.
func (s *Signer) Rotate(reason string, at time.Time) (KeyChange, error) {
	return s.change(s.current().signer.Name(), reason, nil, at)
}

// Known is the public key of an id among those in use now and before.
func (s *Signer) Known(id string) (Public, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.pair.id() == id {
		return s.pair.public, true
	}
	for _, c := range s.changes {
		if old, err := ParsePublic(c.Old); err == nil && KeyID(old) == id {
			return old, true
		}
	}
	return Public{}, false
}

// succeeds reports whether the deployment signed under another name before.
func (s *Signer) succeeds(origin string) bool {
	name := origin
	if parts := strings.SplitN(origin, "/", 3); len(parts) == 3 {
		name = parts[0] + "/" + parts[1]
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, c := range s.changes {
		if keyName(c.Old) == name {
			return true
		}
	}
	return false
}
