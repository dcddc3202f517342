package main

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
)

// unpackReport lays a verified bundle out below dir, in place of what was there, and returns its first page. The
// bundle's names are those of our own writer; one that would leave the directory is refused all the same.
func unpackReport(bundle, dir string) (page string, err error) {
	z, err := zip.OpenReader(bundle)
	if err != nil {
		return "", err
	}
	defer z.Close()
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	for _, f := range z.File {
		if !filepath.IsLocal(f.Name) || path.Clean(f.Name) != f.Name {
			return "", fmt.Errorf("the bundle holds the name %q, which leads out of it", f.Name)
		}
		to := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := unpackFile(f, to); err != nil {
			return "", err
		}
		if filepath.Base(to) == "index.html" && (page == "" || len(to) < len(page)) {
			page = to
		}
	}
	return page, nil
}

func unpackFile(f *zip.File, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}
