package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/tickmark/tickmark/internal/fault"
)

// estate is a directory with something of everything.
func estate(t testing.TB) string {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"account": "111122223333\n", "ledger.key": "secret", "lock": "", "server.json": "{}", "state.db": "in use", "state.db-wal": "in use",
		"blobs/ab/abcd": "evidence", "events/a/b.parquet": strings.Repeat("event", 1000), "events/half.tmp": "half", "backup-1.tmp/state.db": "left over",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func written(t testing.TB, dir string, recipients ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := Write(context.Background(), &b, Source{
		Dir: dir, Recipients: recipients, Info: Info{Tool: "test", Created: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), Store: "sqlite"},
		Snapshot: func(_ context.Context, path string) error { return os.WriteFile(path, []byte("snapshot"), 0o600) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tree is every file below a directory with its content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		b, err := os.ReadFile(path)
		out[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRoundTrip(t *testing.T) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	dir := estate(t)
	for name, c := range map[string]struct {
		backup, identity []byte
	}{
		"plain":     {written(t, dir), nil},
		"encrypted": {written(t, dir, id.Recipient().String()), []byte(id.String() + "\n")},
	} {
		to := filepath.Join(t.TempDir(), "new")
		sum, err := Restore(t.Context(), bytes.NewReader(c.backup), to, c.identity)
		if err != nil || sum.Store != "sqlite" || sum.Files != 6 {
			t.Fatalf("%s: %+v, %v", name, sum, err)
		}
		got := tree(t, to)
		delete(got, infoName)
		want := map[string]string{"account": "111122223333\n", "ledger.key": "secret", "state.db": "snapshot", "blobs/ab/abcd": "evidence", "events/a/b.parquet": strings.Repeat("event", 1000)}
		if len(got) != len(want) {
			t.Errorf("%s: %d files, want %d: %v", name, len(got), len(want), got)
		}
		for k, v := range want {
			if got[k] != v {
				t.Errorf("%s: %s holds %q", name, k, got[k])
			}
		}
		if info, err := os.Stat(filepath.Join(to, "ledger.key")); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: the key's mode: %v, %v", name, info, err)
		}
		if _, err := Restore(t.Context(), bytes.NewReader(c.backup), to, c.identity); fault.KindOf(err) != fault.Exists {
			t.Errorf("%s: over another: %v", name, err)
		}
	}
	if bytes.Contains(written(t, dir, id.Recipient().String()), []byte("111122223333")) {
		t.Error("an encrypted backup can be read")
	}
	to := filepath.Join(t.TempDir(), "new")
	for name, identity := range map[string][]byte{"none": nil, "another": []byte(other.String()), "nonsense": []byte("x")} {
		if _, err := Restore(t.Context(), bytes.NewReader(written(t, dir, id.Recipient().String())), to, identity); fault.KindOf(err) != fault.Invalid {
			t.Errorf("identity %s: %v", name, err)
		}
	}
	if _, err := Restore(t.Context(), bytes.NewReader(written(t, dir)), to, []byte(id.String())); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an identity for a plain backup: %v", err)
	}
}

// TestDamage: whatever is done to a backup, nothing is restored of it.
func TestDamage(t *testing.T) {
	good := written(t, estate(t))
	refused := func(name string, b []byte) {
		t.Helper()
		parent := t.TempDir()
		if _, err := Restore(t.Context(), bytes.NewReader(b), filepath.Join(parent, "new"), nil); err == nil {
			t.Errorf("%s: restored", name)
		}
		if left, _ := os.ReadDir(parent); len(left) != 0 {
			t.Errorf("%s: left %v behind", name, left)
		}
	}
	for n := 0; n < len(good); n += 97 {
		refused("cut short", good[:n])
	}
	entries := unpacked(t, good)
	for i := range entries {
		name := entries[i].h.Name
		changed := clone(entries)
		changed[i].content = bytes.ToUpper(append([]byte("x"), changed[i].content...))
		refused(name+" changed", packed(t, changed))
		refused(name+" left out", packed(t, append(clone(entries[:i]), entries[i+1:]...)))
		refused(name+" twice", packed(t, append(clone(entries[:i+1]), entries[i:]...)))
	}
	for _, bad := range []string{"../outside", "/etc/passwd", "a/../../b", "a//b", ".", "..", "a\\b"} {
		more := append(clone(entries[:1]), entry{tar.Header{Name: bad, Mode: 0o600, Typeflag: tar.TypeReg}, []byte("x")})
		refused(bad, packed(t, append(more, entries[1:]...)))
	}
	link := append(clone(entries[:1]), entry{tar.Header{Name: "link", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink}, nil})
	refused("a link", packed(t, append(link, entries[1:]...)))
	refused("something behind", packed(t, append(clone(entries), entry{tar.Header{Name: "more", Typeflag: tar.TypeReg}, []byte("x")})))
}

type entry struct {
	h       tar.Header
	content []byte
}

func clone(list []entry) []entry { return append([]entry(nil), list...) }

func unpacked(t *testing.T, b []byte) (out []entry) {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, entry{*h, content})
	}
}

func packed(t *testing.T, entries []entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for _, e := range entries {
		h := e.h
		h.Size = int64(len(e.content))
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func FuzzRestore(f *testing.F) {
	f.Add(written(f, estate(f)))
	f.Fuzz(func(t *testing.T, data []byte) {
		parent := t.TempDir()
		_, err := Restore(t.Context(), bytes.NewReader(data), filepath.Join(parent, "new"), nil)
		left, _ := os.ReadDir(parent)
		if (err == nil) != (len(left) == 1) {
			t.Errorf("%v with %v", err, left)
		}
	})
}
