package server

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/logfile"
	"github.com/tickmark/tickmark/internal/object"
)

// ValidateQuery asks whether delivered log files are whole.
type ValidateQuery struct {
	// Locations are folders with copies of buckets, absolute, and s3://BUCKET[/PREFIX] of this installation; none are the
	// buckets of all its trails.
	Locations []string `json:"locations,omitempty"`
	// From and To bound the ends of digests and the deliveries of logs; zero times leave that end open.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// PublicKeys and DigestMetadata are as in ImportRequest.
	PublicKeys     string `json:"publicKeys,omitempty"`
	DigestMetadata string `json:"digestMetadata,omitempty"`
}

// Validated is the outcome for one location.
type Validated struct {
	Location string `json:"location"`
	// Intact: nothing is damaged. Authenticated: and everything is proven.
	Intact        bool `json:"intact"`
	Authenticated bool `json:"authenticated"`
	logfile.Report
}

// ValidateTrail checks digests, log files and the chains they make.
func (s *Server) ValidateTrail(ctx context.Context, q ValidateQuery) ([]Validated, error) {
	keys, known, err := s.proofs(ctx, q.PublicKeys, q.DigestMetadata)
	if err != nil {
		return nil, err
	}
	if len(q.Locations) == 0 {
		if q.Locations, err = s.trailBuckets(ctx); err != nil {
			return nil, err
		}
	}
	out := []Validated{}
	for _, at := range q.Locations {
		v, err := s.validate(ctx, at, logfile.Checker{Keys: keys, From: q.From, To: q.To}, known)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// trailBuckets are the buckets of this installation that its trails deliver to.
func (s *Server) trailBuckets(ctx context.Context) (out []string, err error) {
	all, err := s.trails.Everyone(ctx)
	for _, t := range all {
		if at := "s3://" + t.Bucket; !t.Remote && !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	if err == nil && len(out) == 0 {
		err = fault.Invalidf("locations", "No trail delivers to a bucket of this installation. Name a directory or s3://BUCKET.")
	}
	return out, err
}

func (s *Server) validate(ctx context.Context, at string, c logfile.Checker, known map[string]map[string]string) (Validated, error) {
	if !isS3(at) {
		return ValidateCopy(ctx, at, c, known)
	}
	name, prefix, err := object.ParseURI(at)
	if err != nil {
		return Validated{}, err
	}
	files := &shelfFiles{s.shelf, map[string]string{}}
	keys, err := files.list(ctx, name, prefix)
	if err != nil {
		return Validated{}, err
	}
	c.Files, c.Bucket = files, name
	return audited(ctx, at, c, keys)
}

// ValidateCopy checks a folder with a copy of buckets; it needs no installation.
func ValidateCopy(ctx context.Context, dir string, c logfile.Checker, known map[string]map[string]string) (Validated, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return Validated{}, &fault.Error{Kind: fault.Invalid, Field: "locations", Message: "The directory " + dir + " cannot be read. Give a directory with a copy of a bucket, or s3://BUCKET.", Err: err}
	}
	files, err := logfile.OpenCopy(os.DirFS(dir), ".")
	if err != nil {
		return Validated{}, err
	}
	files.Known, c.Files = known, files
	return audited(ctx, dir, c, files.Keys())
}

func audited(ctx context.Context, at string, c logfile.Checker, keys []string) (Validated, error) {
	r, err := c.Audit(ctx, keys)
	if err != nil {
		return Validated{}, err
	}
	return Validated{at, r.Intact(), r.Authenticated(), *r}, nil
}

// shelfFiles are the buckets of this installation as a checker reads them.
type shelfFiles struct {
	shelf  *object.Shelf
	owners map[string]string // of buckets
}

func (f *shelfFiles) owner(ctx context.Context, bucket string) (string, error) {
	if a, ok := f.owners[bucket]; ok {
		return a, nil
	}
	b, err := f.shelf.Find(ctx, bucket)
	if err == nil {
		f.owners[bucket] = b.Account
	}
	return b.Account, err
}

func (f *shelfFiles) list(ctx context.Context, bucket, prefix string) (keys []string, err error) {
	account, err := f.owner(ctx, bucket)
	if fault.KindOf(err) == fault.NotFound {
		err = fault.New(fault.NotFound, "There is no bucket %q in this installation. Of another S3's, copy the bucket to a directory and give that.", bucket)
	}
	if err != nil {
		return nil, err
	}
	for after := ""; ; {
		page, err := f.shelf.List(ctx, account, bucket, prefix, after, 1000)
		if err != nil {
			return nil, err
		}
		for _, o := range page {
			keys = append(keys, o.Key)
			after = o.Key
		}
		if len(page) < 1000 {
			return keys, nil
		}
	}
}

// Open implements logfile.Files.
func (f *shelfFiles) Open(ctx context.Context, bucket, key string) (io.ReadCloser, error) {
	account, err := f.owner(ctx, bucket)
	if err == nil {
		var r io.ReadCloser
		if _, r, err = f.shelf.Get(ctx, account, bucket, key); err == nil {
			return r, nil
		}
	}
	if fault.KindOf(err) == fault.NotFound {
		err = fmt.Errorf("s3://%s/%s: %w", bucket, key, fs.ErrNotExist)
	}
	return nil, err
}

// Metadata implements logfile.Files.
func (f *shelfFiles) Metadata(ctx context.Context, bucket, key string) (map[string]string, bool, error) {
	account, err := f.owner(ctx, bucket)
	if err != nil {
		return nil, false, err
	}
	o, err := f.shelf.Head(ctx, account, bucket, key)
	return o.Metadata, true, err
}

func (s *Server) adminValidate(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/trail/validate", func(w http.ResponseWriter, req *http.Request) {
		var q ValidateQuery
		s.answer(w, req, &q, func() (any, error) { return s.ValidateTrail(req.Context(), q) })
	})
}

// ValidateTrail is Server.ValidateTrail over HTTP.
func (r Remote) ValidateTrail(ctx context.Context, q ValidateQuery) (out []Validated, err error) {
	return out, r.ask(ctx, "trail/validate", q, &out)
}

// ReadProofs reads the files that ValidateQuery names, without an installation.
func ReadProofs(keyFile, metadataFile string) (keys logfile.Keys, known map[string]map[string]string, err error) {
	if keyFile != "" {
		if keys, err = readFile(keyFile, "public-keys", logfile.ReadKeys); err != nil {
			return nil, nil, err
		}
	}
	if metadataFile != "" {
		known, err = readFile(metadataFile, "digest-metadata", logfile.ReadMetadata)
	}
	return keys, known, err
}
