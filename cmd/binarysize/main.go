// Command binarysize tells how large the release binary is and which packages make it so.
//
//	go run ./cmd/binarysize [-max BYTES] [-top N]
//
// It builds cmd/tickmark for Linux as a release is built, and once more with symbols. A package's bytes are those of its
// code and data; embedded files are told apart, and so are the tables that the linker makes of all packages. With -max
// it fails when the release binary is larger.
package main

import (
	"debug/elf"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	most := flag.Int64("max", 0, "fail above so many bytes")
	top := flag.Int("top", 40, "how many packages to print")
	flag.Parse()
	if err := run(os.Stdout, *most, *top); err != nil {
		fmt.Fprintln(os.Stderr, "binarysize:", err)
		os.Exit(1)
	}
}

const program = "./cmd/tickmark"

func run(w io.Writer, most int64, top int) error {
	dir, err := os.MkdirTemp("", "binarysize")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	release, named := filepath.Join(dir, "release"), filepath.Join(dir, "named")
	if err := errors.Join(goTool(os.Stderr, "build", "-ldflags=-s -w", "-o", release, program), goTool(os.Stderr, "build", "-o", named, program)); err != nil {
		return err
	}
	info, err := os.Stat(release)
	if err != nil {
		return err
	}
	f, err := elf.Open(named)
	if err != nil {
		return err
	}
	defer f.Close()
	packages, err := sizes(f)
	if err != nil {
		return err
	}
	files, err := embedded()
	if err != nil {
		return err
	}
	report(w, info.Size(), packages, files, top)
	fmt.Fprintln(w, "\nsections:")
	for _, s := range f.Sections {
		if s.Type != elf.SHT_NOBITS && s.Flags&elf.SHF_ALLOC != 0 && s.Size > 1<<16 {
			fmt.Fprintf(w, "%10d  %s\n", s.Size, s.Name)
		}
	}
	if most > 0 && info.Size() > most {
		return fmt.Errorf("the release binary has %d bytes; %d are allowed. Which package is new in the list above?", info.Size(), most)
	}
	return nil
}

func goTool(out io.Writer, args ...string) error {
	c := exec.Command("go", args...)
	c.Env = append(os.Environ(), "GOOS=linux", "CGO_ENABLED=0")
	c.Stdout, c.Stderr = out, os.Stderr
	return c.Run()
}

// sizes adds up the symbols that lie in the file, by package.
func sizes(f *elf.File) (map[string]int64, error) {
	symbols, err := f.Symbols()
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for _, s := range symbols {
		if int(s.Section) < len(f.Sections) && f.Sections[s.Section].Type != elf.SHT_NOBITS {
			out[packageOf(s.Name)] += int64(s.Size)
		}
	}
	return out, nil
}

// tables is what belongs to no package.
const tables = "(tables of the linker)"

// packageOf is the package of a symbol: "a.b/c/d" of "a.b/c/d.(*T).M[go.shape.int]".
func packageOf(symbol string) string {
	symbol, _, _ = strings.Cut(symbol, "[")
	if strings.HasPrefix(symbol, "type:") || strings.HasPrefix(symbol, "go:") {
		return tables
	}
	slash := strings.LastIndexByte(symbol, '/') + 1
	name, _, found := strings.Cut(symbol[slash:], ".")
	if !found {
		return tables
	}
	return strings.ReplaceAll(symbol[:slash]+name, "%2e", ".")
}

// embedded adds up the files that packages embed.
func embedded() (map[string]int64, error) {
	var list strings.Builder
	if err := goTool(&list, "list", "-deps", "-json=ImportPath,Dir,EmbedFiles", program); err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for d := json.NewDecoder(strings.NewReader(list.String())); ; {
		var p struct {
			ImportPath, Dir string
			EmbedFiles      []string
		}
		if err := d.Decode(&p); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		for _, name := range p.EmbedFiles {
			info, err := os.Stat(filepath.Join(p.Dir, name))
			if err != nil {
				return nil, err
			}
			out[p.ImportPath] += info.Size()
		}
	}
}

func report(w io.Writer, total int64, packages, files map[string]int64, top int) {
	fmt.Fprintf(w, "release binary: %d bytes\n\n%10s %10s  package\n", total, "code, data", "files")
	names := make([]string, 0, len(packages))
	seen := map[string]bool{}
	for _, m := range []map[string]int64{packages, files} {
		for name := range m {
			if !seen[name] {
				names, seen[name] = append(names, name), true
			}
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := packages[b] + files[b] - packages[a] - files[a]; d != 0 {
			return int(d)
		}
		return strings.Compare(a, b)
	})
	for _, name := range names[:min(top, len(names))] {
		fmt.Fprintf(w, "%10d %10d  %s\n", packages[name], files[name], name)
	}
	fmt.Fprintf(w, "\n%10d bytes in modules, the greatest first:\n", sum(packages)+sum(files))
	modules := map[string]int64{}
	for _, name := range names {
		modules[module(name)] += packages[name] + files[name]
	}
	heads := make([]string, 0, len(modules))
	for m := range modules {
		heads = append(heads, m)
	}
	slices.SortFunc(heads, func(a, b string) int { return int(modules[b] - modules[a]) })
	for _, m := range heads[:min(15, len(heads))] {
		fmt.Fprintf(w, "%10d  %s\n", modules[m], m)
	}
}

func sum(m map[string]int64) (n int64) {
	for _, v := range m {
		n += v
	}
	return n
}

// module is roughly that of a package: the first three parts of its path, or the standard library.
func module(name string) string {
	parts := strings.Split(name, "/")
	switch {
	case name == tables:
		return name
	case !strings.Contains(parts[0], "."):
		return "the standard library"
	}
	return strings.Join(parts[:min(3, len(parts))], "/")
}
