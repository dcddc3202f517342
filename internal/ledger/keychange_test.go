package ledger

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

var changed = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// TestKeyChangeBits flips every bit of a statement: no changed spelling is accepted.
func TestKeyChangeBits(t *testing.T) {
	s := testSigner(t, "tickmark/x")
	c, err := s.Rotate("yearly", changed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseKeyChange(c.Note); err != nil {
		t.Fatal(err)
	}
	for i := range c.Note {
		for bit := range 8 {
			bad := bytes.Clone(c.Note)
			bad[i] ^= 1 << bit
			if _, err := ParseKeyChange(bad); err == nil {
				t.Errorf("bit %d of byte %d flipped: accepted\n%s", bit, i, bad)
			}
		}
	}
}

// TestChains: only what an earlier key has signed leads on from it.
func TestChains(t *testing.T) {
	s, forger := testSigner(t, "tickmark/x"), testSigner(t, "tickmark/x")
	first := s.Verifier()
	for range 3 {
		if _, err := s.Rotate("yearly", changed); err != nil {
			t.Fatal(err)
		}
	}
	list := s.Changes()
	again, err := ParseKeyChanges(list.Encode())
	if err != nil || !again.Lead(first, s.Verifier()) || len(again) != 3 {
		t.Fatalf("%d changes, %v", len(again), err)
	}
	if again[1:].Lead(first, s.Verifier()) || again.Lead(first, forger.Verifier()) || again.Lead(forger.Verifier(), s.Verifier()) || KeyChanges(nil).Lead(Public{}, Public{}) {
		t.Error("a chain leads where no key has signed")
	}
	for name, bad := range map[string][]byte{
		"one left out": append(bytes.Clone(list[:1].Encode()), list[2:].Encode()...), "cut short": list.Encode()[:300], "no statement": []byte("x" + changeEnd),
	} {
		if _, err := ParseKeyChanges(bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := s.Rotate("two\nlines", changed); fault.KindOf(err) != fault.Invalid {
		t.Errorf("reason: %v", err)
	}
}

// TestRotationCutShort: a crash at any step of a change leaves the old or the new key in use, never none.
func TestRotationCutShort(t *testing.T) {
	ids := stamp.NewFixed(changed)
	full := t.TempDir()
	s, err := OpenSigner(full, ids)
	if err != nil {
		t.Fatal(err)
	}
	oldKey, err := os.ReadFile(filepath.Join(full, keyFile))
	if err != nil {
		t.Fatal(err)
	}
	old := s.Public()
	if _, err := s.Rotate("yearly", changed); err != nil {
		t.Fatal(err)
	}
	file := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(full, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	fresh, statements := file(keyFile), file(changesFile)
	for name, c := range map[string]struct {
		files map[string][]byte
		want  string
	}{
		"the next key is written":       {map[string][]byte{keyFile: oldKey, nextFile: fresh}, old},
		"the statement is added":        {map[string][]byte{keyFile: oldKey, nextFile: fresh, changesFile: statements}, s.Public()},
		"the next key is in its place":  {map[string][]byte{keyFile: fresh, changesFile: statements}, s.Public()},
		"the public key is the old one": {map[string][]byte{keyFile: fresh, changesFile: statements, pubFile: []byte(old + "\n")}, s.Public()},
	} {
		dir := t.TempDir()
		for n, b := range c.files {
			if err := os.WriteFile(filepath.Join(dir, n), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, err := OpenSigner(dir, ids)
		if err != nil || got.Public() != c.want {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, nextFile)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: the next key is still there: %v", name, err)
		}
		if pub, _ := os.ReadFile(filepath.Join(dir, pubFile)); string(pub) != c.want+"\n" {
			t.Errorf("%s: %s holds another key", name, pubFile)
		}
	}
	for name, files := range map[string]map[string][]byte{
		"the old key under the new statement": {keyFile: oldKey, changesFile: statements},
		"no key":                              {changesFile: statements},
		"a damaged list":                      {keyFile: fresh, changesFile: statements[:100]},
	} {
		dir := t.TempDir()
		for n, b := range files {
			if err := os.WriteFile(filepath.Join(dir, n), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := OpenSigner(dir, ids); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzKeyChanges(f *testing.F) {
	s := testSigner(f, "tickmark/x")
	if _, err := s.Rotate("yearly", changed); err != nil {
		f.Fatal(err)
	}
	f.Add(s.Changes().Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		cs, err := ParseKeyChanges(data)
		if err == nil && !bytes.Equal(cs.Encode(), data) {
			t.Errorf("%q is read and written as %q", data, cs.Encode())
		}
	})
}
