package trail

import (
	"context"
	"io"
	"io/fs"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/logfile"
)

// Digests implements Proven: the digests of the accounts, regions and days that the source looks at. A log file is named
// by a digest of its hour of delivery or the next, so those of one day more are read.
func (s ObjectSource) Digests(ctx context.Context) ([]DigestSet, error) {
	if !s.Proof {
		return nil, nil
	}
	at := s
	at.Prefix = digestFolder(s.Prefix)
	if first, last, dated := days(s.Prefix + "/"); dated {
		if at.From.IsZero() || at.From.Before(first) {
			at.From = first
		}
		if at.To.IsZero() || at.To.After(last) {
			at.To = last
		}
	}
	if !at.To.IsZero() {
		at.To = at.To.AddDate(0, 0, 1)
	}
	var keys []string
	if err := at.digests(ctx, at.Prefix, 0, &keys); err != nil || len(keys) == 0 {
		return nil, err
	}
	return []DigestSet{{Files: bucketFiles{s.Bucket, s.Name}, Bucket: s.Name, Keys: keys}}, nil
}

// digestFolder is where the digests of the log files below a prefix lie: beside their folder, without the days.
func digestFolder(prefix string) string {
	parts := strings.Split(strings.TrimSuffix(prefix, "/"), "/")
	for i, p := range parts {
		if p != logfile.FolderLog || i < 2 || parts[i-2] != "AWSLogs" && !strings.HasPrefix(parts[i-2], "o-") {
			continue
		}
		parts[i] = logfile.FolderDigest
		parts = parts[:min(len(parts), i+2)] // up to the region
		break
	}
	if folder := strings.Join(parts, "/"); folder != "" {
		return folder + "/"
	}
	return ""
}

func (s ObjectSource) digests(ctx context.Context, folder string, depth int, keys *[]string) error {
	if depth > maxFolders {
		return nil
	}
	for token := ""; ; {
		page, err := s.Bucket.List(ctx, folder, token)
		if err != nil {
			return err
		}
		for _, o := range page.Objects {
			if n, ok := logfile.ParseKey(o.Key); ok && n.Folder == logfile.FolderDigest && s.within(o.Key) {
				*keys = append(*keys, o.Key)
			}
		}
		for _, f := range page.Folders {
			if k := parseKey(f + "x"); k.folder != "" && k.folder != logfile.FolderDigest || !s.within(f) {
				continue
			}
			if err := s.digests(ctx, f, depth+1, keys); err != nil {
				return err
			}
		}
		if token = page.Next; token == "" {
			return nil
		}
	}
}

// bucketFiles is a bucket to check digests in. Other buckets are not looked into.
type bucketFiles struct {
	Bucket
	name string
}

// Open implements logfile.Files.
func (b bucketFiles) Open(ctx context.Context, bucket, key string) (io.ReadCloser, error) {
	if bucket != b.name {
		return nil, fs.ErrNotExist
	}
	r, err := b.Bucket.Open(ctx, key)
	if fault.KindOf(err) == fault.NotFound {
		err = fs.ErrNotExist
	}
	return r, err
}

// Metadata implements logfile.Files.
func (b bucketFiles) Metadata(ctx context.Context, bucket, key string) (map[string]string, bool, error) {
	if bucket != b.name {
		return nil, false, nil
	}
	meta, err := b.Bucket.Metadata(ctx, key)
	return meta, err == nil, err
}
