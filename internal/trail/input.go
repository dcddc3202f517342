package trail

import (
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// input is one file to import.
type input struct {
	name string
	size int64
	open func() (io.ReadCloser, error)
}

// inputs lists the files that the paths name. Directories are walked; what lies in them that is no log is counted
// in skipped. A path that does not exist is the caller's mistake.
func inputs(paths []string, skipped map[string]int) ([]input, error) {
	var out []input
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, &fault.Error{Kind: fault.Invalid, Field: "PATH", Message: "The path " + p + " cannot be read. Give a CloudTrail log file or a directory of them.", Err: err}
		}
		if !info.IsDir() {
			out = append(out, input{p, info.Size(), func() (io.ReadCloser, error) { return os.Open(p) }})
			continue
		}
		more, err := walkFiles(os.DirFS(p), ".", filepath.ToSlash(p), skipped)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// walkFiles lists the log files below a folder of a file system, in the order of their names.
func walkFiles(fsys fs.FS, root, prefix string, skipped map[string]int) ([]input, error) {
	var out []input
	err := fs.WalkDir(fsys, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return nil
		}
		full := path.Join(prefix, name)
		if why := foreign(full); why != "" {
			skipped[why]++
			return nil
		}
		if !d.Type().IsRegular() {
			skipped["not a regular file"]++
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		out = append(out, input{full, info.Size(), func() (io.ReadCloser, error) { return fsys.Open(name) }})
		return nil
	})
	return out, err
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
