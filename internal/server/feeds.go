package server

import (
	"context"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/bucket"
	"github.com/tickmark/tickmark/internal/cloud/queue"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/feed"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/trail"
)

// lookEvery is how often folders of log files are looked into, as often as CloudTrail delivers.
const lookEvery = 5 * time.Minute

// feeds are the folders and queues that log files come from.
type feeds struct {
	*feed.Feed
	queues []*queue.Queue
}

func (s *Server) openFeeds() error {
	remote, err := bucket.New(s.cfg.TrailS3)
	if err != nil {
		return err
	}
	for _, p := range s.cfg.TrailSources {
		if _, _, err := object.ParseURI(p); err != nil {
			return fault.Invalidf("trail-source", "--trail-source %q is not a folder of S3: write s3://BUCKET/PREFIX.", p)
		}
	}
	for _, u := range s.cfg.TrailQueues {
		q, err := queue.New(queue.Options{URL: u, Profile: s.cfg.TrailS3.Profile})
		if err != nil {
			return err
		}
		s.feeds.queues = append(s.feeds.queues, q)
	}
	s.feeds.Feed = &feed.Feed{
		Store: s.docs, Clock: s.cfg.Clock, Log: s.cfg.Log,
		Import: func(ctx context.Context, src trail.Source) (trail.Result, error) {
			defer s.wakeCollector()
			return (&trail.Importer{Store: s.events, Clock: s.cfg.Clock}).From(ctx, src)
		},
		Buckets: func(ctx context.Context, name string) (trail.Bucket, error) { return s.feedBucket(ctx, name, remote) },
	}
	return nil
}

// feedBucket is one of this installation's own account, or else one of another S3: whoever makes a bucket here of the name
// of one there neither puts himself in its place nor writes the history of others.
func (s *Server) feedBucket(ctx context.Context, name string, remote *bucket.S3) (trail.Bucket, error) {
	b, owner, err := s.bucket(ctx, name, remote)
	if err == nil && owner != "" && owner != s.cfg.Account {
		return remote.Reader(name), nil
	}
	return b, err
}

// bucket is one of this installation, with its owner, or else one of another S3.
func (s *Server) bucket(ctx context.Context, name string, remote *bucket.S3) (b trail.Bucket, owner string, err error) {
	found, err := s.shelf.Find(ctx, name)
	switch {
	case err == nil:
		return shelfBucket{s.shelf, found.Account, name}, found.Account, nil
	case fault.KindOf(err) == fault.NotFound:
		return remote.Reader(name), "", nil
	}
	return nil, "", err
}

// runFeeds follows every folder and queue until ctx ends.
func (s *Server) runFeeds(ctx context.Context, wg *sync.WaitGroup) {
	for _, p := range s.cfg.TrailSources {
		wg.Go(func() {
			s.work(ctx, "log files of "+p, func(ctx context.Context) error { return s.feeds.Folder(ctx, p, lookEvery, s.cfg.TrailSince) })
		})
	}
	for i, q := range s.feeds.queues {
		wg.Go(func() {
			s.work(ctx, "queue of log files", func(ctx context.Context) error { return s.feeds.Queue(ctx, s.cfg.TrailQueues[i], q) })
		})
	}
}
