package main

import (
	"debug/elf"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPackageOf(t *testing.T) {
	for symbol, want := range map[string]string{
		"github.com/a/b/c.(*T).M": "github.com/a/b/c", "main.main": "main", "fmt.Println": "fmt", "type:*github.com/a/b.T": tables, "go:func.*": tables,
		"slices.SortFunc[go.shape.[]github.com/a/b.T]": "slices", "gopkg.in/yaml%2ev3.x": "gopkg.in/yaml.v3", "_rt0": tables,
	} {
		if got := packageOf(symbol); got != want {
			t.Errorf("%s: %s, want %s", symbol, got, want)
		}
	}
}

// What is found of a small program is of the size of its file, and names where it comes from.
func TestSizes(t *testing.T) {
	dir := t.TempDir()
	source, binary := filepath.Join(dir, "main.go"), filepath.Join(dir, "program")
	if err := os.WriteFile(source, []byte("package main\n\nimport \"fmt\"\n\nvar space [1 << 20]byte\n\nfunc main() { fmt.Println(space[1]) }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := goTool(os.Stderr, "build", "-o", binary, source); err != nil {
		t.Fatal(err)
	}
	f, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found, err := sizes(f)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(binary)
	if err != nil {
		t.Fatal(err)
	}
	if n := sum(found); found["fmt"] == 0 || found["runtime"] == 0 || n > info.Size() || n < info.Size()/4 || found["main"] > 1<<20 {
		t.Errorf("%d of %d bytes, fmt %d, runtime %d, main %d", n, info.Size(), found["fmt"], found["runtime"], found["main"])
	}
	var out strings.Builder
	report(&out, info.Size(), found, map[string]int64{"fmt": 1 << 40}, 3)
	if !strings.Contains(out.String(), "1099511627776  fmt\n") {
		t.Errorf("%s", out.String())
	}
}
