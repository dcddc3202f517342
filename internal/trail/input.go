package trail

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/logfile"
)

// File is one file to import.
type File struct {
	Name string
	Size int64
	// Tag, with the name, tells the content before it is read, as an ETag does; a file whose name and tag are known is
	// not opened. Empty when only reading tells.
	Tag string
	// Far files come over a network: they are fetched several at once.
	Far  bool
	Open func(ctx context.Context) (io.ReadCloser, error)
}

// Source lists the files of an import.
type Source interface {
	// Files calls yield with each file that may hold events, until it fails; that error is returned. skip counts what was
	// passed over, by what it holds.
	Files(ctx context.Context, skip func(why string), yield func(File) error) error
}

// listing is a Source all of whose files are known beforehand.
type listing struct {
	files   []File
	digests []digestFile
	skipped map[string]int
}

// digestFile is a digest beside the logs.
type digestFile struct {
	File
	// beside opens a file whose name is longer by an ending.
	beside func(ending string) (io.ReadCloser, error)
}

// Files implements Source.
func (l listing) Files(_ context.Context, skip func(string), yield func(File) error) error {
	for why, n := range l.skipped {
		for range n {
			skip(why)
		}
	}
	for _, f := range l.files {
		if err := yield(f); err != nil {
			return err
		}
	}
	return nil
}

// paths lists the files that are named. Directories are walked; what lies in them that is no log is counted as
// skipped. A path that does not exist is the caller's mistake.
func paths(names []string) (listing, error) {
	out := listing{skipped: map[string]int{}}
	for _, p := range names {
		info, err := os.Stat(p)
		if err != nil {
			return out, &fault.Error{Kind: fault.Invalid, Field: "PATH", Message: "The path " + p + " cannot be read. Give a CloudTrail log file or a directory of them.", Err: err}
		}
		if !info.IsDir() {
			out.files = append(out.files, File{Name: p, Size: info.Size(), Open: func(context.Context) (io.ReadCloser, error) { return os.Open(p) }})
			continue
		}
		if err := out.walk(os.DirFS(p), ".", filepath.ToSlash(p)); err != nil {
			return out, err
		}
	}
	return out, nil
}

// walk lists the log files below a folder of a file system, in the order of their names.
func (l *listing) walk(fsys fs.FS, root, prefix string) error {
	return fs.WalkDir(fsys, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return nil
		}
		full := path.Join(prefix, name)
		open := func(context.Context) (io.ReadCloser, error) { return fsys.Open(name) }
		if why := foreign(full); why != "" {
			l.skipped[why]++
			if why == logfile.FolderDigest && d.Type().IsRegular() {
				l.digests = append(l.digests, digestFile{File{Name: full, Open: open}, func(ending string) (io.ReadCloser, error) { return fsys.Open(name + ending) }})
			}
			return nil
		}
		if !d.Type().IsRegular() {
			l.skipped["not a regular file"]++
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		l.files = append(l.files, File{Name: full, Size: info.Size(), Open: open})
		return nil
	})
}

// endings are those of the files that are tried when a directory is walked.
var endings = []string{".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz"}

// foreign tells what a file in a walked directory holds when it is not events; "" when it may hold them.
func foreign(name string) string {
	if k := parseKey(name); k.folder != "" && k.folder != "CloudTrail" && k.folder != "CloudTrail-NetworkActivity" {
		return k.folder
	}
	for _, e := range endings {
		if strings.HasSuffix(name, e) {
			return ""
		}
	}
	return "not a log"
}

// key is what the place of a log file in its bucket tells. It never tells when an event happened: the dates in it
// are those of delivery.
type key struct {
	account, folder, region string
}

// parseKey reads [prefix/]AWSLogs/[o-orgid/]ACCOUNT/FOLDER/REGION/...; other names give the zero key.
func parseKey(name string) key {
	parts := strings.Split(name, "/")
	for i, p := range parts {
		if p != "AWSLogs" {
			continue
		}
		rest := parts[i+1:]
		if len(rest) > 0 && strings.HasPrefix(rest[0], "o-") {
			rest = rest[1:]
		}
		if len(rest) < 3 || !arn.ValidAccount(rest[0]) {
			continue
		}
		k := key{account: rest[0], folder: rest[1]}
		if len(rest) > 3 {
			k.region = rest[2]
		}
		return k
	}
	return key{}
}

// shortName is a file's name from AWSLogs on, which is the same wherever the bucket was copied to; other files
// keep the name they were given by.
func shortName(name string) string {
	name = filepath.ToSlash(name)
	if i := strings.LastIndex(name, "/AWSLogs/"); i >= 0 {
		return name[i+1:]
	}
	return name
}
