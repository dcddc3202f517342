package inventory

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// findFiles lists the files that the paths name, in order; a folder stands for the deliveries below it.
func findFiles(paths []string) ([]file, error) {
	var out []file
	for _, p := range paths {
		info, err := os.Stat(p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fault.New(fault.NotFound, "There is no file or folder %s.", p)
		case err != nil:
			return nil, fault.New(fault.Invalid, "%s cannot be read: %s.", p, pathless(err))
		case !info.IsDir():
			out = append(out, onDisk(p, info))
			continue
		}
		err = filepath.WalkDir(p, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return fault.New(fault.Invalid, "%s cannot be read: %s.", path, pathless(err))
			}
			if d.IsDir() && otherService(d.Name()) && path != p {
				return fs.SkipDir
			}
			if !d.Type().IsRegular() || !delivery(d.Name()) {
				return nil
			}
			info, err := d.Info()
			if err == nil {
				out = append(out, onDisk(path, info))
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func onDisk(path string, info fs.FileInfo) file {
	return file{path, info.Size(), func() (io.ReadCloser, error) { return os.Open(path) }}
}

// otherService names folders that stand beside Config in a log bucket.
func otherService(dir string) bool {
	switch dir {
	case "CloudTrail", "CloudTrail-Digest", "CloudTrail-Insight", "elasticloadbalancing", "vpcflowlogs", "GuardDuty":
		return true
	}
	return false
}

func delivery(name string) bool {
	switch filepath.Ext(trimGzip(name)) {
	case ".json", ".jsonl", ".ndjson":
		return true
	}
	return false
}

func trimGzip(name string) string { return strings.TrimSuffix(name, ".gz") }
