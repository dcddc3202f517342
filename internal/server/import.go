package server

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/bucket"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/finding/peer"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/trail"
)

// Imports are the kinds of input that Import takes.
var Imports = []string{"config", "cloudtrail", "findings"}

// ImportProgress tells how far an import has come.
type ImportProgress struct {
	Bytes int64 `json:"bytes"`
	Total int64 `json:"total"`
	Items int64 `json:"items"`
}

// ImportRequest says what to import.
type ImportRequest struct {
	Kind string `json:"kind"`
	// Paths are files and folders, absolute ones; CloudTrail logs and files of AWS Config may lie in s3://BUCKET/PREFIX, too.
	Paths []string `json:"paths"`
	// From and To bound the days of delivery of log files in S3; zero times leave that end open.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// PublicKeys is a file with what `aws cloudtrail list-public-keys` prints, to check digests beside the logs with, and
	// DigestMetadata one with the metadata of digests by their keys.
	PublicKeys     string `json:"publicKeys,omitempty"`
	DigestMetadata string `json:"digestMetadata,omitempty"`
	// Format is that of findings, of peer.Formats; empty recognises each file. Account and Region are those of results of
	// other tools that name none.
	Format  string `json:"format,omitempty"`
	Account string `json:"account,omitempty"`
	Region  string `json:"region,omitempty"`
	// Aggregator or Recorder asks for the current items of an existing AWS Config in Regions (default: the profile's), at
	// EndpointURL when that is not AWS's, with the profile of S3.
	Aggregator  string   `json:"aggregator,omitempty"`
	Recorder    bool     `json:"recorder,omitempty"`
	Regions     []string `json:"regions,omitempty"`
	EndpointURL string   `json:"endpointUrl,omitempty"`
	// S3 is where buckets lie that do not exist here.
	S3 ImportS3 `json:"s3,omitzero"`
}

// ImportS3 tells how to reach an S3; the zero value is AWS's with the usual credentials of this machine.
type ImportS3 struct {
	Profile     string `json:"profile,omitempty"`
	EndpointURL string `json:"endpointUrl,omitempty"`
	PathStyle   bool   `json:"pathStyle,omitempty"`
}

func (i ImportS3) options() bucket.Options {
	return bucket.Options{Profile: i.Profile, EndpointURL: i.EndpointURL, PathStyle: i.PathStyle, Flags: "s3"}
}

// Import reads files and trees of files into the installation. The result is one of the importers' own, whose JSON
// form is a promise to scripts.
func (s *Server) Import(ctx context.Context, in ImportRequest, progress func(ImportProgress)) (any, error) {
	if progress == nil {
		progress = func(ImportProgress) {}
	}
	if len(in.Paths) == 0 && in.Aggregator == "" && !in.Recorder {
		return nil, fault.Invalidf("paths", "No files are named. Give at least one file or directory.")
	}
	switch in.Kind {
	case "config":
		return s.importConfig(ctx, in, progress)
	case "cloudtrail":
		return s.importEvents(ctx, in, progress)
	case "findings":
		if in.Format != "" && !slices.Contains(peer.Formats(), in.Format) {
			return nil, fault.Invalidf("format", "%q is no format of findings: it must be one of %s.", in.Format, strings.Join(peer.Formats(), ", "))
		}
		im := finding.Importer{Hub: s.findings, Clock: s.cfg.Clock, Format: in.Format, Origin: peer.Origin{Account: cmp.Or(in.Account, s.cfg.Account), Region: in.Region}, Progress: func(done, all int) {
			progress(ImportProgress{Bytes: int64(done), Total: int64(all)})
		}}
		r, err := im.Files(ctx, in.Paths...)
		s.wakeCollector()
		return r, err
	}
	return nil, fault.Invalidf("kind", "%q is not a kind of input: it must be one of %v.", in.Kind, Imports)
}

// importEvents imports CloudTrail logs from this machine, or from buckets.
func (s *Server) importEvents(ctx context.Context, in ImportRequest, progress func(ImportProgress)) (any, error) {
	defer s.wakeCollector()
	im := trail.Importer{Store: s.events, Clock: s.cfg.Clock, Progress: func(p trail.Progress) {
		progress(ImportProgress{p.BytesDone, p.Bytes, int64(p.Records)})
	}}
	var err error
	if im.Keys, im.DigestMetadata, err = s.proofs(ctx, in.PublicKeys, in.DigestMetadata); err != nil {
		return nil, err
	}
	remote := slices.IndexFunc(in.Paths, isS3)
	if remote < 0 {
		return im.Files(ctx, in.Paths...)
	}
	if local := slices.IndexFunc(in.Paths, func(p string) bool { return !isS3(p) }); local >= 0 {
		return nil, fault.Invalidf("paths", "Files of this machine (%s) and of S3 (%s) cannot be imported at once. Import one after the other.", in.Paths[local], in.Paths[remote])
	}
	var from objectSources
	owners := map[string]bool{}
	for _, p := range in.Paths {
		src, owner, err := s.objectSource(ctx, p, in)
		if err != nil {
			return nil, err
		}
		from = append(from, src)
		owners[owner] = true
	}
	if im.Accept, err = s.mayTell(owners); err != nil {
		return nil, err
	}
	return im.From(ctx, from)
}

func isS3(path string) bool { return strings.HasPrefix(path, "s3://") }

// mayTell accepts of a bucket here that belongs to another account than the installation's only what is about its owner:
// nobody writes the history of others.
func (s *Server) mayTell(owners map[string]bool) (accept func(*trail.Event) string, err error) {
	for owner := range owners {
		switch {
		case owner == "" || owner == s.cfg.Account:
		case len(owners) > 1:
			return nil, fault.Invalidf("paths", "The buckets of account %s and those of others cannot be imported at once. Import one after the other.", owner)
		default:
			return func(e *trail.Event) string {
				if e.Account == owner {
					return ""
				}
				return "the event is of account " + e.Account + ", and the bucket of account " + owner
			}, nil
		}
	}
	return nil, nil
}

// objectSource is what an s3:// path names: a bucket of this installation, with its owner, or else one of the S3 asked
// for.
func (s *Server) objectSource(ctx context.Context, path string, in ImportRequest) (src trail.ObjectSource, owner string, err error) {
	name, prefix, err := object.ParseURI(path)
	if err != nil {
		return src, "", err
	}
	remote, err := bucket.New(in.S3.options())
	if err != nil {
		return src, "", err
	}
	b, owner, err := s.bucket(ctx, name, remote)
	_, own := b.(shelfBucket) // the keys of our own trails are at hand, and digests cost no requests
	return trail.ObjectSource{Bucket: b, Name: name, Prefix: prefix, From: in.From, To: in.To, Proof: own || in.PublicKeys != ""}, owner, err
}

// objectSources are several sources, one after the other.
type objectSources []trail.ObjectSource

// Files implements trail.Source.
func (o objectSources) Files(ctx context.Context, skip func(string), yield func(trail.File) error) error {
	for _, s := range o {
		if err := s.Files(ctx, skip, yield); err != nil {
			return err
		}
	}
	return nil
}

// Digests implements trail.Proven.
func (o objectSources) Digests(ctx context.Context) (all []trail.DigestSet, err error) {
	for _, s := range o {
		more, err := s.Digests(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}
