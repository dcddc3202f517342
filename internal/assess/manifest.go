package assess

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// A manifest is a CSV file that lists manual evidence, a piece a line. Its first line names the columns, in any order:
// control, and file, text and s3 of which each line fills one; control_set, effective_date may stand beside them.

// The bounds of a manifest.
const (
	maxManifestLines = 100_000
	maxManifestBytes = 64 << 20
)

var manifestColumns = []string{"control", "control_set", "file", "text", "s3", "effective_date"}

// ReadManifest reads a manifest whose files are in folder. A line that is wrong becomes an item that says so; the error
// is for what is no manifest at all.
func ReadManifest(name string, r io.Reader, folder fs.FS) ([]BulkItem, error) {
	lines := bufio.NewReader(io.LimitReader(r, maxManifestBytes+1))
	if mark, err := lines.Peek(3); err == nil && string(mark) == "\xef\xbb\xbf" {
		_, _ = lines.Discard(3)
	}
	in := csv.NewReader(lines)
	in.Comma, in.FieldsPerRecord = separator(lines), -1
	head, err := in.Read()
	if err != nil {
		return nil, fault.Invalidf("manifest", "%s is no CSV file: %v.", name, err)
	}
	at, err := columns(name, head)
	if err != nil {
		return nil, err
	}
	var out []BulkItem
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if len(out) == maxManifestLines || in.InputOffset() > maxManifestBytes {
			return nil, fault.Invalidf("manifest", "%s has more than %d lines or %d bytes; split it.", name, maxManifestLines, maxManifestBytes)
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			out = append(out, BulkItem{Where: fmt.Sprintf("%s:%d", name, bad.StartLine), Err: fault.Invalidf("manifest", "The line is no CSV: %v.", bad.Err)})
			continue
		}
		if err != nil {
			return nil, err
		}
		line, _ := in.FieldPos(0)
		out = append(out, manifestItem(fmt.Sprintf("%s:%d", name, line), row, at, folder))
	}
	return out, nil
}

// separator is the semicolon where the first line has one and no comma, as spreadsheets write it in many countries.
func separator(r *bufio.Reader) rune {
	head, _ := r.Peek(r.Size()) // less when the file is shorter
	first, _, _ := strings.Cut(string(head), "\n")
	if strings.Contains(first, ";") && !strings.Contains(first, ",") {
		return ';'
	}
	return ','
}

func columns(name string, head []string) (map[string]int, error) {
	at := map[string]int{}
	for i, h := range head {
		h = strings.ToLower(strings.TrimSpace(h))
		if !slices.Contains(manifestColumns, h) {
			return nil, fault.Invalidf("manifest", "%s has a column %q; the columns are %s.", name, h, strings.Join(manifestColumns, ", "))
		}
		if _, twice := at[h]; twice {
			return nil, fault.Invalidf("manifest", "%s has the column %q twice.", name, h)
		}
		at[h] = i
	}
	if _, ok := at["control"]; !ok {
		return nil, fault.Invalidf("manifest", "%s has no column named control; its first line must name the columns: %s.", name, strings.Join(manifestColumns, ", "))
	}
	return at, nil
}

func manifestItem(where string, row []string, at map[string]int, folder fs.FS) BulkItem {
	cell := func(column string) string {
		if i, ok := at[column]; ok && i < len(row) {
			return strings.TrimSpace(row[i])
		}
		return ""
	}
	it := BulkItem{
		Where: where, Control: cell("control"), ControlSet: cell("control_set"), Text: cell("text"), S3Path: cell("s3"), Effective: cell("effective_date"),
	}
	if len(row) > len(at) {
		it.Err = fault.Invalidf("manifest", "The line has %d cells, and there are %d columns; a cell with a comma needs quotes.", len(row), len(at))
	}
	if file := cell("file"); file != "" {
		it.file(folder, strings.ReplaceAll(file, `\`, "/"))
	}
	return it
}

// file makes a file of a folder the content of the item.
func (it *BulkItem) file(folder fs.FS, name string) {
	if !fs.ValidPath(name) || folder == nil {
		it.Err = fault.Invalidf("file", "%q is not a file beside the manifest: write its path from there, without .. and a slash in front.", name)
		return
	}
	it.FileName = path.Base(name)
	it.Open = func() (io.ReadCloser, error) {
		f, err := folder.Open(name)
		if err != nil {
			return nil, err
		}
		if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
			return nil, errors.Join(fmt.Errorf("%s is no file", name), err, f.Close())
		}
		return f, nil
	}
}

// ReadFolders lists the files of a folder whose subfolders are named as controls: control/file.
func ReadFolders(name string, folder fs.FS, effective string) ([]BulkItem, error) {
	var out []BulkItem
	err := fs.WalkDir(folder, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return nil
		}
		if len(out) == maxManifestLines {
			return fault.Invalidf("directory", "%s has more than %d files; import its folders one by one.", name, maxManifestLines)
		}
		it := BulkItem{Where: path.Join(name, p), Effective: effective}
		control, rest, ok := strings.Cut(p, "/")
		if it.Control = control; !ok || strings.Contains(rest, "/") {
			it.Err = fault.Invalidf("file", "The file is not in a folder named as a control: write CONTROL/FILE.")
		} else {
			it.file(folder, p)
		}
		out = append(out, it)
		return nil
	})
	return out, err
}

// FileItem is one file of a folder as evidence for a control.
func FileItem(where string, folder fs.FS, name, control, set, effective string) BulkItem {
	it := BulkItem{Where: where, Control: control, ControlSet: set, Effective: effective}
	it.file(folder, name)
	return it
}
