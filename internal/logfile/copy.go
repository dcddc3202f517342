package logfile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// SidecarEnding is that of a file beside a digest that holds its object's metadata: what `aws s3api head-object` prints,
// or its Metadata member alone.
const SidecarEnding = ".metadata.json"

// maxSidecar is the longest one that is read.
const maxSidecar = 1 << 20

// Copy is a copy of buckets. Files are found by their keys from AWSLogs on, wherever that lies.
type Copy struct {
	// OpenFile opens what Put was told of, or a file beside it.
	OpenFile func(place string) (io.ReadCloser, error)
	// Known is the metadata of digests by key, for those that have no sidecar.
	Known map[string]map[string]string

	paths map[string]string
	keys  []string
}

// OpenCopy lists the files of a copy. root is a folder of the file system, "." for all of it.
func OpenCopy(fsys fs.FS, root string) (*Copy, error) {
	c := &Copy{OpenFile: func(place string) (io.ReadCloser, error) { return fsys.Open(place) }}
	err := fs.WalkDir(fsys, root, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			c.Put(name, name)
		}
		return err
	})
	return c, err
}

// Put adds a file that lies at a place; one whose name is none of CloudTrail's is left out.
func (c *Copy) Put(name, place string) {
	if _, ok := ParseKey(name); !ok {
		return
	}
	if c.paths == nil {
		c.paths = map[string]string{}
	}
	key := BelowPrefix(name)
	if _, known := c.paths[key]; !known { // of two copies of a file the first counts
		c.paths[key] = place
		c.keys = append(c.keys, key)
	}
}

// Keys are those of all files of CloudTrail, from AWSLogs on.
func (c *Copy) Keys() []string { return c.keys }

// Open opens a file, whatever the bucket.
func (c *Copy) Open(_ context.Context, _, key string) (io.ReadCloser, error) {
	p, ok := c.paths[BelowPrefix(key)]
	if !ok {
		return nil, fmt.Errorf("%s: %w", key, fs.ErrNotExist)
	}
	return c.OpenFile(p)
}

// Metadata reads the sidecar of a digest.
func (c *Copy) Metadata(_ context.Context, _, key string) (map[string]string, bool, error) {
	p, ok := c.paths[BelowPrefix(key)]
	if !ok {
		return nil, false, nil
	}
	f, err := c.OpenFile(p + SidecarEnding)
	if errors.Is(err, fs.ErrNotExist) {
		m, ok := c.Known[BelowPrefix(key)]
		return m, ok, nil
	}
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	m, err := readSidecar(f)
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", path.Base(p)+SidecarEnding, err)
	}
	return m, true, nil
}

func readSidecar(r io.Reader) (map[string]string, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxSidecar))
	if err != nil {
		return nil, err
	}
	var head struct{ Metadata map[string]string }
	if err := json.Unmarshal(text, &head); err == nil && head.Metadata != nil {
		return lower(head.Metadata), nil
	}
	var m map[string]string
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("it holds neither what head-object prints nor a map of metadata: %w", err)
	}
	return lower(m), nil
}

// lower spells the names of metadata as they are meant: clients keep or change their case.
func lower(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out[strings.TrimPrefix(strings.ToLower(k), "x-amz-meta-")] = m[k]
	}
	return out
}

// ReadMetadata reads the metadata of many digests: {"KEY": {"signature": ..., "signature-algorithm": ...}, ...}.
func ReadMetadata(r io.Reader) (map[string]map[string]string, error) {
	var in map[string]map[string]string
	if err := json.NewDecoder(r).Decode(&in); err != nil {
		return nil, fmt.Errorf("the metadata of digests cannot be read: %w", err)
	}
	out := make(map[string]map[string]string, len(in))
	for key, m := range in {
		below := BelowPrefix(key)
		if below == "" {
			return nil, fmt.Errorf("the metadata of digests cannot be read: %q is not the key of a digest", key)
		}
		out[below] = lower(m)
	}
	return out, nil
}
