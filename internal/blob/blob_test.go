package blob

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

func open(t *testing.T) *Dir {
	t.Helper()
	d, err := Open(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func put(t *testing.T, d *Dir, s string) Ref {
	t.Helper()
	ref, err := d.Put(context.Background(), strings.NewReader(s), 100)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestPutOnce(t *testing.T) {
	d := open(t)
	a, b := put(t, d, "evidence"), put(t, d, "evidence")
	if a != b || a.Size != 8 {
		t.Errorf("refs %v and %v", a, b)
	}
	f, err := d.Open(context.Background(), a.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, _ := io.ReadAll(f); string(got) != "evidence" {
		t.Errorf("read %q", got)
	}
	left, _ := os.ReadDir(filepath.Join(d.root, "tmp"))
	if len(left) != 0 {
		t.Errorf("%d unfinished files left", len(left))
	}
}

func TestRefused(t *testing.T) {
	d := open(t)
	if _, err := d.Put(context.Background(), strings.NewReader(strings.Repeat("x", 101)), 100); fault.KindOf(err) != fault.Invalid {
		t.Errorf("too large: %v", err)
	}
	boom := errors.New("boom")
	if _, err := d.Put(context.Background(), io.MultiReader(strings.NewReader("x"), errReader{boom}), 100); !errors.Is(err, boom) {
		t.Errorf("broken reader: %v", err)
	}
	for _, h := range []string{"", "../../etc/passwd", strings.Repeat("0", 64), strings.Repeat("A", 64)} {
		if _, err := d.Open(context.Background(), h); fault.KindOf(err) != fault.NotFound {
			t.Errorf("open %q: %v", h, err)
		}
	}
}

type errReader struct{ err error }

func (e errReader) Read([]byte) (int, error) { return 0, e.err }

func TestSweep(t *testing.T) {
	d := open(t)
	kept, orphan := put(t, d, "kept"), put(t, d, "orphan")
	n, err := d.Sweep(time.Now().Add(25*time.Hour), 24*time.Hour, func(h string) (bool, error) { return h == kept.SHA256, nil })
	if err != nil || n != 1 {
		t.Fatalf("swept %d, %v", n, err)
	}
	if _, err := d.Open(context.Background(), orphan.SHA256); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the orphan is still there: %v", err)
	}
	if f, err := d.Open(context.Background(), kept.SHA256); err != nil {
		t.Error(err)
	} else {
		f.Close()
	}
}
