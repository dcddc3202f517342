package server

import (
	"context"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/cloud"
	"github.com/tickmark/tickmark/internal/cloud/bucket"
	"github.com/tickmark/tickmark/internal/collect/configapi"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/trail"
)

// importConfig imports configuration items from this machine, from a delivery bucket, or from the API of AWS Config.
func (s *Server) importConfig(ctx context.Context, in ImportRequest, progress func(ImportProgress)) (any, error) {
	defer s.changed()
	im := inventory.Importer{Store: s.items, Clock: s.cfg.Clock, Progress: func(p inventory.Progress) {
		progress(ImportProgress{p.Bytes, p.Total, p.Items})
	}}
	if in.Aggregator != "" || in.Recorder {
		return s.importAPI(ctx, &im, in)
	}
	remote := slices.IndexFunc(in.Paths, isS3)
	if remote < 0 {
		return im.Paths(ctx, in.Paths...)
	}
	if local := slices.IndexFunc(in.Paths, func(p string) bool { return !isS3(p) }); local >= 0 {
		return nil, fault.Invalidf("paths", "Files of this machine (%s) and of S3 (%s) cannot be imported at once. Import one after the other.", in.Paths[local], in.Paths[remote])
	}
	var all []deliveries
	for _, p := range in.Paths {
		d, err := s.deliveries(ctx, p, in)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return im.From(ctx, func(ctx context.Context, skip func(source, reason string), yield func(string, int64, func() (io.ReadCloser, error)) error) error {
		for _, d := range all {
			if err := d.walk(ctx, d.prefix, 0, skip, yield); err != nil {
				return err
			}
		}
		return nil
	})
}

// deliveries are the files of AWS Config below a prefix of a bucket.
type deliveries struct {
	bucket       trail.Bucket
	name, prefix string
}

func (s *Server) deliveries(ctx context.Context, uri string, in ImportRequest) (d deliveries, err error) {
	if d.name, d.prefix, err = object.ParseURI(uri); err != nil {
		return d, err
	}
	remote, err := bucket.New(in.S3.options())
	if err != nil {
		return d, err
	}
	var owner string
	if d.bucket, owner, err = s.bucket(ctx, d.name, remote); err != nil {
		return d, err
	}
	if owner != "" && owner != s.cfg.Account { // nobody writes the history of others
		return d, fault.New(fault.Denied, "The bucket %s belongs to account %s of this installation. Items are imported from buckets of the management account, or of AWS.", d.name, owner)
	}
	return d, nil
}

// walk hands out the files of a folder, or the one object that the prefix names.
func (d deliveries) walk(ctx context.Context, prefix string, depth int, skip func(source, reason string), yield func(string, int64, func() (io.ReadCloser, error)) error) error {
	const maxDepth = 64
	if depth > maxDepth {
		skip("s3://"+d.name+"/"+prefix, "The folder lies too deep.")
		return nil
	}
	folder, only := prefix, ""
	if prefix != "" && !strings.HasSuffix(prefix, "/") {
		if inventory.Delivery(prefix) {
			folder, only = path.Split(prefix)
			only = folder + only
		} else {
			folder += "/"
		}
	}
	for token := ""; ; {
		page, err := d.bucket.List(ctx, folder, token)
		if err != nil {
			return err
		}
		for _, o := range page.Objects {
			if !inventory.Delivery(o.Key) || only != "" && o.Key != only {
				continue
			}
			open := func() (io.ReadCloser, error) { return d.bucket.Open(ctx, o.Key) }
			if err := yield("s3://"+d.name+"/"+o.Key, o.Size, open); err != nil {
				return err
			}
		}
		for _, f := range page.Folders {
			if only != "" || inventory.Elsewhere(path.Base(f)) {
				continue
			}
			if err := d.walk(ctx, f, depth+1, skip, yield); err != nil {
				return err
			}
		}
		if token = page.Next; token == "" {
			return nil
		}
	}
}

// importAPI imports the current items that AWS Config tells by its API.
func (s *Server) importAPI(ctx context.Context, im *inventory.Importer, in ImportRequest) (any, error) {
	if len(in.Paths) > 0 {
		return nil, fault.Invalidf("paths", "Files cannot be imported together with an aggregator or recorder. Import one after the other.")
	}
	way, err := cloud.New(cloud.Config{Profile: in.S3.Profile, EndpointURL: in.EndpointURL, Session: "tickmark-import", Clock: s.cfg.Clock})
	if err != nil {
		return nil, err
	}
	account, _, home, err := way.Whose(ctx)
	if err != nil {
		return nil, err
	}
	q := configapi.Source{Caller: cloud.Reader{Cloud: way}, Account: account, Regions: in.Regions, Aggregator: in.Aggregator}
	if len(q.Regions) == 0 {
		q.Regions = []string{home}
	}
	return im.From(ctx, q.Files)
}
