package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/durable"
	"github.com/tickmark/tickmark/internal/fault"
)

// heads remembers the last published size and root of each log outside of the database, so that a database
// restored from an old backup is not signed as if nothing had been. It is written after the checkpoint's
// commit and before anyone is given the checkpoint.
type heads struct {
	path string // empty keeps them in memory only

	mu   sync.Mutex
	last map[string]mark // by origin
}

type mark struct {
	size int64
	root tlog.Hash
}

func openHeads(path string) (*heads, error) {
	h := &heads{path: path, last: map[string]mark{}}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
		var origin, root string
		var m mark
		_, err := fmt.Sscanf(line, "%s %d %s", &origin, &m.size, &root)
		if err == nil {
			m.root, err = tlog.ParseHash(root)
		}
		if err != nil {
			return nil, fault.New(fault.Unavailable, "Line %d of %s is damaged. Restore the file from a backup: it tells which checkpoints were published.", i+1, path)
		}
		h.last[origin] = m
	}
	return h, nil
}

// published is the last one remembered for a log.
func (h *heads) published(origin string) (mark, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	m, ok := h.last[origin]
	return m, ok
}

// published are the last published ends of the logs under the name in use.
func (s *Signer) published() map[string]mark {
	name := s.current().signer.Name()
	s.heads.mu.Lock()
	defer s.heads.mu.Unlock()
	out := map[string]mark{}
	for origin, m := range s.heads.last {
		if origin == name || strings.HasPrefix(origin, name+"/") {
			out[origin] = m
		}
	}
	return out
}

// MergeHeads adds to the published ends that a directory remembers those of another one: who restores a backup in the
// place of a newer state must not forget what that had published.
func MergeHeads(from, into string) error {
	old, err := openHeads(filepath.Join(from, headFile))
	if err != nil {
		return err
	}
	h, err := openHeads(filepath.Join(into, headFile))
	if err != nil {
		return err
	}
	var all []Checkpoint
	for origin, m := range old.last {
		all = append(all, Checkpoint{Origin: origin, Size: m.size, Root: m.root})
	}
	return h.remember(all...)
}

// accountOf is the account whose log an origin names.
func accountOf(origin string) string {
	if parts := strings.SplitN(origin, "/", 3); len(parts) == 3 {
		return parts[2]
	}
	return Deployment
}

// remember notes checkpoints durably. Callers may come in any order; a larger size stays.
func (h *heads) remember(cs ...Checkpoint) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	next, changed := maps.Clone(h.last), false
	for _, c := range cs {
		if old, ok := next[c.Origin]; !ok || c.Size > old.size {
			next[c.Origin], changed = mark{c.Size, c.Root}, true
		}
	}
	if !changed {
		return nil
	}
	if h.path != "" {
		var b strings.Builder
		for _, origin := range slices.Sorted(maps.Keys(next)) {
			fmt.Fprintf(&b, "%s %d %s\n", origin, next[origin].size, next[origin].root)
		}
		if err := durable.WriteFile(h.path, []byte(b.String()), 0o600); err != nil {
			return err
		}
	}
	h.last = next
	return nil
}
