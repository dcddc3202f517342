package ledger

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

func testSigner(t testing.TB, name string) *Signer {
	t.Helper()
	key, _, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func signed(t testing.TB, s *Signer, size int64) []byte {
	t.Helper()
	c := Checkpoint{Origin: s.Origin("1"), Size: size, Root: tlog.Hash{1, 2, 3}}
	msg, _, err := signText(s.current().signer, c.Text())
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

// TestCheckpointBits flips every bit of a checkpoint: no changed spelling is accepted.
func TestCheckpointBits(t *testing.T) {
	s := testSigner(t, "tickmark/x")
	msg := signed(t, s, 42)
	if c, err := Open(msg, s.Verifier()); err != nil || c.Size != 42 || c.KeyID != s.KeyID() {
		t.Fatalf("%+v, %v", c, err)
	}
	for i := range msg {
		for bit := range 8 {
			bad := bytes.Clone(msg)
			bad[i] ^= 1 << bit
			if _, err := Open(bad, s.Verifier()); err == nil {
				t.Errorf("bit %d of byte %d flipped: accepted\n%s", bit, i, bad)
			}
		}
	}
	if _, err := Open(msg, testSigner(t, "tickmark/x").Verifier()); err == nil || !strings.Contains(err.Error(), "not by") {
		t.Errorf("another key of the same name: %v", err)
	}
}

func FuzzCheckpointParse(f *testing.F) {
	s := testSigner(f, "tickmark/x")
	f.Add(signed(f, s, 0))
	f.Add(signed(f, s, 1<<40))
	f.Add([]byte("a\n1\nb\n\n— x y\n"))
	f.Fuzz(func(t *testing.T, msg []byte) {
		c, err := ParseCheckpoint(msg)
		if err != nil {
			return
		}
		if !strings.HasPrefix(string(msg), c.Text()+"\n— ") || c.Size < 0 || strings.ContainsAny(c.Origin, "\n") {
			t.Fatalf("%q parsed as %+v", msg, c)
		}
	})
}

func TestSignerFiles(t *testing.T) {
	dir := t.TempDir()
	ids := stamp.NewFixed(at)
	s, err := OpenSigner(dir, ids)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, keyFile)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info.Mode(), err)
	}
	pub, err := os.ReadFile(filepath.Join(dir, pubFile))
	if err != nil {
		t.Fatal(err)
	}
	v, err := ParsePublic(string(pub))
	if err != nil || KeyID(v) != s.KeyID() {
		t.Errorf("public key %q: %v", pub, err)
	}
	if again, err := OpenSigner(dir, ids); err != nil || again.Public() != s.Public() {
		t.Errorf("the second start has another key, %v", err)
	}
	line, err := s.SignText("some\n\ntext\n")
	if err != nil || VerifyText("some\n\ntext\n", line, v) != nil {
		t.Errorf("signature %q, %v", line, err)
	}
	if VerifyText("some\ntext\n", line, v) == nil {
		t.Error("another text is accepted")
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenSigner(dir, ids); fault.KindOf(err) != fault.Denied {
		t.Errorf("a key readable by others: %v", err)
	}
	if err := os.WriteFile(path, []byte("nonsense"), 0o600); err != nil || os.Chmod(path, 0o600) != nil {
		t.Fatal(err)
	}
	if _, err := OpenSigner(dir, ids); err == nil {
		t.Error("a damaged key file is accepted")
	}
	for _, bad := range []string{"", "x", "a+b+c", "PRIVATE+KEY+x"} {
		if _, err := ParsePublic(bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("public key %q: %v", bad, err)
		}
	}
}
